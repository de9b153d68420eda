"""What a server sends beyond its answer never becomes the answer to another request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from bandwidth_recordings import ApiConnectionError, RetryPolicy

from .callers import Caller
from .servers import JSON, PATIENCE, Action, Connection, FaultServer, Received, answer, head

BODY = b'{"recordingId": "r-1"}'
FOREIGN = b'{"recordingId": "of another"}'
UNASKED = head(200, {**JSON, "Content-Length": str(len(FOREIGN)), "X-Foreign": "1"}) + FOREIGN
SURPLUS = {"bytes": b"}}", "an answer": UNASKED, "the beginning of one": UNASKED[:-3]}


@pytest.fixture(params=["sync", "async", "aiohttp", "sync own", "async own"])
def transport(request: pytest.FixtureRequest) -> str:
    transport: str = request.param
    return transport


@pytest.fixture
def caller(transport: str, server: FaultServer) -> Iterator[Caller]:
    make: Any = {"sync own": httpx2.Client, "async own": httpx2.AsyncClient}.get(transport)
    own = make and make()
    caller = Caller(
        "sync" if transport.startswith("sync") else "async",
        transport="aiohttp" if transport == "aiohttp" else "httpx2",
        http_client=own,
        base_url=server.url,
        username="u",
        password="p",
        retry=RetryPolicy(base=0.01),
    )
    yield caller
    if isinstance(own, httpx2.Client):
        own.close()
    elif own is not None:
        caller.wait(own.aclose())
    caller.close()


def followed_by(surplus: bytes, headers: Mapping[str, str], body: bytes = BODY) -> Action:
    """An answer and more, at once."""
    length = {"Content-Length": str(len(body))}
    return lambda connection, _: connection.send(head(200, {**headers, **length}) + body + surplus)


@pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS.keys())
@pytest.mark.parametrize("first", ["get", "post", "save"])
def test_what_comes_with_an_answer(
    caller: Caller,
    transport: str,
    server: FaultServer,
    tmp_path: Path,
    first: str,
    surplus: bytes,
) -> None:
    kind = {"Content-Type": "audio/vnd.wave"} if first == "save" else JSON
    server.script = [followed_by(surplus, kind), answer(200, BODY)]
    call = partial(caller.save, tmp_path / "a.wav") if first == "save" else getattr(caller, first)
    if transport == "aiohttp" and surplus == SURPLUS["bytes"]:
        # aiohttp has taken these for the next answer, which they are not, before it gives the first
        with pytest.raises(ApiConnectionError):
            call(max_retries=0)
    else:
        call()
    response = caller.response("transcribe_call_recording", "a", "c", "r", {})
    assert response.attempts == 1
    assert "x-foreign" not in response.headers
    assert caller.get().recording_id == "r-1"
    assert [request.method for request in server.requests][1:] == ["POST", "GET"]
    assert server.connections == 2


@pytest.mark.parametrize(
    "nothing", [head(204, {}), head(200, {"Content-Length": "0"})], ids=["204", "200"]
)
def test_a_body_where_there_is_none(caller: Caller, server: FaultServer, nothing: bytes) -> None:
    server.script = [
        lambda connection, _: connection.send(nothing + UNASKED),
        answer(200, BODY),
    ]
    caller.delete()
    assert caller.get().recording_id == "r-1"
    assert server.connections == 2


@pytest.mark.parametrize("surplus", [b"}}", UNASKED], ids=["bytes", "an answer"])
@pytest.mark.parametrize("watched", [True, False])
def test_what_comes_while_a_connection_is_idle(
    caller: Caller, server: FaultServer, surplus: bytes, watched: bool
) -> None:
    asked, sent = threading.Event(), threading.Event()

    def late(connection: Connection, _: Received) -> None:
        connection.send(head(200, {**JSON, "Content-Length": str(len(BODY))}) + BODY)
        asked.wait(PATIENCE)
        connection.send(surplus)
        sent.set()

    server.script = [late, answer(200, BODY)]
    assert caller.get().recording_id == "r-1"
    asked.set()
    assert sent.wait(PATIENCE)
    if watched and caller.kind == "async":
        caller.wait(asyncio.sleep(0.05))
    response = caller.response("transcribe_call_recording", "a", "c", "r", {})
    assert response.attempts == 1
    assert "x-foreign" not in response.headers
    assert caller.get().recording_id == "r-1"
    assert [request.method for request in server.requests] == ["GET", "POST", "GET"]
