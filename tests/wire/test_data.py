"""Data that is not as documented never breaks a call, and what the caller sends is checked before it is sent."""

from __future__ import annotations

import json
import pickle
from datetime import timedelta
from typing import Any

import pytest
from bandwidth_recordings import (
    ApiStatusError,
    NotFoundError,
    RequestValidationError,
    ResponseValidationError,
    models,
)
from bandwidth_recordings._runtime.adapters import adapter
from bandwidth_recordings._runtime.bodies import body_content
from bandwidth_recordings._runtime.operation import Body

from .callers import IDS, Caller
from .servers import JSON, FaultServer, answer, broken

ODD: dict[str, tuple[str, object, object]] = {
    "an unknown field": ("brandNew", {"a": [1, None]}, {"a": [1, None]}),
    "an unknown enum value": ("direction", "sideways", "sideways"),
    "null where the schema has none": ("recordingId", None, None),
    "null for an object": ("transcription", None, None),
    "a date without a zone": ("startTime", "2022-06-17T22:19:40", None),
    "a date that is none": ("startTime", "yesterday", "yesterday"),
    "a duration of months": ("duration", "P1M", "P1M"),
    "an odd spelling of a duration": ("duration", "PT0090S", timedelta(seconds=90)),
    "a number as a string": ("channels", "2", 2),
    "a whole number with a fraction": ("channels", 2.0, 2),
    "a string as a number": ("accountId", 9900000, 9900000),
    "an object as a string": ("mediaUrl", {"href": "x"}, {"href": "x"}),
    "a list as an object": ("transcription", [], []),
    "an unknown value deep inside": ("transcription", {"status": 7, "new": 1}, None),
}
ATTRIBUTES = {
    "brandNew": "brandNew",
    "recordingId": "recording_id",
    "startTime": "start_time",
    "accountId": "account_id",
    "mediaUrl": "media_url",
}


@pytest.mark.parametrize(("name", "sent", "expected"), ODD.values(), ids=ODD.keys())
def test_odd_data_is_read_and_can_be_sent_back(
    api: Caller, server: FaultServer, name: str, sent: object, expected: object
) -> None:
    document = {"callId": "c-1", name: sent}
    server.script = [answer(200, json.dumps([document]).encode())]
    response = api.response("list_account_call_recordings", "9900000")
    assert response.status == 200
    one = response.data[0]
    assert one.call_id == "c-1"
    found = getattr(one, ATTRIBUTES.get(name, name))
    if expected is not None or sent is None:
        assert found == expected
    assert json.loads(one.model_dump_json(exclude_unset=True, warnings=False)) == document


@pytest.mark.parametrize(
    "body", [b"{", b"nonsense", b"[1, 2]", b'"text"', b"7", b"null", b"\xff\xfe", b"[" * 400]
)
def test_what_cannot_be_read_keeps_its_bytes_status_and_headers(
    api: Caller, server: FaultServer, body: bytes
) -> None:
    server.script = [answer(200, body, {**JSON, "X-Request-Id": "id-1"})]
    with pytest.raises(ResponseValidationError) as caught:
        api.get()
    assert (caught.value.status, caught.value.body, caught.value.request_id) == (200, body, "id-1")
    response = api.response("get_call_recording", *IDS)
    assert (response.status, response.headers["x-request-id"]) == (200, "id-1")
    with pytest.raises(ResponseValidationError) as again:
        _ = response.data
    assert again.value.body == body


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"callbackTimeout": 26}, r"callbackTimeout: .*less than or equal to 25"),
        ({"callback_timeout": 0}, r"callback_timeout: .*greater than or equal to 1"),
        ({"username": "u" * 1025}, r"username: .*1024"),
        ({"detectLanguage": "maybe"}, r"detectLanguage: "),
        ({"tag": 5}, r"tag: "),
        ({"callback_url": "a", "callbackUrl": "b"}, r"callback_url: .*twice"),
        ({"extra": [{"a": float("nan")}]}, r"extra\.0\.a: nan"),
        ({"callbackTimeout": float("inf")}, r"callbackTimeout: "),
        ("text", r"body: "),
        (5, r"body: "),
    ],
)
def test_a_body_is_checked_before_it_is_sent_and_named_as_the_caller_wrote_it(
    api: Caller, server: FaultServer, body: Any, named: str
) -> None:
    with pytest.raises(RequestValidationError, match=named) as caught:
        api("transcribe_call_recording", *IDS, body)
    assert caught.value.operation == "transcribeCallRecording"
    assert server.requests == []


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ({}, {}),
        ({"tag": None}, {"tag": None}),
        (models.TranscribeRecording(), {}),
        (models.TranscribeRecording(tag=None), {"tag": None}),
        (models.TranscribeRecording(callback_timeout=2), {"callbackTimeout": 2}),
        (
            {"callback_url": "https://example.com/a?b=1"},
            {"callbackUrl": "https://example.com/a?b=1"},
        ),
        ({"callbackMethod": "PATCH", "x": [1]}, {"callbackMethod": "PATCH", "x": [1]}),
    ],
)
def test_none_is_sent_as_null_and_what_is_not_set_is_not_sent(
    api: Caller, server: FaultServer, body: Any, sent: object
) -> None:
    server.script = [answer(204)]
    api("transcribe_call_recording", *IDS, body)
    assert json.loads(server.requests[0].body) == sent


