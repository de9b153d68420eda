"""What two schemas say of a value itself, compared keyword by keyword (JSON Schema 2020-12 validation)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from ..diagnostics import MAX_QUOTE, printable, quoted
from ..read.document import Node
from ..read.equality import same, without
from ..read.source import Value
from .documentation import described
from .finding import Finding
from .limits import limits
from .meaning import meaning
from .schema import Schema

_WIDTHS: Final = (
    ("int8", "int16", "int32", "int64", None),
    ("uint8", "uint16", "uint32", "uint64", None),
    ("float", "double", None),
)
"""The formats of numbers, each with less than the next."""

_NUMBER_FORMATS: Final = frozenset((*(name for names in _WIDTHS for name in names), "decimal"))
_CONDITIONS: Final = (
    *("not", "if", "then", "else", "contains"),
    *("dependentRequired", "dependentSchemas", "dependencies", "propertyNames"),
    *("contentSchema", "items", "unevaluatedItems", "unevaluatedProperties"),
)
"""The keywords that can only refuse values: one that is new is one more condition."""

_MODIFIERS: Final = ("minContains", "maxContains", "patternProperties")
"""The keywords that may also allow what others refuse."""
_IN_WORDS: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "an object",
    "string": "text",
}


def facets(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield what differs between two schemas that are no unions, their parts left out."""
    yield from types([old], [new])
    yield from remarks(old, new)
    if not comparable(old, new):
        return
    yield from _values(old, new)
    yield from _format(old, new)
    yield from _pattern(old, new)
    yield from limits(old, new)


