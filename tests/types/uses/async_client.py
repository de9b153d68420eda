"""What a user writes with the asynchronous client. A line with "error" at its end must be one to mypy and to pyright."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from bandwidth_recordings import (
    ApiResponse,
    AsyncClient,
    AsyncDownload,
    AsyncPage,
    AsyncPaged,
    AsyncRecordingsApi,
    Configuration,
    models,
)

client = AsyncClient(username="u", password="p", client_id=None, max_connections=20)
api = client.recordings
assert_type(api, AsyncRecordingsApi)
ids = "9900000", "c-1", "r-1"
account, call, recording = ids


async def making_clients() -> None:
    async with AsyncClient(Configuration(username="u", password="p")) as entered:
        assert_type(entered, AsyncClient)
    async with AsyncRecordingsApi(Configuration()) as alone:
        assert_type(alone, AsyncRecordingsApi)
    AsyncClient("u")  # error
    AsyncClient(pasword="p")  # error
    with AsyncClient():  # error
        pass


async def calling() -> None:
    assert_type(await api.get_call_recording(*ids), models.CallRecordingMetadata)
    assert_type(
        await api.list_account_call_recordings(account, to="+1", deadline=5),
        list[models.CallRecordingMetadata],
    )
    assert_type(await api.list_call_recordings(account, call), list[models.CallRecordingMetadata])
    assert_type(await api.get_recording_transcription(*ids), models.RecordingTranscriptions)
    await api.update_call_recording_state(account, call, {"state": "paused"})
    await api.transcribe_call_recording(*ids, models.TranscribeRecording(tag="t"))
    await api.delete_recording(*ids)
    await api.delete_recording_media(*ids)
    await api.delete_recording_transcription(*ids)
    await api.get_call_recording(account, call)  # error
    await api.get_call_recording(*ids, retries=5)  # error
    await api.list_account_call_recordings(account, "+1")  # error
    await api.update_call_recording_state(account, call, "paused")  # error
    await api.transcribe_call_recording(*ids, models.UpdateCallRecording(state="paused"))  # error
    api.get_call_recording(*ids).recording_id  # error
    for _ in api.list_call_recordings(account, call):  # error
        pass


async def iterating() -> None:
    found = api.iter_account_call_recordings(account, to="+1", deadline=5)
    assert_type(found, AsyncPaged[models.CallRecordingMetadata])
    async for one in found:
        assert_type(one, models.CallRecordingMetadata)
    assert_type(await anext(found), models.CallRecordingMetadata)
    async for page in found.pages():
        assert_type(page, AsyncPage[models.CallRecordingMetadata])
        assert_type(await page.next_page(), AsyncPage[models.CallRecordingMetadata] | None)
    await api.iter_account_call_recordings(account)  # error
    for _ in api.iter_account_call_recordings(account):  # error
        pass
    assert_type(
        await api.wait_for_transcription(*ids, poll_interval=1), models.CallRecordingMetadata
    )
    api.wait_for_transcription(*ids).transcription  # error


async def downloading(folder: Path) -> None:
    download = await api.download_call_recording(*ids)
    assert_type(download, AsyncDownload)
    assert_type(await download.read(), bytes)
    assert_type(await download.save(folder, progress=True), Path)
    async with download as opened:
        async for chunk in opened:
            assert_type(chunk, bytes)
    await download.save()  # error
    await download.save(folder, progress=1)  # error
    download.read().decode()  # error
    api.download_call_recording(*ids).save(folder)  # error
    with download:  # error
        pass
    for _ in download:  # error
        pass


async def whole_responses() -> None:
    one = await api.with_response.get_call_recording(*ids)
    assert_type(one, ApiResponse[models.CallRecordingMetadata])
    media = await api.with_response.download_call_recording(*ids)
    assert_type(media.data, AsyncDownload)
    await api.with_response.get_call_recording(account)  # error
    api.with_response.get_call_recording(*ids).data  # error
    one.recording_id  # error
