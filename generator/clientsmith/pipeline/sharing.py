"""Many files by two processes: each renders and formats every second one."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ..aside import Aside

if TYPE_CHECKING:
    from ..lower import Lowered
    from ..render import Output

MANY: Final = 300
"""Operations and models from which a second process takes less than it costs to start."""

Texts = Callable[[Sequence["Output"]], dict[str, str]]
"""Gives the texts of some files by their paths."""


def is_worth_it(lowered: Lowered) -> bool:
    """Tell whether a client has so many parts that two processes are done sooner, and there are processors for both."""
    return len(lowered.api.operations) + len(lowered.definitions) >= MANY and processors() > 1


def in_two(texts: Texts, outputs: Sequence[Output]) -> dict[str, str]:
    """Return the texts of files, half of which another process has made.

    Args:
        texts: makes them; it gives the same in either process.
        outputs: the files.

    Raises:
        TemplateError: a template fails, the first of those that do.
    """
    from ..render import TemplateError

    def others(_: None) -> dict[str, str]:
        return texts(outputs[1::2])

    try:
        with Aside(others) as other:
            other.start(None)
            made = texts(outputs[::2]) | other.result()
    except TemplateError:
        return texts(outputs)  # in their order, which tells the first one
    return {output.path: made[output.path] for output in outputs}


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
