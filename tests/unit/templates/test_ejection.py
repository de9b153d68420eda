"""Copies of default templates: what is recorded of them, and what becomes of them when the default moves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clientsmith.customize import ejection
from clientsmith.customize.merge import merge
from clientsmith.places import TEMPLATES

from .conftest import Project

ENUM = "package/models/enum.jinja"


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The default enum template of another release, at whose end something was added; used from then on."""
    release = tmp_path / "release"
    (release / ENUM).parent.mkdir(parents=True)
    shutil.copyfile(TEMPLATES / ENUM, release / ENUM)
    monkeypatch.setattr(ejection, "TEMPLATES", release)
    return release / ENUM


def test_ejecting_copies_a_template_and_its_state_follows_what_is_done_to_it(
    project: Project,
) -> None:
    status, out, _ = project.run("templates", "eject", ENUM, "runtime/retry.py")
    assert (status, out) == (0, f"templates/{ENUM}\ntemplates/runtime/retry.py\n")
    copy = project.templates / ENUM
    assert copy.read_bytes() == (TEMPLATES / ENUM).read_bytes()
    copy.write_text(copy.read_text() + "# mine\n")
    project.template("extra.txt.jinja", "a")
    project.template("package/client.py.jinja", '{% extends "default/package/client.py.jinja" %}')
    project.template("README.md.jinja", "")
    status, out, _ = project.run("templates", "status")
    assert status == 0
    assert {line.split()[0]: line.split(maxsplit=1)[1] for line in out.splitlines()} == {
        "README.md.jinja": "dropped",
        "extra.txt.jinja": "added",
        "package/client.py.jinja": "customized, without a record of what it was",
        ENUM: "customized",
        "runtime/retry.py": "unchanged: as the default; it can be removed",
    }


def test_a_copy_is_stale_when_the_default_has_moved_and_the_difference_is_shown(
    project: Project, moved: Path
) -> None:
    project.run("templates", "eject", ENUM)
    copy = project.templates / ENUM
    copy.write_text("{# mine #}\n" + copy.read_text())
    moved.write_text(moved.read_text() + "# theirs\n")
    status, out, _ = project.run("templates", "status")
    assert status == 1
    assert out.startswith(ENUM)
    assert "stale: the default has moved since clientsmith" in out
    assert "merges with eject --update" in out
    assert "    +{# mine #}\n" in out
    assert "    +# theirs\n" in out


def test_updating_merges_what_merges(project: Project, moved: Path) -> None:
    project.run("templates", "eject", ENUM)
    copy = project.templates / ENUM
    text = copy.read_text()
    copy.write_text("{# mine #}\n" + text)
    moved.write_text(text + "# theirs\n")
    assert project.run("templates", "eject", "--update")[:2] == (0, f"templates/{ENUM}: updated\n")
    assert copy.read_text() == "{# mine #}\n" + text + "# theirs\n"
    assert project.run("templates", "status")[:2] == (0, f"{ENUM:36}  customized\n")
    assert (
        project.run("templates", "eject", ENUM, "--update")[1] == f"templates/{ENUM}: as it was\n"
    )


def test_updating_marks_what_does_not_merge_and_tells_where(project: Project, moved: Path) -> None:
    project.run("templates", "eject", ENUM)
    copy = project.templates / ENUM
    text = copy.read_text()
    copy.write_text(text + "# mine\n")
    moved.write_text(text + "# theirs\n")
    status, _, err = project.run("templates", "eject", ENUM, "--update")
    line = len(text.splitlines()) + 1
    assert status == 1
    assert f"templates/{ENUM}:{line}:1: warning" in err
    assert "<<<<<<< yours\n# mine\n=======\n# theirs\n>>>>>>> clientsmith" in copy.read_text()
    status, _, err = project.run("generate")
    assert status == 2
    assert f"templates/{ENUM}:{line}:1: error: a conflict of a merge was left" in err


def test_a_copy_with_a_conflict_is_not_merged_once_more(project: Project, moved: Path) -> None:
    project.run("templates", "eject", ENUM)
    copy = project.templates / ENUM
    text = copy.read_text()
    copy.write_text(text + "# mine\n")
    moved.write_text(text + "# theirs\n")
    project.run("templates", "eject", ENUM, "--update")
    conflict = copy.read_text()
    moved.write_text(text + "# theirs, again\n")
    status, out, err = project.run("templates", "eject", ENUM, "--update")
    assert (status, out) == (2, "")
    line = len(text.splitlines()) + 1
    assert f"templates/{ENUM}:{line}:1: error: a conflict of an earlier merge was left" in err
    assert copy.read_text() == conflict


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["eject", "package/models/enun.jinja"], "did you mean package/models/enum.jinja?"),
        (["eject", "../pyproject.toml"], "there is no default template '../pyproject.toml'"),
        (["eject"], "name a template"),
        (
            ["eject", ENUM, "--update"],
            "`clientsmith templates eject package/models/enum.jinja` makes it",
        ),
        (
            ["eject", "--templates", "t", "header.jinja", "header.jinja"],
            "t/header.jinja is there already",
        ),
        (["status", "--templates", "nowhere"], "there is no folder 'nowhere'"),
    ],
)
def test_wrong_use_is_told(project: Project, arguments: list[str], said: str) -> None:
    status, _, err = project.run("templates", *arguments)
    assert status == 2
    assert said in err


def test_a_copy_without_a_record_is_not_merged(project: Project) -> None:
    project.template(ENUM, "mine")
    status, _, err = project.run("templates", "eject", ENUM, "--update")
    assert status == 2
    assert "nobody recorded what" in err


