"""The two sides of a comparison: files, revisions, or the configured document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ..config import Configuration, ConfigurationError, earlier
from ..diagnostics import Diagnostic
from ..read import document
from ..read.document import Document, display_name
from ..tomlfile import parse
from .revision import Revision

Load = Callable[[str | None], Configuration]
"""Gives the configuration of a document that is named by its path, or of the configured one."""

_COMMITTED = "HEAD"


@dataclass(frozen=True)
class Side:
    """One of two documents.

    Attributes:
        name: the document as shown to the user.
        configuration: what its package is called.
        read: reads it.
        version: the version of the package that stands in the output; None where none is known.
    """

    name: str
    configuration: Configuration
    read: Callable[[], Document]
    version: str | None = None


def sides(old: str | None, new: str | None, load: Load, cwd: Path) -> tuple[Side, Side]:
    """Return what is to be compared. Both packages get the names that the configuration gives to the new document.

    Args:
        old: a file, or a revision and a path; None for what is committed of the configured document.
        new: the same; None for the configured document.
        load: gives the configuration.
        cwd: the current folder, absolute.

    Raises:
        InputError: there is no such file, revision, or file in a revision.
        ConfigurationError: no document is configured, or the configuration cannot be used.
    """
    after = _new(new, load, cwd)
    if old is not None and Path(cwd, old).is_file():
        same = new is None and Path(cwd, old).samefile(after.configuration.spec)
        path = Path(cwd, old)
        overlays = after.configuration.overlays if same else ()
        before = replace(after.configuration, spec=path, version=None, overlays=overlays)
        side = Side(old, before, lambda: document.read(path, overlays=overlays))
        configuration = replace(after.configuration, version=None)
        return side, replace(after, configuration=configuration, version=None)
    committed = (
        Revision(_COMMITTED, after.configuration.spec) if old is None else _revision(old, cwd)
    )
    return _of_revision(committed, after.configuration), after


def _new(text: str | None, load: Load, cwd: Path) -> Side:
    if text is None or Path(cwd, text).is_file():
        found = load(text)
        read = partial(
            document.read,
            found.spec,
            root=found.document_root,
            allow_remote=found.allow_remote,
            overlays=found.overlays,
        )
        return Side(display_name(found.spec), found, read, _packaged(found.output, _on_disk))
    revision = _revision(text, cwd)
    if revision.path.is_file():
        return _of_revision(revision, load(str(revision.path)))
    return _of_revision(revision, Configuration(spec=revision.path, root=cwd))


def _of_revision(revision: Revision, configuration: Configuration) -> Side:
    then = replace(earlier(configuration, revision.content), spec=revision.path)
    version = _packaged(then.output, revision.content)
    return Side(revision.name, then, lambda: revision.document(then.overlays), version)


def _packaged(output: Path | None, content: Callable[[Path], bytes | None]) -> str | None:
    """Return the version that the pyproject.toml of an output gives."""
    found = content(output / "pyproject.toml") if output is not None else None
    try:
        table = parse(output / "pyproject.toml", found) if output and found is not None else None
        project = table.table("project") if table is not None else None
    except ConfigurationError:
        return None
    version = project.values.get("version") if project is not None else None
    return version if isinstance(version, str) else None


def _on_disk(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _revision(text: str, cwd: Path) -> Revision:
    revision, colon, path = text.partition(":")
    if not colon or not path or revision.startswith("-"):
        message = f"there is no file {text!r}, and it is not a revision and a path either"
        hint = "write a path, or a revision and a path as in main:spec/openapi.yaml"
        raise ConfigurationError(Diagnostic("error", message, hint=hint))
    return Revision.parse(text, cwd)
