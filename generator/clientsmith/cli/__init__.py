"""The command line: arguments in, exit status out.

Exit status: 0 done, nothing to report; 1 the command's findings (invalid document, drift, files kept because somebody edited
them); 2 wrong usage or configuration, or an input or output that cannot be used. Results go to stdout, messages and progress to
stderr.

A module here is a command: its options, and what it prints. Whatever a command needs besides is imported by the function that
runs it: `--help`, a wrong option and a run that changes nothing pay for nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper

from .. import __version__
from ..diagnostics import Diagnostic, DiagnosticError, format_text, printable
from . import check, diff, generate, preview, templates, validate
from .arguments import Arguments

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The arguments after the program's name; None for those of the process.

    Returns:
        The exit status.

    Raises:
        SystemExit: The usage was wrong (status 2), or help or the version was asked for (status 0).
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _close_stdout()
        return 1
    except OSError as error:
        _close_stdout()
        place = f"{printable(os.fsdecode(error.filename))}: " if error.filename is not None else ""
        sys.stderr.write(format_text([Diagnostic("error", f"{place}{error.strerror or error}")]))
        return 2
    except MemoryError:
        message = "there is not enough memory for this document"
        sys.stderr.write(format_text([Diagnostic("error", message)]))
        return 2
    except KeyboardInterrupt:
        return 130


def _close_stdout() -> None:
    """Drop what stdout still holds: the interpreter would try to write it once more when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str] | None) -> int:
    parsed = _parser().parse_args(arguments, Arguments())
    try:
        return parsed.run(parsed)
    except DiagnosticError as error:
        sys.stderr.write(format_text(error.diagnostics))
        return error.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clientsmith",
        description="Generate a complete Python client package from an OpenAPI document.",
        epilog="Without SPEC, everything comes from [tool.clientsmith] of the nearest pyproject.toml, or from clientsmith.toml. "
        "Exit status: 0 done; 1 findings; 2 wrong usage, configuration or input.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"clientsmith {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True).add_parser
    generate.add(commands)
    check.add(commands)
    validate.add(commands)
    diff.add(commands)
    templates.add_explain(commands)
    preview.add(commands)
    templates.add(commands)
    return parser
