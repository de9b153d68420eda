"""What an output remembers of its last release: `.clientsmith.release.json`, the document as it was then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, cast

from .. import regular
from ..diagnostics import Diagnostic, Location, shown
from ..paths import RECORD
from ..read.document import Document
from ..read.equality import same
from ..read.file import File, from_bytes
from ..read.loading import read as read_document
from ..read.source import Value
from ..write.manifest import OutputError

_FORMAT: Final = 1


@dataclass(frozen=True)
class Record:
    """One release.

    Attributes:
        version: its version.
        since: the version before it; empty for the first.
        entry: its entry in the changelog.
        spec: the name of the document.
        files: the values of every file of the document, by its path relative to the document's folder.
        folder: where the record was read; None if it was not.
    """

    version: str
    since: str
    entry: str
    spec: str
    files: Mapping[str, Value]
    folder: Path | None = None

    def text(self) -> str:
        """Return the content of the record's file."""
        return self._text

    @cached_property
    def _text(self) -> str:
        content = {
            "format": _FORMAT,
            "version": self.version,
            "since": self.since,
            "entry": self.entry,
            "spec": self.spec,
            "files": dict(self.files),
        }
        entries = (f" {json.dumps(name)}: {json.dumps(value)}" for name, value in content.items())
        return "{\n" + ",\n".join(entries) + "\n}\n"

    def differs(self, document: Document) -> bool:
        """Return whether a document is another than the released one."""
        return not same(dict(self.files), _values(document))

    def document(self) -> Document:
        """Return the released document. A place in it is one in the record and has no meaning for a person."""
        return self._document

    @cached_property
    def _document(self) -> Document:
        top = (self.folder or Path.cwd()) / RECORD
        return read_document(top / self.spec, load=lambda path, _: self._load(path, top))

    def _load(self, path: Path, top: Path) -> File:
        name = path.relative_to(top).as_posix()
        content = json.dumps(self.files.get(name)).encode()
        return from_bytes(content, path, path.as_uri(), f"{RECORD}:{name}")


def of(document: Document, version: str, since: str, entry: str) -> Record:
    """Return the record of a release.

    Args:
        document: the released document, of which every file has been read.
        version: its version.
        since: the version before it.
        entry: its entry in the changelog.
    """
    values = _values(document)
    return Record(version, since, entry, next(iter(values)), values)


def read(output: Path) -> Record | None:
    """Return the record of an output, or None where there is none.

    Raises:
        OutputError: it cannot be read as a record.
    """
    file = output / RECORD
    try:
        content = regular.read(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        message = f"{shown(file)} cannot be read: {error.strerror}"
        raise OutputError(Diagnostic("error", message)) from None
    return _parsed(content, file, Path(output.resolve()))


@lru_cache(maxsize=2)
def _parsed(text: bytes, file: Path, folder: Path) -> Record:
    """Return the record that a file holds, the same one as long as that is the same: a session asks again and again."""
    try:
        content = cast(object, json.loads(text))
    except (ValueError, RecursionError):
        raise _unreadable(file) from None
    values = cast(dict[str, object], content) if isinstance(content, dict) else {}
    texts = [values.get(name) for name in ("version", "since", "entry", "spec")]
    version, since, entry, spec = (text if isinstance(text, str) else None for text in texts)
    files = values.get("files")
    if (
        values.get("format") != _FORMAT
        or version is None
        or since is None
        or entry is None
        or spec is None
    ):
        raise _unreadable(file)
    if not isinstance(files, dict) or spec not in files:
        raise _unreadable(file)
    return Record(version, since, entry, spec, cast(dict[str, Value], files), folder)


def _unreadable(file: Path) -> OutputError:
    message = "this does not tell which document the package was released with"
    hint = "restore it from version control, or remove it to begin with the present document"
    return OutputError(Diagnostic("error", message, Location(shown(file), 1, 1), hint))


def _values(document: Document) -> dict[str, Value]:
    """Return the values of the files, by their paths relative to the folder of the first."""
    folder = Path(document.root.file.path or "").parent
    return {file.relative_to(folder): file.data for file in document.files}
