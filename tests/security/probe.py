"""One hostile document through the whole generator."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from clientsmith.config import Configuration
from clientsmith.diagnostics import DiagnosticError
from clientsmith.pipeline import generate

from .changes import Case, changed
from .hostile import DOCUMENT, MARKER
from .inspection import Known, findings

_RUNTIME = re.compile(r"src/[^/]+/_runtime/")
_IMPORT = """
import importlib, os, pkgutil, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
import httpcore2  # what it imports may look at the machine: trio does

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
    for module in [each for each in sys.modules if each.partition(".")[0] == name]:
        del sys.modules[module]
"""


PACKAGE = "harmless"
BEFORE, THEN, AFTER = "2026-01-01", "2026-01-02", "2026-01-03"
"""The days of the releases of a package."""


def run(case: Case, folder: Path, harmless: Path, known: Known) -> tuple[list[str], Path | None]:
    """Generate from one document.

    Args:
        case: Which one.
        folder: An empty folder.
        harmless: A package of the harmless document, which was released.
        known: What may be in a package.

    Returns:
        What is wrong, and the folder of the package; None if the document was refused.
    """
    spec, output = folder / "document.json", folder / "inner" / "output"
    written = {spec, folder / "inner", output}
    spec.write_text(json.dumps(changed(case.changes)))
    names_itself = [change.place for change in case.changes] == [("info", "title")]
    configuration = Configuration(
        spec=spec, root=folder, output=output, package=None if names_itself else PACKAGE
    )
    if case.overlaid:
        overlay = folder / "overlay.json"
        update = {"target": "$", "update": json.loads(spec.read_text())}
        info = {"title": "Changes", "version": "1"}
        overlay.write_text(json.dumps({"overlay": "1.0.0", "info": info, "actions": [update]}))
        spec.write_text(json.dumps(DOCUMENT))
        written.add(overlay)
        configuration = replace(configuration, overlays=(overlay,))
    if case.released:
        shutil.copytree(harmless, output)
    try:
        generate(configuration, release=THEN if case.released else None)
        files = texts(output)
        if case.released:
            spec.write_text(json.dumps(DOCUMENT))
            generate(configuration, release=AFTER)
            files["after/CHANGELOG.md"] = (output / "CHANGELOG.md").read_text()
            spec.write_text(json.dumps(changed(case.changes)))
            generate(configuration)
    except DiagnosticError as error:
        if case.is_full:
            return [f"it was refused, so that nothing was seen: {error}"], None
        return [] if str(error) else ["it was refused without a reason"], None
    except Exception as error:
        return [f"the generator failed: {type(error).__name__}: {error}"], None
    wrong = [
        f"{path} is outside of the output"
        for path in folder.rglob("*")
        if path not in written and not path.is_relative_to(output)
    ]
    wrong += findings(files, known)
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


def _otherwise() -> dict[str, Any]:
    """Return the document with other words where the words decide what the client is made of."""
    document = copy.deepcopy(DOCUMENT)
    document["components"]["securitySchemes"]["basic"]["scheme"] = "another"
    document["paths"]["/things/{id}"]["get"]["servers"] = [{"url": "https://{word}.example.com"}]
    pet = document["components"]["schemas"]["Pet"]
    del pet["discriminator"]
    pet["oneOf"].append({"type": "string"})
    return document


def learned(folder: Path) -> tuple[Path, Known]:
    """Return a package of the harmless document, which was released, and what harmless packages are made of."""
    known = Known()
    documents: list[dict[str, Any]] = [DOCUMENT, _bare(), _otherwise(), {**DOCUMENT, "paths": {}}]
    for index, document in enumerate(documents):
        spec, output = folder / f"document{index}.json", folder / f"output{index}"
        spec.write_text(json.dumps(document))
        configuration = Configuration(spec=spec, root=folder, output=output, package=PACKAGE)
        generate(configuration, release=BEFORE)
        known.learn(texts(output))
    return folder / "output0", known


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
        timeout=3600,  # a process of low priority waits for the others
    )
    problems = done.stdout.splitlines()
    if done.returncode:
        problems.append(done.stderr[-500:])
    if (folder / MARKER).exists():
        problems.append("text of a document was run")
    return problems
