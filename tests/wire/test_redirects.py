"""Redirects between servers that speak TLS and ones that do not: what goes along, and what is refused."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bandwidth_recordings import ApiConnectionError, ApiStatusError, RetryPolicy

from .callers import Caller
from .certificates import Authority
from .servers import Action, FaultServer, answer, broken

GOOD = answer(200, b'{"recordingId": "r-1"}')
BASIC = "Basic " + base64.b64encode(b"user:pass").decode()
SECRETS = {"extra_headers": {"X-Api-Key": "k", "Cookie": "session=1"}}
HARMLESS = {"host", "accept", "accept-encoding", "user-agent"}


def to(location: str, status: int = 302) -> Action:
    return answer(status, b"", {"Location": location, "Set-Cookie": "tracked=1; Path=/"})


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def secure(authority: Authority) -> Iterator[FaultServer]:
    with FaultServer(script=[GOOD], tls=authority.server()) as started:
        yield started


@pytest.fixture
def other(authority: Authority) -> Iterator[FaultServer]:
    with FaultServer(script=[GOOD], tls=authority.server()) as started:
        yield started


@pytest.fixture(params=["sync", "async", "aiohttp"])
def make(
    request: pytest.FixtureRequest, secure: FaultServer, authority: Authority
) -> Iterator[Callable[..., Caller]]:
    """Make a caller of the secure server, over each transport."""
    made: list[Caller] = []

    def build(**options: Any) -> Caller:
        caller = Caller(
            "sync" if request.param == "sync" else "async",
            transport="aiohttp" if request.param == "aiohttp" else "httpx2",
            base_url=secure.url,
            ssl_context=authority.client(),
            username="user",
            password="pass",
            retry=RetryPolicy(base=0.01),
            **options,
        )
        made.append(caller)
        return caller

    yield build
    for caller in made:
        caller.close()


@pytest.fixture
def api(make: Callable[..., Caller]) -> Caller:
    return make()


def test_to_another_port_goes_nothing_that_is_secret(
    api: Caller, secure: FaultServer, other: FaultServer
) -> None:
    secure.script = [to(f"{other.url}/elsewhere?signature=s")]
    assert api.get(**SECRETS).recording_id == "r-1"
    assert secure.requests[0].headers["authorization"] == BASIC
    assert other.requests[0].target == "/elsewhere?signature=s"
    assert other.requests[0].headers.keys() <= HARMLESS


@pytest.mark.parametrize("location", ["/moved", "moved?a=1#part", "//127.0.0.1:{port}/moved"])
def test_on_the_same_server_everything_but_its_cookies_goes_along(
    api: Caller, secure: FaultServer, location: str
) -> None:
    secure.script = [to(location.format(port=secure.port)), GOOD]
    assert api.get(**SECRETS).recording_id == "r-1"
    sent = secure.requests[1]
    assert sent.target.partition("?")[0].endswith("/moved")
    assert "#" not in sent.target
    assert (sent.headers["authorization"], sent.headers["x-api-key"]) == (BASIC, "k")
    assert sent.headers["cookie"] == "session=1"


def test_from_tls_to_plain_http_on_this_machine_goes_nothing_that_is_secret(
    api: Caller, secure: FaultServer, server: FaultServer
) -> None:
    secure.script = [to(f"http://127.0.0.1:{server.port}/plain")]
    server.script = [GOOD]
    assert api.get(**SECRETS).recording_id == "r-1"
    assert server.requests[0].headers.keys() <= HARMLESS


def test_from_tls_to_plain_http_on_another_machine_is_refused_unless_allowed(
    make: Callable[..., Caller],
    secure: FaultServer,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolve = socket.getaddrinfo

    def here(host: Any, *rest: Any, **named: Any) -> Any:
        """Resolve every name to this machine."""
        return resolve(
            "127.0.0.1" if host in ("media.example", b"media.example") else host, *rest, **named
        )

    monkeypatch.setattr(socket, "getaddrinfo", here)
    target = f"http://media.example:{server.port}/plain"
    secure.script, server.script = [to(target)], [GOOD]
    strict = make()
    with pytest.raises(ApiConnectionError, match="redirected to plain http") as caught:
        strict.get(**SECRETS)
    assert (caught.value.attempts, server.requests) == (1, [])
    lenient = make(allow_insecure_http=True)
    assert lenient.get(**SECRETS).recording_id == "r-1"
    assert server.requests[0].headers.keys() <= HARMLESS


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_body_is_never_sent_on(
    api: Caller, secure: FaultServer, other: FaultServer, status: int
) -> None:
    secure.script = [to(f"{other.url}/elsewhere", status)]
    for call in (api.post, api.delete):
        with pytest.raises(ApiStatusError) as caught:
            call()
        assert (caught.value.status, caught.value.attempts) == (status, 1)
        assert caught.value.headers["location"].startswith(other.url)
    assert (len(secure.requests), other.requests) == (2, [])


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", "ftp://127.0.0.1/x", "", "//b\u00fccher.test/", "//a b/"]
)
def test_what_is_no_url_is_not_followed(api: Caller, secure: FaultServer, location: str) -> None:
    secure.script = [to(location)]
    with pytest.raises(ApiStatusError, match="302"):
        api.get()
    assert len(secure.requests) == 1


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/Gr\u00fc\u00dfe.wav?a=\u00fc".encode(), "/Gr%C3%BC%C3%9Fe.wav?a=%C3%BC"),
        ("/Gr\u00fc\u00dfe.wav".encode("latin-1"), "/Gr%C3%BC%C3%9Fe.wav"),
        (b"/a b.wav", "/a%20b.wav"),
        (b"/a%20b?c=%2F|^", "/a%20b?c=%2F|^"),
    ],
)
def test_what_a_url_has_unencoded_is_encoded(
    api: Caller, secure: FaultServer, location: bytes, target: str
) -> None:
    secure.script = [to(location.decode("latin-1")), GOOD]
    assert api.get().recording_id == "r-1"
    assert secure.requests[1].target == target


def test_a_circle_between_two_servers_ends(
    api: Caller, secure: FaultServer, other: FaultServer
) -> None:
    secure.script, other.script = [to(f"{other.url}/b")], [to(f"{secure.url}/a")]
    with pytest.raises(ApiConnectionError, match="redirected more than 5 times"):
        api.get()
    assert (len(secure.requests), len(other.requests)) == (3, 3)
    secure.script = [GOOD]
    assert api.get().recording_id == "r-1"


def test_a_download_from_another_server_is_continued_there_by_way_of_the_first(
    api: Caller, secure: FaultServer, other: FaultServer, tmp_path: Path
) -> None:
    media, wave = b"0123456789", {"Content-Type": "audio/vnd.wave", "ETag": '"1"'}
    secure.script = [to(f"{other.url}/media")]

    rest = answer(206, media[6:], {**wave, "Content-Range": "bytes 6-9/10"})
    other.script = [broken(media, 6, wave), rest]
    assert api.save(tmp_path / "call.wav").read_bytes() == media
    assert [request.headers.get("range") for request in other.requests] == [None, "bytes=6-"]
    assert [request.headers.get("authorization") for request in other.requests] == [None, None]
    assert len(secure.requests) == 2
