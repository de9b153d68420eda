"""The fake as a program."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from queue import Empty, SimpleQueue

from .fake import BaseFake


def run(make: Callable[..., BaseFake], name: str) -> int:
    """Serve until SIGINT or SIGTERM, and return the exit status.

    Args:
        make: Makes the fake.
        name: The name of the module that is run.
    """
    parser = argparse.ArgumentParser(
        f"python -m {name}", description="Serve a fake of the API on 127.0.0.1, for tests."
    )
    parser.add_argument("--port", type=int, default=0, help="the port; a free one by default")
    parser.add_argument(
        "--empty", action="store_true", help="begin without the document's examples"
    )
    parser.add_argument("--quiet", action="store_true", help="do not print the requests that come")
    arguments = parser.parse_args()
    fake = make(empty=arguments.empty)
    # A signal may come at any point: `put` is reentrant, and setting an event may wait for a lock that this thread holds.
    stopped: SimpleQueue[int] = SimpleQueue()

    def stop(number: int, _frame: object) -> None:
        stopped.put(number)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    try:
        server = fake.serve(arguments.port)
    except (OSError, OverflowError) as error:
        print(f"port {arguments.port} cannot be had: {error}", file=sys.stderr)
        return 1
    with server:
        print(server.url, flush=True)
        told = 0
        while not _is_stopped(stopped):
            told = _tell(fake, told, arguments.quiet)
        _tell(fake, told, arguments.quiet)
    return 0


def _is_stopped(stopped: SimpleQueue[int]) -> bool:
    """Tell whether a signal has come, a moment later."""
    try:
        stopped.get(timeout=0.1)
    except Empty:
        return False
    return True


def _tell(fake: BaseFake, told: int, quiet: bool) -> int:
    """Print the calls that came since, and return how many there are."""
    calls = fake.calls[told:]
    for call in [] if quiet else calls:
        line = f"{call.status or 'reset'} {call}"
        print(line, *call.problems, sep="\n    ", file=sys.stderr, flush=True)
    return told + len(calls)
