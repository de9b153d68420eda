"""What a call asks of the client that performs it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from .auth import Grant
from .exchange import AsyncExchange, Exchange
from .hooks import Event, Hook
from .tokens import Token
from .wire import Outgoing

if TYPE_CHECKING:
    from .call import Call
    from .spans import RequestSpan


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request; the result is an exchange. A Fault is thrown back.

    Attributes:
        request: The request.
        span: Its span, if calls are traced.
    """

    request: Outgoing
    span: RequestSpan | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Read a body to its end; the result is bytes. A Fault, BodyTooLarge or Undecodable is thrown back."""

    exchange: Exchange | AsyncExchange
    most: int


@dataclass(frozen=True, slots=True)
class Discard:
    """Give a connection back without reading its body."""

    exchange: Exchange | AsyncExchange


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Obtain:
    """Return the access token of a grant, asking for it if there is none that is fresh.

    Attributes:
        grant: The right to ask.
        rejected: A token that the service no longer takes.
        call: The call that needs it.
    """

    grant: Grant
    rejected: Token | None
    call: Call


@dataclass(frozen=True, slots=True)
class Notify:
    """Call a hook."""

    hook: Hook
    event: Event


Step = Send | Read | Discard | Sleep | Obtain | Notify

T = TypeVar("T")

Flow = Generator[Step, Any, T]
"""Yields steps, is sent the result of each, and returns a T."""
