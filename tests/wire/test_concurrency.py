"""Clients shared between threads and tasks, interrupted, cancelled and forked: nothing is lost, nothing leaks."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import httpx2
import pytest
from bandwidth_recordings import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    AsyncClient,
    Client,
    Event,
    Hooks,
    RequestValidationError,
    RetryPolicy,
)

from .callers import IDS, Caller
from .conftest import MakeCaller
from .servers import (
    FaultServer,
    answer,
    reset,
    silence,
    slow_body,
)


def options(**given: Any) -> dict[str, Any]:
    """Return the options of a client that retries at once."""
    usual = {
        "username": "u",
        "password": "p",
        "retry": RetryPolicy(base=0.001, cap=0.01),
        "max_retries": 10,
        "max_connections": 20,
    }
    return {**usual, **given}


def test_cancelled_calls_leave_the_pool_usable(server: FaultServer) -> None:
    async def main() -> Counter[str]:
        chance = random.Random(3)
        ends: Counter[str] = Counter()
        async with AsyncClient(base_url=server.url, **options(max_connections=3)) as client:

            async def call() -> None:
                await client.recordings.get_call_recording(*IDS)

            for _ in range(300):
                tasks = [asyncio.create_task(call()) for _ in range(5)]
                await asyncio.sleep(chance.random() * 0.01)
                for task in tasks:
                    task.cancel()
                for result in await asyncio.gather(*tasks, return_exceptions=True):
                    ends[type(result).__name__] += 1
            server.script = [answer()]
            await asyncio.gather(*(asyncio.wait_for(call(), 5) for _ in range(6)))
        return ends

    server.script = [slow_body(b"{}", 0.002)]
    ends = asyncio.run(main())
    assert set(ends) <= {"CancelledError", "NoneType"}
    assert ends["CancelledError"] > 100


def test_a_cancelled_request_for_a_token_is_made_by_the_next_task(server: FaultServer) -> None:
    async def main() -> None:
        with FaultServer(script=[silence]) as endpoint:
            async with AsyncClient(
                base_url=server.url,
                client_id="me",
                client_secret="s",
                token_url=f"{endpoint.url}/token",
            ) as client:
                first = asyncio.create_task(client.recordings.get_call_recording(*IDS))
                second = asyncio.create_task(client.recordings.get_call_recording(*IDS))
                await asyncio.sleep(0.2)
                endpoint.script = [answer(200, b'{"access_token": "t", "token_type": "bearer"}')]
                first.cancel()
                await asyncio.wait_for(second, 5)
                assert first.cancelled()
                assert len(endpoint.requests) == 2

    asyncio.run(main())


def test_an_interrupted_call_leaves_the_pool_usable(server: FaultServer) -> None:
    with Client(base_url=server.url, **options(max_connections=1, timeout=30)) as client:
        client.recordings.get_call_recording(*IDS)  # imports and builds what a first call needs
        for script in (silence, slow_body(b" " * 1000 + b"{}", 0.01)):
            server.requests.clear()
            server.script = [script, answer()]
            timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
            timer.start()
            with pytest.raises(KeyboardInterrupt):
                client.recordings.get_call_recording(*IDS)
            timer.join()
            client.recordings.get_call_recording(*IDS, deadline=5)


def in_the_child(api: Caller) -> str | None:
    """Call from a forked process. An event loop stays with its parent, and the client finds the child's own."""
    called = api.client.recordings.get_call_recording(*IDS)
    recording = called if api.kind == "sync" else asyncio.run(awaited(called))
    found: str | None = recording.recording_id
    return found


async def awaited(result: Awaitable[Any]) -> Any:
    return await result


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_client_made_before_a_fork_works_after_it(make: MakeCaller, server: FaultServer) -> None:
    server.script = [answer(200, b'{"recordingId": "r-1"}')]
    api = make(max_connections=1, timeout=5)
    api.get()
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if in_the_child(api) == "r-1" else 1)
        except BaseException:
            os._exit(2)
    assert api.get().recording_id == "r-1"
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert server.connections == 2


