"""What a user writes with the synchronous client. A line with "error" at its end must be one to mypy and to pyright."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, assert_type

from bandwidth_recordings import (
    ApiError,
    ApiResponse,
    ApiStatusError,
    Client,
    Configuration,
    Download,
    Event,
    Hooks,
    Page,
    Paged,
    PagingError,
    RecordingsApi,
    ResponseValidationError,
    RetryPolicy,
    Telemetry,
    Timeout,
    TooManyRequestsError,
    WaitError,
    WaitTimeoutError,
    models,
    webhooks,
)

client = Client(username="u", password="p", timeout=10, max_retries=1, deadline=None)
api = client.recordings
assert_type(api, RecordingsApi)
ids = "9900000", "c-1", "r-1"
account, call, recording = ids


def told(event: Event) -> None:
    assert_type(event.status, int | None)


def receiving(authorization: str | None, body: bytes) -> None:
    webhooks.check_basic_credentials(authorization, username="u", password="p")
    received = webhooks.parse_transcription_available(body)
    assert_type(received, models.TranscriptionAvailableCallback)
    webhooks.check_basic_credentials(authorization)  # error
    webhooks.parse_transcription_available(None)  # error


def asking_for_more() -> None:
    client.request("GET", "/x", extra_query={"a": 1}, deadline=5)
    client.request("GET", "/x", dead_line=5)  # error
    client.request("GET")  # error


def making_clients() -> None:
    with Client(Configuration(username="u", password="p"), timeout=Timeout(connect=1)) as entered:
        assert_type(entered, Client)
    with RecordingsApi(Configuration(base_url="http://localhost:8000")) as alone:
        assert_type(alone, RecordingsApi)
    Client(telemetry=True, hooks=Hooks(error=print, retry=told), proxy="http://localhost:3128")
    Client(telemetry=Telemetry(), ssl_context=ssl.create_default_context(), http2=True)
    Client(transport="curl")  # error
    Client(telemetry="yes")  # error
    Client(ssl_context="ca.pem")  # error
    Hooks(error="tell")  # error
    Client("u", "p")  # error
    Client(user_name="u")  # error
    Client(username=1)  # error
    Client(timeout="soon")  # error
    Client(retry=3)  # error
    Client(hooks=print)  # error
    Configuration("u")  # error
    Configuration(user="u")  # error
    Configuration(username=b"u")  # error
    RecordingsApi()  # error
    RecordingsApi("key")  # error
    RecordingsApi(Configuration).list_call_recordings(account, call)  # error
    client.calls.list()  # error
    Timeout(10)  # error
    RetryPolicy(statuses=503)  # error


def listing(since: datetime) -> None:
    found = api.list_account_call_recordings(account, from_="+15555551212", min_start_time=since)
    assert_type(found, list[models.CallRecordingMetadata])
    api.list_account_call_recordings(account_id=account, max_start_time="2022-06-18T00:00:00Z")
    assert_type(api.list_call_recordings(account, call), list[models.CallRecordingMetadata])
    api.list_account_call_recordings()  # error
    api.list_account_call_recordings(9900000)  # error
    api.list_account_call_recordings(account, "+15555551212")  # error
    api.list_account_call_recordings(account, min_start_time=1655503180)  # error
    api.list_account_call_recordings(account, min_start_time=timedelta(days=1))  # error
    api.list_account_call_recordings(account, minStartTime=since)  # error
    api.list_account_call_recordings(account, to=None, From="+1")  # error
    api.list_account_call_recordings(account, page=2)  # error
    api.list_call_recordings(account)  # error
    api.list_call_recordings(account, call, recording)  # error
    found.recording_id  # error


def iterating(since: datetime) -> None:
    found = api.iter_account_call_recordings(account, from_="+1", min_start_time=since, timeout=5)
    assert_type(found, Paged[models.CallRecordingMetadata])
    for one in found:
        assert_type(one, models.CallRecordingMetadata)
        one.recordingId  # error
    assert_type(next(found), models.CallRecordingMetadata)
    for page in api.iter_account_call_recordings(account).pages():
        assert_type(page, Page[models.CallRecordingMetadata])
        assert_type(page.items, list[models.CallRecordingMetadata])
        assert_type(page.response.status, int)
        assert_type(page.next_page(), Page[models.CallRecordingMetadata] | None)
        if page.resume is not None:
            api.iter_account_call_recordings(account, **page.resume)
        page.next_page().items  # error
    api.iter_account_call_recordings()  # error
    api.iter_account_call_recordings(account, min_start_time=1)  # error
    api.iter_account_call_recordings(account, poll_interval=1)  # error
    api.iter_call_recordings(account, call)  # error
    found[0]  # error
    len(found)  # error


def waiting() -> None:
    try:
        done = api.wait_for_transcription(*ids, poll_interval=5, deadline=None, max_retries=5)
        assert_type(done, models.CallRecordingMetadata)
    except (WaitError, WaitTimeoutError, PagingError) as error:
        print(error.operation)
    api.wait_for_transcription(account, call)  # error
    api.wait_for_transcription(*ids, poll_interval="5")  # error
    api.wait_for_transcription(*ids, interval=5)  # error
    api.get_call_recording(*ids, poll_interval=5)  # error


def one_recording() -> None:
    one = api.get_call_recording(account, call, recording, timeout=5, max_retries=0)
    assert_type(one, models.CallRecordingMetadata)
    assert_type(one.recording_id, str | None)
    assert_type(one.from_, str | None)
    assert_type(one.duration, timedelta | None)
    assert_type(one.start_time, datetime | None)
    assert_type(one.channels, int | None)
    assert_type(one.transcription, models.RecordingTranscriptionMetadata | None)
    assert_type(one.direction, models.CallDirection | str | None)
    assert_type(one.status, models.RecordingStatus | str | None)
    if one.status == models.RecordingStatus.COMPLETE or one.status == "queued":
        print(one.status)
    api.get_call_recording(account, call)  # error
    api.get_call_recording(account, call, None)  # error
    api.get_call_recording(account, call, recording=recording)  # error
    api.get_call_recording(*ids, time_out=5)  # error
    api.get_call_recording(*ids, timeout="5")  # error
    api.get_call_recording(*ids, max_retries=1.5)  # error
    api.get_call_recording(*ids, max_retries=None)  # error
    api.get_call_recording(*ids, deadline=timedelta(seconds=5))  # error
    api.get_call_recording(*ids, extra_headers=["X-Trace"])  # error
    api.get_call_recording(*ids, extra_headers={"X-Trace": 1})  # error
    api.get_call_recording(*ids, extra_query="a=1")  # error
    api.get_call_recording(*ids, idempotency_key=1)  # error
    api.get_call_recording(*ids, base_url=None)  # error
    api.get_call_recording(*ids, username="u")  # error
    api.get_call_recording(*ids, retry={"base": 1})  # error
    one.recordingId  # error
    one.duration.total_seconds()  # error
    one.start_time < datetime.now(UTC)  # error
    one.channels.real  # error
    models.RecordingStatus.FINISHED  # error
    models.CallRecording  # error


def bodies(state: dict[str, Any]) -> None:
    api.update_call_recording_state(account, call, {"state": "paused"})
    api.update_call_recording_state(account, call, state)
    api.update_call_recording_state(account, call, models.UpdateCallRecording(state="held"))
    paused = models.UpdateCallRecording(state=models.RecordingState.PAUSED)
    api.update_call_recording_state(account, call, body=paused, idempotency_key="k")
    wanted = models.TranscribeRecording(
        callback_url="https://example.com", callback_timeout=2, tag=None
    )
    assert_type(wanted.callback_timeout, float | None)
    api.transcribe_call_recording(*ids, wanted, extra_body={"x": 1})
    api.transcribe_call_recording(*ids, {"callbackUrl": "https://example.com"})
    api.update_call_recording_state(account, call)  # error
    api.update_call_recording_state(account, call, "paused")  # error
    api.update_call_recording_state(account, call, None)  # error
    api.update_call_recording_state(account, call, wanted)  # error
    api.update_call_recording_state(account, call, [("state", "paused")])  # error
    api.update_call_recording_state(account, call, state="paused")  # error
    api.update_call_recording_state(account, call, paused, content_type="text/plain")  # error
    api.transcribe_call_recording(*ids)  # error
    api.transcribe_call_recording(*ids, paused)  # error
    models.UpdateCallRecording()  # error
    models.UpdateCallRecording(state=None)  # error
    models.UpdateCallRecording(state=1)  # error
    models.UpdateCallRecording("paused")  # error
    models.TranscribeRecording(callback_timeout="2")  # error
    models.TranscribeRecording(callbak_url="https://example.com")  # error
    models.TranscribeRecording(detect_language=3)  # error
    models.CallRecordingMetadata(from_=1)  # error
    models.CallRecordingMetadata(duration=90)  # error
    models.CallRecordingMetadata(transcription="t-1")  # error
    wanted.tag = 5  # error


def deleting() -> None:
    api.delete_recording(*ids)
    api.delete_recording_media(*ids, extra_headers={"X-Trace": "1"})
    api.delete_recording_transcription(*ids, deadline=3.5)
    api.delete_recording(account, call)  # error
    api.delete_recording_media(*ids, "now")  # error
    api.delete_recording_transcription(*ids, {"tag": "t"})  # error
    api.delete_recording(*ids).status  # error


def transcriptions() -> None:
    text = api.get_recording_transcription(*ids)
    assert_type(text, models.RecordingTranscriptions)
    for transcript in text.transcripts or ():
        assert_type(transcript.confidence, float | None)
        transcript.words  # error
    for clip in text.clips:  # error
        pass


def downloading(folder: Path) -> None:
    download = api.download_call_recording(*ids)
    assert_type(download, Download)
    assert_type(download.read(10), bytes)
    assert_type(download.size, int | None)
    assert_type(download.content_type, str | None)
    assert_type(download.iter_bytes(1024), Iterator[bytes])
    assert_type(download.save(folder / "call.wav", progress=lambda done, total: None), Path)
    download.save("call.wav", progress=True)
    with download as opened:
        assert_type(opened, Download)
        for chunk in opened:
            assert_type(chunk, bytes)
    download.save()  # error
    download.save(b"call.wav")  # error
    download.save(1)  # error
    download.save("call.wav", progress="bar")  # error
    download.save("call.wav", progress=lambda done: None)  # error
    download.read("10")  # error
    download.content_type.split("/")  # error
    str(download.read(), 10)  # error
    download.text  # error


def whole_responses() -> None:
    with_response = api.with_response
    one = with_response.get_call_recording(*ids, timeout=5)
    assert_type(one, ApiResponse[models.CallRecordingMetadata])
    assert_type(one.data, models.CallRecordingMetadata)
    assert_type(one.status, int)
    assert_type(one.headers["content-type"], str)
    assert_type(one.attempts, int)
    assert_type(one.elapsed, float)
    many = with_response.list_account_call_recordings(account, to="+1")
    assert_type(many, ApiResponse[list[models.CallRecordingMetadata]])
    assert_type(with_response.download_call_recording(*ids).data, Download)
    with_response.get_call_recording(account, call)  # error
    with_response.get_call_recording(*ids, time_out=5)  # error
    with_response.list_account_call_recordings(account, min_start_time=1)  # error
    with_response.update_call_recording_state(account, call, "paused")  # error
    with_response.get_call_recordings(*ids)  # error
    one.recording_id  # error
    one.body  # error
    one.status_code  # error


def errors() -> None:
    try:
        api.get_call_recording(*ids)
    except TooManyRequestsError as error:
        assert_type(error.retry_after, float | None)
        error.retry_after + 1  # error
    except ApiStatusError as error:
        assert_type(error.status, int)
        assert_type(error.body, bytes)
        assert_type(error.request_id, str | None)
        error.status_code  # error
    except ResponseValidationError as error:
        assert_type(error.body, bytes)
        error.error  # error
    except ApiError as error:
        assert_type(error.attempts, int | None)
        assert_type(error.url, str | None)
        error.status  # error


async def awaiting_what_does_not_wait() -> None:
    await api.get_call_recording(*ids)  # error
    await api.list_call_recordings(account, call)  # error
    await api.with_response.get_call_recording(*ids)  # error
    async with Client(username="u"):  # error
        pass