def test_a_model_that_was_read_can_be_sent(api: Caller, server: FaultServer) -> None:
    read = models.TranscribeRecording.model_validate_json(b'{"callbackTimeout": 15.0, "odd": 1.0}')
    server.script = [answer(204)]
    api("transcribe_call_recording", *IDS, read)
    assert server.requests[0].body == b'{"callbackTimeout":15.0,"odd":1.0}'


def test_a_model_is_checked_when_it_is_changed() -> None:
    body: Any = models.TranscribeRecording(callback_timeout=2)
    with pytest.raises(ValueError, match="callback_timeout"):
        body.callback_timeout = "soon"
    body.callback_timeout = 3
    assert body.model_dump(exclude_unset=True) == {"callbackTimeout": 3}


def test_what_was_kept_as_it_came_may_go_back_and_nothing_else() -> None:
    document = b'{"recordingId":5,"direction":"x","channels":2.0,"transcription":{"status":[7]}}'
    recordings = Body.of("application/json", lambda: models.CallRecordingMetadata)
    came = adapter(lambda: models.CallRecordingMetadata).read(document)
    copied = pickle.loads(pickle.dumps(came.model_copy(deep=True)))
    for same in (came, copied):
        content = body_content(recordings, same)
        assert json.loads(content.data or b"") == json.loads(document)
    came.transcription.status.append(8)
    named = came.model_copy(update={"call_id": 6})
    with pytest.raises(ValueError, match=r"^call_id: Input should be a valid string$"):
        body_content(recordings, named)


def test_a_model_that_was_made_without_a_check_is_checked_before_it_is_sent(
    api: Caller, server: FaultServer
) -> None:
    body = models.TranscribeRecording.model_construct(callback_url=5)
    with pytest.raises(RequestValidationError, match="callback_url: "):
        api("transcribe_call_recording", *IDS, body)
    within = models.TranscribeRecording.model_validate({"more": []})
    (within.model_extra or {})["more"].append(within)
    with pytest.raises(RequestValidationError, match="it contains itself"):
        api("transcribe_call_recording", *IDS, within)
    assert server.requests == []


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_in_json_is_kept_and_not_sent_as_null(
    api: Caller, server: FaultServer, number: str
) -> None:
    server.script = [answer(200, b'{"channels": %s, "odd": [%s]}' % ((number.encode(),) * 2))]
    recording = api.get()
    values: list[object] = [recording.channels, *recording.odd]
    assert [repr(value) for value in values] == [repr(float(number))] * 2
    again = models.CallRecordingMetadata.model_validate_json(
        recording.model_dump_json(exclude={"channels"}, exclude_unset=True)
    )
    assert repr((again.model_extra or {}).get("odd")) == repr(values[1:])
    body = models.TranscribeRecording.model_validate({"odd": recording.odd})
    with pytest.raises(RequestValidationError, match=r"odd\.0: .* is not a number"):
        api("transcribe_call_recording", *IDS, body)
    assert len(server.requests) == 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("odd", [{"channels": "two"}, {"channels": [1]}, {"transcription": 5}])
def test_what_was_tolerated_is_written_without_a_warning(
    api: Caller, server: FaultServer, odd: dict[str, Any]
) -> None:
    server.script = [answer(200, json.dumps(odd).encode())]
    recording = api.get()
    assert recording.model_dump(exclude_unset=True) == odd
    assert json.loads(recording.model_dump_json(exclude_unset=True)) == odd


