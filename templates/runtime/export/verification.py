"""Whether a folder holds what its manifest says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .files import recorded
from .manifest import NAME, State

Kind = Literal["missing", "changed", "unlisted"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as the manifest says.

    Attributes:
        kind: A file that is missing, one with another content, or one that the manifest does not know.
        path: The file, below the folder.
    """

    kind: Kind
    path: str

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"


def verify(folder: Path, state: State) -> Iterator[Finding]:
    """Yield what is not as the manifest of a folder says, in the order of the paths.

    Args:
        folder: The folder.
        state: What its manifest says.

    Raises:
        OSError: A file cannot be read.
    """
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != NAME
    }
    for path in sorted(there | state.files.keys()):
        known = state.files.get(path)
        if known is None:
            yield Finding("unlisted", path)
        elif path not in there:
            yield Finding("missing", path)
        elif recorded(folder / path) != known:
            yield Finding("changed", path)
