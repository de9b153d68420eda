"""The one style of Python files: black's.

The default templates lay a module out as black does, but for statements that do not fit on their line. What black takes grows
with the length of what it is given, so of such a module it is given those statements alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import dropwhile
from typing import NamedTuple, TypeAlias

from .render.filters import WIDTH

_Definition: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_INDENT = "    "
_REMEMBERED = 2000
"""Pieces that are kept: the same import or argument stands in many modules."""


def formatted(text: str) -> str:
    """Return a module in black's style.

    Args:
        text: the module, laid out in any way.

    Raises:
        ValueError: black does not take it for valid Python.
    """
    import black
    from black.mode import Mode, TargetVersion

    mode = Mode(line_length=WIDTH, target_versions={TargetVersion.PY311})
    return black.format_str(text, mode=mode)


def fitted(text: str) -> str:
    """Return a module of the default templates in black's style, which it has already where its lines are short enough.

    Args:
        text: the module.

    Raises:
        SyntaxError: it is not valid Python.
        ValueError: black does not take a statement for valid Python.
    """
    module = ast.parse(text)
    lines = text.split("\n")
    wide = [
        number for number, line in enumerate(lines, 1) if len(line) > WIDTH // 2 and _is_wide(line)
    ]
    for piece in reversed(list(_pieces(module.body, wide))):
        chosen = slice(piece.first - 1, piece.last)
        lines[chosen] = _fitted("\n".join(lines[chosen]), piece.is_head, piece.opens_block)
    return "\n".join(lines)


class _Piece(NamedTuple):
    """A statement or the head of a compound one: its lines, and what black has to know of where it stands."""

    first: int
    last: int
    is_head: bool
    opens_block: bool


def _is_wide(line: str) -> bool:
    return len(line) > (WIDTH if line.isascii() else WIDTH // 2)  # some characters take two columns


def _pieces(block: Sequence[ast.stmt], wide: Sequence[int]) -> Iterator[_Piece]:
    """Yield the pieces of a block with a wide line in them."""
    for number, statement in enumerate(block):
        first, last = _first(statement), statement.end_lineno or 0
        within = [line for line in wide if first <= line <= last]
        if not within or (_is_string(statement) and within[-1] != last):
            continue  # in a string, black may move the closing quotes, and nothing else
        if isinstance(statement, _Definition) and _has_lines_of_its_own(statement):
            head = _first(statement.body[0]) - 1
            if within[0] <= head:
                yield _Piece(first, head, True, not number)
            yield from _pieces(statement.body, within)
        else:
            yield _Piece(first, last, False, not number)


def _is_string(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _first(statement: ast.stmt) -> int:
    decorators = statement.decorator_list if isinstance(statement, _Definition) else []
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _has_lines_of_its_own(statement: _Definition) -> bool:
    """Whether the body of a definition begins on a line after the head's, unlike that of `def f() -> None: ...`."""
    return statement.body[0].col_offset == statement.col_offset + len(_INDENT)


@lru_cache(_REMEMBERED)
def _fitted(text: str, is_head: bool, opens_block: bool) -> tuple[str, ...]:
    """Return the lines of a piece as black lays them out where it stands."""
    depth = (len(text) - len(text.lstrip())) // len(_INDENT)
    before = [f"{_INDENT * level}class _:" for level in range(depth)]
    if not opens_block:
        before.append(f"{_INDENT * depth}_")
    after = [f"{_INDENT * (depth + 1)}_"] if is_head else []
    whole = formatted("\n".join([*before, text, *after])).rstrip("\n").split("\n")
    return tuple(dropwhile(lambda line: not line, whole[len(before) : len(whole) - len(after)]))
