"""What the client will be: the context that templates see.

`Api` is a tree of frozen dataclasses. Everything is decided here (names, types, order), so that a
template only lays out. Strings of the document are `Text` and must pass a filter; names and
annotations are `Name` and `Code`, made by the generator.

The fields follow the OpenAPI Specification 3.1, section 4.8, and use its words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from .diagnostics import Location
from .text import Code, Name, Text

CONTEXT_VERSION = 1
"""The version of this interface. It grows when a field is removed or changes its meaning."""

Value = None | bool | int | float | Text | tuple["Value", ...] | dict[Text, "Value"]
"""A value of the document: an example, a default, a member of an enum."""

ParameterLocation = Literal["path", "query", "header", "cookie"]
ParameterStyle = Literal[
    "matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject"
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


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation (OpenAPI 3.1, 4.8.12).

    Attributes:
        argument: the argument of the Python method.
        name: the name on the wire.
        location: where it is sent.
        required: whether the call needs it.
        type: what the caller may give.
        documentation: what it means, with its default and an example.
        style, explode, allow_reserved, allow_empty_value: how it is serialised.
        content_type: the media type of a `content` parameter.
        default: what the service assumes when it is not sent.
        example: an example of its value.
        deprecated: whether it should no longer be used.
        source: where the document says so.
    """

    argument: Name
    name: Text
    location: ParameterLocation
    required: bool
    type: Type
    documentation: Text
    style: ParameterStyle
    explode: bool
    allow_reserved: bool
    allow_empty_value: bool
    content_type: Text | None
    default: Example | None
    example: Example | None
    deprecated: bool
    source: Location

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


@dataclass(frozen=True, slots=True)
class MediaType:
    """One media type of a body or a response (OpenAPI 3.1, 4.8.14).

    Attributes:
        content_type: the media type or range.
        type: the type of the parsed value; None for content that is passed through as it is.
        binary: whether the content is bytes to be streamed.
        encoding: how the properties of a form are sent.
        example: an example.
    """

    content_type: Text
    type: Type | None
    binary: bool
    encoding: tuple[Encoding, ...]
    example: Example | None


@dataclass(frozen=True, slots=True)
class Body:
    """The request body of an operation (OpenAPI 3.1, 4.8.13)."""

    argument: Name
    content: tuple[MediaType, ...]
    required: bool
    type: Type
    documentation: Text
    source: Location


@dataclass(frozen=True, slots=True)
class Header:
    """A documented response header (OpenAPI 3.1, 4.8.21)."""

    name: Text
    type: Type
    description: Text


@dataclass(frozen=True, slots=True)
class Response:
    """A documented response (OpenAPI 3.1, 4.8.17).

    Attributes:
        status: `200`, a range such as `4XX`, or `default`.
        error: the exception that the status raises; None for a success.
    """

    status: Name
    description: Text
    content: tuple[MediaType, ...]
    headers: tuple[Header, ...]
    error: Name | None


@dataclass(frozen=True, slots=True)
class SharedContent:
    """The statuses of an error group that have the same content."""

    statuses: tuple[Name, ...]
    content: tuple[MediaType, ...]


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
        """The responses, those with the same content together."""
        statuses: dict[tuple[tuple[Text, Type | None], ...], list[Response]] = {}
        for response in self.responses:
            key = tuple((media.content_type, media.type) for media in response.content)
            statuses.setdefault(key, []).append(response)
        return tuple(
            SharedContent(tuple(response.status for response in group), group[0].content)
            for group in statuses.values()
        )


@dataclass(frozen=True, slots=True)
class Callback:
    """A request that the service sends to the caller (OpenAPI 3.1, 4.8.18), or a webhook (4.8.1)."""

    name: Text
    method: Name
    summary: Text
    description: Text
    type: Type | None
    source: Location


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
        returns: what the method returns.
        returned: what that means; empty where it returns None.
        errors: the constant of the group that its error responses are.
        download: whether the result is streamed.
        security: alternatives of schemes that are needed together; None where the document's own apply.
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
    errors: Name | None
    returns: Type
    returned: Text
    download: bool
    security: tuple[tuple[Text, ...], ...] | None
    servers: tuple[Text, ...]
    callbacks: tuple[Callback, ...]
    source: Location

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


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member of an enum."""

    name: Name
    value: Value


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
        kind: `object` for a pydantic model, `enum` for an open enum, `root` for a value with a name of its own.
        module: the module under `models/`.
        bases: the models that it extends.
        camel: whether its class says that wire names are the attributes in camelCase unless said otherwise.
        base: the base class of an enum: OpenEnum or OpenIntEnum.
        type: the type of the value of a `root`.
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


@dataclass(frozen=True, slots=True)
class Server:
    """A server (OpenAPI 3.1, 4.8.5), its variables replaced by their defaults."""

    url: Text
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
        requirements: the security requirement of the whole API.
        credentials: the fields that the security schemes need.
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
    security: tuple[SecurityScheme, ...]
    requirements: tuple[tuple[Text, ...], ...]
    credentials: tuple[Credential, ...]
    resources: tuple[Resource, ...]
    webhooks: tuple[Callback, ...]
    build_models: Callable[[], tuple[Model, ...]] = field(repr=False, compare=False)

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """The models, in the order of their names. They are built while what does not need them is rendered."""
        return self.build_models()

    @cached_property
    def modules_of_models(self) -> dict[Name, Name]:
        """The module of each model under `models/`, by the model's name."""
        return {model.name: model.module for model in self.models}

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, resource by resource."""
        return tuple(operation for resource in self.resources for operation in resource.operations)
