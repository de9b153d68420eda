"""The common frame of both ways: where the work is done, the lock, the record of what is being done, the repair."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ...paths import WORKPLACE
from . import journal, swap, tree
from .lock import Busy, locked

__all__ = ["Busy", "Changes", "Interrupted", "Transaction", "at_once", "leftover"]

_RECORD = "record.json"
_STAGE = "stage"


@dataclass(frozen=True)
class Changes:
    """What to do to a folder.

    Attributes:
        puts: The content of new and changed files, by relative path with slashes. Where one after the other is the only way,
            they are written in this order.
        removals: The files to remove.
        before: The `fingerprint` of each file to replace or remove. A file that has another one by then stays.
    """

    puts: Mapping[str, bytes]
    removals: frozenset[str]
    before: Mapping[str, str]


class Interrupted(Exception):
    """The steps were begun and could not be ended; the next transaction of the folder takes the rest.

    Args:
        error: What the system refused.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True)
class Transaction:
    """The right to change a folder, held until the end of `at_once`."""

    folder: Path
    workplace: Path

    def commit(self, changes: Changes) -> None:
        """Make all the changes, or none.

        Raises:
            Interrupted: Only some are made; the next transaction makes the others.
            OSError: None is made.
        """
        try:
            if self.workplace.parent == self.folder.parent and swap.possible(self.folder):
                try:
                    self._swap(changes)
                    return
                except swap.Unsupported:
                    self._clear()
            self._journal(changes)
        except Interrupted:
            raise
        except BaseException:
            if not (self.workplace / _RECORD).exists():
                self._clear()
            raise

    def _swap(self, changes: Changes) -> None:
        stage = self.workplace / _STAGE
        stage.mkdir()
        linked = swap.build(self.folder, stage, changes.puts, changes.removals)
        self._record(
            "swap", stage=os.lstat(stage).st_ino, linked=linked, before=dict(changes.before)
        )
        try:
            swap.place(self.folder, stage)
        except BaseException:
            (self.workplace / _RECORD).unlink()
            raise
        tree.flush(self.folder.parent, (), [self.folder.parent])
        with suppress(OSError):  # what is left of the old folder is removed by the next transaction
            self.repair()

    def _journal(self, changes: Changes) -> None:
        stage = self.workplace / _STAGE
        stage.mkdir()
        steps = journal.stage(self.folder, stage, changes.puts, changes.before, changes.removals)
        self._record("journal", steps=steps)
        try:
            self.repair()
        except OSError as error:
            raise Interrupted(error) from error

    def _record(self, way: str, **record: object) -> None:
        """Write down what is about to be done; from then on it can be repaired."""
        text = json.dumps({"way": way, **record})
        draft = self.workplace / "draft.json"
        tree.write(draft, text.encode())
        tree.flush(self.workplace, [draft], ())
        draft.rename(self.workplace / _RECORD)
        tree.flush(self.workplace, (), [self.workplace])

    def repair(self) -> None:
        """Complete what the record says, or remove what has not come so far as to have one."""
        file = self.workplace / _RECORD
        stage = self.workplace / _STAGE
        if file.exists():
            record = self._read(file)
            if record["way"] == "journal":
                journal.complete(self.folder, stage, record["steps"])
            elif stage.exists() and os.lstat(stage).st_ino != record["stage"]:
                swap.retire(stage, self.folder, record["linked"], record["before"])
            file.unlink()
        self._clear()

    def _read(self, file: Path) -> dict[str, Any]:
        try:
            return cast(dict[str, Any], json.loads(file.read_bytes()))
        except ValueError:
            message = (
                "is damaged, so that a run that was killed cannot be completed: remove its folder"
            )
            raise OSError(errno.EINVAL, message, str(file)) from None

    def _clear(self) -> None:
        tree.remove(self.workplace / _STAGE)
        tree.remove(self.workplace / "draft.json")
        tree.remove(self.workplace / _RECORD)


def leftover(folder: Path) -> bool:
    """Tell whether a transaction of the folder is going on, or was killed."""
    return any(os.path.lexists(place) for place in _workplaces(folder))


@contextmanager
def at_once(
    folder: Path, *, patience: float, waiting: Callable[[], None]
) -> Generator[Transaction]:
    """Begin a transaction of a folder: wait for another one, and repair what a killed one left.

    Args:
        folder: The folder, which need not exist; absolute and without links. Folders that lead to it are made.
        patience: Seconds to wait for another process.
        waiting: Called once when there is one to wait for.

    Raises:
        Busy: The other process did not end.
        OSError: Neither the folder nor its parent can be written.
    """
    made = _make_parents(folder)
    try:
        workplace = _choose(folder)
        for other in _workplaces(folder):
            if other != workplace and other.exists():
                with locked(other, patience=patience, waiting=waiting):
                    Transaction(folder, other).repair()
        with locked(workplace, patience=patience, waiting=waiting):
            transaction = Transaction(folder, workplace)
            transaction.repair()
            yield transaction
    finally:
        if not folder.exists():
            for each in made:
                try:
                    each.rmdir()
                except OSError:
                    break


def _workplaces(folder: Path) -> tuple[Path, Path]:
    return folder.parent / f".{folder.name}.clientsmith", folder / WORKPLACE


def _choose(folder: Path) -> Path:
    """Return the workplace beside the folder if that can be written and is on the same file system, else the one inside."""
    beside, inside = _workplaces(folder)
    if not folder.exists():
        return beside
    same = os.lstat(folder).st_dev == os.lstat(folder.parent).st_dev
    if same and len(os.fsencode(beside.name)) < 256 and os.access(folder.parent, os.W_OK | os.X_OK):
        return beside
    return inside


def _make_parents(folder: Path) -> list[Path]:
    """Make the folders that lead to a folder; return those that were missing, the innermost first."""
    missing: list[Path] = []
    parent = folder.parent
    while not parent.exists():
        missing.append(parent)
        parent = parent.parent
    for each in reversed(missing):
        each.mkdir()
    return missing
