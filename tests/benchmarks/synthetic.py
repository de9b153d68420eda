"""Documents of any size, all of the same kind of operations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

GROUP = 10
"""Operations of a resource; each has a model of its own."""


def document(operations: int) -> dict[str, Any]:
    """Return a document with so many operations, ten of them a resource."""
    return _document(range(operations))


def resource_alone(number: int) -> dict[str, Any]:
    """Return the document of one resource of a larger document, the first being number 0."""
    return _document(range(number * GROUP, (number + 1) * GROUP))


def _document(numbers: Iterable[int]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for number in numbers:
        first = number - number % GROUP
        schemas[f"Thing{number}"] = {
            "type": "object",
            "description": f"Thing number {number}.",
            "required": ["recordingId"],
            "properties": {
                "recordingId": {"type": "string", "description": "What tells it from others."},
                "accountId": {"type": "string"},
                "channels": {"type": "integer", "minimum": 1},
                "startTime": {"type": "string", "format": "date-time"},
                "status": {"type": "string", "enum": ["pending", "complete", f"state{number}"]},
                "first": {"$ref": f"#/components/schemas/Thing{first}"},
            },
        }
        thing = {"application/json": {"schema": {"$ref": f"#/components/schemas/Thing{number}"}}}
        operation: dict[str, Any] = {
            "operationId": f"getThing{number}",
            "tags": [f"group {number // GROUP}"],
            "summary": f"Get thing number {number}",
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "limit", "in": "query", "schema": {"type": "integer"}},
            ],
            "responses": {
                "200": {"description": "The thing.", "content": thing},
                "404": {"description": "There is no such thing."},
            },
        }
        paths[f"/things{number}/{{id}}"] = {"get": operation}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Synthetic", "version": "1.0.0"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }
