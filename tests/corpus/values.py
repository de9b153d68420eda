"""Values made from schemas (OpenAPI 3.1, section 4.8.24; 3.0, section 4.7.24): the same ones in every run.

A value is made of a schema's examples, constants and enumerations where it has them, else of its
type, format and limits. Whether it fits is asked of a validator of JSON Schema wherever there is a
choice, and at the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from .documents import Missing, Node
from .judge import fits
from .texts import NoText, text

Direction = Literal["request", "response"]
_DEPTH = 3
_DEEPEST = 14
_MOST = 4000
_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
_IMPLIED = {
    "object": ("properties", "required", "additionalProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
    "string": ("pattern", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"),
}


class Unbuildable(Exception):
    """No value of a schema was found."""


@dataclass
class Shape:
    """What a schema asks for, with its references, `allOf` and one choice of each union taken together.

    Attributes:
        types: The types that are allowed; None for any.
        limits: The keywords that bound the value, the narrowest ones.
        enums: The values of each enumeration and constant.
        properties: All that is said of each property.
        unions: How many choices the largest union has.
        tags: The discriminators and the values that go with the choices taken.
    """

    types: set[str] | None = None
    nullable: bool = False
    limits: dict[str, Any] = field(default_factory=dict[str, Any])
    enums: list[list[Any]] = field(default_factory=list[list[Any]])
    formats: list[str] = field(default_factory=list[str])
    patterns: list[str] = field(default_factory=list[str])
    properties: dict[str, list[Node]] = field(default_factory=dict[str, list[Node]])
    pattern_properties: dict[str, Node] = field(default_factory=dict[str, Node])
    required: dict[str, None] = field(default_factory=dict[str, None])
    additional: Node | None = None
    conditional: bool = False
    name_patterns: list[str] = field(default_factory=list[str])
    contained: list[Node] = field(default_factory=list[Node])
    items: list[Node] = field(default_factory=list[Node])
    prefix: list[Node] = field(default_factory=list[Node])
    examples: list[Any] = field(default_factory=list[Any])
    unions: int = 0
    tags: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Builder:
    """Makes values of schemas.

    Attributes:
        direction: Properties that are for the other direction alone are left out.
        full: Whether everything optional is there too; otherwise nothing is that may be left out,
            and what may be null is.
        rotation: Which choice of each union is tried first.
        lenient: Whether a value had to be made that is valid against several choices of a `oneOf`.
    """

    direction: Direction
    full: bool = True
    rotation: int = 0
    lenient: bool = field(default=False, init=False)
    _made: int = field(default=0, init=False)

    def build(self, node: Node) -> Any:
        """Return a value of a schema.

        Raises:
            Unbuildable: None was found.
        """
        try:
            return self._fitting(node)
        except Unbuildable:
            self.lenient = True
            return self._fitting(node)

    def _fitting(self, node: Node) -> Any:
        self._made = 0
        value = self._value((node,), 0)
        if not fits(node, value, self.direction, lenient=self.lenient):
            raise Unbuildable(f"nothing fits {node.pointer}")
        return value

    def _value(self, nodes: tuple[Node, ...], depth: int) -> Any:
        self._made += 1
        if depth > _DEEPEST or self._made > _MOST:
            raise Unbuildable(f"{nodes[0].pointer} has no end")
        problem: Exception = Unbuildable(f"nothing fits {nodes[0].pointer}")
        choices, turn = 1, 0
        while turn < choices:
            shape = Shape()
            try:
                for node in nodes:
                    self.take(node, shape, self.rotation + turn, frozenset())
                choices = max(choices, min(shape.unions, 40))
                for value, certain in self._candidates(shape, depth):
                    unsure = not certain or shape.unions > 0 or shape.conditional
                    if not unsure or all(
                        fits(node, value, self.direction, lenient=self.lenient) for node in nodes
                    ):
                        return value
            except (Unbuildable, NoText, Missing) as error:
                problem = error
            turn += 1
        raise Unbuildable(str(problem))

    def take(self, node: Node, shape: Shape, turn: int, seen: frozenset[Node]) -> None:
        """Add what a schema asks for to a shape; `turn` chooses of each union."""
        if node in seen:
            return
        seen |= {node}
        if node.value is False:
            raise Unbuildable(f"{node.pointer} allows nothing")
        target = node.target()
        if target is not None:
            self.take(target, shape, turn, seen)
        schema = node.members
        self._take_scalars(schema, shape)
        for name, child in node.named("properties").items():
            shape.properties.setdefault(name, []).append(child)
        shape.pattern_properties |= node.named("patternProperties")
        shape.required |= dict.fromkeys(cast(list[str], schema.get("required") or ()))
        if isinstance(schema.get("additionalProperties"), dict):
            shape.additional = node.child("additionalProperties")
        if "items" in schema and not isinstance(schema["items"], bool):
            shape.items.append(node.child("items"))
        shape.prefix += node.each("prefixItems")
        shape.contained += [node.child("contains")] if "contains" in schema else []
        names = node.get("propertyNames")
        if names is not None and isinstance(names.members.get("pattern"), str):
            shape.name_patterns.append(names.members["pattern"])
        for part in node.each("allOf"):
            self.take(part, shape, turn, seen)
        for keyword in ("oneOf", "anyOf"):
            union = node.each(keyword)
            if union:
                shape.unions = max(shape.unions, len(union))
                chosen = union[turn % len(union)]
                self._tag(node, chosen, shape)
                self.take(chosen, shape, turn, seen)

    def _take_scalars(self, schema: dict[str, Any], shape: Shape) -> None:
        kinds = schema.get("type")
        if kinds is not None:
            named = {kinds} if isinstance(kinds, str) else set(cast(list[str], kinds))
            shape.types = named if shape.types is None else _common(shape.types, named)
        shape.nullable |= schema.get("nullable") is True
        shape.conditional |= not schema.keys().isdisjoint(("not", "if", "dependentRequired"))
        if isinstance(schema.get("enum"), list):
            shape.enums.append(schema["enum"])
        if "const" in schema:
            shape.enums.append([schema["const"]])
        if isinstance(schema.get("format"), str):
            shape.formats.append(schema["format"])
        if isinstance(schema.get("pattern"), str):
            shape.patterns.append(schema["pattern"])
        if "example" in schema:
            shape.examples.append(schema["example"])
        if isinstance(schema.get("examples"), list):
            shape.examples += schema["examples"]
        for name, value in schema.items():
            if name.startswith(("min", "exclusiveMin")):
                shape.limits[name] = max(shape.limits.get(name, value), value)
            elif name.startswith(("max", "exclusiveMax")):
                shape.limits[name] = min(shape.limits.get(name, value), value)
            elif name in ("multipleOf", "uniqueItems"):
                shape.limits[name] = value
        if shape.types is None:
            implied = [kind for kind, words in _IMPLIED.items() if any(w in schema for w in words)]
            shape.limits.setdefault("implied", implied[0] if implied else None)

    def _tag(self, node: Node, chosen: Node, shape: Shape) -> None:
        discriminator = node.members.get("discriminator")
        reference = chosen.members.get("$ref")
        if not isinstance(discriminator, dict) or not isinstance(reference, str):
            return
        described = cast(dict[str, Any], discriminator)
        mapping = cast(dict[str, str], described.get("mapping") or {})
        name = reference.rpartition("/")[2]
        tag = next((key for key, to in mapping.items() if to in (reference, name)), name)
        shape.tags[described["propertyName"]] = tag

    def _candidates(self, shape: Shape, depth: int) -> Iterator[tuple[Any, bool]]:
        """Yield values, and of each whether it fits for certain as far as this shape goes."""
        if not self.full and (shape.nullable or "null" in (shape.types or ())):
            yield None, False
        if self.full and self.rotation % 2 == 0:
            for example in shape.examples:
                yield self._one_way(example, shape), False
        if shape.enums:
            values = shape.enums[0]
            for index in range(len(values)):
                value = values[(index + self.rotation) % len(values)]
                if value is not None and all(value in others for others in shape.enums):
                    yield value, False
        yield self._made_of(shape, depth), not shape.enums
        if shape.types is None:
            others: list[Any] = [1, True, ["text", 1], {}]
            yield from ((other, False) for other in others)

    def _one_way(self, value: Any, shape: Shape) -> Any:
        """Return an example without the properties that do not go this way."""
        if not isinstance(value, dict):
            return value
        members = cast(dict[str, Any], value)
        away = {name for name, nodes in shape.properties.items() if self._is_away(nodes)}
        return {name: item for name, item in members.items() if name not in away}

    def _is_away(self, nodes: list[Node]) -> bool:
        word = "readOnly" if self.direction == "request" else "writeOnly"
        return any(part.members.get(word) is True for node in nodes for part in _parts(node))

    def _made_of(self, shape: Shape, depth: int) -> Any:
        kinds = [kind for kind in _TYPES[1:] if shape.types is not None and kind in shape.types]
        if shape.types == {"null"}:
            return None
        implied = shape.limits.get("implied")
        if shape.types is None and implied is None:
            implied = "object" if shape.properties or shape.additional else "string"
            implied = "array" if shape.items else implied
        kind = kinds[self.rotation % len(kinds)] if kinds else implied
        if kind == "boolean":
            return True
        if kind in ("integer", "number"):
            return _number(shape, kind == "integer")
        if kind == "string":
            return text(
                shape.formats[0] if shape.formats else "",
                tuple(shape.patterns),
                shape.limits.get("minLength", 0),
                shape.limits.get("maxLength"),
            )
        return self._array(shape, depth) if kind == "array" else self._object(shape, depth)

    def _array(self, shape: Shape, depth: int) -> list[Any]:
        least, most = shape.limits.get("minItems", 0), shape.limits.get("maxItems", math.inf)
        prefix = [self._value((node,), depth + 1) for node in (*shape.prefix, *shape.contained)]
        wanted = max(least, len(prefix) + (2 if self.full and depth < _DEPTH else 0))
        wanted = min(wanted, most)
        if not shape.items:
            rest: list[Any] = [] if prefix else ["text"] * min(wanted, least)
            return prefix + rest
        made = prefix
        while len(made) < wanted:
            builder = Builder(self.direction, self.full, self.rotation + len(made))
            builder.lenient, builder._made = self.lenient, self._made
            try:
                item = builder._value(tuple(shape.items), depth + 1)
            except Unbuildable:
                if len(made) >= least:
                    break
                raise
            finally:
                self._made = builder._made
            if item in made and shape.limits.get("uniqueItems"):
                if len(made) >= least:
                    break
                item = _another(item, len(made))
            made.append(item)
        return made

    def _object(self, shape: Shape, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        everything = self.full and depth <= _DEPTH
        for name, nodes in shape.properties.items():
            if self._is_away(nodes):
                continue
            if name in shape.tags:
                made[name] = shape.tags[name]
            elif name in shape.required:
                made[name] = self._value(tuple(nodes), depth + 1)
            elif everything:
                try:
                    made[name] = self._value(tuple(nodes), depth + 1)
                except Unbuildable:
                    continue
        for name in shape.required:
            if name not in made and name not in shape.properties:
                made[name] = shape.tags.get(name) or self._extra(shape, depth)
        for name, tag in shape.tags.items():
            made.setdefault(name, tag)
        least = shape.limits.get("minProperties", 0)
        if everything and (shape.additional or shape.pattern_properties):
            least = max(least, len(made) + 1)
        least = min(least, shape.limits.get("maxProperties", math.inf))
        for name, nodes in shape.properties.items():
            if len(made) < least and name not in made and not self._is_away(nodes):
                made[name] = self._value(tuple(nodes), depth + 1)
        for pattern, node in shape.pattern_properties.items():
            if everything:
                made[text("", (pattern,), 1, None)] = self._value((node,), depth + 1)
        for index in range(8):
            if len(made) < least and shape.additional is not None:
                try:
                    name = f"extra{index}"
                    if shape.name_patterns:
                        name = text("", (*shape.name_patterns,), 1 + index, None)
                    made[name] = self._extra(shape, depth)
                except Unbuildable:
                    break
        return made

    def _extra(self, shape: Shape, depth: int) -> Any:
        return "text" if shape.additional is None else self._value((shape.additional,), depth + 1)


def _parts(node: Node) -> Iterator[Node]:
    """Yield a schema, what it refers to, and the parts of its `allOf`."""
    seen: set[Node] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            yield part
            target = part.target()
            waiting += [target] if target is not None else []
            waiting += part.each("allOf")


def shape_of(node: Node, rotation: int = 0) -> Shape:
    """Return what a schema asks for, with one choice of each union.

    Raises:
        Unbuildable: It allows nothing.
    """
    shape = Shape()
    Builder("response", rotation=rotation).take(node, shape, rotation, frozenset())
    return shape


def _common(some: set[str], others: set[str]) -> set[str]:
    common = some & others
    if "integer" in some | others and "number" in some | others:
        common |= {"integer"}
    if not common:
        raise Unbuildable(f"no value is both {sorted(some)[0]} and {sorted(others)[0]}")
    return common


def _number(shape: Shape, whole: bool) -> int | float:
    limits = shape.limits
    low, high = limits.get("minimum"), limits.get("maximum")
    above, below = limits.get("exclusiveMinimum"), limits.get("exclusiveMaximum")
    step = limits.get("multipleOf") or (1 if whole else 0.5)
    if above is True and low is not None:
        low = low + step
    elif above not in (None, False, True):
        low = above + step
    if below is True and high is not None:
        high = high - step
    elif below not in (None, False, True):
        high = below - step
    value: int | float = 1 if whole else 1.5
    if low is not None:
        value = max(value, math.ceil(low / step) * step)
    if high is not None:
        value = min(value, math.floor(high / step) * step)
    if limits.get("multipleOf"):
        value = round(value / step) * step or step
    return int(value) if whole else value


def _another(item: Any, index: int) -> Any:
    if isinstance(item, str):
        return f"{item}{index}"
    if isinstance(item, int | float) and not isinstance(item, bool):
        return item + index
    raise Unbuildable("no second item is different")
