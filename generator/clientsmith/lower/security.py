"""Security schemes and requirements (OpenAPI 3.1, 4.8.27 and 4.8.30)."""

from __future__ import annotations

from collections.abc import Callable

from .. import naming
from ..api import Credential, SecurityScheme, Value
from ..diagnostics import Diagnostic
from ..document import Document, Node
from ..text import Code, Name, Text
from .nodes import description_of, text_of

Requirements = tuple[tuple[Text, ...], ...]

_DESCRIPTIONS = {
    "username": "The user name of HTTP Basic authentication.",
    "password": "The password of HTTP Basic authentication.",
    "token": "The bearer token.",
    "api_key": "The API key.",
    "client_id": "The client identifier of OAuth 2.0 (RFC 6749, 2.2).",
    "client_secret": "The client secret of OAuth 2.0 (RFC 6749, 2.3.1).",
}


def security_schemes(
    document: Document, prefix: Name, report: Callable[[Diagnostic], None]
) -> tuple[SecurityScheme, ...]:
    """Return the security schemes of the document, in its order, each with the configuration fields it needs.

    The second scheme that would need a field of the same name gets fields with its own key in front.
    """
    components = document.root.get("components")
    declared = components.get("securitySchemes") if components is not None else None
    if declared is None or not isinstance(declared.value, dict):
        return ()
    schemes: list[SecurityScheme] = []
    taken: set[Name] = set(map(Name, naming.CALL_OPTIONS))
    for key, node in declared.items():
        target = node.follow()
        described = _described(target)
        if described is None:
            report(
                Diagnostic(
                    "warning",
                    "this security scheme is of a kind that the client does not know, and is left to extra_headers",
                    target.location,
                    rule="unknown-security-scheme",
                )
            )
            continue
        kind, fields, arguments = described
        names = [Name(field) for field in fields]
        if taken.intersection(names):
            own = naming.snake(key, digit_prefix="scheme")
            names = [naming.distinct(Name(f"{own}_{field}"), taken) for field in fields]
        taken.update(names)
        credentials = tuple(
            Credential(name, Name(f"{prefix}_{name.upper()}"), Code(_DESCRIPTIONS[field]))
            for name, field in zip(names, fields, strict=True)
        )
        schemes.append(
            SecurityScheme(Text(key), Name(kind), credentials, arguments, description_of(target))
        )
    return tuple(schemes)


def _described(node: Node) -> tuple[str, tuple[str, ...], tuple[tuple[Name, Value], ...]] | None:
    """Return the runtime's class for a scheme, the credentials it takes and its other arguments."""
    scheme = node.value if isinstance(node.value, dict) else {}
    match scheme.get("type"), str(scheme.get("scheme", "")).lower():
        case "http", "basic":
            return "HttpBasic", ("username", "password"), ()
        case "http", "bearer":
            return "HttpBearer", ("token",), ()
        case "apiKey", _ if scheme.get("in") in ("header", "query", "cookie"):
            return (
                "ApiKey",
                ("api_key",),
                ((Name("name"), text_of(node["name"])), (Name("location"), text_of(node["in"]))),
            )
        case "oauth2", _:
            return _oauth2(node)
        case "openIdConnect", _:
            return "HttpBearer", ("token",), ()
        case _:
            return None


def _oauth2(node: Node) -> tuple[str, tuple[str, ...], tuple[tuple[Name, Value], ...]]:
    flows = node.get("flows")
    flow = flows.get("clientCredentials") if flows is not None else None
    if flow is None or flow.get("tokenUrl") is None:
        return "HttpBearer", ("token",), ()
    scopes = flow.get("scopes")
    named = (
        tuple(Text(key) for key in scopes.value)
        if scopes is not None and isinstance(scopes.value, dict)
        else ()
    )
    return (
        "OAuth2ClientCredentials",
        ("client_id", "client_secret"),
        ((Name("token_url"), text_of(flow["tokenUrl"])), (Name("scopes"), named)),
    )


def requirements(node: Node | None, known: frozenset[Text]) -> Requirements:
    """Return the alternatives of a `security` list: in each, the schemes that are needed together."""
    if node is None or not isinstance(node.value, list):
        return ()
    alternatives = (tuple(map(Text, item)) for item in node.value if isinstance(item, dict))
    return tuple(alternative for alternative in alternatives if known.issuperset(alternative))