FORKING_WHILE_A_CLIENT_STARTS = """
import os, signal, sys, threading, time
from bandwidth_recordings import Client
from bandwidth_recordings._runtime import sync_client

recordings = Client(base_url=sys.argv[1], username="u", password="p").recordings
started, make = threading.Event(), sync_client._transport

def make_slowly(configuration):
    started.set()
    time.sleep(0.2)
    return make(configuration)

def call():
    assert recordings.get_call_recording("9", "c", "r").recording_id == "r-1"

sync_client._transport = make_slowly
thread = threading.Thread(target=call)
thread.start()
started.wait()
child = os.fork()
if child == 0:
    signal.alarm(20)  # ends a child that waits for a thread of its parent
    call()
    os._exit(0)
thread.join()
assert os.waitpid(child, 0)[1] == 0
call()
"""

FORKING_WITHIN_THE_EVENT_LOOP = """
import asyncio, os, sys
from bandwidth_recordings import AsyncClient

async def call():
    found = await client.recordings.get_call_recording("9", "c", "r", timeout=10, max_retries=0)
    assert found.recording_id == "r-1"

async def main():
    await call()
    child = os.fork()
    if child == 0:
        asyncio._set_running_loop(None)
        asyncio.run(call())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    await call()
    await client.aclose()

client = AsyncClient(base_url=sys.argv[1], username="u", password="p", transport=sys.argv[2])
asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    ("program", "transport"),
    [
        (FORKING_WHILE_A_CLIENT_STARTS, "httpx2"),
        (FORKING_WITHIN_THE_EVENT_LOOP, "httpx2"),
        (FORKING_WITHIN_THE_EVENT_LOOP, "aiohttp"),
    ],
    ids=["while a client starts", "within a loop", "within a loop over aiohttp"],
)
def test_parent_and_child_go_on_wherever_a_fork_comes(
    server: FaultServer, program: str, transport: str
) -> None:
    server.script = [answer(200, b'{"recordingId": "r-1"}')]
    command = [sys.executable, "-c", program, server.url, transport]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_asynchronous_client_works_in_one_event_loop_after_another(server: FaultServer) -> None:
    client = AsyncClient(base_url=server.url, **options())
    for _ in range(2):
        asyncio.run(client.recordings.get_call_recording(*IDS))
    asyncio.run(client.aclose())
    gc.collect()


def test_a_client_of_the_users_own_carries_the_calls(server: FaultServer) -> None:
    server.script = [reset, answer(503), answer(200, b'{"recordingId": "r-1"}')]
    with (
        httpx2.Client() as own,
        Client(base_url=server.url, http_client=own, **options()) as client,
    ):
        assert client.recordings.get_call_recording(*IDS).recording_id == "r-1"
        server.requests.clear()
        server.script = [answer(200, b"x" * 100_000, {"Content-Type": "audio/vnd.wave"})]
        assert client.recordings.download_call_recording(*IDS).read() == b"x" * 100_000
        client.close()
        assert not own.is_closed
    with pytest.raises(RuntimeError, match="closed"):
        client.recordings.get_call_recording(*IDS)


def test_an_asynchronous_client_of_the_users_own_keeps_the_deadline(server: FaultServer) -> None:
    async def main() -> None:
        async with (
            httpx2.AsyncClient() as own,
            AsyncClient(base_url=server.url, http_client=own, **options()) as client,
        ):
            server.script = [slow_body(b" " * 1000 + b"{}", 0.05)]
            with pytest.raises(ApiTimeoutError, match="deadline"):
                await client.recordings.get_call_recording(*IDS, deadline=0.4)
            server.script = [answer()]
            await client.recordings.get_call_recording(*IDS)

    asyncio.run(main())


def test_a_mock_transport_serves_the_users_tests() -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            raise httpx2.ConnectError("no", request=request)
        return httpx2.Response(200, json={"recordingId": "r-9"})

    own = httpx2.Client(transport=httpx2.MockTransport(respond))
    with Client(
        base_url="https://example.com", http_client=own, **options(max_retries=1)
    ) as client:
        assert client.recordings.get_call_recording(*IDS).recording_id == "r-9"
        with pytest.raises(ApiConnectionError) as caught:
            client.recordings.transcribe_call_recording(*IDS, {})
        assert caught.value.attempts == 2
    own.close()


def test_the_wrong_kind_of_client_is_refused(server: FaultServer) -> None:
    with httpx2.Client() as own:
        client = AsyncClient(base_url=server.url, http_client=own, **options())
        with pytest.raises(TypeError, match=r"httpx2\.AsyncClient"):
            asyncio.run(client.recordings.get_call_recording(*IDS))


def test_an_undescribed_request_has_the_same_credentials_retries_and_errors(
    make: MakeCaller, server: FaultServer
) -> None:
    api = make()
    server.script = [answer(503), answer(200, b'{"a": [1]}')]
    response = api.wait(api.client.request("GET", "/x/{y}", extra_query={"q": "1"}))
    assert (response.data, response.status, response.attempts) == ({"a": [1]}, 200, 2)
    assert server.requests[0].target == "/x/%7By%7D?q=1"
    assert server.requests[0].headers["authorization"].startswith("Basic ")
    server.script = [answer(404)]
    with pytest.raises(ApiError):
        api.wait(api.client.request("PUT", "/x", body={"b": 2}))
    assert server.requests[-1].body == b'{"b":2}'


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("G ET", "/x"),
        ("GET\r\nX: 1", "/x"),
        ("", "/x"),
        ("GET", "https://example.com/x"),
        ("GET", "/a/../b"),
    ],
)
def test_an_undescribed_request_that_is_none_is_refused(
    make: MakeCaller, server: FaultServer, method: str, path: str
) -> None:
    api = make()
    with pytest.raises(RequestValidationError):
        api.wait(api.client.request(method, path))
    assert server.requests == []


def test_an_undescribed_request_takes_every_option(make: MakeCaller, server: FaultServer) -> None:
    server.script = [answer(200, b"a,b", {"Content-Type": "text/csv"})]
    api = make(extra_headers={"X-A": "1"}, extra_query={"a": "1"})
    response = api.wait(
        api.client.request(
            "patch",
            "x",
            body={"a": 1},
            extra_headers={"Accept": "text/csv"},
            extra_query={"b": [1, 2]},
            extra_body={"c": None},
            idempotency_key="k",
            base_url=f"{server.url}/base",
            timeout=5,
            deadline=5,
            max_retries=1,
        )
    )
    assert response.data == "a,b"
    (sent,) = server.requests
    assert (sent.method, sent.target) == ("PATCH", "/base/x?a=1&b=1&b=2")
    assert sent.body == b'{"a":1,"c":null}'
    names = ("x-a", "accept", "idempotency-key")
    assert [sent.headers[name] for name in names] == ["1", "text/csv", "k"]


def test_hooks_may_be_coroutine_functions_of_the_asynchronous_client_alone(
    make: MakeCaller, server: FaultServer
) -> None:
    told: list[str] = []

    async def tell(event: Event) -> None:
        await asyncio.sleep(0)
        told.append(event.kind)

    api = make(hooks=Hooks(request=tell))
    if api.kind == "async":
        api.get()
        assert told == ["request"]
    else:
        with pytest.raises(TypeError, match="coroutine"):
            api.get()
        assert server.requests == []


def test_what_a_hook_raises_ends_the_call(make: MakeCaller, server: FaultServer) -> None:
    def stop(event: Event) -> None:
        raise LookupError(event.kind)

    api = make(hooks=Hooks(response=stop), max_connections=1)
    with pytest.raises(LookupError, match="response"):
        api.get()
    assert len(server.requests) == 1
    with pytest.raises(LookupError):
        api.get(deadline=5)


def test_hooks_are_told_what_happens(make: MakeCaller, server: FaultServer) -> None:
    told: list[tuple[str, int, int | None]] = []

    def tell(event: Event) -> None:
        told.append((event.kind, event.attempt, event.status))

    api = make(hooks=Hooks(request=tell, response=tell, retry=tell, error=tell), max_retries=1)
    server.script = [answer(503)]
    with pytest.raises(ApiError):
        api.get()
    assert told == [
        ("request", 1, None),
        ("response", 1, 503),
        ("retry", 1, None),
        ("request", 2, None),
        ("response", 2, 503),
        ("error", 2, None),
    ]
