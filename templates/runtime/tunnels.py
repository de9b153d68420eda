"""The way through a proxy to a server: what goes wrong on it is a connection that was not made.

httpcore2 makes a tunnel (CONNECT, RFC 9110, section 9.3.6, or SOCKS 5, RFC 1928) while it handles a request. It keeps the
limits of the request's reads and writes then, not that of connecting, and tells what breaks the tunnel as it tells what breaks
the answer. Where a proxy speaks no SOCKS, it raises whatever the parser raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpcore2

from .faults import Fault, harmless
from .reasons import place
from .retry import Outcome
from .routes import Origin


def is_tunnelled(origin: Origin) -> bool:
    """Return whether requests to a server go through a tunnel; those by plain http are forwarded by an HTTP proxy."""
    proxy = origin.proxy
    return proxy is not None and (origin.scheme == b"https" or proxy.startswith("socks"))


def through_tunnel(
    pool: httpcore2.ConnectionPool, origin: Origin, request: httpcore2.Request
) -> httpcore2.Response:
    """Send a request through a tunnel, which is made if there is none.

    Raises:
        Fault: There is none to be had.
    """
    tunnel = _Tunnel(request)
    tunnel.extensions["trace"] = tunnel.follow
    try:
        return pool.handle_request(request)
    except Exception as error:
        if tunnel.made:
            raise
        if tunnel.network is not None:
            tunnel.network.close()
        raise without_tunnel(error, origin.proxy or "") from harmless(error)


async def through_tunnel_async(
    pool: httpcore2.AsyncConnectionPool, origin: Origin, request: httpcore2.Request
) -> httpcore2.Response:
    """Send a request through a tunnel: the counterpart of `through_tunnel`."""
    tunnel = _Tunnel(request)
    tunnel.extensions["trace"] = tunnel.follow_async
    try:
        return await pool.handle_async_request(request)
    except Exception as error:
        if tunnel.made:
            raise
        if tunnel.network is not None:
            await tunnel.network.aclose()
        raise without_tunnel(error, origin.proxy or "") from harmless(error)


def without_tunnel(error: Exception, proxy: str) -> Fault:
    """Return what an error means that came before a tunnel was made.

    Args:
        error: What the transport says.
        proxy: The URL of the proxy, of which host and port are shown.
    """
    fault = Fault.of(error)
    if fault.outcome is not Outcome.LOST:
        return fault
    parts = urlsplit(proxy)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 1080)
    message = f"the proxy {place(parts.hostname or '', port)}: {fault}"
    return Fault(message, Outcome.NOT_SENT, timed_out=fault.timed_out)


class _Tunnel:
    """Follows a request to the moment at which its tunnel is made and it is sent, by what httpcore2 traces.

    Attributes:
        made: Whether the request was sent, at least in part.
        extensions: What the request tells httpcore2 besides.
        network: The connection to the proxy, which httpcore2 leaves open where a SOCKS proxy refuses.
    """

    def __init__(self, request: Any) -> None:
        self.made = False
        self.network: Any = None
        self.extensions: dict[str, Any] = request.extensions
        self._limits: dict[str, float | None] = self.extensions["timeout"]
        self._later = dict(self._limits)
        self._limits["read"] = self._limits["write"] = self._limits["connect"]

    def follow(self, event: str, details: Mapping[str, Any]) -> None:
        if event.endswith("connect_tcp.complete"):
            self.network = details["return_value"]
        sending = event.endswith("send_request_headers.started")
        if sending and details["request"].method != b"CONNECT":
            self.made = True
            self._limits.update(self._later)

    async def follow_async(self, event: str, details: Mapping[str, Any]) -> None:
        self.follow(event, details)
