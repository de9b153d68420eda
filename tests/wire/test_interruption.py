"""A signal may come at any point of a call: the next call works, and nothing is left behind."""

from __future__ import annotations

import gc
import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

import pytest
from bandwidth_recordings import Client, RetryPolicy

from .callers import IDS
from .servers import Action, FaultServer, answer, slow_body

MEDIA = b"x" * 200_000
BEFORE = 0.004
"""A call is over after about as many seconds."""


@pytest.fixture
def interrupted() -> Iterator[Callable[[Callable[[], object], int], int]]:
    """Make calls, and interrupt each series of them after a moment; return how many were."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    chance = random.Random(1)
    before = signal.signal(signal.SIGALRM, interrupt)

    def run(call: Callable[[], object], times: int) -> int:
        ends = 0
        for _ in range(times):
            try:
                signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.00005, BEFORE))
                for _ in range(20):
                    call()
                signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:
                ends += 1
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        return ends

    yield run
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def client_of(server: FaultServer) -> Client:
    return Client(
        base_url=server.url,
        username="u",
        password="p",
        max_connections=1,
        timeout=5,
        retry=RetryPolicy(base=0.001),
    )


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("script", [answer(), slow_body(b"{}   ", 0.0005)], ids=["fast", "slow"])
def test_an_interrupt_at_any_point_leaves_the_pool_usable(
    server: FaultServer, interrupted: Callable[[Callable[[], object], int], int], script: Action
) -> None:
    server.script = [script]
    with client_of(server) as client:
        client.recordings.get_call_recording(*IDS)
        assert interrupted(lambda: client.recordings.get_call_recording(*IDS), 150) > 100
        server.script = [answer()]
        for _ in range(3):
            client.recordings.get_call_recording(*IDS, max_retries=0)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_at_any_point_of_a_download_leaves_nothing_beside_the_file(
    server: FaultServer,
    interrupted: Callable[[Callable[[], object], int], int],
    tmp_path: Path,
) -> None:
    server.script = [answer(200, MEDIA, {"Content-Type": "audio/vnd.wave"})]
    target = tmp_path / "call.wav"
    with client_of(server) as client:

        def save() -> None:
            client.recordings.download_call_recording(*IDS).save(target)

        save()
        gc.collect()
        descriptors = len(os.listdir("/dev/fd"))
        assert interrupted(save, 150) > 100
        save()
        gc.collect()
        patience = monotonic() + 10  # the server is in this process, and closes in its own time
        while len(os.listdir("/dev/fd")) > descriptors and monotonic() < patience:
            sleep(0.01)
        assert len(os.listdir("/dev/fd")) <= descriptors
    assert os.listdir(tmp_path) == ["call.wav"]
    assert target.read_bytes() == MEDIA
