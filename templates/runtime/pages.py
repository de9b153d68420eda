"""What an `iter_` method returns: the items of all pages, asked for one page after another.

Importing a client imports this module; `paging`, which decides, is imported with the resource that has pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

from .api_response import ApiResponse
from .operation import Operation
from .unset import UNSET

if TYPE_CHECKING:
    from .paging import Listing, Position

T = TypeVar("T")


class _Client(Protocol):
    def call(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
        link: str | None = None,
    ) -> ApiResponse[Any]: ...


class _AsyncClient(Protocol):
    async def call(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
        link: str | None = None,
    ) -> ApiResponse[Any]: ...


class _Page(Generic[T]):
    def __init__(
        self, items: list[T], response: ApiResponse[Any], following: Position | None
    ) -> None:
        self.items: list[T] = items
        self.response: ApiResponse[Any] = response
        self.following = following

    @property
    def has_next(self) -> bool:
        """Whether there is another page to ask for. It may turn out to have no items."""
        return self.following is not None

    @property
    def resume(self) -> Mapping[str, Any] | None:
        """The arguments with which the same method begins after this page, besides the others of the call.

        None after the last page, and where the service gives whole URLs.
        """
        return None if self.following is None else self.following.ask().resume

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.items)} items>"


class Page(_Page[T]):
    """One page of a list.

    Attributes:
        items: Its items, in the order in which iteration gives them.
        response: The response that they came in, with status and headers.
        following: Where the next page begins; None after the last one.
    """

    def __init__(
        self,
        items: list[T],
        response: ApiResponse[Any],
        following: Position | None,
        turn: Callable[[Position], Page[T]],
    ) -> None:
        super().__init__(items, response, following)
        self._turn = turn

    def next_page(self) -> Page[T] | None:
        """Ask for the next page.

        Returns:
            The page; None after the last one.

        Raises:
            ApiError: The call failed. The page can be asked for again.
        """
        return None if self.following is None else self._turn(self.following)


class AsyncPage(_Page[T]):
    """One page of a list, for asyncio: the counterpart of `Page`.

    Attributes:
        items: Its items, in the order in which iteration gives them.
        response: The response that they came in, with status and headers.
        following: Where the next page begins; None after the last one.
    """

    def __init__(
        self,
        items: list[T],
        response: ApiResponse[Any],
        following: Position | None,
        turn: Callable[[Position], Awaitable[AsyncPage[T]]],
    ) -> None:
        super().__init__(items, response, following)
        self._turn = turn

    async def next_page(self) -> AsyncPage[T] | None:
        """Ask for the next page.

        Returns:
            The page; None after the last one.

        Raises:
            ApiError: The call failed. The page can be asked for again.
        """
        return None if self.following is None else await self._turn(self.following)


class Paged(Generic[T]):
    """The items of a list, page after page: an iterator. A page is asked for when the items of the one before are used up.

    After an error the iteration can go on: it asks for the page that failed again.
    """

    def __init__(self, client: _Client, listing: Listing[T]) -> None:
        self._client = client
        self._listing = listing
        self._position: Position | None = listing.start()
        self._items: Iterator[T] = iter(())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        """Return the next item.

        Raises:
            ApiError: A call failed.
            PagingError: The service's pages do not lead to the end of the list.
            StopIteration: There is none.
        """
        while True:
            for item in self._items:
                return item
            page = self._next()
            if page is None:
                raise StopIteration
            self._items = iter(page.items)

    def pages(self) -> Iterator[Page[T]]:
        """Iterate over the pages that were not asked for yet, in place of the items."""
        while (page := self._next()) is not None:
            yield page

    def _next(self) -> Page[T] | None:
        if self._position is None:
            return None
        page = self._turn(self._position)
        self._position = page.following
        return page

    def _turn(self, position: Position) -> Page[T]:
        from .paging import Taken

        while True:
            response = self._client.call(**self._listing.request(position))
            taken = self._listing.take(position, response)
            if isinstance(taken, Taken):
                return Page(taken.items, response, taken.following, self._turn)
            position = taken


class AsyncPaged(Generic[T]):
    """The items of a list, page after page, for asyncio: the counterpart of `Paged`, for `async for`."""

    def __init__(self, client: _AsyncClient, listing: Listing[T]) -> None:
        self._client = client
        self._listing = listing
        self._position: Position | None = listing.start()
        self._items: Iterator[T] = iter(())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """Return the next item.

        Raises:
            ApiError: A call failed.
            PagingError: The service's pages do not lead to the end of the list.
            StopAsyncIteration: There is none.
        """
        while True:
            for item in self._items:
                return item
            page = await self._next()
            if page is None:
                raise StopAsyncIteration
            self._items = iter(page.items)

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """Iterate over the pages that were not asked for yet, in place of the items."""
        while (page := await self._next()) is not None:
            yield page

    async def _next(self) -> AsyncPage[T] | None:
        if self._position is None:
            return None
        page = await self._turn(self._position)
        self._position = page.following
        return page

    async def _turn(self, position: Position) -> AsyncPage[T]:
        from .paging import Taken

        while True:
            response = await self._client.call(**self._listing.request(position))
            taken = self._listing.take(position, response)
            if isinstance(taken, Taken):
                return AsyncPage(taken.items, response, taken.following, self._turn)
            position = taken
