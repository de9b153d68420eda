"""Wide statements of the shapes that large documents have by the thousand, laid out as black does it, without black.

Of each shape, black's layout follows from a few lengths. What is of another shape, or would need a choice, is left to black.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from .render.filters import WIDTH

_INDENT = "    "


def laid_out(statement: ast.stmt, lines: Sequence[str]) -> list[str] | None:
    """Return the lines of a statement in black's layout; None where it is left to black.

    Args:
        statement: an import, a field of a model, a member of an enum, or a type with a name, with a wide line.
        lines: its lines.
    """
    if not all(line.isascii() for line in lines):
        return None  # some characters take two columns
    if isinstance(statement, ast.ImportFrom):
        return _import(statement, lines)
    line = lines[0]
    if len(lines) > 1 or statement.end_col_offset != len(line):
        return None  # there is a comment behind it, or it is laid out already
    match statement:
        case ast.AnnAssign(target=ast.Name()):
            return _field(statement, line)
        case ast.Assign(targets=[ast.Name()], value=ast.Constant() as value):
            return _in_parentheses(value, line) or [line]
        case ast.Assign(targets=[ast.Name()], value=ast.Call() as value):
            return _lines(value, line, _indent(line), line[len(_indent(line)) : value.col_offset])
        case _:
            return None


def element_laid_out(value: ast.expr | None, line: str) -> list[str] | None:
    """Return the lines of an element of a bracket that has each on lines of its own; None where it is left to black.

    Args:
        value: the element, or the value of a keyword or of an entry.
        line: its line, which is too long.
    """
    if value is None or not line.isascii() or line[value.end_col_offset :] != ",":
        return None
    indent = _indent(line)
    return _lines(value, line, indent, line[len(indent) : value.col_offset], ",")


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
        case ast.AnnAssign(annotation=ast.Subscript() as type_, value=ast.Call()) if line.isascii():
            return _typed(type_, line, _indent(line))
        case _:
            return None


def parameter_laid_out(parameter: ast.arg, line: str) -> list[str] | None:
    """Return the lines of a parameter that is too long for one; None where it is left to black.

    Args:
        parameter: the parameter, which has a line of its own.
        line: its line.
    """
    type_ = parameter.annotation
    if type_ is None or not line.isascii():
        return None
    if line[type_.end_col_offset :] not in (",", " = None,"):
        return None
    return _typed(type_, line, _indent(line))


def head_end_laid_out(returns: ast.expr, line: str) -> list[str] | None:
    """Return the lines that the head of a function ends with; None where they are left to black.

    Args:
        returns: the type of what the function returns.
        line: the line of the bracket that closes the parameters, which is too long.
    """
    if not line.isascii() or line[returns.end_col_offset :] != ":":
        return None
    return _typed(returns, line, _indent(line))


def docstring_laid_out(lines: Sequence[str]) -> list[str] | None:
    """Return the end of a docstring, whose quotes have a line of their own where they do not fit; None where it is left to black.

    Args:
        lines: the lines of the docstring.
    """
    text = lines[-1].removesuffix('"""')
    if len(lines) < 2 or text == lines[-1] or len("\n".join(lines).splitlines()) > len(lines):
        return None
    if text.endswith('"') or any(line.rstrip().endswith("\\") for line in (*lines[:-1], text)):
        return None  # black adds a space, or leaves it as it is
    indent = _indent(lines[0])
    if text != text.rstrip() or min(_indent(line) for line in lines[1:] if line) != indent:
        return None  # there are blanks that black takes away
    return [text, f'{indent}"""'] if len(lines[-1]) > WIDTH else [lines[-1]]


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


def _field(field: ast.AnnAssign, line: str) -> list[str] | None:
    indent = _indent(line)
    value = field.value
    if value is not None:
        before = line[: value.col_offset]
        if isinstance(value, ast.Call) and (value.func.end_col_offset or 0) < WIDTH:
            return _lines(value, line, indent, before[len(indent) :])
        if not isinstance(value, ast.Call | ast.Constant):
            return None
        if len(before) < WIDTH:  # there is room for a parenthesis
            return _in_parentheses(value, line)
    lines = _typed(field.annotation, line, indent)
    is_done = lines is None or not isinstance(value, ast.Call) or len(lines[-1]) <= WIDTH
    return lines if is_done else None  # where the call is split too


def _in_parentheses(value: ast.expr, line: str) -> list[str] | None:
    """Return the lines of a value that is put into parentheses; None where it is too long for that."""
    inside = f"{_indent(line)}{_INDENT}{line[value.col_offset :]}"
    if len(inside) > WIDTH:
        return None
    return [f"{line[: value.col_offset]}(", inside, f"{_indent(line)})"]


