"""`clientsmith generate`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ..diagnostics import Diagnostic, format_text
from .arguments import Add, Arguments, add_output, add_spec, command, configuration
from .findings import shown, tell
from .progress import Progress

if TYPE_CHECKING:
    from ..outcome import Summary


def add(commands: Add) -> None:
    """Add the command."""
    parser = command(commands, "generate", _run, "write the client package")
    add_spec(parser)
    add_output(parser)
    parser.add_argument(
        "--force", action="store_true", help="overwrite generated files that were edited by hand"
    )
    parser.add_argument(
        "--release",
        metavar="DATE",
        type=_date,
        help="release the version: date its entry in the changelog, and compare with this document from now on",
    )


def _run(arguments: Arguments) -> int:
    from .. import pipeline

    with Progress() as progress:
        summary = pipeline.generate(
            configuration(arguments),
            force=arguments.force,
            release=arguments.release,
            progress=progress.stage,
        )
    _tell(summary)
    return 1 if summary.kept else 0


def _tell(summary: Summary) -> None:
    tell(summary.diagnostics)
    for path in summary.kept:
        message = (
            f"{shown(summary.output / path)} was edited since clientsmith wrote it, and was kept"
        )
        hint = "change the document or the templates instead, and run with --force"
        sys.stderr.write(format_text([Diagnostic("warning", message, hint=hint)]))
    print(_line(summary))
    if summary.comparison is not None and summary.comparison.changes:
        from ..diff.report import summary as of_changes

        print(f"{shown(summary.output)}: {of_changes(summary.comparison)}")


def _line(summary: Summary) -> str:
    done = (
        "nothing has changed"
        if summary.up_to_date
        else f"{_count(summary.written, 'file')} written, {summary.unchanged} unchanged, {summary.removed} removed"
    )
    counts = f"{_count(summary.operations, 'operation')}, {_count(summary.models, 'model')}"
    return f"{shown(summary.output)}: {counts}; {done}; {summary.seconds:.2f} s"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _date(text: str) -> str:
    """Return a date as it was given, such as 2026-11-23 (ISO 8601)."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-23") from None
