"""A stopwatch for what must end in time, on a machine that may have no time for the tests.

A client whose process gets no processor for half a second cannot end half a second earlier: a bound on the clock alone then fails
for what the client did not do. So the watch ticks in a thread of the same process, and counts a pause between two ticks in which
the process did not run as `LONGEST`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

TICK = 0.01
LONGEST = 2 * TICK


class Stopwatch:
    """The time since it was made, in seconds."""

    def __init__(self) -> None:
        self._begun = self._last = time.monotonic()
        self._run = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._thread.start()

    @property
    def elapsed(self) -> float:
        """What a clock shows: that something did not end early."""
        return time.monotonic() - self._begun

    @property
    def running(self) -> float:
        """What of it this process was running: that something did not end late."""
        with self._lock:
            now = time.monotonic()
            self._run += min(now - self._last, LONGEST)
            self._last = now
            return self._run

    def stop(self) -> None:
        """End its thread."""
        self._stopped.set()
        self._thread.join()

    def _tick(self) -> None:
        while not self._stopped.wait(TICK):
            _ = self.running


@contextmanager
def stopwatch() -> Generator[Stopwatch]:
    """Give a stopwatch that has begun; it goes on until the block ends."""
    watch = Stopwatch()
    try:
        yield watch
    finally:
        watch.stop()
