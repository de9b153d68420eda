"""The aiohttp transport and clients of the user's own behave like the default transport."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from bandwidth_recordings import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    AsyncClient,
    Client,
    Configuration,
    RetryPolicy,
)
from httpx_aiohttp.httpx2 import AiohttpTransport

from . import test_fault_matrix as matrix
from .callers import IDS, Caller
from .servers import (
    JSON,
    FaultServer,
    answer,
    bomb,
    broken,
    head,
    raw,
    reset,
    silence,
    slow_body,
)
from .stopwatch import stopwatch

GOOD = answer(200, b'{"recordingId": "r-1"}')
# aiohttp takes what follows a body that is longer than its Content-Length for the next answer, at once.
CASES = {
    name: case
    for name, case in matrix.CASES.items()
    if name != "a Content-Length short of the body"
}


@pytest.fixture
def fast(server: FaultServer) -> Iterator[Caller]:
    caller = Caller(
        "async",
        transport="aiohttp",
        base_url=server.url,
        username="user",
        password="pass",
        retry=RetryPolicy(base=0.01, cap=0.02),
        max_retries=matrix.RETRIES,
        timeout=0.3,
        deadline=1.2,
        max_response_bytes=1 << 20,
    )
    caller.get(timeout=None, deadline=None)  # imports what it needs
    server.requests.clear()
    yield caller
    caller.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "call.wav").write_bytes(b"what was there")
    return tmp_path


@pytest.mark.parametrize("name", matrix.CALLS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fault_that_lasts(
    fast: Caller, server: FaultServer, folder: Path, case: matrix.Case, name: str
) -> None:
    matrix.test_a_fault_that_lasts(fast, server, folder, case, name)


def test_a_refused_connection_is_tried_again_whatever_the_method(server: FaultServer) -> None:
    with FaultServer() as gone:
        pass
    caller = Caller(
        "async",
        transport="aiohttp",
        base_url=gone.url,
        username="u",
        password="p",
        max_retries=1,
        retry=RetryPolicy(base=0.01),
    )
    with pytest.raises(ApiConnectionError, match="the connection was not made") as caught:
        caller.post()
    assert caught.value.attempts == 2
    caller.close()


def test_a_request_is_sent_once(fast: Caller, server: FaultServer) -> None:
    server.script = [GOOD, reset]
    fast.get()
    with pytest.raises(ApiConnectionError):
        fast.get(max_retries=0)
    assert len(server.requests) == 2


def test_a_download_is_continued_and_an_upload_is_streamed(
    fast: Caller, server: FaultServer, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 4000
    kind = {"Content-Type": "audio/mpeg", "ETag": '"1"'}
    rest = {**kind, "Content-Range": f"bytes 300000-{len(content) - 1}/{len(content)}"}
    server.script = [
        broken(content, 300_000, kind),
        answer(206, content[300_000:], rest),
    ]
    assert fast.save(tmp_path / "a.mp3").read_bytes() == content
    assert server.requests[1].headers["range"] == "bytes=300000-"
    pieces = [bytes([number]) * 100_000 for number in range(8)]
    for body in (b"".join(pieces), iter(pieces)):
        server.script = [GOOD]
        fast.wait(
            fast.client.request("PUT", "/x", body=body, content_type="application/octet-stream")
        )
        assert server.requests[-1].body == b"".join(pieces)


def test_no_cookies_are_kept(fast: Caller, server: FaultServer) -> None:
    server.script = [answer(headers={**JSON, "Set-Cookie": "session=1"})]
    fast.get()
    fast.get()
    assert "cookie" not in server.requests[1].headers


def test_the_path_goes_out_as_it_was_built(fast: Caller, server: FaultServer) -> None:
    fast("get_call_recording", "a/b", "%7E", "é+&=;", extra_query={"q": "a+b&c"})
    assert server.requests[0].target == (
        "/accounts/a%2Fb/calls/%257E/recordings/%C3%A9%2B%26%3D%3B?q=a%2Bb%26c"
    )


def test_five_hundred_tasks_share_the_connections_and_cancelled_ones_leave_them_usable(
    server: FaultServer,
) -> None:
    server.script = [GOOD]

    async def main() -> None:
        options: dict[str, Any] = {"base_url": server.url, "username": "u", "password": "p"}
        async with AsyncClient(transport="aiohttp", max_connections=20, **options) as client:

            async def call() -> str | None:
                return (await client.recordings.get_call_recording(*IDS)).recording_id

            assert await asyncio.gather(*(call() for _ in range(500))) == ["r-1"] * 500
            assert server.connections <= 20
            server.script = [slow_body(b"{}", 0.01)]
            tasks = [asyncio.create_task(call()) for _ in range(100)]
            await asyncio.sleep(0.05)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            server.script = [GOOD]
            assert await asyncio.wait_for(call(), 5) == "r-1"

    asyncio.run(main())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:Unclosed:ResourceWarning")
def test_one_event_loop_after_another(server: FaultServer) -> None:
    client = AsyncClient(transport="aiohttp", base_url=server.url, username="u", password="p")

    async def main() -> None:
        await client.recordings.get_call_recording(*IDS)

    for _ in range(2):
        asyncio.run(main())
    assert server.connections == 2
    asyncio.run(client.aclose())
    gc.collect()


def own_options(server: FaultServer, **given: Any) -> dict[str, Any]:
    return {"base_url": server.url, "username": "u", "password": "p", **given}


def test_a_client_of_the_users_own_adds_what_it_was_given(server: FaultServer) -> None:
    seen: list[str] = []

    def note(request: httpx2.Request) -> None:
        seen.append(str(request.url))

    with (
        FaultServer(script=[GOOD]) as other,
        httpx2.Client(
            headers={"X-Trace": "t-1", "User-Agent": "mine"},
            cookies={"session": "s-1"},
            auth=("own", "own"),
            timeout=0.001,
            params={"ignored": "1"},
            event_hooks={"request": [note]},
        ) as own,
        Client(http_client=own, **own_options(server)) as client,
    ):
        server.script = [
            slow_body(b"{}", 0.02),
            answer(302, b"", {"Location": f"{other.url}/elsewhere"}),
        ]
        client.recordings.get_call_recording(*IDS)
        first = server.requests[0]
        assert (first.headers["x-trace"], first.headers["cookie"]) == ("t-1", "session=s-1")
        assert first.headers["authorization"] == "Basic dTpw"
        assert first.headers["user-agent"].startswith("bandwidth-recordings/")
        assert "?" not in first.target
        client.recordings.get_call_recording(*IDS)
        sent = other.requests[0].headers
        assert {"x-trace", "cookie", "authorization"}.isdisjoint(sent)
        assert len(seen) == 3
    assert own.is_closed


def test_a_client_of_the_users_own_may_have_its_own_authentication(server: FaultServer) -> None:
    from bandwidth_recordings._runtime import Operation

    operation: Operation[Any] = Operation(
        id="x", name="x", method="GET", path="/x", responses={}, security=()
    )
    with (
        httpx2.Client(auth=("own", "own")) as own,
        Client(http_client=own, **own_options(server)) as client,
    ):
        client.call(operation, {}, {})
        assert server.requests[0].headers["authorization"] == "Basic b3duOm93bg=="


def test_an_own_client_over_aiohttp_does_not_send_twice_what_may_have_arrived(
    server: FaultServer,
) -> None:
    async def main() -> None:
        async with (
            httpx2.AsyncClient(transport=AiohttpTransport()) as own,
            AsyncClient(http_client=own, **own_options(server, max_retries=2)) as client,
        ):
            server.script = [reset]
            with pytest.raises(ApiConnectionError, match="broke") as caught:
                await client.recordings.transcribe_call_recording(*IDS, {"tag": "t"})
            assert caught.value.attempts == len(server.requests) == 1
            server.script = [silence]
            with pytest.raises(ApiTimeoutError):
                await client.recordings.get_call_recording(*IDS, deadline=0.3)

    asyncio.run(main())


def test_limits_of_connections_hold(server: FaultServer) -> None:
    server.script = [slow_body(b"{}", 0.01)]

    async def main(transport: Any) -> None:
        before = server.connections
        async with AsyncClient(
            transport=transport, max_connections=3, **own_options(server)
        ) as client:
            await asyncio.gather(*(client.recordings.get_call_recording(*IDS) for _ in range(20)))
            assert server.connections - before <= 3
            impatient = (
                client.recordings.get_call_recording(*IDS, timeout=0.05, max_retries=0)
                for _ in range(20)
            )
            ends = await asyncio.gather(*impatient, return_exceptions=True)
            failed = [str(end) for end in ends if isinstance(end, ApiTimeoutError)]
            without = ["no connection" in said for said in failed]
            assert any(without)
            # Each that had a connection has broken it.
            assert server.connections - before <= 3 + without.count(False)

    for transport in ("httpx2", "aiohttp"):
        with stopwatch() as watch:
            asyncio.run(main(transport))
            assert watch.running < 10


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"transport": "aiohttp", "http2": True}, "aiohttp has no HTTP/2"),
        ({"transport": "aiohttp", "http_client": object()}, "not both"),
        ({"http2": True, "http_client": object()}, "http2 has no effect"),
        ({"proxy": "http://p:1", "http_client": object()}, "proxy has no effect"),
        ({"transport": "aiohttp", "proxy": "socks5://p:1"}, "no SOCKS"),
        ({"transport": "curl"}, '"httpx2" or "aiohttp"'),
        ({"ssl_context": "ca.pem"}, r"ssl\.SSLContext"),
        ({"proxy": 3128}, "must be text"),
        ({"telemetry": "yes"}, "a Telemetry"),
    ],
)
def test_options_that_cannot_work_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Configuration(**options)


def test_the_synchronous_client_has_no_aiohttp() -> None:
    with pytest.raises(ValueError, match="asynchronous"):
        Client(transport="aiohttp")


@pytest.mark.parametrize(
    ("options", "module", "extra"),
    [
        ("transport='aiohttp'", "aiohttp", "aiohttp"),
        ("http2=True", "h2", "http2"),
        ("telemetry=True", "opentelemetry", "otel"),
        ("proxy='socks5://proxy.example.com'", "socksio", "socks"),
    ],
)
def test_a_missing_library_is_told_by_the_extra_that_brings_it(
    options: str, module: str, extra: str
) -> None:
    program = f"""
import sys
sys.modules[{module!r}] = None
from bandwidth_recordings import AsyncClient
try:
    AsyncClient({options})
except ImportError as error:
    print(error)
"""
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"pip install 'bandwidth-recordings[{extra}]'" in said


def test_a_bomb_is_not_inflated(fast: Caller, server: FaultServer) -> None:
    server.script = [bomb(8 << 20)]
    with pytest.raises(ApiError, match="max_response_bytes"):
        fast.get()


def test_what_is_wrong_with_an_answer_is_not_told_as_a_status(
    fast: Caller, server: FaultServer
) -> None:
    twice = head(200, {**JSON, "Content-Length": "2"}).replace(
        b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n"
    )
    server.script = [raw(twice + b"{}")]
    with pytest.raises(ApiConnectionError, match="Duplicate Content-Length") as caught:
        fast.get(max_retries=0)
    assert "400" not in str(caught.value)
