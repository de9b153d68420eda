"""A pair of documents for each row of the table of rules: what stood there, and what stands there now."""

from __future__ import annotations

from typing import Any

from .documents import Json, calling, described

Pair = tuple[Any, Any]


def model(*required: str, **properties: Any) -> Json:
    """Return the schema of an object."""
    return {"type": "object", "required": list(required), "properties": properties}


TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "integer"}

CAT, DOG = ({"title": name, **model("k", k=TEXT)} for name in ("Cat", "Dog"))


def told_apart(*values: str) -> Json:
    """Return the schemas of a union that is told apart by the values that stand for a cat."""
    mapping = dict.fromkeys(values, "#/components/schemas/Cat")
    return {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "k", "mapping": mapping},
    }


SCHEMAS: dict[str, Pair] = {
    "type-changed": (TEXT, NUMBER),
    "type-added": ({"type": "integer"}, {"type": ["integer", "string"]}),
    "type-removed": ({"type": ["integer", "string"]}, {"type": "integer"}),
    "null-added": (TEXT, {"type": ["string", "null"]}),
    "null-removed": ({"type": ["string", "null"]}, TEXT),
    "format-added": (TEXT, {"type": "string", "format": "date"}),
    "format-removed": ({"type": "string", "format": "date"}, TEXT),
    "format-changed": (
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date-time"},
    ),
    "number-narrowed": (
        {"type": "integer", "format": "int64"},
        {"type": "integer", "format": "int32"},
    ),
    "number-widened": ({"type": "number", "format": "float"}, {"type": "number"}),
    "number-format-changed": (
        {"type": "integer", "format": "uint8"},
        {"type": "integer", "format": "int8"},
    ),
    "enum-added": (TEXT, {"type": "string", "enum": ["a"]}),
    "enum-removed": ({"type": "string", "enum": ["a"]}, TEXT),
    "enum-value-added": ({"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["a", "b"]}),
    "enum-value-removed": (
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "enum": ["a"]},
    ),
    "limit-tightened": ({"type": "string", "maxLength": 9}, {"type": "string", "maxLength": 5}),
    "limit-loosened": ({"type": "integer", "minimum": 1}, NUMBER),
    "pattern-added": (TEXT, {"type": "string", "pattern": "^a"}),
    "pattern-removed": ({"type": "string", "pattern": "^a"}, TEXT),
    "pattern-changed": ({"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "^b"}),
    "property-added": (model(a=TEXT), model(a=TEXT, b=TEXT)),
    "property-added-required": (model(a=TEXT), model("b", a=TEXT, b=TEXT)),
    "property-removed": (model(a=TEXT, b=TEXT), model(a=TEXT)),
    "property-required": (model(a=TEXT), model("a", a=TEXT)),
    "property-optional": (model("a", a=TEXT), model(a=TEXT)),
    "other-properties-refused": (model(a=TEXT), {**model(a=TEXT), "additionalProperties": False}),
    "other-properties-allowed": ({**model(a=TEXT), "additionalProperties": False}, model(a=TEXT)),
    "variant-added": (
        {"oneOf": [{"title": "A", **model(a=TEXT)}]},
        {"oneOf": [{"title": "A", **model(a=TEXT)}, {"title": "B", **model(b=TEXT)}]},
    ),
    "variant-removed": (
        {"oneOf": [{"title": "A", **model(a=TEXT)}, {"title": "B", **model(b=TEXT)}]},
        {"oneOf": [{"title": "A", **model(a=TEXT)}]},
    ),
    "discriminator-added": (
        {"oneOf": told_apart()["oneOf"]},
        told_apart(),
    ),
    "discriminator-removed": (
        told_apart(),
        {"oneOf": told_apart()["oneOf"]},
    ),
    "discriminator-changed": (
        {"oneOf": [model(a=TEXT), NUMBER], "discriminator": {"propertyName": "a"}},
        {"oneOf": [model(a=TEXT), NUMBER], "discriminator": {"propertyName": "b"}},
    ),
    "discriminator-value-added": (told_apart("cat"), told_apart("cat", "kitten")),
    "discriminator-value-removed": (told_apart("cat", "kitten"), told_apart("cat")),
    "condition-added": (TEXT, {"type": "string", "not": {"const": "x"}}),
    "condition-removed": ({"type": "string", "not": {"const": "x"}}, TEXT),
    "condition-changed": (
        {"type": "string", "not": {"const": "x"}},
        {"type": "string", "not": {"const": "y"}},
    ),
    "default-added": (TEXT, {"type": "string", "default": "a"}),
    "default-removed": ({"type": "string", "default": "a"}, TEXT),
    "default-changed": ({"type": "string", "default": "a"}, {"type": "string", "default": "b"}),
    "deprecated": (TEXT, {"type": "string", "deprecated": True}),
    "undeprecated": ({"type": "string", "deprecated": True}, TEXT),
    "description-changed": (
        {"type": "string", "description": "One."},
        {"type": "string", "description": "Two."},
    ),
}
"""Schemas of what is sent and of what is received."""


def parameter(**keys: Any) -> Json:
    """Return a document with a query parameter."""
    return calling(parameters=[{"name": "p", "in": "query", "schema": TEXT, **keys}])


def body(**keys: Any) -> Json:
    """Return a document with a request body."""
    return calling(requestBody={"content": {"application/json": {}}, **keys})


def headers(**keys: Any) -> Json:
    """Return a document with a response header."""
    header = {"X-H": {"schema": TEXT, **keys}}
    return calling(responses={"200": {"description": "", "headers": header}})


def statuses(*numbers: str) -> Json:
    """Return a document with responses."""
    return calling(responses={number: {"description": ""} for number in numbers})


def operation(path: str = "/a", **keys: Any) -> Json:
    """Return the paths with one operation."""
    return {path: {"get": {"operationId": "a", "responses": {"200": {"description": ""}}, **keys}}}


def webhook(**keys: Any) -> Json:
    """Return a document with a webhook that has a body."""
    content = {"application/json": {"schema": TEXT}}
    return listening(requestBody={"content": content, **keys})


def listening(**keys: Any) -> Json:
    """Return a document with a webhook."""
    hook = {"responses": {"204": {"description": ""}}, **keys}
    return described({}, webhooks={"called": {"post": hook}})


def received(**keys: Any) -> Json:
    """Return a document with a webhook that has a parameter."""
    return listening(parameters=[{"name": "p", "in": "query", "schema": TEXT, **keys}])


def answered(*statuses: str, **headers: Any) -> Json:
    """Return a document with a webhook that the client answers."""
    answer = {"description": "", **({"headers": headers} if headers else {})}
    return listening(responses=dict.fromkeys(statuses, answer))


def signed(*ways: Json) -> Json:
    """Return a document with a webhook that the service authenticates itself for."""
    return {**listening(security=list(ways)), "components": {"securitySchemes": SCHEME}}


BARE = listening()
OAUTH, MORE = (
    {"o": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": scopes}}}}
    for scopes in ({"read": ""}, {"read": "", "write": ""})
)
OTHER: Json = {"application/xml": {}}
BOTH: Json = {"application/json": {}, **OTHER}
SCHEME = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
MOVED = {"key": {"type": "apiKey", "in": "query", "name": "key"}}
A, B = {"url": "https://a.example"}, {"url": "https://b.example"}

SENT: dict[str, Pair] = {
    "operation-added": (described({}), described(operation())),
    "operation-removed": (described(operation()), described({})),
    "operation-moved": (described(operation()), described(operation("/b"))),
    "operation-id-changed": (described(operation()), described(operation(operationId="b"))),
    "parameter-added": (calling(), parameter()),
    "parameter-added-required": (calling(), parameter(required=True)),
    "parameter-removed": (parameter(), calling()),
    "parameter-required": (parameter(), parameter(required=True)),
    "parameter-optional": (parameter(required=True), parameter()),
    "parameter-moved": (parameter(), parameter(**{"in": "header"})),
    "serialization-changed": (
        parameter(schema={"type": "array", "items": TEXT}),
        parameter(schema={"type": "array", "items": TEXT}, style="pipeDelimited"),
    ),
    "body-added": (calling(), body()),
    "body-added-required": (calling(), body(required=True)),
    "body-removed": (body(), calling()),
    "body-required": (body(), body(required=True)),
    "body-optional": (body(required=True), body()),
    "media-type-added": (body(), body(content=BOTH)),
    "media-type-removed": (body(content=BOTH), body()),
    "security-added": (
        {**calling(security=[{"key": []}]), "components": {"securitySchemes": SCHEME}},
        {**calling(security=[{"key": []}, {}]), "components": {"securitySchemes": SCHEME}},
    ),
    "security-removed": (
        {**calling(security=[{"key": []}, {}]), "components": {"securitySchemes": SCHEME}},
        {**calling(security=[{"key": []}]), "components": {"securitySchemes": SCHEME}},
    ),
    "scheme-changed": (
        described({}, components={"securitySchemes": SCHEME}),
        described({}, components={"securitySchemes": MOVED}),
    ),
    "scheme-extended": (
        described({}, components={"securitySchemes": OAUTH}),
        described({}, components={"securitySchemes": MORE}),
    ),
    "server-added": (described({}, servers=[A]), described({}, servers=[A, B])),
    "server-removed": (described({}, servers=[A, B]), described({}, servers=[A])),
    "server-changed": (described({}, servers=[A, B]), described({}, servers=[B, A])),
    "environment-prefix-changed": (
        described({}),
        described({}, info={"title": "T", "version": "1.0.0", "x-environment-prefix": "T2"}),
    ),
    "retry-changed": (calling(), calling(**{"x-retry": "never"})),
    "paging-changed": (
        calling(**{"x-paging": {"by": "next-url", "next": "/next"}}),
        calling(**{"x-paging": {"by": "next-url", "next": "/links/next"}}),
    ),
    "waiting-changed": (
        calling(**{"x-waiting": {"field": "/state", "finished": "done"}}),
        calling(**{"x-waiting": {"field": "/state", "finished": ["done", "over"]}}),
    ),
    "command-added": (calling(), calling(**{"x-command": "shout"})),
    "command-changed": (
        calling(**{"x-export": {"id": "/a"}}),
        calling(**{"x-export": {"id": "/b"}}),
    ),
    "command-removed": (calling(**{"x-command": "shout"}), calling(**{"x-command": "cry"})),
    "fake-changed": (calling(), calling(**{"x-resource": {"list": "animal"}})),
    "success-added": (answered("200"), answered("200", "202")),
    "success-removed": (answered("200", "202"), answered("200")),
    "error-added": (answered("200"), answered("200", "404")),
    "error-removed": (answered("200", "404"), answered("200")),
    "header-added": (answered("200"), answered("200", H={"schema": TEXT})),
    "header-added-required": (
        answered("200"),
        answered("200", H={"schema": TEXT, "required": True}),
    ),
    "header-removed": (answered("200", H={"schema": TEXT}), answered("200")),
    "header-required": (
        answered("200", H={"schema": TEXT}),
        answered("200", H={"schema": TEXT, "required": True}),
    ),
    "header-optional": (
        answered("200", H={"schema": TEXT, "required": True}),
        answered("200", H={"schema": TEXT}),
    ),
}
"""Documents in which something differs that the client sends."""

RECEIVED: dict[str, Pair] = {
    "security-added": (signed({"key": []}), signed({"key": []}, {})),
    "security-removed": (signed({"key": []}, {}), signed({"key": []})),
    "parameter-added": (BARE, received()),
    "parameter-added-required": (BARE, received(required=True)),
    "parameter-removed": (received(), BARE),
    "parameter-required": (received(), received(required=True)),
    "parameter-optional": (received(required=True), received()),
    "parameter-moved": (received(), received(**{"in": "header"})),
    "serialization-changed": (
        received(schema={"type": "array", "items": TEXT}),
        received(schema={"type": "array", "items": TEXT}, explode=False),
    ),
    "body-added": (BARE, webhook()),
    "body-added-required": (BARE, webhook(required=True)),
    "body-removed": (webhook(), BARE),
    "body-required": (webhook(), webhook(required=True)),
    "body-optional": (webhook(required=True), webhook()),
    "media-type-added": (
        calling(responses={"200": {"description": "", "content": {"application/json": {}}}}),
        calling(responses={"200": {"description": "", "content": BOTH}}),
    ),
    "media-type-removed": (
        calling(responses={"200": {"description": "", "content": BOTH}}),
        calling(responses={"200": {"description": "", "content": {"application/json": {}}}}),
    ),
    "success-added": (statuses("200"), statuses("200", "202")),
    "success-removed": (statuses("200", "202"), statuses("200")),
    "error-added": (statuses("200"), statuses("200", "404")),
    "error-removed": (statuses("200", "404"), statuses("200")),
    "header-added": (statuses("200"), headers()),
    "header-added-required": (statuses("200"), headers(required=True)),
    "header-removed": (headers(), statuses("200")),
    "header-required": (headers(), headers(required=True)),
    "header-optional": (headers(required=True), headers()),
    "webhook-added": (described({}), BARE),
    "webhook-removed": (BARE, described({})),
}
"""Documents in which something differs that the service sends."""
