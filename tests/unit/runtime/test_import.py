"""Importing the package loads what its first line needs, and nothing that only a call needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = "import sys; {}; print(*sorted(name.partition('.')[0] for name in sys.modules))"


@pytest.mark.parametrize(
    "statement",
    [
        "import bandwidth_recordings",
        "from bandwidth_recordings import Client, RecordingsApi; Client(username='u', password='p').recordings",
        "from bandwidth_recordings import AsyncClient, AsyncRecordingsApi, models",
    ],
)
def test_the_slow_libraries_wait_for_the_first_call(statement: str) -> None:
    command = [sys.executable, "-I", "-c", PROGRAM.format(statement)]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    slow = {"pydantic", "pydantic_core", "httpx2", "httpcore2", "asyncio", "email", "ssl"}
    assert slow.isdisjoint(loaded)
