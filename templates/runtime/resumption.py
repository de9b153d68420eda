"""How a download that broke goes on: a flow that both clients perform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import ApiConnectionError, ApiError, ApiStatusError, ResponseValidationError
from .exchange import AsyncExchange, Exchange
from .faults import Fault
from .headers import Headers
from .retry import Outcome
from .steps import Discard, Flow
from .transfer import Transfer

if TYPE_CHECKING:
    from .call import Call


def resume(call: Call, transfer: Transfer, fault: Fault) -> Flow[Exchange | AsyncExchange]:
    """Ask for the rest of a file, or for all of it.

    Args:
        call: The call that the download came from. Its budget of retries and its deadline hold.
        transfer: How far it came. Afterwards its `received` is where the new body begins.
        fault: What broke it.

    Raises:
        ApiError: The budget is used up, or the service refused.
    """
    error = call.failure(fault)
    if transfer.has_progressed():
        call.retries = 0
    wait = call.wait(fault.outcome if fault.outcome is Outcome.NOT_SENT else Outcome.LOST)
    if wait is None:
        yield from call.failed(error)
        raise error
    yield from call.pause(wait, error)
    while True:
        continuation = transfer.continuation()
        try:
            answer = yield from call.perform(continuation)
        except ApiStatusError as refusal:
            if continuation and refusal.status in (412, 416):
                transfer.validator = None
                continue
            raise
        if isinstance(answer.body, bytes):
            raise call.attach(
                ApiConnectionError("the service sent something else when asked for the file again")
            ) from error
        if transfer.accept(answer.status, answer.headers, encoded=answer.body.encoded):
            return answer.body
        yield Discard(answer.body)
        if not continuation:
            raise call.attach(
                ApiConnectionError("the service sent another part of the file than was asked for")
            ) from error


def truncated(shortfall: str) -> Fault:
    """Return the fault of a body that ended before its time."""
    return Fault(f"the body ended early: {shortfall}", Outcome.LOST)


def undecodable(call: Call, status: int, headers: Headers, problem: Exception) -> ApiError:
    """Return the error of a body that cannot be decompressed."""
    message = f"the response cannot be decompressed: {problem}"
    return call.attach(ResponseValidationError(message, status=status, headers=headers))
