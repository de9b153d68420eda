"""Where requests go: the server, the proxy that leads there, and how connections to them are made.

TLS and proxies are found as httpx2 finds them.
"""

from __future__ import annotations

import ssl
from typing import NamedTuple, TypedDict

import httpcore2
import httpx2

from .configuration import BaseConfiguration
from .faults import Fault
from .proxies import check_proxy, proxy_for
from .retry import Outcome


class Origin(NamedTuple):
    """A server, as httpcore2 wants it, and the proxy that leads there."""

    scheme: bytes
    host: bytes
    port: int | None
    host_field: bytes
    proxy: str | None


class PoolArguments(TypedDict):
    """What a pool of httpcore2 is made with."""

    ssl_context: ssl.SSLContext | None
    proxy: httpcore2.Proxy | None
    max_connections: int | None
    max_keepalive_connections: int | None
    keepalive_expiry: float | None
    http2: bool


def ssl_context(configuration: BaseConfiguration) -> ssl.SSLContext:
    """Return the trust and the certificates for TLS: the caller's, or else the system's as httpx2 finds them."""
    return configuration.ssl_context or httpx2.create_ssl_context()


def origin_of(server: str, configuration: BaseConfiguration) -> Origin:
    """Return a server, and the proxy that leads there by the configuration or the environment.

    Args:
        server: The scheme and the authority of a URL.
        configuration: Names the proxy, if it does.

    Raises:
        Fault: It cannot be called.
    """
    try:
        url = httpx2.URL(server)
    except httpx2.InvalidURL as error:
        raise Fault(f"the URL cannot be called: {error}", Outcome.FINAL) from error
    proxy = configuration.proxy or proxy_for(url.scheme, url.host, url.port)
    return Origin(url.raw_scheme, url.raw_host, url.port, url.netloc, proxy)


def needs_tls(origin: Origin) -> bool:
    """Return whether there is TLS on the way, with the server or with the proxy."""
    return origin.scheme == b"https" or (origin.proxy or "").startswith("https:")


def pool_arguments(
    configuration: BaseConfiguration, proxy: str | None, context: ssl.SSLContext | None
) -> PoolArguments:
    """Return what the pool of a proxy, or of none, is made with.

    Raises:
        ImportError, ValueError: The proxy cannot be used.
    """
    return {
        "ssl_context": context,
        "proxy": None if proxy is None else _proxy(proxy, context),
        "max_connections": configuration.max_connections,
        "max_keepalive_connections": configuration.max_keepalive_connections,
        "keepalive_expiry": configuration.keepalive_expiry,
        "http2": configuration.http2,
    }


def _proxy(address: str, context: ssl.SSLContext | None) -> httpcore2.Proxy:
    check_proxy(address)
    proxy = httpx2.Proxy(address)
    url = proxy.url
    return httpcore2.Proxy(
        httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        auth=proxy.raw_auth,
        ssl_context=context if url.scheme == "https" else None,
    )
