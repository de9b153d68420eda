"""What a caller gets when the network or the service fails, and how many requests the service sees."""

from __future__ import annotations

import gzip
import pickle
import socket
import time
from email.utils import formatdate
from typing import Any

import pytest
from bandwidth_recordings import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    ApiTimeoutError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    ResponseValidationError,
    RetryPolicy,
    ServiceUnavailableError,
    TooManyRequestsError,
)
from bandwidth_recordings._runtime import Operation, Response

from .callers import IDS, Caller
from .conftest import MakeCaller
from .servers import (
    JSON,
    PATIENCE,
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

GOOD = answer(200, b'{"recordingId": "r-1"}')
DONE = answer(204)


def the_next_call_works(api: Caller, server: FaultServer) -> None:
    server.script = [GOOD]
    assert api.get().recording_id == "r-1"


LOST_ANSWERS: dict[str, Action] = {
    "reset after the request": reset,
    "closed after the request": hang_up,
    "reset in the body": broken(b'{"recordingId": "r-1"}', 10, end="reset"),
    "truncated body": broken(b'{"recordingId": "r-1"}', 10),
    "invalid chunking": raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"
    ),
    "not HTTP": raw(b"SSH-2.0-OpenSSH\r\n\r\n"),
}


@pytest.mark.parametrize("fault", LOST_ANSWERS.values(), ids=LOST_ANSWERS.keys())
def test_a_lost_answer_to_an_idempotent_request_is_asked_for_again(
    api: Caller, server: FaultServer, fault: Action
) -> None:
    server.script = [fault, GOOD]
    assert api.get().recording_id == "r-1"
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", LOST_ANSWERS.values(), ids=LOST_ANSWERS.keys())
def test_a_lost_answer_that_stays_lost_is_a_connection_error(
    api: Caller, server: FaultServer, fault: Action
) -> None:
    server.script = [fault]
    with pytest.raises(ApiConnectionError) as caught:
        api.get()
    assert len(server.requests) == caught.value.attempts == 4
    assert caught.value.__cause__ is not None
    the_next_call_works(api, server)


@pytest.mark.parametrize("fault", [reset, hang_up], ids=["reset", "closed"])
def test_a_lost_answer_to_a_post_is_not_asked_for_again(
    api: Caller, server: FaultServer, fault: Action
) -> None:
    server.script = [fault]
    with pytest.raises(ApiConnectionError):
        api.post()
    assert len(server.requests) == 1
    the_next_call_works(api, server)


def test_a_reset_on_a_used_connection_is_not_mistaken_for_one_that_was_not_made(
    api: Caller, server: FaultServer
) -> None:
    server.script = [GOOD, reset, DONE]
    api.get()
    with pytest.raises(ApiConnectionError):
        api.post()
    assert len(server.requests) == 2
    assert server.connections == 1


def test_an_idempotency_key_makes_a_post_safe_to_repeat(api: Caller, server: FaultServer) -> None:
    server.script = [reset, DONE]
    api.post(idempotency_key="key-1")
    assert [request.headers.get("idempotency-key") for request in server.requests] == [
        "key-1",
        "key-1",
    ]


@pytest.mark.parametrize(
    "options", [{"idempotency_key": ""}, {"extra_headers": {"Idempotency-Key": ""}}]
)
def test_an_empty_idempotency_key_is_none(
    api: Caller, server: FaultServer, options: dict[str, Any]
) -> None:
    server.script = [reset, answer(204)]
    with pytest.raises(ApiConnectionError):
        api.post(**options)
    assert len(server.requests) == 1


