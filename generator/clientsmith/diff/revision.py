"""A document as git has it: `REV:path`, as gitrevisions(7) writes it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..diagnostics import Diagnostic, InputError, printable, quoted
from ..read.document import Document
from ..read.file import File, from_bytes
from ..read.loading import read
from ..read.source import MAX_BYTES

_PARTS: Final = re.compile(
    r"(?P<revision>:[0-3]|(?!-)(?:[^:{]|\{[^}]*\})*):(?P<path>[^/].*)", re.DOTALL
)
"""A revision and a path (gitrevisions(7)); a colon in braces is part of the revision, and `:/text` names no file."""


class Revision:
    """A file of one revision, and the files beside it. Nothing is checked out.

    Args:
        revision: the revision; empty for the index, `:1` and the like for a stage of it.
        path: the place that the file would have in the work tree, absolute.

    Attributes:
        path: that place.

    Raises:
        InputError: git is missing, or the path is in no repository.
    """

    def __init__(self, revision: str, path: Path) -> None:
        self.path = path.resolve()
        self._revision = revision
        # Where git is told its folder by the environment, the current one is the top of the work tree (git(1), GIT_DIR).
        told = "GIT_DIR" in os.environ
        self._folder = (
            Path.cwd() if told else next(each for each in self.path.parents if each.is_dir())
        )
        self._top = _top(self._folder)

    @classmethod
    def parse(cls, text: str, cwd: Path) -> Revision | None:
        """Return the file that `REV:path` names; None if the text names none.

        Args:
            text: the revision and the path; one with `./` is relative to `cwd`, any other to the top of the work tree.
            cwd: the current folder, absolute.
        """
        parts = _PARTS.fullmatch(text)
        if parts is None:
            return None
        path = parts["path"]
        top = cwd if path.startswith(("./", "../")) else _top(cwd)
        return cls(parts["revision"], top / path)

    @property
    def name(self) -> str:
        """The file as shown to the user."""
        return self._named(self.path)

    def document(
        self,
        overlays: Sequence[Path] = (),
        *,
        root: Path | None = None,
        allow_remote: bool = False,
    ) -> Document:
        """Read the file as a document; the files that it refers to, and the overlays, are of the same revision.

        Args:
            overlays: the places of overlays in the work tree.
            root: the folder in the work tree that references may not leave; None for that of the document.
            allow_remote: whether references to the network are followed.

        Raises:
            InputError: there is no such file in it.
            SpecError: its text cannot be taken as a document.
        """
        return read(
            self.path,
            root=root.resolve() if root is not None else None,
            allow_remote=allow_remote,
            load=self._load,
            overlays=overlays,
        )

    def content(self, path: Path) -> bytes | None:
        """Return what another file of the work tree has in this revision; None if it is not there."""
        try:
            return _git(self._folder, "cat-file", "blob", self._named(path.resolve()))
        except InputError:
            return None

    def _load(self, path: Path, limit: int = MAX_BYTES) -> File:
        path = path.resolve()
        name = self._named(path)
        try:
            content = _git(self._folder, "cat-file", "blob", name)
        except InputError as error:
            raise _error(error.diagnostics[0].message, self._hint()) from None
        if len(content) > limit:
            raise _error(f"{printable(name)} is too large: more than {limit:,} bytes")
        return from_bytes(content, path, path.as_uri(), name)

    def _named(self, path: Path) -> str:
        try:
            return f"{self._revision}:{path.relative_to(self._top.resolve()).as_posix()}"
        except ValueError:
            message = f"{quoted(str(path))} is not in the repository {quoted(str(self._top))}"
            raise _error(message) from None

    def _hint(self) -> str:
        if _git(self._folder, "rev-parse", "--is-shallow-repository").strip() == b"true":
            return "this clone has not all revisions; git fetch --unshallow gets them"
        return (
            "a path begins at the top of the repository; one in the current folder begins with ./"
        )


def _top(folder: Path) -> Path:
    """Return the top of the work tree, or the folder of a repository that has none."""
    try:
        found = _git(folder, "rev-parse", "--show-toplevel")
    except InputError:
        if _git(folder, "rev-parse", "--is-bare-repository").strip() != b"true":
            raise
        found = _git(folder, "rev-parse", "--absolute-git-dir")
    return Path(os.fsdecode(found).rstrip("\n"))


def _git(cwd: Path, *arguments: str) -> bytes:
    command = ["git", *arguments]
    try:
        done = subprocess.run(
            command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except FileNotFoundError:
        hint = "install it, or name two files"
        raise _error("git was not found, and is needed to read a revision", hint) from None
    except (OSError, ValueError) as error:
        raise _error(f"git cannot be used: {printable(str(error))}") from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise _error(f"git says: {printable(reason)}")
    return done.stdout


def _error(message: str, hint: str | None = None) -> InputError:
    return InputError(Diagnostic("error", message, hint=hint, rule="revision"))
