"""A module of Python in parts, so that what is found out of one part is remembered while others change.

Each definition and assignment of the module begins a part; of a class, the head is one and each method another. They are told
apart by how their first lines begin, without a parser: where that is wrong, as in a string with such a line, a part is no valid
Python.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_BEGINS = re.compile(
    r"\n(?:(@|class |def |async def |\w+(?:: [^=\n]+)? = )| {4}(?:@|def |async def |class ))"
)
"""How a definition or an assignment of a module begins behind a line end, which is the group, or one in a class."""

_REMEMBERED = 500
"""Parts that are kept in syntax trees: those of one large module."""

_CLASS = "class _:\n    pass\n"


class Part(NamedTuple):
    """Some lines of a module.

    Attributes:
        text: the lines.
        is_method: whether they stand in a class.
        is_head: whether they are a class of which methods follow.
    """

    text: str
    is_method: bool
    is_head: bool

    @property
    def module(self) -> str:
        """A module that holds the part, of a method after `lines_before` lines."""
        return _CLASS + self.text if self.is_method else self.text

    @property
    def lines_before(self) -> int:
        """How many lines there are in the module before the part."""
        return _CLASS.count("\n") if self.is_method else 0

    def parsed(self) -> ast.Module:
        """Return the syntax tree of the module.

        Raises:
            SyntaxError: it is not valid Python; the module it is a part of may be.
            ValueError: as above.
        """
        # Whose imports are written is formatted next, with other lines behind it.
        tree = _parsed(self.module.rstrip("\n"))
        last = tree.body[-1] if tree.body else None
        if self.is_head and not (isinstance(last, ast.ClassDef) and last.body[0].col_offset == 4):
            raise SyntaxError("methods follow a class that is on one line")
        return tree


@lru_cache(_REMEMBERED)
def _parsed(module: str) -> ast.Module:
    return ast.parse(module)


def parts(text: str) -> list[Part]:
    """Return the parts of a module; their texts, joined by line ends, are its text.

    Args:
        text: the module.
    """
    return list(_parts(text))


def _parts(text: str) -> Iterator[Part]:
    first, is_method, in_class = 0, False, False
    for match in _BEGINS.finditer(f"\n{text}"):
        start, statement = match.start(), match[1]
        if (statement or in_class) and not _is_decorated(text, start):
            if start:
                is_head = in_class and not is_method and not statement
                yield Part(text[first : start - 1], is_method, is_head)
            first, is_method = start, not statement
        if statement:
            in_class = statement == "class "
    yield Part(text[first:], is_method, False)


def _is_decorated(text: str, start: int) -> bool:
    """Tell whether the line before the one that begins there is a decorator."""
    before = text.rfind("\n", 0, max(start - 1, 0)) + 1
    return text[before:start].lstrip(" ").startswith("@")
