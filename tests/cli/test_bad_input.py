"""Bad input: a located message, the exit status of the contract, and an output that is as it was."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clientsmith.cli import main
from clientsmith.paths import CHANGELOG, MANIFEST, RECORD

GOOD = """\
openapi: 3.1.0
info:
  title: Ping
  version: "1"
paths:
  /ping/{name}:
    get:
      operationId: ping
      parameters:
        - name: name
          in: path
          required: true
          schema: {type: string}
      responses:
        "200":
          description: Pong.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Pong"}
components:
  schemas:
    Pong:
      type: object
      properties:
        at: {type: string, format: date-time}
"""

Project = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, a document, and the output that it gives."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(tmp_path / "cache"))
    settings = 'spec = "api.yaml"\noutput = "out"\nstrict = true\n'
    (tmp_path / "clientsmith.toml").write_text(settings)
    (tmp_path / "api.yaml").write_text(GOOD)
    assert main(["generate"]) == 0
    return tmp_path


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return content and time of every file, so that even a file written anew with the same text shows."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("command", ["generate", "check"])
@pytest.mark.parametrize("name", ["src/ping/client.py", CHANGELOG, MANIFEST, RECORD])
def test_a_named_pipe_in_the_output_is_told_and_not_waited_for(
    project: Path, command: str, name: str
) -> None:
    done = with_pipe(project / "out" / name, command)
    assert done.returncode
    assert Path(name).name in done.stdout + done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_named_pipe_that_might_tell_the_version_is_not_waited_for(project: Path) -> None:
    done = with_pipe(project / "out" / "pyproject.toml", "diff", "api.yaml", "api.yaml")
    assert done.stdout == "nothing changed for callers\n"


def with_pipe(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a named pipe in the place of a file of the output."""
    file.unlink()
    os.mkfifo(file)
    command = [sys.executable, "-m", "clientsmith", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert "Traceback" not in done.stderr
    assert file.is_fifo()
    return done


def refused(
    arguments: list[str], status: int, messages: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Run a command and check that it fails as it should."""
    capsys.readouterr()
    assert main(arguments) == status
    captured = capsys.readouterr()
    for message in messages:
        assert message in captured.err, captured.err
    assert "Traceback" not in captured.err + captured.out


DOCUMENTS: dict[str, tuple[str, int, list[str]]] = {
    "empty": ("", 2, ["api.yaml", "empty"]),
    "only a comment": ("# nothing\n", 2, ["api.yaml"]),
    "not YAML": ("openapi: [3.1.0\ninfo: }\n", 2, ["api.yaml:2:"]),
    "a list": ("- openapi\n- 3.1.0\n", 1, ["api.yaml:1:1", "OpenAPI"]),
    "not OpenAPI": ("name: something else\nversion: 1\n", 1, ["api.yaml:1:1", "OpenAPI"]),
    "OpenAPI 2.0": (
        'swagger: "2.0"\ninfo: {title: Old, version: "1"}\npaths: {}\n',
        1,
        ["api.yaml:1:", "2.0", "hint"],
    ),
    "a version to come": (GOOD.replace("3.1.0", "4.0.0"), 1, ["api.yaml:1:", "4.0.0"]),
    "no info": (re.sub(r"info:\n(  .*\n)+", "", GOOD), 1, ["api.yaml:", "info"]),
    "no responses allowed as a list": (
        re.sub(r"      responses:\n(        .*\n)+", "      responses: []\n", GOOD),
        1,
        ["api.yaml:14:7", "responses"],
    ),
    "a parameter without a place": (
        GOOD.replace("          in: path\n", ""),
        1,
        ["api.yaml:10:", "'in'"],
    ),
    "a parameter in no place": (
        GOOD.replace("in: path", "in: matrix"),
        1,
        ["api.yaml:11:", "matrix"],
    ),
    "paths as text": (
        re.sub(r"paths:\n(  .*\n)+", "paths: none\n", GOOD),
        1,
        ["api.yaml:5:1", "paths"],
    ),
    "a path without a slash": (
        GOOD.replace("  /ping/{name}:", "  ping/{name}:"),
        1,
        ["api.yaml:6:", "ping"],
    ),
    "a dangling reference": (
        GOOD.replace("schemas/Pong", "schemas/Pung"),
        1,
        ["api.yaml:19:", "#/components/schemas/Pung", "Pong"],
    ),
    "duplicate operationIds": (
        GOOD.replace(
            "components:\n",
            """\
  /other:
    get:
      operationId: ping
      responses: {"204": {description: Done.}}
components:
""",
        ),
        1,
        ["ping", "api.yaml:8:", "api.yaml:22:"],
    ),
    "a key twice": (GOOD + "openapi: 3.1.0\n", 1, ["api.yaml:26:1", "openapi"]),
    "a NUL": ("openapi: 3.1.0\0\n", 2, ["api.yaml:1:"]),
}


@pytest.mark.parametrize(("text", "status", "messages"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_bad_document_changes_nothing(
    project: Path, text: str, status: int, messages: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(project / "out")
    (project / "api.yaml").write_text(text)
    for command in ("generate", "check"):
        refused([command], status, messages, capsys)
    assert snapshot(project / "out") == before


def test_a_missing_document(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(project / "out")
    (project / "api.yaml").unlink()
    refused(["generate"], 2, ["api.yaml"], capsys)
    refused(["generate", "nowhere.yaml"], 2, ["nowhere.yaml"], capsys)
    assert snapshot(project / "out") == before


def test_a_document_that_is_a_folder(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(["generate", "out", "-o", "other"], 2, ["out"], capsys)
    assert not (project / "other").exists()


def test_an_unknown_configuration_key(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(project / "out")
    (project / "clientsmith.toml").write_text('spec = "api.yaml"\noutputs = "out"\n')
    refused(["generate"], 2, ["clientsmith.toml:2:1", "outputs", "output"], capsys)
    assert snapshot(project / "out") == before


def test_an_output_that_is_a_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "file").write_text("mine")
    refused(["generate", "-o", "file"], 2, ["file"], capsys)
    refused(["generate", "-o", "file/below"], 2, ["file"], capsys)
    assert (project / "file").read_text() == "mine"


def test_an_output_that_cannot_be_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(["generate", "-o", "/proc/clientsmith-output"], 2, ["/proc"], capsys)


def test_an_output_with_files_of_somebody_else(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = project / "mine"
    (mine / "src").mkdir(parents=True)
    (mine / "README.md").write_text("mine")
    (mine / "src" / "notes.txt").write_text("mine too")
    before = snapshot(mine)
    refused(["generate", "-o", "mine"], 2, ["README.md"], capsys)
    assert snapshot(mine) == before


TEMPLATES: dict[str, tuple[str, list[str]]] = {
    "an unknown name": ("line one\n{{ api.titel }}\n", ["README.md.jinja:2", "titel"]),
    "a syntax error": ("line one\n\n{% if %}\n", ["README.md.jinja:3"]),
    "an unknown filter": ("{{ api.title | shout }}\n", ["README.md.jinja:1", "shout"]),
    "document text without a filter": ("one\n{{ api.title }}\n", ["README.md.jinja:2", "filter"]),
    "document text joined to a string": (
        "{{ 'Title: ' ~ api.title }}\n",
        ["README.md.jinja:1", "filter"],
    ),
    "document text in a format": ("{{ '%s' % api.title }}\n", ["README.md.jinja:1", "filter"]),
    "document text through another filter": (
        "{{ api.title | upper }}\n",
        ["README.md.jinja:1", "filter"],
    ),
    "the inside of document text": ("{{ api.title._value }}\n", ["README.md.jinja:1"]),
}


@pytest.mark.parametrize(("text", "messages"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_a_failing_template_changes_nothing(
    project: Path, text: str, messages: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(project / "out")
    (project / "templates").mkdir()
    (project / "templates" / "README.md.jinja").write_text(text)
    refused(["generate", "--templates", "templates"], 2, messages, capsys)
    assert snapshot(project / "out") == before


def test_a_template_that_gives_no_python(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(project / "out")
    (project / "templates" / "package").mkdir(parents=True)
    (project / "templates" / "package" / "client.py.jinja").write_text("class Client\n")
    refused(["generate", "--templates", "templates"], 2, ["client.py", "Python"], capsys)
    assert snapshot(project / "out") == before


@pytest.mark.parametrize(
    "arguments", [["generate", "--forse"], ["generat"], [], ["validate", "--format", "xml"]]
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
