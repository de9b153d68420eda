"""`clientsmith check`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..diagnostics import Diagnostic, format_text
from .arguments import Add, Arguments, add_output, add_spec, command, configuration
from .findings import shown, tell
from .progress import Progress

if TYPE_CHECKING:
    from ..outcome import Check


def add(commands: Add) -> None:
    """Add the command."""
    summary = "show how the package differs from what the document gives"
    parser = command(commands, "check", _run, summary)
    add_spec(parser)
    add_output(parser)


def _run(arguments: Arguments) -> int:
    from .. import pipeline

    with Progress() as progress:
        check = pipeline.check(configuration(arguments), progress=progress.stage)
    sys.stdout.write(check.drift.diff)
    tell(check.diagnostics)
    for note in _notes(check):
        sys.stderr.write(format_text([note]))
    return 1 if check.drift.diff or check.drift.unowned else 0


def _notes(check: Check) -> list[Diagnostic]:
    drift = check.drift
    place = shown(check.output)
    notes = [
        Diagnostic("note", f"{place} was made with {name} {recorded}, and this is {name} {current}")
        for name, recorded, current in drift.versions
    ]
    notes += [
        Diagnostic("warning", f"{shown(check.output / path)} was edited since clientsmith wrote it")
        for path in drift.edited
    ]
    notes += [
        Diagnostic(
            "warning",
            f"{shown(check.output / path)} was not written by clientsmith",
            hint="remove it, or keep it in a folder of your own (handwritten = ... in the configuration)",
        )
        for path in drift.unowned
    ]
    if drift.diff:
        message = f"{place} is not what the document gives"
        notes.append(Diagnostic("error", message, hint="run `clientsmith generate`"))
    return notes
