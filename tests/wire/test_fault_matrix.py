"""Every fault against every kind of call, over real sockets: what the caller gets, and what the server sees.

Each fault lasts. The clients give up after two retries, with 0.3 s for an attempt and 1.2 s for a call.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import pytest
from bandwidth_recordings import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    ApiTimeoutError,
    InternalServerError,
    ResponseValidationError,
    ServerError,
    ServiceUnavailableError,
    TooManyRequestsError,
    UnauthorizedError,
)

from .callers import Caller
from .conftest import MakeCaller
from .servers import (
    JSON,
    Action,
    Connection,
    FaultServer,
    Received,
    answer,
    bomb,
    broken,
    hang_up,
    head,
    raw,
    reset,
    silence,
    slow_body,
    slow_head,
)
from .stopwatch import stopwatch

BODY = b'{"recordingId": "r-1"}'
WAV = {"Content-Type": "audio/vnd.wave"}
HTML = {"Content-Type": "text/html"}
TOKEN = answer(200, b'{"access_token": "t", "token_type": "bearer", "expires_in": 3600}')
RETRIES = 2
ALL = 1 + RETRIES


def by_kind(make: Callable[[dict[str, str]], Action]) -> Action:
    """The fault with the media type that the request asks for."""

    def act(connection: Connection, request: Received) -> None:
        make(WAV if request.target.endswith("/media") else JSON)(connection, request)

    return act


def chunked(rest: bytes) -> Action:
    """An answer whose chunks are these."""
    return by_kind(lambda kind: raw(head(200, {**kind, "Transfer-Encoding": "chunked"}) + rest))


def promising(length: int) -> Action:
    """The whole body under another Content-Length, and then the end of the connection."""
    return by_kind(lambda kind: raw(head(200, {**kind, "Content-Length": str(length)}) + BODY))


def limits(error: type[ApiError], attempts: int) -> dict[str, float]:
    """Return the timeout and the deadline, in seconds, for such an end: each is short where it is what ends the call."""
    late = error is ApiTimeoutError
    return {"timeout": 0.2 if late else 5.0, "deadline": 1.2 if late and attempts == 1 else 10.0}


@dataclass(frozen=True)
class Case:
    """A fault and what becomes of a GET, of a POST and of a download.

    Attributes:
        fault: What the service does.
        error: What all three raise.
        get, post, save: How many requests the service sees.
        spared: The calls that succeed where the others fail.
    """

    fault: Action
    error: type[ApiError]
    get: int
    post: int
    save: int
    spared: tuple[str, ...] = ()


CASES = {
    "reset after the request": Case(reset, ApiConnectionError, ALL, 1, ALL),
    "closed after the request": Case(hang_up, ApiConnectionError, ALL, 1, ALL),
    "reset in the body": Case(
        by_kind(lambda kind: broken(BODY, 10, kind, end="reset")), ApiConnectionError, ALL, 1, ALL
    ),
    "silence": Case(silence, ApiTimeoutError, ALL, 1, ALL),
    "slow headers": Case(slow_head(0.1), ApiTimeoutError, ALL, 1, ALL),
    "a trickling body": Case(
        # A download's timeout is for each piece: it is the deadline that ends this one.
        by_kind(lambda kind: slow_body(BODY * 50, 0.05, kind)),
        ApiTimeoutError,
        ALL,
        1,
        1,
    ),
    "a body that stalls": Case(
        by_kind(lambda kind: broken(BODY, 21, kind, end="stall")), ApiTimeoutError, ALL, 1, ALL
    ),
    "a truncated body": Case(
        by_kind(lambda kind: broken(BODY, 10, kind)), ApiConnectionError, ALL, 1, ALL
    ),
    "a Content-Length beyond the body": Case(promising(99), ApiConnectionError, ALL, 1, ALL),
    "a Content-Length short of the body": Case(
        promising(10), ResponseValidationError, 1, 1, 1, spared=("post", "save")
    ),
    "a Content-Length that is none": Case(
        raw(head(200, {**JSON, "Content-Length": "ten"}) + BODY), ApiConnectionError, ALL, 1, ALL
    ),
    "invalid chunking": Case(chunked(b"zz\r\n{}\r\n"), ApiConnectionError, ALL, 1, ALL),
    "chunks without an end": Case(chunked(b"2\r\n{}\r\n"), ApiConnectionError, ALL, 1, ALL),
    "not HTTP": Case(raw(b"SSH-2.0-OpenSSH\r\n\r\n"), ApiConnectionError, ALL, 1, ALL),
    "429 with seconds": Case(
        answer(429, headers={**JSON, "Retry-After": "0"}), TooManyRequestsError, ALL, ALL, ALL
    ),
    "429 with a date": Case(
        answer(429, headers={**JSON, "Retry-After": formatdate(time.time() - 9, usegmt=True)}),
        TooManyRequestsError,
        ALL,
        ALL,
        ALL,
    ),
    "429 with more seconds than there are": Case(
        answer(429, headers={**JSON, "Retry-After": "30"}), TooManyRequestsError, 1, 1, 1
    ),
    "a storm of 503": Case(answer(503), ServiceUnavailableError, ALL, 1, ALL),
    "a storm of 503 with Retry-After": Case(
        answer(503, headers={**JSON, "Retry-After": "0"}), ServiceUnavailableError, ALL, ALL, ALL
    ),
    "an HTML error page": Case(
        answer(502, b"<html>Bad gateway</html>", HTML), ServerError, ALL, 1, ALL
    ),
    "an HTML page for a result": Case(
        answer(200, b"<html>Sign in</html>", HTML), ResponseValidationError, 1, 1, 1, ("post",)
    ),
    "a compressed bomb": Case(bomb(8 << 20), ResponseValidationError, 1, 1, 1),
    "a bomb for an error": Case(
        by_kind(lambda _: _with_status(bomb(8 << 20), 500)), InternalServerError, ALL, 1, ALL
    ),
    "a body that is not compressed": Case(
        answer(200, b"not gzip", {**JSON, "Content-Encoding": "gzip"}),
        ResponseValidationError,
        1,
        1,
        1,
    ),
}
CALLS = ("get", "post", "save")


def _with_status(action: Action, status: int) -> Action:
    def act(connection: Connection, request: Received) -> None:
        class Altered(Connection):
            def send(self, data: bytes) -> None:
                connection.send(data.replace(b"HTTP/1.1 200", b"HTTP/1.1 %d" % status, 1))

        action(Altered(connection.socket, connection.stopping), request)

    return act


def call(api: Caller, name: str, folder: Path, **options: object) -> object:
    """Make a call; a download is saved over a file that is there already."""
    if name == "save":
        return api.save(folder / "call.wav", **options)
    return getattr(api, name)(**options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "call.wav").write_bytes(b"what was there")
    return tmp_path


@pytest.fixture
def impatient(make: MakeCaller) -> Caller:
    return make(max_retries=RETRIES, timeout=0.3, deadline=1.2, max_response_bytes=1 << 20)


def unharmed(api: Caller, server: FaultServer, folder: Path) -> None:
    """Check that nothing partial is left, and that the next calls of the same client work."""
    assert [path.name for path in folder.iterdir()] == ["call.wav"]
    assert (folder / "call.wav").read_bytes() == b"what was there"
    server.script = [by_kind(lambda kind: answer(200, BODY, kind))]
    server.refuse = 0
    assert api.get().recording_id == "r-1"
    assert api.save(folder / "call.wav").read_bytes() == BODY


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fault_that_lasts(
    impatient: Caller, server: FaultServer, folder: Path, case: Case, name: str
) -> None:
    server.script = [case.fault]
    expected = getattr(case, name)
    bounds = limits(case.error, expected)
    with stopwatch() as watch:
        if name in case.spared:
            call(impatient, name, folder, **bounds)
            (folder / "call.wav").write_bytes(b"what was there")
        else:
            with pytest.raises(case.error) as caught:
                call(impatient, name, folder, **bounds)
            error = caught.value
            assert error.operation
            assert error.url is not None
            assert error.url.startswith(server.url)
            assert error.attempts == expected
            assert error.elapsed is not None
            if isinstance(error, ApiConnectionError):
                assert error.__cause__ is not None
        assert watch.running < 1.6
    assert server.received(expected) == expected
    unharmed(impatient, server, folder)


@pytest.mark.parametrize("name", CALLS)
def test_a_refused_connection(
    make: MakeCaller, server: FaultServer, folder: Path, name: str
) -> None:
    with FaultServer() as gone:
        pass
    api = make(base_url=gone.url, max_retries=RETRIES)
    with pytest.raises(ApiConnectionError, match="the connection was not made") as caught:
        call(api, name, folder)
    assert caught.value.attempts == ALL
    assert caught.value.__cause__ is not None
    unharmed(make(), server, folder)


@pytest.mark.parametrize("name", CALLS)
def test_a_reset_before_the_request(
    impatient: Caller, server: FaultServer, folder: Path, name: str
) -> None:
    server.refuse = 1000
    with pytest.raises(ApiConnectionError) as caught:
        call(impatient, name, folder)
    # A reset that comes while the connection is being made is one that was not made, even for a POST.
    assert caught.value.attempts == server.connections
    assert caught.value.attempts == ALL or (
        name == "post" and "the connection broke" in str(caught.value)
    )
    assert server.requests == []
    unharmed(impatient, server, folder)


@pytest.mark.parametrize(
    ("name", "error", "elsewhere"),
    [("get", UnauthorizedError, 1), ("post", ApiStatusError, 0), ("save", UnauthorizedError, 1)],
)
def test_a_redirect_to_another_host(
    impatient: Caller,
    server: FaultServer,
    folder: Path,
    name: str,
    error: type[ApiError],
    elsewhere: int,
) -> None:
    with FaultServer(script=[answer(401)]) as other:
        server.script = [answer(302, headers={**JSON, "Location": f"{other.url}/steal"})]
        with pytest.raises(error):
            call(impatient, name, folder)
        assert len(server.requests) == 1
        assert len(other.requests) == elsewhere
        assert not any("authorization" in request.headers for request in other.requests)
    unharmed(impatient, server, folder)


@pytest.fixture
def endpoint() -> Iterator[FaultServer]:
    with FaultServer(script=[TOKEN]) as started:
        yield started


@pytest.fixture
def granted(make: MakeCaller, endpoint: FaultServer) -> Caller:
    return make(
        client_id="me",
        client_secret="hush",
        token_url=f"{endpoint.url}/token",
        max_retries=RETRIES,
        timeout=0.3,
        deadline=1.2,
    )


@pytest.mark.parametrize("name", CALLS)
def test_an_expired_token(
    granted: Caller, server: FaultServer, endpoint: FaultServer, folder: Path, name: str
) -> None:
    server.script = [answer(401), by_kind(lambda kind: answer(200, BODY, kind))]
    call(granted, name, folder)
    assert (len(server.requests), len(endpoint.requests)) == (2, 2)
    server.requests.clear()
    server.script = [answer(401)]
    (folder / "call.wav").write_bytes(b"what was there")
    with pytest.raises(UnauthorizedError):
        call(granted, name, folder)
    assert (len(server.requests), len(endpoint.requests)) == (2, 3)
    unharmed(granted, server, folder)


@pytest.mark.parametrize(
    ("fault", "error", "asked"),
    [
        (answer(500), InternalServerError, ALL),
        (answer(401, b'{"error": "invalid_client"}'), UnauthorizedError, 1),
        (answer(200, b'{"token": "?"}'), ResponseValidationError, 1),
        (reset, ApiConnectionError, ALL),
        (silence, ApiTimeoutError, ALL),
        (slow_body(BODY * 50, 0.05), ApiTimeoutError, ALL),
    ],
    ids=["500", "refused", "nonsense", "reset", "silence", "trickle"],
)
@pytest.mark.parametrize("name", CALLS)
def test_a_token_endpoint_that_fails_or_stalls(
    granted: Caller,
    server: FaultServer,
    endpoint: FaultServer,
    folder: Path,
    name: str,
    fault: Action,
    error: type[ApiError],
    asked: int,
) -> None:
    endpoint.script = [fault]
    with stopwatch() as watch:
        with pytest.raises(error) as caught:
            call(granted, name, folder, **limits(error, asked))
        assert watch.running < 1.6
    assert "hush" not in f"{caught.value} {caught.value!r}"
    assert server.requests == []
    assert endpoint.received(asked) == asked
    endpoint.script = [TOKEN]
    unharmed(granted, server, folder)
