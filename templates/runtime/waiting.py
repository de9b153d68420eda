"""Waiting until a field says that something is there: when to ask again, when to stop. What is decided is in pure functions."""

from __future__ import annotations

import random
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from typing import Any, Literal, TypeVar

from .api_response import ApiResponse
from .errors import ApiTimeoutError, WaitError, WaitTimeoutError
from .headers import retry_after
from .operation import Operation
from .options import check_bounds
from .sources import found

INTERVAL = 2.0
"""Seconds before the first repetition, unless the caller says otherwise."""

DEADLINE = 600.0
"""Seconds that a wait may take, unless the caller says otherwise."""

_LONGEST = 10
_CHANCE = random.SystemRandom()

Scalar = str | int | float | bool
Told = TypeVar("Told", WaitError, WaitTimeoutError)
State = Literal["finished", "failed", "pending"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Waiting:
    """What tells that something is there: the document's extension `x-waiting`.

    Attributes:
        field: Where the answer tells it.
        finished: The values that say that it is there.
        failed: The values that say that it will not come. With any other value it may still come.
    """

    field: str
    finished: Sequence[Scalar]
    failed: Sequence[Scalar] = ()


def state_of(waiting: Waiting, value: object) -> State:
    """Return what a value of the field says."""
    if _is_one_of(value, waiting.finished):
        return "finished"
    return "failed" if _is_one_of(value, waiting.failed) else "pending"


def pause_before(interval: float, asked: int, least: float | None, chance: float) -> float:
    """Return the seconds to wait before asking again.

    They double from one time to the next, up to ten times the first, with jitter.

    Args:
        interval: The longest first wait.
        asked: How many times it was asked already.
        least: What the service asks for by Retry-After (RFC 9110, section 10.2.3), if it does.
        chance: A number drawn evenly from 0 to 1; at 0 the wait is half as long as at 1.
    """
    longest = interval * min(2.0 ** min(asked - 1, 8), _LONGEST)
    return max(longest * (1 + chance) / 2, least or 0.0)


class Wait:
    """One wait: its budget of time, and what was said last.

    Args:
        operation: What is asked.
        waiting: What tells that something is there.
        options: The options of the call, `poll_interval` among them; the deadline is that of the whole wait.

    Raises:
        ValueError: A time is not above zero.
    """

    def __init__(
        self, operation: Operation[Any], waiting: Waiting, options: Mapping[str, Any]
    ) -> None:
        self._options = dict(options)
        self._operation = operation
        self._waiting = waiting
        self._interval: float = self._options.pop("poll_interval", INTERVAL)
        self._deadline: float | None = self._options.pop("deadline", DEADLINE)
        check_bounds({"deadline": self._deadline})
        if not self._interval > 0:
            raise ValueError(
                f"poll_interval is {self._interval!r}; it must be above zero, in seconds"
            )
        self._started = monotonic()
        self._asked = 0
        self._state: object = None
        self._answer: object = None

    def options(self) -> dict[str, Any]:
        """Return the options of the next call.

        Raises:
            WaitTimeoutError: The deadline has passed.
        """
        left = self._left()
        if left is None:
            return self._options
        if left <= 0:
            raise self._overdue()
        return {**self._options, "deadline": left}

    @contextmanager
    def asking(self) -> Generator[None]:
        """Turn the timeout of a call into that of the wait where the deadline has passed."""
        try:
            yield
        except ApiTimeoutError as error:
            left = self._left()
            if left is None or left > 0:
                raise
            raise self._overdue() from error

    def pause(self, response: ApiResponse[Any]) -> float | None:
        """Return the seconds to wait before asking again, or None if what is waited for is there.

        Raises:
            WaitError: It has failed.
            WaitTimeoutError: The deadline leaves no time to ask again.
        """
        self._asked += 1
        self._answer = response.data
        self._state = found(response, self._waiting.field)
        state = state_of(self._waiting, self._state)
        if state == "finished":
            return None
        if state == "failed":
            raise self._told(WaitError(f"it has failed: {self._waiting.field} is {self._shown()}"))
        least = retry_after(response.headers, now=time.time())
        seconds = pause_before(self._interval, self._asked, least, _CHANCE.random())
        left = self._left()
        if left is not None and seconds >= left:
            raise self._overdue()
        return seconds

    def _overdue(self) -> WaitTimeoutError:
        return self._told(
            WaitTimeoutError(
                f"it is not there within the deadline of {self._deadline:g} s:"
                f" {self._waiting.field} is {self._shown()}"
            )
        )

    def _told(self, error: Told) -> Told:
        error.operation = self._operation.id
        error.method = self._operation.method
        error.attempts = self._asked
        error.elapsed = monotonic() - self._started
        error.state = self._state
        error.answer = self._answer
        return error

    def _left(self) -> float | None:
        return None if self._deadline is None else self._started + self._deadline - monotonic()

    def _shown(self) -> str:
        return "not said" if self._state is None else repr(_plain(self._state))


def _is_one_of(value: object, values: Sequence[Scalar]) -> bool:
    plain = _plain(value)
    return any(
        plain == known and isinstance(plain, bool) == isinstance(known, bool) for known in values
    )


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value
