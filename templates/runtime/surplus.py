"""What a server sends beyond an answer, which must not be taken for the answer to another request (RFC 9112, section 9.2)."""

from __future__ import annotations

import select
import socket
from typing import Any

import httpcore2


def spoil_if_surplus(response: httpcore2.Response) -> None:
    """Have the connection of an answer closed, when it is given back, if it has read more than the answer.

    What comes later is seen by the pool, which looks whether a connection is readable before it uses it again. It does not
    look at what was read already, so that the stream has to say it: see `network`.
    """
    answer: Any = response
    stream = answer.stream
    while (inner := getattr(stream, "_stream", None)) is not None:
        stream = inner
    parser = getattr(getattr(stream, "_connection", None), "_h11_state", None)
    if parser is not None and parser.trailing_data[0]:
        answer.extensions["network_stream"].spoiled = True


def is_readable(connected: socket.socket | None) -> bool:
    """Return whether there is something to be read from a socket, or its end."""
    if connected is None or connected.fileno() < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([connected], [], [], 0)[0])
    poll = select.poll()
    poll.register(connected, select.POLLIN)
    return bool(poll.poll(0))
