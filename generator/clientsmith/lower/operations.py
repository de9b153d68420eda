"""Path items and operations (OpenAPI 3.1, 4.8.9 and 4.8.10) as methods of resource classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import get_args

from .. import naming
from ..api import (
    Body,
    Callback,
    Encoding,
    ErrorGroup,
    Example,
    Header,
    MediaType,
    Operation,
    Parameter,
    ParameterLocation,
    ParameterStyle,
    Resource,
    Response,
    Type,
)
from ..diagnostics import Diagnostic
from ..document import Node
from ..text import Name, Text, opened
from .annotations import ANY, DOWNLOAD, NONE, TEXT, Annotations, union
from .nodes import description_of, documented, elements, entries, example_of, text_of, value_of
from .schemas import Schema, Schemas
from .security import requirements

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_STYLES: dict[ParameterLocation, ParameterStyle] = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
}
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


class Operations:
    """Lowers the operations of a document, one tag at a time."""

    def __init__(
        self, schemas: Schemas, schemes: frozenset[Text], report: Callable[[Diagnostic], None]
    ) -> None:
        self._schemas = schemas
        self._annotations = Annotations(schemas.definitions, schemas.texts)
        self._schemes = schemes
        self._report = report

    def resources(self, root: Node) -> tuple[Resource, ...]:
        """Return the resources: the document's tags in its order, then those that only operations name."""
        descriptions = {
            tag.text_of("name") or "": description_of(tag) for tag in elements(root.get("tags"))
        }
        groups: dict[str, list[Operation]] = {name: [] for name in descriptions}
        taken: dict[str, set[Name]] = {}
        for path, method, item, node in self._operation_nodes(root):
            tags = [tag.value for tag in elements(node.get("tags")) if isinstance(tag.value, str)]
            tag = tags[0] if tags else "default"
            operation = self._operation(path, method, item, node, taken.setdefault(tag, set()))
            groups.setdefault(tag, []).append(operation)
        return self._named(groups, descriptions)

    def webhooks(self, root: Node) -> tuple[Callback, ...]:
        """Return the webhooks of the document (OpenAPI 3.1, 4.8.1)."""
        return tuple(
            callback
            for name, item in described_entries(root.get("webhooks"))
            for callback in self._requests(Text(name), item.follow())
        )

    def _named(
        self, groups: dict[str, list[Operation]], descriptions: dict[str, Text]
    ) -> tuple[Resource, ...]:
        resources: list[Resource] = []
        attributes: set[Name] = set()
        for tag, operations in groups.items():
            if not operations:
                continue
            attribute = naming.snake(tag, digit_prefix="tag", reserved=naming.CLIENT_MEMBERS)
            attribute = naming.distinct(attribute, attributes)
            attributes.add(attribute)
            base = (
                naming.pascal(attribute)
                if attribute.rstrip("_") != naming.snake(tag, digit_prefix="tag")
                else None
            )
            class_name = f"{base or naming.pascal(tag, digit_prefix='Tag')}Api"
            errors = _error_groups(operations)
            resources.append(
                Resource(
                    tag=Text(tag),
                    attribute=attribute,
                    module=naming.module(attribute.rstrip("_")),
                    class_name=Name(class_name),
                    async_class_name=Name(f"Async{class_name}"),
                    description=descriptions.get(tag, Text("")),
                    operations=tuple(_with_errors(operation, errors) for operation in operations),
                    errors=tuple(ErrorGroup(name, responses) for responses, name in errors.items()),
                )
            )
        return tuple(resources)

    @staticmethod
    def _operation_nodes(root: Node) -> Iterator[tuple[str, str, Node, Node]]:
        for path, entry in described_entries(root.get("paths")):
            item = entry.follow()
            for method in METHODS:
                node = item.get(method)
                if node is not None and isinstance(node.value, dict):
                    yield path, method, item, node

    def _operation(
        self, path: str, method: str, item: Node, node: Node, taken: set[Name]
    ) -> Operation:
        identifier = text_of(node.get("operationId")) or Text(f"{method} {path}")
        name = naming.snake(identifier, digit_prefix="operation", reserved=naming.RESOURCE_MEMBERS)
        name = naming.distinct(name, taken, (method,))
        taken.add(name)
        base = naming.pascal(name)
        responses = tuple(self._responses(node, base))
        body = self._body(node, base)
        successes = [response for response in responses if response.error is None]
        download = any(media.binary for response in successes for media in response.content)
        security = node.get("security")
        return Operation(
            name=name,
            constant=Name("_" + name.upper().rstrip("_")),
            id=identifier,
            method=Name(method.upper()),
            path=Text(path),
            summary=text_of(node.get("summary"))
            or text_of(item.get("summary"))
            or Text(f"{method.upper()} {path}"),
            description=text_of(node.get("description")) or text_of(item.get("description")),
            deprecated=_flag(node, "deprecated"),
            parameters=tuple(self._parameters(item, node, base, body is not None)),
            body=body,
            responses=responses,
            errors=None,
            returns=DOWNLOAD if download else _returns(successes),
            returned=(
                documented(successes[0].description)
                if any(item.content for item in successes)
                else Text("")
            ),
            download=download,
            security=None if security is None else requirements(security, self._schemes),
            servers=tuple(_server_urls(node) or _server_urls(item)),
            callbacks=tuple(self._callbacks(node)),
            source=node.location,
        )

    def _parameters(self, item: Node, node: Node, base: Name, has_body: bool) -> list[Parameter]:
        merged: dict[tuple[str, ParameterLocation], Node] = {}
        for holder in (item, node):
            for entry in elements(holder.get("parameters")):
                target = entry.follow()
                name, location = target.text_of("name"), _location(target)
                if name is not None and location is not None:
                    merged[name, location] = target
        taken: set[Name] = {Name("self"), Name("options"), *(Name("body") for _ in range(has_body))}
        taken.update(map(Name, naming.CALL_OPTIONS))
        found: list[Parameter] = []
        for (name, location), target in merged.items():
            if location == "header" and name.lower() in ("accept", "content-type", "authorization"):
                continue
            found.append(self._parameter(Text(name), location, target, base, taken))
        return sorted(found, key=lambda parameter: not parameter.required)

    def _parameter(
        self, name: Text, location: ParameterLocation, node: Node, base: Name, taken: set[Name]
    ) -> Parameter:
        argument = naming.snake(name, digit_prefix="param")
        argument = naming.distinct(
            Name(f"{argument}_") if argument in taken else argument, taken, (location,)
        )
        taken.add(argument)
        content = next(described_entries(node.get("content")), None)
        holder = content[1] if content else node
        schema_node = holder.get("schema")
        schema = (
            self._schemas.prepare(
                schema_node, component_name(node) or Name(base + naming.pascal(argument))
            )
            if schema_node
            else {}
        )
        stated = schema_node.follow().get("default") if schema_node is not None else None
        default = Example(value_of(stated.value)) if stated is not None else None
        example = (
            example_of(node)
            or example_of(holder)
            or (example_of(schema_node) if schema_node else None)
        )
        described = description_of(node) or Text(f"The {location} parameter `{opened(name)}`.")
        style = _style(node) or _STYLES[location]
        explode = node.get("explode")
        required = location == "path" or _flag(node, "required")
        given = self._annotations.argument(schema) if schema else TEXT
        return Parameter(
            argument=argument,
            name=name,
            location=location,
            required=required,
            type=given if required else union([given, NONE]),
            documentation=documented(described, default=default, example=example),
            style=style,
            explode=explode.value is True if explode is not None else style == "form",
            allow_reserved=_flag(node, "allowReserved"),
            allow_empty_value=_flag(node, "allowEmptyValue"),
            content_type=Text(content[0]) if content else None,
            default=default,
            example=example,
            deprecated=_flag(node, "deprecated"),
            source=node.location,
        )

    def _body(self, node: Node, base: Name) -> Body | None:
        entry = node.get("requestBody")
        if entry is None:
            return None
        target = entry.follow()
        content: list[MediaType] = []
        types: list[Type] = []
        for content_type, media in described_entries(target.get("content")):
            schema_node = media.get("schema")
            schema = (
                self._schemas.prepare(schema_node, component_name(target) or Name(f"{base}Request"))
                if schema_node is not None
                else {}
            )
            content.append(self._media_type(content_type, media, schema))
            types.append(self._annotations.body(schema) if schema else Type(Name("bytes")))
        if not content:
            return None
        required = _flag(target, "required")
        given = union(types)
        return Body(
            argument=Name("body"),
            content=tuple(content),
            required=required,
            type=given if required else union([given, NONE]),
            documentation=documented(description_of(target) or Text("The body of the request.")),
            source=target.location,
        )

    def _media_type(self, content_type: str, media: Node, schema: Schema) -> MediaType:
        essence = content_type.partition(";")[0].strip().lower()
        textual = essence.startswith("text/") or essence.endswith(
            ("json", "+xml", "/xml", "x-www-form-urlencoded")
        )
        binary = not textual and not essence.startswith("multipart/") and essence != "*/*"
        binary = binary or (
            schema.get("format") == "binary" and not essence.startswith("multipart/")
        )
        structured = essence.endswith("json") or essence in (
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        )
        return MediaType(
            content_type=Text(content_type),
            type=self._annotations.result(schema) if structured and schema else None,
            binary=binary,
            encoding=tuple(_encodings(media)),
            example=example_of(media),
        )

    def _responses(self, node: Node, base: Name) -> Iterator[Response]:
        for status, entry in described_entries(node.get("responses")):
            target = entry.follow()
            code = status.upper()
            error = _error(code)
            suffix = "Error" if error else "Response"
            content: list[MediaType] = []
            for content_type, media in described_entries(target.get("content")):
                schema_node = media.get("schema")
                schema = (
                    self._schemas.prepare(
                        schema_node, component_name(target) or Name(base + suffix)
                    )
                    if schema_node is not None
                    else {}
                )
                content.append(self._media_type(content_type, media, schema))
            yield Response(
                status=Name("default" if code == "DEFAULT" else code),
                description=description_of(target),
                content=tuple(content),
                headers=tuple(self._headers(target, base)),
                error=error,
            )

    def _headers(self, response: Node, base: Name) -> Iterator[Header]:
        for name, entry in described_entries(response.get("headers")):
            target = entry.follow()
            schema = target.get("schema")
            prepared = (
                self._schemas.prepare(
                    schema, component_name(target) or Name(base + naming.pascal(name))
                )
                if schema is not None
                else {}
            )
            yield Header(Text(name), self._annotations.result(prepared), description_of(target))

    def _callbacks(self, node: Node) -> Iterator[Callback]:
        for name, entry in described_entries(node.get("callbacks")):
            for _, item in described_entries(entry.follow()):
                yield from self._requests(Text(name), item)

    def _requests(self, name: Text, item: Node) -> Iterator[Callback]:
        for method in METHODS:
            node = item.get(method)
            if node is None or not isinstance(node.value, dict):
                continue
            body = node.get("requestBody")
            target = body.follow() if body is not None else None
            media = next(
                described_entries(target.get("content") if target is not None else None), None
            )
            schema_node = media[1].get("schema") if media else None
            schema = (
                self._schemas.prepare(schema_node, naming.pascal(name))
                if schema_node is not None
                else None
            )
            yield Callback(
                name=name,
                method=Name(method.upper()),
                summary=text_of(node.get("summary")),
                description=text_of(node.get("description")),
                type=self._annotations.result(schema) if schema else None,
                source=node.location,
            )


