"""A document as git has it: `REV:path`, as gitrevisions(7) writes it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from ..diagnostics import Diagnostic, InputError, printable, quoted
from ..read import document
from ..read.document import Document, File
from ..read.source import MAX_BYTES


class Revision:
    """A file of one revision, and the files beside it. Nothing is checked out.

    Args:
        revision: the revision; empty for the index.
        path: the place that the file would have in the work tree, absolute.

    Attributes:
        path: that place.

    Raises:
        InputError: git is missing, or the path is in no repository.
    """

    def __init__(self, revision: str, path: Path) -> None:
        self.path = path.resolve()
        self._revision = revision
        folder = next(each for each in self.path.parents if each.is_dir())
        self._top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().rstrip("\n"))

    @classmethod
    def parse(cls, text: str, cwd: Path) -> Revision:
        """Return the file that `REV:path` names; a path with `./` is relative to `cwd`, any other to the top of the work tree."""
        revision, _, path = text.partition(":")
        if path.startswith(("./", "../")):
            return cls(revision, cwd / path)
        top = Path(_git(cwd, "rev-parse", "--show-toplevel").decode().rstrip("\n"))
        return cls(revision, top / path)

    @property
    def name(self) -> str:
        """The file as shown to the user."""
        return self._named(self.path)

    def document(self, overlays: Sequence[Path] = ()) -> Document:
        """Read the file as a document; the files that it refers to, and the overlays, are of the same revision.

        Args:
            overlays: the places of overlays in the work tree.

        Raises:
            InputError: there is no such file in it.
            SpecError: its text cannot be taken as a document.
        """
        return document.read(self.path, load=self._load, overlays=overlays)

    def content(self, path: Path) -> bytes | None:
        """Return what another file of the work tree has in this revision; None if it is not there."""
        try:
            return _git(self._top, "cat-file", "blob", self._named(path.resolve()))
        except InputError:
            return None

    def _load(self, path: Path, limit: int = MAX_BYTES) -> File:
        path = path.resolve()
        name = self._named(path)
        content = _git(self._top, "cat-file", "blob", name)
        if len(content) > limit:
            raise _error(f"{printable(name)} is too large: more than {limit:,} bytes")
        return document.from_bytes(content, path, path.as_uri(), name)

    def _named(self, path: Path) -> str:
        try:
            return f"{self._revision}:{path.relative_to(self._top.resolve()).as_posix()}"
        except ValueError:
            message = f"{quoted(str(path))} is not in the repository {quoted(str(self._top))}"
            raise _error(message) from None


def _git(cwd: Path, *arguments: str) -> bytes:
    command = ["git", *arguments]
    try:
        done = subprocess.run(
            command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise _error("git was not found, and is needed to read a revision") from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise _error(f"git says: {printable(reason)}")
    return done.stdout


def _error(message: str) -> InputError:
    return InputError(Diagnostic("error", message, rule="revision"))
