"""`clientsmith generate --watch`, as a process: what it does after each change, and how it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from clientsmith.cli import main

DOCUMENT = """\
openapi: 3.1.0
info: {title: Zoo, version: "1"}
servers: [{url: "https://zoo.example"}]
paths:
  /animals:
    get:
      operationId: listAnimals
      summary: List the animals
      tags: [animals]
      responses:
        "200":
          description: The animals.
          content: {application/json: {schema: {$ref: "parts/animal.yaml"}}}
"""
ANIMAL = "type: object\ntitle: Animal\nproperties:\n  name: {type: string}\n"
RESOURCE = "out/src/zoo/api/animals.py"
PARK = """\
openapi: 3.1.0
info: {title: Zoo, version: "1"}
servers: [{url: "https://zoo.example"}]
tags: [{name: animals, description: All of them.}, {name: keepers}]
paths:
  /animals/{id}:
    get:
      operationId: getAnimal
      summary: Get an animal
      tags: [animals]
      x-limit: 1
      parameters: [{$ref: "#/components/parameters/Id"}]
      responses:
        "200": {description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Animal"}}}}
        "404": {$ref: "#/components/responses/Missing"}
  /keepers/{id}:
    get:
      operationId: getKeeper
      tags: [keepers]
      parameters: [{$ref: "#/components/parameters/Id"}]
      responses:
        "200": {description: One., content: {application/json: {schema: {$ref: "#/components/schemas/Keeper"}}}}
        "404": {$ref: "#/components/responses/Missing"}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: number}, example: 1}
  responses:
    Missing: {description: There is none., content: {application/json: {schema: {$ref: "#/components/schemas/Problem"}}}}
  schemas:
    Animal: {type: object, properties: {name: {type: string}, keeper: {$ref: "#/components/schemas/Keeper"}}}
    Keeper: {type: object, description: Who keeps them., properties: {name: {type: string}}}
    Problem: {type: object, properties: {message: {type: string}}}
"""
"""Two resources, with components that both use."""

EDITS = {
    "a description": ("zoo.yaml", "Get an animal", "Get one animal"),
    "a shared response": ("zoo.yaml", "There is none.", "There is no such thing."),
    "a shared parameter": (
        "zoo.yaml",
        "name: id, in: path",
        "name: id, in: path, description: Which.",
    ),
    "one that equals what it was": ("zoo.yaml", "example: 1}", "example: 1.0}"),
    "an extension that equals what it was": ("zoo.yaml", "x-limit: 1\n", "x-limit: true\n"),
    "a line more": ("zoo.yaml", "paths:\n", "\npaths:\n"),
    "a model": ("zoo.yaml", "Who keeps them.", "Who feeds them."),
    "a property": (
        "zoo.yaml",
        "{message: {type: string}}",
        "{message: {type: string}, code: {type: integer}}",
    ),
    "the name of a model": ("zoo.yaml", "Problem", "Trouble"),
    "the name of a method": ("zoo.yaml", "getKeeper", "findKeeper"),
    "the description of a tag": ("zoo.yaml", "All of them.", "Many."),
    "the name of a tag": ("zoo.yaml", "keepers}]", "people}]"),
    "the tag of an operation": ("zoo.yaml", "tags: [keepers]", "tags: [people]"),
    "the version of the document": ("zoo.yaml", 'version: "1"', 'version: "2"'),
    "the title": ("zoo.yaml", "title: Zoo", "title: The zoo"),
    "a security scheme": (
        "zoo.yaml",
        "components:\n",
        "components:\n  securitySchemes: {key: {type: http, scheme: basic}}\n",
    ),
    "an overlay": (
        "overlay.yaml",
        "actions: []",
        "actions: [{target: $.info, update: {description: Many animals}}]",
    ),
    "a template": ("mine/docs/limits.md.jinja", "Limits", "All limits"),
    "a template that others include": ("mine/header.jinja", "First", "Second"),
    "a block of a default template": ("mine/package/client.py.jinja", "Docs.", "More docs."),
    "a block of a default piece": ("mine/package/api/method.jinja", "Of ", "Out of "),
    "the name of the package": ("clientsmith.toml", "strict", 'package = "park"\nstrict'),
    "the version": ("clientsmith.toml", "strict = true", 'strict = true\nversion = "9.9"'),
}
"""By what changes: the file, and what is put in place of what; one after the other."""

LIMITS = """\
Limits
{% for each in api.operations if "x-limit" in each.extensions %}
{{ each.extensions["x-limit"] | literal }}
{% endfor %}
"""
PLACES = "{% for each in api.operations %}{{ each.source.line }} {% endfor %}\n"
CLIENT = """\
{% extends "default/package/client.py.jinja" %}
{% block docstring %}
\"\"\"Docs.\"\"\"
{% endblock %}
"""
METHOD = """\
{% extends "default/package/api/method.jinja" %}
{% block description %}
{{ super() }}
        Of {{ resource.tag | doc(8) }}, {{ api.version | doc(8) }}.
{% endblock %}
"""

EXECUTED = """
import signal
from clientsmith import cli, __main__
from clientsmith.cli import generate