def _error(status: str) -> Name | None:
    if status.startswith(("1", "2", "3")):
        return None
    if status in _ERRORS:
        return Name(_ERRORS[status])
    return Name({"4": "ClientError", "5": "ServerError"}.get(status[0], "ApiStatusError"))


def _returns(successes: list[Response]) -> Type:
    """Return what a call gives: the types of the successful responses, None for one without content."""
    types: list[Type] = []
    for response in successes:
        if not response.content:
            types.append(NONE)
        for media in response.content:
            types.append(
                media.type or (ANY if opened(media.content_type).endswith("json") else TEXT)
            )
    return union(types) if types else NONE


def _error_groups(operations: list[Operation]) -> dict[tuple[Response, ...], Name]:
    """Name the distinct sets of error responses, compared by what their descriptors hold."""
    groups: dict[tuple[Response, ...], Name] = {}
    for operation in operations:
        if (key := _descriptors(operation)) and key not in groups:
            groups[key] = Name("_ERRORS" if not groups else f"_ERRORS_{len(groups) + 1}")
    return groups


def _with_errors(operation: Operation, groups: dict[tuple[Response, ...], Name]) -> Operation:
    return replace(operation, errors=groups.get(_descriptors(operation)))


def _descriptors(operation: Operation) -> tuple[Response, ...]:
    return tuple(
        replace(
            response,
            description=Text(""),
            headers=(),
            content=tuple(replace(media, example=None) for media in response.content),
        )
        for response in operation.failures
    )