def _typed(type_: ast.expr, line: str, indent: str) -> list[str] | None:
    """Return the lines of what has a type: a union is put into parentheses, another one is split inside its bracket."""
    before, after = line[len(indent) : type_.col_offset], line[type_.end_col_offset :]
    if isinstance(type_, ast.Subscript):
        return _lines(type_, line, indent, before, after)
    if not isinstance(type_, ast.BinOp):
        return None
    inside = _lines(type_, line, f"{indent}{_INDENT}")
    opening = f"{indent}{before}("
    if inside is None or len(opening) > WIDTH:
        return None
    return [opening, *inside, f"{indent}){after}"]


def _lines(
    value: ast.expr, line: str, indent: str, before: str = "", after: str = ""
) -> list[str] | None:
    """Return the lines of an expression: a union is split at its bars, a type or a call inside its bracket.

    Args:
        value: the expression.
        line: the line that it stands in.
        indent: what its lines begin with.
        before: what stands before it.
        after: what stands behind it.
    """
    whole = f"{indent}{before}{line[value.col_offset : value.end_col_offset]}{after}"
    if len(whole) <= WIDTH:
        return [whole]
    match value:
        case ast.Constant() | ast.Name() | ast.Attribute(value=ast.Name()):
            return [whole]  # nothing can split it
        case ast.Lambda(body=body) if line.startswith("lambda: ", value.col_offset):
            return _lines(body, line, indent, f"{before}lambda: ", after)
        case ast.BinOp(op=ast.BitOr()) if not before or before.endswith(("=", "lambda: ")):
            choices = _choices(value)
            return _together(
                _lines(
                    choice,
                    line,
                    indent,
                    "| " if number else before,
                    after if choice is choices[-1] else "",
                )
                for number, choice in enumerate(choices)
            )
        case ast.Subscript(value=ast.Name(), slice=ast.Tuple(elts=[_, _, *_] as parts)):
            return _split(value, _places(parts), line, indent, before, after)
        case ast.Subscript(value=ast.Name(), slice=content):
            return _split(value, _places([content]), line, indent, before, after)
        case ast.Call(func=ast.Name() | ast.Attribute(value=ast.Name())):
            named = [(each.col_offset if each.arg else -1, each.value) for each in value.keywords]
            return _split(value, [*_places(value.args), *named], line, indent, before, after)
        case ast.Tuple(elts=parts):
            return _split(value, _places(parts), line, indent, before, after)
        case ast.Dict():
            keys = [key.col_offset if key is not None else -1 for key in value.keys]
            entries = list(zip(keys, value.values, strict=True))
            return _split(value, entries, line, indent, before, after)
        case _:
            return None


def _places(parts: Iterable[ast.expr]) -> list[tuple[int, ast.expr]]:
    return [(-1 if isinstance(part, ast.Starred) else part.col_offset, part) for part in parts]


def _split(
    value: ast.expr,
    parts: Sequence[tuple[int, ast.expr]],
    line: str,
    indent: str,
    before: str,
    after: str,
) -> list[str] | None:
    """Return the lines of an expression that is split inside the bracket around its parts.

    They are all in one line, if that is short enough and it is no collection, or one by one.

    Args:
        value: the expression.
        parts: where each part begins, and the part or what stands behind its name or key; -1 for one that is unpacked.
        line: the line that the expression stands in.
        indent: what its lines begin with.
        before: what stands before it.
        after: what stands behind it.
    """
    if not parts or any(place < 0 for place, _ in parts):
        return None
    begin, end = parts[0][0], (value.end_col_offset or 0) - 1
    listed = ", ".join(line[place : part.end_col_offset] for place, part in parts)
    inside = line[begin:end]
    single = isinstance(value, ast.Tuple) and len(parts) == 1
    if line[begin - 1] not in "([{" or inside != (f"{listed}," if single else listed):
        return None  # one of them stands in parentheses, or a comma behind the last keeps them on lines of their own
    opening = f"{indent}{before}{line[value.col_offset : begin]}"
    closing = f"{indent}{line[end]}{after}"
    if len(opening) > WIDTH:
        return None
    inner = indent + _INDENT
    together = len(parts) == 1 or not isinstance(value, ast.Tuple | ast.Dict)
    if together and len(inner + inside) <= WIDTH:
        return [opening, inner + inside, closing]
    comma = "," if single or len(parts) > 1 else ""
    lines = _together(
        _lines(part, line, inner, line[place : part.col_offset], comma) for place, part in parts
    )
    return [opening, *lines, closing] if lines is not None else None


def _together(parts: Iterable[list[str] | None]) -> list[str] | None:
    """Return the lines of all parts; None where one of them is left to black."""
    together: list[str] = []
    for lines in parts:
        if lines is None:
            return None
        together += lines
    return together


def _choices(union: ast.expr) -> list[ast.expr]:
    if isinstance(union, ast.BinOp) and isinstance(union.op, ast.BitOr):
        return [*_choices(union.left), union.right]
    return [union]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