def test_a_function_makes_an_idempotency_key_for_each_call(
    make: MakeCaller, server: FaultServer
) -> None:
    keys = iter("abc")
    api = make(idempotency_key=lambda: next(keys))
    server.script = [reset, DONE]
    api.post()
    api.post()
    assert [request.headers.get("idempotency-key") for request in server.requests] == [
        "a",
        "a",
        "b",
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_refused_connection_is_tried_again_for_any_method(make: MakeCaller, method: str) -> None:
    with FaultServer() as gone:
        closed_port = gone.url
    api = make(base_url=closed_port)
    with pytest.raises(ApiConnectionError, match="the connection was not made") as caught:
        getattr(api, method)()
    assert caught.value.attempts == 4


def test_a_connection_reset_before_the_request_is_tried_again(
    api: Caller, server: FaultServer
) -> None:
    server.refuse = 2
    server.script = [GOOD]
    assert api.get().recording_id == "r-1"
    assert server.connections == 3


def test_headers_that_trickle_do_not_outlast_the_timeout(
    make: MakeCaller, server: FaultServer
) -> None:
    api = make(timeout=0.4, max_retries=0)
    server.script = [slow_head(0.1)]
    with stopwatch() as watch:
        with pytest.raises(ApiTimeoutError):
            api.get()
        assert watch.running < 1.0
    the_next_call_works(api, server)


def hints(status: int) -> Action:
    """Informational answers without an end (RFC 9110, section 15.2)."""

    def act(connection: Connection, _: Received) -> None:
        while not connection.stopping.is_set():
            connection.send(head(status, {}))
            connection.pause(0.02)

    return act


def unending(connection: Connection, _: Received) -> None:
    """A whole body whose end nothing tells."""
    connection.send(head(200, JSON) + b'{"recordingId": "r-1"}')
    connection.pause(PATIENCE)
    connection.usable = False


def trickling_gzip(connection: Connection, request: Received) -> None:
    """A compressed body that comes a byte at a time."""
    compressed = {**JSON, "Content-Encoding": "gzip"}
    slow_body(gzip.compress(b" " * 999 + b"{}"), 0.05, compressed)(connection, request)


SLOW: dict[str, Action] = {
    "100 without end": hints(100),
    "103 without end": hints(103),
    "a body without an end": unending,
    "a trickling compressed body": trickling_gzip,
    "silence": silence,
    "trickling headers": slow_head(0.05),
    "trickling body": slow_body(b" " * 1000 + b"{}", 0.05),
    "a body that stalls before its end": broken(b'{"recordingId": "r-1"}', 21, end="stall"),
}


@pytest.mark.parametrize("fault", SLOW.values(), ids=SLOW.keys())
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_call_outlives_its_deadline(
    api: Caller, server: FaultServer, fault: Action, method: str
) -> None:
    server.script = [fault]
    with stopwatch() as watch:
        with pytest.raises(ApiTimeoutError, match="deadline"):
            getattr(api, method)(deadline=0.5)
        assert watch.elapsed >= 0.45
        assert watch.running < 0.9
    the_next_call_works(api, server)


def test_a_name_that_is_not_resolved_does_not_outlast_the_deadline(
    make: MakeCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stall(*_: object, **__: object) -> list[object]:
        time.sleep(1.5)
        return []

    api = make(base_url="https://slow.example", max_retries=0)
    monkeypatch.setattr(socket, "getaddrinfo", stall)
    with stopwatch() as watch:
        with pytest.raises(ApiTimeoutError, match="deadline") as caught:
            api.post(deadline=0.4)
        assert watch.running < 0.9
    assert caught.value.attempts == 1


def test_a_name_without_an_address_is_a_connection_that_was_not_made(
    make: MakeCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(ApiConnectionError, match=r"not made: .*not known") as caught:
        make(base_url="https://nowhere.example", max_retries=1).post()
    assert caught.value.attempts == 2


@pytest.mark.parametrize(
    ("method", "retry", "requests"), [("POST", True, 2), ("GET", False, 1), ("POST", None, 1)]
)
def test_the_document_can_say_what_is_retried(
    api: Caller, server: FaultServer, method: str, retry: bool | None, requests: int
) -> None:
    operation: Operation[Any] = Operation(
        id="stated",
        name="stated",
        method=method,
        path="/",
        responses={"204": Response()},
        retry=retry,
    )
    server.script = [reset, DONE]
    if requests == 1:
        with pytest.raises(ApiConnectionError):
            api.wait(api.client.call(operation, {}, {}))
    else:
        api.wait(api.client.call(operation, {}, {}))
    assert len(server.requests) == requests


def test_a_deadline_covers_retries_and_waiting(make: MakeCaller, server: FaultServer) -> None:
    api = make(retry=RetryPolicy(base=0.2, cap=0.2), max_retries=1000)
    server.script = [answer(503)]
    with stopwatch() as watch:
        with pytest.raises((ServiceUnavailableError, ApiTimeoutError)):
            api.get(deadline=0.6)
        assert watch.running < 0.9
    assert len(server.requests) > 1


def test_a_timeout_is_retried_for_an_idempotent_method_only(
    make: MakeCaller, server: FaultServer
) -> None:
    api = make(timeout=0.2)
    server.script = [silence, GOOD]
    assert api.get().recording_id == "r-1"
    assert server.received(2) == 2
    server.requests.clear()
    server.script = [silence, DONE]
    with pytest.raises(ApiTimeoutError):
        api.post()
    assert server.received(1) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_these_statuses_are_retried_for_idempotent_methods(
    api: Caller, server: FaultServer, status: int
) -> None:
    server.script = [answer(status), answer(status), GOOD]
    assert api.response("get_call_recording", *IDS).attempts == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 415, 422, 501])
def test_other_statuses_are_final(api: Caller, server: FaultServer, status: int) -> None:
    server.script = [answer(status), GOOD]
    with pytest.raises(ApiStatusError):
        api.get()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers", "requests"),
    [
        (429, {}, 2),
        (503, {"Retry-After": "0"}, 2),
        (503, {}, 1),
        (500, {"Retry-After": "0"}, 1),
        (502, {}, 1),
    ],
)
def test_a_post_is_repeated_only_when_it_cannot_have_been_processed(
    api: Caller, server: FaultServer, status: int, headers: dict[str, str], requests: int
) -> None:
    server.script = [answer(status, headers={**JSON, **headers}), DONE]
    if requests == 1:
        with pytest.raises(ApiStatusError):
            api.post()
    else:
        api.post()
    assert len(server.requests) == requests


