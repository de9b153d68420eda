"""Network streams of the asynchronous client that keep a deadline, on asyncio's own transports and TLS.

The counterpart of the streams in `network`. httpcore2's go through anyio, which makes an event loop turn several times
for each read and write.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Iterable
from typing import Any, cast

import httpcore2

from .connecting_async import connected
from .network import make_steady, no_tls, not_connected, seconds_left
from .surplus import is_readable

_WRITE_BYTES = 64 * 1024
_SMALL_BYTES = 16 * 1024
_MOST_BYTES = 512 * 1024
"""How much may have come and not been read before the other side is made to wait."""

_FOREVER = 10.0**9


class _Ends(asyncio.Protocol):
    """The two ends of a connection: what came and was not read, and whether there is room for what is to be sent."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.came: deque[bytes] = deque()
        self.size = 0
        self.ended = False
        self.problem: Exception | None = None
        self.waiter: asyncio.Future[None] | None = None
        self.full = False
        self._held = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.use(cast(asyncio.Transport, transport))

    def use(self, transport: asyncio.Transport) -> None:
        """Send over this transport from now on. What it has not sent, a writer waits for."""
        transport.set_write_buffer_limits(high=1, low=0)  # of 0, that of TLS never has room
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.came.append(data)
        self.size += len(data)
        if self.size >= _MOST_BYTES and self.transport is not None and not self._held:
            self._held = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self.ended = True
        self._wake()
        transport = self.transport
        return transport is not None and transport.get_extra_info("ssl_object") is None

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        self.problem = exc
        self.full = False
        self._wake()

    def pause_writing(self) -> None:
        self.full = True

    def resume_writing(self) -> None:
        self.full = False
        self._wake()

    def take(self) -> bytes:
        """Return the oldest piece of what came."""
        data = self.came.popleft()
        self.size -= len(data)
        if self._held and self.size < _MOST_BYTES and self.transport is not None:
            self._held = False
            self.transport.resume_reading()
        return data

    async def change(self, seconds: float | None, expired: type[Exception]) -> None:
        """Wait until something came, there is room, or the connection is lost; raise the error if it takes longer."""
        loop = asyncio.get_running_loop()
        self.waiter = waiter = loop.create_future()
        timer = None if seconds is None else loop.call_later(seconds, _expire, waiter, expired)
        try:
            await waiter
        finally:
            self.waiter = None
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)


async def _others() -> None:
    """Let the other tasks have their turn, and the event loop read what has come."""
    for _ in range(2):  # the first ends before what was found readable is read
        await asyncio.sleep(0)


def _expire(waiter: asyncio.Future[None], expired: type[Exception]) -> None:
    if not waiter.done():
        waiter.set_exception(expired("timed out"))


class _AsyncStream(httpcore2.AsyncNetworkStream):
    """A connection whose reads and writes end when their attempt does."""

    def __init__(self, transport: asyncio.Transport, ends: _Ends) -> None:
        self._transport = transport
        self._ends = ends

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what came, which may be more than was asked for; nothing at the end."""
        ends = self._ends
        while True:
            seconds = seconds_left(timeout, httpcore2.ReadTimeout)
            if ends.came:
                return ends.take()
            if ends.problem is not None:
                raise httpcore2.ReadError(str(ends.problem)) from ends.problem
            if ends.ended:
                return b""
            await ends.change(seconds, httpcore2.ReadTimeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send, a piece at a time, each within the limit."""
        for start in range(0, len(buffer), _WRITE_BYTES):
            seconds = seconds_left(timeout, httpcore2.WriteTimeout)
            if len(buffer) > _SMALL_BYTES or self._has_come():
                await _others()
            self._check_open()
            self._transport.write(buffer[start : start + _WRITE_BYTES])
            while self._ends.full:
                await self._ends.change(seconds, httpcore2.WriteTimeout)
                seconds = seconds_left(timeout, httpcore2.WriteTimeout)

    def _has_come(self) -> bool:
        """Return whether something is to be read, which asyncio drops when a write fails: an early answer, or a farewell."""
        return is_readable(self._transport.get_extra_info("socket"))

    def _check_open(self) -> None:
        problem = self._ends.problem
        if problem is not None:
            raise httpcore2.WriteError(str(problem)) from problem
        if self._transport.is_closing():
            raise httpcore2.WriteError("the connection is closed")

    async def aclose(self) -> None:
        """Close the connection; this does not wait, so that it is done also when the task is cancelled."""
        self._transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        seconds = seconds_left(timeout, httpcore2.ConnectTimeout)
        try:
            async with asyncio.timeout(seconds):
                secured = await asyncio.get_running_loop().start_tls(
                    self._transport,
                    self._ends,
                    ssl_context,
                    server_hostname=server_hostname,
                    ssl_handshake_timeout=_FOREVER,
                )
            if secured is None:
                raise ConnectionResetError
        except BaseException as error:
            self._transport.abort()
            if isinstance(error, TimeoutError):
                raise httpcore2.ConnectTimeout("timed out") from error
            if isinstance(error, (OSError, ValueError)):  # ValueError: TLS takes no such name
                raise no_tls(server_hostname, error) from error
            raise
        self._ends.use(secured)
        return _AsyncStream(secured, self._ends)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            ends = self._ends
            return bool(ends.came) or ends.ended or self._has_come()
        return self._transport.get_extra_info(info)


class AsyncBackend(httpcore2.AsyncNetworkBackend):
    """Connects within the time of the attempt."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address of a name that answers."""
        try:
            async with asyncio.timeout(seconds_left(timeout, httpcore2.ConnectTimeout)):
                opened = await connected(host, port)
                make_steady(opened)
                made = await asyncio.get_running_loop().create_connection(_Ends, sock=opened)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("timed out") from error
        except (OSError, UnicodeError, ExceptionGroup) as error:
            raise not_connected(host, port, error) from error
        return _AsyncStream(*made)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
