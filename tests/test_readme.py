"""Every command and every snippet of README.md works."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
from functools import partial
from pathlib import Path

import bandwidth_recordings
import pytest

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
NOT_COPIED = (".git", ".venv", ".nox", "__pycache__", ".*_cache", "node_modules", "build", "dist")
LIMIT_SECONDS = 600


def blocks(language: str) -> list[str]:
    """The fenced code blocks of README.md in a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_readme_has_commands_and_snippets() -> None:
    assert len(blocks("bash")) >= 4
    assert len(blocks("python")) >= 1
    assert README.count("```") == 2 * len(blocks("bash") + blocks("python"))


def test_the_commands_work_in_a_fresh_copy_of_the_repository(tmp_path: Path) -> None:
    copy = tmp_path / "repository"
    shutil.copytree(REPOSITORY, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PYTEST", "NOX", "CLIENTSMITH", "BANDWIDTH"))
        and name != "VIRTUAL_ENV"
    }
    environment["CLIENTSMITH_CACHE_DIR"] = str(tmp_path / "cache")
    # The command that runs the tests finds them here and does not run this one again.
    environment["PYTEST_ADDOPTS"] = "--collect-only --quiet"
    for commands in blocks("bash"):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=copy,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_SECONDS,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}"


@pytest.mark.parametrize("snippet", blocks("python"))
def test_a_snippet_works(
    snippet: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    quickstart = runpy.run_path(str(REPOSITORY / "docs" / "quickstart.py"))
    file = tmp_path / "snippet.py"
    file.write_text(snippet, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with quickstart["serve"]() as url:
        client = partial(bandwidth_recordings.Client, base_url=url)
        monkeypatch.setattr(bandwidth_recordings, "Client", client)
        runpy.run_path(str(file))
    recording = quickstart["RECORDING"]["recordingId"]
    assert recording in capsys.readouterr().out
    assert (tmp_path / f"{recording}.wav").stat().st_size > 44
