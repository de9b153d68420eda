"""Path items and operations (OpenAPI 3.1, 4.8.9 and 4.8.10) as methods of resource classes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from .. import naming
from ..api import Operation, Parameter, Resource, Server
from ..diagnostics import Diagnostic
from ..read.document import Node
from ..text import Name, Text, opened
from .annotations import Annotations
from .bodies import ARGUMENT, lower_body
from .incoming import IncomingRequests
from .media import MediaTypes
from .methods import AddedMethods, Lowered
from .nodes import (
    described_entries,
    description_of,
    elements,
    extensions_of,
    flag,
    follow,
    identity,
    is_extension,
    text_of,
)
from .parameters import Parameters
from .responses import (
    Responses,
    error_groups,
    is_download,
    is_streamed,
    listed,
    result_text,
    result_type,
    with_errors,
)
from .schemas import Schemas
from .security import Security
from .servers import Servers

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_UNTAGGED = "default"
_METHOD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_RETRY = {"always": True, "never": False, "by-method": None}
_RESERVED = frozenset({"self", "options", "poll_interval", *naming.CALL_OPTIONS})


class Operations:
    """Lowers the operations of a document, one tag at a time."""

    def __init__(
        self,
        schemas: Schemas,
        security: Security,
        servers: Servers,
        report: Callable[[Diagnostic], None],
    ) -> None:
        annotations = Annotations(schemas.definitions, schemas.texts)
        self._schemas = schemas
        self._parameters = Parameters(schemas, annotations)
        self._media_types = MediaTypes(schemas, annotations)
        self._responses = Responses(schemas, annotations, self._media_types)
        self._security = security
        self._servers = servers
        self._added = AddedMethods(schemas, annotations, report)
        self._report = report
        self._urls: tuple[Text, ...] = ()
        self.incoming = IncomingRequests(schemas, annotations)

    def resources(self, root: Node, servers: tuple[Server, ...]) -> tuple[Resource, ...]:
        """Return the resources: the document's tags in its order, then those that only operations name.

        An operation is lowered once, and is a method of each of its tags.

        Args:
            root: the document.
            servers: its own servers.
        """
        self._urls = tuple(server.url for server in servers)
        descriptions = {
            name: description_of(tag)
            for tag in elements(root.get("tags"))
            if (name := tag.text_of("name")) is not None
        }
        groups: dict[str, list[Lowered]] = {name: [] for name in descriptions}
        descriptions.setdefault(_UNTAGGED, Text("The operations that have no tag."))
        taken: dict[str, set[Name]] = {}
        bases: set[Name] = set()
        for path, method, item, node in operation_nodes(root):
            tags = _tags(node)
            identifier = text_of(node.get("operationId")) or Text(f"{method.lower()} {path}")
            name = _method_name(
                identifier, method, path, [taken.setdefault(t, set()) for t in tags]
            )
            base = naming.pascal(name)
            if base in bases:
                base = naming.distinct(naming.pascal(f"{tags[0]} {name}"), bases)
            bases.add(base)
            operation = self._operation(identifier, name, base, path, method, item, node)
            for tag in tags:
                taken[tag].add(name)
                groups.setdefault(tag, []).append(Lowered(operation, node))
        self._added.add(groups)
        lowered = {tag: [one.operation for one in group] for tag, group in groups.items()}
        described = {tag.text_of("name"): tag for tag in elements(root.get("tags"))}
        return tuple(
            _at(resource, described.get(opened(resource.tag)))
            for resource in resources_of(lowered, descriptions)
        )

    def _operation(
        self,
        identifier: Text,
        name: Name,
        base: Name,
        path: str,
        method: str,
        item: Node,
        node: Node,
    ) -> Operation:
        self._schemas.within = identity(node)
        body = lower_body(node, base, self._media_types)
        responses = self._responses.lower(node, base, method)
        successes = [response for response in responses if response.error is None]
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
            deprecated=flag(node, "deprecated"),
            parameters=self._arguments(path, item, node, base, body_given=body is not None),
            body=body,
            responses=responses,
            errors=None,
            returns=result_type(successes, asynchronous=False),
            async_returns=result_type(successes, asynchronous=True),
            returned=result_text(successes),
            download=is_download(successes),
            streamed=is_streamed(successes),
            retry=self._retry(node) if "x-retry" in node else self._retry(item),
            security=None if security is None else self._security.requirements(security),
            servers=self._own_servers(item, node),
            callbacks=self.incoming.callbacks(node, name),
            source=node.location,
            extensions=extensions_of(item, node),
        )

    def _arguments(
        self, path: str, item: Node, node: Node, base: Name, *, body_given: bool
    ) -> tuple[Parameter, ...]:
        of_body = {ARGUMENT, "content_type"} if body_given else set[str]()
        return self._parameters.lower(path, item, node, base, _RESERVED | of_body)

    def _own_servers(self, item: Node, node: Node) -> tuple[Server, ...]:
        """Return the servers of an operation, or of its path; none if they are those of the document."""
        servers = self._servers.of(node) or self._servers.of(item)
        return () if tuple(server.url for server in servers) == self._urls else servers

    def _retry(self, holder: Node) -> bool | None:
        """Return what the extension `x-retry` says."""
        stated = holder.get("x-retry")
        if stated is None:
            return None
        if isinstance(stated.value, str) and stated.value in _RETRY:
            return _RETRY[stated.value]
        self._report(
            Diagnostic(
                "warning",
                "x-retry is neither always, never nor by-method; the HTTP method decides",
                stated.location,
                rule="bad-extension",
            )
        )
        return None


def _tags(node: Node) -> list[str]:
    """Return the tags of an operation, each once; one that has none is of the resource of those without."""
    stated = [text for tag in elements(node.get("tags")) if (text := tag.text) is not None]
    return list(dict.fromkeys(stated)) or [_UNTAGGED]


def _method_name(identifier: Text, method: str, path: str, taken: list[set[Name]]) -> Name:
    """Name a method; where another has the name, by its own HTTP method and path, so that no further operation changes it."""
    name = naming.snake(identifier, digit_prefix="operation", reserved=naming.RESOURCE_MEMBERS)
    place = naming.snake(f"{method} {path}", digit_prefix="operation")
    qualifiers = () if place == name else (place,)
    return naming.distinct(name, set[Name]().union(*taken), qualifiers, f"{method} {path}")


def operation_nodes(root: Node) -> Iterator[tuple[str, str, Node, Node]]:
    """Yield path, method, path item and operation of each operation, those of a path in the order of `METHODS`.

    A path that does not begin with a slash is taken to mean it.
    """
    for key, entry in described_entries(root.get("paths")):
        if is_extension(key):
            continue
        path = key if key.startswith("/") else f"/{key}"
        item = follow(entry) or entry
        for method in METHODS:
            node = item.get(method)
            if node is not None and node.is_mapping:
                yield path, method, item, node
        for method, node in described_entries(item.get("additionalOperations")):
            if _METHOD.fullmatch(method):
                yield path, method, item, node


def resources_of(
    groups: Mapping[str, list[Operation]], descriptions: Mapping[str, Text]
) -> tuple[Resource, ...]:
    """Return a resource for each group that has operations.

    Args:
        groups: the operations, by the tag or another label that the resource is named after.
        descriptions: what some of the labels mean.
    """
    resources: list[Resource] = []
    attributes: set[Name] = set()
    classes: set[Name] = set()
    for tag, operations in groups.items():
        if not operations:
            continue
        wanted = naming.snake(tag, digit_prefix="tag")
        attribute = naming.snake(tag, digit_prefix="tag", reserved=naming.CLIENT_MEMBERS)
        attribute = naming.distinct(attribute, attributes, (), tag)
        attributes.add(attribute)
        named_after = tag if attribute.rstrip("_") == wanted.rstrip("_") else attribute
        class_name = Name(f"{naming.pascal(named_after, digit_prefix='Tag')}Api")
        while not classes.isdisjoint({class_name, f"Async{class_name}"}):
            class_name = Name(f"{class_name.removesuffix('Api')}_Api")
        classes |= {class_name, Name(f"Async{class_name}")}
        errors = error_groups(operations)
        resources.append(
            Resource(
                tag=Text(tag),
                attribute=attribute,
                module=naming.module(attribute.rstrip("_")),
                class_name=class_name,
                async_class_name=Name(f"Async{class_name}"),
                description=descriptions.get(tag, Text("")),
                operations=tuple(with_errors(operation, errors) for operation in operations),
                errors=listed(errors),
            )
        )
    return tuple(resources)


def _at(resource: Resource, tag: Node | None) -> Resource:
    """Return a resource with what the document says where it describes its tag, if it does (OpenAPI 3.1, 4.8.22)."""
    if tag is None:
        return resource
    return replace(resource, source=tag.location, extensions=extensions_of(tag))
