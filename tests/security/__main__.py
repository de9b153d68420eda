"""The command line of the hostile probe, run by `nox -s hostile`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from .probe import Case, import_problems, learned, run, shuffled

GROUP = 40


def main() -> int:
    """Probe as many cases as asked for, and print what is wrong.

    Returns:
        0 when nothing is wrong, 1 otherwise.
    """
    parser = argparse.ArgumentParser(prog="nox -s hostile --")
    parser.add_argument(
        "--cases", type=int, help="how many, in an order that mixes them (default: all)"
    )
    parser.add_argument(
        "--seconds", type=float, default=3600, help="begin nothing new after this time"
    )
    asked = parser.parse_args()
    chosen = shuffled()[: asked.cases]
    groups = [chosen[start : start + GROUP] for start in range(0, len(chosen), GROUP)]
    end = time.monotonic() + asked.seconds
    wrong, done = 0, 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for count, problems in pool.map(probe, groups, [end] * len(groups)):
            wrong, done = wrong + len(problems), done + count
            for problem in problems:
                print(problem, flush=True)
    print(f"{done} of {len(chosen)} cases, {wrong} problems")
    return 1 if wrong else 0


def probe(group: list[Case], end: float) -> tuple[int, list[str]]:
    """Run a group of cases.

    Args:
        group: The cases.
        end: When to begin no more, of the monotonic clock in seconds.

    Returns:
        How many were run, and what is wrong.
    """
    if time.monotonic() > end:
        return 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        os.environ["CLIENTSMITH_CACHE_DIR"] = str(folder / "cache")
        return len(group), probe_group(group, folder)


def probe_group(group: list[Case], folder: Path) -> list[str]:
    """Run a group of cases in an empty folder, and return what is wrong."""
    harmless, elsewhere = folder / "harmless", folder / "elsewhere"
    harmless.mkdir()
    elsewhere.mkdir()
    before = Path.cwd()
    os.chdir(elsewhere)
    wrong: list[str] = []
    packages: dict[str, Case] = {}
    try:
        known = learned(harmless)
        for index, case in enumerate(group):
            own = folder / f"case{index}"
            own.mkdir()
            found, package = run(case, own, f"case_{index}", known)
            wrong += [f"{case}: {finding}" for finding in found]
            if package is not None:
                packages[str(package)] = case
        for problem in import_problems([Path(package) for package in packages], elsewhere):
            where = next((str(case) for at, case in packages.items() if f"{at}:" in problem), "")
            wrong.append(f"{where}: {problem}")
        wrong += [f"{path.name} was written by somebody" for path in elsewhere.iterdir()]
    finally:
        os.chdir(before)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
