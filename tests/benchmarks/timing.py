"""Timing of interleaved runs: sides take turns, so that the machine's drift falls on all alike."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from statistics import median

Series = Mapping[str, Sequence[float]]
"""What each side measured, a figure a run."""


def interleave(sides: Mapping[str, Callable[[], float]], runs: int) -> Series:
    """Call each side once a run, the first of a run being another one each time.

    One round before the first is thrown away: it fills the file cache.

    Args:
        sides: What measures one run of a side, by the side's name.
        runs: How many figures to take of each side.

    Returns:
        The figures of each side, in the order of the runs.
    """
    names = list(sides)
    figures: dict[str, list[float]] = {name: [] for name in names}
    for run in range(runs + 1):
        turn = run % len(names)
        for name in names[turn:] + names[:turn]:
            figure = sides[name]()
            if run:
                figures[name].append(figure)
    return figures


def medians(series: Series) -> dict[str, float]:
    """The median figure of each side."""
    return {name: median(figures) for name, figures in series.items()}


def clean_environment(binaries: Path, cache: Path) -> dict[str, str]:
    """The environment variables of a measured process.

    Variables that change how Python runs are left out, so that every side reads compiled bytecode
    and nothing reaches one side only.

    Args:
        binaries: The folder of the side's programs, put first on the path.
        cache: Where the process may keep caches; an empty folder makes a run cold.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "NOX", "CLIENTSMITH", "BANDWIDTH"))
        and name != "VIRTUAL_ENV"
    }
    path = os.pathsep.join((str(binaries), kept.get("PATH", os.defpath)))
    return kept | {
        "PATH": path,
        "XDG_CACHE_HOME": str(cache),
        "CLIENTSMITH_CACHE_DIR": str(cache / "clientsmith"),
    }


def wall_seconds(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    statuses: Collection[int] = (0,),
) -> float:
    """The time of one whole process in seconds, from its start to its end.

    Args:
        command: The program and its arguments.
        environment: The environment variables of the process.
        folder: Where it runs.
        statuses: The exit statuses that are no failure.

    Raises:
        subprocess.CalledProcessError: The process failed.
    """
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True)
    seconds = time.perf_counter() - start
    if done.returncode not in statuses:
        done.check_returncode()
    return seconds
