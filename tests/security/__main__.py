"""The command line of the hostile probe, run by `nox -s hostile`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from .changes import (
    Case,
    Change,
    all_at_once,
    every_string,
    few_at_a_time,
    possible,
    takes_nothing_out,
    titles,
)
from .probe import import_problems, learned, run

GROUP = 10


def main() -> int:
    """Probe as many documents as asked for, and print what is wrong.

    Returns:
        0 when nothing is wrong, 1 otherwise.
    """
    parser = argparse.ArgumentParser(prog="nox -s hostile --")
    parser.add_argument(
        "--cases", type=int, help="how many documents, the fullest first (default: all)"
    )
    parser.add_argument(
        "--seconds", type=float, default=3600, help="begin nothing new after this time"
    )
    asked = parser.parse_args()
    end = time.monotonic() + asked.seconds
    wrong, done = 0, 0
    with (
        tempfile.TemporaryDirectory() as cache,
        ProcessPoolExecutor(os.cpu_count()) as pool,
    ):
        os.environ["CLIENTSMITH_CACHE_DIR"] = cache
        changes = possible()
        kept = list(pool.map(takes_nothing_out, changes, chunksize=20))
        freely = [change for change, free in zip(changes, kept, strict=True) if free]
        others = [change for change, free in zip(changes, kept, strict=True) if not free]
        known = [
            Change(change.place, "key", "a keyword")
            for change in changes
            if change.kind == "beside"
        ]
        print(
            f"{len(freely)} places at once, {len(others) + len(known)} a few at a time", flush=True
        )
        chosen = [*all_at_once(freely), *titles(), *few_at_a_time(every_string(others) + known)][
            : asked.cases
        ]
        groups = [chosen[start : start + GROUP] for start in range(0, len(chosen), GROUP)]
        for count, problems in pool.map(probe, groups, [end] * len(groups)):
            wrong, done = wrong + len(problems), done + count
            for problem in problems:
                print(problem, flush=True)
            print(f"{done} of {len(chosen)} documents", file=sys.stderr, flush=True)
    print(f"{done} of {len(chosen)} documents, {wrong} problems")
    return 1 if wrong else 0


def probe(group: list[Case], end: float) -> tuple[int, list[str]]:
    """Run a group of cases.

    Args:
        group: The cases.
        end: When to begin no more, of the monotonic clock in seconds.

    Returns:
        How many were run, and what is wrong, of what changes of the document.
    """
    if time.monotonic() > end:
        return 0, []
    wrong: dict[Case, list[str]] = {}
    for case, found in probed(group):
        wrong.setdefault(case, []).append(found)
    return len(group), [f"{narrowed(case)}: {'; '.join(found)}" for case, found in wrong.items()]


def narrowed(case: Case) -> Case:
    """Return the case with the fewest changes, of halves of a case and of their halves, in which something is still wrong."""
    half = len(case.changes) // 2
    for part in (case.changes[:half], case.changes[half:]) if half else ():
        smaller = replace(case, changes=part)
        if probed([smaller]):
            return narrowed(smaller)
    return case


def probed(group: list[Case]) -> list[tuple[Case, str]]:
    """Run a group of cases, in a folder that is empty, and return what is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        return probed_in(folder, group)


def probed_in(folder: Path, group: list[Case]) -> list[tuple[Case, str]]:
    """Run a group of cases in an empty folder, and return what is wrong."""
    harmless, elsewhere = folder / "harmless", folder / "elsewhere"
    harmless.mkdir()
    elsewhere.mkdir()
    before = Path.cwd()
    os.chdir(elsewhere)
    wrong: list[tuple[Case, str]] = []
    packages: dict[str, Case] = {}
    try:
        released, known = learned(harmless)
        for index, case in enumerate(group):
            own = folder / f"case{index}"
            own.mkdir()
            found, package = run(case, own, released, known)
            wrong += [(case, finding) for finding in found]
            if package is not None:
                packages[str(package)] = case
        for problem in import_problems([Path(package) for package in packages], elsewhere):
            at = next((each for path, each in packages.items() if f"{path}:" in problem), group[0])
            wrong.append((at, problem))
        wrong += [(group[0], f"{path.name} was written") for path in elsewhere.iterdir()]
    finally:
        os.chdir(before)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
