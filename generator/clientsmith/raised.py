"""Where in the user's own modules an exception was raised."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Final

from .diagnostics import Location, shown

_OTHERS: Final = (
    str(Path(__file__).parent) + os.sep,
    *(os.path.join(folder, "") for folder in (sys.prefix, sys.base_prefix)),
)
"""Where clientsmith is, and what is installed."""


def raised_at(traceback: TracebackType | None, *, installed: bool = True) -> Location | None:
    """Return the innermost place of an exception that is in a module of the user, or else in an installed one.

    Args:
        traceback: that of the exception.
        installed: whether it may be in an installed one.
    """
    places: list[tuple[str, int]] = []
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file.endswith(".py") and os.path.isfile(file) and not file.startswith(_OTHERS[0]):
            places.append((file, traceback.tb_lineno))
        traceback = traceback.tb_next
    own = [place for place in places if not place[0].startswith(_OTHERS)]
    found = own or (places if installed else [])
    return location(Path(found[-1][0]), found[-1][1]) if found else None


def location(file: Path, line: int, column: int | None = None) -> Location:
    """Return a place in a module.

    Args:
        file: the module.
        line: the line, from 1.
        column: the column, from 1; None for where the line begins.
    """
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    begins = len(text) - len(text.lstrip()) + 1
    return Location(shown(file), line, max(column or begins, 1), source=text)
