"""A request on the wire and its answer, whatever carries them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from .compression import Undecodable
from .faults import BodyTooLarge, Fault, harmless
from .headers import Headers
from .retry import Outcome

if TYPE_CHECKING:
    from .compression import Decoder
    from .content import Content
    from .spans import RequestSpan

Errors = tuple[type[Exception], ...]


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


def left(limits: Limits) -> float | None:
    """Return the seconds to the end of an attempt; None if it has none.

    Raises:
        Fault: There are none.
    """
    if limits.expires_at == float("inf"):
        return None
    seconds = limits.expires_at - monotonic()
    if seconds <= 0:
        raise Fault("timed out", Outcome.LOST, timed_out=True)
    return seconds


def sooner(limit: float | None, most: float | None) -> float | None:
    """Return a limit that ends a little before another, so that it is known which of the two was passed."""
    if most is None:
        return limit
    before = most - min(0.01, most / 10)
    return before if limit is None else min(limit, before)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request in full, as it goes out.

    Attributes:
        method: The HTTP method, in capitals.
        url: The whole URL.
        headers: Every field but those that the transport adds (Host, Content-Length, Transfer-Encoding).
        content: The body, or None.
        limits: The limits of time.
        elsewhere: Whether a redirect led to another origin, which is told nothing that it need not know.
    """

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: Content | None
    limits: Limits
    elsewhere: bool = False


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

    Attributes:
        span: Its span, if calls are traced: it ends with the exchange.
    """

    __slots__ = (
        "_chunks",
        "_close",
        "_decoder",
        "_errors",
        "_interrupted",
        "_problem",
        "headers",
        "span",
        "status",
    )

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
        self._problem: BaseException | None = None
        self.span: RequestSpan | None = None
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
            self._problem = fault = Fault.of(error)
            raise fault from harmless(error)
        except GeneratorExit:
            raise
        except BaseException as problem:
            self._problem = problem
            if not isinstance(problem, Fault | Undecodable):
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
            return body.whole()
        except self._errors as error:
            self._problem = fault = body.broken(error)
            raise fault from harmless(error)
        except BaseException as problem:
            self._problem = problem
            raise
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back; it is closed if the body was not read to its end."""
        span, self.span = self.span, None
        try:
            self._close()
        except BaseException:
            self._interrupted()
            raise
        finally:
            if span is not None:
                span.end(self._problem)


class AsyncExchange:
    """An answer whose body has not been read: the counterpart of `Exchange`."""

    __slots__ = (
        "_chunks",
        "_close",
        "_closed",
        "_decoder",
        "_errors",
        "_problem",
        "headers",
        "span",
        "status",
    )

    def __init__(
        self,
        status: int,
        headers: Headers,
        chunks: AsyncIterable[bytes],
        close: Callable[[], Awaitable[None] | None],
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
        self._problem: BaseException | None = None
        self.span: RequestSpan | None = None
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
            if self._decoder is not None:
                for piece in self._decoder.finish():
                    yield piece
        except self._errors as error:
            self._problem = fault = Fault.of(error)
            raise fault from harmless(error)
        except (Fault, Undecodable) as problem:
            self._problem = problem
            raise

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
            return body.whole()
        except self._errors as error:
            self._problem = fault = body.broken(error)
            raise fault from harmless(error)
        except BaseException as problem:
            self._problem = problem
            raise
        finally:
            await self.close()

    async def close(self) -> None:
        """Give the connection back, also when the task is cancelled meanwhile."""
        if self._closed:
            return
        self._closed = True
        if self.span is not None:
            self.span.end(self._problem)
        closing = self._close()
        if closing is not None:
            import asyncio

            await asyncio.shield(asyncio.ensure_future(closing))


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
