"""Prism, started on the loopback for the contract tests and always stopped.

The variable PRISM names the command to start. Without it, `prism` is looked for on the search
path, and where there is none the tests are skipped.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SPEC = Path(__file__).parents[2] / "spec" / "recordings.yaml"
START_SECONDS = 60.0
STOP_SECONDS = 5.0
LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the specification with Prism, which refuses wrong requests, and give its URL."""
    log = tmp_path_factory.mktemp("prism") / "prism.log"
    # --errors makes Prism answer a violation with an error, where it would otherwise only log it.
    command = [_executable(), "mock", "--errors", "--host", "127.0.0.1", "--port", "0", str(SPEC)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _wait_until_listening(process, log)
    finally:
        _stop(process)


def _executable() -> str:
    command = os.environ.get("PRISM", "prism")
    if found := shutil.which(command):
        return found
    if "PRISM" in os.environ:
        pytest.fail(f"PRISM is {command}, which is not a command")
    pytest.skip("Prism is not installed: run `nox -s contract`")


def _wait_until_listening(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8", errors="replace")
        if match := LISTENING.search(text):
            return match[1]
        if process.poll() is not None:
            pytest.fail(f"Prism ended with status {process.returncode}:\n{text}")
        time.sleep(0.05)  # Prism writes to a file, which has nothing to wait on
    pytest.fail(f"Prism did not listen within {START_SECONDS:.0f} seconds:\n{log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End Prism and every process that it started, within a bounded time."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kind)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    process.wait(STOP_SECONDS)
