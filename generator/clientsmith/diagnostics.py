"""What was found in a document, where, and how it is told to a person or a program.

    DiagnosticError
    ├── SpecError       the document can be read, and says something wrong   (exit status 1)
    └── InputError      there is no document to judge                        (exit status 2)

Text of a document may stand in any message. Every format below makes it harmless to a terminal and to a
log: control characters, line breaks and invisible characters are shown as escapes, and long text is cut.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import ClassVar, Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]

MAX_MESSAGE = 600
"""Characters of a message or hint that are shown."""

MAX_QUOTE = 80
"""Characters of a piece of document text that are quoted inside a message."""

MAX_SOURCE = 100
"""Characters of a source line that are shown around the place of a finding."""

_GITHUB_COMMAND: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


@dataclass(frozen=True, slots=True, eq=False)
class Location:
    """A place in a file, as an editor and a person would name it.

    Attributes:
        file: The file as shown to the user: relative to the working directory when below it.
        line: Line, counted from 1.
        column: Column in characters, counted from 1.
        pointer: JSON pointer (RFC 6901) of the place, `""` for the whole document.
        source: The text of the line, or the part of it around the place, if it is known.
        source_column: Column of the first character of `source`.
    """

    file: str
    line: int
    column: int
    pointer: str = ""
    source: str | None = field(default=None, compare=False, repr=False)
    source_column: int = field(default=1, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{printable(self.file)}:{self.line}:{self.column}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Location) and self._place() == other._place()

    def __hash__(self) -> int:
        return hash(self._place())

    def _place(self) -> tuple[str, int, int, str]:
        return self.file, self.line, self.column, self.pointer


class LocationSought(Location):
    """A place that is found when something of it is asked for: nobody asks where most values of a document stand."""

    __slots__ = ("_seek",)
    _seek: Callable[[], Location]

    @classmethod
    def by(cls, seek: Callable[[], Location]) -> LocationSought:
        """Return the place that a function finds."""
        place = cls.__new__(cls)
        object.__setattr__(place, "_seek", seek)
        return place

    def __getattr__(self, name: str) -> object:
        if name not in _PARTS:
            raise AttributeError(name)
        found = self._seek()
        for part in _PARTS:
            object.__setattr__(self, part, getattr(found, part))
        return getattr(self, name)

    def __reduce__(self) -> tuple[type[Location], tuple[object, ...]]:
        return Location, tuple(getattr(self, part) for part in _PARTS)


_PARTS = tuple(part.name for part in fields(Location))


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a document.

    Attributes:
        severity: `error` for what makes the document ambiguous or unusable, `warning` for a flaw that can be
            worked around, `note` for information.
        message: One sentence that says what is wrong.
        location: Where, or None when there is no place to name.
        hint: What to do about it.
        rule: Stable id of the rule that found it, such as `dangling-reference`.
    """

    severity: Severity
    message: str
    location: Location | None = None
    hint: str | None = None
    rule: str = ""

    def __str__(self) -> str:
        return _headline(self)


class DiagnosticError(Exception):
    """Work cannot go on because of findings.

    Args:
        diagnostics: The findings, at least one.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.diagnostics: tuple[Diagnostic, ...] = diagnostics

    def __str__(self) -> str:
        return "\n".join(_headline(diagnostic) for diagnostic in self.diagnostics)


class SpecError(DiagnosticError):
    """The document was read and is not valid."""


class InputError(DiagnosticError):
    """The document cannot be read: missing, not a file, not text, not YAML or JSON, or over a limit."""

    exit_status: ClassVar[int] = 2


def judged(
    diagnostics: Iterable[Diagnostic], *, strict: bool, tolerant: bool = False
) -> list[Diagnostic]:
    """Give findings the severity that a run asks for; notes stay notes.

    Args:
        diagnostics: The findings.
        strict: Every finding is an error.
        tolerant: Unless it is strict, no finding is: what is wrong is left out or worked around.
    """
    if strict:
        return [
            replace(one, severity="error") if one.severity == "warning" else one
            for one in diagnostics
        ]
    if tolerant:
        return [
            replace(one, severity="warning") if one.severity == "error" else one
            for one in diagnostics
        ]
    return list(diagnostics)


def printable(text: str, limit: int = MAX_MESSAGE) -> str:
    """Make text safe to show on one line.

    Args:
        text: Any text, lone surrogates included.
        limit: Characters to keep before the rest is replaced by an ellipsis.

    Returns:
        The text with every character that is not visible, other than a space, written as a Python escape.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def shown(path: Path) -> str:
    """Return a path as its user would name it: relative to the current folder when it is that or below it."""
    text = os.path.normpath(path)
    if not os.path.isabs(text):
        return text
    try:
        here = os.getcwd()
    except OSError:
        return text
    if text == here:
        return "."
    below = os.path.join(here, "")
    return Path(text[len(below) :]).as_posix() if text.startswith(below) else text


