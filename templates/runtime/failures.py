"""What went wrong with an attempt, as the error that the caller gets."""

from __future__ import annotations

from .compression import Undecodable
from .errors import ApiConnectionError, ApiTimeoutError, ResponseValidationError
from .faults import BodyTooLarge, Fault
from .headers import Headers
from .options import Options, Timeout
from .retry import Outcome


def of_fault(fault: Fault, options: Options, *, late: bool) -> ApiConnectionError:
    """Return the error of an attempt that brought no complete answer.

    Args:
        fault: What the transport says.
        options: Those of the call.
        late: Whether its deadline has passed.
    """
    error: ApiConnectionError
    if late:
        error = ApiTimeoutError(f"the deadline of {options.deadline:g} s passed")
    elif fault.timed_out:
        what = "no connection" if fault.outcome is Outcome.NOT_SENT else "no complete response"
        error = ApiTimeoutError(
            f"{what} within the timeout of an attempt ({_shown(options.timeout)})"
        )
    elif fault.outcome is Outcome.NOT_SENT:
        error = ApiConnectionError(f"the connection was not made: {fault}")
    elif fault.outcome is Outcome.LOST:
        error = ApiConnectionError(
            f"the connection broke before the response was complete: {fault}"
        )
    else:
        error = ApiConnectionError(str(fault))
    error.__cause__ = fault.__cause__
    return error


def unreadable(
    problem: BodyTooLarge | Undecodable, status: int, headers: Headers, most: int
) -> ResponseValidationError:
    """Return the error of a body that came and is too large, or cannot be decompressed.

    Args:
        problem: What is wrong with it.
        status: The HTTP status.
        headers: The response's header fields.
        most: The bytes that it may hold.
    """
    if isinstance(problem, BodyTooLarge):
        message = f"the response holds more than max_response_bytes, {most} bytes"
    else:
        message = f"the response cannot be decompressed: {problem}"
    error = ResponseValidationError(message, status=status, headers=headers, body=problem.body)
    error.__cause__ = problem
    return error


def _shown(timeout: float | Timeout | None) -> str:
    return f"{timeout:g} s" if isinstance(timeout, int | float) else str(timeout)