def test_a_folder_of_templates_is_made_when_it_is_named_and_asked_for_when_it_is_not(
    project: Project,
) -> None:
    (project.root / "clientsmith.toml").write_text('spec = "zoo.yaml"\n')
    status, _, err = project.run("templates", "eject", ENUM)
    assert status == 2
    assert 'write templates = "templates"' in err
    assert project.run("templates", "eject", ENUM, "--templates", "new")[0] == 0
    assert (project.root / "new" / ENUM).is_file()


def test_nothing_is_copied_where_one_cannot_be(project: Project) -> None:
    status, out, err = project.run("templates", "eject", "header.jinja", "enum.jinja", ENUM)
    assert (status, out) == (2, "")
    assert f"did you mean {ENUM}?" in err
    project.template(ejection.RECORD, "{")
    assert project.run("templates", "eject", "header.jinja")[0] == 2
    assert [file.name for file in project.templates.iterdir()] == [ejection.RECORD]


def test_updating_keeps_the_line_breaks_of_windows(project: Project, moved: Path) -> None:
    project.run("templates", "eject", ENUM)
    copy = project.templates / ENUM
    text = copy.read_text()
    copy.write_bytes(("{# mine #}\n" + text).replace("\n", "\r\n").encode())
    moved.write_text(text + "# theirs\n")
    assert project.run("templates", "eject", "--update")[0] == 0
    expected = "{# mine #}\n" + text + "# theirs\n"
    assert copy.read_bytes() == expected.replace("\n", "\r\n").encode()


def test_a_copy_that_was_emptied_stays_so(project: Project, moved: Path) -> None:
    project.run("templates", "eject", ENUM)
    (project.templates / ENUM).write_text("")
    moved.write_text("# theirs\n")
    assert project.run("templates", "status")[:2] == (0, f"{ENUM:36}  dropped\n")
    assert project.run("templates", "eject", "--update")[:2] == (
        0,
        f"templates/{ENUM}: as it was\n",
    )
    assert (project.templates / ENUM).read_text() == ""


def test_a_default_that_is_gone_is_told_and_the_others_are_updated(
    project: Project, moved: Path
) -> None:
    project.run("templates", "eject", ENUM)
    header = moved.parents[2] / "header.jinja"
    shutil.copyfile(TEMPLATES / "header.jinja", header)
    project.run("templates", "eject", "header.jinja")
    moved.unlink()
    header.write_text(header.read_text() + "# theirs\n")
    status, out, _ = project.run("templates", "status")
    assert status == 1
    assert f"{ENUM:36}  stale: the default of clientsmith" in out
    for arguments, expected in (([], 1), ([ENUM], 2)):
        status, out, err = project.run("templates", "eject", *arguments, "--update")
        assert status == expected
        assert f"templates/{ENUM}:1:1: error: clientsmith" in err
        assert f"has no template {ENUM} any more" in err
    assert (project.templates / "header.jinja").read_text().endswith("# theirs\n")


def test_a_conflict_that_was_left_is_part_of_the_status(project: Project, moved: Path) -> None:
    project.run("templates", "eject", ENUM)
    copy = project.templates / ENUM
    text = copy.read_text()
    copy.write_text(text + "# mine\n")
    moved.write_text(text + "# theirs\n")
    project.run("templates", "eject", "--update")
    line = len(text.splitlines()) + 1
    status, out, _ = project.run("templates", "status")
    assert (status, out) == (
        1,
        f"{ENUM:36}  customized: a conflict of a merge was left in line {line}\n",
    )


def test_what_replaces_a_default_under_another_name_is_not_added(project: Project) -> None:
    project.template("README.md", "Mine.\n")
    project.template("runtime/log.py.jinja", "X = 1\n")
    project.template("package/api/method", "Mine.\n")
    out = project.run("templates", "status")[1]
    assert {line.split()[0]: line.split()[1].rstrip(",") for line in out.splitlines()} == {
        "README.md": "customized",
        "package/api/method": "added",
        "runtime/log.py.jinja": "customized",
    }


@pytest.mark.parametrize("record", ["{", "[]", '{"templates": {"a": 1}}', '{"templates": []}'])
def test_a_broken_record_is_told(project: Project, record: str) -> None:
    project.template(ejection.RECORD, record)
    status, _, err = project.run("templates", "status")
    assert status == 2
    assert "templates/.ejected.json:1:1: error: the record cannot be read" in err


@pytest.mark.parametrize(
    ("yours", "theirs", "merged"),
    [
        ("abc", "abc", "abc"),
        ("abXc", "abc", "abXc"),
        ("abc", "Yabc", "Yabc"),
        ("Xabc", "abcY", "XabcY"),
        ("ac", "abcY", "acY"),
        ("ac", "ac", "ac"),
        ("abX", "Ybc", "YbX"),
        ("aXc", "aXc", "aXc"),
        ("aXc", "aYc", "a<X=Y>c"),
        ("abcX", "abcY", "abc<X=Y>"),
        ("", "abY", "<=abY>"),
        ("aXc", "ac", "a<X=>c"),
    ],
)
def test_a_merge_takes_both_changes_and_marks_those_that_meet(
    yours: str, theirs: str, merged: str
) -> None:
    marks = {"<<<<<<< a": "<", "=======": "=", ">>>>>>> b": ">"}
    result = merge("abc", yours, theirs, labels=("a", "b"))
    assert "".join(marks.get(line, line) for line in result.lines) == merged
    assert len(result.conflicts) == merged.count("<")
    assert [result.lines[line - 1] for line in result.conflicts] == ["<<<<<<< a"] * merged.count(
        "<"
    )
