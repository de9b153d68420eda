"""What a server sends beyond an answer, which must not be taken for the answer to another request (RFC 9112, section 9.2)."""

from __future__ import annotations

import select
import socket
from typing import Any

_WITHIN = ("_stream", "_httpcore_stream")


def spoiled(response: Any) -> Any:
    """Return the network stream of an answer if more was read from it than the answer; None if not, or if that cannot be known.

    The stream is to be closed before the connection is given back: then the pool finds it unusable. What comes later is seen
    by the pool itself, which looks whether a connection is readable before it uses it again. It does not look at what was
    read already.

    Args:
        response: The answer, as httpcore2 gives it, or httpx2, which wraps that.
    """
    body = response.stream
    while body is not None:
        parser = getattr(getattr(body, "_connection", None), "_h11_state", None)
        if parser is not None:
            return response.extensions.get("network_stream") if parser.trailing_data[0] else None
        body = next((getattr(body, name) for name in _WITHIN if hasattr(body, name)), None)
    return None


def is_readable(connected: socket.socket | None) -> bool:
    """Return whether there is something to be read from a socket, or its end."""
    if connected is None or connected.fileno() < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([connected], [], [], 0)[0])
    poll = select.poll()
    poll.register(connected, select.POLLIN)
    return bool(poll.poll(0))
