"""Changes laid out: for a terminal, for a program, for a pull request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from ..diagnostics import Location, printable
from .changes import Change, worst
from .rules import KINDS, Kind
from .versions import called_for, is_enough

_MARKUP: Final = re.compile(r"[\\`*\[\]<>#|~!&@]|(?<![^\W_])_|_(?![^\W_])")
"""What Markdown would not show; an underscore between letters is safe."""

_REFERENCE: Final = re.compile(r"\\[@#]")
"""What GitHub and GitLab would take for a mention or an issue, escaped or not: they look at the text that is shown."""

_SHOWN: Final = 3
_LEVELS: Final = {"http": "HTTP", "python": "Python"}
_SENDERS: Final = {"sent": "in requests", "received": "in responses", None: ""}
_HEADINGS: Final[dict[Kind, str]] = {
    "breaking": "Breaking",
    "compatible": "Compatible",
    "documentation": "Documentation",
}


@dataclass(frozen=True)
class Comparison:
    """What changed between two documents.

    Attributes:
        old: the old document as shown to the user.
        new: the new one.
        old_version: the version of the package that callers know.
        new_version: the version that the new document or the configuration gives it.
        changes: what changed, the breaking ones first.
    """

    old: str
    new: str
    old_version: str
    new_version: str
    changes: tuple[Change, ...]

    @property
    def kind(self) -> Kind | None:
        """The worst kind of the changes."""
        return worst(self.changes)

    @property
    def called_for(self) -> str:
        """The version that the changes call for."""
        return called_for(self.old_version, self.kind)

    @property
    def is_announced(self) -> bool:
        """Whether nothing breaks, or the new version says that something does."""
        return self.kind != "breaking" or is_enough(self.old_version, self.new_version, self.kind)

    def count(self, kind: Kind) -> int:
        """Return how many changes are of a kind."""
        return sum(change.kind == kind for change in self.changes)


def as_text(comparison: Comparison) -> str:
    """Lay changes out for a terminal."""
    lines: list[str] = []
    for change in comparison.changes:
        lines.append(
            f"{change.kind} ({_LEVELS[change.level]}): {_sentence(change, printable)} [{change.rule}]"
        )
        lines.append(f"    {_places(change)}")
        if change.operations:
            lines.append(f"    {_concerned(change, printable)}")
    return "".join(f"{line}\n" for line in (*lines, summary(comparison)))


def as_json(comparison: Comparison) -> str:
    """Write changes as a JSON object."""
    content = {
        "old": {"document": comparison.old, "version": comparison.old_version},
        "new": {"document": comparison.new, "version": comparison.new_version},
        "kind": comparison.kind,
        "version": comparison.called_for,
        "announced": comparison.is_announced,
        "changes": [
            {
                "kind": change.kind,
                "level": change.level,
                "rule": change.rule,
                "subject": change.subject,
                "message": change.message,
                "direction": change.direction,
                "operations": list(change.operations),
                "old": _place(change.old),
                "new": _place(change.new),
            }
            for change in comparison.changes
        ],
    }
    return json.dumps(content, indent=2) + "\n"


def as_markdown(comparison: Comparison) -> str:
    """Write changes as Markdown, such as for a pull request; nobody is notified, whatever the document says."""
    parts = [f"**{escaped(summary(comparison))}**\n"]
    parts += (
        f"### {heading}\n\n{items}"
        for heading, items in listed(comparison.changes, with_places=True)
    )
    return _REFERENCE.sub(r"\g<0>&#8203;", "\n".join(parts))


def listed(changes: Iterable[Change], *, with_places: bool) -> list[tuple[str, str]]:
    """Return a heading and a Markdown list for each kind of change that there is."""
    found: list[tuple[str, str]] = []
    changes = tuple(changes)
    for kind in KINDS:
        lines = [_item(change, with_places) for change in changes if change.kind == kind]
        if lines:
            found.append((_HEADINGS[kind], "".join(f"{line}\n" for line in dict.fromkeys(lines))))
    return found


def summary(comparison: Comparison) -> str:
    """Return what it comes to, in one line."""
    if not comparison.changes:
        return "nothing changed for callers"
    counts = ", ".join(
        f"{comparison.count(kind)} {kind}" for kind in KINDS if comparison.count(kind)
    )
    wanted = (
        f"{counts}; after {comparison.old_version} this calls for version {comparison.called_for}"
    )
    if comparison.new_version == comparison.called_for:
        return wanted
    verb = (
        "and"
        if is_enough(comparison.old_version, comparison.new_version, comparison.kind)
        else "but"
    )
    return f"{wanted}, {verb} the new version is {comparison.new_version}"


def escaped(text: str) -> str:
    """Return text as Markdown that shows it as it is (CommonMark 0.31, 2.4)."""
    return _MARKUP.sub(r"\\\g<0>", printable(text))


def _sentence(change: Change, show: Callable[[str], str]) -> str:
    sender = _SENDERS[change.direction]
    return f"{show(change.subject)} {show(change.message)}{f' {sender}' if sender else ''}"


def _item(change: Change, with_places: bool) -> str:
    text = f"- {_sentence(change, escaped)}"
    concerned = f"; {_concerned(change, escaped)}" if change.operations else ""
    if not with_places:
        return f"{text}{concerned}" if change.shared is not None else text
    return (
        f"{text} ({_LEVELS[change.level]}, `{change.rule}`; {escaped(_places(change))}{concerned})"
    )


def _concerned(change: Change, show: Callable[[str], str]) -> str:
    names = ", ".join(show(name) for name in change.operations[:_SHOWN])
    more = len(change.operations) - _SHOWN
    return f"in {names}{f' and {more} more' if more > 0 else ''}"


def _places(change: Change) -> str:
    return " -> ".join(str(place) for place in (change.old, change.new) if place is not None)


def _place(place: Location | None) -> dict[str, str | int] | None:
    if place is None:
        return None
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "pointer": place.pointer,
    }
