"""Servers (OpenAPI 3.1, 4.8.5): those of the document, of paths and of operations, and what chooses among them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from .. import naming
from ..api import Server, ServerField, ServerVariable, Type
from ..literal import literal
from ..read.document import Node
from ..read.servers import VARIABLE, is_usable
from ..text import Code, Name, Text, opened
from .annotations import NONE, TEXT, union
from .nodes import description_of, documented, elements, text_of

_LONGEST_NAME = 40


class Servers:
    """Lowers servers, and gathers the fields of the configuration that they need.

    Args:
        taken: the names of the other fields.
    """

    def __init__(self, taken: set[Name]) -> None:
        self._taken = taken
        self._fields: dict[str, Name] = {}
        self._variables: dict[Name, list[ServerVariable]] = {}

    def of(self, holder: Node) -> tuple[Server, ...]:
        """Return the servers of a document, a path item or an operation; several have names of their own.

        A URL that begins with its host has the scheme of the document's own URL (RFC 3986, 4.2), which is taken to be https.
        """
        names: set[Name] = set()
        found: list[Server] = []
        for node in elements(holder.get("servers")):
            if not node.is_mapping:
                continue
            url = node.text_of("url")
            if url is None or not is_usable(url):
                continue
            name = naming.distinct(_name(node, url), names)
            names.add(name)
            found.append(
                Server(
                    name,
                    Text(f"https:{url}" if url.startswith("//") else url),
                    description_of(node),
                    tuple(self._of_url(node, url)),
                    node.location,
                )
            )
        return tuple(found) if len(found) != 1 else (replace(found[0], name=Name("")),)

    def fields(self, servers: tuple[Server, ...]) -> tuple[ServerField, ...]:
        """Return the fields of the configuration that the servers need; call it when all of them are lowered."""
        variables = tuple(_field(name, found) for name, found in self._variables.items())
        if len(servers) < 2:
            return variables
        names = ", ".join(literal(server.name) for server in servers)
        type_ = Type(Code(f"Literal[{names}]"), imports=(Name("Literal"),))
        text = f"The server to call, where base_url is not given. If None, it is {servers[0].name}."
        return (ServerField(Name("server"), union([type_, NONE]), Text(text)), *variables)

    def _of_url(self, node: Node, url: str) -> list[ServerVariable]:
        declared = node.get("variables")
        return [
            self._variable(name, declared.get(name) if declared is not None else None)
            for name in dict.fromkeys(VARIABLE.findall(url))
        ]

    def _variable(self, name: str, node: Node | None) -> ServerVariable:
        if name not in self._fields:
            own = naming.ascii_snake(name, digit_prefix="server")
            own = naming.distinct(own, self._taken, ("server",))
            self._taken.add(own)
            self._fields[name] = own
        values = (
            tuple(
                Text(value)
                for item in elements(node.get("enum"))
                if (value := item.text) is not None
            )
            if node is not None
            else ()
        )
        default = node.text_of("default") if node is not None else None
        if values and default is not None and Text(default) not in values:
            values += (Text(default),)
        variable = ServerVariable(
            name=Text(name),
            field=self._fields[name],
            default=Text(default) if default is not None else None,
            values=values,
            description=description_of(node) if node is not None else Text(""),
        )
        self._variables.setdefault(variable.field, []).append(variable)
        return variable


def _name(node: Node, url: str) -> Name:
    """Name a server by its name (OpenAPI 3.2), a short description, or its host."""
    described = opened(text_of(node.get("name")) or text_of(node.get("description")))
    if not described or len(described) > _LONGEST_NAME:
        described = urlsplit(VARIABLE.sub(r"\1", url)).hostname or "default"
    return naming.ascii_snake(described, digit_prefix="server")


def _field(name: Name, variables: list[ServerVariable]) -> ServerField:
    values = dict.fromkeys(value for variable in variables for value in variable.values)
    named = ", ".join(literal(value) for value in values)
    bounded = values and all(variable.values for variable in variables)
    type_ = Type(Code(f"Literal[{named}]"), imports=(Name("Literal"),)) if bounded else TEXT
    described = next((v.description for v in variables if v.description), Text(""))
    default = next((v.default for v in variables if v.default is not None), None)
    text = (
        opened(documented(described))
        or f"The variable {opened(variables[0].name)} of the server's URL."
    )
    assumed = f" If None, it is {opened(default) or 'empty'}." if default is not None else ""
    return ServerField(name, union([type_, NONE]), Text(text + assumed))
