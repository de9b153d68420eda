"""A file that is not there until it is whole goes to the disk while it is written, where the system can do that."""

from __future__ import annotations

import os
from errno import EIO
from pathlib import Path
from threading import Event

import pytest
from bandwidth_recordings._runtime.partial_file import PartialFile

MIB = 1 << 20
pytestmark = pytest.mark.skipif(not hasattr(os, "fdatasync"), reason="Linux alone can")


def test_a_large_file_goes_to_the_disk_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = Event()

    def fdatasync(descriptor: int) -> None:
        begun.set()
        assert os.fstat(descriptor).st_size >= 15 * MIB

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    with PartialFile(tmp_path / "large") as file:
        file.create()
        for _ in range(15):
            file.write(b"x" * MIB)
        assert not begun.is_set()
        file.write(b"x" * MIB)
        assert begun.wait(5)
        assert not (tmp_path / "large").exists()
        file.commit()
    assert (tmp_path / "large").stat().st_size == 16 * MIB
    assert os.listdir(tmp_path) == ["large"]


def test_a_disk_that_fails_meanwhile_is_told_by_the_flush_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(EIO, os.strerror(EIO))

    monkeypatch.setattr(os, "fdatasync", fail)
    with PartialFile(tmp_path / "large") as file:
        file.create()
        for _ in range(40):
            file.write(b"x" * MIB)
        file.commit()
    assert (tmp_path / "large").stat().st_size == 40 * MIB
    monkeypatch.setattr(os, "fsync", fail)
    with PartialFile(tmp_path / "other") as file:
        file.create()
        file.write(b"x" * 20 * MIB)
        with pytest.raises(OSError, match="other"):
            file.commit()
    assert os.listdir(tmp_path) == ["large"]
