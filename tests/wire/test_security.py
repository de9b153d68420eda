"""Credentials go where they belong and nowhere else."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import pytest
from bandwidth_recordings import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    AsyncClient,
    BadRequestError,
    Client,
    Configuration,
    RequestValidationError,
    ResponseValidationError,
    ServerError,
    UnauthorizedError,
)

from .callers import IDS, Caller
from .conftest import MakeCaller
from .servers import JSON, Action, Connection, FaultServer, Received, answer, reset, silence
from .stopwatch import stopwatch

BASIC = "Basic " + base64.b64encode(b"user:pass").decode()


def redirect(url: str, status: int = 302) -> Action:
    return answer(status, b"", {"Location": url})


def token(value: str = "t-1", life: object = 3600) -> Action:
    return answer(
        200,
        json.dumps({"access_token": value, "token_type": "Bearer", "expires_in": life}).encode(),
    )


@pytest.fixture
def other() -> Iterator[FaultServer]:
    with FaultServer() as started:
        yield started


@pytest.fixture
def endpoint() -> Iterator[FaultServer]:
    with FaultServer(script=[token()]) as started:
        yield started


@pytest.fixture
def oauth(make: MakeCaller, endpoint: FaultServer) -> Caller:
    return make(client_id="me", client_secret="s3cret", token_url=f"{endpoint.url}/token")


def test_basic_credentials_are_sent(api: Caller, server: FaultServer) -> None:
    api.get()
    assert server.requests[0].headers["authorization"] == BASIC


def test_a_redirect_never_carries_credentials_to_another_origin(
    make: MakeCaller, server: FaultServer, other: FaultServer
) -> None:
    api = make(extra_headers={"X-Api-Key": "k", "Cookie": "session=1"})
    server.script = [redirect(f"{other.url}/elsewhere")]
    api.get()
    assert server.requests[0].headers["x-api-key"] == "k"
    sent = other.requests[0].headers
    assert sent.keys() <= {"host", "accept", "accept-encoding", "user-agent"}


def test_a_redirect_to_the_same_origin_keeps_them(api: Caller, server: FaultServer) -> None:
    server.script = [redirect("/moved"), answer()]
    api.get()
    assert server.requests[1].target == "/moved"
    assert server.requests[1].headers["authorization"] == BASIC


def test_a_redirect_back_does_not_bring_them_back(
    api: Caller, server: FaultServer, other: FaultServer
) -> None:
    server.script = [redirect(f"{other.url}/away"), answer()]
    other.script = [redirect(f"{server.url}/back")]
    api.get()
    assert server.requests[1].target == "/back"
    assert "authorization" not in server.requests[1].headers


@pytest.mark.parametrize("method", ["post", "delete"])
def test_only_reading_is_redirected(
    api: Caller, server: FaultServer, other: FaultServer, method: str
) -> None:
    server.script = [redirect(f"{other.url}/elsewhere", 307)]
    with pytest.raises(ApiError, match="307"):
        getattr(api, method)()
    assert other.requests == []


def test_redirects_in_a_circle_end(api: Caller, server: FaultServer) -> None:
    server.script = [redirect("/again")]
    with pytest.raises(ApiConnectionError, match="more than 5"):
        api.get()
    assert len(server.requests) == 6


def test_a_redirect_to_plain_http_elsewhere_is_refused(api: Caller, server: FaultServer) -> None:
    server.script = [redirect("http://example.com/x")]
    with pytest.raises(ApiConnectionError, match="plain http"):
        api.get()


@pytest.mark.parametrize(
    "url", ["http://example.com", "http://127.0.0.1.example.com", "http://10.0.0.1/api"]
)
def test_plain_http_to_another_machine_is_refused(make: MakeCaller, url: str) -> None:
    with pytest.raises(RequestValidationError, match="plain http"):
        make(base_url=url).get()


def test_a_password_in_the_url_is_refused() -> None:
    with pytest.raises(ValueError, match="base_url") as caught:
        Configuration(base_url="https://user:hunter2@example.com")
    assert "hunter2" not in str(caught.value)


def test_without_credentials_nothing_is_sent(server: FaultServer) -> None:
    with Client(base_url=server.url) as client, pytest.raises(RequestValidationError) as caught:
        client.recordings.get_call_recording(*IDS)
    assert server.requests == []
    for name in (
        "username",
        "password",
        "BANDWIDTH_USERNAME",
        "client_id",
        "BANDWIDTH_CLIENT_SECRET",
    ):
        assert name in str(caught.value)


def test_credentials_come_from_the_environment(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANDWIDTH_USERNAME", "user")
    monkeypatch.setenv("BANDWIDTH_PASSWORD", "pass")
    with Client(base_url=server.url) as client:
        client.recordings.get_call_recording(*IDS)
    assert server.requests[0].headers["authorization"] == BASIC


def test_given_credentials_win_over_those_of_the_environment(
    oauth: Caller, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANDWIDTH_USERNAME", "user")
    monkeypatch.setenv("BANDWIDTH_PASSWORD", "pass")
    oauth.get()
    assert server.requests[0].headers["authorization"] == "Bearer t-1"


def test_a_token_is_asked_for_once(
    oauth: Caller, server: FaultServer, endpoint: FaultServer
) -> None:
    oauth.get()
    oauth.get()
    (asked,) = endpoint.requests
    assert asked.method == "POST"
    assert parse_qs(asked.body.decode()) == {"grant_type": ["client_credentials"]}
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"me:s3cret").decode()
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer t-1"] * 2


def test_an_expired_token_is_replaced_before_it_is_used(
    oauth: Caller, server: FaultServer, endpoint: FaultServer
) -> None:
    endpoint.script = [token("t-1", 0), token("t-2")]
    oauth.get()
    oauth.get()
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer t-1",
        "Bearer t-2",
    ]


@pytest.mark.parametrize("life", [10**400, "NaN", "soon", None, [], 1e308])
def test_a_life_that_cannot_be_told_is_no_reason_to_ask_again(
    oauth: Caller, server: FaultServer, endpoint: FaultServer, life: object
) -> None:
    endpoint.script = [token("t-1", life)]
    oauth.get()
    oauth.get()
    assert len(endpoint.requests) == 1
    assert len(server.requests) == 2


def test_a_token_that_is_rejected_is_replaced_once(
    oauth: Caller, server: FaultServer, endpoint: FaultServer
) -> None:
    endpoint.script = [token("t-1"), token("t-2")]
    server.script = [answer(401), answer()]
    oauth.post()
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer t-1",
        "Bearer t-2",
    ]
    server.script = [answer(401)]
    with pytest.raises(UnauthorizedError):
        oauth.get()
    assert len(server.requests) == 4
    assert len(endpoint.requests) == 3


def test_a_token_is_replaced_once_in_a_call_however_many_attempts(
    oauth: Caller, server: FaultServer, endpoint: FaultServer
) -> None:
    server.script = [answer(401), answer(503), answer(401)]
    with pytest.raises(UnauthorizedError) as caught:
        oauth.get()
    assert caught.value.attempts == len(server.requests) == 3
    assert len(endpoint.requests) == 2


def test_basic_credentials_that_are_rejected_are_not_sent_again(
    api: Caller, server: FaultServer
) -> None:
    server.script = [answer(401)]
    with pytest.raises(UnauthorizedError):
        api.get()
    assert len(server.requests) == 1


ECHO = answer(400, b'{"error": "invalid_client", "error_description": "s3cret"}')


@pytest.mark.parametrize(
    ("fault", "error", "requests"),
    [
        (ECHO, ApiError, 1),
        (answer(500, b"s3cret"), ServerError, 4),
        (reset, ApiConnectionError, 4),
        (answer(200, b'{"s3cret": "s3cret"}'), ApiError, 1),
        (answer(200, b"<html>s3cret", {"Content-Type": "text/html"}), ApiError, 1),
    ],
    ids=["refusal", "failure", "reset", "no token", "HTML"],
)
def test_a_token_endpoint_that_fails_says_so_without_the_secret(
    oauth: Caller,
    server: FaultServer,
    endpoint: FaultServer,
    fault: Action,
    error: type[ApiError],
    requests: int,
) -> None:
    endpoint.script = [fault]
    with pytest.raises(error, match="OAuth 2 token request") as caught:
        oauth.get()
    assert "s3cret" not in f"{caught.value} {vars(caught.value)}"
    assert (len(server.requests), len(endpoint.requests)) == (0, requests)
    endpoint.script = [token()]
    oauth.get()


def test_a_token_endpoint_that_stalls_is_bound_by_the_deadline(
    oauth: Caller, endpoint: FaultServer
) -> None:
    endpoint.script = [silence]
    with stopwatch() as watch:
        with pytest.raises(ApiTimeoutError):
            oauth.get(deadline=0.5)
        assert watch.running < 1.0
    endpoint.script = [token()]
    oauth.get()


def test_threads_share_one_request_for_a_token(server: FaultServer, endpoint: FaultServer) -> None:
    def slow(connection: Connection, request: Received) -> None:
        connection.pause(0.2)
        token()(connection, request)

    endpoint.script = [slow]
    with (
        Client(
            base_url=server.url,
            client_id="me",
            client_secret="s3cret",
            token_url=f"{endpoint.url}/token",
        ) as client,
        ThreadPoolExecutor(10) as threads,
    ):
        calls = [threads.submit(client.recordings.get_call_recording, *IDS) for _ in range(10)]
        assert all(call.result() for call in calls)
    assert (len(server.requests), len(endpoint.requests)) == (10, 1)


def test_no_secret_is_logged_or_shown(
    oauth: Caller, server: FaultServer, endpoint: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.script = [token("t0ken")]
    server.script = [answer(500), answer(500), answer(200, b"{}", {**JSON, "Set-Cookie": "s3cret"})]
    configuration = Configuration(
        password="s3cret", client_secret="s3cret", extra_headers={"X-Key": "s3cret"}
    )
    with caplog.at_level(logging.DEBUG, logger="bandwidth_recordings"):
        oauth.get(extra_query={"api_key": "s3cret"})
    assert caplog.records
    shown = f"{caplog.text} {configuration!r} {oauth.client!r}"
    assert "s3cret" not in shown
    assert "t0ken" not in shown


def test_calls_that_wait_for_the_same_token_fail_together(
    server: FaultServer, endpoint: FaultServer
) -> None:
    def refuse(connection: Connection, request: Received) -> None:
        connection.pause(0.3)
        answer(400, b'{"error": "invalid_client"}')(connection, request)

    endpoint.script = [refuse]
    with (
        Client(
            base_url=server.url, client_id="me", client_secret="s3cret", token_url=endpoint.url
        ) as client,
        ThreadPoolExecutor(20) as threads,
    ):
        calls = [
            threads.submit(client.recordings.get_call_recording, *IDS, deadline=30)
            for _ in range(20)
        ]
        errors = [call.exception() for call in calls]
        assert {type(error) for error in errors} == {BadRequestError}
        assert len({id(error) for error in errors}) == 20
        assert len(endpoint.requests) <= 2
        endpoint.script = [token()]
        client.recordings.get_call_recording(*IDS)


def test_tasks_that_wait_for_the_same_token_fail_together(
    server: FaultServer, endpoint: FaultServer
) -> None:
    endpoint.script = [answer(400, b'{"error": "invalid_client"}')]

    async def main() -> list[object]:
        async with AsyncClient(
            base_url=server.url, client_id="me", client_secret="s3cret", token_url=endpoint.url
        ) as client:
            calls = (client.recordings.get_call_recording(*IDS) for _ in range(20))
            return list(await asyncio.gather(*calls, return_exceptions=True))

    errors = asyncio.run(main())
    assert {type(error) for error in errors} == {BadRequestError}
    assert len(endpoint.requests) == 1


def test_a_token_that_no_header_can_carry_is_not_repeated_in_the_error(
    oauth: Caller, endpoint: FaultServer
) -> None:
    endpoint.script = [token("very secret")]
    with pytest.raises(ResponseValidationError, match="no access_token") as caught:
        oauth.get()
    assert "very secret" not in str(caught.value)


def test_an_authorization_of_the_callers_own_needs_no_other_credentials(
    make: MakeCaller, server: FaultServer
) -> None:
    api = make(username=None, password=None)
    with pytest.raises(RequestValidationError, match="no credentials"):
        api.get()
    api.get(extra_headers={"authorization": "Bearer mine"})
    assert server.requests[0].headers["authorization"] == "Bearer mine"


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding"])
def test_the_framing_of_a_request_is_not_the_callers_to_set(
    api: Caller, server: FaultServer, name: str
) -> None:
    with pytest.raises(RequestValidationError, match=name):
        api.post(extra_headers={name: "3"})
    assert server.requests == []


def test_a_host_can_be_given_in_place_of_that_of_the_url(api: Caller, server: FaultServer) -> None:
    api.get(extra_headers={"Host": "recordings.example"})
    assert server.requests[0].headers["host"] == "recordings.example"


@pytest.mark.parametrize(
    "url", ["https://user:s3cret@example.com", "http://127.0.0.1:99999", "https://exa mple.com"]
)
def test_a_base_url_that_cannot_be_called_is_refused_before_anything_is_sent(
    api: Caller, url: str
) -> None:
    with pytest.raises(RequestValidationError) as caught:
        api.get(base_url=url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("method", ["GET\r\nX: y", "", "G ET"])
def test_a_method_cannot_smuggle_anything(api: Caller, server: FaultServer, method: str) -> None:
    with pytest.raises(RequestValidationError, match="HTTP method"):
        api.wait(api.client.request(method, "/x"))
    assert server.requests == []
