"""Parameters (OpenAPI 3.1, 4.8.12) as arguments of methods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from .. import naming
from ..api import Example, Parameter, ParameterLocation, ParameterStyle
from ..read.document import Node
from ..read.values import fits
from ..text import Name, Text, opened
from .annotations import NONE, TEXT, Annotations, union
from .kinds import kind_of
from .media import style_of
from .nodes import (
    Identity,
    description_of,
    documented,
    elements,
    example_of,
    extensions_of,
    flag,
    follow,
    followed_entries,
    identity,
    value_in,
    value_of,
)
from .plain import Warn
from .samples import Samples
from .schemas import Schema, Schemas
from .secrecy import is_secret

_STYLES: dict[ParameterLocation, ParameterStyle] = {
    "path": "simple",
    "query": "form",
    "querystring": "form",
    "header": "simple",
    "cookie": "form",
}
_ALLOWED_STYLES: dict[ParameterLocation, frozenset[ParameterStyle]] = {
    "path": frozenset({"simple", "label", "matrix"}),
    "query": frozenset({"form", "spaceDelimited", "pipeDelimited", "deepObject"}),
    "querystring": frozenset(),
    "header": frozenset({"simple"}),
    "cookie": frozenset({"form", "cookie"}),
}
_OF_THE_CLIENT = {
    "accept": "the media types of the responses say what is accepted",
    "content-type": "the media types of the request body say how it is sent",
    "authorization": "security schemes say who calls",
}
_OF_THE_TRANSPORT = frozenset({"content-length", "transfer-encoding"})
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_EXPRESSION = re.compile(r"\{([^{}]+)\}")

Key = tuple[str, ParameterLocation]


class Parameters:
    """Lowers the parameters of operations."""

    def __init__(self, schemas: Schemas, annotations: Annotations) -> None:
        self._schemas = schemas
        self._annotations = annotations
        self._samples = Samples(schemas.definitions, schemas.texts)
        self._shared: dict[tuple[Identity, Name], Parameter] = {}

    def lower(
        self, path: str, item: Node, node: Node, base: Name, reserved: frozenset[str]
    ) -> tuple[Parameter, ...]:
        """Return the parameters of an operation: required ones first, each group in the document's order.

        A parameter of the path that the path does not name is left out, and one that only the path names is a string. What stands
        behind a `?` in the path and is declared as a parameter of the query is that.

        Args:
            path: the path template.
            item: the path item, whose parameters hold unless the operation has the same ones.
            node: the operation.
            base: what the names of inline schemas begin with.
            reserved: the names of the method's other arguments.
        """
        expected = dict.fromkeys(_EXPRESSION.findall(path.partition("#")[0]))
        merged: dict[Key, Node | None] = dict(_declared(item, expected, self._schemas.warn))
        merged.update(_declared(node, expected, self._schemas.warn))
        before_query = path.partition("#")[0].partition("?")[0]
        for name in expected:
            if (name, "query") not in merged or f"{{{name}}}" in before_query:
                merged.setdefault((name, "path"), None)
        taken: set[Name] = set()
        wanted: set[tuple[Name, ParameterLocation]] = set()
        found: list[Parameter] = []
        for (name, location), target in merged.items():
            argument = naming.snake(name, digit_prefix="param", reserved=reserved)
            qualifiers = () if (argument, location) in wanted else (location,)
            wanted.add((argument, location))
            argument = naming.distinct(argument, taken, qualifiers, f"{location} {name}")
            taken.add(argument)
            if target is None:
                found.append(_undescribed(argument, Text(name), node))
            else:
                found.append(self._parameter(argument, Text(name), location, target, base))
        return tuple(sorted(found, key=lambda parameter: not parameter.required))

    def _parameter(
        self, argument: Name, name: Text, location: ParameterLocation, node: Node, base: Name
    ) -> Parameter:
        """Lower a parameter; of one that operations share, nothing is named after an operation, and it is lowered once."""
        shared = self._schemas.shared_name(node, node)
        if shared is None:
            inner = Name(base + naming.pascal(argument))
            return self._lowered(argument, name, location, node, inner)
        key = identity(node), argument
        if key not in self._shared:
            self._shared[key] = self._lowered(argument, name, location, node, shared)
        return self._shared[key]

    def _lowered(
        self, argument: Name, name: Text, location: ParameterLocation, node: Node, inner: Name
    ) -> Parameter:
        content = _content(node)
        holder = content[1] if content else node
        schema_node = holder.get("schema")
        schema: Schema = {}
        if schema_node is not None:
            schema = self._schemas.prepare(schema_node, inner, request=True)
        default = _default(schema_node)
        example = (
            example_of(node)
            or example_of(holder)
            or (example_of(schema_node) if schema_node is not None else None)
        )
        style = style_of(node)
        style = style if style in _ALLOWED_STYLES[location] else _STYLES[location]
        explode = node.get("explode")
        required = location == "path" or flag(node, "required")
        given = self._annotations.argument(schema) if schema else TEXT
        checked = self._annotations.result(schema) if schema else None
        deprecated = flag(node, "deprecated")
        return Parameter(
            argument=argument,
            name=name,
            location=location,
            required=required,
            type=given if required else union([given, NONE]),
            model=(
                checked if checked is not None and self._annotations.has_models(checked) else None
            ),
            documentation=_documentation(
                node, location, name, default, example, deprecated=deprecated
            ),
            style=style,
            explode=explode.value is True if explode is not None else style in ("form", "cookie"),
            allow_reserved=flag(node, "allowReserved"),
            allow_empty_value=flag(node, "allowEmptyValue"),
            content_type=Text(content[0]) if content else None,
            default=default,
            example=example,
            deprecated=deprecated,
            secret=is_secret(schema_node),
            source=node.location,
            extensions=extensions_of(node),
            sample=example or self._samples.of(schema, name),
        )


def _content(node: Node) -> tuple[str, Node] | None:
    """Return the media type in which a parameter is sent, if it has one: of several, which is one too many, JSON."""
    stated = list(followed_entries(node.get("content")))
    return next((each for each in stated if kind_of(each[0]) == "json"), next(iter(stated), None))


def _declared(holder: Node, expected: dict[str, None], warn: Warn) -> Iterator[tuple[Key, Node]]:
    """Yield the parameters that a path item or an operation declares and that can be sent, each once."""
    known: set[Key] = set()
    for entry in elements(holder.get("parameters")):
        target = follow(entry)
        name = target.text_of("name") if target is not None else None
        declared = target.text_of("in") if target is not None else None
        location = next((known for known in get_args(ParameterLocation) if known == declared), None)
        if target is None or name is None or location is None:
            continue
        if location == "path" and name not in expected:
            continue
        if location == "header" and (instead := _OF_THE_CLIENT.get(name.lower())) is not None:
            warn(
                "header-of-client",
                f"the header parameter '{name}' is no argument: OpenAPI has it ignored (3.1, 4.8.12)",
                target,
                f"{instead}; extra_headers replaces it in a call",
            )
            continue
        if location == "header" and name.lower() in _OF_THE_TRANSPORT:
            warn(
                "header-of-client",
                f"the header parameter '{name}' is no argument: the client knows how it sends the body",
                target,
            )
            continue
        if location == "header" and not _TOKEN.fullmatch(name):
            warn(
                "header-name",
                f"'{name}' is not the name of a header, and the parameter is left out",
                target,
                "a header name is made of letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, 5.6.2)",
            )
            continue
        if (name, location) not in known:
            known.add((name, location))
            yield (name, location), target


def _undescribed(argument: Name, name: Text, node: Node) -> Parameter:
    return Parameter(
        argument=argument,
        name=name,
        location="path",
        required=True,
        type=TEXT,
        model=None,
        documentation=Text(
            f"The path parameter `{opened(name)}`, which the document does not describe."
        ),
        style="simple",
        explode=False,
        allow_reserved=False,
        allow_empty_value=False,
        content_type=None,
        default=None,
        example=None,
        deprecated=False,
        secret=False,
        source=node.location,
        sample=Example(name),
    )


def _default(schema: Node | None) -> Example | None:
    if schema is None:
        return None
    target = follow(schema)
    for holder in (schema, target):
        stated = holder.get("default") if holder is not None else None
        if stated is not None and fits(stated, schema):
            return Example(value_of(value_in(stated, target or schema)))
    return None


def _documentation(
    node: Node,
    location: ParameterLocation,
    name: Text,
    default: Example | None,
    example: Example | None,
    *,
    deprecated: bool,
) -> Text:
    described = description_of(node)
    if not described:
        schema = node.get("schema")
        described = description_of(schema) if schema is not None else Text("")
    if not described:
        described = Text(f"The {location} parameter `{opened(name)}`.")
    text = documented(described, default=default, example=example)
    return Text(f"{opened(text)} The API deprecates it.") if deprecated else text
