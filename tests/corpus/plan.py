"""What is sent and answered in the calls of an operation, made from its part of the document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .documents import DocumentOperation, Missing, Node
from .judge import fits
from .server import Answer
from .values import Builder, Unbuildable

CALLS = 3
_RANGES = {"text/*": "text/plain", "*/*": "application/octet-stream"}
_TEXTS = ("xml", "javascript", "yaml", "x-yaml")


@dataclass(frozen=True)
class Expected:
    """What a call should give.

    Attributes:
        kind: What kind of content the answer has.
        value: The value of JSON, the text, or the bytes.
        schema: The schema that the value was made from.
    """

    kind: str
    value: Any = None
    schema: Node | None = None


@dataclass(frozen=True)
class Plan:
    """One call.

    Attributes:
        parameters: The values of parameters by location and name.
        body: The body and its media type; None for none.
        answer: What the server answers.
        expected: What the client should make of it.
        lenient: Whether something in the request is valid against several choices of a `oneOf`.
    """

    parameters: dict[tuple[str, str], Any]
    body: tuple[str, Any] | None
    answer: Answer
    expected: Expected
    lenient: bool = False


def plans(operation: DocumentOperation) -> Iterator[Plan | str]:
    """Yield the calls of an operation: each media type of its body, each of its answers, at least three.

    They go from everything that may be said to what must be. A call that nothing can be made for is
    yielded as the reason.
    """
    body = operation.node.get("requestBody")
    bodies = list(body.named("content").items()) if body is not None else []
    answers = list(_answers(operation))
    for index in range(max(CALLS, len(bodies), len(answers))):
        full = index < max(CALLS - 1, len(bodies), len(answers))
        builder = Builder("request", True, index)
        try:
            parameters = {
                key: _parameter(node, index, builder)
                for key, node in operation.parameters.items()
                if (full or key[0] == "path" or node.members.get("required")) and _is_sent(*key)
            }
            given = None
            if bodies and body is not None and (full or body.members.get("required")):
                media_type, content = bodies[index % len(bodies)]
                builder.full = full
                given = media_type, _content(content, media_type, index, builder)
            status, media = answers[index % len(answers)]
            answered = _answer(status, media, index, Builder("response", full, index))
            yield Plan(parameters, given, *answered, builder.lenient)
        except (Unbuildable, Missing) as error:
            yield str(error)


def _is_sent(location: str, name: str) -> bool:
    """Return whether a parameter is one: these header names mean nothing (OpenAPI 3.1, 4.8.12.2.1)."""
    return location != "header" or name.lower() not in ("accept", "content-type", "authorization")


def _parameter(node: Node, index: int, builder: Builder) -> Any:
    schema = node.get("schema")
    if schema is None:
        for media in node.named("content").values():
            schema = media.get("schema")
    if index == 0:
        for example in _examples(node):
            if schema is None or fits(schema, example):
                return example
    if schema is None:
        return "text"
    value = builder.build(node.child("schema") if "schema" in node.members else schema)
    return 1 if value is None else value


def _examples(node: Node) -> Iterator[Any]:
    if "example" in node.members:
        yield node.members["example"]
    for example in node.named("examples").values():
        found = example.resolved().members
        if "value" in found:
            yield found["value"]


def _content(media: Node, media_type: str, index: int, builder: Builder) -> Any:
    schema = media.child("schema") if "schema" in media.members else None
    if index == 0 and kind_of(media_type) == "json":
        for example in _examples(media):
            if builder.direction == "response" and (schema is None or fits(schema, example)):
                return example
    if schema is None:
        return {"text": "text"} if kind_of(media_type) in ("json", "form") else "text"
    return builder.build(schema)


def _answers(operation: DocumentOperation) -> Iterator[tuple[int, tuple[str, Node] | None]]:
    """Yield the documented successes, one for each media type."""
    found = False
    for status, response in operation.responses.items():
        if not status.startswith("2"):
            continue
        found = True
        yield from _each_media(_free(status, operation.responses), response)
    if not found and "default" in operation.responses:
        yield from _each_media(200, operation.responses["default"])
    elif not found:
        yield 200, None


def _free(status: str, documented: Iterable[str]) -> int:
    """Return a status of a range that is not documented by itself."""
    if not status.upper().endswith("XX"):
        return int(status)
    first = int(status[0]) * 100
    return next(code for code in range(first, first + 100) if str(code) not in documented)


def _each_media(status: int, response: Node) -> Iterator[tuple[int, tuple[str, Node] | None]]:
    content = response.named("content")
    if not content or status in (204, 205):
        yield status, None
    for media in content.items() if status not in (204, 205) else ():
        yield status, media


def _answer(
    status: int, media: tuple[str, Node] | None, index: int, builder: Builder
) -> tuple[Answer, Expected]:
    if media is None:
        return Answer(status), Expected("none")
    media_type, node = media
    schema = node.child("schema") if "schema" in node.members else None
    named = _RANGES.get(media_type, media_type.replace("/*", "/x-some"))
    headers = {"Content-Type": named}
    kind = kind_of(named)
    if schema is not None and kind == "bytes" and not _is_binary(schema):
        kind, headers = (
            ("json", {"Content-Type": "application/json"}) if "*" in media_type else (kind, headers)
        )
    value = _content(node, headers["Content-Type"], index, builder)
    if kind == "json":
        body = json.dumps(value, ensure_ascii=False).encode()
        return Answer(status, headers, body), Expected("json", value, schema)
    if kind == "events":
        body = f"data: {json.dumps(value)}\n\n".encode()
        return Answer(status, headers, body), Expected("events", value, schema)
    text = value if isinstance(value, str) else json.dumps(value)
    content = text.encode()
    return Answer(status, headers, content), Expected(
        kind, text if kind == "text" else content, schema
    )


def _is_binary(schema: Node) -> bool:
    found = schema.resolved().members
    return found.get("format") in ("binary", "byte") or not found


def kind_of(media_type: str) -> str:
    """Return what kind of content a media type is."""
    name = media_type.partition(";")[0].strip().lower()
    main, _, sub = name.partition("/")
    if sub == "json" or sub.endswith("+json"):
        return "json"
    if name in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return "form"
    if name == "text/event-stream":
        return "events"
    if main == "text" or sub in _TEXTS or sub.endswith(("+xml", "+yaml")):
        return "text"
    return "bytes"
