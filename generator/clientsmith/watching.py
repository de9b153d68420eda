"""What a file is like without reading it, and being woken when something happens to files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from threading import Event

State = tuple[int, int, int] | None
"""What tells one content of a file from another: its number, size and time of change; None where there is no file."""

_STEP = 10
"""Milliseconds without another change after which a change is told."""

_LONGEST = 1000
"""Milliseconds after which the files are to be looked at in any case: not every file system tells of changes."""


def state_of(file: Path) -> State:
    """Return the state of a file or a folder."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def wakes(folders: Collection[Path], ended: Event | None = None) -> Iterator[None]:
    """Yield whenever something may have happened in one of the folders, those in it not included.

    Args:
        folders: folders; one that is not there any more ends the waking.
        ended: ends it, too.

    Raises:
        KeyboardInterrupt: the user interrupted.
    """
    from watchfiles import watch

    try:
        for _ in watch(
            *folders,
            watch_filter=None,
            debounce=_LONGEST,
            step=_STEP,
            stop_event=ended,
            rust_timeout=_LONGEST,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        ):
            yield
    except FileNotFoundError:
        return
