"""`clientsmith diff`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .arguments import Add, Arguments, add_config, command, configuration, current_folder
from .progress import Progress

if TYPE_CHECKING:
    from ..config import Configuration


def add(commands: Add) -> None:
    """Add the command."""
    parser = command(commands, "diff", _run, "tell what changed for the callers of the client")
    parser.add_argument(
        "old",
        nargs="?",
        metavar="OLD",
        help="a document, or a git revision and a path (main:openapi.yaml); default: the configured one as committed",
    )
    parser.add_argument("new", nargs="?", metavar="NEW", help="default: the configured document")
    add_config(parser)
    parser.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="default: text"
    )


def _run(arguments: Arguments) -> int:
    from .. import pipeline
    from ..diff import report

    layout = {"text": report.as_text, "json": report.as_json, "markdown": report.as_markdown}

    def load(spec: str | None) -> Configuration:
        arguments.spec = spec
        return configuration(arguments)

    with Progress() as progress:
        comparison = pipeline.diff(
            arguments.old, arguments.new, load, current_folder(), progress=progress.stage
        )
    sys.stdout.write(layout[arguments.format](comparison))
    return 0 if comparison.is_announced else 1
