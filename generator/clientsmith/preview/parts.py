"""Which part of a document or of a template a line is in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from ..diagnostics import Location
from ..read.file import File
from ..read.source import Pointer, Value

_TAG = re.compile(r"\{%[-+]?\s*(?:(block|macro)\s+(\w+)|(endblock|endmacro)\b)")


class Outline:
    """What begins in each line of a file of the document.

    Args:
        name: the file, as it is shown to the user.
        files: all files of the document; what an overlay brought in stands in another file than where it is now.
    """

    def __init__(self, name: str, files: Iterable[File]) -> None:
        found = (place for file in files for place in _places(file) if place.file == name)
        places = sorted((place.line, place.column, place.pointer) for place in found)
        self._lines = [line for line, _, _ in places]
        self._pointers = [pointer for _, _, pointer in places]

    def pointer(self, line: int) -> str | None:
        """Return the JSON pointer (RFC 6901) of what begins first in a line, or else of what began last before it.

        Args:
            line: the line, from 1.
        """
        index = bisect_left(self._lines, line)
        if index < len(self._lines) and self._lines[index] == line:
            return self._pointers[index]
        return self._pointers[index - 1] if index else None


def _places(file: File) -> Iterator[Location]:
    """Yield where each value of a file, or its key, stands."""
    waiting: list[tuple[Pointer, Value]] = [((), file.data)]
    while waiting:
        pointer, value = waiting.pop()
        yield file.location(pointer, key=True)
        if isinstance(value, dict):
            waiting += [((*pointer, key), each) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [((*pointer, index), each) for index, each in enumerate(value)]


def block_at(lines: Iterable[str], line: int) -> str | None:
    """Return the innermost block or macro that a line of a template is in, as a source names it: a macro as `macro name`.

    Args:
        lines: the lines of the template.
        line: the line, from 1; those that begin and end a block are in it.
    """
    around: list[str] = []
    for number, content in enumerate(lines, 1):
        ended = 0
        for kind, name, _ in _TAG.findall(content):
            if kind:
                around.append(f"macro {name}" if kind == "macro" else name)
            else:
                ended += 1
        if number == line:
            return around[-1] if around else None
        del around[max(len(around) - ended, 0) :]
    return None
