"""What users write is checked as their editors check it: right uses pass, and wrong uses are errors, line by line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not (find_spec("mypy") and find_spec("pyright")), reason="run by `nox -s types`"
)

USES = sorted(Path(__file__).with_name("uses").glob("*.py"))
Findings = dict[str, dict[int, str]]


@cache
def by_mypy() -> Findings:
    """By file and line, what mypy finds in all of them."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary"]
    command += ["--follow-imports=silent", "--no-incremental", *map(str, USES)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=USES[0].parent)
    assert done.returncode in (0, 1), done.stderr
    found: Findings = {path.name: {} for path in USES}
    for line in done.stdout.splitlines():
        match = re.match(r"(.*?):(\d+): error: (.*)", line)
        if match:
            found[Path(match[1]).name][int(match[2])] = match[3]
    return found


@cache
def by_pyright() -> Findings:
    """By file and line, what pyright finds in all of them."""
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    command += ["--level", "error", *map(str, USES)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=USES[0].parent)
    found: Findings = {path.name: {} for path in USES}
    for finding in json.loads(done.stdout)["generalDiagnostics"]:
        line = finding["range"]["start"]["line"] + 1
        found[Path(finding["file"]).name][line] = finding["message"]
    return found


@pytest.mark.parametrize("tool", [by_mypy, by_pyright])
@pytest.mark.parametrize("path", USES, ids=lambda path: path.stem)
def test_right_uses_pass_and_wrong_uses_are_errors(
    path: Path, tool: Callable[[], Findings]
) -> None:
    found = tool()[path.name]
    lines = path.read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, start=1) if line.endswith("# error")}
    assert wrong
    missed = [f"{number}: {lines[number - 1].strip()}" for number in sorted(wrong - found.keys())]
    unwanted = [
        f"{number}: {lines[number - 1].strip()}  {found[number]}"
        for number in sorted(found.keys() - wrong)
    ]
    assert (missed, unwanted) == ([], [])
