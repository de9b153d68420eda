"""Certificates: which are trusted, and the client's own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

import pytest
from bandwidth_recordings import ApiConnectionError

from .callers import Caller, Kind
from .certificates import Authority
from .conftest import MakeCaller
from .servers import FaultServer, answer, broken

GOOD = answer(200, b'{"recordingId": "r-1"}')


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def secure(authority: Authority) -> Iterator[FaultServer]:
    with FaultServer(script=[GOOD], tls=authority.server()) as started:
        yield started


@pytest.fixture(params=["httpx2", "aiohttp"])
def caller(request: pytest.FixtureRequest, kind: Kind, make: MakeCaller) -> MakeCaller:
    """Make a caller over each transport."""
    if request.param == "aiohttp" and kind == "sync":
        pytest.skip("aiohttp is asynchronous")

    def build(**options: Any) -> Caller:
        return make(transport=request.param, **options)

    return build


def test_a_certificate_that_is_not_trusted_ends_the_call_at_once(
    caller: MakeCaller, secure: FaultServer
) -> None:
    api = caller(base_url=secure.url)
    for call in (api.get, api.post):
        with pytest.raises(ApiConnectionError, match="certificate") as caught:
            call()
        assert caught.value.attempts == 1
        assert isinstance(_cause(caught.value), ssl.SSLCertVerificationError)
    assert secure.requests == []


def test_a_context_of_the_callers_own_says_what_is_trusted(
    caller: MakeCaller, secure: FaultServer, authority: Authority
) -> None:
    api = caller(base_url=secure.url, ssl_context=authority.client())
    assert api.get().recording_id == "r-1"
    secure.script = [broken(b"{}", 1, end="reset"), GOOD]
    secure.requests.clear()
    assert api.get().recording_id == "r-1"
    assert len(secure.requests) == 2


def test_a_certificate_of_another_name_is_not_trusted(
    caller: MakeCaller, authority: Authority
) -> None:
    with FaultServer(tls=authority.server("example.com")) as other:
        with pytest.raises(ApiConnectionError, match="certificate") as caught:
            caller(base_url=other.url, ssl_context=authority.client()).get()
        assert (caught.value.attempts, other.requests) == (1, [])


def test_a_client_shows_its_own_certificate(caller: MakeCaller, authority: Authority) -> None:
    with FaultServer(script=[GOOD], tls=authority.demanding_server()) as demanding:
        with_one = caller(base_url=demanding.url, ssl_context=authority.client(certificate=True))
        assert with_one.get().recording_id == "r-1"
        without = caller(base_url=demanding.url, ssl_context=authority.client())
        with pytest.raises(
            ApiConnectionError
        ):  # the server's alert, or the reset that comes after it
            without.get()
        assert len(demanding.requests) == 1


def test_a_server_that_does_not_speak_tls(
    caller: MakeCaller, server: FaultServer, authority: Authority
) -> None:
    api = caller(
        base_url=server.url.replace("http", "https"),
        ssl_context=authority.client(),
        max_retries=1,
    )
    with pytest.raises(ApiConnectionError) as caught:
        api.get()
    assert caught.value.attempts == 2


def _cause(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error.__context__ or error
