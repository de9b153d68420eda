"""Every command and every snippet of README.md works."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import bandwidth_recordings
import pytest

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
NOT_COPIED = (".git", ".venv", ".nox", "__pycache__", ".*_cache", "node_modules", "build", "dist")
LIMIT_SECONDS = 600
PETS_FILE = "pets.yaml"
PETS = """
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses:
        "200":
          description: The pets.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}
components:
  schemas:
    Pet: {type: object, required: [name], properties: {name: {type: string}}}
"""


def blocks(language: str) -> list[str]:
    """The fenced code blocks of README.md in a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_readme_has_commands_and_snippets() -> None:
    assert len(blocks("bash")) >= 4
    assert len(blocks("python")) >= 1
    assert README.count("```") == 2 * len(blocks("bash") + blocks("python"))


@pytest.fixture
def pets() -> Iterator[str]:
    """The URL of a server of two pets."""

    class Pets(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/pets?limit=2"
            body = b'[{"name": "Rex"}, {"name": "Mia"}]' if found else b"{}"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Pets) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_document_of_ones_own_takes_six_lines() -> None:
    (block,) = (block for block in blocks("bash") if PETS_FILE in block)
    assert len(block.splitlines()) == 6


def test_the_commands_work_in_a_fresh_copy_of_the_repository(tmp_path: Path, pets: str) -> None:
    copy = tmp_path / "repository"
    shutil.copytree(REPOSITORY, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    (copy / PETS_FILE).write_text(PETS, encoding="utf-8")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PYTEST", "NOX", "CLIENTSMITH", "BANDWIDTH"))
        and name != "VIRTUAL_ENV"
    }
    environment["CLIENTSMITH_CACHE_DIR"] = str(tmp_path / "cache")
    # The command that runs the tests finds them here and does not run this one again.
    environment["PYTEST_ADDOPTS"] = "--collect-only --quiet"
    for block in blocks("bash"):
        commands = block.replace("http://127.0.0.1:8080", pets)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=copy,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_SECONDS,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}"
        assert PETS_FILE not in block or "['Rex', 'Mia']" in done.stdout


@pytest.mark.parametrize("snippet", blocks("python"))
def test_a_snippet_works(
    snippet: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    quickstart = runpy.run_path(str(REPOSITORY / "docs" / "quickstart.py"))
    file = tmp_path / "snippet.py"
    file.write_text(snippet, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with quickstart["serve"]() as url:
        client = partial(bandwidth_recordings.Client, base_url=url)
        monkeypatch.setattr(bandwidth_recordings, "Client", client)
        runpy.run_path(str(file))
    recording = quickstart["RECORDING"]["recordingId"]
    assert recording in capsys.readouterr().out
    assert (tmp_path / f"{recording}.wav").stat().st_size > 44
