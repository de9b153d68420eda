"""The commands on a real document: what they print, what they write, and the exit status of the contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientsmith.cli import main

DOCUMENT = """\
openapi: 3.1.0
info: {title: Zoo, version: "1"}
paths:
  /animals:
    get:
      operationId: listAnimals
      summary: List the animals
      tags: [animals]
      responses:
        "200":
          description: The animals.
          content:
            application/json:
              schema:
                type: array
                items: {$ref: "#/components/schemas/Animal"}
  /keepers:
    get:
      operationId: listKeepers
      summary: List the keepers
      tags: [keepers]
      responses: {"204": {description: Nobody.}}
components:
  schemas:
    Animal:
      type: object
      properties:
        name: {type: string}
"""
WITHOUT_KEEPERS = (
    DOCUMENT[: DOCUMENT.index("  /keepers:")] + DOCUMENT[DOCUMENT.index("components:") :]
)
KEEPERS = "src/zoo/api/keepers.py"


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration and a document."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "pyproject.toml").write_text(
        '[tool.clientsmith]\nspec = "zoo.yaml"\noutput = "out"\n'
    )
    (tmp_path / "zoo.yaml").write_text(DOCUMENT)
    return tmp_path


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_generate_makes_a_whole_distribution(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate"]) == 0
    summary = capsys.readouterr().out
    assert "out: 2 operations, 1 model;" in summary
    assert "0 unchanged, 0 removed" in summary
    assert {
        "pyproject.toml",
        "README.md",
        "src/zoo/__init__.py",
        "src/zoo/py.typed",
        "src/zoo/api/animals.py",
        KEEPERS,
        "src/zoo/models/animal.py",
    } <= files(zoo / "out")


def test_generate_works_without_any_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoo.yaml").write_text(DOCUMENT)
    assert main(["generate", "zoo.yaml", "-o", "made", "--package", "menagerie"]) == 0
    assert "src/menagerie/client.py" in files(tmp_path / "made")


def test_a_second_run_changes_nothing(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate"]) == 0
    before = {path: (zoo / "out" / path).stat().st_mtime_ns for path in files(zoo / "out")}
    assert main(["generate"]) == 0
    assert "nothing has changed" in capsys.readouterr().out
    assert before == {path: (zoo / "out" / path).stat().st_mtime_ns for path in files(zoo / "out")}


def test_what_the_document_no_longer_calls_for_is_removed(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate"]) == 0
    (zoo / "out" / "notes.txt").write_text("mine")
    (zoo / "zoo.yaml").write_text(WITHOUT_KEEPERS)
    assert main(["generate"]) == 0
    assert "1 removed" in capsys.readouterr().out
    assert KEEPERS not in files(zoo / "out")
    assert (zoo / "out" / "notes.txt").read_text() == "mine"


def test_a_file_edited_by_hand_is_kept_and_reported_unless_forced(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate"]) == 0
    edited = zoo / "out" / KEEPERS
    generated = edited.read_text()
    edited.write_text("mine")
    assert main(["generate"]) == 1
    assert f"out/{KEEPERS}" in capsys.readouterr().err
    assert edited.read_text() == "mine"
    assert main(["generate", "--force"]) == 0
    assert edited.read_text() == generated


def test_check_says_nothing_when_the_output_is_right(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate"]) == 0
    capsys.readouterr()
    assert main(["check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_prints_a_diff_and_writes_nothing(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate"]) == 0
    (zoo / "zoo.yaml").write_text(DOCUMENT.replace("List the animals", "List all animals"))
    before = (zoo / "out" / "src/zoo/api/animals.py").read_bytes()
    capsys.readouterr()
    assert main(["check"]) == 1
    printed = capsys.readouterr()
    assert '-        """List the animals.' in printed.out
    assert '+        """List all animals.' in printed.out
    assert "clientsmith generate" in printed.err
    assert (zoo / "out" / "src/zoo/api/animals.py").read_bytes() == before


def test_check_before_anything_was_generated_shows_everything_as_new(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 1
    assert "+class AnimalsApi(Resource):" in capsys.readouterr().out
    assert not (zoo / "out").exists()


def test_validate_says_when_a_document_is_valid(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("layout", ["text", "json", "github"])
def test_validate_gives_findings_in_each_format(
    zoo: Path, layout: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (zoo / "zoo.yaml").write_text(DOCUMENT.replace("schemas/Animal", "schemas/Anima"))
    assert main(["validate", "--format", layout]) == 1
    printed = capsys.readouterr().out
    if layout == "json":
        (finding,) = json.loads(printed)
        assert (finding["severity"], finding["file"], finding["line"]) == ("error", "zoo.yaml", 16)
    elif layout == "github":
        assert printed.startswith("::error file=zoo.yaml,line=16,")
    else:
        assert printed.startswith("zoo.yaml:16:")


def test_findings_that_are_no_errors_are_shown_and_the_client_is_made(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (zoo / "zoo.yaml").write_text(DOCUMENT.replace('"204": {description: Nobody.}', '"204": {}'))
    assert main(["generate"]) == 0
    printed = capsys.readouterr()
    assert "zoo.yaml:22:" in printed.err
    assert "warning" in printed.err
    assert KEEPERS in files(zoo / "out")
