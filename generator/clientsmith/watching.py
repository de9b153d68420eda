"""What a file is like without reading it, and being woken when something happens to files."""

from __future__ import annotations

import signal
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType

State = tuple[int, int, int] | None
"""What tells one content of a file from another: its number, size and time of change; None where there is no file."""

_STEP = 5
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


@contextmanager
def interruption() -> Generator[Event]:
    """Give an event that Ctrl-C sets, besides raising KeyboardInterrupt; to be used in the main thread.

    Python drops an exception that comes while it tidies up (in the callback of a weak reference, such as each import has, or in
    `__del__`): the event is there still. A process that ignores the signal goes on doing so.
    """
    ended = Event()
    earlier = signal.getsignal(signal.SIGINT)
    if not callable(earlier):
        yield ended
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, earlier)  # the second may come while the first sets the event
        ended.set()
        earlier(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield ended
    finally:
        signal.signal(signal.SIGINT, earlier)


def wakes(folders: Collection[Path], ended: Event) -> Iterator[None]:
    """Yield whenever something may have happened in one of the folders, those in it not included.

    Args:
        folders: folders; one that is not there any more ends the waking.
        ended: ends it, too, once it is set.

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
