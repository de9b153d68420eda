"""The asynchronous client: performs the steps of calls in the caller's task, on asyncio.

What is slow to import, asyncio among it, is imported by the first call and not with the package.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping
from inspect import isawaitable
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast

from .api_response import ApiResponse
from .auth import Grant
from .closing import AsyncClosing
from .configuration import BaseConfiguration
from .errors import ApiError
from .exchange import AsyncExchange
from .faults import Fault
from .forking import UNDIVIDED
from .operation import Operation
from .options import CallOptions, resolve
from .retry import Outcome
from .session import Session
from .steps import Discard, Flow, Notify, Obtain, Read, Send, Sleep, Step
from .tokens import Token
from .unset import UNSET
from .wire import AsyncTransport

if TYPE_CHECKING:
    import asyncio

    from .results import Calls

T = TypeVar("T")


class BaseAsyncClient(AsyncClosing):
    """A client: a configuration and the connections that its calls share. Tasks may share it.

    Args:
        configuration: Where the service is and who calls it.
    """

    def __init__(self, configuration: BaseConfiguration) -> None:
        self._configuration = configuration
        self._session = Session(configuration)
        self._transport: AsyncTransport | None = None
        self._closed = False
        self._calls: type[Calls] | None = None
        self._abandoned: deque[AsyncExchange] = deque()
        self._owner: tuple[int, asyncio.AbstractEventLoop | None] = (0, None)
        self._locks: dict[Grant, asyncio.Lock] = {}

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: object = UNSET,
        content_type: str = "application/json",
        **options: Unpack[CallOptions],
    ) -> ApiResponse[Any]:
        """Call something that the document does not describe, with the same credentials, retries and errors.

        Args:
            method: The HTTP method.
            path: The path, percent-encoded, appended to the server's URL.
            body: The body: what the content type can express.
            content_type: How the body is sent.
            options: The options of a call, such as extra_query and extra_headers.

        Returns:
            The response. Its data is the value of a JSON body, the str of a text, or bytes.

        Raises:
            ApiError: The call failed, or cannot be made so.
        """
        from .results import undescribed

        return await self.call(undescribed(method, path, body, content_type), {}, options, body)

    async def aclose(self) -> None:
        """Close the connections. A call after this raises RuntimeError."""
        self._closed = True
        if self._transport is not None:
            await self._transport.close()

    async def call(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        options: Mapping[str, Any],
        body: object = UNSET,
        content_type: str | None = None,
        link: str | None = None,
    ) -> ApiResponse[Any]:
        """Call an operation.

        Args:
            operation: Its description.
            arguments: The method's arguments by name; None is not sent.
            options: The options of the call.
            body: The body.
            content_type: The media type of the body; None to choose a documented one by the body.
            link: What the service gave as the URL of a next page, in place of the operation's.

        Returns:
            The response; if the body cannot be read, its data raises.

        Raises:
            ApiError: The call failed.
            RuntimeError: The client is closed.
        """
        self._connected()  # first, so that what it imports takes nothing from the time of the call
        calls = self._calls or self._imported()
        call = calls.begin(
            self._session,
            operation,
            arguments,
            body,
            resolve(self._session.options, options, operation.name),
            content_type,
            link,
        )
        with call.traced():
            answer = await self.run(call.perform())
            if isinstance(answer.body, bytes):
                response = calls.respond(call, answer)
                if response.problem is not None:
                    await self.run(call.failed(response.problem))
                return response
            media = calls.streamed(operation, answer.status, answer.headers.get("content-type"))
            if media is not None and media.stream:
                from .streams import AsyncStream

                items: AsyncStream[Any] = AsyncStream(self, call, answer, media)
                return calls.wrap(call, answer, items)
            from .download_async import AsyncDownload

            name = calls.fallback_name(operation, arguments)
            return calls.wrap(call, answer, AsyncDownload(self, call, answer, name))

    async def run(self, flow: Flow[T]) -> T:
        """Perform the steps of a flow and return its result."""
        if self._closed:
            raise RuntimeError("the client is closed")
        import asyncio

        owner = os.getpid(), asyncio.get_running_loop()
        if self._owner != owner:
            self._owner, self._locks, self._abandoned = owner, {}, deque()
        while self._abandoned:
            await self._abandoned.popleft().close()
        exchange: AsyncExchange | None = None
        try:
            step = next(flow)
            while True:
                try:
                    result = await self._perform(step)
                except BaseException as error:
                    step = flow.throw(error)
                else:
                    if type(step) is Send:
                        exchange = cast(AsyncExchange, result)
                    step = flow.send(result)
        except StopIteration as done:
            return cast(T, done.value)
        except BaseException:
            if exchange is not None:
                await exchange.close()
            raise

    def abandon(self, exchange: AsyncExchange) -> None:
        """Have an exchange closed before the next call: for a finalizer, which cannot wait."""
        self._abandoned.append(exchange)

    async def _perform(self, step: Step) -> object:
        match step:
            case Send():
                if step.span is None:
                    return await self._connected().send(step.request)
                with step.span.current():
                    return await self._connected().send(step.request)
            case Read():
                return await cast(AsyncExchange, step.exchange).read(step.most)
            case Obtain():
                return await self._token(step)
            case Discard():
                await cast(AsyncExchange, step.exchange).close()
            case Sleep():
                from asyncio import sleep

                await sleep(step.seconds)
            case Notify():
                told = step.hook(step.event)
                if isawaitable(told):
                    await told
        return None

    async def _token(self, step: Obtain) -> Token:
        """Return a token; of tasks that need one at the same time, one asks for it and the others wait."""
        import asyncio

        tokens = self._session
        token = tokens.fresh(step.grant, step.rejected, monotonic())
        if token is not None:
            return token
        since = monotonic()
        left = step.call.deadline_at - since
        lock = self._locks.setdefault(step.grant, asyncio.Lock())
        try:
            async with asyncio.timeout(None if left == float("inf") else left):
                await lock.acquire()
        except TimeoutError as error:
            raise Fault("timed out", Outcome.FINAL, timed_out=True) from error
        try:
            token = tokens.fresh(step.grant, step.rejected, monotonic())
            if token is None:
                tokens.check_refused(step.grant, since)
                token = tokens.tokens[step.grant] = await self.run(step.call.obtain(step.grant))
            return token
        except ApiError as error:
            if monotonic() < step.call.deadline_at:
                tokens.refused(step.grant, error, monotonic())
            raise
        finally:
            lock.release()

    def _imported(self) -> type[Calls]:
        from .results import Calls

        self._calls = Calls
        return Calls

    def _connected(self) -> AsyncTransport:
        if self._transport is None:
            with UNDIVIDED:
                self._imported()
                self._transport = _transport(self._configuration)
        return self._transport


def _transport(configuration: BaseConfiguration) -> AsyncTransport:
    client = configuration.http_client
    if configuration.transport == "aiohttp":
        from .aiohttp_transport import AiohttpPool

        return AiohttpPool(configuration)
    if client is None:
        from .transport import AsyncPool

        return AsyncPool(configuration)
    import httpx2

    if not isinstance(client, httpx2.AsyncClient):
        raise TypeError(
            "http_client is not an httpx2.AsyncClient, which the asynchronous client needs"
        )
    from .user_transport import AsyncUserTransport

    return AsyncUserTransport(client)
