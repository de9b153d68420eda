"""Results that are kept between runs, each under a digest of all that it depends on.

The folder is $CLIENTSMITH_CACHE_DIR, or `clientsmith` in the platform's folder for caches. It may be deleted at any time, and
several runs may use it at once: an entry appears whole or not at all. An entry begins with the digest of what it holds, and
one that is damaged is as if it were not there. So is one that another user has written: the code of templates is run.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from stat import S_ISREG
from typing import Final, Literal

from .regular import without_waiting

Kind = Literal["runs", "templates", "types", "formatted", "packages"]
"""What an entry is: the stamp of a run, a template's code, the type of a schema's shape, what black made of a text, what the
package of a release offers."""

_MOST: dict[Kind, int] = {
    "runs": 256,
    "templates": 512,
    "types": 4096,
    "formatted": 4096,
    "packages": 64,
}
"""Entries of each kind that are kept, and no more than twice as many are there at any time."""

_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Cache:
    """The cache of a run.

    Attributes:
        folder: where it is; None to keep nothing.
    """

    folder: Path | None = None

    def get(self, kind: Kind, key: str) -> bytes | None:
        """Return what is kept under a key; None if there is nothing that can be trusted."""
        if self.folder is None:
            return None
        file = self.folder / kind / key
        try:
            with open(file, "rb", opener=without_waiting) as stream:
                if not _is_trusted(os.fstat(stream.fileno())):
                    return None
                content = stream.read()
        except OSError:
            return None
        if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
            return None
        with suppress(OSError):
            os.utime(file)
        return content[_DIGEST:]

    def put(self, kind: Kind, key: str, content: bytes) -> None:
        """Keep something under a key; do nothing where that cannot be written."""
        if self.folder is None:
            return
        folder = self.folder / kind
        draft = folder / f".{token_hex(8)}"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            try:
                draft.write_bytes(hashlib.sha256(content).digest() + content)
                draft.replace(folder / key)
            except OSError:
                draft.unlink(missing_ok=True)
                raise

    def forget_oldest(self) -> None:
        """Remove what was used longest ago, where there is a lot."""
        if self.folder is None:
            return
        for kind, most in _MOST.items():
            with suppress(OSError):
                _forget_oldest(self.folder / kind, most)


NOTHING: Final = Cache()
"""The cache that keeps nothing."""


def key(*facts: str | bytes) -> str:
    """Return the key of what depends on these facts alone."""
    summary = hashlib.sha256()
    for fact in facts:
        content = fact.encode() if isinstance(fact, str) else fact
        summary.update(b"%d:" % len(content) + content)
    return summary.hexdigest()


def of_user() -> Cache:
    """Return the cache of the user, which keeps nothing where there is no place for it."""
    chosen = os.environ.get("CLIENTSMITH_CACHE_DIR")
    if chosen:
        return Cache(Path(chosen))
    try:
        home = Path.home()
    except RuntimeError:
        return NOTHING
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return Cache(base / "clientsmith" if base.is_absolute() else None)


def _is_trusted(status: os.stat_result) -> bool:
    """Tell whether this is a file, and the user's own."""
    return S_ISREG(status.st_mode) and (sys.platform == "win32" or status.st_uid == os.geteuid())


def _forget_oldest(folder: Path, most: int) -> None:
    entries = [entry for entry in os.scandir(folder) if entry.is_file()]
    if len(entries) > 2 * most:
        entries.sort(key=lambda entry: entry.stat().st_mtime)
        for entry in entries[:-most]:
            with suppress(FileNotFoundError):  # another run was faster
                os.unlink(entry)
