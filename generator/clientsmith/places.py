"""Where the templates are: in the installed package, or at the top of the repository; and which files of a folder are some."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final


def _templates() -> Path:
    package = Path(__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent.parent / "templates"


TEMPLATES: Final = _templates()
"""The folder of the default templates."""

RUNTIME: Final = TEMPLATES / "runtime"
"""The folder of the runtime's modules, which every package gets unchanged."""

_PASSED_OVER: Final = re.compile(
    r"\..*|#.*#|.*~|.*\.(?:pyc|bak|orig|rej|swp|tmp)|thumbs\.db|desktop\.ini", re.IGNORECASE
)
"""The names of hidden files, and of what editors and other tools leave behind."""


def names(folder: Path) -> Iterator[str]:
    """Yield the paths of the files below a folder of templates, with slashes, in order. Links to folders are followed."""
    for current, folders, files in os.walk(folder, followlinks=True):
        here = os.path.realpath(current)
        folders[:] = sorted(
            name
            for name in folders
            if name[0] != "." and name != "__pycache__" and not _leads_back(current, name, here)
        )
        below = os.path.relpath(current, folder).replace(os.sep, "/")
        for name in sorted(files):
            if not _PASSED_OVER.fullmatch(name):
                yield name if below == "." else f"{below}/{name}"


def _leads_back(folder: str, name: str, here: str) -> bool:
    """Return whether something in a folder is a link to that folder or to one that it is in."""
    path = os.path.join(folder, name)
    return os.path.islink(path) and Path(here).is_relative_to(os.path.realpath(path))
