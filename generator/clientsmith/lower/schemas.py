"""Schemas of the document, prepared for the models stage.

A prepared schema is plain JSON Schema 2020-12 without any text of the document: every object and
enum has a definition with a name made by the naming module, and property names, constants and
patterns are tokens (`f1`, `v1`) that stand for them. So what the models' generator sees cannot turn
text of a document into code, and each class has the name that is decided here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from .. import naming
from ..api import Value
from ..diagnostics import Diagnostic, DiagnosticError, Severity
from ..read.document import Document, Node
from ..text import Name
from . import merging
from .definitions import (
    DEEPEST,
    REFERENCE,
    TOO_DEEP,
    Definition,
    Kind,
    Property,
    Schema,
    enums,
    enums_in,
    is_larger,
    reference,
    referred,
)
from .directions import Directions, only_in_requests
from .fields import Fields
from .files import Files
from .names import Place, component_names, label_of, name_at, shared_names
from .nodes import (
    Identity,
    description_of,
    elements,
    entries,
    example_of,
    extensions_of,
    follow_schema,
    identity,
    keywords,
    referred_schema,
)
from .objects import Compositions
from .plain import PlainTypes
from .shapes import (
    Shape,
    admits_null,
    has_siblings,
    is_null,
    is_object,
    is_object_or_other,
    says_nothing,
    shape,
    takes_null,
    types,
    variants,
)

__all__ = ["REFERENCE", "Definition", "Property", "Schema", "Schemas"]

_MODELS: dict[Shape, Kind] = {"object": "object", "enum": "enum"}
_SIMPLE = frozenset({"string", "integer", "number", "boolean"})
_OF_OPERATIONS = (("paths",), ("webhooks",))
_LARGEST = 200
"""Parts of a type without a name of its own, which is written out wherever it is used."""

_MOST_CHOICES = 300
"""Choices that a type may have, which Python and its tools take one inside the other."""

_LIMITS_OF_CLIENTS = frozenset(
    {"deep-schema", "header-of-client", "unchecked-pattern", "wide-choice"}
)
"""Findings about what a client does not do, and not about what is wrong in the document."""


class Schemas:
    """The prepared schemas of one document.

    Args:
        document: the document.
        report: takes what is found.
        standing: what the schemas of operations are called, each after the operation that it stands in.

    Attributes:
        definitions: the schemas with a name, in the order in which they were met.
        texts: what the tokens stand for.
        within: the operation that is being lowered, or another part of the document that names what stands in it.
        led_elsewhere: whether a reference led into an operation other than that, without `standing` to say what is there.
    """

    def __init__(
        self,
        document: Document,
        report: Callable[[Diagnostic], None],
        standing: Mapping[Identity, Name] | None = None,
    ) -> None:
        self.definitions: dict[Name, Definition] = {}
        self.texts: dict[str, Value] = {}
        self.within: Identity = ("", ())
        self.led_elsewhere = False
        self._tokens: dict[tuple[type, Value], str] = {}
        self._report = report
        self._reported: set[tuple[str, Identity]] = set()
        self._aliases: dict[tuple[Identity, bool], Schema | None] = {}
        self._defined: dict[tuple[Identity, bool], Name] = {}
        self._recursions: dict[tuple[Identity, bool], Name] = {}
        self._canonical: dict[Identity, Name] = {}
        self._modules: set[Name] = set()
        self._waiting: deque[Callable[[], None]] = deque()
        self._working = False
        self._directions = Directions(document)
        self._compositions = Compositions(document, self._too_deep)
        self._fields = Fields(self, self._compositions, self.warn)
        self._plain = PlainTypes(self, Files(document), self.warn)
        self._component_names = component_names(document)
        self._shared_names = shared_names(document)
        self._standing = standing
        self._document = document
        self._names: set[Name] = {*self._component_names.values(), *map(Name, naming.MODEL_CLASSES)}
        self._names |= set((standing or {}).values())
        self._given = frozenset(self._names)

    def add_components(self, document: Document) -> None:
        """Prepare every schema under components, in the form that has its name, so that each has its class.

        Call it before anything else is prepared: then no operation changes what the parts of components are called.
        """
        components = document.root.get("components")
        schemas = components.get("schemas") if components else None
        for _, node in entries(schemas):
            name = self._component_names[identity(node)]
            self.prepare(node, name, request=self._is_of_requests(node, name))

    def prepare(self, node: Node, name: Name, *, request: bool = False) -> Schema:
        """Return the prepared form of a schema.

        Args:
            node: the schema.
            name: what it is called if it needs a definition of its own.
            request: whether it is of a request, which has no readOnly property, rather than of a response, which has no writeOnly
                one (OpenAPI 3.1, 4.8.24).
        """
        prepared = self.prepare_part(node, Place(name, request))
        if not self._working:
            self._working = True
            try:
                while self._waiting:
                    self._waiting.popleft()()
            finally:
                self._working = False
        return prepared

    def shared_name(self, entry: Node, target: Node) -> Name | None:
        """Return the name of what several operations may share, after which its inline schemas are called; else None.

        Args:
            entry: what an operation has: a response, a body, a parameter or a header, or a reference to it.
            target: where that leads. It is shared if it stands under components, or in a file of its own.
        """
        found = self._shared_names.get(identity(target))
        if found is None and entry.ref is not None and target.file is not self._document.root.file:
            return name_at(target, self._component_names)
        return found

    def prepare_part(self, node: Node, place: Place) -> Schema:
        """Return the prepared form of a schema that stands at a place; definitions in it are filled later."""
        schema = node.value
        if not isinstance(schema, dict):
            return {}
        if self._standing is None and self._is_elsewhere(node):
            self.led_elsewhere = True
            return {}
        if place.depth > DEEPEST:
            self._too_deep(node)
            return {}
        if isinstance(anchor := schema.get("$dynamicRef"), str) and "$ref" not in schema:
            return self._dynamic(node, anchor, place)
        if node.ref is not None and not (has_siblings(node) and is_object(node)):
            return merging.or_null(self._referenced(node, place), schema.get("nullable") is True)
        if (own := self._component_names.get(identity(node))) is not None:
            place = replace(place, name=own, named=True)
        found = shape(node)
        null = admits_null(schema)
        if found == "enum" or (found == "union" and self._needs_name(node, place)):
            null = null or any(map(takes_null, variants(node)))
        if found in _MODELS:
            return merging.or_null(self._define(node, place, _MODELS[found]), null)
        if found == "union" and self._needs_name(node, place):
            return merging.or_null(self._define(node, place, "root"), null)
        return merging.or_null(self._anonymous(node, found, place), null)

    def warn(self, rule: str, message: str, node: Node, hint: str | None = None) -> None:
        """Report a flaw of the document, or what the client cannot do, once for each place."""
        key = rule, identity(node)
        if key not in self._reported:
            self._reported.add(key)
            severity: Severity = "note" if rule in _LIMITS_OF_CLIENTS else "warning"
            self._report(Diagnostic(severity, message, node.location, hint, rule))

    def token(self, prefix: str, value: Value) -> str:
        """Return the token that stands for a text of the document in prepared schemas."""
        key = (type(value), value)
        if key not in self._tokens:
            self._tokens[key] = f"{prefix}{len(self._tokens)}"
            self.texts[self._tokens[key]] = value
        return self._tokens[key]

    def define_object(self, node: Node, place: Place) -> Schema:
        """Return a reference to the model of a schema that takes other values too."""
        return self._define(node, place, "object")

    def standing(self) -> dict[Identity, Name]:
        """Return what the schemas of operations are called that were met where they stand."""
        return {at: name for at, name in self._canonical.items() if self._is_in_operation(at)}

    def later(self, work: Callable[[], None]) -> None:
        """Do something after what waits already."""
        self._waiting.append(work)

    def _is_in_operation(self, at: Identity) -> bool:
        uri, pointer = at
        return pointer[:1] in _OF_OPERATIONS and uri == self._document.root.file.uri

    def _is_elsewhere(self, node: Node) -> bool:
        """Return whether a schema stands in an operation other than the one that is being lowered."""
        uri, pointer = identity(node)
        if not self._is_in_operation((uri, pointer)):
            return False
        own_uri, own = self.within
        return uri != own_uri or not (
            pointer[: len(own)] == own
            or (pointer[:2] == own[:2] and pointer[2:3] == ("parameters",))
        )

    def _too_deep(self, node: Node) -> None:
        self.warn("deep-schema", TOO_DEEP, node)

    def _dynamic(self, node: Node, anchor: str, place: Place) -> Schema:
        """Follow a `$dynamicRef` to the anchor in its own file (JSON Schema 2020-12, 8.2.3.2): no other is known yet."""
        try:
            target = node.document.references.resolve(node, anchor).follow()
        except DiagnosticError:
            self.warn(
                "dynamic-reference",
                "this reference leads to no schema, and is read as any value",
                node,
            )
            return {}
        return self._target(target, place)

    def _referenced(self, node: Node, place: Place) -> Schema:
        target = referred_schema(node)
        return {} if target is None else self._target(target, place)

    def _target(self, target: Node, place: Place) -> Schema:
        if not target.is_mapping:
            return {}
        name = self._component_names.get(identity(target)) or name_at(target, self._component_names)
        there = Place(name, place.request, place.depth + 1, named=True)
        found = shape(target)
        if found in _MODELS or (found == "union" and self._needs_name(target, there)):
            return self.prepare_part(target, replace(there, depth=0))
        key = self._key(target, there)
        if key in self._aliases:
            known = self._aliases[key]
            return known if known is not None else self._recursive(target, there)
        if place.depth >= DEEPEST:
            return self._define(target, there, "root")
        self._aliases[key] = None
        prepared = self.prepare_part(target, there)
        if is_larger(prepared, _LARGEST):
            self._recursive(target, there)
        if (defined := self._recursions.get(key)) is not None:
            null = {"type": "null"} in prepared.get("anyOf", ())
            self.definitions[defined].schema = prepared
            prepared = merging.or_null(reference(defined), null)
        self._aliases[key] = prepared
        return prepared

    def _recursive(self, target: Node, place: Place) -> Schema:
        """Give a name to a schema that refers to itself without an object in between, or is too large to be written out."""
        key = self._key(target, place)
        if key not in self._recursions:
            self._recursions[key] = self._declare(target, place, "root").name
        return reference(self._recursions[key])

    def _needs_name(self, node: Node, place: Place) -> bool:
        """Return whether a union has a name of its own: one of models, that the document names or that a property tells apart."""
        meaning = [item for item in variants(node) if not is_null(item)]
        if len(meaning) < 2 or not (place.named or node.get("discriminator") is not None):
            return False
        return any(
            target is not None and shape(target) in ("object", "union", "same")
            for target in map(follow_schema, meaning)
        )

    def _key(self, node: Node, place: Place) -> tuple[Identity, bool]:
        return identity(node), place.request and self._directions.differ(node)

    def _define(self, node: Node, place: Place, kind: Kind) -> Schema:
        key = self._key(node, place)
        if key not in self._defined:
            definition = self._declare(node, place, kind)
            self._defined[key] = definition.name
            inner = Place(self._canonical[identity(node)], key[1])
            if kind == "enum":
                self._fields.fill_enum(definition, node)
            elif kind == "object":
                self._waiting.append(lambda: self._fields.fill_object(definition, node, inner))
            else:
                self._waiting.append(lambda: self._fill_root(definition, node, inner))
        return reference(self._defined[key])

    def _declare(self, node: Node, place: Place, kind: Kind) -> Definition:
        name = self._name(node, place)
        if kind == "root" and is_object_or_other(keywords(node)):  # the model has the name
            name = naming.distinct(Name(f"{name}Value"), self._names, identity=repr(node.pointer))
            self._names.add(name)
        module = naming.distinct(naming.module(name), self._modules, identity=name)
        self._modules.add(module)
        definition = Definition(
            name=name,
            module=module,
            kind=kind,
            description=description_of(node),
            deprecated=keywords(node).get("deprecated") is True,
            example=example_of(node),
            source=node.location,
            extensions=extensions_of(node),
        )
        self.definitions[name] = definition
        return definition

    def _name(self, node: Node, place: Place) -> Name:
        """Name a definition; of one that is not the same in requests and in responses, the two forms have different names.

        The schema's own name is that of the form that has more, or else of what responses have.
        """
        key = identity(node)
        if key not in self._canonical:
            known = self._component_names.get(key) or (self._standing or {}).get(key)
            qualifiers = ("Value",) if place.name in self._given else ()
            self._canonical[key] = known or naming.distinct(
                place.name, self._names, qualifiers, repr(node.pointer)
            )
            self._names.add(self._canonical[key])
        name = self._canonical[key]
        if not self._directions.differ(node):
            return name
        of_request = self._is_of_requests(node, name)
        if place.request == of_request:
            return name
        other = Name(
            name.removesuffix("Request") + "Response"
            if of_request
            else f"{name.rstrip('_')}Request"
        )
        other = naming.distinct(other, self._names, ("Value",), repr(node.pointer))
        self._names.add(other)
        return other

    def _is_of_requests(self, node: Node, name: Name) -> bool:
        """Return whether the form of a schema that has its own name is that for requests."""
        return self._directions.differ(node) and (
            name.endswith("Request") or only_in_requests(node) or self._is_part_of_request(node)
        )

    def _is_part_of_request(self, node: Node) -> bool:
        """Return whether a schema stands in the body of a request, or in a component that is called one."""
        uri, pointer = identity(node)
        match pointer:
            case ("paths", _, _, "requestBody", *_) | ("components", "requestBodies", *_):
                return True
            case ("components", "schemas", _, *_):
                return self._component_names.get((uri, pointer[:3]), "").endswith("Request")
            case _:
                return False

    def _fill_root(self, definition: Definition, node: Node, place: Place) -> None:
        if shape(node) == "union":
            prepared = self._union(node, place)
            if prepared:
                self._fields.tag_union(definition, node, place)
        else:
            prepared = self._anonymous(node, shape(node), place)
        prepared = merging.without_null(prepared)
        others = [
            choice for choice in prepared.get("anyOf", ()) if referred(choice) != definition.name
        ]
        definition.schema = {"anyOf": others} if len(others) > 1 else prepared

    def _anonymous(self, node: Node, found: Shape, place: Place) -> Schema:
        """Prepare a schema that needs no name: a scalar, a container, a union."""
        schema = keywords(node)
        meaning = [part for part in elements(node.get("allOf")) if not says_nothing(part)]
        match found:
            case "constant":
                return self._plain.constant(schema)
            case "same":
                inner = self.prepare_part(meaning[0], replace(place, depth=place.depth + 1))
                return inner or self._plain.prepare(node, place)
            case "union":
                return self._union(node, place)
            case "intersection":
                of_parts = [
                    self.prepare_part(part, place.below(f"Part{n}"))
                    for n, part in enumerate(meaning, 1)
                ]
                return self._all(node, [*of_parts, self._plain.prepare(node, place)])
            case _:
                return self._plain.prepare(node, place)

    def all_of(self, node: Node, prepared: list[Schema]) -> Schema:
        """Return the schema of what is valid against all of some schemas, as far as it has a type."""
        return self._all(node, prepared)

    def any_of(self, prepared: list[Schema]) -> Schema:
        """Return the schema of what is valid against one of some schemas.

        Enums of one type are told apart together. Where any text, or any integer, is valid too, they are there for its names,
        and so is one of values of several types beside anything else.
        """
        both = merging.union(prepared)
        choices: list[Schema] = both.get("anyOf", [])
        kept = choices
        for kind, marker in (("string", "Open"), ("integer", "OpenInt")):
            named = [choice for choice in kept if self._is_enum(choice, marker)]
            plain = [choice for choice in kept if merging.is_plain(choice, kind)]
            single = any(merging.is_constant(choice, kind) for choice in kept)
            if named and (plain or single or len(named) > 1):
                names = [name for choice in named for name in enums_in(choice)]
                rest = [choice for choice in kept if choice not in named and choice not in plain]
                kept = [enums(list(dict.fromkeys(names)), quiet=bool(plain) or single), *rest]
        if len(kept) > 1:
            kept = [
                {**choice, "quiet": True} if self._is_enum(choice, "OpenMixed") else choice
                for choice in kept
            ]
        if kept == choices:
            return both
        return kept[0] if len(kept) == 1 else {"anyOf": kept}

    def _is_enum(self, choice: Schema, marker: str) -> bool:
        name = referred(choice)
        if name is None:
            return False
        definition = self.definitions[name]
        return definition.kind == "enum" and definition.marker == marker

    def _all(self, node: Node, prepared: list[Schema]) -> Schema:
        both = merging.intersection(prepared)
        if both is None:
            self.warn(
                "contradictory-schema",
                "these schemas ask for different types at once, and the value is read as any value",
                node,
            )
            return {}
        return both

    def _union(self, node: Node, place: Place) -> Schema:
        found = variants(node)
        meaning = [item for item in found if not is_null(item)]
        alone = _only_model(meaning)
        if alone is not None and (own := self._component_names.get(identity(node))) is not None:
            self._canonical.setdefault(identity(alone), own)
        prepared = [
            self.prepare_part(
                item,
                place if item is alone or len(meaning) == 1 else place.below(label_of(item, n)),
            )
            for n, item in enumerate(meaning, 1)
        ]
        null = len(meaning) < len(found)
        united = self.any_of(prepared) or self._plain.prepare(node, place)
        if len(united.get("anyOf", ())) > _MOST_CHOICES:
            message = (
                f"this choice has more than {_MOST_CHOICES} alternatives, and is read as any value"
            )
            self.warn("wide-choice", message, node)
            return {}
        return merging.or_null(united, null)


def _only_model(choices: list[Node]) -> Node | None:
    """Return the choice that alone needs a name: the only one there is, or an enum beside texts, numbers and flags."""
    named = [item for item in choices if item.ref is None and shape(item) in _MODELS]
    others = [keywords(item) for item in choices if item not in named]
    if len(named) != 1 or (others and shape(named[0]) != "enum"):
        return None
    simple = all(_SIMPLE.issuperset(types(schema)) and types(schema) for schema in others)
    return named[0] if simple else None
