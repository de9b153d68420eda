"""A folder with a document and templates, and a preview of it that is asked over HTTP as its page asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest

from clientsmith.config import load
from clientsmith.preview.live import Live
from clientsmith.preview.pages import Pages
from clientsmith.preview.server import Server

DOCUMENT = """\
openapi: 3.1.0
info: {title: "Zoo </script><script>alert(1)</script>", version: "1"}
servers: [{url: "https://zoo.example"}]
paths:
  /animals:
    get:
      operationId: listAnimals
      summary: List the <b>animals</b>
      tags: [animals]
      responses:
        "200":
          description: The animals.
          content:
            application/json:
              schema: {$ref: "parts.yaml#/Animal"}
"""
PARTS = """\
Animal:
  type: object
  properties:
    name:
      type: string
      description: What it is called.
"""
METHOD = """\
{% extends "default/package/api/method.jinja" %}
{% block body %}
        print("calling")
{{ super() }}
{%- endblock %}
"""
TEMPLATE = "templates/package/api/method.jinja"
CONFIGURATION = 'spec = "zoo.yaml"\noutput = "out"\npackage = "zoo"\ntemplates = "templates"\n'


class Preview:
    """A preview at work.

    Args:
        root: The folder, with a document and a template.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.told: list[float] = []
        self.live = Live(lambda: load(root), lambda _, seconds: self.told.append(seconds))
        self.server = Server(Pages(self.live), 0)
        self.client = httpx2.Client(base_url=self.server.url, timeout=60)
        self._threads = [Thread(target=self.server.serve_forever), Thread(target=self.live.run)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop it, and wait for its threads."""
        self.client.close()
        self.live.end()
        self.server.shutdown()
        self.server.server_close()
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive()

    def get(self, what: str, **query: str | int) -> Any:
        """Ask for something, and return the values of the answer."""
        answer = self.client.get(f"/{what}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def picture(self) -> Any:
        """Return the latest picture once all of it has been looked through."""
        picture = self.get("picture", after=0)
        while len(self.told) == 0:
            picture = self.get("picture", after=picture["version"])
        return picture

    def write(self, name: str, text: str) -> Any:
        """Write a file, and return the picture that is complete after that."""
        count, version = len(self.told), self.live.picture.version
        draft = self.root / "draft"
        draft.write_text(text)
        draft.replace(self.root / name)  # no half of it can be seen
        while len(self.told) == count:
            picture = self.live.after(version, 1)
            version = picture.version
        return self.get("picture", after=0)

    def lines(self, kind: str, file: str) -> list[str]:
        """Return the lines of a file."""
        lines: list[str] = self.get("lines", kind=kind, file=file)["lines"]
        return lines

    def number(self, kind: str, file: str, text: str) -> int:
        """Return the number of the first line of a file that has a text."""
        return next(n for n, line in enumerate(self.lines(kind, file), 1) if text in line)

    def name(self, kind: str, ending: str) -> str:
        """Return the name of the file that ends so."""
        files: list[tuple[str, str]] = self.get("picture", after=0)["files"][kind]
        return next(file for file, _ in files if file.endswith(ending))


def project(root: Path) -> Path:
    """Write a document, a template and a configuration into a folder."""
    (root / "zoo.yaml").write_text(DOCUMENT)
    (root / "parts.yaml").write_text(PARTS)
    (root / "clientsmith.toml").write_text(CONFIGURATION)
    (root / TEMPLATE).parent.mkdir(parents=True)
    (root / TEMPLATE).write_text(METHOD)
    return root


@pytest.fixture(scope="session")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview; a test that changes a file of it changes it back."""
    preview = Preview(project(tmp_path_factory.mktemp("preview")))
    try:
        preview.picture()
        yield preview
    finally:
        preview.stop()
