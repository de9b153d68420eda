"""HTTP/2 connections that carry one request at a time.

httpcore2 sends several requests over one connection, where they share what happens to it: a read of one that takes too long
ends the others, and one may wait for the read of another beyond its own deadline. Here a request has its connection to itself,
as over HTTP/1.1, and a request that did not come to its end takes its connection with it. And as over HTTP/1.1, a connection on
which something came while it was idle, which may be the server's farewell, is not used again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import httpcore2

_REFUSED = "the server refused the request without processing it"
_REFUSED_STREAM = 7


class StreamRefused(httpcore2.RemoteProtocolError):
    """The server says that it has not processed the request (RFC 9113, section 8.7)."""


class ExclusivePool(httpcore2.ConnectionPool):
    """A pool whose connections carry one request at a time."""

    def create_connection(self, origin: httpcore2.Origin) -> httpcore2.ConnectionInterface:
        """Return a connection that is not made yet."""
        return cast(httpcore2.ConnectionInterface, _Connection(super().create_connection(origin)))


class AsyncExclusivePool(httpcore2.AsyncConnectionPool):
    """A pool whose connections carry one request at a time."""

    def create_connection(self, origin: httpcore2.Origin) -> httpcore2.AsyncConnectionInterface:
        """Return a connection that is not made yet."""
        connection = _AsyncConnection(super().create_connection(origin))
        return cast(httpcore2.AsyncConnectionInterface, connection)


class _OneAtATime:
    """What both kinds of connection tell the pool; all else is the connection's own."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._network: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def can_multiplex(self) -> bool:
        return False

    def is_available(self) -> bool:
        return bool(self._connection.is_available() and self._connection.is_idle())

    def has_expired(self) -> bool:
        return bool(self._connection.has_expired() or (self._connection.is_idle() and self._came()))

    def _came(self) -> bool:
        return self._network is not None and bool(self._network.get_extra_info("is_readable"))


class _Connection(_OneAtATime):
    def handle_request(self, request: httpcore2.Request) -> httpcore2.Response:
        try:
            response: Any = self._connection.handle_request(request)
        except httpcore2.ConnectionNotAvailable:
            raise
        except BaseException as error:
            self._connection.close()
            if _is_refused(error):
                raise StreamRefused(_REFUSED) from error
            raise
        self._network = response.extensions.get("network_stream")
        stream = _Body(response.stream, self._connection)
        return httpcore2.Response(
            response.status,
            headers=response.headers,
            content=stream,
            extensions=response.extensions,
        )


class _Body:
    """A body that closes its connection unless it is read to its end."""

    def __init__(self, stream: Any, connection: httpcore2.ConnectionInterface) -> None:
        self._stream = stream
        self._connection = connection
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream
        self._ended = True

    def close(self) -> None:
        if not self._ended:
            self._connection.close()
        self._stream.close()


class _AsyncConnection(_OneAtATime):
    async def handle_async_request(self, request: httpcore2.Request) -> httpcore2.Response:
        try:
            response: Any = await self._connection.handle_async_request(request)
        except httpcore2.ConnectionNotAvailable:
            raise
        except BaseException as error:
            await self._connection.aclose()
            if _is_refused(error):
                raise StreamRefused(_REFUSED) from error
            raise
        self._network = response.extensions.get("network_stream")
        stream = _AsyncBody(response.stream, self._connection)
        return httpcore2.Response(
            response.status,
            headers=response.headers,
            content=stream,
            extensions=response.extensions,
        )


class _AsyncBody:
    """A body that closes its connection unless it is read to its end."""

    def __init__(self, stream: Any, connection: httpcore2.AsyncConnectionInterface) -> None:
        self._stream = stream
        self._connection = connection
        self._ended = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk
        self._ended = True

    async def aclose(self) -> None:
        if not self._ended:
            await self._connection.aclose()
        await self._stream.aclose()


def _is_refused(error: BaseException) -> bool:
    event: object = next(iter(error.args), None)
    refused = getattr(event, "error_code", None) == _REFUSED_STREAM
    return refused or getattr(event, "last_stream_id", None) == 0
