"""One hostile document through the whole generator."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientsmith.config import Configuration
from clientsmith.diagnostics import DiagnosticError
from clientsmith.pipeline import generate

from .hostile import DOCUMENT, MARKER, STRINGS, Place, places, with_string
from .inspection import Known, findings

_RUNTIME = re.compile(r"src/[^/]+/_runtime/")
_IMPORT = """
import importlib, os, pkgutil, sys

def watch(event, arguments):
    if event in ("os.system", "subprocess.Popen", "os.exec", "socket.connect", "shutil.rmtree"):
        print(event, arguments)
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        print(event, arguments)

sys.dont_write_bytecode = True
sys.addaudithook(watch)
for folder in sys.argv[1:]:
    source, name = os.path.split(folder)
    sys.path.insert(0, source)
    try:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            importlib.import_module(found.name)
        for each in package.models.__all__:
            getattr(package.models, each)
        for each in package.__all__:
            getattr(package, each)
    except BaseException as error:
        print(f"{folder}: {type(error).__name__}: {error}".replace("\\n", " "))
    sys.path.remove(source)
"""


@dataclass(frozen=True)
class Case:
    """A string at a place of the document."""

    place: Place
    is_key: bool
    name: str

    def __str__(self) -> str:
        where = "/".join(str(step).replace("/", "~1") for step in self.place)
        return f"{self.name} as {'the key' if self.is_key else 'the value'} {where}"


def cases() -> list[Case]:
    """Return every string at every place."""
    return [Case(*place, name) for place in places() for name in STRINGS]


def shuffled() -> list[Case]:
    """Return all cases in an order that mixes them, the same in every run."""
    return sorted(cases(), key=lambda case: hashlib.sha256(ascii(case).encode()).digest())


def run(case: Case, folder: Path, name: str, known: Known) -> tuple[list[str], Path | None]:
    """Generate from one document.

    Args:
        case: Which one.
        folder: An empty folder.
        name: The package's name.
        known: What may be in a package.

    Returns:
        What is wrong, and the folder of the package; None if the document was refused.
    """
    spec = folder / "document.json"
    spec.write_text(json.dumps(with_string(case.place, case.is_key, STRINGS[case.name])))
    output = folder / "inner" / "output"
    own_name = case.place[:2] == ("info", "title")
    configuration = Configuration(
        spec=spec, root=folder, output=output, package=None if own_name else name
    )
    try:
        generate(configuration)
    except DiagnosticError as error:
        text = str(error)
        return ["it was refused without a reason"] if not text else [], None
    except Exception as error:
        return [f"the generator failed: {type(error).__name__}: {error}"], None
    expected = {spec, folder / "inner", output}
    wrong = [
        f"{path} is outside of the output"
        for path in folder.rglob("*")
        if path not in expected and not path.is_relative_to(output) and "cache" not in path.parts
    ]
    wrong += findings(texts(output), known)
    return wrong, next((output / "src").iterdir())


def texts(output: Path) -> dict[str, str]:
    """Return the files of a package that are made from the document."""
    return {
        path: file.read_bytes().decode("utf-8")
        for file in sorted(output.rglob("*"))
        if file.is_file()
        and not _RUNTIME.match(path := file.relative_to(output).as_posix())
        and "__pycache__" not in path
    }


def _bare() -> dict[str, Any]:
    """Return a document that says as little as possible."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bare", "version": "1"},
        "paths": {"/": {"get": {"responses": {"200": {"description": "Good."}}}}},
    }


def learned(folder: Path) -> Known:
    """Return what packages of harmless documents are made of."""
    known = Known()
    documents: list[dict[str, Any]] = [DOCUMENT, _bare(), {**DOCUMENT, "paths": {}}]
    for index, document in enumerate(documents):
        spec, output = folder / f"document{index}.json", folder / f"output{index}"
        spec.write_text(json.dumps(document))
        generate(Configuration(spec=spec, root=folder, output=output, package="harmless"))
        known.learn(texts(output))
    return known


def import_problems(packages: Iterable[Path], folder: Path) -> list[str]:
    """Import packages in another process, and return what goes wrong or is done meanwhile."""
    folders = [str(package) for package in packages]
    if not folders:
        return []
    done = subprocess.run(
        [sys.executable, "-I", "-c", _IMPORT, *folders],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        errors="backslashreplace",
        timeout=300,
    )
    problems = done.stdout.splitlines()
    if done.returncode:
        problems.append(done.stderr[-500:])
    if (folder / MARKER).exists():
        problems.append("text of a document was run")
    return problems
