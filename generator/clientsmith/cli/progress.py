"""What a long run is doing, on one line of a terminal."""

from __future__ import annotations

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
        if self._shown:
            sys.stderr.write("\r\x1b[K")

    def _begin(self) -> None:
        self._shown = True
        self._show()

    def _show(self) -> None:
        sys.stderr.write(f"\r\x1b[K{printable(self._name)}...")
        sys.stderr.flush()
