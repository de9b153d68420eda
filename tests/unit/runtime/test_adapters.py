"""Reading leaves the process as it was, whatever the answer is."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from bandwidth_recordings._runtime.adapters import adapter
from pydantic import ValidationError


def kind() -> object:
    return list[str]


LARGE = b"[" + b",".join([b'"some text"'] * 10_000) + b"]"
MISFIT = b"[1," + LARGE[1:]
BROKEN = LARGE[:-1]


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


@pytest.mark.parametrize("text", [LARGE, MISFIT, BROKEN], ids=["read", "tolerated", "refused"])
def test_the_garbage_collector_is_as_it_was_after_a_large_answer(text: bytes) -> None:
    for enabled in (True, False):
        if enabled:
            gc.enable()
        else:
            gc.disable()
        try:
            adapter(kind).read(text)
        except ValidationError:
            assert text is BROKEN
        assert gc.isenabled() is enabled


def test_the_garbage_collector_goes_on_after_large_answers_in_many_threads() -> None:
    with ThreadPoolExecutor(8) as threads:
        for answer in threads.map(adapter(kind).read, [LARGE] * 200):
            assert len(answer) == 10_000
    assert gc.isenabled()
