"""What this installation of clientsmith is made of, found without importing any of it."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from functools import cache
from pathlib import Path

from .places import TEMPLATES

__all__ = ["SHAPING_TOOLS", "digest", "distributions", "tool_versions", "version"]

SHAPING_TOOLS = ("black", "datamodel-code-generator")
"""The distributions whose version shows in the output."""

_DERIVED = ("__pycache__", "built")
_METADATA = re.compile(r"(.+)-([^-]+)\.dist-info")


@cache
def distributions() -> frozenset[tuple[str, str]]:
    """Return name and version of every distribution that can be imported from, as their folders say.

    The names are in the form of a file's name: small letters, and `_` for `-` and `.`.
    """
    found: set[tuple[str, str]] = set()
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        found |= {(_normal(each[1]), each[2]) for each in map(_METADATA.fullmatch, names) if each}
    return frozenset(found)


def tool_versions() -> dict[str, str]:
    """Return the versions of the tools that shape the output, by the name of their distribution."""
    return {tool: version(tool) for tool in SHAPING_TOOLS}


@cache
def version(tool: str) -> str:
    """Return the version of a distribution that is installed."""
    versions = [version for name, version in distributions() if name == _normal(tool)]
    if len(versions) == 1:
        return versions[0]
    from importlib import metadata  # slow to import, and right in every case

    return metadata.version(tool)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


@cache
def digest() -> str:
    """Return a digest of clientsmith's own code and default templates; it changes whenever one of them is edited."""
    summary = hashlib.sha256()
    for top in (Path(__file__).parent, TEMPLATES):
        for folder, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if name not in _DERIVED)
            for name in sorted(files):
                file = os.path.join(folder, name)
                with open(file, "rb") as content:
                    summary.update(hashlib.file_digest(content, "sha256").digest())
                summary.update(os.path.relpath(file, top).encode() + b"\0")
    return summary.hexdigest()
