"""What goes between a call and what carries its requests: a request in full, and the two kinds of transport."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .content import Content
    from .exchange import AsyncExchange, Exchange
    from .limits import Limits


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request in full, as it goes out.

    Attributes:
        method: The HTTP method, in capitals.
        url: The whole URL.
        headers: Every field but those that the transport adds (Host, Content-Length, Transfer-Encoding).
        content: The body, or None.
        limits: The limits of time.
        elsewhere: Whether a redirect led to another origin, which is told nothing that it need not know.
    """

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: Content | None
    limits: Limits
    elsewhere: bool = False


class Transport(Protocol):
    """What carries requests of the synchronous client."""

    def send(self, request: Outgoing) -> Exchange:
        """Send a request and return its answer as soon as the headers are there.

        Raises:
            Fault: No answer came.
        """
        ...

    def interrupted(self) -> None:
        """Recover after an exception from outside, such as KeyboardInterrupt, that may have come at any point."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class AsyncTransport(Protocol):
    """What carries requests of the asynchronous client."""

    async def send(self, request: Outgoing) -> AsyncExchange:
        """Send a request and return its answer as soon as the headers are there.

        Raises:
            Fault: No answer came.
        """
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
