"""Who calls: the security schemes of the document, and the choice among them for an operation.

A scheme is data. It names the fields of the configuration that hold its credentials, and turns their values into what a
request carries. What asks for a token first is in `tokens`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from .errors import RequestValidationError
from .secrecy import secret_values

if TYPE_CHECKING:
    from .configuration import BaseConfiguration

Security = tuple[tuple[str, ...], ...]
"""Alternatives, each the names of schemes that are used together (OpenAPI 3.1, section 4.8.30)."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request carries to say who sends it. Nothing of it is ever printed.

    Attributes:
        headers: Header fields.
        query: Query parameters.
        cookies: Cookies.
        grants: Access tokens that are asked for first.
        secrets: What of it a text of the service must not be seen to repeat.
    """

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    grants: tuple[Grant, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)


ANONYMOUS = Credentials()


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to ask for access tokens (RFC 6749, section 4.4).

    Attributes:
        token_url: The token endpoint.
        client_id, client_secret: The client's credentials.
        scopes: What the token should allow.
    """

    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpBasic:
    """User name and password in the Authorization header (RFC 7617).

    Attributes:
        username, password: The fields of the configuration that hold them.
    """

    username: str = "username"
    password: str = "password"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the configuration that the scheme needs."""
        return (self.username, self.password)

    def credentials(self, values: Mapping[str, str]) -> Credentials:
        """Return what a request carries.

        Raises:
            RequestValidationError: The user name contains a colon, which the scheme cannot express.
        """
        if ":" in values[self.username]:
            raise RequestValidationError(
                f"{self.username} must not contain a colon (RFC 7617, section 2)"
            )
        return Credentials(headers=(basic(values[self.username], values[self.password]),))


@dataclass(frozen=True, slots=True)
class HttpBearer:
    """A token that the caller has, in the Authorization header (RFC 6750, section 2.1)."""

    token: str = "token"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the configuration that the scheme needs."""
        return (self.token,)

    def credentials(self, values: Mapping[str, str]) -> Credentials:
        """Return what a request carries."""
        return Credentials(headers=(("Authorization", f"Bearer {_one_line(self.token, values)}"),))


@dataclass(frozen=True, slots=True)
class HttpAuthorization:
    """What the caller has for another scheme of the Authorization header (RFC 9110, section 11.4).

    Attributes:
        value: The field of the configuration that holds what stands behind the scheme's name.
        scheme: The name of the scheme.
    """

    value: str = "authorization"
    scheme: str = field(kw_only=True)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the configuration that the scheme needs."""
        return (self.value,)

    def credentials(self, values: Mapping[str, str]) -> Credentials:
        """Return what a request carries."""
        text = f"{self.scheme} {_one_line(self.value, values)}"
        return Credentials(headers=(("Authorization", text),))


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key in a header, a query parameter or a cookie (OpenAPI 3.1, section 4.8.27).

    Attributes:
        key: The field of the configuration that holds it.
        name: The name on the wire.
        location: Where the key is sent.
    """

    key: str = "api_key"
    name: str = field(kw_only=True)
    location: Literal["header", "query", "cookie"] = field(kw_only=True)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the configuration that the scheme needs."""
        return (self.key,)

    def credentials(self, values: Mapping[str, str]) -> Credentials:
        """Return what a request carries."""
        pair = ((self.name, _one_line(self.key, values)),)
        if self.location == "header":
            return Credentials(headers=pair)
        return Credentials(query=pair) if self.location == "query" else Credentials(cookies=pair)


@dataclass(frozen=True, slots=True)
class OAuth2ClientCredentials:
    """An access token that the client gets with credentials of its own (RFC 6749, section 4.4).

    Attributes:
        client_id, client_secret: The fields of the configuration that hold the credentials.
        token_url: The token endpoint; a relative one is resolved against the server's URL.
        scopes: What the token should allow.
    """

    client_id: str = "client_id"
    client_secret: str = "client_secret"
    token_url: str = field(kw_only=True)
    scopes: Sequence[str] = field(default=(), kw_only=True)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the configuration that the scheme needs."""
        return (self.client_id, self.client_secret)

    def credentials(self, values: Mapping[str, str]) -> Credentials:
        """Return what a request carries."""
        grant = Grant(
            self.token_url, values[self.client_id], values[self.client_secret], tuple(self.scopes)
        )
        return Credentials(grants=(grant,))


