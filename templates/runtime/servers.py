"""Servers: where the paths of operations are appended to (OpenAPI 3.1, section 4.8.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from .errors import RequestValidationError

_EXPRESSION = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable of a server's URL (OpenAPI 3.1, section 4.8.6).

    Attributes:
        name: Its name in the URL.
        field: The field of the configuration that sets it.
        default: Its value when that field is None; None if it must be set.
        values: The values that it may have; empty for any.
    """

    name: str
    field: str
    default: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the document.

    Attributes:
        url: Its URL, with variables in braces. A relative one needs a base URL.
        name: What the configuration calls it.
        variables: The variables of the URL.
    """

    url: str
    name: str = ""
    variables: tuple[ServerVariable, ...] = ()

    def expanded(self, fields: Mapping[str, Any]) -> str:
        """Return the URL with the values of its variables.

        Args:
            fields: The fields of the configuration.

        Raises:
            RequestValidationError: A variable has no value, or one that it may not have.
        """
        values = {variable.name: _value(variable, fields) for variable in self.variables}
        return _EXPRESSION.sub(lambda match: values.get(match[1], match[0]), self.url)


def problem_of(url: str) -> str | None:
    """Return what is wrong with the URL of a server, or None."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"it is no URL: {error}"
    if parts.scheme not in ("http", "https"):
        return "it must begin with https:// or http://"
    if not parts.hostname or port == 0 or any(letter <= " " or letter == "\x7f" for letter in url):
        return "it is no URL of a server"
    if "@" in parts.netloc:
        return "it must not carry a user name or a password: give credentials as arguments"
    return None


def server_url(servers: Sequence[Server], base_url: str | None, fields: Mapping[str, Any]) -> str:
    """Return the URL of the server to use.

    Args:
        servers: The servers; the one that the field `server` names is taken, or else the first one.
        base_url: What the caller gave in its place. If it has no path, that of a relative server is appended.
        fields: The fields of the configuration.

    Returns:
        The URL; a relative one if the only server is relative and there is no base URL; "" if there is none at all.

    Raises:
        RequestValidationError: A variable of the server has no value, or one that it may not have.
    """
    if not servers or (base_url is not None and urlsplit(base_url).path.strip("/")):
        return base_url or ""
    wanted = fields.get("server")
    chosen = next((server for server in servers if wanted and server.name == wanted), servers[0])
    if base_url is None:
        return chosen.expanded(fields)
    return base_url if "://" in chosen.url else urljoin(base_url, chosen.expanded(fields))


def _value(variable: ServerVariable, fields: Mapping[str, Any]) -> str:
    value = fields.get(variable.field)
    if value is None:
        value = variable.default
    if value is None:
        raise RequestValidationError(f"{variable.field}: it is needed in the server's URL")
    if variable.values and value not in variable.values:
        allowed = ", ".join(repr(one) for one in variable.values)
        raise RequestValidationError(f"{variable.field} is {value!r}; it must be one of {allowed}")
    return str(value)
