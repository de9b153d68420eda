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
        case ast.AnnAssign(
            target=ast.Name(), annotation=ast.Subscript() as type_, value=None
        ) if len(lines) == 1 and _ends(statement, lines[0]):
            indent = _indent(lines[0])
            return _type(type_, lines[0], indent, lines[0][len(indent) : type_.col_offset])
        case _:
            return None


def element_laid_out(value: ast.expr | None, line: str) -> list[str] | None:
    """Return the lines of an element that ends with a call, its arguments on other lines; None where it is left to black.

    Args:
        value: the element, or the value of a keyword or of an entry.
        line: its line, which is too long.
    """
    if not isinstance(value, ast.Call) or not line.isascii() or line[value.end_col_offset :] != ",":
        return None
    begins, ends = (value.func.end_col_offset or 0) + 1, (value.end_col_offset or 0) - 1
    indent = _indent(line)
    inside = [f"{indent}{_INDENT}{line[begins:ends]}"]
    if line[begins - 1] != "(" or inside[0].rstrip(" ,") != inside[0] or line[begins] in " )":
        return None  # what is called stands in parentheses, or it is not laid out yet
    if len(inside[0]) > WIDTH:
        each: list[ast.expr | ast.keyword] = [*value.args, *value.keywords]
        texts = [line[one.col_offset : one.end_col_offset] for one in each]
        if len(each) < 2 or any(map(_is_unpacked, each)) or ", ".join(texts) != line[begins:ends]:
            return None  # the last, where one of them stands in parentheses
        inside = [f"{indent}{_INDENT}{text}," for text in texts]
    if max(map(len, [line[:begins], *inside])) > WIDTH:
        return None
    return [line[:begins], *inside, f"{indent}),"]


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


def opening_split(statement: ast.stmt, line: str) -> list[str] | None:
    """Return how a constant begins whose type black splits, as it would not fit with a parenthesis for the value either.

    Args:
        statement: an assignment with a type, of a call.
        line: its first line, which is too long.
    """
    match statement:
        case ast.AnnAssign(
            annotation=ast.Subscript(value=ast.Name(), slice=content), value=ast.Call()
        ) if line.isascii() and not isinstance(content, ast.Tuple):
            opening, closing = line[: content.col_offset], line[content.end_col_offset :]
            inside = f"{_indent(line)}{_INDENT}{line[content.col_offset : content.end_col_offset]}"
            lines = [opening, inside, f"{_indent(line)}{closing}"]
            return lines if max(map(len, lines)) <= WIDTH else None
        case _:
            return None


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
    inside = _type(union, line, f"{indent}{_INDENT}")
    if inside is None or len(opening) > WIDTH:
        return None
    return [opening, *inside, f"{indent}) = None" if has_value else f"{indent})"]


def _type(type_: ast.expr, line: str, indent: str, before: str = "") -> list[str] | None:
    """Return the lines of a type on its own: that of a union is split at its bars, that of another one inside its bracket.

    Args:
        type_: the type.
        line: the line that it stands in.
        indent: what its lines begin with.
        before: what stands before it.
    """
    whole = f"{indent}{before}{line[type_.col_offset : type_.end_col_offset]}"
    if len(whole) <= WIDTH:
        return [whole]
    match type_:
        case ast.Name() | ast.Attribute():
            return [whole]  # nothing can split it
        case ast.BinOp(op=ast.BitOr()) if not before:
            lines = list[str]()
            for number, choice in enumerate(_choices(type_)):
                split = _type(choice, line, indent, "| " if number else "")
                if split is None:
                    return None
                lines += split
            return lines
        case ast.Subscript(value=ast.Name(id=name), slice=content):
            split = _type(content, line, indent + _INDENT)
            opening = f"{indent}{before}{name}["
            return [opening, *split, f"{indent}]"] if split is not None else None
        case _:
            return None


def _choices(union: ast.expr) -> list[ast.expr]:
    if isinstance(union, ast.BinOp) and isinstance(union.op, ast.BitOr):
        return [*_choices(union.left), union.right]
    return [union]


def _is_unpacked(argument: ast.expr | ast.keyword) -> bool:
    return isinstance(argument, ast.Starred) or getattr(argument, "arg", "") is None


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _ends(statement: ast.stmt, line: str) -> bool:
    """Whether a statement is the whole of a line: there is no comment behind it."""
    return statement.end_col_offset == len(line)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
