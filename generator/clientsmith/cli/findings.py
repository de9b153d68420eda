"""Findings beside a result: a few of each kind on stderr, and paths as a person reads them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ..diagnostics import Diagnostic, format_text, printable

_MOST_OF_A_KIND = 5
"""Findings of one kind that are shown by a command whose result is another."""


def tell(diagnostics: Sequence[Diagnostic]) -> None:
    """Tell what was found in the document: of each kind a few, and how many more there are."""
    kinds: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        kinds.setdefault(diagnostic.rule, []).append(diagnostic)
    shown = {id(one) for found in kinds.values() for one in found[:_MOST_OF_A_KIND]}
    sys.stderr.write(format_text(one for one in diagnostics if id(one) in shown))
    for rule, found in kinds.items():
        if (more := len(found) - _MOST_OF_A_KIND) > 0:
            hint = "`clientsmith validate` tells all"
            sys.stderr.write(
                format_text([Diagnostic("note", f"and {more} more of this kind", None, hint, rule)])
            )


def shown(path: Path) -> str:
    """Return a path as a person reads it."""
    from ..diagnostics import shown

    return printable(shown(path))
