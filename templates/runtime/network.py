"""Network streams that keep a deadline.

The limits that httpx2 and httpcore2 know are for one read or write, so that a server that sends a byte at a time can
hold a call for ever. Here a limit carries the moment at which time is up, and each read waits no longer than to it.
"""

from __future__ import annotations

import codecs
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread, get_ident
from time import monotonic
from typing import Any
from weakref import WeakSet

import httpcore2

from .limits import Limits
from .reasons import place, reason
from .surplus import is_readable

_EXACT = 0.001
"""To how many seconds a limit is kept: as exactly as the system waits."""

codecs.lookup("idna")  # which getaddrinfo would import, and no fork wait for

_WRITE_BYTES = 16 * 1024
_READ_BYTES = 256 * 1024
"""What is read at once from a connection that has more than it was asked for."""


_UNSENT_BYTES = 128 * 1024

_AT_FIRST = 1.0
"""Seconds for each of several addresses, before the silent ones are given their part of the whole time."""


def make_steady(connected: socket.socket) -> None:
    """Have the system hold little of what a connection is to send, where it can be told so.

    A wait for room is then one for some kilobytes, which the limit of a write is meant for. Without it the system takes
    megabytes at once, and has room again when a third of them is gone.
    """
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # Linux and macOS have it
    if option is not None:
        with suppress(OSError):
            connected.setsockopt(socket.IPPROTO_TCP, option, _UNSENT_BYTES)


class Limit(float):
    """A limit for one read or write, in seconds, that also ends when the attempt does."""

    __slots__ = ("limits",)
    limits: Limits

    @classmethod
    def of(cls, seconds: float | None, limits: Limits) -> Limit:
        """Return the limit of one operation on the network; None is no limit but that of the attempt."""
        limit = cls(float("inf") if seconds is None else seconds)
        limit.limits = limits
        return limit


def seconds_left(limit: float | None, expired: type[Exception]) -> float | None:
    """Return the seconds that an operation that begins now may take; None is no limit. Raises the error if there are none."""
    if type(limit) is not Limit:
        return limit
    seconds = min(float(limit), limit.limits.expires_at - monotonic())
    if seconds <= 0:
        raise expired("timed out")
    return None if seconds == float("inf") else seconds


class _Stream(httpcore2.NetworkStream):
    """A connection whose reads and writes end when their attempt does.

    Args:
        stream: The connection.
        streams: Where it is to be found while it is in use.

    Attributes:
        thread: The thread that wrote to it last.
    """

    def __init__(self, stream: httpcore2.NetworkStream, streams: WeakSet[_Stream]) -> None:
        self._stream = stream
        self._streams = streams
        self._socket: socket.socket | None = stream.get_extra_info("socket")
        self._seconds: float | None = None
        self._fast = False
        self.thread = get_ident()
        streams.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        most = _READ_BYTES if self._fast else max_bytes
        seconds = seconds_left(timeout, httpcore2.ReadTimeout)
        if self._socket is None:
            data = self._stream.read(most, seconds)
        else:  # what the stream does, in half the time
            try:
                self._wait_at_most(self._socket, seconds)
                data = self._socket.recv(most)
            except TimeoutError as error:
                raise httpcore2.ReadTimeout(error) from error
            except OSError as error:
                raise httpcore2.ReadError(error) from error
        self._fast = len(data) >= max_bytes
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.thread = get_ident()
        for start in range(0, len(buffer), _WRITE_BYTES):
            self._write(
                buffer[start : start + _WRITE_BYTES], seconds_left(timeout, httpcore2.WriteTimeout)
            )

    def _write(self, buffer: bytes, seconds: float | None) -> None:
        if self._socket is None:
            self._stream.write(buffer, seconds)
            return
        try:
            self._wait_at_most(self._socket, seconds)
            self._socket.sendall(buffer)
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore2.WriteError(error) from error

    def _wait_at_most(self, connected: socket.socket, seconds: float | None) -> None:
        """Set the timeout of the socket, which takes a call of the system, unless it is as good as the same."""
        before = self._seconds
        if before is None or seconds is None or not 0 <= before - seconds < _EXACT:
            connected.settimeout(seconds)
            self._seconds = seconds

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        seconds = seconds_left(timeout, httpcore2.ConnectTimeout)
        within_tls = isinstance(self._socket, ssl.SSLSocket)
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        except httpcore2.ConnectError as error:
            raise no_tls(server_hostname, error) from error
        secured = _Stream(stream, self._streams)
        if within_tls:
            secured._socket = None  # which would be that of the outer TLS
        return secured

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return is_readable(self._stream.get_extra_info("socket"))
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int, seconds: float | None) -> list[str]:
    """Return the addresses of a name, or raise when time is up, which the resolver itself knows nothing of."""
    found: SimpleQueue[list[Any] | Exception] = SimpleQueue()

    def resolve(flags: int = 0) -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags))
        except (OSError, UnicodeError) as error:  # UnicodeError: it is no name of a host
            found.put(error)

    if is_numeric(host):
        resolve(socket.AI_NUMERICHOST)
    elif seconds is None:
        resolve()
    else:
        Thread(target=resolve, daemon=True).start()
    try:
        entries = found.get(timeout=seconds)
    except Empty:
        raise httpcore2.ConnectTimeout(f"the name {host} was not resolved in time") from None
    if isinstance(entries, Exception):
        raise not_connected(host, port, entries) from entries
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def is_numeric(host: str) -> bool:
    """Return whether a host is an address, rather than a name that is to be resolved."""
    return host.replace(".", "").isdigit() or ":" in host


def not_connected(host: str, port: int, error: Exception) -> httpcore2.ConnectError:
    """Return what says that a server was not reached, and why."""
    return httpcore2.ConnectError(f"{place(host, port)}: {reason(error)}")


def no_tls(host: str | None, error: Exception) -> httpcore2.ConnectError:
    """Return what says that there is no TLS with a server, and why."""
    return httpcore2.ConnectError(f"TLS with {host}: {reason(error)}")


class Backend(httpcore2.SyncBackend):
    """Connects within the time of the attempt, however many addresses a name has."""

    def __init__(self) -> None:
        self._streams: WeakSet[_Stream] = WeakSet()

    def close_those_of_this_thread(self) -> None:
        """Close the connections that this thread wrote to last."""
        for stream in list(self._streams):
            if stream.thread == get_ident():
                stream.close()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to an address of a name that answers: each has a second at first, so that one that is silent costs no more."""
        options = () if socket_options is None else tuple(socket_options)
        addresses = _addresses(host, port, seconds_left(timeout, httpcore2.ConnectTimeout))
        problem: Exception = httpcore2.ConnectError(f"{host} has no address")
        for most in (_AT_FIRST, None) if len(addresses) > 1 else (None,):
            silent: list[str] = []
            for position, address in enumerate(addresses):
                seconds = _share(timeout, most, len(addresses) - position)
                try:
                    stream = super().connect_tcp(address, port, seconds, local_address, options)
                    make_steady(stream.get_extra_info("socket"))
                    return _Stream(stream, self._streams)
                except httpcore2.ConnectTimeout as error:
                    silent.append(address)
                    problem = error
                except httpcore2.ConnectError as error:
                    problem = not_connected(host, port, error)
                    problem.__cause__ = error
            addresses = silent
        raise problem


def _share(limit: float | None, most: float | None, addresses: int) -> float | None:
    """Return the seconds for one of the addresses that are left: at most so many, and its part of what all of them have."""
    left = seconds_left(limit, httpcore2.ConnectTimeout)
    part = None if left is None else left / addresses
    return part if most is None else most if part is None else min(most, part)
