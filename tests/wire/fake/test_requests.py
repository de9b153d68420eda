"""What the fake says to requests that the document does not allow, what it remembers, and what a test sets."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from bandwidth_recordings import (
    ApiStatusError,
    BadRequestError,
    MethodNotAllowedError,
    NotFoundError,
    ResponseValidationError,
    ServiceUnavailableError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
)
from bandwidth_recordings.models import CallRecordingMetadata
from bandwidth_recordings.testing import Call, Fake

from ..callers import IDS, Caller

ONE: dict[str, Any] = dict(zip(("accountId", "callId", "recordingId"), IDS, strict=True))
PATH = "/accounts/9900000/calls/c-1/recordings/r-1"
UNWANTED: list[tuple[type[ApiStatusError], str, dict[str, Any]]] = [
    (NotFoundError, "no operation of the API has the path", {"path": "/nowhere"}),
    (MethodNotAllowedError, "PATCH is not allowed at this path; DELETE, GET", {"method": "PATCH"}),
    (
        BadRequestError,
        "the body: callbackTimeout: 26 must be at most 25",
        {"method": "POST", "path": f"{PATH}/transcription", "body": {"callbackTimeout": 26}},
    ),
    (
        BadRequestError,
        "the body: callbackTimeout: number or null is needed, not string",
        {"method": "POST", "path": f"{PATH}/transcription", "body": {"callbackTimeout": "5"}},
    ),
    (
        BadRequestError,
        "the body: callbackMethod: 'PUT' is not one of 'GET', 'POST'",
        {"method": "POST", "path": f"{PATH}/transcription", "body": {"callbackMethod": "PUT"}},
    ),
    (
        BadRequestError,
        "the body: callbackUrl: a URI with its scheme is needed",
        {"method": "POST", "path": f"{PATH}/transcription", "body": {"callbackUrl": "here"}},
    ),
    (
        BadRequestError,
        "the body: username: it has 1025 characters; at most 1024 are allowed",
        {"method": "POST", "path": f"{PATH}/transcription", "body": {"username": "u" * 1025}},
    ),
    (
        BadRequestError,
        "the body: state: it is required",
        {"method": "PUT", "path": "/accounts/9900000/calls/c-1/recording", "body": {}},
    ),
    (
        BadRequestError,
        "the body: it is required",
        {"method": "PUT", "path": "/accounts/9900000/calls/c-1/recording"},
    ),
    (
        BadRequestError,
        "the body cannot be read as application/json",
        {"method": "POST", "path": f"{PATH}/transcription", "body": b"{"},
    ),
    (
        UnsupportedMediaTypeError,
        "the Content-Type is 'text/plain'; application/json is needed",
        {
            "method": "POST",
            "path": f"{PATH}/transcription",
            "body": "x",
            "content_type": "text/plain",
        },
    ),
    (
        BadRequestError,
        "the query parameter minStartTime: a date and time of RFC 3339 with a zone",
        {"path": "/accounts/9900000/recordings", "extra_query": {"minStartTime": "2026-01-01"}},
    ),
]


@pytest.mark.parametrize(("error", "message", "request_"), UNWANTED)
def test_what_the_document_does_not_allow_is_refused_and_told(
    fake: Fake, api: Caller, error: type[ApiStatusError], message: str, request_: dict[str, Any]
) -> None:
    given = {"method": "GET", "path": PATH, **request_}
    with pytest.raises(error, match=message) as raised:
        api.wait(api.client.request(given.pop("method"), given.pop("path"), **given))
    assert message in raised.value.error["description"]
    with pytest.raises(AssertionError, match=message):
        fake.check()


def test_a_request_without_credentials_is_refused(fake: Fake) -> None:
    http = httpx2.Client(transport=fake.transport)
    answer = http.get("https://voice.bandwidth.com/api/v2/accounts/9900000/recordings")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Basic, Bearer")
    with fake.client() as client, pytest.raises(UnauthorizedError):
        client.recordings.list_account_call_recordings(
            "9900000", extra_headers={"Authorization": "Digest x"}
        )


def test_access_tokens_are_given(fake: Fake, make: Any) -> None:
    api: Caller = make(username=None, password=None, client_id="i", client_secret="s")
    if api.client._configuration.base_url is not None:
        server = api.client._configuration.base_url.removesuffix("/api/v2")
        api = make(
            username=None,
            password=None,
            client_id="i",
            client_secret="s",
            token_url=f"{server}/api/v1/oauth2/token",
        )
    assert len(api("list_account_call_recordings", "9900000")) == 2


def test_calls_are_remembered_without_secrets(fake: Fake, api: Caller) -> None:
    api("list_account_call_recordings", "9900000", from_="+1", extra_headers={"X-Mine": "1"})
    with pytest.raises(NotFoundError):
        api("transcribe_call_recording", *IDS, {"callback_timeout": 5})
    first, second = fake.calls
    assert (first.operation, first.method, first.status) == (
        "list_account_call_recordings",
        "GET",
        200,
    )
    assert first.arguments == {"account_id": "9900000", "from_": "+1"}
    assert first.headers["x-mine"] == "1"
    assert first.headers["authorization"] == "..."
    assert (second.body, second.status, second.problems) == ({"callbackTimeout": 5}, 404, [])
    assert fake.calls_of("transcribe_call_recording") == [second]
    assert fake.calls_of("transcribeCallRecording") == [second]
    fake.check()
    with pytest.raises(LookupError, match="there is no operation 'transcribe'; there are list_"):
        fake.calls_of("transcribe")


def test_a_test_sets_what_is_answered(fake: Fake, api: Caller) -> None:
    fake.respond("get_call_recording", CallRecordingMetadata(recording_id="r-9"))
    fake.respond("get_call_recording", {"recordingId": "r-once"}, times=1)
    fake.respond("list_account_call_recordings", example="nothing")
    fake.respond("delete_recording", {"description": "no"}, status=403)
    fake.respond("list_call_recordings", lambda call: [{"recordingId": call.arguments["call_id"]}])
    assert [api.get().recording_id for _ in range(3)] == ["r-once", "r-9", "r-9"]
    assert api("list_account_call_recordings", "9900000") == []
    with pytest.raises(ApiStatusError, match="no"):
        api.delete()
    assert api("list_call_recordings", "9900000", "c-7")[0].recording_id == "c-7"


def test_what_is_set_must_be_what_the_document_describes(fake: Fake) -> None:
    with pytest.raises(ValueError, match="get_call_recording does not answer this: channels: "):
        fake.respond("get_call_recording", {"channels": "two"})
    with pytest.raises(LookupError, match=r"has no example 'none'; it has recordings, nothing"):
        fake.respond("list_account_call_recordings", example="none")
    with fake.client() as client:
        fake.respond("get_call_recording", lambda _: {"channels": "two"})
        client.recordings.get_call_recording(*IDS)
    with pytest.raises(AssertionError, match="the answer that was set: channels: integer"):
        fake.check()


def test_calls_fail_as_often_as_they_are_told(fake: Fake, make: Any) -> None:
    api: Caller = make(max_retries=0)
    fake.put("recording", ONE)
    fake.fail("get_call_recording", status=503, headers={"Retry-After": "7"}, times=2)
    for _ in range(2):
        with pytest.raises(ServiceUnavailableError) as raised:
            api.get()
        assert raised.value.retry_after == 7
    assert api.get().recording_id == "r-1"
    assert [call.status for call in fake.calls] == [503, 503, 200]


def test_an_error_is_the_one_of_the_document(fake: Fake, api: Caller) -> None:
    fake.fail(status=429)
    with pytest.raises(ApiStatusError) as raised:
        api.get(max_retries=0)
    assert raised.value.error.type == "rate-limit"


@pytest.mark.parametrize(
    "fault", [{"reset": True}, {"truncate": 3}, {"status": 500}, {"body": b"[", "status": 502}]
)
def test_the_client_gets_over_a_fault(fake: Fake, api: Caller, fault: dict[str, Any]) -> None:
    fake.put("recording", ONE)
    fake.fail(**fault)
    assert api.get().recording_id == "r-1"
    assert len(fake.calls) == 2


def test_a_body_may_be_broken(fake: Fake, api: Caller) -> None:
    fake.put("recording", ONE)
    fake.fail(body=b"<html>", times=None)
    with pytest.raises(ResponseValidationError) as raised:
        api.get(max_retries=0)
    assert raised.value.body == b"<html>"


def test_a_slow_answer_meets_the_timeout(fake: Fake, api: Caller) -> None:
    from bandwidth_recordings import ApiTimeoutError

    fake.fail(delay=30, times=None)
    with pytest.raises(ApiTimeoutError):
        api.get(timeout=0.05, max_retries=0)


def test_a_download_that_breaks_is_continued(fake: Fake, api: Caller, tmp_path: Any) -> None:
    one = {**ONE, "fileFormat": "wav"}
    content = bytes(range(256)) * 400
    fake.put("recording", one, media=content)
    fake.fail("download_call_recording", truncate=1000, times=2)
    assert api.save(tmp_path / "call.wav").read_bytes() == content
    assert [call.status for call in fake.calls] == [200, 206, 206]


def test_faults_are_drawn_from_the_seed() -> None:
    def statuses(seed: int) -> list[int | None]:
        fake = Fake(seed=seed)
        fake.fail(status=503, times=None, rate=0.5)
        with fake.client(max_retries=0) as client:
            for _ in range(20):
                try:
                    client.recordings.list_account_call_recordings("9900000")
                except ServiceUnavailableError:
                    continue
        return [call.status for call in fake.calls]

    assert statuses(1) == statuses(1) != statuses(2)
    assert set(statuses(1)) == {200, 503}


def test_a_fault_may_concern_some_calls_alone(fake: Fake, api: Caller) -> None:
    def is_second(call: Call) -> bool:
        return bool(call.arguments["account_id"] == "2")

    fake.fail(status=500, times=None, when=is_second)
    assert api("list_account_call_recordings", "1") == []
    with pytest.raises(ApiStatusError):
        api("list_account_call_recordings", "2", max_retries=0)
    with pytest.raises(ValueError, match="say what goes wrong"):
        fake.fail("get_call_recording")


def test_media_are_had_in_parts_and_asked_about(fake: Fake) -> None:
    fake.put("recording", ONE, media=b"0123456789")
    with fake.serve() as server, httpx2.Client(auth=("u", "p")) as http:
        url = f"{server.url}{PATH}/media"
        whole = http.get(url)
        tag = whole.headers["etag"]
        assert (whole.status_code, whole.headers["accept-ranges"]) == (200, "bytes")
        head = http.head(url)
        assert (head.status_code, head.headers["content-length"], head.content) == (200, "10", b"")

        def get(**headers: str) -> tuple[int, bytes, str | None]:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            answer = http.get(url, headers=named)
            return answer.status_code, answer.content, answer.headers.get("content-range")

        assert get(range="bytes=2-4") == (206, b"234", "bytes 2-4/10")
        assert get(range="bytes=8-") == (206, b"89", "bytes 8-9/10")
        assert get(range="bytes=-3") == (206, b"789", "bytes 7-9/10")
        assert get(range="bytes=2-", if_range=tag) == (206, b"23456789", "bytes 2-9/10")
        assert get(range="bytes=2-", if_range='"other"') == (200, b"0123456789", None)
        assert get(range="bytes=10-") == (416, b"", "bytes */10")
        assert get(if_none_match=tag) == (304, b"", None)
