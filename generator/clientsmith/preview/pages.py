"""What the page asks for, and the answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from ..diagnostics import Diagnostic, DiagnosticError, format_text
from ..explain import Line, Source
from .live import Live
from .picture import Picture, Text

_PAGE: Final = Path(__file__).parent / "page"
_KINDS: Final = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/preview.css": ("preview.css", "text/css; charset=utf-8"),
    "/preview.js": ("preview.js", "text/javascript; charset=utf-8"),
}
_PATIENCE: Final = 25.0
"""Seconds that the page is kept waiting for a change before it asks again."""

Query = Mapping[str, str]


class Pages:
    """The answers to the page's requests.

    Args:
        live: has the picture.
    """

    def __init__(self, live: Live) -> None:
        self._live = live
        self._answers: Mapping[str, Callable[[Query], object]] = {
            "/picture": self._picture,
            "/lines": self._lines,
            "/found": self._found,
        }

    def answer(self, path: str, query: Query) -> tuple[str, bytes] | None:
        """Return the media type and the body for a request; None if there is nothing of that name.

        Args:
            path: the path of the request.
            query: its parameters.
        """
        if path in _KINDS:
            name, kind = _KINDS[path]
            return kind, (_PAGE / name).read_bytes()
        if path not in self._answers:
            return None
        try:
            answer = self._answers[path](query)
        except (KeyError, ValueError):
            return None
        return "application/json", json.dumps(answer).encode()

    def _picture(self, query: Query) -> object:
        """Return what there is, as soon as that is another picture than the one that the page has."""
        picture = self._live.after(int(query["after"]), _PATIENCE)
        rendering = picture.rendering
        return {
            "version": picture.version,
            "current": picture.is_current,
            "title": rendering.title if rendering is not None else "",
            "files": {
                "document": _choices(picture.documents),
                "template": _choices(picture.templates),
                "output": [[path, path] for path in rendering.outputs] if rendering else [],
            },
            "findings": [_finding(each, picture) for each in picture.diagnostics],
        }

    def _lines(self, query: Query) -> object:
        """Return the lines of a file; those of an output file with their sources."""
        picture, file = self._live.picture, query["file"]
        if query["kind"] != "output":
            return {"lines": _text(picture, query["kind"], file).lines()}
        if picture.rendering is None:
            raise KeyError(file)
        try:
            lines = picture.rendering.lines(file)
        except DiagnosticError as error:
            return {"lines": [], "problem": format_text(error.diagnostics)}
        return _explained(lines)

    def _found(self, query: Query) -> object:
        """Return which output comes from a line of the document or of a template."""
        picture, file, line = self._live.picture, query["file"], int(query["line"])
        if picture.rendering is None:
            raise KeyError(file)
        if query["kind"] == "document":
            found = picture.rendering.from_document(file, line)
        else:
            lines = _text(picture, query["kind"], file).lines()
            found = picture.rendering.from_template(file, line, lines)
        return {"outputs": found.outputs, "lines": found.lines}


def _text(picture: Picture, kind: str, file: str) -> Text:
    return {"document": picture.documents, "template": picture.templates}[kind][file]


def _choices(texts: Mapping[str, Text]) -> list[list[str]]:
    return [[name, text.label] for name, text in texts.items()]


def _explained(lines: Iterable[Line]) -> object:
    """Return lines with the numbers of their sources, and the sources."""
    numbers: dict[Source, int] = {}
    texts: list[str] = []
    origins: list[list[int]] = []
    for line in lines:
        texts.append(line.text)
        origins.append([numbers.setdefault(source, len(numbers)) for source in line.sources])
    return {"lines": texts, "origins": origins, "sources": [_source(each) for each in numbers]}


def _source(source: Source) -> object:
    return {
        "template": [source.template.file, source.template.line],
        "document": [source.spec.file, source.spec.line] if source.spec is not None else None,
        "block": source.block,
        "subject": source.subject,
    }


def _finding(diagnostic: Diagnostic, picture: Picture) -> object:
    place = diagnostic.location
    kinds = {"document": picture.documents, "template": picture.templates}
    found = [kind for kind, texts in kinds.items() if place is not None and place.file in texts]
    return {
        "severity": diagnostic.severity,
        "text": format_text([diagnostic]),
        "place": [found[0], place.file, place.line] if place is not None and found else None,
    }
