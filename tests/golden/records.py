"""Output of clientsmith beside files that record what it should be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def generate(output: Path, folder: Path, *arguments: str, **environment: str) -> None:
    """Run clientsmith in a folder, with its own cache.

    Args:
        output: Where it writes.
        folder: The current folder of the run.
        arguments: More arguments, such as the document.
        environment: Variables of the run's environment.
    """
    cache = str(output.parent / "cache")
    run = subprocess.run(
        [sys.executable, "-m", "clientsmith", "generate", *arguments, "-o", str(output)],
        cwd=folder,
        env={**os.environ, "CLIENTSMITH_CACHE_DIR": cache, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, without what tools leave there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(is_of_a_tool(part) for part in path.relative_to(folder).parent.parts)
    }


def is_of_a_tool(folder: str) -> bool:
    """Say whether a folder is one in which Python or a checker keeps what it made."""
    return (
        folder in ("__pycache__", "dist") or folder.startswith(".") or folder.endswith(".egg-info")
    )


def compare(generated: Mapping[str, bytes], expected: Path) -> None:
    """Compare files with those recorded; with CLIENTSMITH_UPDATE_GOLDEN in the environment, record them first.

    Args:
        generated: The files.
        expected: The folder of the records, which have `.txt` at the end of their names.
    """
    if os.environ.get("CLIENTSMITH_UPDATE_GOLDEN"):
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in generated.items():
            target = expected / f"{path}.txt"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    recorded = {path.removesuffix(".txt"): content for path, content in tree(expected).items()}
    assert {path: text.decode() for path, text in generated.items()} == {
        path: text.decode() for path, text in recorded.items()
    }
