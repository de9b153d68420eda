"""Many files by two processes: each takes the next one when it is done with one."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING, Final

from ..aside import Aside

if TYPE_CHECKING:
    from ..lower import Lowered
    from ..render import Output

MANY: Final = 300
"""Operations and models from which a second process takes less than it costs to start."""

_TURN: Final = 2
"""Bytes that say whose turn it is."""

_TURNS: Final = 2048
"""How many there are at most, which a pipe holds on every platform."""

Texts = Callable[[Iterable["Output"]], dict[str, str]]
"""Gives the texts of some files by their paths."""


def is_worth_it(lowered: Lowered) -> bool:
    """Tell whether a client has so many parts that two processes are done sooner, and there are processors for both."""
    return len(lowered.api.operations) + len(lowered.definitions) >= MANY and processors() > 1


def in_two(texts: Texts, outputs: Sequence[Output]) -> dict[str, str]:
    """Return the texts of files, of which another process has made some.

    Args:
        texts: makes them; it gives the same in either process.
        outputs: the files.

    Raises:
        TemplateError: a template fails, the first of those that do.
    """
    from ..render import TemplateError

    with _taken(outputs) as take:

        def others(_: None) -> dict[str, str]:
            return texts(take())

        try:
            with Aside(others) as other:
                other.start(None)
                made = texts(take()) | other.result()
        except TemplateError:
            return texts(outputs)  # in their order, which tells the first one
    return {output.path: made[output.path] for output in outputs}


@contextmanager
def _taken(outputs: Sequence[Output]) -> Generator[Callable[[], Iterator[Output]]]:
    """Give what yields outputs that no other process has taken, large ones first. The processes share a pipe of turns."""
    ordered = sorted(outputs, key=_size, reverse=True)
    turns = min(len(ordered), _TURNS)
    receive, send = os.pipe()
    with os.fdopen(send, "wb") as sending:
        sending.write(b"".join(turn.to_bytes(_TURN) for turn in range(turns)))

    def take() -> Iterator[Output]:
        while turn := os.read(receive, _TURN):
            yield from ordered[int.from_bytes(turn) :: turns]

    try:
        yield take
    finally:
        os.close(receive)


def _size(output: Output) -> float:
    """Return about how large a file will be: its operations, where it is of some; what is for the whole API comes first."""
    if "model" in output.subject:
        return 0
    if "operation" in output.subject:
        return 1
    resource = output.subject.get("resource")
    return inf if resource is None else len(resource.operations)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
