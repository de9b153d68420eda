"""What changed between two documents, as the callers of their clients see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ..diagnostics import Location
from .rules import KINDS, RULES, Direction, Kind

Level: TypeAlias = Literal["http", "python"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        rule: the rule that judged it.
        kind: what it means for callers.
        level: whether it is one of the HTTP contract or of the package's Python interface.
        subject: what changed: an operation, a parameter, a property, a class.
        message: what happened to it.
        old: where it stands in the old document; where it would stand, if it is new.
        new: where it stands in the new document; where it stood, if it is gone.
        direction: who sends it, where that makes the difference.
        operations: the operations that it concerns, besides the subject itself.
    """

    rule: str
    kind: Kind
    level: Level
    subject: str
    message: str
    old: Location | None
    new: Location | None
    direction: Direction | None = None
    operations: tuple[str, ...] = ()


def judged(
    rule: str,
    direction: Direction,
    subject: str,
    message: str,
    old: Location | None,
    new: Location | None,
    *,
    level: Level = "http",
) -> Change:
    """Return a change, judged by the table of rules.

    Args:
        rule: the name of the rule.
        direction: who sends what changed.
        subject: what changed.
        message: what happened.
        old: its place in the old document.
        new: its place in the new document.
        level: which of the two interfaces it belongs to.
    """
    row = RULES[rule]
    kind = row.sent if direction == "sent" else row.received
    if kind is None:
        raise ValueError(f"{rule} has no meaning for what is {direction}")
    told = direction if row.sent and row.received and row.sent != row.received else None
    return Change(rule, kind, level, subject, message, old, new, told)


def merged(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return each change once, with all operations that it concerns, the worst kind first, then in document order."""
    found: dict[tuple[object, ...], Change] = {}
    for change in changes:
        key = (
            change.rule,
            change.kind,
            change.subject,
            change.message,
            change.direction,
            change.old,
            change.new,
        )
        known = found.get(key)
        operations = change.operations if known is None else (*known.operations, *change.operations)
        found[key] = replace(change, operations=tuple(dict.fromkeys(operations)))
    return tuple(sorted(found.values(), key=_order))


def worst(changes: Iterable[Change]) -> Kind | None:
    """Return the worst kind among changes; None where there is none."""
    kinds: list[Kind] = [change.kind for change in changes]
    return min(kinds, key=KINDS.index) if kinds else None


def _order(change: Change) -> tuple[int, str, str, int, int]:
    place = change.new or change.old
    return (
        KINDS.index(change.kind),
        change.level,
        place.file if place else "",
        place.line if place else 0,
        place.column if place else 0,
    )
