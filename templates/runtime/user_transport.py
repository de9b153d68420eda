"""The user's own httpx2 client as the transport: for other transports, proxies by host, and tests.

What the client says of connections holds: its transport and mounts, proxies, certificates and limits. So do its event hooks,
and its headers, cookies and authentication where the call has none of its own; they are not sent to another origin that a
redirect leads to. Its timeouts, parameters, base URL and redirects are not used, so that calls behave the same over any client.
The asynchronous client keeps deadlines to the moment. A synchronous one looks at the clock between two reads, and one
read may take as long as was left when the body began: httpx2 has no way to interrupt it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import cast

import httpx2

from .compression import Decoder, decoder
from .exchange import AsyncExchange, Errors, Exchange
from .faults import Fault, harmless
from .headers import Headers
from .limits import Limits, left, sooner
from .retry import Outcome
from .surplus import spoiled
from .wire import Outgoing

ERRORS: Errors = (httpx2.TransportError,)


class UserTransport:
    """Sends requests through an `httpx2.Client`."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client

    def send(self, request: Outgoing) -> Exchange:
        """Send a request and return its answer."""
        prepared = _prepared(request, self._client)
        try:
            response = self._client.send(
                prepared, stream=True, auth=_auth(request, self._client), follow_redirects=False
            )
        except ERRORS as error:
            raise Fault.of(error) from harmless(error)
        headers = _received(response)
        return Exchange(
            response.status_code,
            headers,
            _chunks(response, request.limits),
            partial(_give_back, response),
            ERRORS,
            self.interrupted,
            decode=_decoder(response, headers),
        )

    def interrupted(self) -> None:
        """Leave the client as it is: its connections are its owner's."""

    def close(self) -> None:
        """Leave the client open: it is its owner's to close."""


class AsyncUserTransport:
    """Sends requests through an `httpx2.AsyncClient`."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def send(self, request: Outgoing) -> AsyncExchange:
        """Send a request and return its answer."""
        prepared = _prepared(request, self._client)
        try:
            async with asyncio.timeout(left(request.limits)):
                response = await self._client.send(
                    prepared, stream=True, auth=_auth(request, self._client), follow_redirects=False
                )
        except ERRORS as error:
            raise Fault.of(error) from harmless(error)
        except TimeoutError as error:
            raise Fault("timed out", Outcome.LOST, timed_out=True) from error
        headers = _received(response)
        return AsyncExchange(
            response.status_code,
            headers,
            _chunks_async(response, request.limits),
            partial(_give_back_async, response),
            ERRORS,
            decode=_decoder(response, headers),
        )

    async def close(self) -> None:
        """Leave the client open: it is its owner's to close."""


def _prepared(request: Outgoing, client: httpx2.Client | httpx2.AsyncClient) -> httpx2.Request:
    content = request.content
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    if content is not None and content.data is None and content.length is not None:
        headers.append((b"Content-Length", b"%d" % content.length))
    if not request.elsewhere:
        given = {name.lower() for name, _ in headers}
        headers += [pair for pair in client.headers.raw if pair[0].lower() not in given]
    most = left(request.limits)
    limits = request.limits
    seconds = {
        name: value if most is None else min(most, most if value is None else value)
        for name, value in (
            ("connect", sooner(limits.connect, most)),
            ("read", limits.read),
            ("write", limits.write),
            ("pool", sooner(limits.pool, most)),
        )
    }
    return httpx2.Request(
        request.method,
        request.url,
        headers=headers,
        cookies=None if request.elsewhere else client.cookies,
        content=None if content is None else content if content.data is None else content.data,
        extensions={"timeout": seconds},
    )


def _auth(request: Outgoing, client: httpx2.Client | httpx2.AsyncClient) -> httpx2.Auth:
    """Return the client's authentication if the request may have it and has none."""
    own = any(name.lower() == "authorization" for name, _ in request.headers)
    return client.auth if client.auth and not own and not request.elsewhere else httpx2.Auth()


def _received(response: httpx2.Response) -> Headers:
    return Headers(
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw]
    )


def _decoder(response: httpx2.Response, headers: Headers) -> Decoder | None:
    """Return what decompresses a body that has not been read; one that a transport made whole is plain already."""
    return None if response.is_stream_consumed else decoder(headers)


def _give_back(response: httpx2.Response) -> None:
    if (network := spoiled(response)) is not None:
        network.close()
    response.close()


async def _give_back_async(response: httpx2.Response) -> None:
    await asyncio.shield(asyncio.ensure_future(_close(response)))  # it may wait for anything


async def _close(response: httpx2.Response) -> None:
    if (network := spoiled(response)) is not None:
        await network.aclose()
    await response.aclose()


def _chunks(response: httpx2.Response, limits: Limits) -> Iterator[bytes]:
    if response.is_stream_consumed:
        yield response.content
        return
    # Not iter_raw(), which would give the connection back.
    stream = cast(httpx2.SyncByteStream, response.stream)
    for chunk in stream:
        yield chunk
        left(limits)


async def _chunks_async(response: httpx2.Response, limits: Limits) -> AsyncIterator[bytes]:
    if response.is_stream_consumed:
        yield response.content
        return
    chunks = aiter(cast(httpx2.AsyncByteStream, response.stream))
    try:
        while True:
            async with asyncio.timeout(left(limits)):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk
    except TimeoutError as error:
        raise Fault("timed out", Outcome.LOST, timed_out=True) from error
