"""Connections that are not made: the error says where to and why, whatever carries the calls, and time is kept."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from bandwidth_recordings import ApiConnectionError, ApiTimeoutError, Timeout

from .callers import Caller
from .certificates import Authority
from .servers import PATIENCE, FaultServer, answer
from .stopwatch import stopwatch

GOOD = answer(200, b'{"recordingId": "r-1"}')
MakeCaller = Callable[..., Caller]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(params=["sync", "async", "aiohttp", "sync own", "async own"])
def transport(request: pytest.FixtureRequest) -> str:
    transport: str = request.param
    return transport


@pytest.fixture
def make(transport: str) -> Iterator[MakeCaller]:
    """Make a caller that does not retry, over each transport and over clients of the user's own."""
    kind: Any = "sync" if transport.startswith("sync") else "async"
    made: list[tuple[Caller, Any]] = []

    def build(*, ssl_context: ssl.SSLContext | None = None, **options: Any) -> Caller:
        own: Any = None
        if transport.endswith("own"):
            client = httpx2.Client if kind == "sync" else httpx2.AsyncClient
            own = client(verify=ssl_context or True, proxy=options.pop("proxy", None))
            options["http_client"] = own
        else:
            options["transport"] = "aiohttp" if transport == "aiohttp" else "httpx2"
            options["ssl_context"] = ssl_context
        caller = Caller(kind, username="u", password="p", max_retries=0, **options)
        made.append((caller, own))
        return caller

    yield build
    for caller, own in made:
        if own is not None:
            caller.wait(own.close() if kind == "sync" else own.aclose())
        caller.close()


def why(caller: Caller, **options: Any) -> str:
    with pytest.raises(ApiConnectionError) as caught:
        caller.post(**options)
    assert caught.value.__cause__ is not None
    return str(caught.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_refused_connection(make: MakeCaller, transport: str, scheme: str, host: str) -> None:
    with FaultServer() as gone:
        pass
    said = why(make(base_url=f"{scheme}://{host}:{gone.port}"))
    place = "" if transport.endswith("own") else f"{host}:{gone.port}: "
    assert f"the connection was not made: {place}[Errno 111] Connection refused" in said


def test_a_name_that_nobody_knows(
    make: MakeCaller, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    said = why(make(base_url="https://nowhere.example"))
    place = "" if transport.endswith("own") else "nowhere.example:443: "
    assert f"not made: {place}[Errno {socket.EAI_NONAME}] Name or service not known" in said


@contextmanager
def unanswering(host: str, port: int) -> Generator[None]:
    """A place that answers no connection, since its queue of them is full."""
    with socket.create_server((host, port), backlog=0), ExitStack() as queue:
        for _ in range(4):
            queued = queue.enter_context(socket.socket())
            queued.setblocking(False)
            queued.connect_ex((host, port))
        yield


@pytest.mark.parametrize("transport", ["sync", "async", "aiohttp"], indirect=True)
def test_the_next_address_of_a_name_is_tried_when_one_does_not_answer(
    make: MakeCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def addresses(*_: object, **__: object) -> list[object]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*kind, (host, server.port)) for host in ("127.0.0.2", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", addresses)
    with FaultServer(script=[GOOD]) as server, unanswering("127.0.0.2", server.port):
        api = make(base_url=f"http://localhost:{server.port}")
        with stopwatch() as watch:
            api.post(deadline=5)
            assert watch.running < 1.5
    with unanswering("127.0.0.2", server.port), stopwatch() as watch:
        with pytest.raises(ApiTimeoutError, match="deadline"):
            make(base_url=f"http://localhost:{server.port}").post(deadline=0.6)
        assert watch.running < 1.5


def test_a_proxy_that_is_not_there(make: MakeCaller, transport: str) -> None:
    with FaultServer() as gone:
        pass
    place = "" if transport.endswith("own") else f"127.0.0.1:{gone.port}: "
    for url in ("http://127.0.0.1:1", "https://127.0.0.1:1"):
        said = why(make(base_url=url, proxy=gone.url))
        assert f"not made: {place}[Errno 111] Connection refused" in said


def test_a_certificate_that_is_not_taken(
    make: MakeCaller, transport: str, authority: Authority
) -> None:
    trusted = authority.client()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for tls, context, reason in (
        (authority.server(), None, "unable to get local issuer certificate"),
        (authority.server("example.com"), trusted, "not valid for '127.0.0.1'"),
        (authority.server(until=long_ago), trusted, "certificate has expired"),
    ):
        with FaultServer(script=[GOOD], tls=tls) as server:
            said = why(make(base_url=server.url, ssl_context=context))
            place = "" if transport.endswith("own") else "TLS with 127.0.0.1: "
            assert f"{place}[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed" in said
            assert reason in said
            assert server.requests == []


@pytest.mark.parametrize(
    ("spoken", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", r"\[SSL: \w+\]"),  # the words are OpenSSL's
        (b"", r"EOF occurred in violation of protocol|the other side closed the connection"),
    ],
    ids=["HTTP", "nothing"],
)
def test_a_server_that_speaks_no_tls(
    make: MakeCaller, authority: Authority, spoken: bytes, reason: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(spoken)

        serving = threading.Thread(target=serve)
        serving.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        said = why(make(base_url=url, ssl_context=authority.client()))
        serving.join(PATIENCE)
    assert re.search(rf"the connection was not made: .*({reason})", said)


@pytest.fixture
def stalling() -> Iterator[str]:
    """A server that takes connections, by its backlog, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("connect", [Timeout(connect=0.3), 0.3], ids=["a step", "an attempt"])
def test_a_handshake_that_stalls_ends_with_the_timeout(
    make: MakeCaller, stalling: str, authority: Authority, connect: Timeout | float
) -> None:
    api = make(base_url=stalling, ssl_context=authority.client(), timeout=connect)
    for _ in range(2):  # the first call is not different
        with stopwatch() as watch:
            with pytest.raises(ApiTimeoutError, match="no connection within the timeout"):
                api.post()
            assert watch.elapsed >= 0.2
            assert watch.running < 1.2


def test_a_handshake_that_stalls_ends_with_the_deadline(
    make: MakeCaller, stalling: str, authority: Authority
) -> None:
    api = make(base_url=stalling, ssl_context=authority.client())
    for _ in range(2):
        with stopwatch() as watch:
            with pytest.raises(ApiTimeoutError, match=r"the deadline of 0\.4 s passed"):
                api.get(deadline=0.4)
            assert watch.elapsed >= 0.3
            assert watch.running < 1.3
