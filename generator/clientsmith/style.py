"""The one style of Python files: black's.

The default templates lay a module out as black does, but for statements that do not fit on their line. What black takes grows
with the length of what it is given, so of such a module it is given those statements alone; of a bracket that has each of its
elements on lines of its own, the elements, and what is around them without them.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import dropwhile
from typing import Literal, NamedTuple, TypeAlias, TypeGuard

from . import installation, wide
from .cache import NOTHING, Cache, key
from .render.filters import WIDTH
from .statements import Part, parts

_Definition: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_Frame: TypeAlias = Literal["statement", "head", "element", "entry", "parameter"]
_INDENT = "    "
_CLOSING = (")", "]", "}")
_STAND_INS = {"element": "_,", "entry": "_: _,", "parameter": "_,"}
"""What stands for the elements of a bracket while what is around them is laid out."""

_REMEMBERED = 2000
"""Pieces that are kept: the same import or argument stands in many modules."""

_REMEMBERED_PARTS = 4000
"""Parts of modules that are kept, for the next run of this process."""


def formatted(text: str, kept: Cache = NOTHING) -> str:
    """Return a module in black's style.

    Args:
        text: the module, laid out in any way.
        kept: what black made of it in an earlier run.

    Raises:
        ValueError: black does not take it for valid Python.
    """
    known_as = key(text, installation.version("black"), str(WIDTH))
    known = kept.get("formatted", known_as)
    if known is not None:
        return known.decode()
    import black
    from black.mode import Mode, TargetVersion

    mode = Mode(line_length=WIDTH, target_versions={TargetVersion.PY311})
    result = black.format_str(text, mode=mode)
    kept.put("formatted", known_as, result.encode())
    return result


def fitted(text: str, kept: Cache = NOTHING) -> str:
    """Return a module of the default templates in black's style, which it has already where its lines are short enough.

    Args:
        text: the module.
        kept: what black made of statements in earlier runs.

    Raises:
        SyntaxError: it is not valid Python.
        ValueError: black does not take a statement for valid Python.
    """
    try:
        return "\n".join(_fitted_part(part, kept) for part in parts(text))
    except (SyntaxError, ValueError):  # of a part; the whole tells where
        return "\n".join(_fitted_lines(text, ast.parse(text), kept))


@lru_cache(_REMEMBERED_PARTS)
def _fitted_part(part: Part, kept: Cache) -> str:
    return "\n".join(_fitted_lines(part.module, part.parsed(), kept)[part.lines_before :])


def _fitted_lines(text: str, module: ast.Module, kept: Cache) -> list[str]:
    """Return the lines of a module, the wide ones laid out as black does it."""
    lines = text.split("\n")
    wide = _wide(lines)
    if not wide:
        return lines
    for piece in reversed(list(_Pieces(lines, wide, kept).of_block(module.body))):
        chosen = slice(piece.first - 1, piece.last)
        laid_out = piece.laid_out
        if laid_out is None:
            laid_out = _fitted("\n".join(lines[chosen]), piece.frame, piece.opens_block, kept)
        lines[chosen] = laid_out
    return lines


class _Piece(NamedTuple):
    """Some lines, and what black has to know of where they stand, or what it has made of them."""

    first: int
    last: int
    frame: _Frame
    opens_block: bool = False
    laid_out: Sequence[str] | None = None


class _Element(NamedTuple):
    """An element of a bracket: from where to where it goes, and what may have a bracket in turn."""

    start: ast.expr | ast.keyword | ast.arg
    end: ast.expr | ast.keyword | ast.arg
    value: ast.expr | None

    @property
    def is_indivisible(self) -> bool:
        """Whether it is nothing but literals, which black leaves however long they are."""
        named = isinstance(self.start, ast.Constant | ast.keyword)
        return named and isinstance(self.value, ast.Constant)


class _Bracket(NamedTuple):
    """The elements of a bracket, what they are, and the line of the closing bracket."""

    elements: Sequence[_Element]
    frame: _Frame
    end: int

    @property
    def is_split(self) -> bool:
        """Whether a comma at the end keeps it on lines of its own: that of a tuple of one does not."""
        return len(self.elements) > 1 or self.frame != "element"


class _Pieces:
    """Finds the smallest pieces of a module that hold its wide lines.

    Args:
        lines: its lines.
        wide: the numbers of the wide ones, from 1.
        kept: what black made of statements in earlier runs.
    """

    def __init__(self, lines: Sequence[str], wide: Sequence[int], kept: Cache) -> None:
        self._lines = lines
        self._wide = wide
        self._kept = kept

    def of_block(self, block: Sequence[ast.stmt]) -> Iterator[_Piece]:
        """Yield the pieces of a block with a wide line in them."""
        for number, statement in enumerate(block):
            first, last = _first(statement), statement.end_lineno or 0
            within = self._within(first, last)
            if not within:
                continue
            if _is_string(statement):
                yield from self._of_string(first, last, opens_block=not number)
                continue
            if isinstance(statement, _Definition) and _has_lines_of_its_own(statement):
                head = _first(statement.body[0]) - 1
                known = self._known_head(statement, first, head)
                if known is not None and within[0] == first:
                    yield _Piece(first, head, "head", laid_out=known)
                elif within[0] <= head:
                    returns = None if isinstance(statement, ast.ClassDef) else statement.returns
                    yield from self._around(
                        _parameters(statement), first, head, "head", not number, returns
                    )
                yield from self.of_block(statement.body)
            elif _is_plain_if(statement) and within[0] >= _first(statement.body[0]):
                yield from self.of_block(statement.body)
            elif isinstance(statement, _Definition):
                yield from self._around(
                    _parameters(statement), first, last, "statement", not number
                )
            elif (known := wide.laid_out(statement, self._lines[first - 1 : last])) is not None:
                yield _Piece(first, last, "statement", laid_out=known)
            else:
                bracket = _bracket(getattr(statement, "value", None))
                pieces = self._constant(statement, bracket) if bracket is not None else None
                yield from pieces or self._around(bracket, first, last, "statement", not number)

    def _of_string(self, first: int, last: int, *, opens_block: bool) -> Iterator[_Piece]:
        """Yield the end of a docstring, whose quotes black may move; it leaves any other string where it is."""
        if not opens_block or self._ends_well(first, last):
            return
        known = wide.docstring_laid_out(self._lines[first - 1 : last])
        begin = first if known is None else last
        yield _Piece(begin, last, "statement", opens_block, known)

    def _known_head(self, definition: _Definition, first: int, head: int) -> Sequence[str] | None:
        if not isinstance(definition, ast.ClassDef) or first != head:
            return None
        return wide.head_laid_out(definition, self._lines[first - 1])

    def _constant(self, statement: ast.stmt, bracket: _Bracket) -> Sequence[_Piece] | None:
        """Return the pieces of a constant with a long type: the value is put into parentheses, or the type is split."""
        first, last = statement.lineno, statement.end_lineno or 0
        if not self._within(first, first) or last != bracket.end or not bracket.is_split:
            return None
        if bracket.elements[0].start.lineno != first + 1 or not self._is_split(bracket):
            return None
        line = self._lines[first - 1]
        opening = wide.opening_laid_out(statement, line)
        if opening is None:
            split, inner = wide.opening_split(statement, line), self._inside(bracket)
            if split is None or inner is None:
                return None
            return [_Piece(first, first, "statement", laid_out=split), *inner]
        value = line[len(opening) - 1 :]
        moved = [f"{_INDENT}{line}" for line in [value, *self._lines[first:last]]]
        text = "\n".join([opening, *moved, ")"])
        tree = ast.parse(text)
        if any(_is_of_several_lines(node) for node in ast.walk(tree)):
            return None
        laid_out = _fitted_lines(text, tree, self._kept)
        return [_Piece(first, last, "statement", laid_out=laid_out)]

    def _around(
        self,
        bracket: _Bracket | None,
        first: int,
        last: int,
        frame: _Frame,
        opens_block: bool,
        returns: ast.expr | None = None,
    ) -> Sequence[_Piece]:
        """Return the pieces of a statement or a head: those of its bracket's elements, and the rest as it is without them."""
        inner = self._inside(bracket) if bracket is not None else None
        if bracket is None or inner is None:
            return [_Piece(first, last, frame, opens_block)]
        begin, end = bracket.elements[0].start.lineno, bracket.end - 1
        if not self._within(first, begin - 1) and not self._within(end + 1, last):
            return inner
        if returns is not None and last == end + 1 and not self._within(first, begin - 1):
            known = wide.head_end_laid_out(returns, self._lines[last - 1])
            if known is not None:
                return [*inner, _Piece(last, last, frame, laid_out=known)]
        text = self._lines[begin - 1]
        indent = text[: len(text) - len(text.lstrip())]
        gap = [f"{indent}{_STAND_INS[bracket.frame]}"] * 2
        hollow = [*self._lines[first - 1 : begin - 1], *gap, *self._lines[end:last]]
        laid_out = list(_fitted("\n".join(hollow), frame, opens_block, self._kept))
        if not bracket.is_split or gap[0] not in laid_out:
            return [_Piece(first, last, frame, opens_block)]
        at = laid_out.index(gap[0])
        before, after = laid_out[:at], laid_out[at + len(gap) :]
        return [
            _Piece(first, begin - 1, frame, laid_out=before),
            *inner,
            _Piece(end + 1, last, frame, laid_out=after),
        ]

    def _inside(self, bracket: _Bracket) -> list[_Piece] | None:
        """Return the pieces of a bracket's elements with wide lines; None where it has others, or is laid out otherwise."""
        elements = bracket.elements
        if not self._is_split(bracket):
            return None
        pieces: list[_Piece] = []
        found = 0
        for element in elements:
            first, last = element.start.lineno, element.end.end_lineno or 0
            within = self._within(first, last)
            found += len(within)
            if within and not element.is_indivisible:
                pieces += self._of_element(element, bracket.frame, within)
        whole = self._within(elements[0].start.lineno, bracket.end - 1)
        return pieces if found == len(whole) else None

    def _of_element(
        self, element: _Element, frame: _Frame, within: Sequence[int]
    ) -> Sequence[_Piece]:
        first, last = element.start.lineno, element.end.end_lineno or 0
        bracket = _bracket(element.value)
        if bracket is not None and bracket.elements[0].start.lineno <= within[0]:
            inner = self._inside(bracket) if within[-1] < bracket.end else None
            if inner is not None:
                return inner
        known = None
        if first == last and isinstance(element.start, ast.arg):
            known = wide.parameter_laid_out(element.start, self._lines[first - 1])
        elif first == last:
            known = wide.element_laid_out(element.value, self._lines[first - 1])
        return [_Piece(first, last, frame, laid_out=known)]

    def _is_split(self, bracket: _Bracket) -> bool:
        """Whether each element has lines of its own, with a comma at their end, so that black leaves it there."""
        return self._lines[bracket.end - 1].lstrip()[:1] in _CLOSING and all(
            not self._lines[start.lineno - 1][: start.col_offset].strip(" *")
            and self._lines[(end.end_lineno or 0) - 1].encode()[end.end_col_offset :] == b","
            for start, end, _ in bracket.elements
        )

    def _ends_well(self, first: int, last: int) -> bool:
        """Whether black leaves a string where it is: it moves the closing quotes of one with several lines, and nothing else."""
        ending = self._lines[last - 1]
        return not _is_wide(ending) or (
            first == last and len(ending.splitlines()) == 1 and ending.endswith('"""')
        )

    def _within(self, first: int, last: int) -> Sequence[int]:
        return self._wide[bisect_left(self._wide, first) : bisect_right(self._wide, last)]


