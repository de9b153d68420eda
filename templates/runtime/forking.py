"""What a fork must not cut in two.

In the child only the thread is left that forked: a lock that another one held is never released, and what it was importing or
building is never finished. So a fork waits for what is done under the lock of this module. And what belongs to the parent's event
loop is left alone in the child, since its end would reach the parent too.
"""

from __future__ import annotations

import os
from importlib import import_module
from threading import RLock

UNDIVIDED = RLock()
"""Held while something is used for the first time, and what it needs is imported or built: once, whichever thread comes first.

A fork waits for it, so that the child finds it free, and what is done under it whole.
"""

if hasattr(os, "register_at_fork"):
    import_module(
        "logging"
    )  # which forks wait for too, and after this, as whoever logs while holding this one
    os.register_at_fork(
        before=UNDIVIDED.acquire,
        after_in_parent=UNDIVIDED.release,
        after_in_child=UNDIVIDED.release,
    )

_of_the_parent: list[object] = []


def leave_alone(belonging: object) -> None:
    """Keep something of the parent's for ever, so that nothing of it is closed in this process."""
    _of_the_parent.append(belonging)
