"""The answer to a request, whatever carried it."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from .compression import Undecodable
from .faults import Fault, harmless
from .headers import Headers
from .whole_body import WholeBody

if TYPE_CHECKING:
    from .compression import Decoder
    from .spans import RequestSpan

Errors = tuple[type[Exception], ...]


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
        body = WholeBody(self._decoder, most)
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
    """An answer whose body has not been read: the counterpart of `Exchange`.

    Args:
        close: Gives the connection back, also when the task is cancelled meanwhile.
    """

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
        body = WholeBody(self._decoder, most)
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
            await closing
