"""How long a call takes, and how much memory a download, against a server of its own process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from . import caller, server
from .peers import OAG, OPC, SDK, Environment, Environments
from .table import Row, compare
from .timing import interleave, medians

RAW = "httpx2"
BLOCKS = 5
CALLS_IN_A_BLOCK = {"get": 200, "list": 10, "download": 1, "tasks": 500}
MIB = 1 << 20


@contextmanager
def canned_server() -> Generator[str]:
    """The URL of a running server of canned answers, which ends with the context."""
    command = [sys.executable, server.__file__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


class Caller:
    """A process of one side that makes calls when it is asked to; used in a with statement."""

    def __init__(
        self, side: str, environment: Environment, url: str, call: str, file: Path
    ) -> None:
        command = [environment.python, caller.__file__, side, url, call, str(file)]
        self.growth = 0.0
        self._process = subprocess.Popen(
            command,
            env=environment.variables(Path(environment.folder, "cache")),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def seconds(self, count: int) -> float:
        """Make so many calls in a row, and note the growth of the process in bytes.

        Returns:
            The mean seconds of a call.

        Raises:
            RuntimeError: The process ended; it has said why on standard error.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended")
        seconds, self.growth = map(float, line.split())
        return seconds


@dataclass(frozen=True)
class Figures:
    """The medians of each side: seconds of a call, and growth of the process in bytes."""

    seconds: dict[str, float]
    growth: dict[str, float]


def calls(environments: Environments, runs: int) -> Iterator[Row]:
    """The rows for one GET and for a list of 1000 records."""
    sides = {
        "ours": environments.package,
        RAW: environments.package,
        OPC: environments.opc_client,
        OAG: environments.oag_client,
        SDK: environments.sdk,
    }
    get = _measure("get", sides, runs).seconds
    yield compare("one GET, parsed", get, RAW, 1.15)
    for peer in (OPC, OAG, SDK):
        yield compare("one GET, parsed", get, peer, 1.0)
    many = _measure("list", {side: sides[side] for side in ("ours", SDK, OPC)}, runs).seconds
    yield compare("1000 records, parsed", many, SDK, 0.3)
    yield compare("1000 records, parsed", many, OPC, 0.5)


def calls_async(environments: Environments, runs: int) -> Iterator[Row]:
    """The rows for the asynchronous clients: one after another, and many at a time over aiohttp."""
    subject = "one GET, parsed, async"
    sides = {"ours": environments.package, RAW: environments.package, OPC: environments.opc_client}
    get = _measure("get", sides, runs, " async").seconds
    yield compare(subject, get, RAW, 1.15)
    yield compare(subject, get, OPC, 1.0)
    many = {side: sides[side] for side in ("ours", OPC)}
    listed = _measure("list", many, runs, " async").seconds
    yield compare("1000 records, parsed, async", listed, OPC, 0.5)
    fast = {"ours": environments.fast, RAW: environments.fast}
    over_aiohttp = _measure("tasks", fast, runs, " aiohttp").seconds
    yield compare(f"GET by {caller.TASKS} tasks over aiohttp", over_aiohttp, RAW, 1.2)


def downloads(environments: Environments, runs: int) -> Iterator[Row]:
    """The rows for a download to a file: its speed and its memory."""
    yield from _downloads(environments, runs, "")


def downloads_async(environments: Environments, runs: int) -> Iterator[Row]:
    """The same rows for the asynchronous clients."""
    yield from _downloads(environments, runs, " async")


def _downloads(environments: Environments, runs: int, mode: str) -> Iterator[Row]:
    sides = {"ours": environments.package, RAW: environments.package}
    figures = _measure("download", sides, runs, mode)
    subject = f"download of {server.MEDIA_BYTES // MIB} MiB{',' if mode else ''}{mode}"
    speed = {side: server.MEDIA_BYTES / MIB / figures.seconds[side] for side in sides}
    yield Row(
        f"{subject}, speed",
        f"{speed['ours']:.0f} MiB/s",
        RAW,
        f"{speed[RAW]:.0f} MiB/s",
        speed["ours"] / speed[RAW],
        0.9,
        at_least=True,
    )
    held = {side: figures.growth[side] / MIB for side in sides}
    yield Row(
        f"{subject}, memory over the idle client",
        f"{held['ours']:.1f} MiB",
        RAW,
        f"{held[RAW]:.1f} MiB",
        held["ours"],
        8,
        unit="MiB",
    )


def _measure(call: str, sides: Mapping[str, Environment], runs: int, mode: str = "") -> Figures:
    """Medians over runs, each with fresh processes whose blocks of calls are interleaved.

    Args:
        call: What is called.
        sides: The sides and their environments.
        runs: How many runs.
        mode: What stands behind the names of the sides in `caller`: "", " async" or " aiohttp".
    """
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    growth: dict[str, list[float]] = {side: [] for side in sides}
    with canned_server() as url, TemporaryDirectory() as scratch:
        for _ in range(runs):
            with ExitStack() as stack:
                callers = {
                    side: stack.enter_context(
                        Caller(side + mode, environment, url, call, Path(scratch, side))
                    )
                    for side, environment in sides.items()
                }
                blocks = {
                    side: partial(process.seconds, CALLS_IN_A_BLOCK[call])
                    for side, process in callers.items()
                }
                for side, figure in medians(interleave(blocks, BLOCKS)).items():
                    seconds[side].append(figure)
                    growth[side].append(callers[side].growth)
        if call == "download" and any(
            Path(scratch, side).stat().st_size != server.MEDIA_BYTES for side in sides
        ):
            raise RuntimeError("a download was not saved whole")
    return Figures(medians(seconds), medians(growth))
