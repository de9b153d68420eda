"""Two unions compared: which variant became which (OpenAPI 3.1, 4.8.24.4; JSON Schema 2020-12, 10.2.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..diagnostics import quoted
from ..lower.nodes import entries
from ..read.document import Node
from .facets import in_words, types
from .finding import Finding
from .schema import Schema
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
                "variant-removed", f"cannot be {_called(variant)} any more", _place(variant), None
            )
    for variant in added:
        if variant.types <= known_before:
            yield Finding("variant-added", f"may be {_called(variant)}", None, _place(variant))


def discriminator(old: Schema, new: Schema, pairs: Pairs) -> Iterator[Finding]:
    """Yield what differs in how the variants are told apart (OpenAPI 3.1, 4.8.25).

    Args:
        old: the old union.
        new: the new one.
        pairs: the variants that stand on both sides.
    """
    one, other = old.first("discriminator"), new.first("discriminator")
    if one is None or other is None:
        if other is not None:
            message = f"is told apart by {quoted(other.text_of('propertyName'))}"
            yield Finding("discriminator-added", message, None, other)
        if one is not None:
            message = f"is told apart by {quoted(one.text_of('propertyName'))} no more"
            yield Finding("discriminator-removed", message, one, None)
        return
    before, after = one.text_of("propertyName"), other.text_of("propertyName")
    if before != after:
        message = f"is told apart by {quoted(after)}, and was by {quoted(before)}"
        yield Finding("discriminator-changed", message, one, other)
        return
    yield from _default_mapping(one, other, after)
    for variant_old, variant_new in pairs:
        stood, stand = _values(variant_old, one), _values(variant_new, other)
        if stood is None or stand is None:
            continue
        for value in sorted(stood.keys() - stand.keys()):
            message = f"is {_called(variant_new)} for {after} {quoted(value)} no more"
            yield Finding("discriminator-value-removed", message, stood[value], other)
        for value in sorted(stand.keys() - stood.keys()):
            message = f"is {_called(variant_new)} for {after} {quoted(value)} too"
            yield Finding("discriminator-value-added", message, one, stand[value])


def _default_mapping(old: Node, new: Node, name: str | None) -> Iterator[Finding]:
    """Yield whether other values stand for a variant (OpenAPI 3.2, 4.25)."""
    before, after = old.get("defaultMapping"), new.get("defaultMapping")
    stood, stands = (_last(node.text) if node is not None else None for node in (before, after))
    if stood != stands and before is not None:
        message = f"is {quoted(stood)} for any other {name} no more"
        yield Finding("discriminator-value-removed", message, before, new)
    if stood != stands and after is not None:
        message = f"is {quoted(stands)} for any other {name} too"
        yield Finding("discriminator-value-added", message, old, after)


def _values(variant: Schema, discriminator: Node) -> dict[str, Node] | None:
    """Return the values that stand for a variant, and where that is said; None if the variant itself says it, or nothing does."""
    name = str(variant.named.key) if variant.named is not None else None
    said = variant.properties("sent").get(discriminator.text_of("propertyName") or "")
    if name is None or (said is not None and said.values is not None):
        return None
    mapping = discriminator.get("mapping")
    stated = {value: node for value, node in entries(mapping) if _last(node.text) == name}
    return stated or {name: discriminator}


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
    return subject(schema.named) if schema.named is not None else None


def _place(schema: Schema) -> Node | None:
    return schema.named or schema.node


def _called(schema: Schema) -> str:
    title = schema.first("title")
    name = _name(schema) or (title.text if title is not None else None)
    return quoted(name) if name else in_words(schema.types) or "any value"


def _last(text: str | None) -> str:
    return (text or "").rpartition("/")[2]