def test_a_body_that_cannot_be_decompressed_keeps_its_bytes(
    api: Caller, server: FaultServer
) -> None:
    server.script = [answer(200, b"no gzip", {**JSON, "Content-Encoding": "gzip"})]
    with pytest.raises(ResponseValidationError) as caught:
        api.get()
    assert caught.value.body == b"no gzip"


def test_an_error_keeps_what_came_of_its_body(api: Caller, server: FaultServer) -> None:
    server.script = [broken(b'{"description": "no such call"}', 25, status=404)]
    with pytest.raises(NotFoundError) as caught:
        api.get()
    assert caught.value.body == b'{"description": "no such '


@pytest.mark.parametrize("status", [200, 204])
def test_nothing_is_no_recording(api: Caller, server: FaultServer, status: int) -> None:
    server.script = [answer(status, b"")]
    with pytest.raises(ResponseValidationError, match="nothing came"):
        api.get()
    with pytest.raises(ResponseValidationError, match="nothing came"):
        api("download_call_recording", *IDS)


HALF = b'"\\ud800 and \\udc00"'


def test_half_of_a_surrogate_pair_does_not_cost_the_rest(api: Caller, server: FaultServer) -> None:
    records = [
        b'{"recordingId": "r-%d", "startTime": "2022-06-17T22:19:40.000Z", "channels": 2}' % n
        for n in range(3)
    ]
    odd = b'{"recordingId": "r-3", "callId": %s, "brandNew": {"a": [%s]}, "\\ud801": 1}' % (
        HALF,
        HALF,
    )
    body = b"[" + b", ".join((*records, odd)) + b"]"
    server.script = [answer(200, body)]
    found = api("list_account_call_recordings", "9900000")
    assert [one.recording_id for one in found] == ["r-0", "r-1", "r-2", "r-3"]
    assert found[0].start_time.year == 2022
    assert found[3].call_id == "\ud800 and \udc00"
    assert found[3].model_extra["\ufffd"] == 1
    for one, record in zip(found, records, strict=False):
        assert json.loads(one.model_dump_json(exclude_unset=True)) == json.loads(record)
    written = found[3].model_dump_json(exclude_unset=True, indent=1)
    assert json.loads(written) == found[3].model_dump(mode="json", exclude_unset=True)
    assert '\n "callId": "\\ud800 and \\udc00"' in written


def test_half_of_a_surrogate_pair_goes_back_as_it_came(api: Caller, server: FaultServer) -> None:
    document = b'{"callbackUrl": %s, "tag": %s, "new": [%s]}' % (HALF, HALF, HALF)
    read = adapter(lambda: models.TranscribeRecording).read(document)
    server.script = [answer(204)]
    api("transcribe_call_recording", *IDS, read)
    assert json.loads(server.requests[0].body) == json.loads(document)
    server.script = [answer(400, b'{"type": "t", "description": %s}' % HALF)]
    with pytest.raises(ApiStatusError) as caught:
        api.get()
    assert caught.value.error.description == "\ud800 and \udc00"
    str(caught.value).encode()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    "body", [b'{"a": "\\ud800"', b'["\\ud800" 1]', b"[" * 500 + HALF + b"]" * 500, b'"\xff\\ud800"']
)
def test_what_is_no_json_besides_stays_unreadable(
    api: Caller, server: FaultServer, body: bytes
) -> None:
    server.script = [answer(200, body)]
    with pytest.raises(ResponseValidationError) as caught:
        api("list_account_call_recordings", "9900000")
    assert caught.value.body == body


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_of_the_encoding_is_believed(
    api: Caller, server: FaultServer, encoding: str
) -> None:
    server.script = [answer(200, '{"recordingId": "é"}'.encode(encoding))]
    assert api.get().recording_id == "é"


@pytest.mark.parametrize("odd", [b"\xff", object(), range(2)], ids=["bytes", "object", "range"])
def test_what_has_no_json_form_is_named(api: Caller, server: FaultServer, odd: object) -> None:
    body: Any = {"tag": "t", "more": [{"odd": 1}, {"odd": odd}]}
    with pytest.raises(RequestValidationError, match=r"body: more\.1\.odd: it has no JSON form"):
        api("transcribe_call_recording", *IDS, body)
    assert server.requests == []
