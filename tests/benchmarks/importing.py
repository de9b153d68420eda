"""How long the first line of a user's program takes, in a fresh process and without its start."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from .peers import OAG, OAG_CLIENT, Environment, Environments
from .table import Row, compare
from .timing import interleave, medians

PROGRAM = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def imports(environments: Environments, runs: int) -> Iterator[Row]:
    """The rows for the import of the generated package."""
    bare = "import httpx2, pydantic"
    sides = {
        "ours": _import(
            environments.package, "from bandwidth_recordings import Client, RecordingsApi"
        ),
        bare: _import(environments.package, bare),
        OAG: _import(environments.oag_client, f"from {OAG_CLIENT} import ApiClient, RecordingsApi"),
    }
    figures = medians(interleave(sides, runs))
    yield compare("import of the package", figures, bare, 1.3)
    yield compare("import of the package", figures, OAG, 0.5)


def _import(environment: Environment, statement: str) -> Callable[[], float]:
    command = [environment.python, "-c", PROGRAM.format(statement)]
    variables = environment.variables(Path(environment.folder, "cache"))

    def run() -> float:
        done = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
        return float(done.stdout)

    return run
