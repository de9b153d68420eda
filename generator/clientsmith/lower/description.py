"""What the fake of the API is made from: the operations, schemas and examples of the document as one JSON text.

It is the document without its prose, all of its files in one: references lead to the tables `schemas` and `responses`, and
each operation and parameter has the name that it has in Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from ..api import Operation, Parameter, Resource, Value, Waiting
from ..read.document import Node
from ..text import Text, opened
from .bare import Part, Tables
from .incoming import requests
from .kept import Kept
from .kinds import kind_of
from .nodes import (
    described_entries,
    elements,
    entries,
    flag,
    follow,
    followed_entries,
    is_extension,
    keywords,
)
from .operations import operation_nodes
from .paging import NAME as PAGING

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def describe(root: Node, resources: tuple[Resource, ...], kept: Kept) -> Text:
    """Return the description of an API as JSON.

    Args:
        root: the document.
        resources: its operations.
        kept: what its extensions say of the things that the service keeps.
    """
    tables = Tables()
    methods: dict[tuple[str, str], list[tuple[Resource, Operation]]] = {}
    for resource in resources:
        for operation in resource.operations:
            place = opened(operation.path), str(operation.method)
            methods.setdefault(place, []).append((resource, operation))
    operations = [
        {
            "names": [f"{resource.attribute}.{operation.name}" for resource, operation in named],
            **_operation(item, node, named[0][1], tables),
            **_kept(kept, node),
            **_sent(kept, node, tables),
        }
        for path, method, item, node in operation_nodes(root)
        if (named := methods.pop((path, method.upper()), None)) is not None
    ]
    things = {
        name: part
        | ({"schema": tables.reference(kept.schemas[name])} if name in kept.schemas else {})
        for name, part in kept.resources.items()
    }
    tables.finish()
    whole = {
        "servers": _servers(root),
        "security": _requirements(root.get("security")) or [],
        "schemes": dict(_schemes(root)),
        "operations": operations,
        "responses": tables.responses,
        "schemas": tables.schemas,
        "resources": things,
    }
    return Text(_laid_out(whole))


def _laid_out(whole: Part) -> str:
    """Return JSON that is small and that changes by lines: each operation, response and schema has one."""
    lines: list[str] = []
    for key, value in whole.items():
        if isinstance(value, list):
            inner = [_compact(each) for each in cast(list[object], value)]
            start, end = "[", "]"
        else:
            inner = [f"{_compact(name)}:{_compact(each)}" for name, each in value.items()]
            start, end = "{", "}"
        lines.append(f"{_compact(key)}:{start}" + ",".join(f"\n{each}" for each in inner) + end)
    return "{" + ",\n".join(lines) + "}"


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _kept(kept: Kept, node: Node) -> Part:
    found = kept.of(node)
    return {} if found is None else {"resource": found}


def _operation(item: Node, node: Node, operation: Operation, tables: Tables) -> Part:
    part: Part = {
        "id": opened(operation.id),
        "method": operation.method,
        "path": opened(operation.path),
        "parameters": _parameters(item, node, operation, tables),
        "responses": {
            status: tables.response(entry)
            for status, entry in described_entries(node.get("responses"))
            if not status.startswith("x-")
        },
    }
    entry = node.get("requestBody")
    body = follow(entry) if entry is not None else None
    if body is not None and body.is_mapping:
        part["body"] = {
            "required": flag(body, "required"),
            "content": tables.content(body.get("content")),
        }
    if (security := _requirements(node.get("security"))) is not None:
        part["security"] = security
    if servers := _servers(node) or _servers(item):
        part["servers"] = servers
    if operation.paging is not None:
        part["paging"] = keywords(node[PAGING])
    if operation.waits:
        part["waits"] = [_finished(waiting) for waiting in operation.waits]
    return part


def _finished(waiting: Waiting) -> Part:
    """Return where an answer says that what is waited for is there, and how."""
    said = {str(name): value for name, value in waiting.arguments}
    return {"field": _plain(said["field"]), "finished": _plain(said["finished"])}


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return opened(value) if isinstance(value, Text) else value


def _sent(kept: Kept, node: Node, tables: Tables) -> Part:
    callbacks = list(_callbacks(kept, node, tables))
    return {"callbacks": callbacks} if callbacks else {}


def _callbacks(kept: Kept, node: Node, tables: Tables) -> Iterator[Part]:
    """Yield the requests that an operation has the service send (OpenAPI 3.1, 4.8.18)."""
    for name, callback in followed_entries(node.get("callbacks")):
        for url, item in followed_entries(callback):
            for method, request in () if is_extension(url) else requests(item):
                part: Part = {"name": name, "url": url, "method": method.upper()}
                entry = request.get("requestBody")
                body = follow(entry) if entry is not None else None
                content = tables.content(body.get("content")) if body is not None else {}
                json_content = [one for one in content.items() if kind_of(one[0]) == "json"]
                for content_type, media in json_content[:1]:
                    part |= {"content_type": content_type, **media}
                yield part | kept.callback(request)


def _parameters(item: Node, node: Node, operation: Operation, tables: Tables) -> list[Part]:
    nodes: dict[tuple[str | None, str | None], Node] = {}
    for holder in (item, node):
        own: dict[tuple[str | None, str | None], Node] = {}
        for entry in elements(holder.get("parameters")):
            if (target := follow(entry)) is not None:
                own.setdefault((target.text_of("name"), target.text_of("in")), target)
        nodes |= own
    return [
        _parameter(parameter, nodes.get((opened(parameter.name), parameter.location)), tables)
        for parameter in operation.parameters
    ]


def _parameter(parameter: Parameter, node: Node | None, tables: Tables) -> Part:
    part: Part = {
        "argument": parameter.argument,
        "name": opened(parameter.name),
        "in": parameter.location,
        "required": parameter.required,
        "style": parameter.style,
        "explode": parameter.explode,
    }
    if node is not None and (schema := node.get("schema")) is not None:
        part["schema"] = tables.schema(schema)
    content = next(followed_entries(node.get("content")), None) if node is not None else None
    if content is not None:
        part["content_type"] = content[0]
        part["schema"] = tables.media_type(content[1]).get("schema", {})
    return part


def _servers(holder: Node) -> list[str]:
    """Return the URLs of servers with the defaults of their variables."""
    urls: list[str] = []
    for server in elements(holder.get("servers")):
        variables = server.get("variables")

        def value(match: re.Match[str], variables: Node | None = variables) -> str:
            declared = variables.get(match[1]) if variables is not None else None
            return (declared.text_of("default") if declared is not None else None) or match[0]

        urls.append(_VARIABLE.sub(value, server.text_of("url") or ""))
    return urls


def _requirements(security: Node | None) -> list[list[str]] | None:
    if security is None or not security.is_list:
        return None
    return [[name for name, _ in alternative.items()] for alternative in security.elements()]


def _schemes(root: Node) -> Iterator[tuple[str, Part]]:
    components = root.get("components")
    for name, scheme in followed_entries(components.get("securitySchemes") if components else None):
        part: Part = {
            keyword: text
            for keyword in ("type", "scheme", "in", "name")
            if (text := scheme.text_of(keyword)) is not None
        }
        urls = [
            url for _, flow in entries(scheme.get("flows")) if (url := flow.text_of("tokenUrl"))
        ]
        yield name, part | ({"token_urls": urls} if urls else {})
