"""Exports: what is saved, that nothing is done twice whatever interrupts them, and what verification finds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from bandwidth_recordings.models import CallRecordingMetadata
from bandwidth_recordings.testing import Call, Fake

from ..servers import Connection, FaultServer, Received, answer
from .conftest import Run

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DOWNLOAD, TRANSCRIPTION, LIST = (
    "download_call_recording",
    "get_recording_transcription",
    "list_account_call_recordings",
)


def filled(fake: Fake, count: int, *, account: str = "1") -> None:
    """Have the fake keep recordings, a minute apart, two of three with a transcription."""
    for number in range(count):
        recording = CallRecordingMetadata(
            account_id=account,
            call_id=f"c-{number}",
            recording_id=f"r-{number}",
            start_time=BEGIN + timedelta(minutes=number),
            file_format="wav",
        )
        transcription = {"transcripts": [{"text": f"text {number}"}]} if number % 3 else None
        fake.add(recording, media=b"RIFF%d" % number, transcription=transcription)


def of(recording: str) -> Callable[[Call], bool]:
    """Tell the calls that concern a recording."""
    return lambda call: call.arguments.get("recording_id") == recording


def called(fake: Fake) -> Counter[str | None]:
    return Counter(call.operation for call in fake.calls)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exported"


def test_everything_is_saved_with_its_hash(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 9)
    ran = run("export", "1", str(folder))
    assert ran.status == 0, ran.err
    assert json.loads(ran.out) == {
        "items": 9,
        "saved": 24,
        "kept": 0,
        "absent": 0,
        "failed": 0,
        "bytes": sum(path.stat().st_size for path in folder.glob("r-*/*")),
    }
    assert (folder / "r-4" / "media.wav").read_bytes() == b"RIFF4"
    assert json.loads((folder / "r-4" / "metadata.json").read_bytes())["callId"] == "c-4"
    transcription = json.loads((folder / "r-4" / "transcription.json").read_bytes())
    assert transcription == {"transcripts": [{"text": "text 4"}]}
    assert sorted(path.name for path in (folder / "r-3").iterdir()) == [
        "media.wav",
        "metadata.json",
    ]
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_bytes().splitlines()]
    recorded = {line["path"]: line["sha256"] for line in lines if "path" in line}
    assert recorded == {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("r-*/*")
    }
    assert run("verify", str(folder)).status == 0


def test_only_the_window_is_saved(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 9)
    window = ("--min-start-time=2026-01-01T00:02:00Z", "--max-start-time=2026-01-01T00:05:00Z")
    assert run("export", "1", "-o", str(folder), *window, "--without", "media").status == 0
    assert sorted(path.name for path in folder.glob("r-*")) == ["r-2", "r-3", "r-4"]
    assert called(fake)[DOWNLOAD] == 0


def test_a_second_export_asks_for_what_is_new_alone(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 6)
    run("export", "1", str(folder))
    before = called(fake)
    new = CallRecordingMetadata(account_id="1", call_id="c", recording_id="r-new")
    fake.add(new, media=b"RIFF", transcription=None)
    assert json.loads(run("export", "1", str(folder)).out)["saved"] == 2
    now = called(fake) - before
    assert (now[DOWNLOAD], now[TRANSCRIPTION]) == (1, 0)


def test_what_fails_is_told_and_saved_the_next_time(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 6)
    fake.fail(DOWNLOAD, status=500, times=None, when=of("r-2"))
    ran = run("--max-retries=0", "export", "1", str(folder))
    assert ran.status == 1
    assert "r-2: GET " in ran.err
    assert "1 items are not saved" in ran.err
    assert run("verify", str(folder)).status == 1
    fake.heal()
    before = called(fake)
    assert run("export", "1", str(folder)).status == 0
    assert (called(fake) - before)[DOWNLOAD] == 1
    assert run("verify", str(folder)).status == 0


def test_a_service_that_is_down_ends_the_export(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 60)
    fake.fail(DOWNLOAD, status=500, times=None)
    ran = run("--max-retries=0", "export", "1", str(folder), "--concurrency=2")
    assert ran.status == 1
    assert "20 items failed one after another" in ran.err
    assert called(fake)[DOWNLOAD] < 25


def test_refused_credentials_end_the_export(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 60)
    fake.fail(DOWNLOAD, status=401, times=None)
    ran = run("export", "1", str(folder), "--concurrency=2")
    assert ran.status == 1
    assert "401 Unauthorized" in ran.err
    assert called(fake)[DOWNLOAD] < 5


def test_media_that_is_gone_is_no_failure(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 3)
    fake.fail(DOWNLOAD, status=404, times=1)
    ran = run("export", "1", str(folder))
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["absent"] == 1
    assert run("verify", str(folder)).status == 0


def test_what_an_item_does_not_tell_of_is_asked_for(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording says by null that there is none; one without the field says nothing."""
    monkeypatch.setenv("BANDWIDTH_USERNAME", "user")
    monkeypatch.setenv("BANDWIDTH_PASSWORD", "pass")
    told = {"callId": "c", "recordingId": "r-told", "mediaUrl": None, "transcription": None}
    silent = {"callId": "c", "recordingId": "r-silent"}

    def serve(connection: Connection, request: Received) -> None:
        act = answer(404)
        if request.target.endswith("/recordings"):
            act = answer(200, json.dumps([told, silent]).encode())
        elif request.target.endswith("/media"):
            act = answer(200, b"ID3", {"Content-Type": "audio/mpeg"})
        act(connection, request)

    with FaultServer([serve]) as server:
        ran = run("--base-url", server.url, "export", "1", str(folder))
    assert ran.status == 0, ran.err
    assert (folder / "r-silent" / "media.mp3").read_bytes() == b"ID3"
    assert json.loads(ran.out)["absent"] == 1
    asked = [request.target for request in server.requests[1:]]
    assert all("r-silent" in target for target in asked)
    assert len(asked) == 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_export_goes_on_where_it_stopped(
    run: Run, fake: Fake, folder: Path, number: signal.Signals
) -> None:
    filled(fake, 40)
    fake.fail(DOWNLOAD, delay=0.02, times=None)
    command = [sys.executable, "-m", "bandwidth_recordings", "export", "1", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as program:
        while len(list(folder.glob("r-*/media.wav"))) < 10:
            time.sleep(0.01)
        program.send_signal(number)
        _, told = program.communicate(timeout=30)
    expected = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}
    assert program.returncode == expected[number]
    assert "Traceback" not in told
    assert number == signal.SIGKILL or "the same command goes on" in told
    done = {path.parent.name for path in folder.glob("r-*/media.wav")}
    assert len(done) < 40
    fake.heal()
    before = len(fake.calls)
    assert run("export", "1", str(folder)).status == 0
    again = {
        call.arguments["recording_id"] for call in fake.calls[before:] if call.operation == DOWNLOAD
    }
    assert again.isdisjoint(done)
    assert len(again | done) == 40
    assert run("verify", str(folder)).status == 0
    assert list(folder.glob("*/.*")) == []


