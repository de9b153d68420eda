"""The one style of Python files: black's.

The default templates lay a module out as black does, but for statements that do not fit on their line. What black takes grows
with the length of what it is given, so of such a module it is given those statements alone; of a bracket that has each of its
elements on lines of its own, the elements.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import dropwhile
from typing import Literal, NamedTuple, TypeAlias, TypeGuard

from .render.filters import WIDTH
from .statements import Part, parts

_Definition: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_Frame: TypeAlias = Literal["statement", "head", "element", "entry"]
_INDENT = "    "
_REMEMBERED = 2000
"""Pieces that are kept: the same import or argument stands in many modules."""

_REMEMBERED_PARTS = 4000
"""Parts of modules that are kept, for the next run of this process."""


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
    try:
        return "\n".join(map(_fitted_part, parts(text)))
    except (SyntaxError, ValueError):  # of a part; the whole tells where
        return "\n".join(_fitted_lines(text, ast.parse(text)))


@lru_cache(_REMEMBERED_PARTS)
def _fitted_part(part: Part) -> str:
    return "\n".join(_fitted_lines(part.module, part.parsed())[part.lines_before :])


def _fitted_lines(text: str, module: ast.Module) -> list[str]:
    """Return the lines of a module, the wide ones laid out as black does it."""
    lines = text.split("\n")
    wide = [
        number for number, line in enumerate(lines, 1) if len(line) > WIDTH // 2 and _is_wide(line)
    ]
    for piece in reversed(list(_Pieces(lines, wide).of_block(module.body))):
        chosen = slice(piece.first - 1, piece.last)
        lines[chosen] = _fitted("\n".join(lines[chosen]), piece.frame, piece.opens_block)
    return lines


class _Piece(NamedTuple):
    """Some lines, and what black has to know of where they stand: what they are, and whether they begin a block."""

    first: int
    last: int
    frame: _Frame
    opens_block: bool = False


class _Element(NamedTuple):
    """An element of a bracket, or an entry of a mapping: from where to where it goes, and what may have a bracket in turn."""

    start: ast.expr | ast.keyword
    end: ast.expr | ast.keyword
    value: ast.expr


class _Pieces:
    """Finds the smallest pieces of a module that hold its wide lines.

    Args:
        lines: its lines.
        wide: the numbers of the wide ones, from 1.
    """

    def __init__(self, lines: Sequence[str], wide: Sequence[int]) -> None:
        self._lines = lines
        self._wide = wide

    def of_block(self, block: Sequence[ast.stmt]) -> Iterator[_Piece]:
        """Yield the pieces of a block with a wide line in them."""
        for number, statement in enumerate(block):
            first, last = _first(statement), statement.end_lineno or 0
            within = self._within(first, last)
            if not within or (_is_string(statement) and self._ends_well(first, last)):
                continue
            if isinstance(statement, _Definition) and _has_lines_of_its_own(statement):
                head = _first(statement.body[0]) - 1
                if within[0] <= head:
                    yield _Piece(first, head, "head", not number)
                yield from self.of_block(statement.body)
            elif _is_plain_if(statement) and within[0] >= _first(statement.body[0]):
                yield from self.of_block(statement.body)
            else:
                value = getattr(statement, "value", None)
                inner = self._inside(value, within) if isinstance(value, ast.expr) else None
                yield from inner or (_Piece(first, last, "statement", not number),)

    def _inside(self, bracket: ast.expr, wide: Sequence[int]) -> list[_Piece] | None:
        """Return the pieces of a bracket with wide lines; None where it is none, or has others besides."""
        frame: _Frame = "entry" if isinstance(bracket, ast.Dict) else "element"
        elements = _elements(bracket)
        if not elements or not self._is_split(bracket, elements):
            return None
        pieces: list[_Piece] = []
        found = 0
        for start, end, value in elements:
            first, last = start.lineno, end.end_lineno or 0
            within = self._within(first, last)
            if within:
                found += len(within)
                pieces += self._inside(value, within) or [_Piece(first, last, frame)]
        return pieces if found == len(wide) else None

    def _is_split(self, bracket: ast.expr, elements: Sequence[_Element]) -> bool:
        """Whether each element has lines of its own, with a comma at their end, so that black leaves it there."""
        last = self._lines[(bracket.end_lineno or 0) - 1]
        return len(last[: bracket.end_col_offset].strip()) == 1 and all(
            self._lines[start.lineno - 1][: start.col_offset].isspace()
            and self._lines[(end.end_lineno or 0) - 1].encode()[end.end_col_offset :] == b","
            for start, end, _ in elements
        )

    def _ends_well(self, first: int, last: int) -> bool:
        """Whether black leaves a string where it is: it moves the closing quotes of one with several lines, and nothing else."""
        ending = self._lines[last - 1]
        return not _is_wide(ending) or (
            first == last and len(ending.splitlines()) == 1 and ending.endswith('"""')
        )

    def _within(self, first: int, last: int) -> Sequence[int]:
        return self._wide[bisect_left(self._wide, first) : bisect_right(self._wide, last)]


def _elements(bracket: ast.expr) -> list[_Element]:
    match bracket:
        case ast.Call():
            named = [_Element(item, item, item.value) for item in bracket.keywords if item.arg]
            whole = len(named) == len(bracket.keywords)
            return [_Element(item, item, item) for item in bracket.args] + named if whole else []
        case ast.Tuple() | ast.List() | ast.Set():
            return [_Element(item, item, item) for item in bracket.elts]
        case ast.Dict():
            pairs = zip(bracket.keys, bracket.values, strict=True)
            return [_Element(key, value, value) for key, value in pairs if key is not None]
        case _:
            return []


def _is_wide(line: str) -> bool:
    return len(line) > (WIDTH if line.isascii() else WIDTH // 2)  # some characters take two columns


def _is_string(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _first(statement: ast.stmt) -> int:
    decorators = statement.decorator_list if isinstance(statement, _Definition) else []
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _is_plain_if(statement: ast.stmt) -> TypeGuard[ast.If]:
    """Whether a statement is an `if` with nothing but a body, on lines of its own."""
    return (
        isinstance(statement, ast.If) and not statement.orelse and _has_lines_of_its_own(statement)
    )


def _has_lines_of_its_own(statement: _Definition | ast.If) -> bool:
    """Whether the body of a compound statement begins on a line after the head's, unlike that of `def f() -> None: ...`."""
    return statement.body[0].col_offset == statement.col_offset + len(_INDENT)


@lru_cache(_REMEMBERED)
def _fitted(text: str, frame: _Frame, opens_block: bool) -> tuple[str, ...]:
    """Return the lines of a piece as black lays them out where it stands."""
    depth = (len(text) - len(text.lstrip())) // len(_INDENT)
    before, after = list[str](), list[str]()
    if frame in ("element", "entry"):
        depth -= 1
        opening, closing = ("{", "}") if frame == "entry" else ("_(", ")")
        before, after = [f"{_INDENT * depth}{opening}"], [f"{_INDENT * depth}{closing}"]
    elif frame == "head":
        after = [f"{_INDENT * (depth + 1)}_"]
    if frame in ("statement", "head") and not opens_block:
        before = [f"{_INDENT * depth}_"]
    before = [*(f"{_INDENT * level}class _:" for level in range(depth)), *before]
    whole = formatted("\n".join([*before, text, *after])).rstrip("\n").split("\n")
    return tuple(dropwhile(lambda line: not line, whole[len(before) : len(whole) - len(after)]))
