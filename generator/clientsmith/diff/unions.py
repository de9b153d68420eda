"""Two unions compared: which variant became which (OpenAPI 3.1, 4.8.24.4; JSON Schema 2020-12, 10.2.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..diagnostics import quoted
from .facets import Finding, in_words, types
from .schema import Schema, is_component
from .subjects import subject

Pairs = list[tuple[Schema, Schema]]


def variants(old: Iterable[Schema], new: Iterable[Schema], found: Pairs) -> Iterator[Finding]:
    """Yield the variants that came and went, and add to `found` those that stand on both sides.

    A variant of a type that no other variant has is told as a type.
    """
    before, after = list(old), list(new)
    pairs, gone, added = _matched(before, after)
    found += pairs
    yield from types(before, after)
    known_before, known_after = (
        frozenset[str]().union(*(each.types for each in side)) for side in (before, after)
    )
    for variant in gone:
        if variant.types <= known_after:
            yield Finding(
                "variant-removed", f"cannot be {_called(variant)} any more", variant.node, None
            )
    for variant in added:
        if variant.types <= known_before:
            yield Finding("variant-added", f"may be {_called(variant)}", None, variant.node)


def discriminator(old: Schema, new: Schema) -> Iterator[Finding]:
    """Yield what differs in how the variants are told apart (OpenAPI 3.1, 4.8.25)."""
    one, other = old.first("discriminator"), new.first("discriminator")
    if one is None or other is None:
        return
    before, after = one.text_of("propertyName"), other.text_of("propertyName")
    if before != after:
        message = f"is told apart by {quoted(after)}, and was by {quoted(before)}"
        yield Finding("discriminator-changed", message, one, other)
    meant, means = one.get("mapping"), other.get("mapping")
    if meant is None or means is None:
        return
    for value, target in meant.items():
        changed = means.get(value)
        if changed is not None and _last(changed.text) != _last(target.text):
            message = (
                f"{quoted(value)} means {quoted(changed.text)}, and meant {quoted(target.text)}"
            )
            yield Finding("discriminator-changed", message, target, changed)


def _matched(old: list[Schema], new: list[Schema]) -> tuple[Pairs, list[Schema], list[Schema]]:
    """Pair variants by name, then by content, then by type, then what is left."""
    gone, added = list(old), list(new)
    pairs: Pairs = []
    marks: tuple[Callable[[Schema], object], ...] = (
        _name,
        lambda schema: schema.fingerprint,
        lambda schema: schema.types or None,
    )
    for mark in marks:
        for one in tuple(gone):
            wanted = mark(one)
            alike = [other for other in added if wanted is not None and mark(other) == wanted]
            if len(alike) == 1 and sum(mark(each) == wanted for each in gone) == 1:
                pairs.append((one, alike[0]))
                gone.remove(one)
                added.remove(alike[0])
    return pairs, gone, added


def _name(schema: Schema) -> str | None:
    return next((subject(part) for part in schema.parts[:1] if is_component(part)), None)


def _called(schema: Schema) -> str:
    title = schema.first("title")
    name = _name(schema) or (title.text if title is not None else None)
    return quoted(name) if name else in_words(schema.types) or "any value"


def _last(text: str | None) -> str:
    return (text or "").rpartition("/")[2]
