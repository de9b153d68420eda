"""`generate --watch`: the package follows the document while somebody edits it.

The operating system only wakes the session (watchfiles). Whether there is anything to do is seen from the files themselves: a run
notes the state of each before it reads it, and the next one begins when a state is another. So nothing is missed that happens
during a run, and a file that is replaced, removed or not there yet is no special case.

Stages run in this process, whose modules stay imported.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .config import Configuration
from .diagnostics import Diagnostic, DiagnosticError
from .outcome import Summary
from .pipeline import make, put
from .pipeline.stages import collector_paused
from .read.file import load_file
from .render import Memory
from .style import formatted
from .watching import State, interruption, state_of, wakes

if TYPE_CHECKING:
    from threading import Event

    from .read.file import File

_STEP = 0.01
"""Seconds between two looks for a file that is away."""

_AWAY = 0.1
"""Seconds that a file may be away while an editor replaces it."""


def watch(
    load: Callable[[], Configuration],
    *,
    force: bool,
    tell: Callable[[Summary], None],
    refuse: Callable[[DiagnosticError], None],
    watching: Callable[[int], None],
) -> None:
    """Generate the package, and again after each change, until the user interrupts.

    Args:
        load: gives the configuration as it is now.
        force: overwrite generated files that were edited by hand.
        tell: called after each run.
        refuse: called with the error of a run that failed; the output is as it was.
        watching: called with the number of files when the first run is over.
    """
    session = _Session(load, force=force, tell=tell, refuse=refuse)
    with suppress(KeyboardInterrupt), interruption() as ended:
        session.run()
        watching(session.number)
        formatted("")  # the import of black takes longer than a run
        while not ended.is_set():
            session.follow(ended)


class _Session:
    """The files that a package depends on, and the runs that follow them."""

    def __init__(
        self,
        load: Callable[[], Configuration],
        *,
        force: bool,
        tell: Callable[[Summary], None],
        refuse: Callable[[DiagnosticError], None],
    ) -> None:
        self._load = load
        self._force = force
        self._tell = tell
        self._refuse = refuse
        self._configuration: Configuration | None = None
        self._told: tuple[Diagnostic, ...] | None = None
        self._states: dict[Path, State] = {}
        self._memory = Memory()

    @property
    def number(self) -> int:
        """How many files are watched."""
        return sum(path.is_file() for path in self._states)

    def run(self) -> None:
        """Generate the package."""
        earlier, self._states = self._states, {}
        begun = time.perf_counter()
        try:
            if self._configuration is not None:
                self._note(*_named(self._configuration))
            self._configuration = configuration = self._load()
            self._note(*_named(configuration))
            with collector_paused():
                made = make(configuration, beside=False, load=self._read, memory=self._memory)
                summary = put(configuration, made, begun, force=self._force)
        except DiagnosticError as error:
            # What the run did not come to may be what will mend it.
            self._states = {path: state_of(path) for path in earlier} | self._states
            self._told = None
            self._refuse(error)
        else:
            if summary.written or summary.removed or summary.diagnostics != self._told:
                self._tell(summary)
            self._told = summary.diagnostics

    def follow(self, ended: Event) -> None:
        """Run after each change, until the event is set or other folders are to be watched."""
        folders = self._folders()
        for _ in wakes(folders, ended):
            while not ended.is_set() and self._has_changed():
                self.run()
            if self._folders() != folders:
                return

    def _read(self, path: Path, limit: int) -> File:
        self._note(path)
        return load_file(path, limit)

    def _note(self, *paths: Path) -> None:
        for path in paths:
            self._states.setdefault(path, state_of(path))

    def _has_changed(self) -> bool:
        """Tell whether a file is another than the last run has seen, once none is away for a moment."""
        end = time.monotonic() + _AWAY
        while time.monotonic() < end and any(
            state is not None and not path.exists() for path, state in self._states.items()
        ):
            # No event is sure to tell that it is back: the folder may be another one now.
            time.sleep(_STEP)
        named = set(_named(self._configuration)) if self._configuration is not None else set[Path]()
        return not named <= self._states.keys() or any(
            state_of(path) != state for path, state in self._states.items()
        )

    def _folders(self) -> set[Path]:
        """Return the folders in which the files are, or would be."""
        return {
            _existing(place)
            for path in self._states
            for place in (
                path if path.is_dir() else path.parent,
                Path(os.path.realpath(path)).parent,
            )
        }


def _named(configuration: Configuration) -> Iterator[Path]:
    """Yield the files that a configuration names, its own included, and every file and folder of the user's templates."""
    yield configuration.spec
    yield from configuration.overlays
    yield from configuration.plugin_files
    if configuration.source is not None:
        yield configuration.source
    if configuration.templates is not None:
        for folder, folders, files in os.walk(configuration.templates):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            yield Path(folder)
            yield from (Path(folder, name) for name in sorted(files))


def _existing(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    while not folder.is_dir():
        folder = folder.parent
    return folder
