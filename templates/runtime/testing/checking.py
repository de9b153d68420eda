"""Whether a request is one that the document allows, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..headers import Headers
from ..media_types import essence, matching
from ..operation import MediaType
from .description import Description, Operation, Route, decoded
from .messages import Call, Incoming
from .reading import MISSING, Pairs, cookie_pairs, query_pairs, read_body, read_parameter

_SECRETS = frozenset({"authorization", "proxy-authorization", "cookie"})


@dataclass
class Checked:
    """A request that was looked at.

    Attributes:
        call: What it means, with its problems.
        operation: What it is for; None if it cannot be told.
        status: The status that it calls for if it has problems.
        prefix: The path of the server, which stands before that of the operation.
        values: The values of its parameters, by their names in the document.
        headers: Header fields that the answer needs.
    """

    call: Call
    operation: Operation | None = None
    status: int = 200
    prefix: str = ""
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def refuse(self, status: int, problem: str) -> None:
        """Note a problem; the first one decides the status."""
        if not self.call.problems:
            self.status = status
        self.call.problems.append(problem)


def check(description: Description, request: Incoming) -> Checked:
    """Return what a request means, and what the document does not allow about it.

    Args:
        description: The document.
        request: The request.
    """
    headers = _without_secrets(description, request.headers)
    checked = Checked(Call("", request.method, decoded(request.path), headers=headers))
    route = description.route(request.path)
    if route is None:
        checked.refuse(404, f"no operation of the API has the path {request.path}")
        return checked
    operation = route.operations.get(request.method)
    if operation is None and request.method == "HEAD":
        operation = route.operations.get("GET")
    if operation is None:
        allowed = ", ".join(sorted(route.operations))
        checked.headers["Allow"] = allowed
        checked.refuse(405, f"{request.method} is not allowed at this path; {allowed} is")
        return checked
    checked.operation, checked.prefix = operation, route.prefix
    checked.call.operation = operation.name
    pairs = query_pairs(request.query)
    if not _is_authorised(description, operation, request.headers, dict(pairs)):
        schemes = " or ".join(" with ".join(each) for each in operation.security)
        checked.headers["WWW-Authenticate"] = _challenge(description, operation)
        checked.refuse(401, f"it has no credentials; {schemes} is needed")
    _check_parameters(description, operation, route, request, pairs, checked)
    _check_body(description, operation, request, checked)
    return checked


def _check_parameters(
    description: Description,
    operation: Operation,
    route: Route,
    request: Incoming,
    pairs: Pairs,
    checked: Checked,
) -> None:
    schemas = description.schemas
    for parameter in operation.parameters:
        name, location = parameter["name"], parameter["in"]
        sent = cookie_pairs(request.headers) if location == "cookie" else pairs
        if location == "querystring":
            value = _whole_query(parameter, request.query, description)
        else:
            value = read_parameter(parameter, schemas, route.texts, sent, request.headers)
        where = f"the {location} parameter {name}"
        if value is MISSING:
            if parameter["required"]:
                checked.refuse(400, f"{where}: it is required")
            continue
        if location == "path" or name not in checked.values:
            checked.values[name] = value
        checked.call.arguments[parameter["argument"]] = value
        for problem in schemas.problems(parameter.get("schema"), value, "request"):
            checked.refuse(400, f"{where}: {problem}")


def _whole_query(parameter: Mapping[str, Any], query: str, description: Description) -> Any:
    """Return the value of a parameter that is the query as a whole (OpenAPI 3.2, 4.12.2.3)."""
    if not query:
        return MISSING
    kind = str(parameter.get("content_type", ""))
    text = query if "form" in kind else decoded(query)
    try:
        return read_body(kind, text.encode(), parameter, description.schemas)
    except ValueError:
        return text


def _check_body(
    description: Description, operation: Operation, request: Incoming, checked: Checked
) -> None:
    body = operation.body
    came = request.headers.get("content-type", "")
    if not request.body:
        if body is not None and body["required"]:
            checked.refuse(400, "the body: it is required")
        return
    checked.call.body = request.body
    if body is None:
        return
    content: Mapping[str, Any] = body["content"]
    media = matching([MediaType(name) for name in content], came)
    if media is None:
        named = f"{essence(came)!r}" if came else "missing"
        checked.refuse(415, f"the Content-Type is {named}; {' or '.join(content)} is needed")
        return
    described = content[media.content_type]
    try:
        value = read_body(came, request.body, described, description.schemas)
    except (ValueError, LookupError) as error:
        checked.refuse(400, f"the body cannot be read as {essence(came)}: {error}")
        return
    checked.call.body = value
    if isinstance(value, bytes):
        return
    for problem in description.schemas.problems(described.get("schema"), value, "request"):
        checked.refuse(400, f"the body: {problem}")


def _is_authorised(
    description: Description, operation: Operation, headers: Headers, query: Mapping[str, str]
) -> bool:
    """Return whether a request has what some security requirement asks for (OpenAPI 3.1, 4.8.30); any values will do."""
    if not operation.security:
        return True

    def has(name: str) -> bool:
        scheme = description.schemes.get(name, {})
        if scheme.get("type") == "apiKey":
            cookies = dict(cookie_pairs(headers))
            sent: Mapping[str, Mapping[str, str]] = {
                "header": headers,
                "query": query,
                "cookie": cookies,
            }
            return scheme.get("name", "") in sent.get(scheme.get("in", ""), {})
        wanted = _authorization(scheme)
        return not wanted or headers.get("authorization", "").lower().startswith(f"{wanted} ")

    return any(all(has(name) for name in alternative) for alternative in operation.security)


def _authorization(scheme: Mapping[str, Any]) -> str:
    """Return the scheme of the Authorization header, "" for a security scheme that does not use it."""
    kind = scheme.get("type")
    if kind == "http":
        return str(scheme.get("scheme", "")).lower()
    return "bearer" if kind in ("oauth2", "openIdConnect") else ""


def _challenge(description: Description, operation: Operation) -> str:
    names = [name for alternative in operation.security for name in alternative]
    found = (_authorization(description.schemes.get(name, {})) for name in names)
    return ", ".join(dict.fromkeys(name.capitalize() for name in found if name)) or "Unknown"


def _without_secrets(description: Description, headers: Headers) -> Headers:
    keys = {
        scheme.get("name", "").lower()
        for scheme in description.schemes.values()
        if scheme.get("in") == "header"
    }
    return Headers(list(_kept(headers, _SECRETS | keys)))


def _kept(headers: Headers, secrets: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name, value in headers.pairs:
        yield name, "..." if name.lower() in secrets else value
