"""A table of a TOML file that knows where its keys stand.

tomllib gives values without positions. They are needed only to report an error, so they are found then, by reading the
lines again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from .diagnostics import Diagnostic, DiagnosticError, Location, shown

__all__ = ["ConfigurationError", "Table", "parse"]

_NAME = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=\s*")
_HEADER = re.compile(rf"\s*(\[\s*{_NAME}(?:\s*\.\s*{_NAME})*\s*\])")
_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


class ConfigurationError(DiagnosticError):
    """The configuration, or an option of the command line, cannot be used."""

    exit_status = 2


@dataclass(frozen=True)
class Table:
    """One table of a TOML file.

    Attributes:
        file: The file.
        path: The names that lead to the table, none for the top level.
        values: What stands in it, as tomllib gives it.
        text: The whole file's text.
    """

    file: Path
    path: tuple[str, ...]
    values: dict[str, object]
    text: str

    @property
    def location(self) -> Location:
        """The place of the table."""
        if not self.path:
            return self._location(1, 0)
        return Table(self.file, self.path[:-1], {}, self.text).key(self.path[-1])

    def table(self, name: str) -> Table | None:
        """Return an inner table, or None when the name is not there.

        Raises:
            ConfigurationError: The name is there and is no table.
        """
        if name not in self.values:
            return None
        inner = self.values[name]
        if not isinstance(inner, dict):
            message = f"{'.'.join((*self.path, name))} has to be a table"
            raise ConfigurationError(Diagnostic("error", message, self.value(name)))
        return Table(self.file, (*self.path, name), cast(dict[str, object], inner), self.text)

    def key(self, name: str) -> Location:
        """Return the place of a key, or the best place known when it is written in an unusual way."""
        return self._find(name)[0]

    def value(self, name: str) -> Location:
        """Return the place of a key's value."""
        return self._find(name)[1]

    def _find(self, name: str) -> tuple[Location, Location]:
        sought = (*self.path, name)
        nearest = self._location(1, 0)
        for number, start, path, end in _names(self.text):
            here = self._location(number, start)
            if path == sought:
                return here, self._location(number, end)
            if path == sought[: len(path)]:
                nearest = here
                inline = re.compile(rf"[{{,]\s*[\"']?({re.escape(name)})[\"']?\s*=\s*")
                found = inline.search(self.text.split("\n")[number - 1], end)
                if found:
                    return self._location(number, found.start(1)), self._location(
                        number, found.end()
                    )
        return nearest, nearest

    def _location(self, line: int, offset: int) -> Location:
        source = self.text.split("\n")[line - 1].rstrip("\r")
        return Location(shown(self.file), line, offset + 1, source=source)


def parse(file: Path, content: bytes) -> Table:
    """Parse a TOML file.

    Args:
        file: Its path, for messages.
        content: Its bytes.

    Returns:
        The top level.

    Raises:
        ConfigurationError: It is not UTF-8 or not TOML (toml.io v1.0).
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            Diagnostic(
                "error", "this is not UTF-8", Location(shown(file), line, 1), "save it as UTF-8"
            )
        ) from None
    try:
        return Table(file, (), tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE.search(message)
        lines = text.split("\n")
        end = len(lines), len(lines[-1]) + 1
        line, column = (int(place[1]), int(place[2])) if place else end
        location = Location(shown(file), line, column, source=lines[line - 1].rstrip("\r"))
        what = _PLACE.sub("", message).removesuffix(" (at end of document)")
        raise ConfigurationError(
            Diagnostic("error", f"this is not TOML: {what}", location)
        ) from None


def _names(text: str) -> Iterator[tuple[int, int, tuple[str, ...], int]]:
    """Yield line, start, full path and end of every table header and key outside of multi-line strings."""
    table: tuple[str, ...] = ()
    quote = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not quote:
            if header := _HEADER.match(line):
                table = _path(header[1])
                yield number, header.start(1), table, header.end(1)
            elif key := _KEY.match(line):
                yield number, key.start(1), (*table, *_path(f"[{key[1]}]")), key.end()
        for mark in re.findall(r'"""|' + "'''", line):
            quote = mark if not quote else "" if quote == mark else quote


def _path(header: str) -> tuple[str, ...]:
    """Return the names in a table header, which tomllib itself reads."""
    names: list[str] = []
    try:
        inner: object = tomllib.loads(header)
    except tomllib.TOMLDecodeError:
        return ()
    while isinstance(inner, dict) and inner:
        name, inner = next(iter(cast(dict[str, object], inner).items()))
        names.append(name)
    return tuple(names)
