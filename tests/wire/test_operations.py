"""The ten operations against a real HTTP server on the loopback: what is sent, and what each documented status gives."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import bandwidth_recordings
import pytest
from bandwidth_recordings import ApiStatusError, AsyncClient, Client, TooManyRequestsError, models

ACCOUNT, CALL, RECORDING = "9900000", "c-15ac29a2-b215", "r-fbe05094/9fd2?a#b"
QUOTED = "r-fbe05094%2F9fd2%3Fa%23b"
PREFIX = "/api/v2/accounts/9900000"
ONE = f"{PREFIX}/calls/{CALL}/recordings/{QUOTED}"
METADATA = {
    "applicationId": "04e88489-df02-4e34-a0ee-27a91849555f",
    "accountId": ACCOUNT,
    "callId": CALL,
    "recordingId": "r-1",
    "to": "+15555555555",
    "from": "+15555551212",
    "transferTo": None,
    "duration": "PT13.67S",
    "direction": "sideways",
    "channels": 1,
    "startTime": "2022-06-17T22:19:40.375Z",
    "endTime": "2022-06-17T22:20:54Z",
    "fileFormat": "wav",
    "status": "complete",
    "mediaUrl": "https://voice.bandwidth.com/api/v2/accounts/9900000/calls/c-1/recordings/r-1/media",
    "transcription": {"id": "t-1", "status": "none", "completedTime": "2022-06-18T22:19:40+00:00"},
    "recordingName": "my-recording-name",
    "addedLater": {"by": ["the", "service"]},
}
TRANSCRIPTIONS = {
    "transcripts": [{"speaker": 1, "text": "Hello", "confidence": 0.9}],
    "clips": [
        {"speaker": 0, "text": "Hi", "confidence": 1, "startTimeSeconds": 0.5, "endTimeSeconds": 2}
    ],
}
PROBLEM = {"type": "validation", "description": "Something is wrong.", "id": None}
AUDIO = bytes(range(256)) * 300


@dataclass(frozen=True)
class Case:
    """An operation: how it is called, what must arrive, and what the service answers."""

    name: str
    arguments: tuple[object, ...]
    request: tuple[str, str]
    keywords: dict[str, Any] = field(default_factory=dict[str, Any])
    body: object = None
    status: int = 200
    answer: object = None
    accept: str = "application/json"


WINDOW = {
    "from_": "+15555551212",
    "to": "sip:a b@c?d&e=f",
    "min_start_time": datetime(2022, 6, 17, 22, 19, 40, 375000, UTC),
    "max_start_time": datetime(2022, 6, 18, 1, tzinfo=timezone(timedelta(hours=2))),
}
CASES = [
    Case(
        "list_account_call_recordings",
        (ACCOUNT,),
        (
            "GET",
            f"{PREFIX}/recordings?to=sip%3Aa%20b%40c%3Fd%26e%3Df&from=%2B15555551212"
            "&minStartTime=2022-06-17T22%3A19%3A40.375Z&maxStartTime=2022-06-18T01%3A00%3A00%2B02%3A00",
        ),
        keywords=WINDOW,
        answer=[METADATA, METADATA],
    ),
    Case(
        "update_call_recording_state",
        (ACCOUNT, CALL, {"state": "paused"}),
        ("PUT", f"{PREFIX}/calls/{CALL}/recording"),
        body={"state": "paused"},
    ),
    Case(
        "list_call_recordings",
        (ACCOUNT, CALL),
        ("GET", f"{PREFIX}/calls/{CALL}/recordings"),
        answer=[METADATA],
    ),
    Case("get_call_recording", (ACCOUNT, CALL, RECORDING), ("GET", ONE), answer=METADATA),
    Case("delete_recording", (ACCOUNT, CALL, RECORDING), ("DELETE", ONE), status=204),
    Case(
        "download_call_recording",
        (ACCOUNT, CALL, RECORDING),
        ("GET", f"{ONE}/media"),
        answer=AUDIO,
        accept="audio/vnd.wave, audio/mpeg, application/json",
    ),
    Case(
        "delete_recording_media", (ACCOUNT, CALL, RECORDING), ("DELETE", f"{ONE}/media"), status=204
    ),
    Case(
        "get_recording_transcription",
        (ACCOUNT, CALL, RECORDING),
        ("GET", f"{ONE}/transcription"),
        answer=TRANSCRIPTIONS,
    ),
    Case(
        "transcribe_call_recording",
        (
            ACCOUNT,
            CALL,
            RECORDING,
            {"callback_url": "https://a.test/b", "callbackTimeout": 5, "tag": None},
        ),
        ("POST", f"{ONE}/transcription"),
        body={"callbackUrl": "https://a.test/b", "callbackTimeout": 5, "tag": None},
        status=204,
    ),
    Case(
        "delete_recording_transcription",
        (ACCOUNT, CALL, RECORDING),
        ("DELETE", f"{ONE}/transcription"),
        status=204,
    ),
]
ERRORS = {
    400: "BadRequestError",
    401: "UnauthorizedError",
    403: "ForbiddenError",
    404: "NotFoundError",
    405: "MethodNotAllowedError",
    415: "UnsupportedMediaTypeError",
    429: "TooManyRequestsError",
    500: "InternalServerError",
}


@dataclass
class Service:
    """The server: what it answers next, and what it was sent."""

    url: str
    status: int = 200
    answer: object = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(
        default_factory=list[tuple[str, str, dict[str, str], bytes]]
    )


@pytest.fixture
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.requests.append((self.command, self.path, headers, self.rfile.read(length)))
            content, kind = b"", None
            if isinstance(made.answer, bytes):
                content, kind = made.answer, "audio/vnd.wave"
            elif made.answer is not None:
                content, kind = json.dumps(made.answer).encode(), "application/json"
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            if kind is not None:
                self.send_header("Content-Type", kind)
            if made.status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = handle_any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the test's output free of an access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Service(f"http://127.0.0.1:{server.server_address[1]}/api/v2")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


Caller = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest, service: Service) -> Caller:
    """Call an operation with one of the two clients; a download is read to its end."""
    options: dict[str, Any] = {
        "base_url": service.url,
        "username": "user",
        "password": "pass",
        "max_retries": 0,
        "timeout": 10.0,
    }

    def synchronously(
        name: str, *arguments: object, with_response: bool = False, **keywords: Any
    ) -> Any:
        with Client(**options) as client:
            api: Any = client.recordings.with_response if with_response else client.recordings
            value = getattr(api, name)(*arguments, **keywords)
            return value.read() if isinstance(value, bandwidth_recordings.Download) else value

    async def awaited(
        name: str, arguments: tuple[object, ...], with_response: bool, keywords: dict[str, Any]
    ) -> Any:
        async with AsyncClient(**options) as client:
            api: Any = client.recordings.with_response if with_response else client.recordings
            value = await getattr(api, name)(*arguments, **keywords)
            return (
                await value.read()
                if isinstance(value, bandwidth_recordings.AsyncDownload)
                else value
            )

    def asynchronously(
        name: str, *arguments: object, with_response: bool = False, **keywords: Any
    ) -> Any:
        return asyncio.run(awaited(name, arguments, with_response, keywords))

    return synchronously if request.param == "sync" else asynchronously


each_operation = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@each_operation
def test_an_operation_sends_what_the_reference_says(
    case: Case, call: Caller, service: Service
) -> None:
    service.status, service.answer = case.status, case.answer
    call(case.name, *case.arguments, **case.keywords)
    ((method, path, headers, body),) = service.requests
    assert (method, path) == case.request
    assert headers["authorization"] == "Basic " + b64encode(b"user:pass").decode()
    assert headers["accept"] == case.accept
    assert headers["user-agent"].startswith("bandwidth-recordings/")
    if case.body is None:
        assert body == b""
        assert "content-type" not in headers
    else:
        assert json.loads(body) == case.body
        assert headers["content-type"] == "application/json"


@each_operation
def test_a_success_gives_the_documented_result(case: Case, call: Caller, service: Service) -> None:
    service.status, service.answer = case.status, case.answer
    result = call(case.name, *case.arguments, **case.keywords)
    assert dumped(result) == case.answer


def dumped(result: object) -> object:
    """Return a result as the JSON value that it was read from."""
    if isinstance(result, list):
        return [dumped(item) for item in cast("list[object]", result)]
    if isinstance(result, models.CallRecordingMetadata | models.RecordingTranscriptions):
        return json.loads(result.model_dump_json(by_alias=True, exclude_unset=True))
    return result


@each_operation
@pytest.mark.parametrize("status", ERRORS)
def test_a_documented_error_raises_its_class(
    case: Case, status: int, call: Caller, service: Service
) -> None:
    service.status, service.answer = status, PROBLEM
    service.headers = {"Retry-After": "7"} if status == 429 else {}
    with pytest.raises(ApiStatusError) as raised:
        call(case.name, *case.arguments, **case.keywords)
    error = raised.value
    assert type(error) is getattr(bandwidth_recordings, ERRORS[status])
    assert (error.status, json.loads(error.body)) == (status, PROBLEM)
    assert isinstance(error.error, models.VoiceApiError)
    assert error.error.description == "Something is wrong."
    if isinstance(error, TooManyRequestsError):
        assert error.retry_after == 7


@each_operation
def test_with_response_gives_status_and_headers_too(
    case: Case, call: Caller, service: Service
) -> None:
    service.status, service.answer, service.headers = case.status, case.answer, {"X-Trace": "abc"}
    response = call(case.name, *case.arguments, with_response=True, **case.keywords)
    assert (response.status, response.headers["x-trace"], response.attempts) == (
        case.status,
        "abc",
        1,
    )
    assert 0 < response.elapsed < 10
    if not isinstance(case.answer, bytes):
        assert dumped(response.data) == case.answer


def test_every_operation_is_called_here() -> None:
    api = bandwidth_recordings.RecordingsApi
    methods = {
        name
        for name, member in inspect.getmembers(api, inspect.isfunction)
        if member.__module__ == api.__module__ and not name.startswith("_")
    }
    made_of_others = {name for name in methods if name.startswith(("iter_", "wait_for_"))}
    assert {case.name for case in CASES} == methods - made_of_others


def test_the_metadata_has_the_types_of_its_fields(call: Caller, service: Service) -> None:
    service.answer = METADATA
    found = call("get_call_recording", ACCOUNT, CALL, RECORDING)
    assert found.from_ == "+15555551212"
    assert found.duration == timedelta(seconds=13, milliseconds=670)
    assert found.start_time == datetime(2022, 6, 17, 22, 19, 40, 375000, UTC)
    assert found.direction == "sideways"
    assert found.status is models.RecordingStatus.COMPLETE
    assert found.media_url == METADATA["mediaUrl"]
    assert found.transfer_to is None
    assert "transfer_to" in found.model_fields_set
    assert "transfer_caller_id" not in found.model_fields_set
    assert found.model_extra == {"addedLater": {"by": ["the", "service"]}}


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (models.TranscribeRecording(callback_url="u"), {"callbackUrl": "u"}),
        (models.TranscribeRecording.model_validate({"callbackUrl": "u"}), {"callbackUrl": "u"}),
        (
            models.TranscribeRecording(tag=None, detect_language=True),
            {"tag": None, "detectLanguage": True},
        ),
        ({"callback_method": models.CallbackMethod.GET}, {"callbackMethod": "GET"}),
        ({"callbackMethod": "PATCH"}, {"callbackMethod": "PATCH"}),
        ({}, {}),
    ],
    ids=["attribute", "wire name", "null and set", "enum member", "unknown enum value", "empty"],
)
def test_a_body_is_sent_as_it_was_given(
    body: object, sent: object, call: Caller, service: Service
) -> None:
    service.status = 204
    call("transcribe_call_recording", ACCOUNT, CALL, RECORDING, body)
    assert json.loads(service.requests[0][3]) == sent


@pytest.mark.parametrize(
    "identifier", ["..", ".", "a/../../b", "%2e%2e", "a b", "é", "a\\b", "+", "@:"]
)
def test_a_path_argument_cannot_leave_its_segment(
    identifier: str, call: Caller, service: Service
) -> None:
    service.answer = METADATA
    try:
        call("get_call_recording", ACCOUNT, CALL, identifier)
    except bandwidth_recordings.RequestValidationError:
        assert identifier in {".", ".."}
        assert service.requests == []
        return
    ((_, path, _, _),) = service.requests
    segments = path.split("/")
    assert segments[:-1] == f"{PREFIX}/calls/{CALL}/recordings".split("/")
    assert segments[-1] not in {"", ".", ".."}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_empty_path_argument_is_an_error_before_anything_is_sent(
    place: int, call: Caller, service: Service
) -> None:
    arguments = [ACCOUNT, CALL, RECORDING]
    arguments[place] = ""
    with pytest.raises(ValueError, match=["account_id", "call_id", "recording_id"][place]):
        call("delete_recording", *arguments)
    assert service.requests == []


def test_a_time_without_a_zone_is_refused_because_it_names_no_instant(
    call: Caller, service: Service
) -> None:
    with pytest.raises(ValueError, match="min_start_time"):
        call("list_account_call_recordings", ACCOUNT, min_start_time=datetime(2022, 6, 17))
    assert service.requests == []


def test_text_is_sent_as_a_time_as_it_is(call: Caller, service: Service) -> None:
    service.answer = []
    assert (
        call("list_account_call_recordings", ACCOUNT, min_start_time="2022-06-21T19:13:21Z") == []
    )
    assert service.requests[0][1] == f"{PREFIX}/recordings?minStartTime=2022-06-21T19%3A13%3A21Z"
