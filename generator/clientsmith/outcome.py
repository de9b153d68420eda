"""What the pipeline answers to each command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .diagnostics import Diagnostic

if TYPE_CHECKING:
    from .diff.report import Comparison
    from .write.drift import Drift

__all__ = ["Check", "Summary"]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What `generate` did.

    Attributes:
        output: The output folder.
        operations: How many operations the client has.
        models: How many models it has.
        written: How many files are new or changed.
        unchanged: How many are as they were.
        removed: How many were removed.
        kept: The files that were edited by hand and kept, by their path in the output.
        seconds: How long it took.
        diagnostics: What was found in the document; no errors.
        up_to_date: Whether nothing had changed since the last run, so that none was made.
        comparison: What changed since the package was released last; None where it never was, or none was made.
    """

    output: Path
    operations: int
    models: int
    written: int
    unchanged: int
    removed: int
    kept: tuple[str, ...] = ()
    seconds: float
    diagnostics: tuple[Diagnostic, ...] = ()
    up_to_date: bool = False
    comparison: Comparison | None = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """What `check` found.

    Attributes:
        output: The output folder.
        drift: How it differs from what the document gives.
        diagnostics: What was found in the document; no errors.
    """

    output: Path
    drift: Drift
    diagnostics: tuple[Diagnostic, ...] = ()