def _bracket(value: object) -> _Bracket | None:
    """Return the bracket that an expression ends with, if it has elements that stand alone."""
    elements: list[_Element] = []
    if isinstance(value, ast.Await):
        value = value.value
    match value:
        case ast.Call():
            named = [_Element(item, item, item.value) for item in value.keywords if item.arg]
            if len(named) == len(value.keywords):
                elements = [_Element(item, item, item) for item in value.args] + named
        case ast.Tuple() | ast.List() | ast.Set():
            elements = [_Element(item, item, item) for item in value.elts]
        case ast.Dict():
            pairs = zip(value.keys, value.values, strict=True)
            elements = [_Element(key, end, end) for key, end in pairs if key is not None]
        case _:
            return None
    frame: _Frame = "entry" if isinstance(value, ast.Dict) else "element"
    return _Bracket(elements, frame, value.end_lineno or 0) if elements else None


def _parameters(definition: _Definition) -> _Bracket | None:
    """Return the parameters of a function, unless it has none."""
    if isinstance(definition, ast.ClassDef):
        return None
    found = definition.args
    positional = [*found.posonlyargs, *found.args]
    without = [None] * (len(positional) - len(found.defaults))
    listed = [
        *zip(positional, [*without, *found.defaults], strict=True),
        *((each, None) for each in (found.vararg,) if each is not None),
        *zip(found.kwonlyargs, found.kw_defaults, strict=True),
        *((each, None) for each in (found.kwarg,) if each is not None),
    ]
    elements = [_Element(each, default or each, None) for each, default in listed]
    if not elements:
        return None
    return _Bracket(elements, "parameter", (elements[-1].end.end_lineno or 0) + 1)


