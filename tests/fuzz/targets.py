"""What is fuzzed: functions of bytes that end quietly whatever the bytes are, or else have found something."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from clientsmith.config import Configuration
from clientsmith.diagnostics import Diagnostic, DiagnosticError, format_text
from clientsmith.lower import lower
from clientsmith.models import models
from clientsmith.read.document import Document, Node
from clientsmith.read.file import from_bytes, load_file
from clientsmith.read.references import Resolver
from clientsmith.validate import check_openapi, in_order, validate

from ..security.hostile import DOCUMENT, STRINGS, is_array, is_object

T = TypeVar("T")
FOLDER = Path("/nowhere")


class Choices:
    """Bytes as a source of decisions; when they are used up, each decision is the first choice."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._next = 0

    def number(self, below: int) -> int:
        """Return a number from 0 up to, but not including, `below` (at most 65536)."""
        taken = self._data[self._next : self._next + 2]
        self._next += 2
        return int.from_bytes(taken, "big") % below

    def of(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.number(len(options))]

    def rest(self) -> bytes:
        """Return what was not used."""
        return self._data[self._next :]


def read_document(content: bytes, suffix: str) -> Document:
    """Return the document that some bytes are; it has no file, so that its references stay inside it."""
    path = FOLDER / f"document{suffix}"
    references = partial(Resolver, folder=FOLDER, allow_remote=False, load=load_file)
    return Document(from_bytes(content, path, path.as_uri(), path.name), references)


def reader(data: bytes) -> None:
    """Read YAML or JSON, walk all of it, and ask for the place and the text of everything."""
    for suffix in (".yaml", ".json"):
        try:
            document = read_document(data, suffix)
            _walk(document.root)
        except DiagnosticError as error:
            _told(error.diagnostics)


def _told(diagnostics: Sequence[Diagnostic]) -> None:
    assert format_text(diagnostics).replace("\n", "").isprintable()
    for found in diagnostics:
        assert found.location is None or found.location.line >= 1


def _walk(node: Node) -> None:
    waiting = [node]
    for _ in range(2000):
        if not waiting:
            return
        here = waiting.pop()
        assert here.location.line >= 1
        assert here.key_location.column >= 1
        assert here.text is None or not (here.is_mapping or here.is_list or here.is_null)
        try:
            here.follow()
        except DiagnosticError as error:
            _told(error.diagnostics)
        waiting += [child for _, child in here.items()]
        waiting += here.elements()


JUNK: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 10**30, 1e308, "", "x", [], {}, [None], {"": None}, [[]]),
    *({"type": "object"}, {"type": "array"}, {"type": ["string", "null"]}, {"enum": []}),
    *({"allOf": []}, {"oneOf": [{}]}, {"const": None}, {"$ref": "#"}, {"$ref": "#/nowhere"}),
    *({"items": True}, {"properties": {"a": False}}, {"additionalProperties": {}}, {"not": {}}),
    *("string", "integer", "object", "array", "null", "binary", "date-time", "query", "path"),
    *("application/json", "text/event-stream", "multipart/form-data", "*/*", "1XX", "default"),
    *STRINGS.values(),
]
KEYS = [
    *("type", "format", "enum", "const", "default", "items", "properties", "required", "allOf"),
    *("oneOf", "anyOf", "not", "$ref", "nullable", "discriminator", "schema", "content", "name"),
    *("in", "style", "explode", "tags", "security", "servers", "parameters", "responses", "get"),
    *("prefixItems", "additionalProperties", "patternProperties", "pattern", "readOnly", "200"),
    *("writeOnly", "minimum", "maxLength", "x-paging", "x-retry", "$defs", "$id", "$anchor", ""),
]


def mutated(choices: Choices) -> dict[str, Any]:
    """Return the harmless document of the hostile probe, with a few places changed."""
    document: dict[str, Any] = copy.deepcopy(DOCUMENT)
    for _ in range(1 + choices.number(6)):
        containers = list(_containers(document, ()))
        _, container = choices.of(containers)
        place, other = choices.of(containers)
        values = [choices.of(JUNK), other, {"$ref": _pointer(place)}]
        if is_object(container):
            key = choices.of([*container, choices.of(KEYS)])
            if choices.number(5) == 4:
                container.pop(key, None)
            else:
                container[key] = copy.deepcopy(choices.of(values))
        elif is_array(container):
            container.append(copy.deepcopy(choices.of(values)))
    document["openapi"] = choices.of(["3.1.0", "3.0.3", "3.2.0"])
    return document


def _containers(
    value: Any, place: tuple[str | int, ...]
) -> list[tuple[tuple[str | int, ...], Any]]:
    if len(place) > 30:
        return []
    found: list[tuple[tuple[str | int, ...], Any]] = []
    if is_object(value) or is_array(value):
        found.append((place, value))
        items = value.items() if is_object(value) else enumerate(value)
        for key, item in items:
            found += _containers(item, (*place, key))
    return found[:3000]


def _pointer(place: tuple[str | int, ...]) -> str:
    return "#" + "".join(f"/{str(k).replace('~', '~0').replace('/', '~1')}" for k in place)


def lowering(data: bytes) -> None:
    """Validate and lower a document that is nearly right, and prepare its models."""
    content = json.dumps(mutated(Choices(data))).encode()
    try:
        document = read_document(content, ".json")
        found = check_openapi(document)
        if not found:
            spec = FOLDER / "document.json"
            lowered = lower(document, Configuration(spec=spec, root=FOLDER, package="fuzzed"))
            found = in_order(document, (*validate(document), *lowered.diagnostics))
            for model in models(lowered.definitions, lowered.texts):
                assert model.name.isidentifier()
    except DiagnosticError as error:
        found = list(error.diagnostics)
    format_text(found)


def decoder(data: bytes) -> None:
    """Decode an answer of any status, type and content."""
    from bandwidth_recordings._runtime.errors import ResponseValidationError
    from bandwidth_recordings._runtime.headers import Headers, retry_after
    from bandwidth_recordings._runtime.model import Model
    from bandwidth_recordings._runtime.request import build
    from bandwidth_recordings._runtime.response import decode, status_error, typed_headers

    from .answers import CONTENT_TYPES, FIELDS, OPERATIONS, stream_of

    logging.disable()
    choices = Choices(data)
    operation, status = choices.of(OPERATIONS), choices.of([200, 201, 204, 302, 404, 429, 500, 999])
    headers = Headers(
        {"content-type": choices.of(CONTENT_TYPES), "retry-after": choices.of(FIELDS)}
    )
    body = choices.rest()
    retry_after(headers, now=0.0)
    typed_headers(operation, status, headers)
    str(
        status_error(
            operation, build(operation, {}, base_url="https://example.com"), status, headers, body
        )
    )
    stream_of(body, choices.number(7) + 1)
    try:
        value = decode(operation, status, headers, body)
    except ResponseValidationError as error:
        str(error)
        same = error.body == body
        assert same
        return
    if isinstance(value, Model):
        value.model_dump_json(warnings=False)
        repr(value)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "reader": reader,
    "lowering": lowering,
    "decoder": decoder,
}