def _encodings(media: Node) -> Iterator[Encoding]:
    for name, node in described_entries(media.get("encoding")):
        explode = node.get("explode")
        yield Encoding(
            name=Text(name),
            content_type=text_of(node.get("contentType")) or None,
            style=_style(node),
            explode=explode.value is True if explode is not None else None,
            allow_reserved=_flag(node, "allowReserved"),
        )


def _location(node: Node) -> ParameterLocation | None:
    declared = node.text_of("in")
    return next(
        (location for location in get_args(ParameterLocation) if location == declared), None
    )


def _style(node: Node) -> ParameterStyle | None:
    declared = node.get("style")
    return next(
        (
            style
            for style in get_args(ParameterStyle)
            if declared is not None and declared.value == style
        ),
        None,
    )


def _server_urls(node: Node) -> list[Text]:
    return [text_of(server.get("url")) for server in elements(node.get("servers"))]


def _flag(node: Node, keyword: str) -> bool:
    found = node.get(keyword)
    return found is not None and found.value is True


def component_name(node: Node) -> Name | None:
    """Return the name of what stands under components, from which its inline schemas take theirs; else None."""
    match node.pointer:
        case ("components", _, str(key)):
            return naming.pascal(key)
        case _:
            return None


def described_entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield the entries of a mapping of named objects: those that are mappings themselves, without extensions."""
    return (
        (key, child)
        for key, child in entries(node)
        if child.is_mapping and not key.startswith("x-")
    )
