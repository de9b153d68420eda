"""Responses (OpenAPI 3.1, 4.8.16 and 4.8.17): what a method returns, and what it raises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .. import naming
from ..api import ErrorGroup, Header, MediaType, Operation, Response, Type
from ..read.document import Node
from ..text import Name, Text, opened
from .annotations import NONE, TEXT, Annotations, union
from .media import ANYTHING, MediaTypes, returned
from .nodes import (
    described_entries,
    description_of,
    documented,
    extensions_of,
    flag,
    follow,
    followed_entries,
)
from .schemas import Schema, Schemas

_STATUS = re.compile(r"[2-5]([0-9]{2}|XX)")
WITHOUT_CONTENT = frozenset({"204", "205"})
"""Statuses of responses that have no content, whatever a document says (RFC 9110, 15.3.5 and 15.3.6)."""

_ERRORS = {
    "400": "BadRequestError",
    "401": "UnauthorizedError",
    "403": "ForbiddenError",
    "404": "NotFoundError",
    "405": "MethodNotAllowedError",
    "409": "ConflictError",
    "415": "UnsupportedMediaTypeError",
    "422": "UnprocessableContentError",
    "429": "TooManyRequestsError",
    "500": "InternalServerError",
    "503": "ServiceUnavailableError",
}


class Responses:
    """Lowers the responses of operations."""

    def __init__(self, schemas: Schemas, annotations: Annotations, media_types: MediaTypes) -> None:
        self._schemas = schemas
        self._annotations = annotations
        self._media_types = media_types

    def lower(self, node: Node, base: Name, method: str) -> tuple[Response, ...]:
        """Return the responses of an operation, in its order.

        `default` is what a success gives where the document names no other one. Where it describes none, or one that cannot be
        found, whatever comes is given.

        Args:
            node: the operation.
            base: what the names of inline schemas begin with.
            method: the HTTP method; a response to HEAD has no content.
        """
        entries = {
            status: entry
            for code, entry in described_entries(node.get("responses"))
            if (status := _status(code)) is not None
        }
        anything = () if method == "head" else (ANYTHING,)
        if not entries:
            return (Response(Name("default"), Text(""), anything, (), (), None),)
        has_success = any(status.startswith("2") for status in entries)
        used: set[str] = set()
        found: list[Response] = []
        for status, entry in entries.items():
            target = follow(entry)
            error = None if status == "default" and not has_success else _error(status)
            if target is None:
                found.append(Response(Name(status), Text(""), anything, (), (), error))
                continue
            role = "Error" if error else "Response"
            name = Name(
                f"{base}{role}" if role not in used else f"{base}{role}{status.capitalize()}"
            )
            used.add(role)
            name = self._schemas.shared_name(entry, target) or name
            bare = status in WITHOUT_CONTENT or (method == "head" and error is None)
            stated = None if bare else target.get("content")
            found.append(
                Response(
                    status=Name(status),
                    description=description_of(target),
                    content=self._media_types.lower(stated, name, body=False),
                    headers=tuple(
                        self._headers(target, base if error is None else Name(f"{base}Error"))
                    ),
                    links=tuple(_links(target)),
                    error=error,
                    source=target.location,
                    extensions=extensions_of(target),
                )
            )
        return tuple(found)

    def _headers(self, response: Node, base: Name) -> Iterator[Header]:
        for name, target in followed_entries(response.get("headers")):
            content = next(followed_entries(target.get("content")), None)
            schema = (content[1] if content is not None else target).get("schema")
            if name.lower() == "content-type":
                continue
            type_ = TEXT
            if schema is not None:
                own = self._schemas.shared_name(target, target) or Name(base + naming.pascal(name))
                type_ = self._annotations.result(
                    _read_from_text(self._schemas.prepare(schema, own))
                )
            described = opened(documented(description_of(target)))
            yield Header(
                Text(name),
                type_,
                Text(f"{name}: {described}".strip() + f" (`{type_.annotation}`)"),
                explode=flag(target, "explode"),
                content_type=Text(content[0]) if content is not None else None,
                source=target.location,
            )


def _read_from_text(schema: Schema) -> Schema:
    """Return the schema that a header is read with: its text is read as a number or a flag, but not as a certain one."""
    match schema.get("const"):
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case _:
            return schema


def result_type(successes: Sequence[Response], *, asynchronous: bool) -> Type:
    """Return what a call gives: the types of the successful responses, None for one without content."""
    types: list[Type] = []
    for response in successes:
        requested = [media for media in response.content if media.requested]
        types += [returned(media, asynchronous=asynchronous) for media in requested] or [NONE]
    return union(types) if types else NONE


def result_text(successes: Sequence[Response]) -> Text:
    """Return what a call gives, in words; empty if it gives nothing."""
    told = [response for response in successes if response.description]
    if not told or not any(response.content for response in successes):
        return Text("")
    if len(told) == 1:
        return documented(told[0].description)
    return Text(
        " ".join(
            f"{response.status}: {opened(documented(response.description))}" for response in told
        )
    )


def is_streamed(successes: Sequence[Response]) -> bool:
    """Return whether some success is read while it arrives."""
    return any(_is_streamed(media) for response in successes for media in response.content)


def is_download(successes: Sequence[Response]) -> bool:
    """Return whether every success is a file."""
    content = [media for response in successes for media in response.content]
    return bool(content) and all(media.binary for media in content)


def error_groups(operations: list[Operation]) -> dict[tuple[Response, ...], Name]:
    """Name the distinct sets of error responses, compared by what their descriptors hold."""
    groups: dict[tuple[Response, ...], Name] = {}
    taken = {operation.constant for operation in operations}
    for operation in operations:
        if (key := _descriptors(operation)) and key not in groups:
            groups[key] = naming.distinct(Name("_ERRORS"), taken)
            taken.add(groups[key])
    return groups


def with_errors(operation: Operation, groups: dict[tuple[Response, ...], Name]) -> Operation:
    """Return an operation with the name of its group of error responses."""
    return replace(operation, errors=groups.get(_descriptors(operation)))


def listed(groups: dict[tuple[Response, ...], Name]) -> tuple[ErrorGroup, ...]:
    """Return the groups of error responses of a resource."""
    return tuple(ErrorGroup(name, responses) for responses, name in groups.items())


def _is_streamed(media: MediaType) -> bool:
    return media.binary or media.stream is not None


def _status(code: str) -> str | None:
    """Return a status as descriptors spell it, None for what is no status of a whole response."""
    status = code.upper()
    if status == "DEFAULT":
        return "default"
    return status if _STATUS.fullmatch(status) else None


def _error(status: str) -> Name | None:
    if status.startswith("2"):
        return None
    if status in _ERRORS:
        return Name(_ERRORS[status])
    return Name({"4": "ClientError", "5": "ServerError"}.get(status[0], "ApiStatusError"))


def _links(response: Node) -> Iterator[Text]:
    """Say where the links of a response lead (OpenAPI 3.1, 4.8.20)."""
    for name, link in followed_entries(response.get("links")):
        target = link.text_of("operationId") or link.text_of("operationRef")
        described = opened(documented(description_of(link)))
        leads = f"It leads to `{target}`." if target else ""
        yield Text(f"{name}: " + " ".join(part for part in (described, leads) if part))


def _descriptors(operation: Operation) -> tuple[Response, ...]:
    return tuple(
        replace(
            response,
            description=Text(""),
            headers=tuple(replace(header, documentation=Text("")) for header in response.headers),
            links=(),
            content=tuple(replace(media, example=None) for media in response.content),
        )
        for response in operation.failures
    )
