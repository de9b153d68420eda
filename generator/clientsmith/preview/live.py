"""Keeps a picture of the files up to date while they change."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Condition, Event

from ..config import Configuration
from ..diagnostics import Diagnostic, DiagnosticError
from ..pipeline import lowered
from ..read.document import Document
from .inputs import Inputs, States
from .picture import Picture, documents, templates
from .rendering import Rendering

Load = Callable[[], Configuration]
"""Gives the configuration as it is now."""


class Live:
    """The picture of the files as they are now.

    Args:
        load: gives the configuration.
        tell: called with each picture that is complete, and the seconds that it took.
        ended: ends `run` once it is set, as `end` does.

    Raises:
        DiagnosticError: the configuration cannot be used.
    """

    def __init__(
        self, load: Load, tell: Callable[[Picture, float], None], ended: Event | None = None
    ) -> None:
        self._load = load
        self._tell = tell
        self._configuration = load()
        self._document: Document | None = None
        self._picture = Picture(version=0)
        self._newer = Condition()
        self._ended = ended or Event()

    @property
    def picture(self) -> Picture:
        """The latest picture; one of version 0 before there is any."""
        return self._picture

    def after(self, version: int, timeout: float) -> Picture:
        """Wait until there is another picture than that of a version, and return the latest.

        Args:
            version: the version.
            timeout: seconds to wait at most.
        """
        with self._newer:
            self._newer.wait_for(
                lambda: self._picture.version != version or self._ended.is_set(), timeout
            )
            return self._picture

    def run(self) -> None:
        """Make the picture again whenever a file changes, until `end` is called."""
        inputs = Inputs(self._configuration)
        while not self._ended.is_set():
            begun = time.perf_counter()
            seen = inputs.state()
            self._remake()
            inputs = Inputs(self._configuration, self._document)
            seen = {**inputs.state(), **seen}
            if self._look_through(inputs, seen):
                self._tell(self._picture, time.perf_counter() - begun)
            inputs.wait(seen, self._ended)

    def end(self) -> None:
        """Let `run` return, and let go whoever waits for a picture."""
        self._ended.set()
        with self._newer:
            self._newer.notify_all()

    def _remake(self) -> None:
        """Make the picture; where that fails, keep what was rendered last and tell why."""
        rendering = None
        try:
            self._configuration = self._load()
            lowering = lowered(self._configuration)
            self._document = lowering.document
            rendering = Rendering(lowering)
            found = lowering.diagnostics
        except DiagnosticError as error:
            found = error.diagnostics
        self._publish(
            replace(
                self._picture,
                rendering=rendering or self._picture.rendering,
                documents=documents(self._configuration, self._document),
                templates=templates(self._configuration),
                diagnostics=found,
                is_current=rendering is not None,
            )
        )

    def _look_through(self, inputs: Inputs, seen: States) -> bool:
        """Render what nobody has asked for yet, to tell what is wrong with it; return False if a file has changed meanwhile."""
        picture = self._picture
        if picture.rendering is None or not picture.is_current:
            return inputs.state() == seen
        found: list[Diagnostic] = []
        for problems in picture.rendering.problems():
            if problems and problems[0].location not in {each.location for each in found}:
                found += problems  # one mistake fails in every file that has it
            if self._ended.is_set() or inputs.state() != seen:
                return False
        if found:
            self._publish(replace(picture, diagnostics=(*found, *picture.diagnostics)))
        return True

    def _publish(self, picture: Picture) -> None:
        with self._newer:
            self._picture = replace(picture, version=picture.version + 1)
            self._newer.notify_all()
