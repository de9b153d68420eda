"""The pool of connections that carries requests, unless the user brings a client of their own.

It is httpcore2's, the layer below httpx2, with streams that keep deadlines (see `network`).
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, Protocol, TypeAlias, cast

import h11
import httpcore2

from .compression import decoder
from .configuration import BaseConfiguration
from .exchange import AsyncExchange, Errors, Exchange
from .faults import Fault, harmless
from .forking import UNDIVIDED, leave_alone
from .headers import Headers
from .network import Backend, Limit
from .network_async import AsyncBackend
from .routes import Origin, needs_tls, origin_of, pool_arguments, ssl_context
from .surplus import spoiled
from .tunnels import is_tunnelled, through_tunnel, through_tunnel_async
from .wire import Outgoing

ERRORS: Errors = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
)


_Handle: TypeAlias = Callable[[httpcore2.Request], httpcore2.Response]
_AsyncHandle: TypeAlias = Callable[[httpcore2.Request], Awaitable[httpcore2.Response]]
_Pairs: TypeAlias = tuple[tuple[str, str], ...]
_Fields: TypeAlias = Callable[[_Pairs, bytes], Sequence[tuple[bytes, bytes]]]


class Pool:
    """The connections of a synchronous client. After a fork, the child starts with none of the parent's."""

    def __init__(self, configuration: BaseConfiguration) -> None:
        self._configuration = configuration
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        self._ssl_context: ssl.SSLContext | None = None
        self._begin()

    def _begin(self) -> None:
        self._backend = Backend()
        self._fields = _remembering()
        self._pools: dict[str | None, httpcore2.ConnectionPool] = {}
        self._routes: dict[str, tuple[Origin, _Handle]] = {}

    def send(self, request: Outgoing) -> Exchange:
        """Send a request over a free connection and return its answer."""
        if self._process != os.getpid():
            self._forget()
        server, target = _split(request.url)
        origin, handle = self._routes.get(server) or self._route(server)
        try:
            response = handle(_on_the_wire(request, origin, target, self._fields))
        except ERRORS as error:
            raise Fault.of(error) from harmless(error)
        headers = _received(response.headers)
        return Exchange(
            response.status,
            headers,
            cast(_Stream, response.stream),
            partial(_give_back, response),
            ERRORS,
            self.interrupted,
            decode=decoder(headers),
        )

    def interrupted(self) -> None:
        """Begin with new connections, because what was interrupted may have left the old pool's books in disorder.

        The connections of this thread are closed; other threads finish what they do on theirs.
        """
        backend = self._backend
        self._begin()
        backend.close_those_of_this_thread()

    def close(self) -> None:
        """Close every connection."""
        if self._process != os.getpid():
            self._forget()
        with UNDIVIDED:
            pools = list(self._pools.values())
            self._routes, self._pools = {}, {}
            self._fields = _remembering()
        for pool in pools:
            pool.close()

    def _route(self, server: str) -> tuple[Origin, _Handle]:
        origin = origin_of(server, self._configuration)
        with UNDIVIDED:
            if self._ssl_context is None and needs_tls(origin):
                self._ssl_context = ssl_context(self._configuration)
            pool = self._pools.get(origin.proxy)
            if pool is None:
                arguments = pool_arguments(self._configuration, origin.proxy, self._ssl_context)
                pool = self._pool_class()(network_backend=self._backend, **arguments)
                self._pools[origin.proxy] = pool
            tunnelled = is_tunnelled(origin)
            handle = partial(through_tunnel, pool, origin) if tunnelled else pool.handle_request
            self._routes[server] = origin, handle
        return origin, handle

    def _pool_class(self) -> type[httpcore2.ConnectionPool]:
        if not self._configuration.http2:
            return httpcore2.ConnectionPool
        from .exclusive import ExclusivePool

        return ExclusivePool


