"""What the client will be: the context that templates see.

`Api` is a tree of frozen dataclasses. Everything is decided here (names, types, order), so that a
template only lays out. Strings of the document are `Text` and must pass a filter; names and
annotations are `Name` and `Code`, made by the generator.

`source` is where the document has a node. `extensions` are the keys of its own that it has there (OpenAPI 3.1, 4.9):
`operation.extensions["x-team"]`, or `.get("x-team")` where it may be missing. Where a class has `extra`, that is for plugins:
what they put there, templates find by its name.

The fields follow the OpenAPI Specification 3.1, section 4.8, and use its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from .diagnostics import Location
from .text import Code, Name, Text, opened

CONTEXT_VERSION = 1
"""The version of this interface. It grows when a field is removed or changes its meaning."""

Value = None | bool | int | float | bytes | Text | tuple["Value", ...] | dict[Text, "Value"]
"""A value of the document: an example, a default, a member of an enum."""


class Entries(Mapping["Text | str", "Value | Entries"]):
    """A mapping of the document. Its keys are text, as its values may be; one is found by a plain string, too.

    Args:
        entries: The entries.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[Text, Value | Entries] | None = None) -> None:
        self._entries = dict(entries or {})

    def __getitem__(self, key: Text | str) -> Value | Entries:
        """Return a value."""
        return self._entries[Text(key) if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Text | str]:
        """Yield the keys, in the order of the document."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._entries)


ParameterLocation = Literal["path", "query", "querystring", "header", "cookie"]
ParameterStyle = Literal[
    "matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie"
]


@dataclass(frozen=True, slots=True)
class Example:
    """An example as the document gives it (OpenAPI 3.1, 4.8.19)."""

    value: Value


@dataclass(frozen=True, slots=True)
class Type:
    """The Python type of a value.

    Attributes:
        annotation: the annotation, as it stands in a module that imports `models`.
        models: the names of the models in it.
        imports: the other names in it, which the runtime or the standard library has.
    """

    annotation: Code
    models: tuple[Name, ...] = ()
    imports: tuple[Name, ...] = ()

    @property
    def expression(self) -> Code:
        """The type as an expression: to type checkers, a union that an enum stands for is none by itself."""
        choices = self.annotation.split(" | ")
        is_union = any(choice.startswith(("Open", "Known")) for choice in choices)
        return Code(f"Value[{self.annotation}]") if is_union else self.annotation


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation (OpenAPI 3.1, 4.8.12).

    Attributes:
        argument: the argument of the Python method.
        name: the name on the wire.
        location: where it is sent.
        required: whether the call needs it.
        type: what the caller may give.
        model: the type that an object is checked against; None for what needs no check.
        documentation: what it means, with its default and an example.
        style, explode, allow_reserved, allow_empty_value: how it is serialised.
        content_type: the media type of a `content` parameter.
        default: what the service assumes when it is not sent.
        example: an example of its value.
        deprecated: whether it should no longer be used.
        secret: whether it is never printed (`format: password`, or writeOnly).
        source: where the document says so.
        sample: a value that shows how it is given: the example, or one made from its schema.
    """

    argument: Name
    name: Text
    location: ParameterLocation
    required: bool
    type: Type
    model: Type | None
    documentation: Text
    style: ParameterStyle
    explode: bool
    allow_reserved: bool
    allow_empty_value: bool
    content_type: Text | None
    default: Example | None
    example: Example | None
    deprecated: bool
    secret: bool
    source: Location
    sample: Example
    extensions: Entries = field(default_factory=Entries, compare=False)
    extra: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)

    @property
    def has_style(self) -> bool:
        """Whether its style is not the default one of its location."""
        return self.style != ("simple" if self.location in ("path", "header") else "form")

    @property
    def has_explode(self) -> bool:
        """Whether its explode is not the default one of its style."""
        return self.explode != (self.style == "form")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one property of a form is sent (OpenAPI 3.1, 4.8.15)."""

    name: Text
    content_type: Text | None
    style: ParameterStyle | None
    explode: bool | None
    allow_reserved: bool
    headers: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class MediaType:
    """One media type of a body or a response (OpenAPI 3.1, 4.8.14).

    Attributes:
        content_type: the media type or range.
        type: the type of the parsed value, or of one item of a stream; None for content that is passed through as it is.
        argument: what the caller may give as a body of this type.
        binary: whether the content is bytes to be streamed.
        stream: whether the content is a stream of items: server-sent events, or lines of JSON.
        is_multipart: whether the content is a form that may have files in it.
        encoding: how the properties of a form are sent.
        example: an example.
        sample: a value that shows how a body is given: the example, or one made from its schema; None for a response.
        requested: whether a response is asked for in it; False for another form of what is there as JSON, such as XML.
    """

    content_type: Text
    type: Type | None
    argument: Type
    binary: bool
    stream: Literal["events", "lines"] | None
    is_multipart: bool
    encoding: tuple[Encoding, ...]
    example: Example | None
    sample: Example | None
    requested: bool
    source: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to give a body: a type, and the media types that it may be sent as.

    Attributes:
        optional: whether this is also the way to give none.
    """

    type: Type
    content_type: Type
    optional: bool


