"""Whether to try again, and after how long: a function of what happened, the clock and chance.

What is repeated depends on whether the service can have acted on the request already (RFC 9110, 9.2.2):

- The connection was never made, or the service says that it has not looked at the request: any request.
- The answer was lost (timeout, reset, broken answer): a method that is idempotent, or a request with an
  idempotency key.
- A status of the policy: the same; and besides, any method after 429, and after 503 with Retry-After, by which
  the service says that it did not take the request.

A body that can be read only once is not sent twice. A repeated DELETE whose first answer was lost may meet 404:
the error is kept, because only the caller can know whether the resource was there; its `attempts` tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from .headers import retry_after
from .options import RetryPolicy

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})


class Outcome(Enum):
    """What became of an attempt that failed."""

    NOT_SENT = "the connection was not made, so the service cannot have seen the request"
    REFUSED = "the service says that it has not processed the request"
    LOST = "the request went out, at least in part, and its answer did not arrive"
    ANSWERED = "the service answered with a status that is not a success"
    FINAL = "the failure would be the same again"


@dataclass(frozen=True, slots=True)
class Repeatability:
    """What a request's nature allows.

    Attributes:
        safe: whether repeating it does no more than sending it once.
        replayable: whether its body can be sent again.
        allowed: whether the document lets the operation be retried at all.
    """

    safe: bool
    replayable: bool
    allowed: bool = True


def repeatability(
    method: str, retry: bool | None, *, idempotency_key: bool, replayable: bool
) -> Repeatability:
    """Say what a request's nature allows.

    Args:
        method: the HTTP method, in capitals.
        retry: what the document says of the operation: True, it is idempotent; False, it is never retried; None,
            the method decides.
        idempotency_key: whether the request carries one.
        replayable: whether its body can be sent again.
    """
    safe = retry is True or idempotency_key or method in IDEMPOTENT_METHODS
    return Repeatability(safe=safe, replayable=replayable, allowed=retry is not False)


def wait_before_retry(
    policy: RetryPolicy,
    request: Repeatability,
    outcome: Outcome,
    *,
    retries: int,
    max_retries: int,
    status: int = 0,
    headers: Mapping[str, str] | None = None,
    remaining: float | None = None,
    now: float = 0.0,
    chance: float = 1.0,
) -> float | None:
    """Decide on a failed attempt.

    Args:
        policy: the waits and the statuses.
        request: what the request's nature allows.
        outcome: what became of the attempt.
        retries: how many retries there were before.
        max_retries: how many there may be.
        status: the answer's status, if there was an answer.
        headers: the answer's headers, looked up without regard to case.
        remaining: seconds to the deadline; None without one.
        now: the time as seconds since the epoch, for a Retry-After that is a date.
        chance: a number drawn evenly from 0 to 1.

    Returns:
        Seconds to wait before the next attempt; None to give up.
    """
    if retries >= max_retries or not request.allowed or outcome is Outcome.FINAL:
        return None
    if not request.replayable and outcome is not Outcome.NOT_SENT:
        return None
    asked = None
    if outcome is Outcome.ANSWERED:
        if status not in policy.statuses:
            return None
        asked = None if headers is None else retry_after(headers, now=now)
        untouched = status == 429 or (status == 503 and asked is not None)
        if not (request.safe or untouched):
            return None
        if (
            asked is not None
            and policy.retry_after_cap is not None
            and asked > policy.retry_after_cap
        ):
            return None
    elif outcome is Outcome.LOST and not request.safe:
        return None
    wait = backoff(policy, retries, chance) if asked is None else asked
    if remaining is not None and wait >= remaining:
        return None
    return wait


def backoff(policy: RetryPolicy, retries: int, chance: float) -> float:
    """Return the wait of exponential backoff with full jitter, in seconds."""
    return chance * min(policy.cap, policy.base * 2.0 ** min(retries, 64))
