"""The limits of time of an attempt."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from .faults import Fault
from .retry import Outcome

MARGIN = 0.05
"""How much sooner, in seconds, a limit ends that is to be told from the end of an attempt."""


@dataclass(slots=True)
class Limits:
    """The limits of time of an attempt, in seconds; None is no limit.

    Attributes:
        connect, read, write, pool: For each operation on the network.
        expires_at: When the attempt is over, on the monotonic clock; infinity for never. It may be moved while the
            attempt runs.
    """

    connect: float | None
    read: float | None
    write: float | None
    pool: float | None
    expires_at: float


def left(limits: Limits) -> float | None:
    """Return the seconds to the end of an attempt; None if it has none.

    Raises:
        Fault: There are none.
    """
    if limits.expires_at == float("inf"):
        return None
    seconds = limits.expires_at - monotonic()
    if seconds <= 0:
        raise Fault("timed out", Outcome.LOST, timed_out=True)
    return seconds


def sooner(limit: float | None, most: float | None) -> float | None:
    """Return a limit that ends a little before another, so that it is known which of the two was passed."""
    if most is None:
        return limit
    before = most - min(MARGIN, most / 10)
    return before if limit is None else min(limit, before)
