"""What is sent and answered in the calls of an operation, made from its part of the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .documents import DocumentOperation, Missing, Node, is_array, is_object
from .judge import fits
from .server import Answer
from .values import Builder, Unbuildable, shape_of

CALLS = 3
_RANGES = {"text/*": "text/plain", "*/*": "application/octet-stream"}
_OF_THE_ANSWER = (
    "content-encoding",
    "content-type",
    "date",
    "server",
    "content-length",
    "set-cookie",
    "transfer-encoding",
    "connection",
    "location",
)
_OF_AN_EVENT = {"data", "event", "id", "retry", "comment"}
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
        headers: The documented headers of the answer, as the client should give them.
    """

    parameters: dict[tuple[str, str], Any]
    body: tuple[str, Any] | None
    answer: Answer
    expected: Expected
    lenient: bool = False
    headers: Mapping[str, Any] = field(default_factory=dict[str, Any])


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
                if (full or key[0] == "path" or node.members.get("required"))
                and _is_sent(*key, operation.path)
            }
            given = None
            if bodies and body is not None and (full or body.members.get("required")):
                media_type, content = bodies[index % len(bodies)]
                builder.full = full
                given = media_type, _content(content.resolved(), media_type, index, builder)
                if kind_of(media_type) == "form" and not is_object(given[1]):
                    raise Unbuildable("a form whose schema has no fields")
            status, media, response = answers[index % len(answers)]
            answered = _answer(status, media, index, Builder("response", full, index))
            yield _with_headers(
                Plan(parameters, given, *answered, builder.lenient), response, index
            )
        except (Unbuildable, Missing) as error:
            yield str(error)


def failures(operation: DocumentOperation) -> Iterator[Plan | str]:
    """Yield a call for each documented error and each of its media types; redirects are none."""
    request = next((plan for plan in plans(operation) if isinstance(plan, Plan)), None)
    if request is None:
        return
    documented = operation.responses
    has_success = any(status.startswith("2") for status in documented)
    for status, response in documented.items():
        if status == "default" and has_success:
            free = 418
        elif status.startswith(("4", "5")):
            free = _free(status, documented)
        else:
            continue
        for index, (code, media, _) in enumerate(_each_media(free, response)):
            try:
                answered = _answer(code, media, index, Builder("response", True, index))
                yield _with_headers(
                    replace(request, answer=answered[0], expected=answered[1], headers={}),
                    response,
                    index,
                )
            except (Unbuildable, Missing) as error:
                yield str(error)


def _with_headers(plan: Plan, response: Node | None, index: int) -> Plan:
    """Return a plan whose answer has the documented headers."""
    expected: dict[str, Any] = {}
    fields: dict[str, str] = {}
    for name, header in response.named("headers").items() if response is not None else ():
        header = header.resolved()
        content = next(iter(header.named("content").values()), None)
        schema = (content or header).get("schema")
        if name.lower() in _OF_THE_ANSWER or schema is None:
            continue
        value = Builder("response", True, index).build(schema)
        text = (
            json.dumps(value, ensure_ascii=True)
            if kind_of(next(iter(header.named("content")), "")) == "json"
            else _simple(value, header.members.get("explode") is True)
        )
        if text:
            expected[name], fields[name] = value, text
    answer = replace(plan.answer, headers={**plan.answer.headers, **fields})
    return replace(plan, answer=answer, headers=expected)


def _simple(value: Any, explode: bool) -> str:
    """Return a header's value in `simple` style (OpenAPI 3.1, 4.8.12.4); empty for what has none."""
    if is_array(value):
        return ",".join(_simple(item, False) for item in value)
    if is_object(value):
        pairs = [(name, _simple(item, False)) for name, item in value.items()]
        return ",".join(f"{name}={text}" if explode else f"{name},{text}" for name, text in pairs)
    text = value if isinstance(value, str) else json.dumps(value)
    return text if text.isascii() and value is not None else ""


def _is_sent(location: str, name: str, path: str) -> bool:
    """Return whether a parameter is one: some header names mean nothing (OpenAPI 3.1, 4.8.12.2.1), others are none."""
    if location != "header":
        return location != "path" or f"{{{name}}}" in path
    known = ("accept", "authorization", "content-length", "content-type", "transfer-encoding")
    return (
        name.lower() not in known
        and re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) is not None
    )


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


Answering = tuple[int, tuple[str, Node] | None, Node | None]
"""A status, a media type, and the response that both are of."""


def _answers(operation: DocumentOperation) -> Iterator[Answering]:
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
        yield 200, None, None


def _free(status: str, documented: Iterable[str]) -> int:
    """Return a status of a range that is not documented by itself."""
    if not status.upper().endswith("XX"):
        return int(status)
    first = int(status[0]) * 100
    return next(code for code in range(first, first + 100) if str(code) not in documented)


def _each_media(status: int, response: Node) -> Iterator[Answering]:
    content = response.named("content")
    if not content or status in (204, 205):
        yield status, None, response
    for name, media in content.items() if status not in (204, 205) else ():
        yield status, (name, media.resolved()), response


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
    if kind in ("events", "lines"):
        return _stream(status, headers, kind, node, index, builder)
    value = _content(node, headers["Content-Type"], index, builder)
    if kind == "json":
        body = json.dumps(value, ensure_ascii=False).encode()
        return Answer(status, headers, body), Expected("json", value, schema)
    text = value if isinstance(value, str) else json.dumps(value)
    content = text.encode()
    return Answer(status, headers, content), Expected(
        kind, text if kind == "text" else content, schema
    )


def _stream(
    status: int, headers: dict[str, str], kind: str, media: Node, index: int, builder: Builder
) -> tuple[Answer, Expected]:
    """Return an answer of two items: events, or lines of JSON."""
    item, whole = media.get("itemSchema"), media.get("schema")
    if item is None and whole is not None:
        items = whole.get("items")
        item = items if items is not None and items.members else whole
    if item is not None and kind == "events":
        item = _data_of(item)
    values = [
        Builder("response", builder.full, index + turn).build(item) if item is not None else "text"
        for turn in range(2)
    ]
    if kind == "lines":
        text = "".join(f"{json.dumps(value)}\n" for value in values)
    else:
        as_text = item is None or shape_of(item).types == {"string"}
        text = "".join(
            f"id: {turn}\nevent: some\ndata: {value if as_text else json.dumps(value)}\n\n"
            for turn, value in enumerate(values)
        )
    return Answer(status, headers, text.encode()), Expected(kind, values, item)


def _data_of(event: Node) -> Node:
    """Return the schema of the data of an event; a schema that describes no event describes its data."""
    choices = [*event.each("oneOf"), *event.each("anyOf")]
    if choices:
        return _data_of(choices[0].resolved())
    properties = event.named("properties")
    if "data" not in properties or not properties.keys() <= _OF_AN_EVENT:
        return event
    data = properties["data"].resolved()
    return data.get("contentSchema") or data


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
    if "jsonl" in sub or "ndjson" in sub or sub.endswith("json-seq"):
        return "lines"
    if main == "text" or sub in _TEXTS or sub.endswith(("+xml", "+yaml")):
        return "text"
    return "bytes"
