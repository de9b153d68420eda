"""The files of an export: their names, their hashes, and how they are written."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from pathlib import Path, PurePath

from ..media_types import essence
from ..partial_file import PartialFile
from .manifest import Recorded

_UNSAFE = re.compile(rb"[^A-Za-z0-9._-]")
_LONGEST = 100
_RESERVED = frozenset(
    {"aux", "con", "nul", "prn", "manifest"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
)
_ENDINGS = {
    "application/json": ".json",
    "audio/mpeg": ".mp3",
    "audio/vnd.wave": ".wav",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "text/plain": ".txt",
}


def folder_name(identity: object) -> str:
    """Return the name of an item's folder: its id where that is a name, and else one that no other id has.

    Names differ by more than their case, are no names of devices, and stay where they are put.
    """
    text = str(identity)
    content = text.encode("utf-8", "surrogatepass")
    safe = _UNSAFE.sub(lambda found: b"%%%02X" % found[0][0], content).decode("ascii")
    is_name = safe == text == text.lower().strip(".") and 0 < len(text) <= _LONGEST
    if is_name and text.partition(".")[0] not in _RESERVED:
        return text
    return f"{safe[:_LONGEST].strip('.')}~{hashlib.sha256(content).hexdigest()[:12]}"


def ending(content_type: str | None, filename: str) -> str:
    """Return the ending of a downloaded file: by its media type, or else by the name that the service gives it."""
    kind = essence(content_type or "")
    known = _ENDINGS.get(kind) or (mimetypes.guess_extension(kind) if kind else None)
    given = PurePath(filename).suffix
    if known is None or known == ".bin":
        known = given if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", given) else ".bin"
    return known


def recorded(path: Path) -> Recorded:
    """Return the hash and the size of a file.

    Raises:
        OSError: It cannot be read.
    """
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return Recorded(digest.hexdigest(), file.tell())


def write(path: Path, content: bytes) -> Recorded:
    """Write a file, whole or not at all, and return its hash and size.

    Raises:
        OSError: It cannot be written.
    """
    with PartialFile(path) as file:
        file.create()
        file.write(content)
        file.commit()
    return Recorded(hashlib.sha256(content).hexdigest(), len(content))


def leftovers(folder: Path) -> list[Path]:
    """Return what a process that was killed has left of files that were not whole."""
    return [*folder.glob(".*.part")]
