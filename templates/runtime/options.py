"""What a caller may set: for one call (`CallOptions`), and for every call of a client (`ClientOptions`).

Times are seconds. An option that is not given falls back to the client's configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeGuard

if TYPE_CHECKING:
    import ssl

    import httpx2

    from .configuration import BaseConfiguration
    from .hooks import Hooks
    from .telemetry import Telemetry

IdempotencyKey = str | Callable[[], str]
"""A key, or a function that makes one for each call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeout:
    """The time that each part of an attempt may take, in seconds; None is no limit.

    Attributes:
        connect: to resolve the name, connect, and agree on TLS.
        read: from one piece of the answer to the next.
        write: to hand one piece of the request to the network.
        pool: to wait for a free connection when all are in use.
    """

    connect: float | None = None
    read: float | None = None
    write: float | None = None
    pool: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryPolicy:
    """How long to wait before a retry, and which answers call for one.

    The n-th wait is drawn evenly from 0 to `base * 2**n`, at most `cap` ("full jitter"), unless the
    answer carries Retry-After, which is obeyed (RFC 9110, 10.2.3).

    Attributes:
        base: the bound of the first wait, in seconds.
        cap: the most that a wait may be, in seconds.
        retry_after_cap: the longest Retry-After that is waited for, in seconds; when the service asks
            for more, the call ends with its answer. None is no limit but the deadline.
        statuses: the statuses that are retried.
    """

    base: float = 0.5
    cap: float = 8.0
    retry_after_cap: float | None = 120.0
    statuses: Set[int] = frozenset({408, 429, 500, 502, 503, 504})

    def __post_init__(self) -> None:
        """Refuse waits and statuses that mean nothing.

        Raises:
            ValueError: A wait is below zero, or a status is no whole number.
        """
        for name in ("base", "cap", "retry_after_cap"):
            value = getattr(self, name)
            if not _is_number(value) and not (name == "retry_after_cap" and value is None):
                raise ValueError(f"{name} is {value!r}; it must be zero or more, in seconds")
        unusual = [status for status in self.statuses if type(status) is not int]
        if unusual:
            raise ValueError(f"statuses has {unusual[0]!r}; it must have whole numbers such as 503")


class CallOptions(TypedDict, total=False):
    """The options that every method takes.

    timeout: seconds for an attempt, or a `Timeout` with a limit for each part, or None for no limit.
        A download's body is not part of the attempt: there, a number bounds the wait for each piece.
    deadline: seconds for the whole call: retries, waiting and reading of the body included.
    max_retries: how many times a failed attempt is repeated at most.
    retry: how long to wait between attempts, and which statuses are retried.
    extra_headers: headers to add, or to send in place of the client's own.
    extra_query: query parameters to add.
    extra_body: properties to add to a JSON or form body.
    idempotency_key: sent as Idempotency-Key, the same in each attempt, which makes a POST or PATCH safe to
        repeat. A function is called once for each call.
    base_url: the server to use in place of the client's.
    """

    timeout: float | Timeout | None
    deadline: float | None
    max_retries: int
    retry: RetryPolicy
    extra_headers: Mapping[str, str]
    extra_query: Mapping[str, Any]
    extra_body: Mapping[str, Any]
    idempotency_key: IdempotencyKey
    base_url: str


class WaitOptions(CallOptions, total=False):
    """The options of a method that waits: those of each call, but for the deadline, and how often it asks.

    deadline: seconds for the whole wait, 600 unless given; None for no limit.
    poll_interval: seconds before it asks again, 2 unless given. They double each time, up to ten times that.
    """

    poll_interval: float


class BaseClientOptions(CallOptions, total=False):
    """What a client takes besides its credentials. `BaseConfiguration` says what each option means."""

    token_url: str | None
    allow_insecure_http: bool
    max_response_bytes: int
    max_connections: int | None
    max_keepalive_connections: int | None
    keepalive_expiry: float | None
    http2: bool
    transport: Literal["httpx2", "aiohttp"]
    ssl_context: ssl.SSLContext | None
    proxy: str | None
    http_client: httpx2.Client | httpx2.AsyncClient | None
    hooks: Hooks | None
    telemetry: Telemetry | bool


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one call with the client's defaults filled in."""

    timeout: float | Timeout | None
    deadline: float | None
    max_retries: int
    retry: RetryPolicy
    extra_headers: Mapping[str, str]
    extra_query: Mapping[str, Any]
    extra_body: Mapping[str, Any]
    idempotency_key: IdempotencyKey | None
    base_url: str | None


