"""Commands of packages, run in this process, against servers on the loopback."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from bandwidth_recordings.cli import PROGRAM
from bandwidth_recordings.testing import Fake

USER, PASSWORD = "user-of-the-command", "password-of-the-command"


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    status: int
    out: bytes
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command in this process."""

    def run(*arguments: str, program: Any = PROGRAM) -> Ran:
        monkeypatch.setattr(sys, "argv", ["command", *arguments])
        capfdbinary.readouterr()
        status: int = program.run()
        out, err = capfdbinary.readouterr()
        return Ran(status, out, err.decode())

    return run


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """The fake as a server, which the command calls."""
    fake = Fake()
    with fake.serve() as server:
        monkeypatch.setenv("BANDWIDTH_BASE_URL", server.url)
        monkeypatch.setenv("BANDWIDTH_USERNAME", USER)
        monkeypatch.setenv("BANDWIDTH_PASSWORD", PASSWORD)
        yield fake
