"""The version of the generated package, and its changelog: what changed since the package was released last.

The output remembers the document that it was released with (`record`). Its version and the entry in its CHANGELOG.md follow from
that, from the document and from the configuration alone: the same three give the same package, however often it was generated in
between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ..api import Api
from ..diff.changes import Change
from ..diff.report import Comparison, listed
from ..diff.versions import following
from ..read.document import Document
from ..text import Name
from ..write.changelog import Changelog
from . import record
from .record import Record

__all__ = ["Changelog", "Release", "decide", "read_release"]

FIRST = "The first version."


@dataclass(frozen=True)
class Release:
    """The version of a package and where it comes from.

    Attributes:
        version: the version.
        record: what the output has to remember.
        comparison: what changed since the last release; None where there is none yet.
        changelog: the changelog.
    """

    version: str
    record: Record
    comparison: Comparison | None
    changelog: Changelog

    def versioned(self, api: Api) -> Api:
        """Return a client as that of this version; its models are not built for that."""
        return replace(
            api, distribution_version=Name(self.version), build_models=lambda: api.models
        )


def decide(
    released: Record | None,
    document: Document,
    stated: str,
    pinned: str | None,
    changes: Callable[[Document], tuple[Change, ...]],
    *,
    date: str | None = None,
) -> Release:
    """Choose the version of a package.

    Args:
        released: what the output remembers.
        document: the document as it is now.
        stated: the version of the document.
        pinned: the version that the configuration sets.
        changes: gives what changed since a document.
        date: the day of the release that this is to be; None where it is none.
    """
    if released is None:
        version = pinned or stated
        first = record.of(
            document, version, "", f"## {version}{f' - {date}' if date else ''}\n\n{FIRST}\n"
        )
        return Release(version, first, None, _changelog(first))
    found = changes(released.document()) if released.differs(document) else ()
    comparison = Comparison(
        f"version {released.version}", document.root.file.name, released.version, stated, found
    )
    version = pinned or following(released.version, stated, comparison.kind)
    comparison = replace(comparison, new_version=version)
    if not found and version == released.version:
        return Release(version, released, comparison, _changelog(released))
    text = _entry(version, date, comparison)
    if date is None:
        return Release(version, released, comparison, _changelog(released, text))
    current = record.of(document, version, released.version, text)
    return Release(version, current, comparison, _changelog(current))


def read_release(output: Path) -> Record | None:
    """Return what an output remembers of its last release; None where it remembers nothing."""
    return record.read(output)


def _changelog(released: Record, entry: str | None = None) -> Changelog:
    return Changelog(released.version, released.since, released.entry, entry)


def _entry(version: str, date: str | None, comparison: Comparison) -> str:
    """Return the entry of a version, as Markdown; who reads it uses the package, so that its names come first."""
    changes = sorted(comparison.changes, key=lambda change: change.level, reverse=True)
    lists = listed(changes, with_places=False)
    parts = [f"## {version} - {date or 'unreleased'}\n"]
    return "\n".join([*parts, *(f"### {heading}\n\n{items}" for heading, items in lists)])