def remarks(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield what differs in what is said about a value besides its form."""
    if old.whole or new.whole:
        return
    yield from _documentation(old, new)
    yield from _choices(old, new)
    yield from _deprecated(old, new)
    yield from _default(old, new)


def comparable(old: Schema, new: Schema) -> bool:
    """Return whether some value may be valid against both."""
    known = old.types | new.types
    return (
        not (old.types and new.types)
        or bool(old.types & new.types)
        or {"integer", "number"} <= known
    )


def null(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield whether null is a value now, or is none any more."""
    before, after = old.spread.null, new.spread.null
    if old.parts and new.parts and before != after:
        yield (
            Finding("null-added", "may be null")
            if after
            else Finding("null-removed", "cannot be null any more")
        )


def types(old: Iterable[Schema], new: Iterable[Schema]) -> Iterator[Finding]:
    """Yield what differs in the types of the variants of two schemas."""
    before, after = _all_types(old), _all_types(new)
    if before is None and after is not None:
        yield Finding("type-removed", f"can only be {in_words(after)}")
    elif before is not None and after is None:
        yield Finding("type-added", f"may be any value, and not only {in_words(before)}")
    elif before is not None and after is not None:
        added = after - before - ({"integer"} if "number" in before else set[str]())
        removed = before - after - ({"integer"} if "number" in after else set[str]())
        if added and removed and before.isdisjoint(after):
            yield Finding("type-changed", f"is {in_words(after)}, and was {in_words(before)}")
            return
        if added:
            yield Finding("type-added", f"may be {in_words(added)}")
        if removed:
            yield Finding("type-removed", f"cannot be {in_words(removed)} any more")


def in_words(types: Iterable[str]) -> str:
    """Return types as a person would name them."""
    return " or ".join(_IN_WORDS.get(name, quoted(name)) for name in sorted(types))


def _all_types(schemas: Iterable[Schema]) -> set[str] | None:
    """Return the types that some schemas allow together; None for all."""
    found = [schema.types for schema in schemas]
    return set[str]().union(*found) if all(found) else None


def _documentation(old: Schema, new: Schema) -> Iterator[Finding]:
    if old.is_union != new.is_union:
        return
    for message, one, other in described(old.first, new.first):
        yield Finding("description-changed", message, one, other)


def _choices(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield what differs in what is said of the listed values."""
    for choice in new.choices:
        for earlier in old.choices:
            if same(choice.value, earlier.value):
                for message, one, other in described(earlier.node.get, choice.node.get):
                    told = f"{message} for {quoted(choice.value)}"
                    places = one or earlier.node, other or choice.node
                    yield Finding("description-changed", told, *places)


def _deprecated(old: Schema, new: Schema) -> Iterator[Finding]:
    places = old.first("deprecated"), new.first("deprecated")
    if new.says("deprecated") and not old.says("deprecated"):
        yield Finding("deprecated", "is deprecated", *places)
    if old.says("deprecated") and not new.says("deprecated"):
        yield Finding("undeprecated", "is not deprecated any more", *places)


def _default(old: Schema, new: Schema) -> Iterator[Finding]:
    before, after = old.first("default"), new.first("default")
    if before is None and after is not None:
        yield Finding("default-added", f"has the default {_shown(after)}", before, after)
    elif before is not None and after is None:
        yield Finding("default-removed", f"has the default {_shown(before)} no more", before, after)
    elif before is not None and after is not None and not same(before.value, after.value):
        message = f"has the default {_shown(after)}, and had {_shown(before)}"
        yield Finding("default-changed", message, before, after)


def _shown(default: Node) -> str:
    """Return a default as JSON; a text in quotes."""
    value = default.value
    return (
        printable(json.dumps(value), MAX_QUOTE) if isinstance(value, dict | list) else quoted(value)
    )


def _values(old: Schema, new: Schema) -> Iterator[Finding]:
    before, after = old.values, new.values
    one, other = map(_list_of, (old, new))
    if before is None and after is not None:
        yield Finding("enum-added", f"can only be {_choice(after)}", one, other)
    elif before is not None and after is None:
        yield Finding("enum-removed", f"need not be {_choice(before)} any more", one, other)
    elif before is not None and after is not None:
        for value in without(before, after):
            yield Finding(
                "enum-value-removed",
                f"cannot be {quoted(value)} any more",
                _element(one, value),
                other,
            )
        for value in without(after, before):
            yield Finding(
                "enum-value-added", f"may be {quoted(value)}", one, _element(other, value)
            )


def _format(old: Schema, new: Schema) -> Iterator[Finding]:
    (before, one), (after, other) = old.format, new.format
    places = one, other
    if before == after:
        return
    told = f"is of format {quoted(after)}" if after else "has no format"
    told += f", and was of {quoted(before)}" if before else ", and had none"
    if {before, after} <= _NUMBER_FORMATS:
        yield Finding(_width(before, after), told, *places)
    else:
        rule = (
            "format-added"
            if before is None
            else "format-removed" if after is None else "format-changed"
        )
        yield Finding(rule, told, *places)


def _pattern(old: Schema, new: Schema) -> Iterator[Finding]:
    before, after = ([node.value for node in schema.all("pattern")] for schema in (old, new))
    gone, added = without(before, after), without(after, before)
    places = old.first("pattern"), new.first("pattern")
    if gone and added:
        yield Finding(
            "pattern-changed",
            f"has to match {quoted(added[0])}, and had to match {quoted(gone[0])}",
            *places,
        )
    elif added:
        yield Finding("pattern-added", f"has to match {quoted(added[0])}", *places)
    elif gone:
        yield Finding("pattern-removed", f"need not match {quoted(gone[0])} any more", *places)


def conditions(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield the keywords that differ and cannot be compared any further."""
    for keyword in (*_CONDITIONS, *_MODIFIERS):
        one, other = _demands(old, keyword), _demands(new, keyword)
        if same([meaning(node) for node in one], [meaning(node) for node in other]):
            continue
        places = one[0] if one else None, other[0] if other else None
        told = "another" if one and other else "new" if other else "gone"
        rule = "condition-added" if other else "condition-removed"
        if (one and other) or keyword in _MODIFIERS:
            rule = "condition-changed"
        yield Finding(rule, f"{keyword} is {told}", *places)


def _demands(schema: Schema, keyword: str) -> list[Node]:
    """Return the values of a keyword that ask for something, and something that is not compared as a part of the schema."""
    found = [node for node in schema.all(keyword) if node.value is not True]
    if keyword == "items":
        return [node for node in found if node.value is False]
    if keyword == "unevaluatedProperties":
        return [node for node in found if node.value is not False]
    return found


def _width(before: str | None, after: str | None) -> str:
    for names in _WIDTHS:
        if before in names and after in names:
            narrower = names.index(after) < names.index(before)
            return "number-narrowed" if narrower else "number-widened"
    return "number-format-changed"


def _list_of(schema: Schema) -> Node | None:
    """Return where the values are listed."""
    keywords = ("enum", "const", "oneOf", "anyOf")
    return next(filter(None, map(schema.first, keywords)), None)


def _element(holder: Node | None, value: Value) -> Node | None:
    elements = holder.elements() if holder is not None else ()
    return next((each for each in elements if same(each.value, value)), holder)


def _choice(values: list[Value]) -> str:
    shown = ", ".join(quoted(value) for value in values[:5])
    return f"{shown}, ..." if len(values) > 5 else shown or "null"