def quoted(value: object) -> str:
    """Quote a piece of a document inside a message.

    Args:
        value: A scalar, list or mapping of a document.

    Returns:
        Text in single quotes, anything else in JSON notation; harmless and at most `MAX_QUOTE` characters long.
    """
    if isinstance(value, str):
        return f"'{printable(value, MAX_QUOTE)}'"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return printable(json.dumps(value), MAX_QUOTE)


def format_text(diagnostics: Iterable[Diagnostic]) -> str:
    """Lay findings out for a terminal: `path:line:column: error: message [rule]`, the line itself, the hint.

    Args:
        diagnostics: The findings, in the order to show.

    Returns:
        The text, ending in a line break unless there are no findings.
    """
    lines: list[str] = []
    for diagnostic in diagnostics:
        lines.append(_headline(diagnostic))
        if diagnostic.location is not None:
            lines.extend(_excerpt(diagnostic.location))
        if diagnostic.hint:
            lines.append(f"    hint: {printable(diagnostic.hint)}")
    return "".join(f"{line}\n" for line in lines)


def format_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Write findings as a JSON array of objects: severity, rule, message, hint, file, line, column, pointer.

    Args:
        diagnostics: The findings, in the order to write.

    Returns:
        ASCII text, ending in a line break. What is not known is null.
    """
    records: list[dict[str, str | int | None]] = []
    for diagnostic in diagnostics:
        place = diagnostic.location
        records.append(
            {
                "severity": diagnostic.severity,
                "rule": diagnostic.rule,
                "message": diagnostic.message,
                "hint": diagnostic.hint,
                "file": place.file if place else None,
                "line": place.line if place else None,
                "column": place.column if place else None,
                "pointer": place.pointer if place else None,
            }
        )
    return json.dumps(records, indent=2) + "\n"


def format_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Write findings as workflow commands, which GitHub shows as annotations on the lines they name.

    Args:
        diagnostics: The findings, in the order to write.

    Returns:
        One line a finding.
    """
    return "".join(f"{_workflow_command(diagnostic)}\n" for diagnostic in diagnostics)


def _headline(diagnostic: Diagnostic) -> str:
    place = f"{diagnostic.location}: " if diagnostic.location is not None else ""
    rule = f" [{diagnostic.rule}]" if diagnostic.rule else ""
    return f"{place}{diagnostic.severity}: {printable(diagnostic.message)}{rule}"


def _excerpt(place: Location) -> Iterable[str]:
    if not place.source or not place.source.strip():
        return
    column = place.column - place.source_column
    start = max(0, column - MAX_SOURCE // 2) if len(place.source) > MAX_SOURCE else 0
    window = place.source[start : start + MAX_SOURCE].replace("\t", " ")
    before = printable(window[: column - start])
    number = str(place.line)
    yield f"    {number} | {printable(window)}"
    yield f"    {' ' * len(number)} | {' ' * len(before)}^"


def _workflow_command(diagnostic: Diagnostic) -> str:
    properties: dict[str, str] = {}
    if diagnostic.location is not None:
        properties["file"] = printable(diagnostic.location.file)
        properties["line"] = str(diagnostic.location.line)
        properties["col"] = str(diagnostic.location.column)
    if diagnostic.rule:
        properties["title"] = diagnostic.rule
    settings = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = printable(diagnostic.message)
    if diagnostic.hint:
        message += f"\n{printable(diagnostic.hint)}"
    command = _GITHUB_COMMAND[diagnostic.severity]
    return f"::{command} {settings}".rstrip() + f"::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