def test_retry_after_in_seconds_is_waited_for(api: Caller, server: FaultServer) -> None:
    server.script = [answer(429, headers={**JSON, "Retry-After": "1"}), GOOD]
    with stopwatch() as watch:
        api.get()
        assert watch.elapsed >= 1.0
        assert watch.running < 1.8


def test_retry_after_as_a_date_is_waited_for(api: Caller, server: FaultServer) -> None:
    date = formatdate(time.time() + 2, usegmt=True)
    server.script = [answer(429, headers={**JSON, "Retry-After": date}), GOOD]
    with stopwatch() as watch:
        api.get()
        assert watch.elapsed >= 0.9
        assert watch.running < 2.8


def test_a_retry_after_beyond_the_deadline_ends_the_call_at_once(
    api: Caller, server: FaultServer
) -> None:
    server.script = [answer(429, headers={**JSON, "Retry-After": "30"})]
    with stopwatch() as watch:
        with pytest.raises(TooManyRequestsError) as caught:
            api.get(deadline=5)
        assert caught.value.retry_after == 30
        assert watch.running < 1
    assert len(server.requests) == 1


def test_a_storm_of_503_ends_after_the_retries(api: Caller, server: FaultServer) -> None:
    server.script = [answer(503, b'{"type": "overload", "description": "busy"}')]
    with pytest.raises(ServiceUnavailableError) as caught:
        api.get()
    assert len(server.requests) == caught.value.attempts == 4
    the_next_call_works(api, server)


def test_retries_can_be_set_for_a_call(api: Caller, server: FaultServer) -> None:
    server.script = [answer(500)]
    with pytest.raises(InternalServerError):
        api.get(max_retries=0)
    assert len(server.requests) == 1
    with pytest.raises(InternalServerError):
        api.get(retry=RetryPolicy(statuses={503}))
    assert len(server.requests) == 2


def test_a_delete_whose_answer_was_lost_may_end_in_404_which_is_kept(
    api: Caller, server: FaultServer
) -> None:
    server.script = [reset, answer(404)]
    with pytest.raises(NotFoundError) as caught:
        api.delete()
    assert caught.value.attempts == 2


def test_an_html_error_page_is_an_error_with_its_bytes(api: Caller, server: FaultServer) -> None:
    page = b"<html><body>Bad gateway</body></html>"
    server.script = [answer(502, page, {"Content-Type": "text/html"})]
    with pytest.raises(ApiStatusError) as caught:
        api.get()
    assert (caught.value.status, caught.value.body, caught.value.error) == (502, page, None)


def test_an_html_page_in_place_of_data_keeps_status_headers_and_bytes(
    api: Caller, server: FaultServer
) -> None:
    page = b"<html>Sign in</html>"
    server.script = [answer(200, page, {"Content-Type": "text/html"})]
    with pytest.raises(ResponseValidationError) as caught:
        api.get()
    assert caught.value.body == page
    response = api.response("get_call_recording", *IDS)
    assert response.status == 200
    assert response.headers["content-type"] == "text/html"
    with pytest.raises(ResponseValidationError):
        _ = response.data


