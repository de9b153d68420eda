"""HTTP/2: the same retries, times and errors as over HTTP/1.1."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bandwidth_recordings import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    AsyncClient,
    Client,
    NotFoundError,
    ServiceUnavailableError,
)

from . import http2_server as h2
from .callers import IDS, Caller
from .certificates import Authority
from .conftest import MakeCaller
from .servers import FaultServer, answer
from .stopwatch import stopwatch
from .test_fault_matrix import limits

GOOD = h2.answer(200, b'{"recordingId": "r-1"}')
MakeHttp2Caller = Callable[..., Caller]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def second(authority: Authority) -> Iterator[h2.Http2Server]:
    with h2.Http2Server(authority.server(alpn=("h2",)), script=[GOOD]) as started:
        yield started


@pytest.fixture
def caller(make: MakeCaller, second: h2.Http2Server, authority: Authority) -> MakeHttp2Caller:
    def build(**options: Any) -> Caller:
        usual = {"base_url": second.url, "ssl_context": authority.client(), "http2": True}
        return make(**{**usual, **options})

    return build


def test_calls_go_over_http2_and_share_a_connection_in_turn(
    caller: MakeHttp2Caller, second: h2.Http2Server
) -> None:
    api = caller()
    for _ in range(3):
        assert api.get().recording_id == "r-1"
    api.post()
    assert second.connections == 1
    posted = second.requests[-1]
    assert (posted.method, posted.body) == ("POST", b'{"tag":"t"}')
    assert posted.headers["authorization"].startswith("Basic ")


def test_a_server_without_http2_is_spoken_to_in_its_own_version(
    caller: MakeHttp2Caller, authority: Authority
) -> None:
    with FaultServer(tls=authority.server()) as first:
        caller(base_url=first.url).get()
        assert len(first.requests) == 1


FAULTS: dict[str, tuple[h2.Action, type[ApiError], int, int]] = {
    "a stream that is reset": (h2.reset_stream, ApiConnectionError, 3, 1),
    "a connection that is closed": (h2.goodbye, ApiConnectionError, 3, 1),
    "a connection that ends": (h2.hang_up, ApiConnectionError, 3, 1),
    "silence": (h2.silence, ApiTimeoutError, 3, 1),
    "a body that stalls": (h2.stalling(b"{"), ApiTimeoutError, 3, 1),
    "a trickling body": (h2.trickle(b" " * 99, 0.05), ApiTimeoutError, 3, 1),
    "503": (h2.answer(503), ServiceUnavailableError, 3, 1),
    "404": (h2.answer(404), NotFoundError, 1, 1),
}


@pytest.mark.parametrize("name", ["get", "post"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_that_lasts(
    caller: MakeHttp2Caller,
    second: h2.Http2Server,
    fault: tuple[h2.Action, type[ApiError], int, int],
    name: str,
) -> None:
    action, error, *requests = fault
    second.script = [action]
    expected = requests[name == "post"]
    api = caller(max_retries=2, **limits(error, expected))
    with stopwatch() as watch:
        with pytest.raises(error) as caught:
            getattr(api, name)()
        assert watch.running < 1.6
    assert second.received(expected) == expected == caught.value.attempts
    second.script = [GOOD]
    assert api.get().recording_id == "r-1"


@pytest.mark.parametrize("refuse", [h2.refuse_stream, h2.goodbye_unheard])
def test_what_the_server_has_not_looked_at_is_sent_again_whatever_it_is(
    caller: MakeHttp2Caller, second: h2.Http2Server, refuse: h2.Action
) -> None:
    second.script = [GOOD, refuse, GOOD]
    api = caller(max_retries=1)
    api.get()
    api.post()
    assert [request.method for request in second.requests] == ["GET", "POST", "POST"]
    assert second.connections == 2
    second.script = [refuse]
    with pytest.raises(ApiConnectionError, match="without processing it") as caught:
        api.post()
    assert caught.value.attempts == 2


def test_a_farewell_while_a_connection_is_idle_costs_no_request(
    caller: MakeHttp2Caller, second: h2.Http2Server
) -> None:
    left = threading.Event()

    def leave(stream: h2.Stream) -> bool | None:
        GOOD(stream)
        left.wait(h2.PATIENCE)
        return h2.goodbye(stream)

    second.script = [leave, GOOD]
    api = caller(max_retries=0)
    api.get()
    left.set()
    for _ in range(1000):
        if not second.open_connections:
            break
        time.sleep(0.01)
    api.post()
    assert second.connections == 2


def test_a_slow_call_does_no_harm_to_the_others(
    second: h2.Http2Server, authority: Authority
) -> None:
    options: dict[str, Any] = {
        "base_url": second.url,
        "ssl_context": authority.client(),
        "http2": True,
        "username": "u",
        "password": "p",
        "max_retries": 0,
    }
    second.script = [h2.silence, GOOD]
    with Client(**options) as client, ThreadPoolExecutor(8) as threads:
        slow = threads.submit(client.recordings.get_call_recording, *IDS, timeout=0.5)
        while not second.requests:
            time.sleep(0.01)
        others = [
            threads.submit(client.recordings.get_call_recording, *IDS, deadline=5)
            for _ in range(20)
        ]
        assert [other.result().recording_id for other in others] == ["r-1"] * 20
        with pytest.raises(ApiTimeoutError):
            slow.result()


def test_cancelled_calls_leave_the_pool_usable(
    second: h2.Http2Server, authority: Authority
) -> None:
    async def main() -> None:
        async with AsyncClient(
            base_url=second.url,
            ssl_context=authority.client(),
            http2=True,
            username="u",
            password="p",
            max_connections=2,
        ) as client:
            second.script = [h2.trickle(b"{}", 0.02)]
            for _ in range(20):
                tasks = [
                    asyncio.create_task(client.recordings.get_call_recording(*IDS))
                    for _ in range(3)
                ]
                await asyncio.sleep(0.01)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            second.script = [GOOD]
            results = await asyncio.gather(
                *(client.recordings.get_call_recording(*IDS, deadline=5) for _ in range(6))
            )
            assert [result.recording_id for result in results] == ["r-1"] * 6

    asyncio.run(main())


def test_a_body_that_is_left_takes_its_connection_with_it(
    caller: MakeHttp2Caller, second: h2.Http2Server
) -> None:
    def media(stream: h2.Stream) -> None:
        stream.state.send_headers(stream.id, [(":status", "200"), ("content-type", "audio/mpeg")])
        stream.data(b"x" * 1000, end=False)

    second.script = [media, GOOD]
    api = caller(max_connections=1)
    download = api("download_call_recording", *IDS)
    api.wait(download.close())
    assert api.get(deadline=5).recording_id == "r-1"
    assert second.connections == 2


def test_an_answer_over_http1_is_untouched_by_the_option(
    make: MakeCaller, server: FaultServer
) -> None:
    server.script = [answer(200, b'{"recordingId": "r-1"}')]
    assert make(http2=True).get().recording_id == "r-1"
