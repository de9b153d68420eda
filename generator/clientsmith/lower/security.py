"""Security schemes and requirements (OpenAPI 3.1, 4.8.27 and 4.8.30)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from .. import naming
from ..api import Credential, ForeignScheme, SecurityScheme, Value
from ..diagnostics import Diagnostic
from ..read.document import Document, Node
from ..read.security import scheme_key
from ..text import Code, Name, Text, opened
from .nodes import described_entries, description_of, entries, followed_entries, text_of

Requirements = tuple[tuple[Text, ...], ...]

_DESCRIPTIONS = {
    "username": "The user name of HTTP Basic authentication.",
    "password": "The password of HTTP Basic authentication.",
    "token": "The bearer token.",
    "access_token": "The OAuth 2.0 access token (RFC 6749, 1.4).",
    "client_id": "The client identifier of OAuth 2.0 (RFC 6749, 2.2).",
    "client_secret": "The client secret of OAuth 2.0 (RFC 6749, 2.3.1).",
}
_FLOWS = ("implicit", "password", "clientCredentials", "authorizationCode", "deviceAuthorization")
_CHALLENGED = frozenset(
    {"digest", "ntlm", "scram-sha-1", "scram-sha-256", "mutual", "hoba", "dpop"}
)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to satisfy a scheme: the runtime's class, the credentials it takes and its other arguments."""

    kind: str
    fields: tuple[str, ...]
    arguments: tuple[tuple[Name, Value], ...] = ()
    suffix: str = ""


class Security:
    """The security schemes of a document.

    The second scheme that would need a field of the same name gets fields with its own key in front.

    Args:
        document: the document.
        prefix: what the environment variables begin with.
        report: is told of what the client cannot do.

    Attributes:
        schemes: the schemes, in the document's order; one that can be satisfied in two ways stands there twice.
        foreign: the schemes that the client leaves to its user.
        taken: the names of the fields of the configuration.
    """

    def __init__(
        self, document: Document, prefix: Name, report: Callable[[Diagnostic], None]
    ) -> None:
        self.taken: set[Name] = set(map(Name, naming.CONFIGURATION_FIELDS))
        self._prefix = prefix
        self._report = report
        self._keys: dict[str, tuple[Text, ...]] = {}
        schemes: list[SecurityScheme] = []
        foreign: list[ForeignScheme] = []
        components = document.root.get("components")
        declared = components.get("securitySchemes") if components is not None else None
        for key, target in followed_entries(declared):
            found = [self._scheme(key, way, target) for way in self._ways(target)]
            schemes += found
            self._keys[key] = tuple(scheme.key for scheme in found)
            if not found:
                certificate = target.text_of("type") == "mutualTLS"
                foreign.append(ForeignScheme(Text(key), certificate, description_of(target)))
        self.schemes = tuple(schemes)
        self.foreign = tuple(foreign)

    def requirements(self, node: Node | None) -> Requirements:
        """Return the alternatives of a `security` list: in each, the schemes that are needed together.

        A scheme that is left to the client's user asks nothing of the client.
        """
        if node is None or not isinstance(node.value, list):
            return ()
        alternatives: dict[tuple[Text, ...], None] = {}
        for item in node.value:
            if isinstance(item, dict):
                found = [scheme_key(node.document, name) for name in item]
                ways = [keys for key in found if (keys := self._keys.get(key))]
                alternatives.update(dict.fromkeys(product(*ways)))
        return tuple(alternatives)

    def _scheme(self, key: str, way: _Way, node: Node) -> SecurityScheme:
        names = [Name(field) for field in way.fields]
        if self.taken.intersection(names):
            names = [self._qualified(key, field) for field in way.fields]
        self.taken.update(names)
        credentials = tuple(
            Credential(name, Name(f"{self._prefix}_{name.upper()}"), _described(field, way))
            for name, field in zip(names, way.fields, strict=True)
        )
        return SecurityScheme(
            Text(key + way.suffix),
            Name(way.kind),
            credentials,
            way.arguments,
            description_of(node),
            node.location,
        )

    def _qualified(self, key: str, field: str) -> Name:
        own = naming.ascii_snake(key, digit_prefix="scheme")
        if own != field and own.endswith(f"_{field}"):
            return naming.distinct(own, self.taken)
        return naming.distinct(Name(f"{own.rstrip('_')}_{field}"), self.taken)

    def _ways(self, node: Node) -> Iterator[_Way]:
        scheme = (node.text_of("scheme") or "").lower()
        location, name = node.text_of("in"), node.text_of("name")
        match node.text_of("type"), scheme:
            case "http", "basic":
                yield _Way("HttpBasic", ("username", "password"))
            case "http", "bearer":
                yield _Way("HttpBearer", ("token",))
            case "http", _ if scheme:
                if scheme in _CHALLENGED:
                    self._tell(node, "the client does not answer the challenges of this scheme")
                named = (Name("scheme"), text_of(node.get("scheme")))
                yield _Way("HttpAuthorization", ("authorization",), (named,))
            case "apiKey", _ if location in ("header", "query", "cookie") and name is not None:
                sent = (Name("name"), Text(name)), (Name("location"), Text(location))
                yield _Way("ApiKey", ("api_key",), sent)
            case "oauth2", _:
                yield from _oauth2(node)
            case "openIdConnect", _:
                yield _Way("HttpBearer", ("access_token",))
            case "mutualTLS", _:
                return
            case _:
                self._tell(node, "this security scheme is of a kind that the client does not know")

    def _tell(self, node: Node, message: str) -> None:
        hint = "callers give what it needs in extra_headers, or by an http_client of their own"
        self._report(
            Diagnostic("note", message, node.location, hint, rule="foreign-security-scheme")
        )


def _described(field: str, way: _Way) -> Text | Code:
    """Say what a credential is, and where it goes if that tells it from others."""
    said = dict(way.arguments)
    name, location, scheme = (said.get(Name(key)) for key in ("name", "location", "scheme"))
    if isinstance(name, Text) and isinstance(location, Text):
        place = {"query": "query parameter"}.get(opened(location), opened(location))
        return Text(f"The API key, sent as the {place} {opened(name)}.")
    if isinstance(scheme, Text):
        return Text(f"What the Authorization header holds behind {opened(scheme)}.")
    return Code(_DESCRIPTIONS[field])


def _oauth2(node: Node) -> Iterator[_Way]:
    """Yield how an access token is had: by the client's own credentials, or from the caller."""
    flows = node.get("flows")
    flow = flows.get("clientCredentials") if flows is not None else None
    token_url = text_of(flow.get("tokenUrl")) if flow is not None else Text("")
    if flow is None or not token_url:
        yield _Way("HttpBearer", ("access_token",))
        return
    scopes = tuple(Text(key) for key, _ in entries(flow.get("scopes")))
    arguments = (Name("token_url"), token_url), (Name("scopes"), scopes)
    yield _Way("OAuth2ClientCredentials", ("client_id", "client_secret"), arguments)
    if any(key in _FLOWS and key != "clientCredentials" for key, _ in described_entries(flows)):
        yield _Way("HttpBearer", ("access_token",), suffix=" (access token)")
