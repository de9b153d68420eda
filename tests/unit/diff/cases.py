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

SCHEMAS: dict[str, Pair] = {
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
    "number-format-changed": (
        {"type": "integer", "format": "int32"},
        {"type": "integer", "format": "int64"},
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
    "discriminator-changed": (
        {"oneOf": [model(a=TEXT), NUMBER], "discriminator": {"propertyName": "a"}},
        {"oneOf": [model(a=TEXT), NUMBER], "discriminator": {"propertyName": "b"}},
    ),
    "condition-changed": ({"type": "string"}, {"type": "string", "not": {"const": "x"}}),
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
    hook = {"requestBody": {"content": content, **keys}, "responses": {"204": {"description": ""}}}
    return described({}, webhooks={"called": {"post": hook}})


BARE = described({}, webhooks={"called": {"post": {"responses": {"204": {"description": ""}}}}})
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
}
"""Documents in which something differs that the client sends."""

RECEIVED: dict[str, Pair] = {
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
    "header-removed": (headers(), statuses("200")),
    "header-required": (headers(), headers(required=True)),
    "header-optional": (headers(required=True), headers()),
    "webhook-added": (described({}), BARE),
    "webhook-removed": (BARE, described({})),
}
"""Documents in which something differs that the service sends."""
