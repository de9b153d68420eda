"""The configuration of a client: where the service is, who calls it, and how patiently."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self
from urllib.parse import urljoin

from .errors import RequestValidationError
from .extras import require
from .options import IdempotencyKey, RetryPolicy, Timeout, check_bounds
from .servers import Server, problem_of, server_url

if TYPE_CHECKING:
    import ssl

    import httpx2

    from .auth import SecurityScheme
    from .hooks import Hooks
    from .telemetry import Telemetry


class Credential(NamedTuple):
    """A credential's value, and whether the caller gave it (or the environment did)."""

    value: str
    explicit: bool


@dataclass(frozen=True, kw_only=True)
class BaseConfiguration:
    """What every client can be told. A generated package adds the fields of its credentials.

    Attributes:
        base_url: the server; the document's own if not given. If it has no path, that of a relative server of the
            document is appended.
        timeout: seconds for an attempt, or a `Timeout`, or None for no limit.
        deadline: seconds for a whole call, retries and waiting included, or None for no limit.
        max_retries: how many times a failed attempt is repeated at most.
        retry: how long to wait between attempts, and which statuses are retried.
        extra_headers: headers sent with every request; they may hold secrets and are never printed.
        extra_query: query parameters sent with every request; never printed either.
        extra_body: properties added to every JSON or form body.
        idempotency_key: best a function, such as `lambda: str(uuid.uuid4())`, which gives every call by POST or
            PATCH a key of its own and so makes it safe to repeat.
        token_url: the OAuth 2 token endpoint, in place of the document's.
        allow_insecure_http: whether plain http may be used for a host that is not this machine.
        max_response_bytes: the most that a response read into memory may hold once decompressed; a
            download is streamed and has no bound.
        max_connections: the most connections at a time; None is no limit.
        max_keepalive_connections: the most idle connections kept for later; None is no limit. The `aiohttp`
            transport keeps as many as there may be.
        keepalive_expiry: seconds that an idle connection is kept; None is no limit.
        http2: whether to use HTTP/2 where the server can; needs the `http2` extra.
        transport: "aiohttp" for a faster asynchronous client; needs the `aiohttp` extra.
        ssl_context: which certificates are trusted, and the client's own if it has one; those of the system
            if not given. Make it with `ssl.create_default_context()`.
        proxy: the URL of a proxy for every request, with its user name and password if it asks for them; never
            printed. If not given, HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY of the environment decide.
        http_client: your own `httpx2.Client` or `httpx2.AsyncClient`, for anything else, such as a test transport.
            It is not closed with the client, and the options of connections do not apply to it.
        hooks: functions called on each request, response, retry and error.
        telemetry: whether calls are traced and measured with OpenTelemetry, or a `Telemetry` that says how; needs
            the `otel` extra.
    """

    environment: ClassVar[str] = ""
    """The prefix of the environment variables that stand in for credentials."""
    servers: ClassVar[tuple[Server, ...]] = ()
    """The document's servers (OpenAPI 3.1, 4.8.5)."""
    user_agent: ClassVar[str] = "python"
    """What the client calls itself."""
    security_schemes: ClassVar[Mapping[str, SecurityScheme]] = {}
    """The document's security schemes (OpenAPI 3.1, 4.8.27), by name."""
    default_security: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """The document's own security requirement, for requests that it does not describe."""

    base_url: str | None = None
    timeout: float | Timeout | None = 60.0
    deadline: float | None = None
    max_retries: int = 2
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    extra_headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    extra_query: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    extra_body: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    idempotency_key: IdempotencyKey | None = field(default=None, repr=False)
    token_url: str | None = field(default=None, repr=False)
    allow_insecure_http: bool = False
    max_response_bytes: int = 64 * 1024 * 1024
    max_connections: int | None = 100
    max_keepalive_connections: int | None = 20
    keepalive_expiry: float | None = 5.0
    http2: bool = False
    transport: Literal["httpx2", "aiohttp"] = "httpx2"
    ssl_context: ssl.SSLContext | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    http_client: httpx2.Client | httpx2.AsyncClient | None = None
    hooks: Hooks | None = None
    telemetry: Telemetry | bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot work, before anything is sent.

        Raises:
            ValueError: a time or a count is out of range, the base URL carries a password, or options contradict
                each other.
            ImportError: an option needs an extra that is not installed.
        """
        check_bounds(vars(self))
        self._check_transport()
        base_url: Any = vars(self)["base_url"]
        if not isinstance(base_url, str | None):
            raise ValueError(f"base_url is {base_url!r}; it must be text")
        try:
            url = self.server_url()
        except RequestValidationError:
            raise
        except ValueError as error:
            raise ValueError(f"base_url is no URL: {error}") from error
        problem = problem_of(url) if "://" in url else None
        if problem is not None:
            raise ValueError(f"base_url: {problem}")

    def _check_transport(self) -> None:
        if self.ssl_context is not None and not hasattr(self.ssl_context, "wrap_bio"):
            raise ValueError(f"ssl_context is {self.ssl_context!r}; it must be an ssl.SSLContext")
        if not isinstance(vars(self)["proxy"], str | None):
            raise ValueError("proxy must be text: the URL of a proxy")
        if not isinstance(self.telemetry, bool) and not hasattr(self.telemetry, "tracer_provider"):
            raise ValueError(f"telemetry is {self.telemetry!r}; it must be True or a Telemetry")
        fast = self.transport == "aiohttp"
        if not fast and self.transport != "httpx2":
            raise ValueError(f'transport is {self.transport!r}; it must be "httpx2" or "aiohttp"')
        if self.http_client is not None:
            for name in ("http2", "ssl_context", "proxy"):
                if getattr(self, name):
                    raise ValueError(f"{name} has no effect on an http_client: give it to that one")
            if fast:
                raise ValueError("give either http_client or transport, not both")
        if fast and self.http2:
            raise ValueError("aiohttp has no HTTP/2: give either http2 or transport, not both")
        if fast:
            require("aiohttp", 'transport="aiohttp"', "aiohttp")
        if self.http2:
            require("h2", "http2=True", "http2")
        if self.telemetry:
            require("opentelemetry.trace", "telemetry", "otel")
        if self.proxy is not None:
            from .proxies import check_proxy

            check_proxy(self.proxy)
            if fast and self.proxy.startswith("socks"):
                raise ValueError('transport="aiohttp" has no SOCKS proxies')

    @classmethod
    def of(cls, configuration: Self | None, options: Mapping[str, Any]) -> Self:
        """Return a configuration with options laid over it.

        Args:
            configuration: What to begin with; the defaults if None.
            options: Fields by name.

        Raises:
            TypeError: A name is not a field.
        """
        unknown = [name for name in options if name not in cls.__dataclass_fields__]
        if unknown:
            raise TypeError(f"{cls.__name__} has no option {unknown[0]!r}")
        if configuration is None:
            return cls(**options)
        return replace(configuration, **options) if options else configuration

    def server_url(self, servers: Sequence[Server] = (), base_url: str | None = None) -> str:
        """Return the URL that the paths of operations are appended to.

        Args:
            servers: The servers of an operation; those of the document if there are none.
            base_url: What a call gives in their place; the field if None.

        Returns:
            The URL; a relative one, or "", if the document names no server to call and `base_url` is not given.

        Raises:
            ValueError: A variable of the server has no value, or one that it may not have.
        """
        fields = vars(self)
        base_url = base_url or self.base_url
        url = server_url(servers or self.servers, base_url, fields)
        if "://" in url or not servers:
            return url
        return urljoin(server_url(self.servers, None, fields), url)

    def credential(self, name: str) -> Credential | None:
        """Return a credential as given, or else from the environment; None if it is in neither.

        Args:
            name: the field's name: `username` stands for the field and for PREFIX_USERNAME.
        """
        given: Any = getattr(self, name, None)
        if given is not None:
            if not isinstance(given, str):
                raise RequestValidationError(f"{name} must be a str, not {type(given).__name__}")
            return Credential(given, explicit=True)
        variable = os.environ.get(self.environment_variable(name))
        return Credential(variable, explicit=False) if variable else None

    def environment_variable(self, name: str) -> str:
        """Return the name of the environment variable that stands in for a credential."""
        return f"{self.environment}_{name}".upper().lstrip("_")
