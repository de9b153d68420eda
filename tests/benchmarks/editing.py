"""How long a change takes to reach the package: a run after each of several edits, and a session that follows them."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from .generation import FAILURES, OUTPUT, run_again
from .peers import (
    DOCUMENTS,
    OAG,
    OPC,
    REPOSITORY,
    SPEC,
    Environment,
    Environments,
    generate_command,
)
from .table import Row, compare, duration
from .timing import interleave, medians

DESCRIPTION = ("Deletes the transcription of a recording.", "Deletes the transcription, run {}.")
OPERATION = (
    '- $ref: "#/components/parameters/MinStartTime"',
    '- $ref: "#/components/parameters/MinStartTime"\n'
    "        - {{name: extra{}, in: query, schema: {{type: string}}}}",
)
LARGEST = ("opencode.yaml", "clerk-2025-11-10.yaml")
"""The largest documents of which openapi-python-client makes a package; openapi-generator may refuse one."""
_LIMITS = {OPC: 1.0, OAG: 0.7}
_SUMMARY = re.compile(r'"summary": *"|^ *summary: (?=\w)', re.MULTILINE)
SESSION_LIMIT = 150.0
"""Milliseconds from the save to the file in the package (docs/benchmarks.md)."""


def edits(environments: Environments, runs: int) -> Iterator[Row]:
    """The rows for one change to the recordings document, or to a template, after a run that left its cache."""
    changes: dict[str, Callable[[Path, int], None]] = {
        "one description changed": partial(_edit, DESCRIPTION),
        "one operation changed": partial(_edit, OPERATION),
        "one template changed": _edit_template,
    }
    for subject, change in changes.items():
        with TemporaryDirectory() as scratch:
            sides = {
                side: _after(side, environment, SPEC, Path(scratch, side), change)
                for side, environment in _sides(environments)
            }
            figures = medians(interleave(sides, runs))
            for peer, limit in _LIMITS.items():
                yield compare(f"generate recordings, {subject}", figures, peer, limit)


def of_documents(environments: Environments, runs: int) -> Iterator[Row]:
    """The rows for the largest real documents: again with nothing changed, and with one description changed."""
    for document in [DOCUMENTS / name for name in LARGEST]:
        with TemporaryDirectory() as scratch:
            again = {
                side: run_again(side, environment, document, Path(scratch, side))
                for side, environment in _sides(environments)
            }
            managed = {side: run for side, run in again.items() if _manages(run)}
            figures = medians(interleave(managed, runs))
            for peer in sorted(managed.keys() - {"ours"}):
                yield compare(f"generate {document.name}, nothing changed", figures, peer, 0.2)
        with TemporaryDirectory() as scratch:
            change = partial(_summarize, document)
            sides = {
                side: _after(side, environment, document, Path(scratch, side), change)
                for side, environment in _sides(environments)
                if side in managed
            }
            figures = medians(interleave(sides, runs))
            for peer in sorted(managed.keys() - {"ours"}):
                subject = f"generate {document.name}, one description changed"
                yield compare(subject, figures, peer, _LIMITS[peer])


def _manages(run: Callable[[], float]) -> bool:
    """Tell whether a side makes a package of a document."""
    try:
        run()
    except FAILURES:
        return False
    return True


def _sides(environments: Environments) -> Iterable[tuple[str, Environment]]:
    return ("ours", environments.clientsmith), (OPC, environments.opc), (OAG, environments.oag)


def session(environments: Environments, runs: int) -> Iterator[Row]:
    """The row for one edit while `generate --watch` runs: from the save to the new file in the package."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copy(SPEC, folder / SPEC.name)
        with _watching(environments.clientsmith, folder) as said:
            figures = [_saved(folder, turn, said) for turn in range(runs + 1)][1:]
    seconds = median(figures)
    figure = duration(seconds)
    yield Row(
        "--watch: one edit to disk",
        figure,
        "the budget",
        "",
        seconds * 1e3,
        SESSION_LIMIT,
        unit="ms",
    )


def _after(
    side: str,
    environment: Environment,
    document: Path,
    folder: Path,
    change: Callable[[Path, int], None],
) -> Callable[[], float]:
    """Measures a run after a change; each is another one."""
    folder.mkdir()
    shutil.copy(document, folder / document.name)
    (folder / "templates").mkdir()
    own = ("--templates", str(folder / "templates")) if side == "ours" else ()
    again = run_again(side, environment, folder / document.name, folder, own)
    change(folder, 0)
    again()
    turn = 0

    def run() -> float:
        nonlocal turn
        turn += 1
        change(folder, turn)
        return again()

    return run


def _edit(change: tuple[str, str], folder: Path, turn: int) -> None:
    text = SPEC.read_text(encoding="utf-8")
    assert change[0] in text
    new = text.replace(change[0], change[1].format(turn), 1)
    (folder / SPEC.name).write_text(new, encoding="utf-8")


def _summarize(document: Path, folder: Path, turn: int) -> None:
    """Change the first summary of a document."""
    text = document.read_text(encoding="utf-8")
    assert _SUMMARY.search(text)
    new = _SUMMARY.sub(lambda match: f"{match[0]}Run {turn} of ", text, count=1)
    (folder / document.name).write_text(new, encoding="utf-8")


def _edit_template(folder: Path, turn: int) -> None:
    name = "package/webhooks.py.jinja"
    text = (REPOSITORY / "templates" / name).read_text(encoding="utf-8")
    file = folder / "templates" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{text}# {turn}\n", encoding="utf-8")


@contextmanager
def _watching(environment: Environment, folder: Path) -> Generator[Iterable[str]]:
    """Let `generate --watch` run beside; what it says from when it watches is given."""
    command = generate_command("ours", environment, folder / SPEC.name, folder / OUTPUT)
    running = subprocess.Popen(
        [*command, "--watch"],
        env=environment.variables(folder / "cache"),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert running.stdout is not None
        _wait_for("watching", running.stdout)
        yield running.stdout
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate()


def _wait_for(words: str, said: Iterable[str]) -> None:
    if not any(words in line for line in said):
        raise RuntimeError(f"generate --watch ended and had not said {words!r}")


def _saved(folder: Path, turn: int, said: Iterable[str]) -> float:
    """The time from the save of an edit to the file that it changes; the run is over on return."""
    file = next((folder / OUTPUT).glob("src/*/api/recordings.py"))
    wanted = DESCRIPTION[1].format(turn)
    start = time.perf_counter()
    _edit(DESCRIPTION, folder, turn)
    while wanted not in file.read_text(encoding="utf-8"):
        if time.perf_counter() - start > 60:
            raise RuntimeError("generate --watch did not follow an edit")
        time.sleep(0.001)  # the figure is no finer
    seconds = time.perf_counter() - start
    _wait_for(" written, ", said)
    return seconds
