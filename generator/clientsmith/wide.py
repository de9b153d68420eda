"""Wide statements of the shapes that large documents have by the thousand, laid out as black does it, without black.

Of each shape, black's layout follows from a few lengths. What is of another shape, or would need a choice, is left to black.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .render.filters import WIDTH

_INDENT = "    "


def laid_out(statement: ast.stmt, lines: Sequence[str]) -> list[str] | None:
    """Return the lines of a statement in black's layout; None where it is left to black.

    Args:
        statement: an import, or a field of a model, with a wide line.
        lines: its lines.
    """
    if not all(line.isascii() for line in lines):
        return None  # some characters take two columns
    match statement:
        case ast.ImportFrom():
            return _import(statement, lines)
        case ast.AnnAssign(
            target=ast.Name(),
            annotation=ast.Subscript(value=ast.Name(), slice=ast.Tuple() as content),
            value=ast.Constant(value=None),
        ) if (
            len(lines) == 1
        ):
            return _field(content, lines[0])
        case ast.AnnAssign(
            target=ast.Name(), annotation=ast.BinOp(op=ast.BitOr()) as union, value=value
        ) if (
            len(lines) == 1 and _ends(statement, lines[0]) and (value is None or _is_none(value))
        ):
            return _field_of_union(union, lines[0], has_value=value is not None)
        case _:
            return None


def element_laid_out(value: ast.expr | None, line: str) -> list[str] | None:
    """Return the lines of an element that ends with a call, the arguments on a line of their own; None where it is left to black.

    Args:
        value: the element, or the value of a keyword or of an entry.
        line: its line, which is too long.
    """
    if not isinstance(value, ast.Call) or not line.isascii() or line[value.end_col_offset :] != ",":
        return None
    begins, ends = (value.func.end_col_offset or 0) + 1, (value.end_col_offset or 0) - 1
    opening, arguments = line[:begins], line[begins:ends]
    inside = f"{_indent(line)}{_INDENT}{arguments}"
    if (
        arguments.strip(" ,") != arguments
        or not arguments
        or max(map(len, (opening, inside))) > WIDTH
    ):
        return None
    return [opening, inside, f"{_indent(line)}),"]


def head_laid_out(definition: ast.ClassDef, line: str) -> list[str] | None:
    """Return the lines of a class's head that is too long for one; None where it is left to black.

    Args:
        definition: the class.
        line: its head.
    """
    bases = definition.bases
    if len(bases) != 1 or definition.keywords or definition.decorator_list or not line.isascii():
        return None
    opening, closing = bases[0].col_offset, bases[0].end_col_offset
    if not isinstance(bases[0], ast.Name) or line[closing:] != "):":
        return None
    indent = _indent(line)
    return [line[:opening], f"{indent}{_INDENT}{line[opening:closing]}", f"{indent}):"]


def opening_laid_out(statement: ast.stmt, line: str) -> str | None:
    """Return how a constant with a long type begins whose value black puts into parentheses, a step further in.

    Args:
        statement: an assignment with a type, of a call.
        line: its first line, which is too long.
    """
    if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.value, ast.Call):
        return None
    begins = f"{line[: statement.value.col_offset]}("
    return begins if line.isascii() and len(begins) <= WIDTH else None


def _import(statement: ast.ImportFrom, lines: Sequence[str]) -> list[str] | None:
    indent = _indent(lines[0])
    if len(lines) > 1:
        named = [f"{indent}{_INDENT}{name.name}," for name in statement.names]
        return list(lines) if lines[1:-1] == named and lines[-1] == f"{indent})" else None
    if any(name.asname for name in statement.names):
        return None
    module = f"{'.' * statement.level}{statement.module or ''}"
    listed = [f"{indent}{_INDENT}{name.name}," for name in statement.names]
    return [f"{indent}from {module} import (", *listed, f"{indent})"]


def _field(content: ast.Tuple, line: str) -> list[str] | None:
    indent = _indent(line)
    opening, closing = line[: content.col_offset], line[content.end_col_offset :]
    inside = f"{indent}{_INDENT}{line[content.col_offset : content.end_col_offset]}"
    before = f"{line.removesuffix('None')}("
    if closing != "] = None" or len(inside) > WIDTH or len(opening) > WIDTH:
        return None
    if len(before) <= WIDTH:
        return [before, f"{indent}{_INDENT}None", f"{indent})"]
    return [opening, inside, f"{indent}{closing}"]


def _field_of_union(union: ast.BinOp, line: str, *, has_value: bool) -> list[str] | None:
    indent = _indent(line)
    before = f"{line.removesuffix('None')}("
    if has_value and len(before) <= WIDTH:
        return [before, f"{indent}{_INDENT}None", f"{indent})"]
    opening = f"{line[: union.col_offset]}("
    choices = [line[one.col_offset : one.end_col_offset] for one in _choices(union)]
    inside = [f"{indent}{_INDENT}{' | '.join(choices)}"]
    if len(inside[0]) > WIDTH:
        inside = [
            f"{indent}{_INDENT}{'| ' if number else ''}{one}" for number, one in enumerate(choices)
        ]
    if max(map(len, [opening, *inside])) > WIDTH:
        return None
    return [opening, *inside, f"{indent}) = None" if has_value else f"{indent})"]


def _choices(union: ast.expr) -> list[ast.expr]:
    if isinstance(union, ast.BinOp) and isinstance(union.op, ast.BitOr):
        return [*_choices(union.left), union.right]
    return [union]


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _ends(statement: ast.stmt, line: str) -> bool:
    """Whether a statement is the whole of a line: there is no comment behind it."""
    return statement.end_col_offset == len(line)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
