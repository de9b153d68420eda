"""Annotations compared: whether one allows what another does."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Literal

Relation = Literal["same", "widened", "narrowed", "opened", "changed"]

_ANYTHING = frozenset({"Any", "object"})
_WIDER = {"int": "float"}
"""A type where another may be given in its place (the typing specification, "Special cases for float and complex")."""


def relation(old: str, new: str, renamed: Mapping[str, str]) -> Relation:
    """Return how an annotation differs from another; an open enum is a text.

    Args:
        old: the source text of the old one.
        new: that of the new one.
        renamed: the old classes that have another name now, by the old name.
    """
    return _compared(ast.parse(old, mode="eval").body, ast.parse(new, mode="eval").body, renamed)


def _compared(old: ast.expr, new: ast.expr, renamed: Mapping[str, str]) -> Relation:
    before, after = _members(old, renamed), _members(new, renamed)
    if before.keys() == after.keys():
        return "same"
    if len(before) == len(after) == 1:
        found = _inside(next(iter(before.values())), next(iter(after.values())), renamed)
        if found is not None:
            return found
    wider, narrower = _covers(after, before), _covers(before, after)
    if wider and narrower:
        return "same"
    if wider:
        listed = [name for name in before if name not in after]
        return "opened" if listed and all(name in _listed(before) for name in listed) else "widened"
    return "narrowed" if narrower else "changed"


def _inside(old: ast.expr, new: ast.expr, renamed: Mapping[str, str]) -> Relation | None:
    """Compare what two generic types are of; None if they are not of the same kind."""
    if not (isinstance(old, ast.Subscript) and isinstance(new, ast.Subscript)):
        return None
    if ast.unparse(old.value) != ast.unparse(new.value):
        return None
    before, after = _arguments(old), _arguments(new)
    if len(before) != len(after):
        return None
    differing: Relation = "same"
    for one, other in zip(before, after, strict=True):
        found = _compared(one, other, renamed)
        if found != "same":
            differing = found if differing in ("same", found) else "changed"
    return differing


def _arguments(generic: ast.Subscript) -> list[ast.expr]:
    return generic.slice.elts if isinstance(generic.slice, ast.Tuple) else [generic.slice]


def _covers(wide: Mapping[str, ast.expr], narrow: Mapping[str, ast.expr]) -> bool:
    """Return whether everything of one union is in another."""
    if not _ANYTHING.isdisjoint(wide):
        return True
    listed = _listed(narrow)
    return all(
        name in wide or _WIDER.get(name) in wide or listed.get(name) in wide for name in narrow
    )


def _listed(union: Mapping[str, ast.expr]) -> dict[str, str]:
    """Return the literals of a union, and the type of each."""
    return {
        name: type(node.value).__name__
        for name, node in union.items()
        if isinstance(node, ast.Constant) and node.value is not None
    }


def _members(annotation: ast.expr, renamed: Mapping[str, str]) -> dict[str, ast.expr]:
    """Return the members of a union, by their text; what `Annotated` adds is left out."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _members(annotation.left, renamed) | _members(annotation.right, renamed)
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        inner = annotation.slice
        return _members(inner.elts[0] if isinstance(inner, ast.Tuple) else inner, renamed)
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return _members(ast.parse(annotation.value, mode="eval").body, renamed)
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal":
        return {f"Literal[{ast.unparse(each)}]": each for each in _arguments(annotation)}
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Open":
        return {"str": ast.Name("str")}
    text = ast.unparse(annotation)
    return {ast.unparse(_Renamed(renamed).visit(ast.parse(text, mode="eval").body)): annotation}


class _Renamed(ast.NodeTransformer):
    """Gives classes the names that they have now."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self._names.get(node.id, node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return ast.Attribute(node.value, self._names.get(node.attr, node.attr))
