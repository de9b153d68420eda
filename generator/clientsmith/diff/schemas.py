"""Two schemas compared: what may be sent that could not be, and the other way round.

Each pair of schemas is compared once in each direction, however many operations use it and however they refer to one another;
which operations a change concerns is found afterwards, along the way from them to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..read.document import Node
from ..read.equality import same
from .changes import Change, judged
from .facets import comparable, conditions, facets, null, remarks
from .finding import Finding
from .rules import Direction
from .schema import Schema, SchemaKey
from .subjects import place_of, subject
from .unions import Pairs, discriminator, variants

Key = tuple[SchemaKey, SchemaKey, Direction]
Places = tuple[Node, Node]
Inner = tuple[Schema, Schema, Places]


@dataclass(slots=True)
class _Pair:
    """Two schemas in one direction: what differs in themselves, and the pairs of their parts."""

    changes: list[Change] = field(default_factory=list[Change])
    inner: list[Key] = field(default_factory=list[Key])


class Schemas:
    """Compares schemas, each pair once."""

    def __init__(self) -> None:
        self._pairs: dict[Key, _Pair] = {}

    def compare(self, old: Schema, new: Schema, direction: Direction, places: Places) -> Key:
        """Compare two schemas and all that is in them.

        Args:
            old: the old one.
            new: the new one.
            direction: who sends the values.
            places: where each is used.

        Returns:
            What `concerned` is to be given.
        """
        first = (old.key, new.key, direction)
        waiting: list[tuple[Key, Inner]] = [(first, (old, new, places))]
        while waiting:
            key, pair = waiting.pop()
            if key in self._pairs:
                continue
            found = self._pairs[key] = _Pair()
            for inner in _Comparison(found.changes, direction, *pair).run():
                inner_key = (inner[0].key, inner[1].key, direction)
                found.inner.append(inner_key)
                waiting.append((inner_key, inner))
        return first

    def concerned(self, uses: Iterable[tuple[Key, str]]) -> Iterator[tuple[Change, str]]:
        """Yield every change that is reached, with what reaches it.

        Args:
            uses: what `compare` returned, and the name of the operation that it was for.
        """
        for first, operation in uses:
            seen: set[Key] = set()
            waiting = [first]
            while waiting:
                key = waiting.pop()
                if key not in seen:
                    seen.add(key)
                    yield from ((change, operation) for change in self._pairs[key].changes)
                    waiting += self._pairs[key].inner


class _Comparison:
    """One pair of schemas."""

    def __init__(
        self, changes: list[Change], direction: Direction, old: Schema, new: Schema, places: Places
    ) -> None:
        self._changes = changes
        self._direction: Direction = direction
        self._old = old
        self._new = new
        self._places = (old.named or places[0], new.named or places[1])

    def run(self) -> Iterator[Inner]:
        """Record what differs, and yield the pairs of the parts."""
        old, new = self._old, self._new
        self._record(null(old, new))
        pairs: Pairs = []
        if old.is_union or new.is_union:
            self._record(remarks(old, new))
            self._record_union(variants(old.spread.variants, new.spread.variants, pairs))
            self._record(discriminator(old, new, pairs))
            yield from ((*pair, self._places) for pair in pairs)
            return
        if old.types != new.types or not same(old.local, new.local):
            self._record(facets(old, new))
        self._record(conditions(old, new))
        yield from self._heirs()
        if comparable(old, new):
            yield from self._beside(pairs)
            if bool(old.types) == bool(new.types):  # else what any value may be is told already
                yield from self._properties()
                yield from self._items()

    def _record(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            what = subject(finding.new or finding.old or self._places[1])
            self._tell(finding.rule, what, finding.message, finding.old, finding.new)

    def _record_union(self, findings: Iterable[Finding]) -> None:
        """Record what differs in a union: it is what changed, and not the variant."""
        what = subject(self._places[1])
        for finding in findings:
            self._tell(finding.rule, what, finding.message, finding.old, finding.new)

    def _tell(self, rule: str, what: str, message: str, old: Node | None, new: Node | None) -> None:
        before, after = place_of(old or self._places[0]), place_of(new or self._places[1])
        self._changes.append(judged(rule, self._direction, what, message, before, after))

    def _heirs(self) -> Iterator[Inner]:
        """Compare what a discriminator tells apart that stands in what the schemas are composed into."""
        old, new = self._old.heirs(), self._new.heirs()
        if not old and not new:
            return
        pairs: Pairs = [(heir, new[name]) for name, heir in old.items() if name in new]
        self._record(discriminator(self._old, self._new, pairs))
        yield from ((*pair, self._places) for pair in pairs)

    def _beside(self, pairs: Pairs) -> Iterator[Inner]:
        """Compare unions that stand beside other keywords."""
        old, new = self._old.unions, self._new.unions
        if len(old) != len(new):
            told = "has to be valid against other unions"
            rule = "condition-changed"
            if not old or not new:
                rule = "condition-removed" if old else "condition-added"
                told = f"has to be valid against {'no' if old else 'a'} union{' any more' if old else ' too'}"
            self._record([Finding(rule, told)])
            return
        for one, other in zip(old, new, strict=True):
            self._record_union(variants(map(_schema, one), map(_schema, other), pairs))
        yield from ((*pair, self._places) for pair in pairs)

    def _properties(self) -> Iterator[Inner]:
        old, new = (schema.properties(self._direction) for schema in (self._old, self._new))
        holder = subject(self._places[1])
        for name in (name for name in old if name not in new):
            hidden = self._new.place_of(name)
            only = "readOnly" if self._direction == "sent" else "writeOnly"
            message = "is gone" if hidden is None or hidden.value is False else f"is {only}"
            self._tell(
                "property-removed", f"{holder}.{name}", message, self._old.place_of(name), hidden
            )
        for name, schema in new.items():
            required, was_required = name in self._new.required, name in self._old.required
            one, other = self._old.place_of(name), self._new.place_of(name)
            if name not in old:
                rule = "property-added-required" if required else "property-added"
                self._tell(
                    rule, f"{holder}.{name}", f"is new{' and required' * required}", one, other
                )
                continue
            if required != was_required:
                rule = "property-required" if required else "property-optional"
                message = "is required" if required else "is optional"
                self._tell(rule, f"{holder}.{name}", message, one, other)
            yield old[name], schema, (one or self._places[0], other or self._places[1])
        self._bare_names(holder)
        yield from self._other_properties(holder)

    def _bare_names(self, holder: str) -> None:
        """Compare the properties that are required and not described."""
        before, after = (
            {
                name: node
                for name, node in schema.required.items()
                if self._old.place_of(name) is None and self._new.place_of(name) is None
            }
            for schema in (self._old, self._new)
        )
        for name in sorted(before.keys() ^ after.keys()):
            rule, message = (
                ("property-required", "is required")
                if name in after
                else ("property-optional", "is optional")
            )
            self._tell(rule, f"{holder}.{name}", message, before.get(name), after.get(name))

    def _other_properties(self, holder: str) -> Iterator[Inner]:
        one, other = (schema.first("additionalProperties") for schema in (self._old, self._new))
        if self._old.closed != self._new.closed:
            closed = self._new.closed
            rule = "other-properties-refused" if closed else "other-properties-allowed"
            message = f"allows {'no ' * closed}other properties"
            self._tell(rule, holder, message, one, other)
        elif not self._new.closed:
            old, new = (schema.inner("additionalProperties") for schema in (self._old, self._new))
            if old.parts or new.parts:
                yield old, new, (one or self._places[0], other or self._places[1])

    def _items(self) -> Iterator[Inner]:
        if "array" not in self._old.types | self._new.types:
            return
        one, other = (schema.first("items") for schema in (self._old, self._new))
        if not any(node is not None and node.value is False for node in (one, other)):
            places = one or self._places[0], other or self._places[1]
            yield self._old.inner("items"), self._new.inner("items"), places
        first_old, first_new = self._old.first("prefixItems"), self._new.first("prefixItems")
        before, after = (
            [*node.elements()] if node is not None else [] for node in (first_old, first_new)
        )
        if len(before) != len(after):
            message = f"has {len(after)} items with schemas of their own, and had {len(before)}"
            self._record([Finding("condition-changed", message, first_old, first_new)])
        for item_old, item_new in zip(before, after, strict=False):
            yield _schema(item_old), _schema(item_new), (item_old, item_new)


def _schema(node: Node) -> Schema:
    return Schema([node])