def defaults(configuration: BaseConfiguration) -> Options:
    """Return the options of a call that sets none."""
    return Options(
        timeout=configuration.timeout,
        deadline=configuration.deadline,
        max_retries=configuration.max_retries,
        retry=configuration.retry,
        extra_headers=configuration.extra_headers,
        extra_query=configuration.extra_query,
        extra_body=configuration.extra_body,
        idempotency_key=configuration.idempotency_key,
        base_url=configuration.base_url,
    )


def resolve(default: Options, given: Mapping[str, Any], operation: str) -> Options:
    """Lay the options of one call over the client's.

    Args:
        default: the client's options.
        given: the keyword arguments of the call that are not its parameters.
        operation: the method's name, for the message.

    Raises:
        TypeError: a name is not an option.
        ValueError: a value is out of range.
    """
    if not given:
        return default
    unknown = [name for name in given if name not in CallOptions.__annotations__]
    if unknown:
        raise TypeError(f"{operation}() got an unexpected keyword argument {unknown[0]!r}")
    check_bounds(given)
    return Options(
        timeout=given.get("timeout", default.timeout),
        deadline=given.get("deadline", default.deadline),
        max_retries=given.get("max_retries", default.max_retries),
        retry=given.get("retry", default.retry),
        extra_headers=_merged_headers(default.extra_headers, given.get("extra_headers")),
        extra_query={**default.extra_query, **(given.get("extra_query") or {})},
        extra_body={**default.extra_body, **(given.get("extra_body") or {})},
        idempotency_key=given.get("idempotency_key", default.idempotency_key),
        base_url=given.get("base_url") or default.base_url,
    )


def check_bounds(given: Mapping[str, Any]) -> None:
    """Refuse times and counts that mean nothing.

    Args:
        given: Options by name; those of a client may be among them.

    Raises:
        ValueError: An option is out of range, or of the wrong type.
    """
    for name in ("timeout", "deadline"):
        value = given.get(name)
        if isinstance(value, Timeout):
            for part in ("connect", "read", "write", "pool"):
                _check_seconds(f"{name}.{part}", getattr(value, part))
        else:
            _check_seconds(name, value)
    if not _is_number(given.get("keepalive_expiry", 0)) and given["keepalive_expiry"] is not None:
        raise ValueError(f"keepalive_expiry is {given['keepalive_expiry']!r}; it must be seconds")
    for name, least, optional in _COUNTS:
        value = given.get(name, least)
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= least
        if not whole and not (optional and value is None):
            number = {0: "zero", 1: "one"}[least]
            otherwise = ", or None for no limit" if optional else ""
            raise ValueError(
                f"{name} is {value!r}; it must be a whole number from {number}{otherwise}"
            )
    if "retry" in given and not isinstance(given["retry"], RetryPolicy):
        raise ValueError(f"retry is {given['retry']!r}; it must be a RetryPolicy")


_COUNTS = (
    ("max_retries", 0, False),
    ("max_response_bytes", 0, False),
    ("max_connections", 1, True),
    ("max_keepalive_connections", 0, True),
)
"""The options that are counts: the least that each may be, and whether it may be None."""


def _check_seconds(name: str, value: object) -> None:
    if value is not None and not (_is_number(value) and value > 0):
        raise ValueError(
            f"{name} is {value!r}; it must be above zero, in seconds, or None for no limit"
        )


def _is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a number from zero on; not NaN, and no boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _merged_headers(
    default: Mapping[str, str], given: Mapping[str, str] | None
) -> Mapping[str, str]:
    if not given:
        return default
    replaced = {name.lower() for name in given}
    kept = {name: value for name, value in default.items() if name.lower() not in replaced}
    return {**kept, **given}
