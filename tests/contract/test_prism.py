"""The client against Prism, which refuses whatever does not match spec/recordings.yaml.

What is expected is read from the specification: Prism answers the first example of a response, or
what a `Prefer` header (RFC 7240) asks for: `code=404` the 404, `example=NAME` that example.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bandwidth_recordings
import pytest
import yaml
from bandwidth_recordings import ApiStatusError, AsyncClient, Client, TooManyRequestsError, models

SPEC: Any = yaml.safe_load(
    (Path(__file__).parents[2] / "spec" / "recordings.yaml").read_text(encoding="utf-8")
)
ACCOUNT = "9900000"
CALL = "c-15ac29a2-1331029c-2cb0-4a07-b215-b22865662d85"
RECORDING = "r-fbe05094-9fd2afe9-bf5b-4c68-820a-41a01c1c5833"
SETTINGS: dict[str, Any] = {
    "username": "user",
    "password": "secret",
    "max_retries": 0,
    "timeout": 10.0,
}
DOWNLOAD = "download_call_recording"


@dataclass(frozen=True)
class Call:
    """A call that the specification allows, and the status that answers it."""

    method: str
    arguments: tuple[Any, ...]
    status: int
    options: dict[str, Any] = field(default_factory=dict[str, Any])


CALLS = {
    "listAccountCallRecordings": Call(
        "list_account_call_recordings",
        (ACCOUNT,),
        200,
        {
            "to": "+15555555555",
            "from_": "+15555551212",
            "min_start_time": datetime(2022, 6, 17, tzinfo=UTC),
            "max_start_time": "2022-06-18T00:00:00Z",
        },
    ),
    "updateCallRecordingState": Call(
        "update_call_recording_state", (ACCOUNT, CALL, {"state": "paused"}), 200
    ),
    "listCallRecordings": Call("list_call_recordings", (ACCOUNT, CALL), 200),
    "getCallRecording": Call("get_call_recording", (ACCOUNT, CALL, RECORDING), 200),
    "deleteRecording": Call("delete_recording", (ACCOUNT, CALL, RECORDING), 204),
    "downloadCallRecording": Call(DOWNLOAD, (ACCOUNT, CALL, RECORDING), 200),
    "deleteRecordingMedia": Call("delete_recording_media", (ACCOUNT, CALL, RECORDING), 204),
    "getRecordingTranscription": Call(
        "get_recording_transcription", (ACCOUNT, CALL, RECORDING), 200
    ),
    "transcribeCallRecording": Call(
        "transcribe_call_recording",
        (
            ACCOUNT,
            CALL,
            RECORDING,
            {
                "callback_url": "https://example.com/transcriptions",
                "callback_method": "POST",
                "username": "bandwidth",
                "password": "correct horse battery staple",
                "tag": None,
                "callback_timeout": 2.5,
                "detectLanguage": True,
            },
        ),
        204,
    ),
    "deleteRecordingTranscription": Call(
        "delete_recording_transcription", (ACCOUNT, CALL, RECORDING), 204
    ),
}
MODELS: dict[str, Callable[[Any], Any]] = {
    "listAccountCallRecordings": lambda example: [
        models.CallRecordingMetadata.model_validate(item) for item in example
    ],
    "listCallRecordings": lambda example: [
        models.CallRecordingMetadata.model_validate(item) for item in example
    ],
    "getCallRecording": models.CallRecordingMetadata.model_validate,
    "getRecordingTranscription": models.RecordingTranscriptions.model_validate,
    "downloadCallRecording": str.encode,
}
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

Invoke = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def invoke(request: pytest.FixtureRequest, prism: str) -> Iterator[Invoke]:
    """Call a method of RecordingsApi or of AsyncRecordingsApi, and read a download to its end."""
    if request.param == "async":

        def invoke_async(method: str, *arguments: Any, **options: Any) -> Any:
            return asyncio.run(_invoke_async(prism, method, arguments, options))

        yield invoke_async
        return
    with Client(base_url=prism, **SETTINGS) as client:

        def invoke_sync(method: str, *arguments: Any, **options: Any) -> Any:
            result = getattr(client.recordings, method)(*arguments, **options)
            return result.read() if method == DOWNLOAD else result

        yield invoke_sync


async def _invoke_async(
    url: str, method: str, arguments: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    async with AsyncClient(base_url=url, **SETTINGS) as client:
        result = await getattr(client.recordings, method)(*arguments, **options)
        return await result.read() if method == DOWNLOAD else result


def _operations() -> dict[str, Any]:
    return {
        operation["operationId"]: operation
        for path in SPEC["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    }


def _resolve(node: Any) -> Any:
    if "$ref" not in node:
        return node
    target = SPEC
    for part in node["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    return target


def _example(operation: str, status: int) -> Any:
    """Find the first example of a response; None for a response without a body."""
    response = _resolve(_operations()[operation]["responses"][str(status)])
    for content in response.get("content", {}).values():
        if "example" in content:
            return content["example"]
        return _resolve(next(iter(content["examples"].values())))["value"]
    return None


def _documented_errors() -> list[tuple[str, int]]:
    return [
        (name, int(status))
        for name, operation in _operations().items()
        for status in operation["responses"]
        if int(status) >= 400
    ]


def test_every_operation_of_the_specification_is_called() -> None:
    assert set(CALLS) == set(_operations())


@pytest.mark.parametrize("operation", CALLS)
def test_an_operation_returns_what_the_specification_says(invoke: Invoke, operation: str) -> None:
    call = CALLS[operation]
    example = _example(operation, call.status)
    expected = None if example is None else MODELS[operation](example)

    assert invoke(call.method, *call.arguments, **call.options) == expected


@pytest.mark.parametrize("operation", CALLS)
def test_with_response_gives_the_documented_status(prism: str, operation: str) -> None:
    call = CALLS[operation]
    with Client(base_url=prism, **SETTINGS) as client:
        method = getattr(client.recordings.with_response, call.method)
        response = method(*call.arguments, **call.options)
        if call.method == DOWNLOAD:
            response.data.read()

        assert response.status == call.status


def test_nulls_and_types_of_a_recording_are_read(invoke: Invoke) -> None:
    recording = invoke(
        "get_call_recording",
        ACCOUNT,
        CALL,
        RECORDING,
        extra_headers={"Prefer": "example=transferred"},
    )

    assert recording.duration == timedelta(minutes=4, seconds=2)
    assert recording.start_time == datetime(2022, 6, 17, 22, 20, 10, tzinfo=UTC)
    assert recording.transfer_to == "+15555556789"
    assert recording.media_url is None
    assert "media_url" in recording.model_fields_set
    assert "recording_name" not in recording.model_fields_set


@pytest.mark.parametrize(("operation", "status"), _documented_errors())
def test_a_documented_error_has_its_class_and_its_body(
    invoke: Invoke, operation: str, status: int
) -> None:
    call = CALLS[operation]
    example = _example(operation, status)

    with pytest.raises(ApiStatusError) as caught:
        invoke(
            call.method,
            *call.arguments,
            **call.options,
            extra_headers={"Prefer": f"code={status}"},
        )

    assert type(caught.value) is getattr(bandwidth_recordings, ERRORS[status])
    assert caught.value.status == status
    assert json.loads(caught.value.body) == example
    assert caught.value.error == models.VoiceApiError.model_validate(example)


def test_too_many_requests_says_when_to_try_again(invoke: Invoke) -> None:
    with pytest.raises(TooManyRequestsError) as caught:
        invoke(
            "list_call_recordings",
            ACCOUNT,
            CALL,
            extra_headers={"Prefer": "code=429"},
        )

    assert caught.value.retry_after == 30


@pytest.mark.parametrize(
    ("operation", "wrong", "place"),
    [
        ("updateCallRecordingState", {"extra_body": {"state": "stopped"}}, "state"),
        ("transcribeCallRecording", {"extra_body": {"callbackTimeout": 60}}, "callbackTimeout"),
        ("transcribeCallRecording", {"extra_body": {"callbackMethod": "PUT"}}, "callbackMethod"),
        ("transcribeCallRecording", {"extra_body": {"callbackUrl": "not a URL"}}, "callbackUrl"),
        ("listCallRecordings", {"extra_headers": {"Authorization": "Digest x"}}, "request"),
        (
            "listAccountCallRecordings",
            {"extra_query": {"minStartTime": "yesterday"}},
            "minstarttime",
        ),
    ],
)
def test_a_request_that_does_not_match_the_specification_is_refused(
    invoke: Invoke, operation: str, wrong: dict[str, Any], place: str
) -> None:
    call = CALLS[operation]

    with pytest.raises(ApiStatusError) as caught:
        invoke(call.method, *call.arguments, **wrong)

    violations = json.loads(caught.value.headers["sl-violations"])
    assert place in {part for violation in violations for part in violation["location"]}
