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
        case _:
            return None


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
    if len(lines) > 1:
        alone = [line.removeprefix(_INDENT) for line in lines[1:-1]]
        named = [f"{name.name}," for name in statement.names]
        return list(lines) if alone == named and not _indent(lines[0]) else None
    indent = _indent(lines[0])
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


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
