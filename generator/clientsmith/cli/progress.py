"""What a long run is doing, on one line of a terminal; on one that cannot go back in a line, a line for each stage."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..diagnostics import printable

if TYPE_CHECKING:
    from threading import Timer

LONG_RUN = 1.0
"""Seconds after which a run tells what it is doing."""


class Progress:
    """The name of the stage that a run is in; the line is cleared at the end."""

    def __init__(self) -> None:
        self._name = ""
        self._line = ""
        self._is_dumb = os.name == "posix" and os.environ.get("TERM", "") in ("", "dumb")
        self._shown = False
        self._clock: Timer | None = None

    def stage(self, name: str) -> None:
        """Tell that a stage begins."""
        self._name = name
        if self._shown:
            self._show()

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from threading import Timer

            self._clock = Timer(LONG_RUN, self._begin)
            self._clock.daemon = True
            self._clock.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock.join()
        if self._shown and not self._is_dumb:
            sys.stderr.write("\r\x1b[K")

    def _begin(self) -> None:
        self._shown = True
        self._show()

    def _show(self) -> None:
        name = printable(self._name)
        if self._is_dumb:  # how far a stage is would be many lines
            line, before = f"{name.partition(':')[0]}...\n", self._line
            self._line = line
            sys.stderr.write(line if line != before else "")
        else:
            sys.stderr.write(f"\r\x1b[K{f'{name}...'[: max(_columns() - 1, 0)]}")
        sys.stderr.flush()


def _columns() -> int:
    """Return how wide the terminal is; a line that is longer would stay when it is cleared."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
