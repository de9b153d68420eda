"""The fast asynchronous transport, of the `aiohttp` extra: requests over the connections of aiohttp."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextvars import ContextVar
from functools import partial
from io import BytesIO
from typing import Any, ClassVar
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from .compression import decoder
from .configuration import BaseConfiguration
from .content import Content
from .exchange import AsyncExchange, Errors
from .faults import Fault, harmless
from .forking import leave_alone
from .headers import Headers
from .limits import Limits, left
from .network import make_steady
from .proxies import check_proxy, proxy_for
from .retry import Outcome
from .routes import ssl_context
from .surplus import is_readable
from .tunnels import without_tunnel
from .wire import Outgoing

ERRORS: Errors = (aiohttp.ClientError, OSError)

_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_FIELD_BYTES = 64 * 1024
_READ_BYTES = 256 * 1024
_LARGE_BYTES = 512 * 1024
_FOREVER = 10.0**9


class AiohttpPool:
    """The connections of an asynchronous client. Each event loop, and the child of a fork, starts with none."""

    def __init__(self, configuration: BaseConfiguration) -> None:
        self._configuration = configuration
        self._owner: tuple[int, asyncio.AbstractEventLoop | None] = (0, None)
        self._forget()

    def _forget(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._ssl_context: ssl.SSLContext | None = None
        self._proxies: dict[str, URL | None] = {}

    async def send(self, request: Outgoing) -> AsyncExchange:
        """Send a request over a free connection and return its answer."""
        owner = os.getpid(), asyncio.get_running_loop()
        if self._owner != owner:
            if self._session is not None and self._owner[0] != owner[0]:
                leave_alone(self._session)
            self._owner = owner
            self._forget()
        limits = request.limits
        url = URL(request.url, encoded=True)
        session, trust, proxy = self._connected(), self._trust(url), self._proxy(url)
        problems: list[Exception] = []
        most = left(limits)  # after what is slow the first time, so that limits end before it does
        progress = _Progress()
        _progress.set(progress)
        try:
            async with asyncio.timeout(most) as guard:
                response = await session.request(
                    request.method,
                    url,
                    headers=_headers(request),
                    data=_data(request.content, limits, guard, problems),
                    skip_auto_headers=_AUTOMATIC,
                    allow_redirects=False,
                    ssl=trust,
                    proxy=proxy,
                    timeout=aiohttp.ClientTimeout(
                        connect=_sum(limits.pool, limits.connect),
                        sock_connect=limits.connect,
                        sock_read=limits.read,
                        ceil_threshold=_FOREVER,
                    ),
                )
        except TimeoutError as error:
            outcome = Outcome.LOST if progress.connected else Outcome.NOT_SENT
            raise Fault("timed out", outcome, timed_out=True) from error
        except Fault:
            if problems:  # which aiohttp tells as a broken connection
                raise problems[0] from None
            raise
        protocol = None if response.connection is None else response.connection.protocol
        headers = Headers(
            [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in response.raw_headers
            ]
        )
        return AsyncExchange(
            response.status,
            headers,
            _chunks(response, protocol, limits),
            lambda: _close(response),
            ERRORS,
            decode=decoder(headers),
        )

    async def close(self) -> None:
        """Close every connection; those of an event loop that has ended are gone already."""
        session = self._session
        self._forget()
        if session is not None and self._owner == (os.getpid(), asyncio.get_running_loop()):
            await session.close()

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            configuration = self._configuration
            expiry = configuration.keepalive_expiry
            self._session = aiohttp.ClientSession(
                connector=_Connector(
                    limit=configuration.max_connections or 0,
                    keepalive_timeout=_FOREVER if expiry is None else expiry,
                    socket_factory=_socket,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                middlewares=(_once,),
                read_bufsize=_READ_BYTES,
                max_line_size=_FIELD_BYTES,
                max_field_size=_FIELD_BYTES,
            )
        return self._session

    def _trust(self, url: URL) -> ssl.SSLContext | bool:
        proxy = self._proxy(url)
        if url.scheme != "https" and (proxy is None or proxy.scheme != "https"):
            return True
        if self._ssl_context is None:
            self._ssl_context = ssl_context(self._configuration)
        return self._ssl_context

    def _proxy(self, url: URL) -> URL | None:
        server = str(url.origin())
        if server not in self._proxies:
            host = url.host or ""
            address = self._configuration.proxy or proxy_for(url.scheme, host, url.explicit_port)
            if address is not None:
                check_proxy(address)
                if address.startswith("socks"):
                    raise ValueError('transport="aiohttp" has no SOCKS proxies')
            self._proxies[server] = None if address is None else URL(address)
        return self._proxies[server]


class _Progress:
    """How far a request has come: whether it has a connection, after which the service may see it."""

    connected = False


_progress: ContextVar[_Progress] = ContextVar("progress")
"""That of the request that the current task sends."""


class _Connector(aiohttp.TCPConnector):
    """A pool that gives no connection out again on which something came that nobody asked for."""

    _used: ClassVar[WeakSet[object]] = WeakSet()

    def __init__(self, **options: Any) -> None:
        base: Any = super()
        base.__init__(**options)
        factory: Any = partial(_Protocol, loop=self._loop)
        self._factory = factory

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,
    ) -> aiohttp.connector.Connection:
        connection = await self._usable(req, traces, timeout)
        _progress.get().connected = True
        return connection

    async def _usable(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,
    ) -> aiohttp.connector.Connection:
        while True:
            try:
                connection = await super().connect(req, traces, timeout)
            except aiohttp.ClientError as error:
                raise without_tunnel(error, str(req.proxy or "")) from harmless(error)
            protocol = connection.protocol
            if protocol is None or protocol not in self._used:
                self._used.add(protocol)
                return connection
            transport = connection.transport
            came = transport is None or is_readable(transport.get_extra_info("socket"))
            if not came and not protocol.should_close:
                return connection
            connection.close()


class _Protocol(ResponseHandler):
    """A connection that ends when it is closed, also when the other side does not take what was to be sent."""

    def close(self) -> None:
        transport = self.transport
        super().close()
        if isinstance(transport, asyncio.Transport):
            transport.abort()


def _socket(address: tuple[int, int, int, str, Any]) -> socket.socket:
    made = socket.socket(address[0], address[1], address[2])
    make_steady(made)
    return made


async def _once(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request once: aiohttp itself would send some again after an error of its own, but not after a Fault."""
    try:
        return await send(request)
    except ERRORS as error:
        raise Fault.of(error) from harmless(error)


