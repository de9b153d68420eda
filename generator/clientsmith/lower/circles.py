"""Types that are a choice of themselves: `A = A | B` says no more than `A = B`, and no validator can be built of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..diagnostics import Diagnostic
from ..text import Name
from . import merging
from .definitions import Definition, Schema, referred


def break_circles(
    definitions: Mapping[Name, Definition], report: Callable[[Diagnostic], None]
) -> None:
    """Take types out of the choices that they are themselves; what has no choice left takes any value.

    Args:
        definitions: the prepared schemas with a name; they are changed.
        report: called with each finding.
    """
    roots = {name: one for name, one in definitions.items() if one.kind == "root"}
    for name, definition in roots.items():
        circular = {
            choice
            for choice in _choices(definition.schema)
            if choice in roots and name in _reached(choice, roots)
        }
        if circular:
            definition.schema = _without(definition.schema, circular)
            message = "this schema is a choice of itself, which adds nothing to it"
            report(Diagnostic("warning", message, definition.source, None, "circular-schema"))


def _reached(start: Name, roots: Mapping[Name, Definition]) -> set[Name]:
    reached: set[Name] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in roots:
            reached.add(name)
            waiting += _choices(roots[name].schema)
    return reached


def _choices(schema: Schema) -> Iterator[Name]:
    """Yield the definitions that are a choice of a schema."""
    for choice in schema.get("anyOf", [schema]):
        if (name := referred(choice)) is not None:
            yield name


def _without(schema: Schema, circular: set[Name]) -> Schema:
    if referred(schema) in circular:
        return {}
    kept = [choice for choice in schema["anyOf"] if referred(choice) not in circular]
    if not any(choice != merging.NULL for choice in kept):
        return {}
    return kept[0] if len(kept) == 1 else {**schema, "anyOf": kept}
