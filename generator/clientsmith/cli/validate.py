"""`clientsmith validate`."""

from __future__ import annotations

import sys

from ..diagnostics import DiagnosticError, InputError, format_github, format_json, format_text
from .arguments import Add, Arguments, add_spec, command, configuration
from .findings import shown

_FORMATS = {"text": format_text, "json": format_json, "github": format_github}


def add(commands: Add) -> None:
    """Add the command."""
    parser = command(commands, "validate", _run, "tell what is wrong with the document")
    add_spec(parser)
    parser.add_argument("--format", choices=tuple(_FORMATS), default="text", help="default: text")


def _run(arguments: Arguments) -> int:
    from .. import pipeline

    layout = _FORMATS[arguments.format]
    configured = configuration(arguments)
    try:
        findings = pipeline.validate(configured)
    except InputError as error:
        if arguments.format == "text":
            raise
        sys.stdout.write(layout(error.diagnostics))
        return error.exit_status
    except DiagnosticError as error:
        findings = list(error.diagnostics)
    sys.stdout.write(layout(findings))
    if not findings:
        sys.stderr.write(f"{shown(configured.spec)} is valid\n")
    return 1 if any(finding.severity == "error" for finding in findings) else 0
