"""What the data of a server does that its description does not say, told once in the package's log."""

from __future__ import annotations

from .forking import UNDIVIDED
from .log import LOGGER

_MOST = 1000
_told: set[tuple[str, ...]] = set()


def is_told(message: str, *subjects: str) -> bool:
    """Return whether this was logged before."""
    return (message, *subjects) in _told


def tell_once(message: str, *subjects: str) -> None:
    """Log a warning unless the same one about the same subjects was logged before.

    Args:
        message: A %-format for the subjects.
        subjects: What it is about. No more than 1000 different notices are kept, and logged, in a
            process.
    """
    notice = (message, *subjects)
    if notice in _told:
        return
    with UNDIVIDED:
        if notice in _told or len(_told) >= _MOST:
            return
        _told.add(notice)
    LOGGER.warning(message, *subjects)
