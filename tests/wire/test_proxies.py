"""Proxies, given or named by the environment: what they see, and what the service and an error see of them."""

from __future__ import annotations

import pickle
import socket
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from bandwidth_recordings import ApiConnectionError, ApiTimeoutError, Configuration, Timeout

from .callers import Caller, Kind
from .certificates import Authority
from .conftest import MakeCaller
from .proxy_servers import PASSWORD, Proxy, SocksProxy
from .servers import PATIENCE, Action, FaultServer, answer, hang_up, raw, reset, silence

GOOD = answer(200, b'{"recordingId": "r-1"}')


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def secure(authority: Authority) -> Iterator[FaultServer]:
    with FaultServer(script=[GOOD], tls=authority.server()) as started:
        yield started


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with Proxy() as started:
        yield started


@pytest.fixture(params=["httpx2", "aiohttp"])
def caller(request: pytest.FixtureRequest, kind: Kind, make: MakeCaller) -> MakeCaller:
    """Make a caller over each transport."""
    if request.param == "aiohttp" and kind == "sync":
        pytest.skip("aiohttp is asynchronous")

    def build(**options: Any) -> Caller:
        return make(transport=request.param, **options)

    return build


def test_plain_http_is_forwarded(caller: MakeCaller, server: FaultServer, proxy: Proxy) -> None:
    server.script = [GOOD]
    assert caller(proxy=proxy.url).get().recording_id == "r-1"
    (head,) = proxy.heads
    assert head.startswith(f"GET {server.url}/")
    assert "proxy-authorization" not in server.requests[0].headers


@pytest.mark.parametrize("http2", [False, True])
def test_tls_goes_through_a_tunnel(
    make: MakeCaller, secure: FaultServer, proxy: Proxy, authority: Authority, http2: bool
) -> None:
    api = make(base_url=secure.url, proxy=proxy.url, ssl_context=authority.client(), http2=http2)
    assert api.get().recording_id == api.get().recording_id == "r-1"
    (head,) = proxy.heads
    assert head.startswith("CONNECT 127.0.0.1:")
    sent = secure.requests[0].headers
    assert "proxy-authorization" not in sent
    assert sent["authorization"] not in head


def test_tls_goes_through_a_tunnel_with_aiohttp(
    kind: Kind, make: MakeCaller, secure: FaultServer, proxy: Proxy, authority: Authority
) -> None:
    if kind == "sync":
        pytest.skip("aiohttp is asynchronous")
    api = make(
        base_url=secure.url,
        proxy=proxy.url,
        ssl_context=authority.client(),
        transport="aiohttp",
    )
    assert api.get().recording_id == "r-1"
    assert proxy.heads[0].startswith("CONNECT 127.0.0.1:")
    assert "proxy-authorization" not in secure.requests[0].headers
    assert secure.requests[0].headers["authorization"] not in proxy.heads[0]


def test_the_environment_names_the_proxy_and_the_exceptions(
    caller: MakeCaller,
    server: FaultServer,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.script = [GOOD]
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    caller().get()
    assert len(proxy.heads) == 1
    monkeypatch.setenv("NO_PROXY", "127.0.0.0/8")
    caller().get()
    assert len(proxy.heads) == 1
    assert len(server.requests) == 2


def test_a_socks_proxy(make: MakeCaller, server: FaultServer) -> None:
    server.script = [GOOD]
    with SocksProxy() as socks:
        assert make(proxy=socks.url).get().recording_id == "r-1"
        assert socks.heads == [f"127.0.0.1:{server.port}"]


def test_a_proxy_that_refuses_is_a_connection_error(
    caller: MakeCaller, secure: FaultServer, proxy: Proxy, authority: Authority
) -> None:
    wrong = proxy.url.replace(PASSWORD, "wrong-s3cret")
    api = caller(base_url=secure.url, proxy=wrong, ssl_context=authority.client(), max_retries=1)
    with pytest.raises(ApiConnectionError, match="407") as caught:
        api.post()
    assert caught.value.attempts == 2
    assert secure.requests == []
    assert "wrong-s3cret" not in _said(caught.value)


def test_no_error_shows_the_password_of_a_proxy(
    caller: MakeCaller, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Proxy() as gone:
        pass
    monkeypatch.setenv("HTTP_PROXY", gone.url)
    for options in ({"proxy": gone.url}, {}):
        api = caller(max_retries=0, **options)
        with pytest.raises(ApiConnectionError) as caught:
            api.get()
        assert PASSWORD not in _said(caught.value)
    assert PASSWORD not in repr(Configuration(proxy=gone.url))


@pytest.mark.parametrize("breaking", [reset, hang_up, raw(b"no HTTP\r\n\r\n"), raw(b"HTTP/1.1 ")])
def test_a_proxy_that_breaks_off_has_made_no_connection(
    caller: MakeCaller, server: FaultServer, breaking: Action
) -> None:
    server.script = [breaking]
    api = caller(base_url="https://127.0.0.1:1", proxy=server.url, max_retries=1)
    with pytest.raises(ApiConnectionError, match=f"not made: the proxy 127.0.0.1:{server.port}: "):
        api.post()
    assert [request.method for request in server.requests] == ["CONNECT", "CONNECT"]


def test_a_proxy_that_stalls_ends_with_the_time_to_connect(
    make: MakeCaller, server: FaultServer
) -> None:
    server.script = [silence]
    limits = Timeout(connect=0.2, read=PATIENCE, write=PATIENCE)
    api = make(base_url="https://127.0.0.1:1", proxy=server.url, max_retries=1, timeout=limits)
    with pytest.raises(ApiTimeoutError, match="no connection within") as caught:
        api.post()
    assert caught.value.attempts == 2
    assert (caught.value.elapsed or PATIENCE) < PATIENCE / 2


class OddProxy(SocksProxy):
    """What it is given, it answers with the same bytes, and hangs up."""

    def __init__(self, reply: bytes) -> None:
        super().__init__()
        self.reply = reply

    def serve(self, client: socket.socket) -> None:
        client.recv(512)
        self.heads.append("")
        client.sendall(self.reply)


@pytest.mark.parametrize("reply", [b"", b"\x05", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x05\x02"])
def test_what_speaks_no_socks_has_made_no_connection(
    make: MakeCaller, server: FaultServer, reply: bytes
) -> None:
    with OddProxy(reply) as odd:
        api = make(proxy=odd.url, max_retries=1)
        with pytest.raises(ApiConnectionError, match="the connection was not made"):
            api.post()
        assert len(odd.heads) == 2
    assert server.requests == []


@pytest.mark.parametrize("address", ["proxy:3128", "ftp://u:hunter2@proxy", "http://u:hunter2@"])
def test_what_is_no_proxy_is_refused_without_showing_it(
    make: MakeCaller, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="the proxy") as caught:
        Configuration(proxy=address)
    assert "hunter2" not in str(caught.value)


def _said(error: BaseException) -> str:
    whole = "".join(traceback.format_exception(error)) + repr(pickle.loads(pickle.dumps(error)))
    cause: BaseException | None = error
    while cause is not None:
        whole += f"{cause!r} {cause} {vars(cause)}"
        cause = cause.__cause__
    return whole
