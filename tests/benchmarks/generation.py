"""How long it takes to generate a package, as whole processes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

from .memory import peak_mebibytes
from .peers import DOCUMENTS, OAG, OPC, SPEC, Environment, Environments, generate_command
from .table import Row, compare, duration
from .timing import interleave, medians, wall_seconds

OUTPUT = "output"
STATUSES = {"ours": (0,), OPC: (0, 1), OAG: (0,)}
"""The exit statuses of a good run: openapi-python-client ends with 1 when it left something out."""

FAILURES = (subprocess.CalledProcessError, FileNotFoundError)


def recordings(environments: Environments, runs: int) -> Iterator[Row]:
    """The rows for the recordings document: from nothing, and again with nothing changed."""
    sides = {"ours": environments.clientsmith, OPC: environments.opc, OAG: environments.oag}
    with TemporaryDirectory() as scratch:
        cold = {
            side: _cold(side, environment, SPEC, Path(scratch, side))
            for side, environment in sides.items()
        }
        figures = medians(interleave(cold, runs))
        yield compare("generate recordings, cold", figures, OPC, 1.0)
        yield compare("generate recordings, cold", figures, OAG, 0.7)
        again = {
            side: run_again(side, sides[side], SPEC, Path(scratch, f"{side}-again"))
            for side in sides
        }
        figures = medians(interleave(again, runs))
        for peer in (OPC, OAG):
            yield compare("generate recordings, nothing changed", figures, peer, 0.2)
        yield _memory("recordings", environments, SPEC, Path(scratch))


def documents(environments: Environments, runs: int) -> Iterator[Row]:
    """A row for each real document that openapi-python-client also manages."""
    for document in sorted(path for path in DOCUMENTS.glob("*.*") if path.suffix != ".md"):
        subject = f"generate {document.name}, cold"
        with TemporaryDirectory() as scratch:
            ours, theirs = Path(scratch, "ours"), Path(scratch, OPC)
            run_theirs = _cold(OPC, environments.opc, document, theirs)
            try:
                seconds = run_theirs()
            except FAILURES:
                continue
            run_ours = _cold("ours", environments.clientsmith, document, ours)
            try:
                run_ours()
            except FAILURES:
                yield Row(subject, "failed", OPC, duration(seconds), inf, 1.0)
                continue
            figures = medians(interleave({"ours": run_ours, OPC: run_theirs}, runs))
            yield compare(subject, figures, OPC, 1.0)
            yield _memory(document.name, environments, document, Path(scratch))


def _memory(name: str, environments: Environments, spec: Path, scratch: Path) -> Row:
    """The row for the most memory that a run holds which finds no output and no cache."""
    peaks: dict[str, float] = {}
    for side, environment in {"ours": environments.clientsmith, OPC: environments.opc}.items():
        folder = scratch / f"{side}-memory"
        folder.mkdir()
        command = generate_command(side, environment, spec, folder / OUTPUT)
        variables = environment.variables(folder / "cache")
        peaks[side] = peak_mebibytes(command, variables, folder, STATUSES[side])
    ours, theirs = peaks["ours"], peaks[OPC]
    subject = f"generate {name}, memory"
    return Row(subject, f"{ours:.0f} MiB", OPC, f"{theirs:.0f} MiB", ours / theirs, 3.0)


def _cold(side: str, environment: Environment, spec: Path, folder: Path) -> Callable[[], float]:
    """Measures a run that finds no output and no cache."""
    again = run_again(side, environment, spec, folder)

    def run() -> float:
        shutil.rmtree(folder, ignore_errors=True)
        return again()

    return run


def run_again(
    side: str, environment: Environment, spec: Path, folder: Path, options: Sequence[str] = ()
) -> Callable[[], float]:
    """Measures a run that finds the output and the cache of the run before it, if there was one."""
    command = [*generate_command(side, environment, spec, folder / OUTPUT), *options]
    variables = environment.variables(folder / "cache")

    def run() -> float:
        folder.mkdir(exist_ok=True)
        seconds = wall_seconds(command, variables, folder, STATUSES[side])
        if not (folder / OUTPUT / "pyproject.toml").is_file():
            raise FileNotFoundError(f"{side} made no package from {spec}")
        return seconds

    return run
