"""The text of one file, and the way from an offset in it to a line and a column."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from typing import Final, TypeAlias

from ..diagnostics import MAX_SOURCE, Diagnostic, InputError, Location, SpecError

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | None"
"""What a document is made of: the types of JSON."""

Pointer: TypeAlias = tuple[str | int, ...]
"""The way from the top of a file to a value: keys of mappings and indexes of lists."""

MAX_BYTES: Final = 64 * 1024 * 1024
"""Bytes that are read of all files of one document together."""

MAX_NODES: Final = 2_000_000
"""Keys and values in one file."""

MAX_DEPTH: Final = 200
"""Mappings and lists inside one another."""

MAX_DIGITS: Final = 1000
"""Characters of a number."""

MAX_ALIASED: Final = 200_000
"""Values that YAML aliases and merge keys of one file stand for, counted each time they are used."""

MAX_DUPLICATES: Final = 100
"""Duplicate keys that are reported before the reader gives up."""

_BREAK = re.compile(r"\r\n?|\n")
_BOMS = (
    (BOM_UTF8, "utf-8"),
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_BY_ZEROS = {
    b"\1\0\0\0": "utf-32-le",
    b"\0\0\0\1": "utf-32-be",
    b"\1\0\1\0": "utf-16-le",
    b"\0\1\0\1": "utf-16-be",
}


class Source:
    """The decoded text of a file.

    Args:
        name: The file as shown to the user.
        text: Its characters, without a byte order mark, line breaks as they are.
    """

    __slots__ = ("_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name: Final = name
        self.text: Final = text
        self._starts: array[int] | None = None

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, both counted from 1, of a character.

        Args:
            offset: Index of the character in the text; one past the end is allowed.
        """
        if self._starts is None:
            self._starts = array("I", [0])
            self._starts.extend(match.end() for match in _BREAK.finditer(self.text))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def location(self, offset: int, pointer: str = "") -> Location:
        """Return the place of a character, with the text of its line.

        Args:
            offset: Index of the character in the text; one past the end is allowed.
            pointer: JSON pointer of the value there.
        """
        line, column = self.position(offset)
        start = max(offset - column + 1, offset - MAX_SOURCE)
        window = self.text[start : offset + MAX_SOURCE]
        end = _BREAK.search(window, min(offset, len(self.text)) - start)
        source = window[: end.start()] if end else window
        return Location(self.name, line, column, pointer, source, column - (offset - start))

    def unreadable(
        self, message: str, offset: int, hint: str | None = None, rule: str = "syntax"
    ) -> InputError:
        """Make the error for text that is not YAML or JSON, or is over a limit."""
        return InputError(Diagnostic("error", message, self.location(offset), hint, rule))

    def invalid(
        self, message: str, offset: int, hint: str | None = None, rule: str = "syntax"
    ) -> SpecError:
        """Make the error for text that is YAML or JSON and cannot be taken as a document."""
        return SpecError(Diagnostic("error", message, self.location(offset), hint, rule))


def decode(data: bytes, name: str) -> Source:
    """Decode a file: UTF-8, or UTF-16 or UTF-32 of either byte order, with or without a byte order mark.

    Args:
        data: The bytes of the file.
        name: The file as shown to the user.

    Returns:
        The text.

    Raises:
        InputError: The bytes are not text, or there are none.
    """
    encoding, skip = _encoding(data)
    try:
        text = data[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        before = data[skip : skip + error.start].decode(encoding, "replace")
        line, column = Source(name, before).position(len(before))
        message = f"byte 0x{error.object[error.start]:02X} is not {encoding.upper()} text"
        place = Location(name, line, column)
        raise InputError(
            Diagnostic("error", message, place, "save the file as UTF-8", "encoding")
        ) from None
    source = Source(name, text)
    nul = text.find("\0")
    if nul >= 0:
        raise source.unreadable(
            "the file is not text: it holds a NUL character", nul, rule="encoding"
        )
    if not text.strip():
        raise source.unreadable(
            "the file is empty", 0, "give an OpenAPI document in YAML or JSON", "empty"
        )
    return source


def _encoding(data: bytes) -> tuple[str, int]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name, len(mark)
    zeros = bytes(byte != 0 for byte in data[:4])
    return _BY_ZEROS.get(zeros, "utf-8"), 0
