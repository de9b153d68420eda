"""What changed between two documents, as the callers of their clients see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ..diagnostics import Location, printable
from ..read.document import Node
from .rules import KINDS, RULES, Direction, Kind
from .subjects import place_of

Level: TypeAlias = Literal["http", "python"]


@dataclass(frozen=True, slots=True)
class Shared:
    """What several operations have in common.

    Attributes:
        name: what it is called, without the name of an operation.
        places: the places of it that changed.
    """

    name: str
    places: tuple[Location, ...]


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
        operations: the operations, or methods, that it concerns, besides the subject itself.
        shared: what changed, if it is not the operation's own; None if it is.
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
    shared: Shared | None = None


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


def told(
    rule: str,
    subject: str,
    message: str,
    old: Node,
    new: Node,
    direction: Direction = "sent",
    *,
    shared: str | None = None,
) -> Change:
    """Return a change of the HTTP contract.

    Args:
        rule: the name of the rule.
        subject: what changed.
        message: what happened.
        old: where it stands in the old document; of what is new, what would hold it.
        new: the same in the new document.
        direction: who sends what changed.
        shared: what it is called without the operation that the subject is; None if it is the operation's own.
    """
    places = place_of(old), place_of(new)
    change = judged(rule, direction, printable(subject), message, *places)
    if shared is None:
        return change
    return replace(change, operations=(subject,), shared=Shared(shared, places))


def merged(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return each change once, with all operations that it concerns, the worst kind first, then in document order."""
    groups: dict[object, list[Change]] = {}
    for change in changes:
        what = change.shared or (change.subject, change.old, change.new)
        key = (change.level, change.rule, change.kind, change.direction, change.message, what)
        groups.setdefault(key, []).append(change)
    return tuple(sorted(map(_together, groups.values()), key=_order))


def _together(changes: list[Change]) -> Change:
    first = changes[0]
    operations = tuple(dict.fromkeys(name for change in changes for name in change.operations))
    if first.shared is None:
        return replace(first, operations=operations)
    if len(operations) == 1:
        return replace(first, operations=(), shared=None)
    return replace(first, subject=first.shared.name, operations=operations)


def worst(changes: Iterable[Change]) -> Kind | None:
    """Return the worst kind among changes; None where there is none."""
    kinds: list[Kind] = [change.kind for change in changes]
    return min(kinds, key=KINDS.index) if kinds else None


def _order(change: Change) -> tuple[object, ...]:
    places = change.new or change.old, change.old or change.new
    return (
        KINDS.index(change.kind),
        change.level,
        *((place.file, place.line, place.column) if place else () for place in places),
        change.subject,
        change.message,
    )