def interrupted(arguments):
    exec("signal.raise_signal(signal.SIGINT)", {"signal": signal})


generate._run = interrupted
cli.sys.argv[1:] = ["generate"]
__main__.run()
"""
"""A command that is interrupted while a text is executed, as in the import of a dataclass."""

DROPPED = """\
import signal, sys
from clientsmith.watching import interruption, wakes


class Tidied:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)


with interruption() as ended:
    Tidied()
    print("went on")
    for _ in wakes(sys.argv[1:], ended):
        pass
"""
"""Presses Ctrl-C where Python drops what is raised."""

PATIENCE = 60.0
"""Seconds after which a test gives up."""


class Session:
    """A running `clientsmith generate --watch`.

    Args:
        folder: Where it runs.
        arguments: What it is given besides.
    """

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "clientsmith", "generate", "--watch", *arguments]
        self._process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def until(self, text: str) -> str:
        """Return what is printed up to the line that has a text."""
        said = ""
        while text not in said.rpartition("\n")[0].rpartition("\n")[2]:
            said += self._lines.get(timeout=PATIENCE)
        return said

    def write(self, name: str, text: str) -> None:
        """Write a file as a simple editor does."""
        file = self.folder / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(text)

    def read(self, name: str) -> str:
        """Return the text of a file."""
        return (self.folder / name).read_text()

    def end(self) -> int:
        """Wait until it ends by itself; return the exit status."""
        return self._process.wait(PATIENCE)

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit status, and what was printed that nobody read."""
        self._process.send_signal(signal.SIGINT)
        status = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status, "".join(self._lines.queue)

    def close(self) -> None:
        """End it in any case."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache for all tests, as the import of the models' generator takes long."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def project(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a document, a file it refers to, a configuration, an overlay and a template."""
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(cache))
    texts = {
        "zoo.yaml": DOCUMENT,
        "parts/animal.yaml": ANIMAL,
        "overlay.yaml": "overlay: 1.0.0\ninfo: {title: Names, version: '1'}\nactions: []\n",
        "clientsmith.toml": 'spec = "zoo.yaml"\noutput = "out"\ntemplates = "mine"\noverlays = ["overlay.yaml"]\nstrict = true\n',
        "mine/header.jinja": "# First",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def session(project: Path) -> Iterator[Session]:
    """Return a session that waits for a change."""
    running = Session(project)
    try:
        running.until("watching")
        yield running
    finally:
        running.close()


def test_each_kind_of_file_is_followed(session: Session) -> None:
    session.write("zoo.yaml", DOCUMENT.replace("List the animals", "List them all"))
    session.until(" written, ")
    assert "List them all" in session.read(RESOURCE)
    session.write("parts/animal.yaml", f"{ANIMAL}  age: {{type: integer}}\n")
    session.until(" written, ")
    assert "age: int | None" in session.read("out/src/zoo/models/animal.py")
    action = "actions: [{target: $.info, update: {description: Many animals}}]"
    session.write("overlay.yaml", session.read("overlay.yaml").replace("actions: []", action))
    session.until(" written, ")
    assert "Many animals" in session.read("out/README.md")
    session.write("mine/header.jinja", "# Second")
    session.until(" written, ")
    assert session.read(RESOURCE).startswith("# Second")
    session.write("mine/docs/notes.md.jinja", "Notes on {{ api.package }}")
    session.until(" written, ")
    assert session.read("out/docs/notes.md") == "Notes on zoo"
    configured = session.read("clientsmith.toml")
    session.write("clientsmith.toml", f'{configured}version = "9.9"\n')
    session.until(" written, ")
    assert 'version = "9.9"' in session.read("out/pyproject.toml")


def test_after_each_edit_the_output_is_what_a_run_that_remembers_nothing_gives(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    templates = {
        "docs/limits.md.jinja": LIMITS,
        "docs/places.md.jinja": PLACES,
        "package/client.py.jinja": CLIENT,
        "package/api/method.jinja": METHOD,
    }
    for name, text in templates.items():
        (project / "mine" / name).parent.mkdir(exist_ok=True, parents=True)
        (project / "mine" / name).write_text(text)
    (project / "zoo.yaml").write_text(PARK)
    session = Session(project)
    try:
        session.until("watching")
        for change, (name, before, after) in EDITS.items():
            text = session.read(name)
            assert before in text, change
            session.write(name, text.replace(before, after))
            session.until(" written, ")
            assert main(["check"]) == 0, f"{change}: {capsys.readouterr().out}"
        assert main(["check", "--no-cache"]) == 0
    finally:
        session.close()


def test_a_session_leaves_what_a_run_without_a_cache_gives(session: Session) -> None:
    for text in ("One", "Two", "Three"):
        session.write("zoo.yaml", DOCUMENT.replace("List the animals", text))
        session.until(" written, ")
    assert session.interrupt()[0] == 0
    command = [sys.executable, "-m", "clientsmith", "generate", "--no-cache"]
    done = subprocess.run(command, cwd=session.folder, capture_output=True, text=True, check=True)
    assert "; 0 files written, " in done.stdout


def test_a_file_that_is_half_saved_is_told_of_and_the_next_save_mends_it(session: Session) -> None:
    before = session.read(RESOURCE)
    session.write("zoo.yaml", DOCUMENT[:-30])
    said = session.until("nothing was written")
    assert "zoo.yaml:13:" in said
    assert "Traceback" not in said
    assert session.read(RESOURCE) == before
    session.write("parts/animal.yaml", "type: object\n\tname: x\n")
    session.write("zoo.yaml", DOCUMENT.replace("List the animals", "Mended"))
    assert "animal.yaml:2:" in session.until("animal.yaml:2:")
    session.until("nothing was written")
    session.write("parts/animal.yaml", ANIMAL)
    session.until(" written, ")
    assert "Mended" in session.read(RESOURCE)


def test_a_file_that_is_replaced_or_away_for_a_while_is_followed_further(session: Session) -> None:
    file = session.folder / "zoo.yaml"
    for text in ("Renamed over", "Renamed over again"):
        session.write("zoo.yaml.new", DOCUMENT.replace("List the animals", text))
        (session.folder / "zoo.yaml.new").replace(file)
        session.until(" written, ")
        assert text in session.read(RESOURCE)
    file.unlink()
    assert "there is no file" in session.until("nothing was written")
    session.write("zoo.yaml", DOCUMENT.replace("List the animals", "Back"))
    session.until(" written, ")
    assert "Back" in session.read(RESOURCE)
    shutil.rmtree(session.folder / "parts")
    session.until("nothing was written")
    session.write("parts/animal.yaml", f"{ANIMAL}  legs: {{type: integer}}\n")
    session.until(" written, ")
    assert "legs: int" in session.read("out/src/zoo/models/animal.py")


def test_a_file_that_is_referred_to_later_is_followed_too(session: Session) -> None:
    session.write("zoo.yaml", DOCUMENT.replace("parts/animal.yaml", "more/beast.yaml"))
    assert "more/beast.yaml" in session.until("nothing was written")
    session.write("more/beast.yaml", ANIMAL.replace("Animal", "Beast"))
    session.until(" written, ")
    session.write(
        "more/beast.yaml", f"{ANIMAL.replace('Animal', 'Beast')}  wild: {{type: boolean}}\n"
    )
    session.until(" written, ")
    assert "wild: bool" in session.read("out/src/zoo/models/beast.py")


def test_a_document_that_is_wrong_at_the_beginning_is_followed(project: Path) -> None:
    (project / "zoo.yaml").write_text("openapi: 3.1.0\npaths: [\n")
    session = Session(project)
    try:
        assert "zoo.yaml:3:" in session.until("watching")
        session.write("zoo.yaml", DOCUMENT)
        session.until(" written, ")
        assert "List the animals" in session.read(RESOURCE)
        assert session.interrupt() == (0, "")
    finally:
        session.close()


def test_a_release_is_one_run(project: Path) -> None:
    session = Session(project, "--release", "2026-11-23")
    try:
        session.until("do not go together")
        assert session.end() == 2
    finally:
        session.close()


def test_what_is_not_the_documents_starts_no_run(session: Session) -> None:
    session.write("notes.txt", "nothing to see")
    os.utime(session.folder / "zoo.yaml")
    assert session.interrupt() == (0, "")


def test_an_interrupt_is_no_failure_whatever_it_falls_into() -> None:
    done = subprocess.run([sys.executable, "-c", EXECUTED], check=False, timeout=PATIENCE)
    assert done.returncode == 130


def test_an_interrupt_that_python_drops_ends_the_waiting(tmp_path: Path) -> None:
    command = [sys.executable, "-c", DROPPED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert done.stdout == "went on\n"
    assert "Exception ignored in" in done.stderr
