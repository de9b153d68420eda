"""Connecting to the address of a name that answers first (RFC 8305), on asyncio."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Any

from .network import is_numeric

_NEXT_ADDRESS = 0.25
"""After how many seconds the next address is tried too (RFC 8305, section 5)."""

Address = tuple[int, int, int, str, Any]
"""What `socket.getaddrinfo` gives: family, type, protocol, canonical name, and the address itself."""


async def connected(host: str, port: int) -> socket.socket:
    """Return a socket that is connected to a server; when this is cancelled, none is left open.

    Args:
        host: A name or an address.
        port: The port.

    Raises:
        OSError, UnicodeError: The host has no address, or is no name.
        ExceptionGroup: None of its addresses could be reached.
    """
    addresses = await _addresses(host, port)
    if not addresses:
        raise OSError(f"{host} has no address")
    if len(addresses) == 1:
        return await _connect(addresses[0])
    problems: list[Exception] = []
    pending: set[asyncio.Task[socket.socket]] = set()
    waiting = iter(addresses)
    try:
        while True:
            address = next(waiting, None)
            if address is not None:
                pending.add(asyncio.create_task(_connect(address)))
            elif not pending:
                raise ExceptionGroup(f"none of the addresses of {host} was reached", problems)
            await asyncio.wait(
                pending,
                timeout=None if address is None else _NEXT_ADDRESS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in [each for each in pending if each.done()]:
                pending.remove(task)
                problem = task.exception()
                if not isinstance(problem, Exception):
                    return task.result()
                problems.append(problem)
    finally:
        for task in pending:
            task.cancel()
            task.add_done_callback(_close)


def _close(task: asyncio.Task[socket.socket]) -> None:
    if not task.cancelled() and task.exception() is None:
        task.result().close()


async def _addresses(host: str, port: int) -> Sequence[Address]:
    """Return the addresses of a host, those of its families in turn (RFC 8305, section 4)."""
    if is_numeric(host):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    families: dict[int, list[Address]] = {}
    for address in found:
        families.setdefault(address[0], []).append(address)
    turns = zip_longest(*families.values())
    return [address for address in chain.from_iterable(turns) if address is not None]


async def _connect(address: Address) -> socket.socket:
    family, kind, protocol, _, where = address
    made = socket.socket(family, kind, protocol)
    try:
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, where)
    except BaseException:
        made.close()
        raise
    return made
