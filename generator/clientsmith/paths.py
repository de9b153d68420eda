"""The paths that the files of an output may have, whatever the system it is used on."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from .diagnostics import quoted

MANIFEST: Final = ".clientsmith.json"
"""The name of the record of what clientsmith wrote."""

RECORD: Final = ".clientsmith.release.json"
"""The name of the record of the last release."""

CHANGELOG: Final = "CHANGELOG.md"
"""The changelog's name."""

BOOKS: Final = frozenset({MANIFEST, RECORD, CHANGELOG})
"""The files at the top of an output that clientsmith keeps itself; no template gives them."""

WORKPLACE: Final = ".clientsmith"
"""The folder in an output where changes are made ready; it is there while a run writes."""

_REMEMBERED: Final = 8192
"""Paths about which it is known whether they can be those of output files."""

_DEVICE: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE
)
_UNPORTABLE: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')


class Paths:
    """The paths of the files of one output: each names a file inside of it, and no two the same one."""

    def __init__(self) -> None:
        self._spellings: dict[str, str] = {}
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def add(self, path: str) -> str | None:
        """Add the path of a file.

        Args:
            path: the path in the output, with slashes.

        Returns:
            What is wrong with it, in words: it is absolute, leaves the output, cannot stand on every platform, differs from
            another one only in case, or is the folder of another one. None if it can stand.
        """
        if flaw := flaw_of(path):
            return f"{quoted(path)} cannot be an output file: it {flaw}"
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            part = "/".join(parts[:end])
            other = self._spellings.setdefault(unicodedata.normalize("NFC", part).casefold(), part)
            if other != part:
                return f"{quoted(other)} and {quoted(part)} are the same file on some systems"
            (self._folders if end < len(parts) else self._files).add(part)
            if part in self._files & self._folders:
                return f"{quoted(part)} is both a file and a folder of the output"
        return None


@lru_cache(_REMEMBERED)
def flaw_of(path: str) -> str | None:
    """Say why a path cannot be that of an output file; None when it can."""
    if not path or path.startswith("/"):
        return "is not relative"
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return "leaves the output or is not in its shortest form"
        if _UNPORTABLE.search(part) or part[-1] in ". ":
            return "has a character that some systems do not allow"
        if _DEVICE.fullmatch(part):
            return "has the name of a device of Windows"
        if len(part.encode(errors="surrogatepass")) > 255:
            return "has a name of more than 255 bytes"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "is not Unicode text"
    return None