class AsyncPool:
    """The connections of an asynchronous client. Each event loop, and the child of a fork, starts with none."""

    def __init__(self, configuration: BaseConfiguration) -> None:
        self._configuration = configuration
        self._owner: tuple[int, asyncio.AbstractEventLoop | None] = (0, None)
        self._forget()

    def _forget(self) -> None:
        self._fields = _remembering()
        self._routes: dict[str, tuple[Origin, _AsyncHandle]] = {}
        self._pools: dict[str | None, httpcore2.AsyncConnectionPool] = {}
        self._ssl_context: ssl.SSLContext | None = None

    async def send(self, request: Outgoing) -> AsyncExchange:
        """Send a request over a free connection and return its answer."""
        owner = os.getpid(), asyncio.get_running_loop()
        if self._owner != owner:
            if self._pools and self._owner[0] != owner[0]:
                leave_alone(self._pools)
            self._owner = owner
            self._forget()
        server, target = _split(request.url)
        origin, handle = self._routes.get(server) or self._route(server)
        try:
            response = await handle(_on_the_wire(request, origin, target, self._fields))
        except ERRORS as error:
            raise Fault.of(error) from harmless(error)
        headers = _received(response.headers)
        return AsyncExchange(
            response.status,
            headers,
            cast(_AsyncStream, response.stream),
            partial(_give_back_async, response),
            ERRORS,
            decode=decoder(headers),
        )

    async def close(self) -> None:
        """Close every connection; those of an event loop that has ended are gone already."""
        pools = list(self._pools.values())
        self._forget()
        if self._owner == (os.getpid(), asyncio.get_running_loop()):
            for pool in pools:
                await pool.aclose()
            await asyncio.sleep(0)  # in which the connections end

    def _route(self, server: str) -> tuple[Origin, _AsyncHandle]:
        origin = origin_of(server, self._configuration)
        if self._ssl_context is None and needs_tls(origin):
            self._ssl_context = ssl_context(self._configuration)
        pool = self._pools.get(origin.proxy)
        if pool is None:
            arguments = pool_arguments(self._configuration, origin.proxy, self._ssl_context)
            pool = self._pool_class()(network_backend=AsyncBackend(), **arguments)
            self._pools[origin.proxy] = pool
        tunnelled = is_tunnelled(origin)
        handle: _AsyncHandle = (
            partial(through_tunnel_async, pool, origin) if tunnelled else pool.handle_async_request
        )
        self._routes[server] = origin, handle
        return origin, handle

    def _pool_class(self) -> type[httpcore2.AsyncConnectionPool]:
        if not self._configuration.http2:
            return httpcore2.AsyncConnectionPool
        from .exclusive import AsyncExclusivePool

        return AsyncExclusivePool


class _Stream(Protocol):
    """What httpcore2 gives as the body of an answer."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class _AsyncStream(Protocol):
    """What httpcore2 gives as the body of an answer."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


def _give_back(response: httpcore2.Response) -> None:
    if (network := spoiled(response)) is not None:
        network.close()
    cast(_Stream, response.stream).close()


async def _give_back_async(response: httpcore2.Response) -> None:
    """Give a connection back or close it. Nothing in it waits (see `network_async`), so that no cancellation comes between."""
    if (network := spoiled(response)) is not None:
        await network.aclose()
    await cast(_AsyncStream, response.stream).aclose()


class _Nothing:
    """The body of a request that has none: no chunk at all, where httpcore2's own is an empty one that is sent."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration


_NOTHING = _Nothing()


def _split(url: str) -> tuple[str, bytes]:
    """Return the scheme and authority of a URL, and the rest of it as the request's target."""
    path = url.find("/", url.find("://") + 3)
    if path < 0:
        return url, b"/"
    return url[:path], url[path:].encode("ascii")


def _on_the_wire(
    request: Outgoing, origin: Origin, target: bytes, fields: _Fields
) -> httpcore2.Request:
    pairs = request.headers
    content: Any = _NOTHING
    if request.content is not None:
        data, length = request.content.data, request.content.length
        content = request.content if data is None else data
        if length is None:
            pairs += (("Transfer-Encoding", "chunked"),)
        else:
            pairs += (("Content-Length", str(length)),)
    elif request.method in ("POST", "PUT", "PATCH"):
        pairs += (("Content-Length", "0"),)
    limits = request.limits
    timeout = {
        "connect": Limit.of(limits.connect, limits),
        "read": Limit.of(limits.read, limits),
        "write": Limit.of(limits.write, limits),
        "pool": limits.pool,
    }
    url = httpcore2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=target)
    prepared = httpcore2.Request(
        request.method, url, content=content, extensions={"timeout": timeout}
    )
    checked: Any = fields(pairs, origin.host_field)
    prepared.headers = checked  # not as an argument, which would have each of them checked
    return prepared


def _remembering() -> _Fields:
    """Return `_checked` with a memory of its own: credentials are among the fields, and go with the connections."""
    return lru_cache(maxsize=16)(_checked)


def _checked(pairs: _Pairs, host: bytes) -> Sequence[tuple[bytes, bytes]]:
    """Return the header fields of a request, checked by h11, so that it need not check those of every call anew."""
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    if not any(name.lower() == b"host" for name, _ in fields):
        fields.insert(0, (b"Host", host))
    try:
        return h11.Request(method="GET", target="/", headers=fields).headers
    except h11.LocalProtocolError:  # which is told when they are sent
        return fields


def _received(fields: Iterable[tuple[bytes, bytes]]) -> Headers:
    return Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields])
