"""The base of the generated resource classes, and the same methods with their responses."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from types import MethodType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast, overload

from .api_response import ApiResponse
from .async_client import BaseAsyncClient
from .closing import AsyncClosing, Closing
from .configuration import BaseConfiguration
from .operation import Operation, StreamedOperation
from .sync_client import BaseClient
from .unset import UNSET

if TYPE_CHECKING:
    from .pages import AsyncPaged, Paged
    from .paging import Paging
    from .waiting import Waiting

P = ParamSpec("P")
T = TypeVar("T")


class Resource(Closing):
    """The operations of one tag.

    Args:
        client: The client to call through, or a configuration, for which the resource makes a client that it owns and
            that is closed with it.
    """

    def __init__(self, client: BaseClient | BaseConfiguration) -> None:
        self._owns_client = isinstance(client, BaseConfiguration)
        self._client = BaseClient(client) if isinstance(client, BaseConfiguration) else client
        self._with_response = False

    def close(self) -> None:
        """Close the connections, if the resource was made from a configuration."""
        if self._owns_client:
            self._client.close()

    def _call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
    ) -> T:
        """Call an operation and return its value, or its whole response in a twin made by `with_response`."""
        response = self._client.call(operation, arguments, options, body, content_type)
        return cast(T, response if self._with_response else response.data)

    def _iterate(
        self,
        operation: Operation[Any],
        paging: Paging[T],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
    ) -> Paged[T]:
        """Return the items of all pages of an operation."""
        from .pages import Paged
        from .paging import Listing

        listing = Listing(operation, paging, arguments, options, body, content_type)
        return Paged(self._client, listing)

    def _wait(
        self,
        operation: Operation[T],
        waiting: Waiting,
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
    ) -> T:
        """Call an operation until its answer says that what is waited for is there, and return that answer."""
        from .waiting import Wait

        wait = Wait(operation, waiting, options)
        while True:
            with wait.asking():
                response = self._client.call(operation, arguments, wait.options())
            seconds = wait.pause(response)
            if seconds is None:
                return cast(T, response.data)
            time.sleep(seconds)


class AsyncResource(AsyncClosing):
    """The operations of one tag, for asyncio.

    Args:
        client: The client to call through, or a configuration, for which the resource makes a client that it owns and
            that is closed with it.
    """

    def __init__(self, client: BaseAsyncClient | BaseConfiguration) -> None:
        self._owns_client = isinstance(client, BaseConfiguration)
        self._client = BaseAsyncClient(client) if isinstance(client, BaseConfiguration) else client
        self._with_response = False

    async def aclose(self) -> None:
        """Close the connections, if the resource was made from a configuration."""
        if self._owns_client:
            await self._client.aclose()

    @overload
    async def _call(
        self,
        operation: StreamedOperation[Any, T],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
    ) -> T: ...

    @overload
    async def _call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
    ) -> T: ...

    async def _call(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
    ) -> object:
        """Call an operation and return its value, or its whole response in a twin made by `async_with_response`."""
        response = await self._client.call(operation, arguments, options, body, content_type)
        return response if self._with_response else response.data

    def _iterate(
        self,
        operation: Operation[Any],
        paging: Paging[T],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
    ) -> AsyncPaged[T]:
        """Return the items of all pages of an operation."""
        from .pages import AsyncPaged
        from .paging import Listing

        listing = Listing(operation, paging, arguments, options, body, content_type)
        return AsyncPaged(self._client, listing)

    async def _wait(
        self,
        operation: Operation[T],
        waiting: Waiting,
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
    ) -> T:
        """Call an operation until its answer says that what is waited for is there, and return that answer."""
        from asyncio import sleep

        from .waiting import Wait

        wait = Wait(operation, waiting, options)
        while True:
            with wait.asking():
                response = await self._client.call(operation, arguments, wait.options())
            seconds = wait.pause(response)
            if seconds is None:
                return cast(T, response.data)
            await sleep(seconds)


def with_response(method: Callable[P, T]) -> Callable[P, ApiResponse[T]]:
    """Return a resource's method so that it gives the whole response.

    Args:
        method: A method bound to its resource.
    """
    return cast(Callable[P, ApiResponse[T]], _of_twin(method))


def async_with_response(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, Awaitable[ApiResponse[T]]]:
    """Return an asynchronous resource's method so that it gives the whole response.

    Args:
        method: A method bound to its resource.
    """
    return cast(Callable[P, Awaitable[ApiResponse[T]]], _of_twin(method))


def _of_twin(method: Callable[..., object]) -> object:
    """Return the same method of a resource that gives whole responses, over the same client."""
    bound = cast(MethodType, method)
    twin = copy(bound.__self__)
    vars(twin).update(_owns_client=False, _with_response=True)
    return getattr(twin, bound.__name__)
