"""`clientsmith diff`: what it compares, what it prints, and when it fails."""

from __future__ import annotations

import json
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.yaml"], "there is no file 'nothing.yaml', and it is not a revision and a path"),
        (["main"], "write a path, or a revision and a path as in main:spec/openapi.yaml"),
        (["--", "--all:spec/zoo.yaml"], "there is no file '--all:spec/zoo.yaml'"),
        (["other:spec/zoo.yaml"], "git says: "),
        (["HEAD:spec/park.yaml"], "git says: "),
        (["HEAD:../../zoo.yaml"], "git says: "),
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


def test_overlays_of_both_sides_are_applied(zoo: Path) -> None:
    overlay = zoo / "overlay.yaml"
    text = "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions:\n- target: $.paths.*.get\n"
    overlay.write_text(text + "  update: {operationId: list}\n")
    with (zoo / "clientsmith.toml").open("a") as configuration:
        configuration.write('overlays = ["overlay.yaml"]\n')
    assert main(["diff"]) == 1
    git("add", ".")
    git("commit", "--quiet", "--message", "Overlaid")
    assert main(["diff"]) == 0
    overlay.write_text(text + "  update: {operationId: listAll}\n")
    assert main(["diff"]) == 1
