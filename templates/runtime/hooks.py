"""Functions of the user that are told what happens to each call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from .headers import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a call.

    Attributes:
        kind: A request goes out, a response came, a retry is waited for, or the call failed.
        operation: The operationId.
        method: The HTTP method.
        url: The URL without secrets.
        attempt: The number of the attempt, from 1.
        elapsed: Seconds since the call began.
        status: The response's status; None if there is none.
        headers: The response's headers; None if there is none.
        wait: Seconds until the next attempt, of a retry; else None.
        error: What failed, of a retry or an error; else None.
    """

    kind: Literal["request", "response", "retry", "error"]
    operation: str
    method: str
    url: str
    attempt: int
    elapsed: float
    status: int | None = None
    headers: Headers | None = None
    wait: float | None = None
    error: Exception | None = None


Hook = Callable[[Event], Awaitable[None] | None]
"""Told of an event; with the asynchronous client it may be a coroutine function."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What to call, and when. An exception that a hook raises ends the call.

    Attributes:
        request: Before each request goes out.
        response: When the headers of each response are there.
        retry: Before the wait for the next attempt.
        error: When a call fails for good.
    """

    request: Hook | None = None
    response: Hook | None = None
    retry: Hook | None = None
    error: Hook | None = None
