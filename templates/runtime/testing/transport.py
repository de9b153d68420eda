"""The fake as a transport of httpx2: nothing goes over a socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import httpx2

from ..headers import Headers
from .messages import Answer, Incoming


class FakeTransport(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Answers requests of both kinds of clients by a function.

    Args:
        answer: Gives the answer of a request.
    """

    def __init__(self, answer: Callable[[Incoming], Answer]) -> None:
        self._answer = answer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request of a synchronous client."""
        request.read()
        answer = self._answer(_incoming(request))
        seconds = _waited(answer, request)
        if seconds:
            time.sleep(seconds)
        return _response(answer, request, seconds)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request of an asynchronous client."""
        await request.aread()
        answer = self._answer(_incoming(request))
        seconds = _waited(answer, request)
        if seconds:
            await asyncio.sleep(seconds)
        return _response(answer, request, seconds)


class _Cut(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that ends too early."""

    def __init__(self, part: bytes, size: int) -> None:
        self._part = part
        self._error = httpx2.RemoteProtocolError(
            f"the connection ended after {len(part)} of {size} bytes of the body"
        )

    def __iter__(self) -> Iterator[bytes]:
        yield self._part
        raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._part
        raise self._error


def _incoming(request: httpx2.Request) -> Incoming:
    pairs = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
    ]
    return Incoming(request.method, str(request.url), Headers(pairs), request.content)


def _waited(answer: Answer, request: httpx2.Request) -> float:
    """Return the seconds that the client waits for an answer: no longer than it has patience."""
    patience: float | None = request.extensions.get("timeout", {}).get("read")
    return answer.delay if patience is None else min(answer.delay, patience)


def _response(answer: Answer, request: httpx2.Request, waited: float) -> httpx2.Response:
    if waited < answer.delay:
        raise httpx2.ReadTimeout("timed out", request=request)
    if answer.reset:
        raise httpx2.ReadError("connection reset", request=request)
    headers = dict(answer.headers)
    if answer.status not in (204, 304):
        headers["Content-Length"] = str(len(answer.body))
    if request.method == "HEAD" or answer.status in (204, 304):
        return httpx2.Response(answer.status, headers=headers, request=request)
    if answer.truncate is not None:
        cut = _Cut(answer.body[: answer.truncate], len(answer.body))
        return httpx2.Response(answer.status, headers=headers, stream=cut, request=request)
    return httpx2.Response(answer.status, headers=headers, content=answer.body, request=request)