def test_a_manifest_whose_last_line_is_torn_is_mended(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 3)
    run("export", "1", str(folder))
    manifest = folder / "manifest.jsonl"
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join(lines[:-3]) + lines[-3][:20])
    before = called(fake)
    assert run("export", "1", str(folder)).status == 0
    assert (called(fake) - before)[DOWNLOAD] == 0
    assert run("verify", str(folder)).status == 0


def test_verification_tells_what_is_not_as_it_was_saved(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 3)
    run("export", "1", str(folder))
    (folder / "r-0" / "media.wav").write_bytes(b"RIFFx")
    (folder / "r-1" / "metadata.json").unlink()
    (folder / "mine.txt").touch()
    ran = run("verify", str(folder))
    assert ran.status == 1
    assert ran.out.decode().splitlines() == [
        "unlisted mine.txt",
        "changed r-0/media.wav",
        "missing r-1/metadata.json",
    ]
    assert "2 of 8 files are not as they were saved: delete what has changed" in ran.err
    (folder / "r-0" / "media.wav").unlink()
    assert run("export", "1", str(folder)).status == 0
    assert run("verify", str(folder)).status == 0


def test_a_file_that_cannot_be_written_is_named(run: Run, fake: Fake, folder: Path) -> None:
    resource = pytest.importorskip("resource")
    fake.add(CallRecordingMetadata(account_id="1", start_time=BEGIN), media=b"x" * 100_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        ran = run("export", "1", str(folder))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert ran.status == 1
    assert "media.wav: File too large" in ran.err
    assert run("export", "1", str(folder)).status == 0
    assert run("verify", str(folder)).status == 0


def test_a_folder_that_is_no_export_is_left_alone(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 3)
    folder.mkdir()
    (folder / "mine.txt").touch()
    ran = run("export", "1", str(folder))
    assert ran.status == 2
    assert "holds something else" in ran.err
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert run("verify", str(folder)).status == 2
    assert run("verify", str(folder / "nowhere")).status == 2


def test_another_account_needs_another_folder(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 3)
    run("export", "1", str(folder))
    assert run("export", "2", str(folder)).status == 2


def test_two_exports_do_not_share_a_folder(run: Run, fake: Fake, folder: Path) -> None:
    filled(fake, 30)
    fake.fail(DOWNLOAD, delay=0.5, times=None)
    command = [sys.executable, "-m", "bandwidth_recordings", "export", "1", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as first:
        while not called(fake)[DOWNLOAD]:
            time.sleep(0.01)
        ran = run("export", "1", str(folder))
        first.kill()
    assert ran.status == 2
    assert "another process" in ran.err


IDS: list[tuple[Any, str]] = [
    ("../../outside", "..%2F..%2Foutside~"),
    ("CON", "CON~"),
    ("manifest.jsonl", "manifest.jsonl~"),
    ("a" * 300, "a" * 100 + "~"),
    ("ü", "%C3%BC~"),
    (".", "~"),
]


def test_an_id_cannot_leave_the_folder(run: Run, fake: Fake, folder: Path) -> None:
    for identity, _ in IDS:
        recording = CallRecordingMetadata(account_id="1", call_id="c", recording_id=identity)
        fake.add(recording, media=None, transcription=None)
    assert run("export", "1", str(folder)).status == 0
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    for _, begin in IDS:
        assert any(name.startswith(begin.lstrip(".")) for name in names), (begin, names)
    assert len(names) == len(IDS)
    assert os.listdir(folder.parent) == [folder.name]
    assert run("verify", str(folder)).status == 0
