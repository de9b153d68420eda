"""The fake of the recordings API: what it keeps agrees with itself, for both clients, in memory and over a socket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bandwidth_recordings import NotFoundError
from bandwidth_recordings.models import CallRecordingMetadata, RecordingTranscriptions
from bandwidth_recordings.testing import Fake

from ..callers import Caller

ACCOUNT = "9900000"
CALL = "c-15ac29a2-1331029c-2cb0-4a07-b215-b22865662d85"
RECORDING = "r-fbe05094-9fd2afe9-bf5b-4c68-820a-41a01c1c5833"
EXAMPLE = (ACCOUNT, CALL, RECORDING)
START = datetime(2026, 1, 1, tzinfo=UTC)


def recording(number: int, **fields: Any) -> CallRecordingMetadata:
    given = {
        "account_id": ACCOUNT,
        "call_id": f"c-{number}",
        "recording_id": f"r-{number}",
        "start_time": START + timedelta(seconds=number),
        **fields,
    }
    return CallRecordingMetadata.model_validate(given)


def ids(found: list[CallRecordingMetadata]) -> list[str | None]:
    return [each.recording_id for each in found]


def test_it_begins_with_the_examples_of_the_document(api: Caller) -> None:
    assert len(api("list_account_call_recordings", ACCOUNT)) == 2
    assert ids(api("list_call_recordings", ACCOUNT, CALL)) == [RECORDING]
    assert api("get_call_recording", *EXAMPLE).recording_name == "my-recording-name"
    assert api("get_recording_transcription", *EXAMPLE).transcripts[0].speaker == 0
    assert api("list_account_call_recordings", "another") == []


def test_the_first_addition_takes_the_examples_away(fake: Fake, api: Caller) -> None:
    fake.add(recording(1))
    fake.add(recording(2))
    assert ids(api("list_account_call_recordings", ACCOUNT)) == ["r-1", "r-2"]


def test_lists_are_filtered_ordered_and_capped(fake: Fake, api: Caller) -> None:
    for number in reversed(range(1005)):
        fake.add(recording(number, from_=f"+{number % 2}", to="+15"))
    everything = api("list_account_call_recordings", ACCOUNT)
    assert ids(everything) == [f"r-{number}" for number in range(1000)]
    window = {
        "min_start_time": START + timedelta(seconds=10),
        "max_start_time": START + timedelta(seconds=14),
    }
    found = api("list_account_call_recordings", ACCOUNT, **window)
    assert ids(found) == ["r-10", "r-11", "r-12", "r-13"]
    assert ids(api("list_account_call_recordings", ACCOUNT, from_="+1", **window)) == [
        "r-11",
        "r-13",
    ]
    assert api("list_account_call_recordings", ACCOUNT, to="+16") == []
    zone = {"min_start_time": "2026-01-01T02:16:40+02:00"}
    assert ids(api("list_account_call_recordings", ACCOUNT, **zone))[:1] == ["r-1000"]


def test_a_deleted_recording_is_gone_from_everywhere(api: Caller) -> None:
    api("delete_recording", *EXAMPLE)
    assert RECORDING not in ids(api("list_account_call_recordings", ACCOUNT))
    for method in (
        "get_call_recording",
        "get_recording_transcription",
        "download_call_recording",
        "delete_recording",
        "delete_recording_media",
    ):
        with pytest.raises(NotFoundError, match="there is no recording"):
            api(method, *EXAMPLE)


def test_media_can_be_downloaded_until_they_are_deleted(
    fake: Fake, api: Caller, tmp_path: Path
) -> None:
    fake.add(recording(1, file_format="mp3"), media=b"ID3" * 1000)
    one = (ACCOUNT, "c-1", "r-1")
    assert api("get_call_recording", *one).media_url.endswith(
        "/accounts/9900000/calls/c-1/recordings/r-1/media"
    )
    assert api.response("download_call_recording", *one).headers["content-type"] == "audio/mpeg"
    saved = api.wait(api("download_call_recording", *one).save(tmp_path))
    assert saved.suffix == ".mp3"
    assert saved.read_bytes() == b"ID3" * 1000
    api("delete_recording_media", *one)
    assert api("get_call_recording", *one).media_url is None
    with pytest.raises(NotFoundError, match="the media of the recording is not there"):
        api("download_call_recording", *one)
    with pytest.raises(NotFoundError):
        api("delete_recording_media", *one)


def test_a_recording_may_be_added_without_media(fake: Fake, api: Caller) -> None:
    fake.add(recording(1))
    with pytest.raises(NotFoundError):
        api("download_call_recording", ACCOUNT, "c-1", "r-1")
    fake.add(recording(2, media_url="https://example.com/media"), media=None)
    with pytest.raises(NotFoundError):
        api("download_call_recording", ACCOUNT, "c-2", "r-2")


def test_a_transcription_is_pending_before_it_can_be_read(fake: Fake, api: Caller) -> None:
    fake.add(recording(1))
    one = (ACCOUNT, "c-1", "r-1")
    with pytest.raises(NotFoundError):
        api("get_recording_transcription", *one)
    api("transcribe_call_recording", *one, {"tag": "t"})
    with pytest.raises(NotFoundError, match="is not ready yet"):
        api("get_recording_transcription", *one)
    state = api("get_call_recording", *one).transcription
    assert state.status == "available"
    assert api("get_recording_transcription", *one).transcripts
    api("delete_recording_transcription", *one)
    assert api("get_call_recording", *one).transcription is None
    with pytest.raises(NotFoundError):
        api("get_recording_transcription", *one)


@pytest.mark.parametrize("pending", [0, 3])
def test_a_test_says_how_long_a_transcription_takes(pending: int) -> None:
    fake = Fake(pending=pending)
    with fake.client() as client:
        client.recordings.transcribe_call_recording(*EXAMPLE, {})
        seen = [client.recordings.get_call_recording(*EXAMPLE).transcription for _ in range(5)]
    states = [each.status for each in seen if each is not None]
    assert states == ["processing"] * pending + ["available"] * (5 - pending)
    assert len({each.id for each in seen if each is not None}) == 1


def test_lists_are_read_to_their_end_and_transcriptions_are_waited_for() -> None:
    fake = Fake()
    for number in range(2500):
        fake.add(recording(number))
    with fake.client() as client:
        found = list(client.recordings.iter_account_call_recordings(ACCOUNT))
        one = (ACCOUNT, "c-7", "r-7")
        client.recordings.transcribe_call_recording(*one, {})
        done = client.recordings.wait_for_transcription(*one, poll_interval=0.01)
    assert ids(found) == [f"r-{number}" for number in range(2500)]
    assert done.transcription is not None
    assert done.transcription.status == "available"
    fake.check()


def test_a_transcription_is_what_the_test_gave(fake: Fake, api: Caller) -> None:
    text = RecordingTranscriptions.model_validate({"transcripts": [{"speaker": 0, "text": "Hi."}]})
    fake.add(recording(1), transcription=text)
    assert api("get_recording_transcription", ACCOUNT, "c-1", "r-1") == text
    assert api("get_call_recording", ACCOUNT, "c-1", "r-1").transcription.status == "available"


def test_a_failed_transcription_cannot_be_read(fake: Fake, api: Caller) -> None:
    fake.add(recording(1, transcription={"id": "t-1", "status": "file-size-too-big"}))
    assert api("get_call_recording", ACCOUNT, "c-1", "r-1").transcription.id == "t-1"
    with pytest.raises(NotFoundError):
        api("get_recording_transcription", ACCOUNT, "c-1", "r-1")


def test_only_a_recording_in_the_making_can_be_paused(fake: Fake, api: Caller) -> None:
    fake.add(recording(1, status="processing"))
    fake.add(recording(2, status="complete"))
    assert api("update_call_recording_state", ACCOUNT, "c-1", {"state": "paused"}) is None
    assert api("get_call_recording", ACCOUNT, "c-1", "r-1").status == "processing"
    with pytest.raises(NotFoundError, match="status processing"):
        api("update_call_recording_state", ACCOUNT, "c-2", {"state": "paused"})


def test_urls_lead_to_the_fake(fake: Fake, api: Caller) -> None:
    fake.add(recording(1), media=b"x")
    one = (ACCOUNT, "c-1", "r-1")
    url = api("get_call_recording", *one).media_url
    assert url.removesuffix("/accounts/9900000/calls/c-1/recordings/r-1/media").endswith("/api/v2")
    assert ("127.0.0.1" in url) == (api.client._configuration.base_url is not None)


def test_an_addition_is_what_the_document_describes(fake: Fake) -> None:
    with pytest.raises(ValueError, match=r"channels: integer is needed, not string"):
        fake.put("recording", {"channels": "two"})
    with pytest.raises(LookupError, match="a recording has no 'medium'; its parts: media"):
        fake.add(recording(1), medium=b"")
    with pytest.raises(LookupError, match="RecordingTranscriptions is not the model of a resource"):
        fake.add(RecordingTranscriptions())
    with pytest.raises(LookupError, match="there is no resource 'call'; there are: recording"):
        fake.put("call", {})


def test_a_key_that_is_not_given_is_made(fake: Fake) -> None:
    first, second = (fake.add(CallRecordingMetadata(call_id="c-1")) for _ in range(2))
    assert first.recording_id != second.recording_id
    assert len(fake.items("recording")) == 2
    fake.clear()
    assert fake.items("recording") == []
    assert Fake(empty=True).items("recording") == []
