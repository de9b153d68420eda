"""The description of an operation as data: what the methods of a resource hand to the runtime.

Descriptors are created when a resource module is imported, so creating one does no work: styles are
defaulted and types are loaded when the operation is first called. Two descriptors are equal when
they are the same object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin

from .servers import Server

Result = TypeVar("Result")
AsyncResult = TypeVar("AsyncResult")

TypeSource = Callable[[], Any]
"""Gives a type when it is first needed, so that no model is imported before its use."""

T = TypeVar("T")


class Value(Generic[T]):
    """Says a type where an expression stands, `Value[Open[Color] | None]`: some unions are none to type checkers."""


def type_of(source: TypeSource) -> Any:
    """Return the type that a source gives."""
    given = source()
    origin: object = get_origin(given)
    return get_args(given)[0] if origin is Value else given


Location = Literal["path", "query", "querystring", "header", "cookie"]
Style = Literal[
    "matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie"
]


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One parameter of an operation (OpenAPI 3.1, section 4.8.12).

    Attributes:
        argument: The name of the method's argument.
        name: The name on the wire.
        location: Where the parameter is sent; "querystring" is a query as a whole (OpenAPI 3.2).
        required: Whether a call without it is refused.
        style: How arrays and objects are laid out; None for the location's default.
        explode: Whether each item or property is a parameter of its own; None for the style's
            default.
        allow_reserved: Whether reserved characters (RFC 3986, section 2.2) of a query value are
            left as they are.
        allow_empty_value: Whether an empty query value is sent as the bare name, without "=".
        content_type: The media type of a parameter described by `content` instead of a style.
        type: The type that arguments are checked against before they are sent; None for no check.
        secret: Whether its value is never printed (`format: password`, or writeOnly).
    """

    argument: str
    name: str
    location: Location
    required: bool = field(default=False, kw_only=True)
    style: Style | None = field(default=None, kw_only=True)
    explode: bool | None = field(default=None, kw_only=True)
    allow_reserved: bool = field(default=False, kw_only=True)
    allow_empty_value: bool = field(default=False, kw_only=True)
    content_type: str | None = field(default=None, kw_only=True)
    type: TypeSource | None = field(default=None, kw_only=True)
    secret: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """How one property of a form body is sent (OpenAPI 3.1, section 4.8.15).

    Attributes:
        content_type: The media types of the part, separated by commas; None for the default of the
            property's type.
        style: As for a query parameter; None when the property is sent by its content type.
        explode: As for a query parameter.
        allow_reserved: As for a query parameter.
        headers: The names of the part's further headers.
    """

    content_type: str | None = None
    style: Style | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class MediaType:
    """One media type of a body or of a response (OpenAPI 3.1, section 4.8.14).

    Attributes:
        content_type: The media type, or a range such as "audio/*".
        type: The type of the content; None when any value may be there.
        binary: Whether the content is bytes. A binary response is streamed.
        stream: Whether the content is a stream of items of the type: server-sent events, whose data has it, or
            lines (or a sequence) of JSON.
        encoding: How the properties of a form body are sent, by wire name.
        requested: Whether a response is asked for in it (RFC 9110, section 12.5.1); one that is not is another form of what
            is documented as JSON, such as XML.
    """

    content_type: str
    type: TypeSource | None = None
    binary: bool = field(default=False, kw_only=True)
    stream: Literal["events", "lines"] | None = field(default=None, kw_only=True)
    encoding: Mapping[str, Encoding] = field(default_factory=dict[str, Encoding], kw_only=True)
    requested: bool = field(default=True, kw_only=True)

    @property
    def is_streamed(self) -> bool:
        """Whether a response of this type is read by the caller, while it arrives."""
        return self.binary or self.stream is not None


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The body of a request (OpenAPI 3.1, section 4.8.13).

    Attributes:
        content: The media types that the operation takes; the first one is the default.
        required: Whether a call without a body is refused.
    """

    content: tuple[MediaType, ...]
    required: bool = field(default=False, kw_only=True)

    @classmethod
    def of(
        cls, content_type: str, type: TypeSource | None = None, *, required: bool = False
    ) -> Body:
        """Return a body of one media type."""
        return cls((MediaType(content_type, type),), required=required)


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """A header of a response (OpenAPI 3.1, section 4.8.21).

    Attributes:
        type: The type of its value.
        explode: Whether the properties of an object are `name=value` rather than names and values in turn.
        content_type: The media type of a header described by `content` instead of a style.
    """

    type: TypeSource
    explode: bool = field(default=False, kw_only=True)
    content_type: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """One documented response of an operation (OpenAPI 3.1, section 4.8.17).

    Attributes:
        content: The media types that the response may come in; empty when it has no body.
        headers: Its documented headers, by name.
    """

    content: tuple[MediaType, ...] = ()
    headers: Mapping[str, Header] = field(default_factory=dict[str, Header], kw_only=True)

    @classmethod
    def of(cls, content_type: str, type: TypeSource | None = None) -> Response:
        """Return a response of one media type."""
        return cls((MediaType(content_type, type),))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Operation(Generic[Result]):
    """One operation of the API (OpenAPI 3.1, section 4.8.10), and the type of what it gives.

    Attributes:
        id: The operationId.
        name: The name of its method.
        method: The HTTP method, in capitals.
        path: The path template, appended to the server's URL.
        parameters: In the order in which they are sent.
        body: What it takes as its body, if any.
        responses: By status ("200"), range ("4XX") or "default".
        security: The alternatives, each a set of schemes that are used together; None for the
            client's own.
        servers: What to use instead of the client's servers; empty for the client's own.
        retry: Whether it may be sent again after a failure that the server may have acted on; None
            to go by the method (RFC 9110, section 9.2.2).
    """

    id: str
    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: Mapping[str, Response]
    security: tuple[tuple[str, ...], ...] | None = None
    servers: tuple[Server, ...] = ()
    retry: bool | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StreamedOperation(Operation[Result], Generic[Result, AsyncResult]):
    """An operation whose result is read while it arrives, which the two clients give in types of their own."""
