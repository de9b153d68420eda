"""A schema as its readers see it: references followed, `allOf` put together, unions spread out.

Two documents that say the same in different words (a schema inline or referred to, one schema or the parts of an `allOf`,
`nullable` or a type of `null`) give schemas that look the same from here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ..lower.nodes import Identity, elements, identity
from ..lower.objects import Compositions
from ..lower.scalars import text_format
from ..read.document import Node
from ..read.equality import without
from ..read.source import Value
from .listed import Choice, choices, listed_in, type_names
from .meaning import ANNOTATIONS, meaning
from .parts import component, own, parts
from .rules import Direction
from .types import (
    admits_null,
    types_of,
    types_of_values,
    with_integers,
)

_HIDDEN: Final = {"sent": "readOnly", "received": "writeOnly"}
_INNER: Final = frozenset(
    {"additionalProperties", "anyOf", "items", "oneOf", "prefixItems", "properties"}
)
_DEEPEST: Final = 40

SchemaKey = tuple[frozenset[str] | None, bool, tuple[Identity, ...]]


class Schema:
    """What is valid against some schema nodes at once.

    Args:
        nodes: the nodes; what they refer to and the parts of their `allOf` count as well.
        only: the types that are meant, of a variant of a union; null is none of them.
        whole: whether the variant is the only one of a schema that is no union, and says nothing that the schema does not.
        without: places of parts that are left out.

    Attributes:
        named: the node that the document has a name for: what the nodes refer to, or else the first such part.
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        only: frozenset[str] | None = None,
        *,
        whole: bool = False,
        named: Node | None = None,
        without: frozenset[Identity] = frozenset(),
    ) -> None:
        given = tuple(nodes)
        self.parts: Final = tuple(parts(given, without))
        self.named: Final = named or component(given) or component(self.parts)
        self.only: Final = only
        self._without: Final = without
        self.whole: Final = whole
        self.key: Final[SchemaKey] = (only, whole, tuple(map(identity, self.parts)))

    @property
    def node(self) -> Node | None:
        """Where the schema stands; None for one that says nothing."""
        return self.parts[0] if self.parts else None

    def first(self, keyword: str) -> Node | None:
        """Return the first value of a keyword."""
        return next(
            (found for part in self.parts if (found := part.get(keyword)) is not None), None
        )

    def all(self, keyword: str) -> tuple[Node, ...]:
        """Return every value of a keyword."""
        return tuple(found for part in self.parts if (found := part.get(keyword)) is not None)

    def says(self, keyword: str) -> bool:
        """Return whether a keyword is true in some part."""
        return any(found.value is True for found in self.all(keyword))

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of a value, `null` left out; empty where nothing is said of the type."""
        if self.only is not None:
            return self.only
        known = [found for part in self.parts if (found := types_of(part))]
        known += [types_of_values(values) for values in self._listed]
        if not known:
            return frozenset()
        common = with_integers(known[0]).intersection(*map(with_integers, known))
        return common - {"integer"} if "number" in common else common or known[0]

    @cached_property
    def null(self) -> bool:
        """Whether a value may be null."""
        if self.only is not None:
            return False
        if self.says("nullable"):
            return True
        stated = [
            part for part in self.parts if type_names(part) or "enum" in part or "const" in part
        ]
        return bool(stated or self._listed) and (
            all(map(admits_null, stated)) and all(None in values for values in self._listed)
        )

    @cached_property
    def values(self) -> list[Value] | None:
        """The values that are listed, null left out; None where any other is allowed."""
        stated = (values for part in self.parts if (values := listed_in(part)) is not None)
        listed = [*stated, *self._listed]
        if not listed:
            return None
        common = listed[0]
        for others in listed[1:]:
            common = without(common, without(common, others))
        return [value for value in common if value is not None]

    @cached_property
    def format(self) -> tuple[str | None, Node | None]:
        """The format, and where it is said; how a text is encoded stands for one (JSON Schema 2020-12 validation, 8.3)."""
        for keyword in ("format", "contentEncoding", "contentMediaType"):
            found = self.first(keyword)
            if found is not None:
                meant = text_format({keyword: found.value}) or found.text
                return meant, found
        return None, None

    def properties(self, direction: Direction) -> dict[str, Schema]:
        """Return the properties that may be there in a direction (OpenAPI 3.1, 4.8.24: readOnly, writeOnly)."""
        nodes: dict[str, list[Node]] = {}
        for properties in self.all("properties"):
            for name, node in properties.items():
                nodes.setdefault(name, []).append(node)
        found = {
            name: Schema(each)
            for name, each in nodes.items()
            if all(node.value is not False for node in each)
        }
        return {
            name: schema for name, schema in found.items() if not schema.says(_HIDDEN[direction])
        }

    @cached_property
    def required(self) -> dict[str, Node]:
        """The properties that have to be there, and where that is said."""
        return {
            name.value: name
            for names in self.all("required")
            for name in elements(names)
            if isinstance(name.value, str)
        }

    def place_of(self, name: str) -> Node | None:
        """Return where a property of that name stands."""
        return next(
            (found for each in self.all("properties") if (found := each.get(name)) is not None),
            None,
        )

    @cached_property
    def closed(self) -> bool:
        """Whether properties that are not named are refused."""
        return any(
            found.value is False
            for keyword in ("additionalProperties", "unevaluatedProperties")
            for found in self.all(keyword)
        )

    def inner(self, keyword: str) -> Schema:
        """Return the schema under a keyword, such as `items`."""
        return Schema(node for node in self.all(keyword) if node.is_mapping)

    @cached_property
    def unions(self) -> tuple[tuple[Node, ...], ...]:
        """The members of each `oneOf` and `anyOf` that lists more than values."""
        return tuple(members for members in self._members if not choices(members))

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The values that are listed by a `oneOf` or `anyOf`, each in a schema of its own."""
        return tuple(choice for members in self._members for choice in choices(members))

    @cached_property
    def _listed(self) -> list[list[Value]]:
        found = (choices(members) for members in self._members)
        return [[choice.value for choice in each] for each in found if each]

    @cached_property
    def _members(self) -> tuple[tuple[Node, ...], ...]:
        return tuple(
            tuple(found.elements())
            for keyword in ("oneOf", "anyOf")
            for found in self.all(keyword)
            if found.is_list and found.value
        )

    @property
    def is_union(self) -> bool:
        """Whether this is one union and nothing else."""
        return len(self.unions) == 1 and all(
            key in ("oneOf", "anyOf", "default")
            or key in ANNOTATIONS
            or key.startswith("x-")
            or (key == "type" and value == "object")
            for part in self.parts
            for key, value in own(part).items()
        )

    @cached_property
    def local(self) -> object:
        """What the parts say of a value itself, the schemas of its parts left out; it tells two schemas apart at once."""
        stated = [
            {key: value for key, value in own(part).items() if key not in _INNER}
            for part in self.parts
        ]
        return stated, [choice.node.value for choice in self.choices]

    def variant(self, only: frozenset[str], *, whole: bool) -> Schema:
        """Return what of this schema has certain types."""
        return Schema(self.parts, only, whole=whole, named=self.named, without=self._without)

    def heirs(self) -> dict[str, Schema]:
        """Return what is composed of this schema and told apart by a discriminator in it (OpenAPI 3.1, 4.8.25).

        Each by its name, and without what it has from this schema.
        """
        if self.named is None or "discriminator" not in self.named:
            return {}
        own = frozenset(map(identity, self.parts))
        found = Compositions(self.named.document, lambda _: None).heirs(self.named)
        return {str(heir.key): Schema([heir], named=heir, without=own) for heir in found}

    @cached_property
    def spread(self) -> Spread:
        """The variants of this schema; one that is no union is its own and only variant."""
        variants: list[Schema] = []
        null = _spread(self, variants, set(), 0)
        return Spread(tuple(variants), self.only is None and (null or self.says("nullable")))

    @cached_property
    def fingerprint(self) -> str:
        """What the parts say, as JSON."""
        return json.dumps([sorted(self.types), *map(meaning, self.parts)], sort_keys=True)


@dataclass(frozen=True, slots=True)
class Spread:
    """The variants of a union, and whether null is one."""

    variants: tuple[Schema, ...]
    null: bool


def _spread(schema: Schema, variants: list[Schema], seen: set[SchemaKey], depth: int) -> bool:
    """Add the variants of a schema, unless it was seen; return whether null is one of them."""
    if depth > _DEEPEST or schema.key in seen:
        return False
    seen.add(schema.key)
    if not schema.is_union:
        if schema.parts and not schema.types and schema.null:
            return True
        if any(types_of(part) or own(part) for part in schema.parts) and _only_null(schema):
            return True
        several = [frozenset((name,)) for name in sorted(schema.types)] or [frozenset[str]()]
        found = [schema.variant(types, whole=depth == 0) for types in several]
        variants += [one for one in found if all(one.key != known.key for known in variants)]
        return schema.null
    null = False
    for member in schema.unions[0]:
        null |= _spread(Schema([member]), variants, seen, depth + 1)
    return null


def _only_null(schema: Schema) -> bool:
    return any(type_names(part) == {"null"} for part in schema.parts) or (
        schema.values == [] and schema.null
    )
