"""Where each line of a generated file comes from: the template's line, what it was rendered for, and the document's line.

Nothing of this is in the output. The file is rendered anew with the origin of every piece noted (`render.trace`), formatted, and
the two texts are laid side by side (`render.alignment`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .api import Operation
from .config import Configuration
from .diagnostics import Diagnostic, DiagnosticError, Location, quoted, shown
from .paths import BOOKS
from .pipeline import lowered
from .read.document import Document
from .read.source import Pointer
from .render.failures import place, source_of, title_of

if TYPE_CHECKING:
    from .render.trace import Origin, Traced

__all__ = ["ExplainError", "Explained", "Line", "Source", "Sources", "explain"]

_KEYS = {"id": "operationId", "documentation": "description", "tag": "name"}
"""Fields of `Api` whose key in the document has another name."""


class ExplainError(DiagnosticError):
    """A file is not one that clientsmith generates, or has no such line."""

    exit_status = 2


@dataclass(frozen=True, slots=True)
class Source:
    """One place that a line comes from.

    Attributes:
        template: the place in the template.
        block: the block around it.
        subject: the operation, model, incoming request or resource that it was rendered for, in words.
        spec: the place in the document, if it has what the line says.
    """

    template: Location
    block: str | None
    subject: str | None
    spec: Location | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a generated file.

    Attributes:
        number: its number, from 1.
        text: the line.
        sources: where it comes from, what gave the most of it first; none for a line that somebody else wrote.
    """

    number: int
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A generated file.

    Attributes:
        file: the file as shown to the user.
        lines: its lines.
        is_current: whether it is what the document and the templates give now.
    """

    file: str
    lines: tuple[Line, ...]
    is_current: bool


def explain(configuration: Configuration, file: Path) -> Explained:
    """Explain a file of the output.

    Args:
        configuration: what the output is made from.
        file: the file.

    Raises:
        ExplainError: the file is not one that the configuration gives.
        DiagnosticError: as for `pipeline.generate`.
    """
    _require_file(file)
    made = lowered(configuration)
    output = Path(os.path.realpath(configuration.output_for(made.api.distribution)))
    resolved = Path(os.path.realpath(file))
    if not resolved.is_relative_to(output):
        message = f"{shown(file)} is not in the output, {shown(output)}"
        hint = "name the output with -o, and the document if another one is configured"
        if not file.exists():
            message, hint = f"there is no file {shown(file)}", f"the output is {shown(output)}"
        raise ExplainError(Diagnostic("error", message, hint=hint))
    path = resolved.relative_to(output).as_posix()
    text = made.renderer.trace(path)
    if text is None:
        raise _not_generated(file, path)
    lines = list(Sources(made.document).lines(text, path))
    found = _read(resolved)
    is_current = found == [line.text for line in lines]
    return Explained(shown(file), tuple(_carried_over(lines, found)), is_current)


class Sources:
    """Where the pieces of rendered texts come from.

    Args:
        document: what they are made from.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: dict[tuple[object, ...], Source] = {}
        self._places = cache(place)

    def lines(self, text: Traced, path: str) -> Iterator[Line]:
        """Yield the lines of a file as it would be written.

        Args:
            text: what was rendered.
            path: the path of the output file.

        Raises:
            TemplateError: it is not valid Python.
        """
        from .format import format_files
        from .render.alignment import aligned

        formatted = format_files([(path, text)], thorough=True)[path]
        pieces_of_lines = aligned(text, formatted)
        before = tuple(self.of(origin) for _, origin in text.origins[:1]) if not text else ()
        for number, (line, pieces) in enumerate(
            zip(formatted.split("\n"), pieces_of_lines, strict=True), 1
        ):
            weights: dict[Source, int] = {}
            for start, end in pieces:
                for origin, length in text.segments(start, end):
                    source = self.of(origin)
                    weights[source] = weights.get(source, 0) + length
            before = tuple(sorted(weights, key=lambda source: -weights[source])) or before[:1]
            yield Line(number, line, before)

    def of(self, origin: Origin) -> Source:
        """Return the source that the user is told of."""
        key = (
            origin.template,
            origin.line,
            origin.block,
            id(origin.subject),
            id(origin.node),
            origin.field,
        )
        found = self._found.get(key)
        if found is None:
            subject = title_of(origin.subject) if origin.subject is not None else None
            where = self._places(origin.template, origin.line)
            found = self._found[key] = Source(where, origin.block, subject, self._spec(origin))
        return found

    def _spec(self, origin: Origin) -> Location | None:
        """Return where the document has what a piece says: the field that it prints, or else the node that has it."""
        node, field = _told_by(origin)
        base = source_of(node)
        if base is None:
            return None
        file = next((file for file in self._document.files if file.name == base.file), None)
        if file is None:
            return base
        pointer: Pointer = ()
        value = file.data
        for token in base.pointer.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            if isinstance(value, list):
                pointer, value = (*pointer, int(key)), value[int(key)]
            elif isinstance(value, dict) and key in value:
                pointer, value = (*pointer, key), value[key]
            else:
                return base
        if isinstance(value, dict) and field in value:
            pointer = (*pointer, field)
        return file.location(pointer, key=True)


def _told_by(origin: Origin) -> tuple[object, str]:
    """Return the node of `Api` that has what a piece says, and the key of it in the document."""
    node, field = origin.node, origin.field or ""
    if isinstance(node, Operation) and field == "returned":
        success = next((response for response in node.responses if response.error is None), None)
        if success is not None:
            return success, "description"
    return node, _KEYS.get(field, field)


def _carried_over(lines: list[Line], found: list[str]) -> Iterator[Line]:
    """Yield the lines that are in the file, each explained as the line of the same text that would be written."""
    matcher = SequenceMatcher(None, [line.text for line in lines], found, autojunk=False)
    sources = {
        block.b + offset: lines[block.a + offset].sources
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }
    for number, text in enumerate(found):
        yield Line(number + 1, text, sources.get(number, ()))


def _require_file(file: Path) -> None:
    """Refuse what cannot be a file and a line, before anything is made."""
    name, _, number = file.name.partition(":")
    if file.is_dir():
        message, hint = f"{shown(file)} is a folder", "name a file in it"
    elif number and file.with_name(name).is_file() and not file.exists():
        message, hint = f"{quoted(number)} is no number of a line", "write FILE or FILE:LINE"
    else:
        return
    raise ExplainError(Diagnostic("error", message, hint=hint))


def _not_generated(file: Path, path: str) -> ExplainError:
    message = f"{shown(file)} is not made of a template"
    hint = "somebody else wrote it" if file.exists() else "there is no such file"
    if path in BOOKS:
        hint = "clientsmith keeps its books there"
    return ExplainError(Diagnostic("error", message, hint=hint))


def _read(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        message = f"{shown(file)} is not UTF-8"
    except OSError as error:
        message = f"{shown(file)} cannot be read: {error.strerror}"
    raise ExplainError(Diagnostic("error", message))
