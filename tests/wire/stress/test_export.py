"""An export of 5,000 recordings, while the service fails and the process is killed twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from bandwidth_recordings.models import CallRecordingMetadata
from bandwidth_recordings.testing import Call, Fake

COUNT = 5000
CONCURRENCY = 16
LIMIT_SECONDS = 900
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DOWNLOAD = "download_call_recording"
TRANSCRIPTION = "get_recording_transcription"
LIST = "list_account_call_recordings"


def media(number: int) -> bytes:
    return b"RIFF" + number.to_bytes(4, "big") * (100 + number % 900)


def transcription(number: int) -> dict[str, Any] | None:
    return {"transcripts": [{"text": f"text {number}"}]} if number % 2 else None


def filled() -> Fake:
    """A fake that keeps the recordings, five of them at each instant, and fails now and then in every way."""
    fake = Fake(empty=True, seed=5)
    for number in range(COUNT):
        recording = CallRecordingMetadata(
            account_id="1",
            call_id=f"c-{number}",
            recording_id=f"r-{number}",
            start_time=BEGIN + timedelta(seconds=number // 5),
            file_format="wav",
        )
        fake.add(recording, media=media(number), transcription=transcription(number))
    fake.fail(status=503, times=None, rate=0.01)
    fake.fail(status=500, times=None, rate=0.01)
    fake.fail(reset=True, times=None, rate=0.01)
    fake.fail(delay=0.05, times=None, rate=0.01)
    fake.fail(DOWNLOAD, truncate=300, times=None, rate=0.01)
    fake.fail(LIST, truncate=1000, times=None, rate=0.1)
    return fake


def lines(folder: Path) -> int:
    manifest = folder / "manifest.jsonl"
    return manifest.read_bytes().count(b"\n") if manifest.exists() else 0


def test_an_export_is_complete_whatever_interrupts_it(tmp_path: Path) -> None:
    folder = tmp_path / "exported"
    fake = filled()
    with fake.serve() as server:
        environment = {
            **os.environ,
            "BANDWIDTH_BASE_URL": server.url,
            "BANDWIDTH_USERNAME": "user",
            "BANDWIDTH_PASSWORD": "pass",
        }
        program = [sys.executable, "-m", "bandwidth_recordings"]
        command = [*program, "export", "1", str(folder), "--concurrency", str(CONCURRENCY)]
        for share in (0.3, 0.7):
            with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as running:
                while lines(folder) < share * 2.5 * COUNT and running.poll() is None:
                    time.sleep(0.05)
                running.kill()
                _, told = running.communicate(timeout=30)
            assert running.returncode == -9, told
        kept = set(folder.glob("r-*/media.wav"))
        assert 0.5 * COUNT < len(kept) < COUNT
        before = len(fake.calls)
        last = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS
        )
        assert last.returncode == 0, last.stderr
        assert json.loads(last.stdout)["items"] == COUNT
        verified = subprocess.run(
            [*program, "verify", str(folder)], capture_output=True, text=True, timeout=LIMIT_SECONDS
        )
    assert (verified.returncode, verified.stdout) == (0, "")
    assert f"{COUNT} items" in verified.stderr
    for number in range(COUNT):
        saved = folder / f"r-{number}"
        assert (saved / "media.wav").read_bytes() == media(number)
        text = saved / "transcription.json"
        assert (json.loads(text.read_bytes()) if text.exists() else None) == transcription(number)
        assert json.loads((saved / "metadata.json").read_bytes())["callId"] == f"c-{number}"
        assert not list(saved.glob(".*"))
    recorded = [json.loads(line) for line in (folder / "manifest.jsonl").read_bytes().splitlines()]
    paths = Counter(line["path"] for line in recorded if "path" in line)
    assert max(paths.values()) == 1
    assert len(paths) == 2.5 * COUNT
    hashes = {line["path"]: line["sha256"] for line in recorded if "path" in line}
    assert hashes["r-7/media.wav"] == sha256(media(7)).hexdigest()
    nothing_was_done_twice(fake, {path.parent.name for path in kept}, fake.calls[before:])


def nothing_was_done_twice(fake: Fake, kept: set[str], last: list[Call]) -> None:
    """Hold that what was whole was not asked for again, and that the list was not read from its beginning."""
    again = {call.arguments["recording_id"] for call in last if call.operation == DOWNLOAD}
    assert again.isdisjoint(kept)
    for operation in (DOWNLOAD, TRANSCRIPTION):
        whole = Counter(
            call.arguments["recording_id"]
            for call in fake.calls
            if call.operation == operation and call.status == 200
        )
        # What was under way when the process was killed, and what the fake broke off.
        assert sum(whole.values()) - len(whole) <= 2 * CONCURRENCY + 0.03 * COUNT
    first = next(call for call in last if call.operation == LIST)
    assert first.arguments.get("min_start_time") is not None
