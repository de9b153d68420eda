"""Ten thousand calls while the service fails: every result accounted for, connections in bounds, memory flat."""

from __future__ import annotations

import asyncio
import gc
import random
import resource
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bandwidth_recordings import ApiStatusError, AsyncClient, Client, RetryPolicy

from ..servers import (
    Action,
    Connection,
    FaultServer,
    Received,
    answer,
    broken,
    hang_up,
    reset,
)

CALLS = 10_000
HALF = CALLS // 2
THREADS = 50
TASKS = 500
CONNECTIONS = 20
GROWTH = 16 * 1024 * 1024
OPTIONS: dict[str, Any] = {
    "username": "u",
    "password": "p",
    "retry": RetryPolicy(base=0.001, cap=0.01),
    "max_retries": 10,
    "max_connections": CONNECTIONS,
}
IDS = ("9900000", "c-1")


def sometimes(seed: int) -> Action:
    """An answer that repeats the recording's id, or 404 for every hundredth; one time in twenty a fault instead."""
    chance = random.Random(seed)
    lock = threading.Lock()
    faults = (
        reset,
        hang_up,
        answer(500),
        answer(503),
        answer(429, headers={"Retry-After": "0"}),
        broken(b'{"recordingId": "?"}', 10),
    )

    def act(connection: Connection, request: Received) -> None:
        with lock:
            fault = chance.choice(faults) if chance.random() < 0.05 else None
        name = request.target.rpartition("/")[2]
        if fault is not None:
            fault(connection, request)
        elif name.endswith("00"):
            answer(404, b'{"type": "%b"}' % name.encode())(connection, request)
        else:
            answer(200, b'{"recordingId": "%b"}' % name.encode())(connection, request)

    return act


class Watched(FaultServer):
    """A server that keeps no requests, and counts those that it answers at one time."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.most = 0
        self.seen = 0
        self._busy = 0
        self._counting = threading.Lock()
        act = sometimes(7)

        def counted(connection: Connection, request: Received) -> None:
            with self._counting:
                self.seen += 1
                self._busy += 1
                self.most = max(self.most, self._busy)
            try:
                act(connection, request)
            finally:
                with self._counting:
                    self._busy -= 1
                self.requests.clear()

        self.script = [counted]


@pytest.fixture
def service() -> Iterator[Watched]:
    with Watched() as started:
        yield started


@contextmanager
def flat_memory() -> Generator[None]:
    """Fail if objects, or the memory of the process, grow by what some calls would leave behind."""
    gc.collect()
    objects, held = len(gc.get_objects()), resident()
    yield
    gc.collect()
    assert len(gc.get_objects()) - objects < CALLS // 10
    assert resident() - held < GROWTH


def resident() -> int:
    """The memory that the process holds, in bytes; 0 where that cannot be told."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * resource.getpagesize() if statm.exists() else 0


def expected(number: int) -> str:
    """What the call for a recording ends with."""
    return f"404 r-{number}" if f"{number}".endswith("00") else f"r-{number}"


def refused(error: ApiStatusError) -> str:
    return f"{error.status} {error.error.type}"


def check(found: list[str], service: Watched) -> None:
    assert [result for result in found if result != "ok"] == []
    assert len(found) == CALLS < service.seen
    assert service.most <= CONNECTIONS
    # Connections that have broken meanwhile are closed at once, and the pool holds no more than it may.
    assert service.open_connections <= CONNECTIONS


def test_from_many_threads(service: Watched) -> None:
    def call(number: int) -> str:
        try:
            found = client.recordings.get_call_recording(*IDS, f"r-{number}").recording_id
        except ApiStatusError as error:
            found = refused(error)
        return "ok" if found == expected(number) else f"{number}: {found}"

    with (
        Client(base_url=service.url, **OPTIONS) as client,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        found = list(threads.map(call, range(HALF)))
        with flat_memory():
            found += threads.map(call, range(HALF, CALLS))
        check(found, service)


def test_from_many_tasks(service: Watched) -> None:
    async def main() -> None:
        async with AsyncClient(base_url=service.url, **OPTIONS) as client:

            async def call(number: int) -> str:
                try:
                    recording = await client.recordings.get_call_recording(*IDS, f"r-{number}")
                    found = recording.recording_id
                except ApiStatusError as error:
                    found = refused(error)
                return "ok" if found == expected(number) else f"{number}: {found}"

            async def worker(numbers: Iterator[int]) -> list[str]:
                return [await call(number) for number in numbers]

            async def work(some: range) -> list[str]:
                numbers = iter(some)
                each = await asyncio.gather(*(worker(numbers) for _ in range(TASKS)))
                return [result for results in each for result in results]

            found = await work(range(HALF))
            with flat_memory():
                found += await work(range(HALF, CALLS))
            check(found, service)

    asyncio.run(main())
