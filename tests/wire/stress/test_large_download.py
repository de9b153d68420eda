"""A file of one GiB that breaks twenty times: whole, and never in memory."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import media_server, saving

MEBIBYTES = 1024
BREAKS = 20
GROWTH = 8 * 1024 * 1024


@contextmanager
def service(mebibytes: int, breaks: int) -> Generator[str]:
    command = [sys.executable, media_server.__file__, str(mebibytes), str(breaks)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_gibibyte_that_breaks_twenty_times_arrives_whole_with_flat_memory(
    kind: str, tmp_path: Path
) -> None:
    target = tmp_path / "call.wav"
    with service(8, 2) as small, service(MEBIBYTES, BREAKS) as large:
        command = [sys.executable, saving.__file__, kind, small, large, str(target)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    with target.open("rb") as saved:
        assert hashlib.file_digest(saved, "sha256").hexdigest() == media_server.digest(MEBIBYTES)
    assert int(done.stdout) < GROWTH
    assert list(tmp_path.iterdir()) == [target]
    target.unlink()
