"""From an operation and the caller's arguments to the request that is sent: pure, nothing of a transport."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from .adapters import adapter
from .bodies import body_content, explained, takes_null
from .content import Content
from .errors import RequestValidationError
from .headers import Headers
from .operation import Body, MediaType, Operation, Parameter
from .parameters import (
    checked_header_name,
    checked_header_value,
    cookie_text,
    encoded,
    header_text,
    path_text,
    query_pairs,
)
from .rechecking import taken_apart
from .secrecy import LEFT_OUT, without_input, without_secrets
from .unset import UNSET

_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_LITERAL_PATH = "/:@!$&'()*+,;=~%?"
_OF_THE_TRANSPORT = frozenset({"content-length", "transfer-encoding"})
_ANY_OBJECT = Body((MediaType("application/json"),))


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is ready to be sent.

    Attributes:
        operation: What is called.
        method: The HTTP method, in capitals.
        url: The whole URL, percent-encoded.
        headers: All fields except the credentials and those that the transport adds (Host,
            Content-Length, User-Agent).
        content: The body, or None.
        hidden: Pieces of the URL that are never printed, percent-encoded.
    """

    operation: Operation[Any] = field(repr=False)
    method: str
    url: str = field(repr=False)
    headers: Headers
    content: Content | None
    hidden: tuple[str, ...] = field(default=(), repr=False)

    @property
    def shown_url(self) -> str:
        """The URL without its secrets."""
        url = self.url
        for piece in self.hidden:
            url = url.replace(piece, f"={LEFT_OUT}" if piece.startswith("=") else LEFT_OUT)
        return without_secrets(url)


def build(
    operation: Operation[Any],
    arguments: Mapping[str, object],
    body: object = UNSET,
    *,
    base_url: str,
    extra_headers: Mapping[str, str] | None = None,
    extra_query: Mapping[str, object] | None = None,
    extra_body: Mapping[str, object] | None = None,
    idempotency_key: str | None = None,
    content_type: str | None = None,
) -> Request:
    """Build the request for a call.

    Args:
        operation: What is called.
        arguments: The values of the parameters by argument name; those that are None are not sent.
        body: The body, as `bodies.body_content` takes it; UNSET for none. None is none too, or null
            where the body is required and may be null.
        base_url: The server's URL, which the path is appended to.
        extra_headers: Header fields in place of those of the same names.
        extra_query: Query parameters in place of those of the same names; a value that is None
            takes one away.
        extra_body: Properties to add to a body that is an object, or to send as one.
        idempotency_key: The value of Idempotency-Key.
        content_type: The media type of the body; None to choose a documented one by the body.

    Raises:
        RequestValidationError: If an argument or the body cannot be sent. It names the argument as
            the caller wrote it.
    """
    plan = _plan(operation)
    try:
        hidden: list[str] = []
        path = _path(plan, arguments, hidden)
        query = _query(plan, arguments, extra_query, hidden)
        headers = _headers(plan, arguments)
        content = _content(operation, body, content_type, extra_body)
        if content is not None:
            headers.append(("Content-Type", checked_header_value(content.content_type)))
        fields = Headers(headers)
        if idempotency_key is not None:
            fields = fields.replaced(_checked({"Idempotency-Key": idempotency_key}))
        if extra_headers:
            fields = fields.replaced(_checked(extra_headers))
    except _Unsendable as error:
        problem = RequestValidationError(
            str(error), operation=operation.id, method=operation.method
        )
        raise problem from error.__cause__
    url = _url(base_url, path, query)
    return Request(operation, operation.method, url, fields, content, tuple(hidden))


