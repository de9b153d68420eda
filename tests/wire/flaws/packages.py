"""Packages of documents with flaws, rendered without their style, and the operation that all of them have."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType

from clientsmith.api import Model
from clientsmith.config import Configuration
from clientsmith.lower import lower
from clientsmith.models import models
from clientsmith.read.loading import read
from clientsmith.render import Renderer, find_templates

from ..servers import FaultServer, answer

_NUMBERS = count(1)


@contextmanager
def rendered(folder: Path, text: str) -> Generator[ModuleType]:
    """Make the package of a document in a folder, and import it.

    Args:
        folder: The folder; packages that are made in one share their runtime, which is compiled once.
        text: The document.
    """
    name = f"flawed_{next(_NUMBERS)}"
    spec = folder / "flaws.yaml"
    spec.write_text(text, encoding="utf-8")
    lowered = lower(read(spec), Configuration(spec=spec, root=folder, package=name))

    @cache
    def build() -> tuple[Model, ...]:
        return models(lowered.definitions, lowered.texts)

    runtime = folder / "runtime"
    runtime.mkdir(exist_ok=True)
    api = replace(lowered.api, build_models=build)
    for path, content in Renderer(api, find_templates()).files():
        _, shared, inside = path.partition("/_runtime/")
        at = runtime / inside if shared else folder / path
        if not (shared and at.exists()):
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(content, encoding="utf-8")
    (folder / "src" / name / "_runtime").symlink_to(runtime)
    sys.path.insert(0, str(folder / "src"))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(folder / "src"))
        for module in [module for module in sys.modules if module.partition(".")[0] == name]:
            del sys.modules[module]


def check_that_it_works(package: ModuleType) -> None:
    """Call the operation `fine`, and build every model."""
    with FaultServer([answer(body=b'{"name": "n"}')]) as server:
        with package.Client(base_url=server.url, max_retries=0) as client:
            assert client.default.fine("1").name == "n"
        assert server.requests[-1].target.endswith("/fine/1")
    for name in package.models.__all__:
        model = getattr(package.models, name)
        if hasattr(model, "model_rebuild"):
            model.model_rebuild()
