"""The record of what clientsmith wrote: `.clientsmith.json` in the output folder.

It says which files are clientsmith's, with the digest of what it wrote to each, and what they were made from. It is meant
to be committed with them: it holds no time and no place, and the same run gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import cast

from .. import regular
from ..diagnostics import Diagnostic, DiagnosticError, Location, shown
from ..paths import CHANGELOG, MANIFEST, Paths, flaw_of
from .changelog import own_part

__all__ = [
    "Manifest",
    "OutputError",
    "check_paths",
    "digest",
    "own_digest",
    "ownership",
    "read",
]

_FORMAT = 1
_ENTRY = re.compile(r'"([^"\\]+)"\s*:\s*"([0-9a-f]{64})"')


class OutputError(DiagnosticError):
    """The output cannot be written; what stood there is as it was."""

    exit_status = 2


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What clientsmith wrote, and from what.

    Attributes:
        clientsmith: The version that wrote it.
        tools: The versions of the tools that shape the output, by distribution name.
        spec: The document's file name.
        options: The options that shape the output, by their keys in the configuration.
        inputs: The digest of every file that was read, the document among them, by its path relative to the document's
            folder.
        templates: The digest of each of the user's templates, by its path in their folder, and of each plugin, as `plugin` and
            what the configuration calls it.
        files: The digest of every file that was written, by its path in the output.
    """

    clientsmith: str
    tools: Mapping[str, str]
    spec: str
    options: Mapping[str, str]
    inputs: Mapping[str, str]
    templates: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Mapping[str, str] = field(default_factory=dict[str, str])

    def with_files(self, files: Mapping[str, str]) -> Manifest:
        """Return the manifest of the same run with these files."""
        return replace(self, files=files)

    def text(self) -> str:
        """Return the content of the manifest's file."""
        content: dict[str, object] = {"format": _FORMAT}
        for each in fields(self):
            value = getattr(self, each.name)
            content[each.name] = value if isinstance(value, str) else dict(sorted(value.items()))
        return json.dumps(content, indent=2) + "\n"


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal.

    Where the platform's line break is two characters, version control may have put it into the files; a file that differs
    only in that has the same digest there.
    """
    if os.linesep == "\r\n":
        content = content.replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()


def own_digest(path: str, content: bytes) -> str:
    """Return the digest of what is clientsmith's in a file: all of it, but for the changelog, which people write in too.

    Args:
        path: The file's path in the output.
        content: What it holds.
    """
    return digest(own_part(content) if path == CHANGELOG else content)


def read(output: Path) -> Manifest | None:
    """Return the manifest of an output, or None when there is none that can be understood."""
    content = _content(output)
    if content is None:
        return None
    try:
        record = cast(object, json.loads(content))
        if not isinstance(record, dict):
            return None
        values = cast(dict[str, object], record)
        if values.pop("format", None) != _FORMAT or values.keys() != {
            each.name for each in fields(Manifest)
        }:
            return None
        return Manifest(
            clientsmith=_string(values["clientsmith"]),
            tools=_strings(values["tools"]),
            spec=_string(values["spec"]),
            options=_strings(values["options"]),
            inputs=_strings(values["inputs"]),
            templates=_strings(values["templates"]),
            files=_strings(values["files"]),
        )
    except (ValueError, RecursionError):
        return None


def ownership(output: Path) -> dict[str, frozenset[str]]:
    """Return the files that clientsmith wrote to an output, each with the digests of what it may have written.

    A manifest that was cut off, or that holds both sides of a merge, is read entry by entry: a digest that the file on disk
    still has proves by itself that clientsmith wrote the file. Entries that name no file inside the output are passed over.

    Raises:
        OutputError: The manifest was written by a later version, or is not clientsmith's.
    """
    content = _content(output)
    if content is None:
        return {}
    found: dict[str, set[str]] = {}
    manifest = read(output)
    if manifest is not None:
        found = {path: {written} for path, written in manifest.files.items()}
    else:
        _check_format(output, content)
        for path, written in _ENTRY.findall(content.decode(errors="replace")):
            found.setdefault(path, set()).add(written)
    return {
        path: frozenset(written)
        for path, written in found.items()
        if not flaw_of(path) and path != MANIFEST
    }


def check_paths(paths: Iterable[str]) -> None:
    """Check that every path names a file inside the output, on every platform, and that no two are the same file.

    Raises:
        OutputError: A path is absolute, leaves the output, cannot stand on every platform, differs from another one only in
            case, or is the folder of another one.
    """
    known = Paths()
    for path in sorted(paths):
        problem = known.add(path)
        if problem is not None:
            raise OutputError(Diagnostic("error", problem))


def _content(output: Path) -> bytes | None:
    file = output / MANIFEST
    try:
        return None if file.is_symlink() else regular.read(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OutputError(
            Diagnostic("error", f"{shown(file)} cannot be read: {error.strerror}")
        ) from None


def _check_format(output: Path, content: bytes) -> None:
    """Refuse JSON that is whole and is not a manifest of this format."""
    try:
        record = cast(object, json.loads(content))
    except (ValueError, RecursionError):
        return
    place = Location(shown(output / MANIFEST), 1, 1)
    values = cast(dict[str, object], record) if isinstance(record, dict) else {}
    version = values.get("format")
    if "clientsmith" not in values or not isinstance(version, int):
        message = "this is not a manifest of clientsmith, and stands where one has to be written"
        raise OutputError(
            Diagnostic("error", message, place, "move it away, or choose another output")
        )
    if version > _FORMAT:
        message = f"the manifest has format {version}, and this clientsmith knows up to {_FORMAT}"
        raise OutputError(
            Diagnostic("error", message, place, "use the clientsmith that wrote it, or a later one")
        )


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a string")
    return value


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return {
        _string(name): _string(each) for name, each in cast(dict[object, object], value).items()
    }
