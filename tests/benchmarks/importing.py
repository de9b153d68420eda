"""How long the first line of a user's program takes, and its first call, in a fresh process and without its start."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from .calling import canned_server
from .peers import DOCUMENTS, OAG, OAG_CLIENT, Environment, Environments, generate_command
from .synthetic import document, resource_alone
from .table import Row, compare
from .timing import interleave, medians

PROGRAM = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
BARE = "import httpx2, pydantic"
FIRST_CALL = "from {package} import Client; Client(base_url={url!r}).group_50.get_thing500('r-1')"
LARGE = 1000
"""Operations of the package whose first call is compared with that of a package of one resource."""


def imports(environments: Environments, runs: int) -> Iterator[Row]:
    """The rows for the import of the generated package."""
    sides = {
        "ours": _timed(
            environments.package, "from bandwidth_recordings import Client, RecordingsApi"
        ),
        BARE: _timed(environments.package, BARE),
        OAG: _timed(environments.oag_client, f"from {OAG_CLIENT} import ApiClient, RecordingsApi"),
    }
    figures = medians(interleave(sides, runs))
    yield compare("import of the package", figures, BARE, 1.3)
    yield compare("import of the package", figures, OAG, 0.5)


def imports_of_documents(environments: Environments, runs: int) -> Iterator[Row]:
    """A row for the import of the package of each real document."""
    for spec in sorted(path for path in DOCUMENTS.glob("*.*") if path.suffix != ".md"):
        with TemporaryDirectory() as scratch:
            source = generated(environments, spec, Path(scratch), "of_document")
            sides = {
                "ours": _timed(environments.package, "from of_document import Client", source),
                BARE: _timed(environments.package, BARE),
            }
            figures = medians(interleave(sides, runs))
        yield compare(f"import of {spec.name}'s package", figures, BARE, 1.5)


def first_calls(environments: Environments, runs: int) -> Iterator[Row]:
    """The row for the first call to a resource of a large package, against a package of that resource alone."""
    alone = "a package of that resource alone"
    packages = {"ours": document(LARGE), alone: resource_alone(50)}
    with TemporaryDirectory() as scratch, canned_server() as url:
        sides: dict[str, Callable[[], float]] = {}
        for number, (side, described) in enumerate(packages.items()):
            folder = Path(scratch, str(number))
            folder.mkdir()
            spec = folder / "spec.json"
            spec.write_text(json.dumps(described), encoding="utf-8")
            source = generated(environments, spec, folder, "synthetic")
            statement = FIRST_CALL.format(package="synthetic", url=url)
            sides[side] = _timed(environments.package, statement, source)
        figures = medians(interleave(sides, runs))
    yield compare(f"import and first call of {LARGE} operations", figures, alone, 2.0)


def generated(environments: Environments, spec: Path, folder: Path, package: str) -> Path:
    """Generate the package of a document, compile its bytecode, and return the folder to import it from.

    Raises:
        subprocess.CalledProcessError: It could not be generated.
    """
    command = generate_command("ours", environments.clientsmith, spec, folder / "output")
    variables = environments.clientsmith.variables(folder / "cache")
    command += ["--package", package]
    subprocess.run(command, env=variables, cwd=folder, check=True, capture_output=True)
    source = folder / "output" / "src"
    compiler = [environments.package.python, "-m", "compileall", "-q", str(source)]
    subprocess.run(compiler, check=True, capture_output=True)
    return source


def _timed(
    environment: Environment, statement: str, source: Path | None = None
) -> Callable[[], float]:
    command = [environment.python, "-c", PROGRAM.format(statement)]
    variables = environment.variables(Path(environment.folder, "cache"))
    if source is not None:
        variables["PYTHONPATH"] = str(source)

    def run() -> float:
        done = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
        return float(done.stdout)

    return run
