"""A request on the wire and its answer, whatever carries them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .compression import Undecodable
from .headers import Headers
from .retry import Outcome

if TYPE_CHECKING:
    from .compression import Decoder
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
        body: What came of a body that was being read.
    """

    body: bytes = b""

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
    """A body that holds more than may be read into memory.

    Attributes:
        body: Its beginning; as it came, if it was compressed.
    """

    body: bytes = b""


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
        chunks: The body, as it comes.
        close: Gives the connection back.
        errors: What the transport raises.
        interrupted: Told when something else was raised meanwhile, such as KeyboardInterrupt.
        decode: What decompresses the body; None if it came as it is.
    """

    __slots__ = ("_chunks", "_close", "_decoder", "_errors", "_interrupted", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: Headers,
        chunks: Iterable[bytes],
        close: Callable[[], None],
        errors: Errors,
        interrupted: Callable[[], None],
        *,
        decode: Decoder | None,
    ) -> None:
        self.status = status
        self.headers = headers
        self._decoder = decode
        self._chunks = chunks
        self._close = close
        self._errors = errors
        self._interrupted = interrupted

    @property
    def encoded(self) -> bool:
        """Whether the body is compressed on the wire."""
        return self._decoder is not None

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over the body, decompressed, in chunks of at most about 1 MiB.

        Raises:
            Fault: The body did not arrive whole.
            Undecodable: The body cannot be decompressed.
        """
        try:
            if self._decoder is None:
                yield from self._chunks
                return
            for chunk in self._chunks:
                yield from self._decoder.feed(chunk)
            yield from self._decoder.finish()
        except self._errors as error:
            raise Fault.of(error) from error
        except (Undecodable, GeneratorExit):
            raise
        except BaseException:
            self._interrupted()
            raise

    def read(self, most: int) -> bytes:
        """Return the whole body, decompressed, and give the connection back.

        Raises:
            BodyTooLarge: The body holds more than `most` bytes.
            Fault: The body did not arrive whole.
            Undecodable: The body cannot be decompressed.
        """
        body = _Body(self._decoder, most)
        try:
            for chunk in self._chunks:
                body.add(chunk)
        except self._errors as error:
            raise body.broken(error) from error
        finally:
            self._close()
        return body.whole()

    def close(self) -> None:
        """Give the connection back; it is closed if the body was not read to its end."""
        try:
            self._close()
        except BaseException:
            self._interrupted()
            raise


class AsyncExchange:
    """An answer whose body has not been read: the counterpart of `Exchange`."""

    __slots__ = ("_chunks", "_close", "_closed", "_decoder", "_errors", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: Headers,
        chunks: AsyncIterable[bytes],
        close: Callable[[], Awaitable[None]],
        errors: Errors,
        *,
        decode: Decoder | None,
    ) -> None:
        self.status = status
        self.headers = headers
        self._decoder = decode
        self._chunks = chunks
        self._close = close
        self._errors = errors
        self._closed = False

    @property
    def encoded(self) -> bool:
        """Whether the body is compressed on the wire."""
        return self._decoder is not None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the body, decompressed, in chunks of at most about 1 MiB.

        Raises:
            Fault: The body did not arrive whole.
            Undecodable: The body cannot be decompressed.
        """
        try:
            async for chunk in self._chunks:
                if self._decoder is None:
                    yield chunk
                    continue
                for piece in self._decoder.feed(chunk):
                    yield piece
        except self._errors as error:
            raise Fault.of(error) from error
        if self._decoder is not None:
            for piece in self._decoder.finish():
                yield piece

    async def read(self, most: int) -> bytes:
        """Return the whole body, decompressed, and give the connection back.

        Raises:
            BodyTooLarge: The body holds more than `most` bytes.
            Fault: The body did not arrive whole.
            Undecodable: The body cannot be decompressed.
        """
        body = _Body(self._decoder, most)
        try:
            async for chunk in self._chunks:
                body.add(chunk)
        except self._errors as error:
            raise body.broken(error) from error
        finally:
            await self.close()
        return body.whole()

    async def close(self) -> None:
        """Give the connection back, also when the task is cancelled meanwhile."""
        if self._closed:
            return
        self._closed = True
        import asyncio

        await asyncio.shield(asyncio.ensure_future(self._close()))


class _Body:
    """A body that is being read into memory.

    Args:
        decode: What decompresses it, if it is compressed; then what came is kept too, for an error.
        most: How many bytes it may hold.
    """

    __slots__ = ("_chunks", "_decoder", "_most", "_raw", "_size")

    def __init__(self, decode: Decoder | None, most: int) -> None:
        self._decoder = decode
        self._most = most
        self._chunks: list[bytes] = []
        self._raw: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Take what came.

        Raises:
            BodyTooLarge, Undecodable: It cannot be read.
        """
        if self._decoder is None:
            self._keep(chunk)
            return
        self._raw.append(chunk)
        self._decode(self._decoder.feed(chunk))

    def whole(self) -> bytes:
        """Return the body after its end.

        Raises:
            BodyTooLarge, Undecodable: It cannot be read.
        """
        if self._decoder is not None:
            self._decode(self._decoder.finish())
        return b"".join(self._chunks)

    def broken(self, error: Exception) -> Fault:
        """Return the fault of a body that broke off, with what came of it."""
        fault = Fault.of(error)
        fault.body = b"".join(self._chunks)
        return fault

    def _decode(self, pieces: Iterable[bytes]) -> None:
        try:
            for piece in pieces:
                self._keep(piece)
        except Undecodable as error:
            error.body = b"".join(self._raw)
            raise

    def _keep(self, piece: bytes) -> None:
        self._chunks.append(piece)
        self._size += len(piece)
        if self._size > self._most:
            error = BodyTooLarge()
            error.body = b"".join(self._raw or self._chunks)[: self._most]
            raise error


class Transport(Protocol):
    """What carries requests of the synchronous client."""

    def send(self, request: Outgoing) -> Exchange:
        """Send a request and return its answer as soon as the headers are there.

        Raises:
            Fault: No answer came.
        """
        ...

    def interrupted(self) -> None:
        """Recover after an exception from outside, such as KeyboardInterrupt, that may have come at any point."""
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