@dataclass(frozen=True, slots=True)
class Body:
    """The request body of an operation (OpenAPI 3.1, 4.8.13).

    Attributes:
        argument: the argument of the Python method.
        type: what the caller may give.
        content_type: the type of the argument that chooses the media type; None where there is nothing to choose.
        overloads: the ways to give it, where its type tells the media type; empty where it does not.
    """

    argument: Name
    content: tuple[MediaType, ...]
    required: bool
    type: Type
    content_type: Type | None
    overloads: tuple[Overload, ...]
    documentation: Text
    source: Location

    @property
    def implemented(self) -> Type | None:
        """The type of the argument that chooses the media type in the method behind the overloads."""
        return Type(Code("str | None")) if self.overloads else self.content_type


@dataclass(frozen=True, slots=True)
class Header:
    """A documented response header (OpenAPI 3.1, 4.8.21).

    Attributes:
        explode: whether the properties of an object are pairs.
        content_type: the media type of a `content` header.
    """

    name: Text
    type: Type
    documentation: Text
    explode: bool = False
    content_type: Text | None = None
    source: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Response:
    """A documented response (OpenAPI 3.1, 4.8.17).

    Attributes:
        status: `200`, a range such as `4XX`, or `default`.
        links: in words, what can be called with something of the response (OpenAPI 3.1, 4.8.20).
        error: the exception that the status raises; None for a success.
    """

    status: Name
    description: Text
    content: tuple[MediaType, ...]
    headers: tuple[Header, ...]
    links: tuple[Text, ...]
    error: Name | None
    source: Location | None = field(default=None, compare=False)
    extensions: Entries = field(default_factory=Entries, compare=False)


@dataclass(frozen=True, slots=True)
class SharedContent:
    """The statuses of an error group that have the same content and headers."""

    statuses: tuple[Name, ...]
    content: tuple[MediaType, ...]
    headers: tuple[Header, ...]


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """The error responses that operations of a resource have in common.

    Attributes:
        constant: the module constant that holds their descriptors.
        responses: the responses.
    """

    constant: Name
    responses: tuple[Response, ...]

    @property
    def shared(self) -> tuple[SharedContent, ...]:
        """The responses, those with the same content and headers together."""
        statuses: dict[object, list[Response]] = {}
        for response in self.responses:
            content = tuple((media.content_type, media.type) for media in response.content)
            statuses.setdefault((content, response.headers), []).append(response)
        return tuple(
            SharedContent(
                tuple(response.status for response in group), group[0].content, group[0].headers
            )
            for group in statuses.values()
        )


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request that the service sends: a callback (OpenAPI 3.1, 4.8.18) or a webhook (4.8.1).

    Attributes:
        function: the function that reads its body.
        constant: the module constant that holds its descriptor.
        type: what the function returns.
    """

    name: Text
    function: Name
    constant: Name
    method: Name
    summary: Text
    description: Text
    content_type: Text
    type: Type
    example: Example | None
    source: Location
    extensions: Entries = field(default_factory=Entries, compare=False)
    extra: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable of a server's URL (OpenAPI 3.1, 4.8.6).

    Attributes:
        name: its name in the URL.
        field: the field of the configuration that sets it.
        default: its value when the field is not set; None if it must be set.
        values: the values that it may have; empty for any.
    """

    name: Text
    field: Name
    default: Text | None
    values: tuple[Text, ...]
    description: Text