class _Unsendable(ValueError):
    """An argument, named, and why it cannot be sent."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """An operation taken apart, once, for all its calls."""

    path: tuple[str | Parameter, ...]
    query: tuple[Parameter, ...]
    headers: tuple[Parameter, ...]
    cookies: tuple[Parameter, ...]
    accept: str


@lru_cache(maxsize=4096)
def _plan(operation: Operation[Any]) -> _Plan:
    by_location: dict[str, list[Parameter]] = {"path": [], "query": [], "header": [], "cookie": []}
    for parameter in operation.parameters:
        by_location["query" if parameter.location == "querystring" else parameter.location].append(
            parameter
        )
    in_path = {parameter.name: parameter for parameter in by_location["path"]}
    in_query = {parameter.name for parameter in by_location["query"]}
    pieces: list[str | Parameter] = []
    for index, piece in enumerate(
        _EXPRESSION.split(_target(operation.path, in_query - set(in_path)))
    ):
        if index % 2 and piece in in_path:
            pieces.append(in_path[piece])
        elif piece:
            pieces.append(quote(f"{{{piece}}}" if index % 2 else piece, safe=_LITERAL_PATH))
    return _Plan(
        path=tuple(pieces),
        query=tuple(by_location["query"]),
        headers=tuple(by_location["header"]),
        cookies=tuple(by_location["cookie"]),
        accept=_accept(operation),
    )


def _target(path: str, in_query: Set[str]) -> str:
    """Return a path template without its fragment, and without the pairs of its query that parameters of the query stand for."""
    path, _, query = path.partition("#")[0].partition("?")
    pairs = [pair for pair in query.split("&") if in_query.isdisjoint(_EXPRESSION.findall(pair))]
    return f"{path}?{'&'.join(pairs)}" if any(pairs) else path


def _accept(operation: Operation[Any]) -> str:
    """Return the documented media types, those of successes first (RFC 9110, section 12.5.1)."""
    responses = sorted(operation.responses.items(), key=lambda item: not item[0].startswith("2"))
    names = [
        media.content_type
        for _, response in responses
        for media in response.content
        if media.requested
    ]
    return ", ".join(dict.fromkeys(names)) or "*/*"


def _path(plan: _Plan, arguments: Mapping[str, object], hidden: list[str]) -> str:
    pieces: list[str] = []
    for piece in plan.path:
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        value = arguments.get(piece.argument)
        if value is None:
            raise _Unsendable(f"{piece.argument}: it is needed in the path")
        try:
            pieces.append(path_text(piece, _of_type(piece, value)))
        except ValueError as error:
            raise _Unsendable(f"{piece.argument}: {error}") from error
        if piece.secret:
            hidden.append(pieces[-1])
    path = "".join(pieces)
    if "/." in path and not {".", ".."}.isdisjoint(path.partition("?")[0].split("/")):
        names = ", ".join(piece.argument for piece in plan.path if isinstance(piece, Parameter))
        raise _Unsendable(f'{names or "path"}: "." and ".." name another path')
    return path


def _query(
    plan: _Plan,
    arguments: Mapping[str, object],
    extra: Mapping[str, object] | None,
    hidden: list[str],
) -> list[str]:
    pairs: list[str] = []
    for parameter in plan.query:
        value = _value(parameter, arguments)
        if value is not None:
            try:
                added = query_pairs(parameter, _of_type(parameter, value))
            except ValueError as error:
                raise _Unsendable(f"{parameter.argument}: {error}") from error
            pairs += added
            if parameter.secret:
                hidden += _values(added)
    for name, value in (extra or {}).items():
        key = encoded(str(name))
        pairs = [
            pair
            for pair in pairs
            if pair.partition("=")[0] != key and not pair.startswith(f"{key}%5B")
        ]
        if value is not None:
            try:
                added = query_pairs(Parameter(name, name, "query"), value)
            except ValueError as error:
                raise _Unsendable(f"extra_query: {name}: {error}") from error
            pairs += added
            hidden += _values(added)
    return pairs


def _values(pairs: Iterable[str]) -> Iterator[str]:
    """Yield the values in pieces of a query, each with the sign that stands before it."""
    for pair in pairs:
        _, _, value = pair.partition("=")
        if value:
            yield f"={value}"


def _headers(plan: _Plan, arguments: Mapping[str, object]) -> list[tuple[str, str]]:
    fields = [("Accept", plan.accept)]
    for parameter in plan.headers:
        value = _value(parameter, arguments)
        if value is not None:
            try:
                fields.append((parameter.name, header_text(parameter, _of_type(parameter, value))))
            except ValueError as error:
                raise _Unsendable(f"{parameter.argument}: {error}") from error
    cookies: list[str] = []
    for parameter in plan.cookies:
        value = _value(parameter, arguments)
        if value is not None:
            try:
                cookies.append(cookie_text(parameter, _of_type(parameter, value)))
            except ValueError as error:
                raise _Unsendable(f"{parameter.argument}: {error}") from error
    if cookies:
        fields.append(("Cookie", "; ".join(cookies)))
    return fields


def _value(parameter: Parameter, arguments: Mapping[str, object]) -> object:
    value = arguments.get(parameter.argument)
    if value is None and parameter.required:
        raise _Unsendable(f"{parameter.argument}: it is required")
    return value


def _of_type(parameter: Parameter, value: object) -> object:
    if parameter.type is None:
        return value
    try:
        return adapter(parameter.type).check(value)
    except ValidationError as error:
        raise ValueError(explained(error, taken_apart(value))) from without_input(error)


def _content(
    operation: Operation[Any],
    body: object,
    content_type: str | None,
    extra: Mapping[str, object] | None,
) -> Content | None:
    given = body is not UNSET and body is not None
    if not given and not extra:
        if operation.body is None or not operation.body.required:
            return None
        if body is UNSET or not takes_null(operation.body, content_type):
            raise _Unsendable("body: it is required")
        given = True
    try:
        return body_content(
            operation.body or _ANY_OBJECT,
            body if given else {},
            content_type=content_type,
            extra=extra,
        )
    except ValueError as error:
        raise _Unsendable(f"body: {error}") from (error.__cause__ or error)


def _checked(headers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in headers.items():
        try:
            if checked_header_name(name).lower() in _OF_THE_TRANSPORT:
                raise ValueError("it is set by how the body is sent")
            yield name, checked_header_value(value)
        except ValueError as error:
            raise _Unsendable(f"{name!r}: {error}") from error


def _url(base_url: str, path: str, query: list[str]) -> str:
    base, _, given = base_url.partition("#")[0].partition("?")
    path, _, fixed = path.partition("?")
    whole = "&".join(part for part in (given, fixed, *query) if part)
    url = base.rstrip("/") + path
    return f"{url}?{whole}" if whole else url