def _headers(request: Outgoing) -> list[tuple[str, str]]:
    headers = list(request.headers)
    content = request.content
    if content is not None and content.length is not None:
        headers.append(("Content-Length", str(content.length)))
    return headers


def _data(
    content: Content | None, limits: Limits, guard: asyncio.Timeout, problems: list[Exception]
) -> bytes | BytesIO | AsyncIterator[bytes] | None:
    if content is None:
        return None
    if content.data is not None:
        return content.data if len(content.data) <= _LARGE_BYTES else BytesIO(content.data)
    return _guarded(content, limits, guard, problems)


async def _guarded(
    content: Content, limits: Limits, guard: asyncio.Timeout, problems: list[Exception]
) -> AsyncIterator[bytes]:
    """Give the chunks of a body; each may take no longer to be sent than `limits.write`, and the answer `limits.read`.

    What the source of the body raises is added to `problems`.
    """
    now = asyncio.get_running_loop().time
    try:
        async for chunk in content:
            if limits.write is not None:
                guard.reschedule(min(now() + limits.write, _end(limits)))
            yield chunk
    except Exception as problem:
        problems.append(problem)
        raise
    seconds = _sum(limits.write, limits.read)
    guard.reschedule(_end(limits) if seconds is None else min(now() + seconds, _end(limits)))


def _end(limits: Limits) -> float:
    """Return the end of an attempt on the clock of the event loop."""
    most = left(limits)
    return _FOREVER if most is None else asyncio.get_running_loop().time() + most


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


async def _chunks(
    response: aiohttp.ClientResponse, protocol: ResponseHandler | None, limits: Limits
) -> AsyncIterator[bytes]:
    content = response.content
    try:
        while not content.at_eof():
            most = None if content.is_eof() else left(limits)
            if most is None:
                chunk = await content.readany()
            else:
                async with asyncio.timeout(most):
                    chunk = await content.readany()
            if chunk:
                yield chunk
    except TimeoutError as error:
        raise Fault("timed out", Outcome.LOST, timed_out=True) from error
    problem = content.exception()
    if problem is None and protocol is not None and _ends_with_its_connection(response):
        reset = protocol.exception()  # which aiohttp takes for the end
        problem = reset if isinstance(reset, OSError) else None
    if problem is not None:
        raise problem


def _ends_with_its_connection(response: aiohttp.ClientResponse) -> bool:
    """Return whether nothing but the end of the connection tells where a body ends (RFC 9112, section 6.3)."""
    headers = response.headers
    return "Content-Length" not in headers and "Transfer-Encoding" not in headers


def _close(response: aiohttp.ClientResponse) -> None:
    """Give the connection back, or close it if the body was not read to its end."""
    if response.content.at_eof():
        response.release()
    else:
        response.close()
