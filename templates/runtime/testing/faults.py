"""What goes wrong on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from .messages import Call


@dataclass
class Fault:
    """Something that goes wrong with calls.

    Attributes:
        operation: The operation that it concerns; None for each.
        status: The status that is answered in place of the proper one.
        headers: Header fields of that answer.
        body: The body in place of the proper one.
        delay: Seconds that go by before the answer.
        reset: Whether the connection is reset in place of an answer.
        truncate: How many bytes of the body come before the connection ends.
        times: How often it happens; None for always.
        when: Which calls it concerns; None for all.
        rate: How likely it is that it happens to a call that it concerns, from 0 to 1.
        happened: How often it has.
    """

    operation: str | None
    status: int | None
    headers: Mapping[str, str]
    body: bytes | None
    delay: float
    reset: bool
    truncate: int | None
    times: int | None
    when: Callable[[Call], bool] | None
    rate: float
    happened: int = field(default=0, init=False)

    def happens(self, call: Call, operation: str, random: Random) -> bool:
        """Return whether it happens to a call now, and count it if so."""
        if self.times is not None and self.happened >= self.times:
            return False
        if self.operation is not None and self.operation != operation:
            return False
        if self.when is not None and not self.when(call):
            return False
        if self.rate < 1 and random.random() >= self.rate:
            return False
        self.happened += 1
        return True
