"""The two sides of a comparison: files, revisions, or the configured document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from .. import regular
from ..config import Configuration, ConfigurationError, earlier
from ..diagnostics import Diagnostic, quoted, shown
from ..read.document import Document
from ..read.loading import read
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
    names = after.configuration
    if old is None:
        return _committed(names), after
    if not Path(cwd, old).is_file():
        return _of_revision(_revision(old, cwd), names), after
    found = load(old)
    before = replace(names, spec=found.spec, version=None, overlays=found.overlays)
    side = Side(old, before, _reading(found))
    return side, replace(after, configuration=replace(names, version=None), version=None)


def _new(text: str | None, load: Load, cwd: Path) -> Side:
    if text is None or Path(cwd, text).is_file():
        found = load(text)
        version = _packaged(found.output, _on_disk)
        return Side(shown(found.spec), found, _reading(found), version)
    revision = _revision(text, cwd)
    if revision.path.is_file():
        return _of_revision(revision, load(str(revision.path)))
    try:
        names = load(None)
    except ConfigurationError:
        names = Configuration(spec=revision.path, root=cwd)
    return _of_revision(revision, names)


def _reading(found: Configuration) -> Callable[[], Document]:
    return partial(
        read,
        found.spec,
        root=found.document_root,
        allow_remote=found.allow_remote,
        overlays=found.overlays,
    )


def _committed(configuration: Configuration) -> Side:
    """Return what is committed of the configured document, which may have had another name."""
    head = Revision(_COMMITTED, configuration.spec)
    then = earlier(configuration, head.content)
    if head.content(then.spec) is None:
        message = f"{quoted(shown(configuration.spec))} is not committed, so that there is nothing to compare it with"
        hint = "commit it, or name the document that it takes the place of"
        raise ConfigurationError(Diagnostic("error", message, hint=hint))
    return _at(Revision(_COMMITTED, then.spec), then)


def _of_revision(revision: Revision, configuration: Configuration) -> Side:
    return _at(revision, earlier(configuration, revision.content, revision.path))


def _at(revision: Revision, then: Configuration) -> Side:
    read = partial(
        revision.document,
        then.overlays,
        root=then.document_root,
        allow_remote=then.allow_remote,
    )
    return Side(revision.name, then, read, _packaged(then.output, revision.content))


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
        return regular.read(file)
    except OSError:
        return None


def _revision(text: str, cwd: Path) -> Revision:
    found = Revision.parse(text, cwd)
    if found is None:
        message = f"there is no file {quoted(text)}, and it is not a revision and a path either"
        hint = "write a path, or a revision and a path as in main:spec/openapi.yaml"
        raise ConfigurationError(Diagnostic("error", message, hint=hint))
    return found
