"""Objects: the properties that a schema and the parts it is composed of give together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..read.document import Document, Node
from ..read.equality import same
from .nodes import Identity, elements, entries, follow_schema, identity, keywords, referred_schema
from .shapes import conditionals, is_object, parts, variants

_DEPTH = 60


@dataclass(slots=True)
class Member:
    """The schemas of one property: `all_of` are valid together, of `any_of` one is."""

    all_of: list[Node] = field(default_factory=list[Node])
    any_of: list[Node] = field(default_factory=list[Node])


@dataclass(slots=True)
class Composition:
    """What an object schema and its parts say together.

    Attributes:
        members: the properties, by their names on the wire.
        required: the names of those that must be there.
        bases: the parts that are models of their own, which this one extends.
        extras: the schema of the properties that have no name.
    """

    members: dict[str, Member] = field(default_factory=dict[str, Member])
    required: set[str] = field(default_factory=set[str])
    bases: list[Node] = field(default_factory=list[Node])
    extras: Node | None = None

    def add(self, other: Composition) -> None:
        """Add what another part says."""
        for name, member in other.members.items():
            mine = self.members.setdefault(name, Member())
            mine.all_of += [node for node in member.all_of if node not in mine.all_of]
            mine.any_of += [node for node in member.any_of if node not in mine.any_of]
        self.required |= other.required
        self.extras = self.extras or other.extras


class Compositions:
    """The compositions of one document, each found once."""

    def __init__(self, document: Document, too_deep: Callable[[Node], None]) -> None:
        self._document = document
        self._too_deep = too_deep
        self._own: dict[Identity, Composition] = {}
        self._whole: dict[Identity, Composition] = {}
        self._ancestors: dict[Identity, frozenset[Identity]] = {}
        self._children: dict[Identity, list[Node]] | None = None

    def own(self, node: Node, depth: int = 0) -> Composition:
        """Return what a schema says beyond its bases.

        A part that is a model of its own becomes a base, unless a property is declared in both in different ways: a field of a
        base cannot take another type.
        """
        key = identity(node)
        if key in self._own:
            return self._own[key]
        found = self._own[key] = Composition()
        if depth > _DEPTH:
            self._too_deep(node)
            return found
        candidates: list[Node] = []
        for part in parts(node):
            target = follow_schema(part)
            if target is None or identity(target) == key:
                continue
            if (target is not part or node.ref is not None) and is_object(target):
                candidates.append(target)
            else:
                inner = self.own(target, depth + 1)
                found.add(inner)
                candidates += inner.bases
        for variant in variants(node):
            self._add_variant(found, node, variant, depth)
        for name, child in entries(node.get("properties")):
            found.members.setdefault(name, Member()).all_of.append(child)
        stated = found.members.keys() | ()
        for conditional in conditionals(node):
            for name, member in self._of(conditional, node, depth).items():
                if name not in stated:
                    known = found.members.setdefault(name, Member())
                    known.any_of += [*member.all_of, *member.any_of]
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            extras = node.get(keyword)
            if found.extras is None and extras is not None and extras.is_mapping and extras.value:
                found.extras = extras
        required = keywords(node).get("required")
        if isinstance(required, list):
            found.required.update(name for name in required if isinstance(name, str))
        for target in candidates:
            self._extend(found, node, target, depth)
        return found

    def whole(self, node: Node, depth: int = 0) -> Composition:
        """Return what a schema and all its bases say."""
        key = identity(node)
        if key not in self._whole:
            own = self.own(node, depth)
            found = self._whole[key] = Composition()
            if depth <= _DEPTH:
                for base in own.bases:
                    found.add(self.whole(base, depth + 1))
            found.add(own)
        return self._whole[key]

    def heirs(self, node: Node) -> list[Node]:
        """Return the components that are composed of a schema, directly or not."""
        if self._children is None:
            self._children = self._index()
        found: dict[Identity, Node] = {}
        waiting = [node]
        while waiting:
            for child in self._children.get(identity(waiting.pop()), ()):
                if identity(child) not in found and child != node:
                    found[identity(child)] = child
                    waiting.append(child)
        return list(found.values())

    def ancestors(self, node: Node) -> frozenset[Identity]:
        """Return the schemas that a schema is composed of by reference, directly or not."""
        key = identity(node)
        if key not in self._ancestors:
            found: set[Identity] = set()
            waiting = [node]
            while waiting:
                for part in _references(waiting.pop()):
                    if identity(part) not in found:
                        found.add(identity(part))
                        waiting.append(part)
            self._ancestors[key] = frozenset(found)
        return self._ancestors[key]

    def _of(self, part: Node, node: Node, depth: int) -> dict[str, Member]:
        """Return the members of a part of a schema; none where the part is composed of the schema itself."""
        target = follow_schema(part)
        if target is None or identity(node) in self.ancestors(target) or target == node:
            return {}
        return self.whole(target, depth + 1).members

    def _add_variant(self, found: Composition, node: Node, variant: Node, depth: int) -> None:
        for name, member in self._of(variant, node, depth).items():
            found.members.setdefault(name, Member()).any_of += [*member.all_of, *member.any_of]

    def _extend(self, found: Composition, node: Node, target: Node, depth: int) -> None:
        ancestors = self.ancestors(target)
        if identity(node) in ancestors or target in found.bases:
            return
        base = self.whole(target, depth + 1)
        tag = discriminator(target)
        shared = {
            *found.members,
            *(name for one in found.bases for name in self.whole(one).members),
        }
        shared &= base.members.keys()
        stricter = (found.required & base.members.keys()) - base.required
        if tag is not None:
            shared.discard(tag)
            stricter.discard(tag)
        related = any(
            identity(one) in ancestors
            or (self.ancestors(one) | {identity(one)}) & {identity(target), *ancestors}
            for one in found.bases
        )
        if stricter or related or not all(_restated(found, base, name) for name in shared):
            merged = Composition()
            merged.add(base)
            merged.add(found)
            found.members, found.required, found.extras = (
                merged.members,
                merged.required,
                merged.extras,
            )
            return
        for name in {*shared, *({tag} if tag is not None else ())}:
            found.members.pop(name, None)
        found.bases.append(target)

    def _index(self) -> dict[Identity, list[Node]]:
        children: dict[Identity, list[Node]] = {}
        components = self._document.root.get("components")
        for _, node in entries(components.get("schemas") if components is not None else None):
            for part in _references(node):
                children.setdefault(identity(part), []).append(node)
        return children


def discriminator(node: Node) -> str | None:
    """Return the property that tells which schema a value is of (OpenAPI 3.1, 4.8.25)."""
    declared = node.get("discriminator")
    if declared is None:
        return None
    name = declared.get("propertyName") if declared.is_mapping else declared
    return name.value if name is not None and isinstance(name.value, str) else None


def _references(node: Node) -> list[Node]:
    found: list[Node] = []
    waiting = [*elements(node.get("allOf"))]
    if node.ref is not None:
        waiting.append(node)
    while waiting:
        part = waiting.pop()
        if part.ref is not None:
            target = referred_schema(part)
            found += [target] if target is not None else []
        else:
            waiting += elements(part.get("allOf"))
    return found


def _restated(found: Composition, base: Composition, name: str) -> bool:
    """Return whether a property that a base has too says nothing new."""
    mine, its = found.members.get(name), base.members[name]
    if mine is None or mine.any_of or its.any_of:
        return False
    return all(any(same(node.value, known.value) for known in its.all_of) for node in mine.all_of)
