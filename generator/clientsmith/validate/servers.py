"""Flaws of servers: URLs that are none, and variables without a description (OpenAPI 3.1, 4.8.5 and 4.8.6)."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import quoted
from ..read.document import Node
from ..read.servers import VARIABLE, is_usable

Found = tuple[str, Node, str, str | None]
"""Rule, place, message and hint."""


def server_flaws(holder: Node) -> Iterator[Found]:
    """Yield what is wrong with the servers of a document, a path item or an operation."""
    servers = holder.get("servers")
    for server in servers.elements() if servers is not None else ():
        url = server.text_of("url")
        if url is not None:
            yield from _url(server, url)
        variables = server.get("variables")
        for _, variable in variables.items() if variables is not None else ():
            yield from _variable(variable)


def _url(server: Node, url: str) -> Iterator[Found]:
    if not is_usable(url):
        message = f"{quoted(url)} is not a URL; the server is left out"
        yield "bad-server-url", server["url"], message, "see RFC 3986"
    variables = server.get("variables")
    for name in dict.fromkeys(VARIABLE.findall(url)):
        if variables is None or name not in variables:
            message = f"the variable {quoted(name)} of the server's URL is not described"
            hint = "describe it under 'variables', with a default"
            yield "undefined-server-variable", server["url"], message, hint


def _variable(variable: Node) -> Iterator[Found]:
    default, enum = variable.text_of("default"), variable.get("enum")
    values = [value.text for value in enum.elements()] if enum is not None else []
    if values and default is not None and default not in values:
        message = f"the default {quoted(default)} is not in the enum of the variable"
        yield "wrong-default", variable["default"], message, None
