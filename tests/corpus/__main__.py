"""The command line of the corpus, run by `nox -s corpus`."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .documents import REPOSITORY, SPECS, Node, corpus, documents_in, operations
from .table import Row, markdown, write_into

PAGE = REPOSITORY / "docs" / "corpus.md"
PATIENCE = 600.0
_IMPORT = """
import importlib, sys, time
sys.path.insert(0, sys.argv[1])
begun = time.perf_counter()
package = importlib.import_module(sys.argv[2])
package.Client, package.AsyncClient
print(time.perf_counter() - begun)
"""


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="nox -s corpus --")
    parser.add_argument("--clientsmith", default="clientsmith", help="the program to generate with")
    parser.add_argument("--folder", type=Path, required=True, help="where the packages are written")
    parser.add_argument("--specs", type=Path, help="a folder of documents to take instead")
    parser.add_argument(
        "--only", nargs="+", default=[], help="documents whose path has one of these in it"
    )
    parser.add_argument("--no-types", action="store_true", help="leave mypy and pyright out")
    parser.add_argument("--json", type=Path, help="write all that was found into this file")
    parser.add_argument("--write", action="store_true", help=f"put the table into docs/{PAGE.name}")
    return parser.parse_args()


def main() -> int:
    """Generate, check and call the packages of the corpus, and print the table.

    Returns:
        0 when nothing is wrong with any package, 1 otherwise.
    """
    asked = arguments()
    if asked.specs is None and not SPECS.is_dir():
        print(f"the collection is not there: {SPECS.resolve()} is no folder", file=sys.stderr)
    chosen = {
        name: path
        for name, path in (documents_in(asked.specs) if asked.specs else corpus()).items()
        if not asked.only or any(part in name for part in asked.only)
    }
    folder: Path = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [Job(name, path, folder) for name, path in chosen.items()]
    for job in jobs:
        job.generate(asked.clientsmith)
        print(f"generated {job.row.name}", file=sys.stderr, flush=True)
    made = [job for job in jobs if job.source.is_dir()]
    for job in made:
        job.time_import()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for job, problem in zip(made, pool.map(Job.call, made), strict=True):
            print(" | ".join(job.row.cells()), problem, file=sys.stderr, flush=True)
    if made and not asked.no_types:
        check_types(made)
    rows = [job.row for job in jobs]
    if asked.json:
        asked.json.write_text(json.dumps([vars(row) for row in rows], indent=1))
    text = markdown(rows)
    print(text)
    if asked.write:
        write_into(PAGE, text)
    return 0 if all(row.clean for row in rows) else 1


class Job:
    """One document on its way to a row.

    Args:
        name: Its path in the corpus.
        path: The document.
        folder: Where packages are written.
    """

    def __init__(self, name: str, path: Path, folder: Path) -> None:
        self.path = path
        self.row = Row(name)
        self.package = "corpus_" + re.sub(r"\W", "_", name.rpartition(".")[0]).lower()
        self.output = folder / self.package
        self.source = self.output / "src"
        root = Node.root(path)
        self.row.version = str(root.members.get("openapi", ""))
        self.row.operations = sum(1 for _ in operations(root))

    def generate(self, program: str) -> None:
        """Generate the package; what the generator says goes into the row."""
        command = [program, "generate", str(self.path), "-o", str(self.output)]
        shutil.rmtree(self.output, ignore_errors=True)
        begun = time.perf_counter()
        done = self._run([*command, "--package", self.package, "--force"])
        self.row.generate_seconds = time.perf_counter() - begun
        for line in done.stderr.splitlines():
            if re.search(r": (error|warning)", line):
                said = re.sub(rf"^\S*?(?={re.escape(self.path.name)}:)", "", line)
                self.row.problems.append(("generator", "", said[-300:]))
        if done.returncode not in (0, 1) or not self.source.is_dir():
            self.row.problems.append(
                ("lost", "", f"exit status {done.returncode}: {done.stderr[-300:]}")
            )

    def time_import(self) -> None:
        """Time the import of the package with its clients, in a process of its own."""
        done = self._run([sys.executable, "-c", _IMPORT, str(self.source), self.package])
        if done.returncode == 0:
            self.row.import_seconds = float(done.stdout)

    def call(self) -> str:
        """Call all operations.

        Returns:
            Why that could not be done; empty if it was.
        """
        module = "tests.corpus.exercise"
        command = [sys.executable, "-m", module, str(self.path), str(self.source), self.package]
        done = self._run(command)
        if done.returncode:
            self.row.problems.append(("answer", "", f"the calls broke off: {done.stderr[-400:]}"))
            return done.stderr[-2000:]
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        row = self.row
        for outcome in found["outcomes"]:
            row.generated += outcome["generated"]
            row.called += outcome["called"]
            row.valid += outcome["called"] and outcome["valid"] and not found["unjudged"]
            row.round_trips += outcome["called"] and outcome["round_trip"]
            right, documented = row.errors
            row.errors = right + outcome["errors"], documented + outcome["documented_errors"]
            place = f"{outcome['method']} {outcome['path']}"
            row.problems += [(kind, place, text) for kind, text in outcome["problems"]]
        row.received = tuple(found["received"])
        row.problems += [("incoming", "", text) for text in found["unreceived"]]
        row.problems += [("models", "", text) for text in found["models"]]
        if found["unjudged"]:
            row.problems.append(("unjudged", "", found["unjudged"]))
        return ""

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                command,
                cwd=REPOSITORY,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 3, "", f"not done after {PATIENCE:.0f} s")


def check_types(jobs: list[Job]) -> None:
    """Run mypy and pyright once over all packages, and count the errors of each."""
    sources = [str(job.source / job.package) for job in jobs]
    cache = str(jobs[0].output.parent / ".mypy_cache")
    mypy = [
        "mypy",
        "--strict",
        "--no-error-summary",
        "--cache-dir",
        cache,
        "--python-version",
        "3.11",
    ]
    path = os.pathsep.join(str(job.source) for job in jobs)
    done = subprocess.run(
        [sys.executable, "-m", *mypy, "--config-file", os.devnull, *sources],
        env={**os.environ, "MYPYPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if ": error:" in line]
    _count("mypy", jobs, lines)
    if done.returncode not in (0, 1) or done.stderr:
        print(done.stderr[-2000:], file=sys.stderr)
    settings = jobs[0].output.parent / "pyrightconfig.json"
    twins = [f"**/{job.package}/_runtime" for job in jobs[1:]]  # the same files in every package
    content = {
        "include": sources,
        "exclude": twins,
        "extraPaths": [str(job.source) for job in jobs],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
    }
    settings.write_text(json.dumps(content))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pyright",
            "--outputjson",
            "--pythonpath",
            sys.executable,
            "-p",
            str(settings),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    lines = [
        f"{each['file']}:{each['range']['start']['line'] + 1}: {each.get('rule', '')}: {each['message']}"
        for each in found
        if each["severity"] == "error"
    ]
    _count("pyright", jobs, lines)


def _count(checker: str, jobs: list[Job], lines: list[str]) -> None:
    counted: Counter[str] = Counter()
    for line in lines:
        for job in jobs:
            if f"/{job.package}/src/" in f"/{line}":
                counted[job.package] += 1
                if counted[job.package] <= 5:
                    said = line.partition("/src/")[2].replace("\n", " ")
                    job.row.problems.append((checker, "", said[:300]))
    for job in jobs:
        setattr(job.row, checker, counted[job.package])


if __name__ == "__main__":
    sys.exit(main())
