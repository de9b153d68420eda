"""`clientsmith diff`: what it compares, what it prints, and when it fails."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path

import pytest

from clientsmith.cli import main

DOCUMENT = """\
openapi: 3.1.0
info: {title: Zoo, version: 1.2.0}
paths:
  /animals:
    get:
      operationId: listAnimals
      parameters:
        - $ref: parts/limit.yaml
      responses: {"204": {description: Nothing.}}
"""
LIMIT = "{name: limit, in: query, schema: {type: integer}}\n"
RENAMED = LIMIT.replace("limit", "most")

Out = pytest.CaptureFixture[str]


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.com")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a document of two files that is committed."""
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "spec" / "parts").mkdir(parents=True)
    (tmp_path / "spec" / "zoo.yaml").write_text(DOCUMENT)
    (tmp_path / "spec" / "parts" / "limit.yaml").write_text(LIMIT)
    (tmp_path / "clientsmith.toml").write_text('spec = "spec/zoo.yaml"\noutput = "out"\n')
    git("init", "--quiet", "--initial-branch", "main")
    git("add", ".")
    git("commit", "--quiet", "--message", "First")
    return tmp_path


def test_the_working_document_is_compared_with_the_committed_one(zoo: Path, capsys: Out) -> None:
    assert main(["diff"]) == 0
    assert capsys.readouterr().out == "nothing changed for callers\n"
    (zoo / "spec" / "parts" / "limit.yaml").write_text(RENAMED)
    assert main(["diff"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "breaking (HTTP): listAnimals parameter limit is gone [parameter-removed]\n"
    )
    assert "    HEAD:spec/parts/limit.yaml:1:1 -> spec/zoo.yaml:7:7\n" in out
    assert "breaking (Python): DefaultApi.list_animals(limit) is gone" in out
    assert out.endswith("calls for version 2.0.0, but the new version is 1.2.0\n")


@pytest.mark.parametrize(
    ("old", "status"),
    [("HEAD~1:spec/zoo.yaml", 1), ("HEAD:spec/zoo.yaml", 0), ("main:./spec/zoo.yaml", 0)],
)
def test_a_revision_is_compared_with_all_its_files(zoo: Path, old: str, status: int) -> None:
    (zoo / "spec" / "parts" / "limit.yaml").write_text(RENAMED)
    git("commit", "--quiet", "--all", "--message", "Second")
    assert main(["diff", old]) == status
    assert main(["diff", old, "HEAD:spec/zoo.yaml"]) == status
    (zoo / "spec" / "zoo.yaml").unlink()
    assert main(["diff", old, "HEAD:spec/zoo.yaml"]) == status


def test_the_index_can_be_compared(zoo: Path) -> None:
    (zoo / "spec" / "parts" / "limit.yaml").write_text(RENAMED)
    assert main(["diff", "HEAD:spec/zoo.yaml", ":spec/zoo.yaml"]) == 0
    git("add", ".")
    assert main(["diff", "HEAD:spec/zoo.yaml", ":spec/zoo.yaml"]) == 1


def test_a_colon_in_braces_is_part_of_the_revision(zoo: Path) -> None:
    overlaid(zoo, "list")
    git("add", ".")
    git("commit", "--quiet", "--message", "Overlaid")
    for revision in ("HEAD^{/Over}", "HEAD^{/Overlaid|a:b}", "HEAD@{0}", ":0"):
        assert main(["diff", f"{revision}:spec/zoo.yaml"]) == 0


def test_a_document_that_was_renamed_is_compared_with_what_it_was(zoo: Path) -> None:
    overlaid(zoo, "list")
    git("add", ".")
    git("commit", "--quiet", "--message", "Overlaid")
    git("mv", "spec/zoo.yaml", "spec/park.yaml")
    configuration = zoo / "clientsmith.toml"
    configuration.write_text(configuration.read_text().replace("zoo.yaml", "park.yaml"))
    assert main(["diff"]) == 0
    assert main(["diff", "HEAD:spec/zoo.yaml"]) == 0
    git("add", ".")
    assert main(["diff", "HEAD:spec/zoo.yaml", ":spec/park.yaml"]) == 0
    (zoo / "spec" / "parts" / "limit.yaml").write_text(RENAMED)
    assert main(["diff"]) == 1


def test_overlays_are_those_of_the_document_that_they_are_configured_for(zoo: Path) -> None:
    (zoo / "spec" / "other.yaml").write_text(DOCUMENT)
    overlaid(zoo, "list")
    git("add", ".")
    git("commit", "--quiet", "--message", "Overlaid")
    assert main(["diff", "HEAD:spec/other.yaml", "spec/other.yaml"]) == 0
    assert main(["diff", "spec/zoo.yaml", "spec/zoo.yaml"]) == 0
    assert main(["diff", "HEAD:spec/other.yaml", "spec/zoo.yaml"]) == 1


def test_a_document_that_is_not_committed_is_said(zoo: Path, capsys: Out) -> None:
    (zoo / "spec" / "zoo.yaml").rename(zoo / "spec" / "park.yaml")
    git("rm", "--quiet", "--cached", "spec/zoo.yaml")
    git("commit", "--quiet", "--message", "Gone")
    (zoo / "clientsmith.toml").write_text('spec = "spec/park.yaml"\n')
    assert main(["diff"]) == 2
    assert "'spec/park.yaml' is not committed" in capsys.readouterr().err


def test_references_may_leave_the_folder_of_a_revision_that_may_be_left(zoo: Path) -> None:
    (zoo / "shared.yaml").write_text(LIMIT)
    (zoo / "spec" / "zoo.yaml").write_text(DOCUMENT.replace("parts/limit", "../shared"))
    with (zoo / "clientsmith.toml").open("a") as configuration:
        configuration.write('document-root = "."\n')
    git("add", ".")
    git("commit", "--quiet", "--message", "Shared")
    assert main(["diff"]) == 0
    (zoo / "shared.yaml").write_text(RENAMED)
    assert main(["diff"]) == 1


def test_a_repository_may_be_bare_or_shallow_or_have_several_work_trees(
    zoo: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Out,
) -> None:
    (zoo / "spec" / "parts" / "limit.yaml").write_text(RENAMED)
    git("commit", "--quiet", "--all", "--message", "Second")
    folder = tmp_path_factory.mktemp("others")
    git("clone", "--quiet", "--bare", ".", str(folder / "bare"))
    git("clone", "--quiet", "--depth=1", zoo.as_uri(), str(folder / "shallow"))
    git("worktree", "add", "--quiet", str(folder / "tree"), "HEAD")
    monkeypatch.chdir(folder / "bare")
    assert main(["diff", "HEAD~1:spec/zoo.yaml", "HEAD:spec/zoo.yaml"]) == 1
    monkeypatch.chdir(folder / "shallow")
    assert main(["diff"]) == 0
    assert main(["diff", "HEAD~1:spec/zoo.yaml"]) == 2
    assert "git fetch --unshallow" in capsys.readouterr().err
    monkeypatch.chdir(folder / "tree")
    assert main(["diff"]) == 0
    monkeypatch.setenv("GIT_DIR", str(zoo / ".git" / "worktrees" / "tree"))  # as hooks have it
    assert main(["diff", "HEAD~1:spec/zoo.yaml"]) == 1


def test_a_version_that_says_so_makes_it_right(zoo: Path, capsys: Out) -> None:
    (zoo / "spec" / "parts" / "limit.yaml").write_text(RENAMED)
    (zoo / "spec" / "zoo.yaml").write_text(DOCUMENT.replace("1.2.0", "2.0.0"))
    assert main(["diff"]) == 0
    assert capsys.readouterr().out.endswith("after 1.2.0 this calls for version 2.0.0\n")


def test_a_configured_version_that_says_so_makes_it_right(zoo: Path) -> None:
    configuration = zoo / "clientsmith.toml"
    plain = configuration.read_text()
    configuration.write_text(plain + 'version = "4.1.0"\n')
    git("commit", "--quiet", "--all", "--message", "Pinned")
    (zoo / "spec" / "parts" / "limit.yaml").write_text(RENAMED)
    assert main(["diff"]) == 1
    configuration.write_text(plain + 'version = "5.0.0"\n')
    assert main(["diff"]) == 0


def test_a_package_that_was_generated_with_its_version_makes_it_right(zoo: Path) -> None:
    assert main(["generate"]) == 0
    git("add", ".")
    git("commit", "--quiet", "--message", "Generated")
    (zoo / "spec" / "parts" / "limit.yaml").write_text(RENAMED)
    assert main(["diff"]) == 1
    assert main(["generate"]) == 0
    assert main(["diff"]) == 0
    assert main(["diff", "HEAD:spec/zoo.yaml"]) == 0


def test_two_files_need_neither_git_nor_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.chdir(tmp_path)
    whole = DOCUMENT.replace("$ref: parts/limit.yaml", LIMIT.strip())
    (tmp_path / "old.yaml").write_text(whole)
    (tmp_path / "new.yaml").write_text(whole.replace("Nothing.", "Nothing at all."))
    assert main(["diff", "old.yaml", "new.yaml"]) == 0
    out = capsys.readouterr().out
    assert "documentation (HTTP): listAnimals response 204 has another description" in out
    assert "old.yaml:9:27 -> new.yaml:9:27" in out


def test_the_formats_hold_the_same(zoo: Path, capsys: Out) -> None:
    (zoo / "spec" / "parts" / "limit.yaml").write_text(RENAMED)
    assert main(["diff", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["kind"], report["version"], report["announced"]) == ("breaking", "2.0.0", False)
    assert report["old"] == {"document": "HEAD:spec/zoo.yaml", "version": "1.2.0"}
    first = report["changes"][0]
    assert first["rule"] == "parameter-removed"
    assert first["old"] == {
        "file": "HEAD:spec/parts/limit.yaml",
        "line": 1,
        "column": 1,
        "pointer": "",
    }
    assert main(["diff", "--format", "markdown"]) == 1
    text = capsys.readouterr().out
    assert text.startswith("**2 breaking, 2 compatible; after 1.2.0")
    assert (
        "### Breaking\n\n- listAnimals parameter limit is gone (HTTP, `parameter-removed`;" in text
    )


def test_a_pull_request_mentions_nobody_that_the_document_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(DOCUMENT.replace("$ref: parts/limit.yaml", LIMIT.strip()))
    new = (tmp_path / "old.yaml").read_text().replace("name: limit", "name: '@octocat #1'")
    (tmp_path / "new.yaml").write_text(new)
    main(["diff", "old.yaml", "new.yaml", "--format", "markdown"])
    written = capsys.readouterr().out
    shown = html.unescape(re.sub(r"\\(\W)", r"\1", written))  # as CommonMark reads it
    assert "\u200boctocat" in shown
    assert not re.search(r"[@#]\w", shown)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.yaml"], "there is no file 'nothing.yaml', and it is not a revision and a path"),
        (["main"], "write a path, or a revision and a path as in main:spec/openapi.yaml"),
        (["--", "--all:spec/zoo.yaml"], "there is no file '--all:spec/zoo.yaml'"),
        (["other:spec/zoo.yaml"], "git says: "),
        (["HEAD:spec/park.yaml"], "git says: "),
        (["HEAD:../../zoo.yaml"], "git says: "),
        (["HEAD:zoo.yaml"], "a path begins at the top of the repository"),
        (["HEAD:spec"], "git says: "),
        ([":/First:spec/zoo.yaml"], "it is not a revision and a path either"),
    ],
)
def test_what_cannot_be_compared_is_said(
    zoo: Path, arguments: list[str], message: str, capsys: Out
) -> None:
    assert main(["diff", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_without_a_repository_there_is_nothing_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "zoo.yaml").write_text(DOCUMENT)
    (tmp_path / "clientsmith.toml").write_text('spec = "zoo.yaml"\n')
    assert main(["diff"]) == 2
    assert "not a git repository" in capsys.readouterr().err


def test_what_is_no_document_is_told_with_its_place(zoo: Path, capsys: Out) -> None:
    (zoo / "spec" / "zoo.yaml").write_text(DOCUMENT.replace("openapi: 3.1.0", "swagger: '2.0'"))
    assert main(["diff"]) == 1
    assert "spec/zoo.yaml:1:1: error: this is Swagger" in capsys.readouterr().err


def overlaid(zoo: Path, operation: str) -> None:
    """Configure an overlay that gives the operation another id."""
    text = "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions:\n- target: $.paths.*.get\n"
    (zoo / "overlay.yaml").write_text(f"{text}  update: {{operationId: {operation}}}\n")
    configuration = 'spec = "spec/zoo.yaml"\noutput = "out"\noverlays = ["overlay.yaml"]\n'
    (zoo / "clientsmith.toml").write_text(configuration)


def test_overlays_of_both_sides_are_applied(zoo: Path) -> None:
    overlaid(zoo, "list")
    assert main(["diff"]) == 1
    git("add", ".")
    git("commit", "--quiet", "--message", "Overlaid")
    assert main(["diff"]) == 0
    overlaid(zoo, "listAll")
    assert main(["diff"]) == 1