@dataclass(frozen=True, slots=True)
class Server:
    """A server (OpenAPI 3.1, 4.8.5).

    Attributes:
        name: what the configuration calls it.
        url: its URL, with variables in braces.
    """

    name: Name
    url: Text
    description: Text
    variables: tuple[ServerVariable, ...]
    source: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ServerField:
    """A field of the configuration that chooses a server, or sets a variable of its URL."""

    name: Name
    type: Type
    documentation: Text


@dataclass(frozen=True, slots=True)
class Paging:
    """How the pages of an operation follow one another: the extension `x-paging`.

    Attributes:
        method: the method that iterates over the items.
        constant: the module constant that holds its descriptor.
        kind: which class of the runtime that is.
        arguments: the arguments of that class.
        item: the type of an item.
        begins: the arguments of the method that say where it begins.
    """

    method: Name
    constant: Name
    kind: Name
    arguments: tuple[tuple[Name, Value | Name], ...]
    item: Type
    begins: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an operation is asked for until it is there: the extension `x-waiting`.

    Attributes:
        method: the method that waits.
        constant: the module constant that holds its descriptor.
        arguments: the arguments of the runtime's `Waiting`.
        subject: what is waited for, in words.
        requested_by: the operation that asks for it, if that is another one of the resource.
    """

    method: Name
    constant: Name
    arguments: tuple[tuple[Name, Value], ...]
    subject: Text
    requested_by: Name | None


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation (OpenAPI 3.1, 4.8.10).

    Attributes:
        name: the method of the resource class.
        constant: the module constant that holds the descriptor.
        id: the operationId, or what stands for it.
        method: the HTTP method.
        path: the path template.
        parameters: required ones first, each group in the document's order.
        returns, async_returns: what the method returns, and what its asynchronous twin gives.
        returned: what that means; empty where it returns None.
        errors: the constant of the group that its error responses are.
        download: whether the result is a file, and nothing else.
        streamed: whether the result, or one of its kinds, is read while it arrives.
        retry: whether it may be repeated after a failure; None where the HTTP method decides.
        security: alternatives of schemes that are needed together; None where the document's own apply.
        servers: what is used in place of the document's own servers.
        callbacks: the requests that it has the service send.
        paging: how its pages follow one another; None if it has none.
        waits: what it is asked for until it is there.
    """

    name: Name
    constant: Name
    id: Text
    method: Name
    path: Text
    summary: Text
    description: Text
    deprecated: bool
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: tuple[Response, ...]
    returns: Type
    async_returns: Type
    returned: Text
    errors: Name | None
    download: bool
    streamed: bool
    retry: bool | None
    security: tuple[tuple[Text, ...], ...] | None
    servers: tuple[Server, ...]
    callbacks: tuple[Incoming, ...]
    source: Location
    paging: Paging | None = None
    waits: tuple[Waiting, ...] = ()
    extensions: Entries = field(default_factory=Entries, compare=False)
    extra: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)

    @property
    def required(self) -> tuple[Parameter, ...]:
        """The parameters that a call needs."""
        return tuple(parameter for parameter in self.parameters if parameter.required)

    @property
    def optional(self) -> tuple[Parameter, ...]:
        """The parameters that a call may leave out."""
        return tuple(parameter for parameter in self.parameters if not parameter.required)

    @property
    def successes(self) -> tuple[Response, ...]:
        """The responses that are no error."""
        return tuple(response for response in self.responses if response.error is None)

    @property
    def headers(self) -> tuple[Header, ...]:
        """The documented headers of the successes, each once."""
        return tuple(
            {header.name: header for item in self.successes for header in item.headers}.values()
        )

    @property
    def links(self) -> tuple[Text, ...]:
        """In words, what can be called with something of a success."""
        return tuple(dict.fromkeys(link for item in self.successes for link in item.links))

    @property
    def failures(self) -> tuple[Response, ...]:
        """The responses that raise an exception."""
        return tuple(response for response in self.responses if response.error is not None)


