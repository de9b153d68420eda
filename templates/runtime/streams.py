"""Items that are read while they arrive: server-sent events, and lines of JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from .closing import AsyncClosing, Closing
from .compression import Undecodable
from .errors import ResponseValidationError
from .events import CutOff, ItemReader, ItemTooLarge, UnreadableItem
from .exchange import AsyncExchange, Exchange
from .faults import Fault
from .headers import Headers
from .operation import MediaType
from .resumption import undecodable
from .retry import Outcome

if TYPE_CHECKING:
    from .attempt import Answer
    from .call import Call

T_co = TypeVar("T_co", covariant=True)


class _Keeper(Protocol):
    def abandon(self, exchange: Exchange) -> None: ...


class _AsyncKeeper(Protocol):
    def abandon(self, exchange: AsyncExchange) -> None: ...


class Stream(Closing, Generic[T_co]):
    """Items that the service sends one after another. It holds a connection until they end or it is closed.

    Iterate over it, best in a `with` statement, which closes it when the loop is left early. An event whose data is
    `[DONE]` is taken for the end.

    Attributes:
        status: The HTTP status.
        headers: The header fields.
    """

    def __init__(self, client: _Keeper, call: Call, answer: Answer, media: MediaType) -> None:
        self._client = client
        self._exchange = cast(Exchange, answer.body)
        self._items: Iterator[T_co] = _items(call, self._exchange, media)
        self._closed = False
        self.status: int = answer.status
        self.headers: Headers = answer.headers

    def __iter__(self) -> Iterator[T_co]:
        return self

    def __next__(self) -> T_co:
        """Wait for the next item.

        Raises:
            ApiConnectionError: The connection broke.
            ResponseValidationError: An item cannot be read; those after it are lost.
            StopIteration: There is none.
        """
        if self._closed:
            raise StopIteration
        try:
            return next(self._items)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection back. Items that have not been read are lost."""
        if not self._closed:
            self._closed = True
            self._exchange.close()

    def __del__(self) -> None:
        if not getattr(self, "_closed", True):
            self._client.abandon(self._exchange)


class AsyncStream(AsyncClosing, Generic[T_co]):
    """Items that the service sends one after another, for asyncio: the counterpart of `Stream`.

    Iterate over it with `async for`, best in an `async with` statement.

    Attributes:
        status: The HTTP status.
        headers: The header fields.
    """

    def __init__(self, client: _AsyncKeeper, call: Call, answer: Answer, media: MediaType) -> None:
        self._client = client
        self._exchange = cast(AsyncExchange, answer.body)
        self._items: AsyncIterator[T_co] = _async_items(call, self._exchange, media)
        self._closed = False
        self.status: int = answer.status
        self.headers: Headers = answer.headers

    def __aiter__(self) -> AsyncIterator[T_co]:
        return self

    async def __anext__(self) -> T_co:
        """Wait for the next item.

        Raises:
            ApiConnectionError: The connection broke.
            ResponseValidationError: An item cannot be read; those after it are lost.
            StopAsyncIteration: There is none.
        """
        if self._closed:
            raise StopAsyncIteration
        try:
            return await anext(self._items)
        except BaseException:
            await self.close()
            raise

    async def aclose(self) -> None:
        """Give the connection back. Items that have not been read are lost."""
        if not self._closed:
            self._closed = True
            await self._exchange.close()

    def __del__(self) -> None:
        if not getattr(self, "_closed", True):
            self._client.abandon(self._exchange)


def _items(call: Call, exchange: Exchange, media: MediaType) -> Iterator[Any]:
    reader = ItemReader(media, call.session.configuration.max_response_bytes)
    try:
        for chunk in exchange:
            yield from reader.feed(chunk)
            if reader.ended:
                return
        yield from reader.finish()
    except (Fault, CutOff, ItemTooLarge, UnreadableItem, Undecodable) as problem:
        raise _failure(call, exchange, problem) from problem


async def _async_items(call: Call, exchange: AsyncExchange, media: MediaType) -> AsyncIterator[Any]:
    reader = ItemReader(media, call.session.configuration.max_response_bytes)
    try:
        async for chunk in exchange:
            for item in reader.feed(chunk):
                yield item
            if reader.ended:
                return
        for item in reader.finish():
            yield item
    except (Fault, CutOff, ItemTooLarge, UnreadableItem, Undecodable) as problem:
        raise _failure(call, exchange, problem) from problem


def _failure(call: Call, exchange: Exchange | AsyncExchange, problem: Exception) -> Exception:
    """Return the error that a problem with a stream is to the caller."""
    if isinstance(problem, Fault):
        return call.failure(problem)
    if isinstance(problem, CutOff):
        return call.failure(Fault("the stream ended within an event", Outcome.LOST))
    if isinstance(problem, Undecodable):
        return undecodable(call, exchange.status, exchange.headers, problem)
    content = problem.content if isinstance(problem, UnreadableItem) else b""
    message = (
        f"an item of the stream cannot be read: {problem}"
        if isinstance(problem, UnreadableItem)
        else "an item of the stream holds more than max_response_bytes"
    )
    error = ResponseValidationError(
        message, status=exchange.status, headers=exchange.headers, body=content
    )
    return call.attach(error)
