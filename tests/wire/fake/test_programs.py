"""The fake as a fixture of somebody's tests, and as a program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

TESTS = """
import asyncio

import pytest
from bandwidth_recordings import NotFoundError
from bandwidth_recordings.models import CallRecordingMetadata


def newest(client, account):
    return max(each.start_time for each in client.recordings.list_account_call_recordings(account))


def test_newest(fake_bandwidth_recordings):
    for day in ("01", "03", "02"):
        start = f"2026-01-{day}T00:00:00Z"
        fake_bandwidth_recordings.add(CallRecordingMetadata(account_id="1", start_time=start))
    with fake_bandwidth_recordings.client() as client:
        assert newest(client, "1").day == 3


def test_a_fresh_one(fake_bandwidth_recordings):
    assert len(fake_bandwidth_recordings.items("recording")) == 2

    async def main():
        async with fake_bandwidth_recordings.async_client() as client:
            with pytest.raises(NotFoundError):
                await client.recordings.get_call_recording("1", "2", "3")

    asyncio.run(main())


def test_a_mistake(fake_bandwidth_recordings):
    with fake_bandwidth_recordings.client() as client:
        try:
            client.request("GET", "/acounts/1/recordings")
        except NotFoundError:
            pass
"""


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def test_a_project_uses_the_fixture_without_configuration(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TESTS, encoding="utf-8")
    run = run_pytest(tmp_path, "-W", "error")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 failed, 2 passed" in run.stdout
    assert "requests that the API does not allow:" in run.stdout
    assert "GET /api/v2/acounts/1/recordings: no operation of the API has the path" in run.stdout


def test_the_fixture_is_told_with_its_purpose(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, "--fixtures")
    assert "fake_bandwidth_recordings" in run.stdout


def test_nothing_of_it_is_imported_before_it_is_used() -> None:
    probe = (
        "import sys, bandwidth_recordings as package; package.Client\n"
        "assert not any('testing' in name for name in sys.modules if name.startswith(package.__name__))\n"
        "import bandwidth_recordings.testing\n"
        "assert not {'pytest', 'http.server', 'argparse'} & set(sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=30)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_serves_until_it_is_stopped(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "bandwidth_recordings.testing"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout is not None
            url = program.stdout.readline().strip()
            request = Request(f"{url}/accounts/9900000/recordings")
            request.add_header("Authorization", "Basic dTpw")
            with urlopen(request, timeout=10) as answer:
                assert len(json.load(answer)) == 2
            program.send_signal(number)
            _, told = program.communicate(timeout=10)
        finally:
            program.kill()
    assert program.returncode == 0
    assert "200 GET /api/v2/accounts/9900000/recordings (list_account_call_recordings)" in told


def test_a_port_that_cannot_be_had_is_told() -> None:
    command = [sys.executable, "-m", "bandwidth_recordings.testing", "--port", "99999"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("port 99999 cannot be had:")
    assert "Traceback" not in run.stderr