@dataclass(frozen=True, slots=True)
class Resource:
    """The operations of one tag.

    Attributes:
        attribute: the attribute of the client.
        module: the module under `api/`.
        class_name, async_class_name: the two classes.
        errors: the groups of error responses of the operations.
    """

    tag: Text
    attribute: Name
    module: Name
    class_name: Name
    async_class_name: Name
    description: Text
    operations: tuple[Operation, ...]
    errors: tuple[ErrorGroup, ...]
    source: Location | None = field(default=None, compare=False)
    extensions: Entries = field(default_factory=Entries, compare=False)
    extra: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand of the package's command.

    Attributes:
        name: what it is called.
        resource: the attribute of the client that has the method.
        method: the method that it calls.
        summary: what it does.
        items: the method that gives the items of all pages, if there is one.
        alias: another name for it: the extension `x-command`.
    """

    name: Name
    resource: Name
    method: Name
    summary: Text
    items: Name | None = None
    alias: Name | None = None


@dataclass(frozen=True, slots=True)
class ExportPart:
    """Something that an operation gives of an item, and that is saved with it.

    Attributes:
        name: what its file is called, without an ending.
        resource: the attribute of the client that has the method.
        method: the method.
        arguments: its arguments: places in the item, or arguments of the list.
        when: where an item tells whether there is one.
        values: the values that say so; any but none and false if there are none.
    """

    name: Name
    resource: Name
    method: Name
    arguments: tuple[tuple[Name, Text | Name], ...]
    when: Text | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """A subcommand that saves a list to a folder: the extension `x-export`.

    Attributes:
        name: what it is called.
        resource: the attribute of the client that has the methods.
        method: the method of the list.
        items: the method that gives the items of all pages.
        id: where an item has what tells it from all others.
        parts: what is saved with each item.
        fixed: the arguments in which exports to one folder agree.
    """

    name: Name
    resource: Name
    method: Name
    items: Name
    id: Text
    parts: tuple[ExportPart, ...]
    fixed: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member of an enum."""

    name: Name
    value: Value
    source: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Tag:
    """A value of a discriminator, and the model that it stands for (OpenAPI 3.1, 4.8.25)."""

    value: Text
    model: Name


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a model.

    Attributes:
        name: the attribute.
        wire_name: the name of the property.
        aliased: whether the wire name must be said, because the model's own rule does not give it.
        type: its type, with None where it may be missing or null.
        required: whether it must be present.
        constraints: arguments of `pydantic.Field` in the order they are written.
        secret: whether it is never printed (`format: password`, or writeOnly).
        documentation: what it means, with its default.
        initial: what stands for the value when none is given, as source text; None where one must be given.
    """

    name: Name
    wire_name: Text
    aliased: bool
    type: Type
    required: bool
    constraints: tuple[tuple[Name, Value], ...]
    secret: bool
    documentation: Text
    default: Example | None
    example: Example | None
    deprecated: bool
    source: Location
    initial: Code | None = None
    extensions: Entries = field(default_factory=Entries, compare=False)
    extra: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)

    @property
    def arguments(self) -> tuple[tuple[Name, Value], ...]:
        """The arguments of `pydantic.Field`."""
        alias = ((Name("alias"), self.wire_name),) if self.aliased else ()
        secret = ((Name("repr"), False),) if self.secret else ()
        return (*alias, *self.constraints, *secret)


@dataclass(frozen=True, slots=True)
class Model:
    """A class of the models package.

    Attributes:
        kind: `object` for a pydantic model, `enum` for an open enum, `root` for another type with a name.
        module: the module under `models/`.
        bases: the models that it extends.
        camel: whether its class says that wire names are the attributes in camelCase unless said otherwise.
        base: the base class of an enum: OpenEnum, OpenIntEnum or OpenMixedEnum.
        type: the type that a `root` stands for.
        lazy: whether a `root` refers to itself, so that its type is looked up when it is first used.
        extras: the type of the properties that have no field, if the document gives one.
        discriminator: the property whose value tells which model of `tags` a value is.
        attribute: the attribute for that property.
        unprinted: the properties that go in requests alone, of a model of responses: where one comes all the same, it is
            kept, and not printed.
    """

    name: Name
    module: Name
    kind: Literal["object", "enum", "root"]
    description: Text
    bases: tuple[Name, ...]
    camel: bool
    base: Name
    fields: tuple[Field, ...]
    members: tuple[EnumMember, ...]
    type: Type | None
    deprecated: bool
    example: Example | None
    source: Location
    lazy: bool = False
    extras: Type | None = None
    discriminator: Text | None = None
    attribute: Name | None = None
    tags: tuple[Tag, ...] = ()
    unprinted: tuple[Text, ...] = ()
    extensions: Entries = field(default_factory=Entries, compare=False)
    extra: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)


@dataclass(frozen=True, slots=True)
class Credential:
    """A field of the configuration that a security scheme needs, and the environment variable it falls back to."""

    name: Name
    variable: Name
    description: Text | Code


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A security scheme (OpenAPI 3.1, 4.8.27).

    Attributes:
        key: its key under securitySchemes.
        kind: which class of the runtime's `auth` it is.
        credentials: the fields of the configuration, in the order of the class's arguments.
        arguments: the other arguments of that class.
    """

    key: Text
    kind: Name
    credentials: tuple[Credential, ...]
    arguments: tuple[tuple[Name, Value], ...]
    description: Text
    source: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ForeignScheme:
    """A security scheme that the client leaves to its user.

    Attributes:
        certificate: whether it asks for a certificate of the client (`mutualTLS`), else for something in the request.
    """

    key: Text
    certificate: bool
    description: Text


