"""What is repeated, and after how long: no socket, no clock, no chance."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from bandwidth_recordings._runtime.headers import Headers
from bandwidth_recordings._runtime.options import RetryPolicy
from bandwidth_recordings._runtime.retry import (
    Outcome,
    Repeatability,
    backoff,
    repeatability,
    wait_before_retry,
)

POLICY = RetryPolicy(base=1.0, cap=8.0, retry_after_cap=60.0)
SAFE = Repeatability(safe=True, replayable=True)
UNSAFE = Repeatability(safe=False, replayable=True)
ONCE = Repeatability(safe=True, replayable=False)
NOW = 1_700_000_000.0


def wait(
    request: Repeatability,
    outcome: Outcome,
    *,
    status: int = 0,
    retry_after: str | None = None,
    remaining: float | None = None,
    retries: int = 0,
) -> float | None:
    headers = Headers({} if retry_after is None else {"Retry-After": retry_after})
    return wait_before_retry(
        POLICY,
        request,
        outcome,
        retries=retries,
        max_retries=2,
        status=status,
        headers=headers,
        remaining=remaining,
        now=NOW,
        chance=0.5,
    )


@pytest.mark.parametrize(
    ("method", "safe"),
    [
        *((method, True) for method in ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE")),
        *((method, False) for method in ("POST", "PATCH", "LOCK")),
    ],
)
def test_the_method_says_whether_repeating_is_safe(method: str, safe: bool) -> None:
    assert repeatability(method, None, idempotency_key=False, replayable=True).safe is safe
    assert repeatability(method, None, idempotency_key=True, replayable=True).safe is True


def test_the_document_overrides_the_method() -> None:
    assert repeatability("POST", True, idempotency_key=False, replayable=True).safe
    never = repeatability("GET", False, idempotency_key=False, replayable=True)
    assert wait(never, Outcome.NOT_SENT) is None
    assert wait(never, Outcome.ANSWERED, status=429) is None


def test_what_was_not_sent_is_repeated_whatever_it_is() -> None:
    for request in (SAFE, UNSAFE, ONCE):
        assert wait(request, Outcome.NOT_SENT) == 0.5


def test_what_may_have_been_processed_is_repeated_only_if_that_is_safe() -> None:
    assert wait(SAFE, Outcome.LOST) == 0.5
    assert wait(UNSAFE, Outcome.LOST) is None
    assert wait(ONCE, Outcome.LOST) is None


def test_what_would_fail_again_is_not_repeated() -> None:
    assert wait(SAFE, Outcome.FINAL) is None


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_statuses_of_the_policy_are_repeated(status: int) -> None:
    assert wait(SAFE, Outcome.ANSWERED, status=status) == 0.5
    assert wait(ONCE, Outcome.ANSWERED, status=status) is None


@pytest.mark.parametrize(
    ("status", "retry_after", "expected"),
    [
        (429, None, 0.5),
        (429, "3", 3),
        (503, "3", 3),
        (503, None, None),
        (500, "3", None),
        (408, None, None),
    ],
)
def test_of_an_unsafe_request_only_what_was_turned_away(
    status: int, retry_after: str | None, expected: float | None
) -> None:
    assert wait(UNSAFE, Outcome.ANSWERED, status=status, retry_after=retry_after) == expected


def test_retry_after_may_be_a_date() -> None:
    date = formatdate(NOW + 10, usegmt=True)
    assert wait(SAFE, Outcome.ANSWERED, status=503, retry_after=date) == 10
    past = formatdate(NOW - 10, usegmt=True)
    assert wait(SAFE, Outcome.ANSWERED, status=503, retry_after=past) == 0


def test_an_unreadable_retry_after_is_no_retry_after() -> None:
    assert wait(SAFE, Outcome.ANSWERED, status=503, retry_after="soon") == 0.5


def test_a_retry_after_past_its_cap_or_the_deadline_ends_the_call() -> None:
    assert wait(SAFE, Outcome.ANSWERED, status=503, retry_after="61") is None
    assert wait(SAFE, Outcome.ANSWERED, status=503, retry_after="60") == 60
    assert wait(SAFE, Outcome.ANSWERED, status=503, retry_after="5", remaining=5) is None
    assert wait(SAFE, Outcome.ANSWERED, status=503, retry_after="5", remaining=6) == 5


def test_no_wait_reaches_the_deadline() -> None:
    assert wait(SAFE, Outcome.LOST, remaining=0.5) is None
    assert wait(SAFE, Outcome.LOST, remaining=0.6) == 0.5


def test_the_retries_are_counted() -> None:
    assert wait(SAFE, Outcome.LOST, retries=1) == 1.0
    assert wait(SAFE, Outcome.LOST, retries=2) is None


def test_backoff_doubles_to_its_cap_and_jitters_from_zero() -> None:
    assert [backoff(POLICY, retries, 1.0) for retries in range(5)] == [1, 2, 4, 8, 8]
    assert backoff(POLICY, 10_000, 1.0) == 8
    assert backoff(POLICY, 3, 0.0) == 0
