"""Where the time of a cold run goes: how long after its start each stage begins, as the run itself tells it."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from .peers import SPEC, Environment

PROGRAM = """
import json, sys, time
from itertools import pairwise
from pathlib import Path
from clientsmith.config import load
from clientsmith.pipeline import generate
told = [("reading the configuration", time.time())]
def progress(stage):
    told.append((stage.partition(":")[0], time.time()))
folder = Path(sys.argv[1])
generate(load(folder, spec=sys.argv[2], output=str(folder / "output")), progress=progress)
print(json.dumps([*told, ("", time.time())]))
"""
"""What the command line does, with the time at which each stage is told."""

START = "start of Python, imports"


def stages(environment: Environment, runs: int) -> dict[str, float]:
    """Return the seconds of each stage of a cold run of the recordings document, in their order; medians."""
    figures: dict[str, list[float]] = {}
    for turn in range(runs + 1):
        for stage, seconds in _run(environment).items():
            if turn:
                figures.setdefault(stage, []).append(seconds)
    return {stage: median(each) for stage, each in figures.items()}


def markdown(figures: dict[str, float]) -> str:
    """Return the stages as a table, each with its part of the whole."""
    whole = sum(figures.values())
    lines = [
        f"| {stage} | {seconds * 1e3:.0f} ms | {seconds / whole:.0%} |"
        for stage, seconds in figures.items()
    ]
    return "\n".join(("| stage | time | part |", "| --- | --- | --- |", *lines, ""))


def _run(environment: Environment) -> dict[str, float]:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copy(SPEC, folder)
        command = [str(environment.python), "-c", PROGRAM, scratch, SPEC.name]
        begun = time.time()
        done = subprocess.run(
            command,
            check=True,
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment.variables(folder / "cache"),
        )
    told: list[tuple[str, float]] = json.loads(done.stdout)
    found = {START: told[0][1] - begun}
    for (stage, at), (_, end) in pairwise(told):
        found[stage] = found.get(stage, 0.0) + end - at
    return found