@dataclass(frozen=True)
class Api:
    """The whole client.

    Attributes:
        title: the API's title.
        version: the API's version.
        headline: what the package is, in one line.
        licence: the API's licence.
        package: the import package.
        distribution, distribution_version: the distribution.
        environment_prefix: what the environment variables of the credentials begin with.
        servers: the servers, the first of which is the default.
        needs_base_url: whether callers must say where the service is, because the document does not.
        server_fields: the fields of the configuration that choose among them and set the variables of their URLs.
        security: the security schemes.
        foreign_security: those that the client leaves to its user.
        requirements: the security requirement of the whole API.
        credentials: the fields that the security schemes need.
        incoming: the webhooks, and the callbacks of the operations.
        commands: the subcommands of the package's command, one for each operation and each method that waits.
        exporting: those that save lists to folders.
        document: what the fake of the API is made from, as JSON: see `lower.description`.
        build_models: gives the models; called once, when they are first asked for.
    """

    title: Text
    version: Text
    headline: Text
    description: Text
    licence: Text | None
    package: Name
    distribution: Name
    distribution_version: Name
    environment_prefix: Name
    servers: tuple[Server, ...]
    needs_base_url: bool
    server_fields: tuple[ServerField, ...]
    security: tuple[SecurityScheme, ...]
    foreign_security: tuple[ForeignScheme, ...]
    requirements: tuple[tuple[Text, ...], ...]
    credentials: tuple[Credential, ...]
    resources: tuple[Resource, ...]
    incoming: tuple[Incoming, ...]
    commands: tuple[Command, ...]
    exporting: tuple[Export, ...]
    document: Text = field(repr=False)
    build_models: Callable[[], tuple[Model, ...]] = field(repr=False, compare=False)
    source: Location | None = field(default=None, compare=False)
    extensions: Entries = field(default_factory=Entries, compare=False)
    extra: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """The models, in the order of their names. They are built while what does not need them is rendered."""
        return self.build_models()

    @cached_property
    def modules_of_models(self) -> dict[Name, Name]:
        """The module of each model under `models/`, by the model's name."""
        return {model.name: model.module for model in self.models}

    @property
    def has_sections(self) -> bool:
        """Whether the description is long enough to have headings."""
        return re.search(r"^ {0,3}#{1,6}\s", opened(self.description), re.MULTILINE) is not None

    @property
    def exports(self) -> frozenset[str]:
        """The names of the runtime that callers of these operations need besides those that every client has."""
        types = [
            type_
            for operation in self.operations
            for type_ in (
                operation.returns,
                operation.async_returns,
                *((operation.body.type,) if operation.body is not None else ()),
                *(parameter.type for parameter in operation.parameters),
            )
        ]
        names: set[str] = {name for type_ in types for name in type_.imports}
        forms = any(_is_multipart(operation.body) for operation in self.operations)
        files = {"File", "FilePart"} if forms or "File" in names else set[str]()
        if self.incoming:
            names |= {"WebhookAuthenticationError", "WebhookValidationError"}
        if any(operation.paging is not None for operation in self.operations):
            names |= {"AsyncPage", "AsyncPaged", "Page", "Paged", "PagingError"}
        if any(operation.waits for operation in self.operations):
            names |= {"WaitError", "WaitOptions", "WaitTimeoutError"}
        return frozenset(names | files)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, resource by resource; one that has several tags once, with its first."""
        found: dict[tuple[Text, Name, int], Operation] = {}
        for resource in self.resources:
            for operation in resource.operations:
                place = id(operation.source)  # the same object; what it says would have to be found
                found.setdefault((operation.path, operation.method, place), operation)
        return tuple(found.values())


def _is_multipart(body: Body | None) -> bool:
    return body is not None and any(media.is_multipart for media in body.content)
