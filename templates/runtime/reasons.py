"""Why a connection was not made or broke, in the words of the system: some errors on the way say nothing, or not why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import cast

_WITHOUT_REASON = ("", "All connection attempts failed")
_ENDED = ("EndOfStream", "BrokenResourceError", "ClosedResourceError", "ServerDisconnectedError")


def reason(error: BaseException) -> str:
    """Return why, from an error or from what it came of; the name of its class if nothing says it."""
    return "; ".join(dict.fromkeys(_said(error))) or type(error).__name__


def place(host: str, port: int) -> str:
    """Return a host with its port, as in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _said(error: BaseException) -> Iterator[str]:
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        for each in group.exceptions:  # of the addresses of a name
            yield from _said(each)
        return
    text = _text(error)
    if text not in _WITHOUT_REASON:
        yield text
        return
    source = error.__cause__ or error.__context__
    found = list(_said(source)) if source is not None else []
    if not found and (isinstance(error, ConnectionError) or type(error).__name__ in _ENDED):
        found = ["the other side closed the connection"]
    yield from found


def _text(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno and "Connect call failed" in str(error.strerror):
        return f"[Errno {error.errno}] {os.strerror(error.errno)}"  # asyncio has its own words
    return str(error)
