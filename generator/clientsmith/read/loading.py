"""The way from a file's name to a document: the file, its overlays, and what follows its references."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ..diagnostics import Diagnostic, shown
from .document import Document
from .file import File, Loader, load_file, read_file
from .references import Resolver
from .sections import elsewhere, gathered
from .source import MAX_BYTES

__all__ = ["read"]


def read(
    path: Path,
    *,
    root: Path | None = None,
    allow_remote: bool = False,
    load: Loader | None = None,
    overlays: Sequence[Path] = (),
) -> Document:
    """Read a document.

    Args:
        path: A YAML or JSON file.
        root: The folder that references to other files may not leave; None for the folder of `path`.
        allow_remote: Follow references to the network (see `remote` for what is refused even then).
        load: Reads the file and those that it refers to; None to read them from the disk.
        overlays: Overlays to apply to it, one after the other.

    Returns:
        The document. Files that it refers to are read when a reference to them is followed.

    Raises:
        InputError: The file cannot be read, or is over a limit of `source`.
        SpecError: Its text cannot be taken as a document, such as for a duplicate key.
    """
    reads = load or _load_named
    file = reads(path, MAX_BYTES)
    folder = path.parent if root is None else root
    resolver = partial(Resolver, folder=folder, allow_remote=allow_remote, load=load or load_file)
    used: list[File] = []
    findings: list[Diagnostic] = []
    if overlays:
        from .overlay import applied  # few documents have one

        tops = [Document(reads(overlay, MAX_BYTES), resolver).root for overlay in overlays]
        file, findings = applied(file, tops)
        used = [overlay.file for overlay in tops]
    document = Document(file, resolver, used, findings)
    if places := elsewhere(file.data):
        whole, told = gathered(document, places)
        return Document(whole, resolver, used, [*findings, *told], document)
    return document


def _load_named(path: Path, limit: int) -> File:
    """Read a file that the user named, whatever it is."""
    return read_file(path, shown(path), limit)