SecurityScheme = HttpBasic | HttpBearer | HttpAuthorization | ApiKey | OAuth2ClientCredentials


def choose(security: Security, configuration: BaseConfiguration) -> Credentials:
    """Return the credentials for an operation.

    The first alternative whose credentials were all given is taken; if there is none, the first one that the environment
    completes; and if there is none either, anonymous access where the document allows it.

    Args:
        security: The operation's alternatives; none, or an empty one, is anonymous access.
        configuration: Has the credentials and the schemes.

    Raises:
        RequestValidationError: No alternative is satisfied. The message names what to set.
    """
    schemes = configuration.security_schemes
    from_environment: tuple[str, ...] | None = None
    for alternative in security:
        if not alternative or not schemes.keys() >= set(alternative):
            continue
        found = [
            configuration.credential(name)
            for scheme in alternative
            for name in schemes[scheme].fields
        ]
        given = [credential for credential in found if credential is not None]
        if len(given) == len(found):
            if all(credential.explicit for credential in given):
                return _combined(alternative, configuration)
            from_environment = from_environment or alternative
    if from_environment is not None:
        return _combined(from_environment, configuration)
    if not security or () in security:
        return ANONYMOUS
    raise RequestValidationError(_what_to_set(security, configuration))


def _combined(alternative: tuple[str, ...], configuration: BaseConfiguration) -> Credentials:
    parts: list[Credentials] = []
    secrets: list[str] = []
    for name in alternative:
        scheme = configuration.security_schemes[name]
        found = {key: configuration.credential(key) for key in scheme.fields}
        values = {key: value.value for key, value in found.items() if value}
        part = scheme.credentials(values)
        secrets += [values[scheme.fields[-1]], *secret_values(part.headers)]
        if configuration.token_url is not None:
            grants = (replace(grant, token_url=configuration.token_url) for grant in part.grants)
            part = replace(part, grants=tuple(grants))
        parts.append(part)
    return Credentials(
        headers=tuple(pair for part in parts for pair in part.headers),
        query=tuple(pair for part in parts for pair in part.query),
        cookies=tuple(pair for part in parts for pair in part.cookies),
        grants=tuple(grant for part in parts for grant in part.grants),
        secrets=tuple(secrets),
    )


def _what_to_set(security: Security, configuration: BaseConfiguration) -> str:
    schemes = configuration.security_schemes
    ways: list[str] = []
    for alternative in security:
        unknown = [scheme for scheme in alternative if scheme not in schemes]
        if unknown:
            ways.append(
                f"what the scheme {unknown[0]} asks for, in extra_headers or by an http_client of your own"
            )
            continue
        fields = [name for scheme in alternative for name in schemes[scheme].fields]
        variables = [configuration.environment_variable(name) for name in fields]
        ways.append(f"{' and '.join(fields)} (or {' and '.join(variables)} in the environment)")
    return f"no credentials: give {', or '.join(dict.fromkeys(ways))}"


def basic(username: str, password: str) -> tuple[str, str]:
    """Return the header field of HTTP Basic (RFC 7617)."""
    return "Authorization", "Basic " + b64encode(f"{username}:{password}".encode()).decode("ascii")


def _one_line(name: str, values: Mapping[str, str]) -> str:
    value = values[name].strip()
    if not value.isprintable() or not value.isascii():
        raise RequestValidationError(
            f"{name} contains a line break or something else that a request cannot carry"
        )
    return value