def test_a_body_that_decompresses_past_the_bound_is_an_error(
    make: MakeCaller, server: FaultServer
) -> None:
    api = make(max_response_bytes=1024 * 1024)
    server.script = [bomb(64 * 1024 * 1024)]
    with pytest.raises(ResponseValidationError, match="max_response_bytes"):
        api.get()
    assert len(server.requests) == 1
    the_next_call_works(api, server)


def test_a_compressed_body_that_stands_for_nothing_is_bounded(
    make: MakeCaller, server: FaultServer
) -> None:
    api = make(max_response_bytes=1024 * 1024)
    nothing = b"\0\0\0\xff\xff"  # a stored block without a byte (RFC 1951, section 3.2.4)
    body = gzip.compress(b"")[:10] + nothing * 500_000
    server.script = [answer(200, body, {**JSON, "Content-Encoding": "gzip"})]
    with pytest.raises(ResponseValidationError, match="max_response_bytes") as caught:
        api.get()
    assert caught.value.body == body[: 1024 * 1024]
    the_next_call_works(api, server)


def test_a_body_in_another_encoding_than_it_says_is_an_error(
    api: Caller, server: FaultServer
) -> None:
    server.script = [answer(200, b"not gzip", {**JSON, "Content-Encoding": "gzip"})]
    with pytest.raises(ResponseValidationError, match="decompressed"):
        api.get()
    the_next_call_works(api, server)


def test_more_bytes_than_content_length_do_not_reach_the_next_call(
    api: Caller, server: FaultServer
) -> None:
    server.script = [
        raw(
            b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}{"smuggled": 1}'
        ),
        GOOD,
    ]
    api.get()
    assert api.get().recording_id == "r-1"


def test_an_error_is_one_line_without_control_characters_whatever_the_service_says(
    api: Caller, server: FaultServer
) -> None:
    name = b"\x1b]0;title\x07\xc2\x9b2J" + b"7" * 5000
    body = b'{"description": "\\u001b[31mred\\u202e"}'
    start = b"HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\nX-Request-Id: " + name
    server.script = [raw(start + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)]
    with pytest.raises(BadRequestError) as caught:
        api.get()
    assert f"{caught.value}{caught.value!r}".isprintable()
    assert "title" in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_an_error_tells_what_is_needed_at_night_and_no_secret(
    make: MakeCaller, server: FaultServer
) -> None:
    api = make(password="hunter2")
    server.script = [
        answer(500, b'{"type": "t", "description": "d"}', {**JSON, "X-Request-Id": "id-7"}),
    ]
    with pytest.raises(InternalServerError) as caught:
        api.get(extra_query={"token": "hunter3"})
    error = caught.value
    copy = pickle.loads(pickle.dumps(error))
    each: Any
    for each in (error, copy):
        assert (each.operation, each.method, each.status, each.request_id) == (
            "getCallRecording",
            "GET",
            500,
            "id-7",
        )
        assert each.attempts == 4
        assert each.elapsed > 0
        assert each.error.description == "d"
        assert each.url.startswith(f"{server.url}/accounts/9900000/calls/c-1/recordings/r-1")
        assert "hunter" not in f"{each} {each!r} {each.url}"


def test_a_connection_error_pickles(make: MakeCaller, server: FaultServer) -> None:
    server.script = [reset]
    with pytest.raises(ApiError) as caught:
        make(max_retries=0).get()
    copy: Any = pickle.loads(pickle.dumps(caught.value))
    assert copy.operation == "getCallRecording"
    assert str(copy) == str(caught.value)


def test_connections_are_given_back_whatever_happens(make: MakeCaller, server: FaultServer) -> None:
    api = make(max_connections=1, max_retries=0, timeout=0.3)
    faults = [
        *LOST_ANSWERS.values(),
        *SLOW.values(),
        bomb(80 * 1024 * 1024),
        answer(500),
        answer(200, b"nonsense"),
    ]
    for fault in faults:
        server.requests.clear()
        server.script = [fault, GOOD]
        with pytest.raises(ApiError):
            api.get()
        assert api.get().recording_id == "r-1"
