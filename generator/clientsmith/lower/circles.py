"""Types without a class of which no validator can be built: choices of themselves, and those that are put together too deep.

`A = A | B` says no more than `A = B`. A type that is made of others, which are made of others, is put together of all of them at
once; a model ends that, because it is built by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..diagnostics import Diagnostic
from ..text import Name
from . import merging
from .definitions import DEEPEST, TOO_DEEP, Definition, Schema, names_in, referred


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
            _take_out(definition, circular)
            message = "this schema is a choice of itself, which adds nothing to it"
            report(Diagnostic("warning", message, definition.source, None, "circular-schema"))


def break_chains(
    definitions: Mapping[Name, Definition], report: Callable[[Diagnostic], None]
) -> None:
    """Let a type be any value where too many others stand inside one another in it, with no model in between.

    Args:
        definitions: the prepared schemas with a name; they are changed.
        report: called with each finding.
    """
    roots = {name: one for name, one in definitions.items() if one.kind == "root"}
    entered: set[Name] = set()
    heights: dict[Name, int] = {}
    waiting = list(roots)
    while waiting:
        name = waiting[-1]
        inside = [one for one in names_in(roots[name].schema) if one in roots]
        if name not in entered:
            entered.add(name)
            waiting += [one for one in inside if one not in entered]
            continue
        waiting.pop()
        if name not in heights:  # what leads back to itself is no deeper for it
            heights[name] = 1 + max((heights.get(one, 0) for one in inside), default=0)
            if heights[name] > DEEPEST:
                heights[name] = 0
                roots[name].loosen()
                report(Diagnostic("note", TOO_DEEP, roots[name].source, None, "deep-schema"))


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


def _take_out(definition: Definition, circular: set[Name]) -> None:
    schema = definition.schema
    kept = [one for one in schema.get("anyOf", [schema]) if referred(one) not in circular]
    if all(choice == merging.NULL for choice in kept):
        definition.loosen()
    else:
        definition.schema = kept[0] if len(kept) == 1 else {**schema, "anyOf": kept}
