"""A request on the wire and its answer, whatever carries them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .headers import Headers
from .retry import Outcome

if TYPE_CHECKING:
    from .content import Content

Errors = tuple[type[Exception], ...]

_OUTCOMES = {
    "ConnectError": Outcome.NOT_SENT,
    "ConnectTimeout": Outcome.NOT_SENT,
    "PoolTimeout": Outcome.NOT_SENT,
    "ProxyError": Outcome.NOT_SENT,
    "UnsupportedProtocol": Outcome.FINAL,
    "LocalProtocolError": Outcome.FINAL,
}


class Fault(Exception):
    """An attempt that brought no complete answer. The cause is the transport's own error.

    Attributes:
        outcome: Whether the service can have seen the request.
        timed_out: Whether a limit of time was the reason.
    """

    def __init__(self, message: str, outcome: Outcome, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.timed_out = timed_out

    @classmethod
    def of(cls, error: Exception) -> Fault:
        """Return what an error of httpx2 or httpcore2, which name them alike, means for the call."""
        name = type(error).__name__
        outcome = _OUTCOMES.get(name, Outcome.LOST)
        if outcome is Outcome.NOT_SENT and _is_untrusted_certificate(error):
            outcome = Outcome.FINAL
        return cls(str(error) or name, outcome, timed_out=name.endswith("Timeout"))


class BodyTooLarge(Exception):
    """A body that holds more than may be read into memory."""


class Undecodable(Exception):
    """A body that is not in the Content-Encoding that its headers give."""


@dataclass(slots=True)
class Limits:
    """The limits of time of an attempt, in seconds; None is no limit.

    Attributes:
        connect, read, write, pool: For each operation on the network.
        expires_at: When the attempt is over, on the monotonic clock; infinity for never. It may be moved while the
            attempt runs.
    """

    connect: float | None
    read: float | None
    write: float | None
    pool: float | None
    expires_at: float


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request in full, as it goes out.

    Attributes:
        method: The HTTP method, in capitals.
        url: The whole URL.
        headers: Every field but those that the transport adds (Host, Content-Length, Transfer-Encoding).
        content: The body, or None.
        limits: The limits of time.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    content: Content | None
    limits: Limits


class Exchange:
    """An answer whose body has not been read. It holds a connection until it is read to its end or closed.

    Args:
        status: The HTTP status.
        headers: The header fields.
        chunks: The body, decompressed.
        close: Gives the connection back.
        errors: What the transport raises.
        encoded: Whether the body was compressed on the wire.
    """

    __slots__ = ("_chunks", "_close", "_errors", "encoded", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: Headers,
        chunks: Iterable[bytes],
        close: Callable[[], None],
        errors: Errors,
        *,
        encoded: bool,
    ) -> None:
        self.status = status
        self.headers = headers
        self.encoded = encoded
        self._chunks = chunks
        self._close = close
        self._errors = errors

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over the body in chunks, of at most about 1 MiB.

        Raises:
            Fault: The body did not arrive whole.
            Undecodable: The body cannot be decompressed.
        """
        try:
            yield from self._chunks
        except self._errors as error:
            raise Fault.of(error) from error

    def read(self, most: int) -> bytes:
        """Return the whole body and give the connection back.

        Raises:
            BodyTooLarge: The body holds more than `most` bytes.
            Fault: The body did not arrive whole.
            Undecodable: The body cannot be decompressed.
        """
        chunks: list[bytes] = []
        size = 0
        try:
            for chunk in self._chunks:
                size += len(chunk)
                if size > most:
                    raise BodyTooLarge
                chunks.append(chunk)
        except self._errors as error:
            raise Fault.of(error) from error
        finally:
            self._close()
        return b"".join(chunks)

    def close(self) -> None:
        """Give the connection back; it is closed if the body was not read to its end."""
        self._close()


class AsyncExchange:
    """An answer whose body has not been read: the counterpart of `Exchange`."""

    __slots__ = ("_chunks", "_close", "_closed", "_errors", "encoded", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: Headers,
        chunks: AsyncIterable[bytes],
        close: Callable[[], Awaitable[None]],
        errors: Errors,
        *,
        encoded: bool,
    ) -> None:
        self.status = status
        self.headers = headers
        self.encoded = encoded
        self._chunks = chunks
        self._close = close
        self._errors = errors
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the body in chunks, of at most about 1 MiB.

        Raises:
            Fault: The body did not arrive whole.
            Undecodable: The body cannot be decompressed.
        """
        try:
            async for chunk in self._chunks:
                yield chunk
        except self._errors as error:
            raise Fault.of(error) from error

    async def read(self, most: int) -> bytes:
        """Return the whole body and give the connection back.

        Raises:
            BodyTooLarge: The body holds more than `most` bytes.
            Fault: The body did not arrive whole.
            Undecodable: The body cannot be decompressed.
        """
        chunks: list[bytes] = []
        size = 0
        try:
            async for chunk in self._chunks:
                size += len(chunk)
                if size > most:
                    raise BodyTooLarge
                chunks.append(chunk)
        except self._errors as error:
            raise Fault.of(error) from error
        finally:
            await self.close()
        return b"".join(chunks)

    async def close(self) -> None:
        """Give the connection back, also when the task is cancelled meanwhile."""
        if self._closed:
            return
        self._closed = True
        import asyncio

        await asyncio.shield(asyncio.ensure_future(self._close()))


class Transport(Protocol):
    """What carries requests of the synchronous client."""

    def send(self, request: Outgoing) -> Exchange:
        """Send a request and return its answer as soon as the headers are there.

        Raises:
            Fault: No answer came.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class AsyncTransport(Protocol):
    """What carries requests of the asynchronous client."""

    async def send(self, request: Outgoing) -> AsyncExchange:
        """Send a request and return its answer as soon as the headers are there.

        Raises:
            Fault: No answer came.
        """
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


def _is_untrusted_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if type(error).__name__ == "SSLCertVerificationError":
            return True
        error = error.__cause__ or error.__context__
    return False
