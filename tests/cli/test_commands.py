"""The commands on a real document: what they print, what they write, and the exit status of the contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientsmith import render
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
    assert main(["generate"]) == 0
    again = capsys.readouterr()
    assert "nothing has changed" in again.out
    assert again.err == printed.err
    assert main(["generate", "--strict"]) == 1
    assert capsys.readouterr().err == printed.err.replace("warning", "error")


def test_a_strict_run_with_a_flaw_ends_before_anything_is_rendered(
    zoo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (zoo / "zoo.yaml").write_text(DOCUMENT.replace('"204": {description: Nobody.}', '"204": {}'))

    def rendered(*_: object) -> None:
        raise AssertionError("rendered")

    monkeypatch.setattr(render.Renderer, "files", rendered)
    assert main(["generate", "--strict"]) == 1
    assert "zoo.yaml:22:" in capsys.readouterr().err


def test_a_reference_out_of_the_folder_is_followed_where_a_wider_one_is_named(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (zoo / "spec").mkdir()
    reference = DOCUMENT.replace(
        "#/components/schemas/Animal", "../zoo.yaml#/components/schemas/Animal"
    )
    (zoo / "spec" / "api.yaml").write_text(reference)
    assert main(["validate", "spec/api.yaml"]) == 1
    assert "--document-root" in capsys.readouterr().out
    assert main(["validate", "spec/api.yaml", "--document-root", "."]) == 0
    assert main(["generate", "spec/api.yaml", "--document-root", ".", "-o", "wider"]) == 0
    assert "warning" not in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--allow-remote"]])
def test_a_reference_to_the_network_is_refused_with_its_reason(
    zoo: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    reference = DOCUMENT.replace("#/components/schemas/Animal", "http://127.0.0.1:9/x.yaml#/Animal")
    (zoo / "zoo.yaml").write_text(reference)
    assert main(["validate", *options]) == 1
    reason = "is not on the public internet" if options else "leads to the network"
    assert reason in capsys.readouterr().out


def test_check_finds_files_that_nobody_owns(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate"]) == 0
    (zoo / "out/src/zoo/old").mkdir()
    (zoo / "out/src/zoo/old/stray.py").write_text("")
    (zoo / "out/tests").mkdir()
    (zoo / "out/tests/test_mine.py").write_text("")
    assert main(["check"]) == 1
    errors = capsys.readouterr().err
    assert "out/src/zoo/old/stray.py was not written by clientsmith" in errors
    assert "test_mine" not in errors


def test_code_of_ones_own_is_left_alone(zoo: Path) -> None:
    with (zoo / "pyproject.toml").open("a") as configuration:
        configuration.write('handwritten = "extras"\n')
    extras = zoo / "out/src/zoo/extras"
    extras.mkdir(parents=True)
    (extras / "__init__.py").write_text(EXTRAS)
    assert main(["generate"]) == 0
    assert main(["check"]) == 0
    assert main(["generate", "--force"]) == 0
    assert files(extras) == {"__init__.py"}
    assert (extras / "__init__.py").read_text() == EXTRAS


EXTRAS = """\
from functools import cached_property

from ..api.animals import AnimalsApi
from ..client import Client


class Animals(AnimalsApi):
    def names(self) -> list[str | None]:
        return [animal.name for animal in self.list_animals()]


class Zoo(Client):
    @cached_property
    def animals(self) -> Animals:
        return Animals(self)
"""


@pytest.mark.parametrize("name", ["models", "_runtime", "a b", "class"])
def test_a_folder_of_ones_own_cannot_be_one_of_clientsmiths(
    zoo: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with (zoo / "pyproject.toml").open("a") as configuration:
        configuration.write(f'handwritten = "{name}"\n')
    assert main(["generate"]) == 2
    assert "pyproject.toml:4:15: error: handwritten is" in capsys.readouterr().err


def test_overlays_of_the_configuration_are_applied(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (zoo / "pyproject.toml").open("a") as configuration:
        configuration.write('overlays = ["names.yaml"]\n')
    overlay = zoo / "names.yaml"
    assert main(["generate"]) == 2
    assert "pyproject.toml:4:12: error: there is no file 'names.yaml'" in capsys.readouterr().err
    text = "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions:\n- target: $.paths.*.get\n"
    overlay.write_text(text + "  update: {operationId: listAll}\n")
    assert main(["generate", "--strict"]) == 1
    errors = capsys.readouterr().err
    assert "names.yaml:5:" in errors
    assert "duplicate-operation-id" in errors
    overlay.write_text(text + "  update: {summary: Everything}\n")
    assert main(["generate"]) == 0
    module = zoo / "out" / KEEPERS
    assert "Everything" in module.read_text()
    assert main(["generate"]) == 0
    assert "nothing has changed" in capsys.readouterr().out
    overlay.write_text(text + "  update: {summary: All of it}\n")
    assert main(["check"]) == 1
    assert main(["generate"]) == 0
    assert "All of it" in module.read_text()
