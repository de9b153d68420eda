"""Packages generated from the small documents beside this file, and both of their clients behind one face."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from .callers import Kind

DOCUMENTS = Path(__file__).parent / "documents"


def generate(name: str, folder: Path) -> ModuleType:
    """Generate the package of a document into a folder, and import it.

    Args:
        name: The document, and with `features_` in front the package.
        folder: The folder, which becomes a place to import from.
    """
    command = [sys.executable, "-m", "clientsmith", "generate", str(DOCUMENTS / f"{name}.yaml")]
    run = subprocess.run(
        [*command, "-o", str(folder / name), "--package", f"features_{name}"],
        cwd=folder,
        env={**os.environ, "CLIENTSMITH_CACHE_DIR": str(folder / "cache")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    sys.path.insert(0, str(folder / name / "src"))
    try:
        return import_module(f"features_{name}")
    finally:
        sys.path.pop(0)


class Caller:
    """Calls the operations of a generated package with the client of one kind.

    Args:
        package: The package.
        kind: Which client.
        options: Its options.
    """

    def __init__(self, package: ModuleType, kind: Kind, **options: Any) -> None:
        self.package: Any = package
        self._runner = asyncio.Runner() if kind == "async" else None
        make = package.AsyncClient if kind == "async" else package.Client
        self.client: Any = make(**options)

    def __call__(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of the resource of untagged operations and return its result."""
        return self.wait(getattr(self.client.default, method)(*arguments, **options))

    def response(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of `with_response`."""
        return self.wait(getattr(self.client.default.with_response, method)(*arguments, **options))

    def items(self, stream: Any) -> list[Any]:
        """Return what is left of a stream."""
        return self.wait(_listed(stream)) if self._runner is not None else list(stream)

    def next(self, items: Any) -> Any:
        """Return the next item of an iterator."""
        return next(items) if self._runner is None else self._runner.run(_awaited(anext(items)))

    def wait(self, result: Any) -> Any:
        """Return what an awaitable gives, or the result itself of the synchronous client."""
        return result if self._runner is None else self._runner.run(_awaited(result))

    def read(self, download: Any) -> bytes:
        """Return the content of a download."""
        content: bytes = self.wait(download.read())
        return content

    def first(self, stream: Any) -> Any:
        """Return the first item of a stream, and close it."""
        return self.wait(_first(stream)) if self._runner is not None else _first_of(stream)

    def close(self) -> None:
        """Close the client."""
        self.wait(self.client.close())
        if self._runner is not None:
            self._runner.close()


async def _awaited(result: Any) -> Any:
    return await result


async def _listed(stream: Any) -> list[Any]:
    return [item async for item in stream]


async def _first(stream: Any) -> Any:
    async with stream:
        return await anext(stream)


def _first_of(stream: Any) -> Any:
    with stream:
        return next(stream)
