"""`clientsmith generate`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ..diagnostics import Diagnostic, DiagnosticError, format_text
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
        "--watch",
        action="store_true",
        help="generate again whenever the document, a file it refers to, the configuration or a template changes; Ctrl-C ends it",
    )
    parser.add_argument(
        "--release",
        metavar="DATE",
        type=_date,
        help="release the version: date its entry in the changelog, and compare with this document from now on",
    )


def _run(arguments: Arguments) -> int:
    if arguments.watch:
        return _watch(arguments)
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


def _watch(arguments: Arguments) -> int:
    from ..config import ConfigurationError
    from ..watch import watch

    if arguments.release is not None:
        message = "a release is one run: --release and --watch do not go together"
        raise ConfigurationError(Diagnostic("error", message))

    def told(summary: Summary) -> None:
        _tell(summary)
        sys.stdout.flush()

    def refused(error: DiagnosticError) -> None:
        sys.stderr.write(format_text(error.diagnostics))
        sys.stderr.write("nothing was written; waiting for a change\n")
        sys.stderr.flush()

    def watching(number: int) -> None:
        sys.stderr.write(f"watching {_count(number, 'file')}; Ctrl-C ends it\n")
        sys.stderr.flush()

    configuration(arguments)  # a wrong one ends the command before it begins
    watch(
        lambda: configuration(arguments),
        force=arguments.force,
        tell=told,
        refuse=refused,
        watching=watching,
    )
    return 0


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