def _is_of_several_lines(node: ast.AST) -> bool:
    """Whether this is a text with line ends in it, which must not be moved."""
    return isinstance(node, ast.Constant) and node.end_lineno != node.lineno


def _wide(lines: Sequence[str]) -> list[int]:
    """Return the numbers of the wide ones of some lines, from 1."""
    return [
        number for number, line in enumerate(lines, 1) if len(line) > WIDTH // 2 and _is_wide(line)
    ]


def _is_wide(line: str) -> bool:
    if line.isascii() or len(line) > WIDTH:
        return len(line) > WIDTH
    # A character that is not in ASCII takes two columns at most.
    return len(line) + sum(not each.isascii() for each in line) > WIDTH


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
def _fitted(text: str, frame: _Frame, opens_block: bool, kept: Cache) -> tuple[str, ...]:
    """Return the lines of a piece as black lays them out where it stands."""
    depth = (len(text) - len(text.lstrip())) // len(_INDENT)
    before, after = list[str](), list[str]()
    if frame in ("element", "entry"):
        depth -= 1
        opening, closing = ("{", "}") if frame == "entry" else ("_(", ")")
        before, after = [f"{_INDENT * depth}{opening}"], [f"{_INDENT * depth}{closing}"]
    elif frame == "parameter":
        depth -= 1
        before, after = [f"{_INDENT * depth}def _("], [f"{_INDENT * depth}): ..."]
    elif frame == "head":
        after = [f"{_INDENT * (depth + 1)}_"]
    if frame in ("statement", "head") and not opens_block:
        before = [f"{_INDENT * depth}_"]
    before = [*(f"{_INDENT * level}class _:" for level in range(depth)), *before]
    whole = formatted("\n".join([*before, text, *after]), kept).rstrip("\n").split("\n")
    return tuple(dropwhile(lambda line: not line, whole[len(before) : len(whole) - len(after)]))
