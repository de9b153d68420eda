"""`clientsmith templates`, its commands, and `clientsmith explain`."""

from __future__ import annotations

from ..diagnostics import Diagnostic
from .arguments import (
    Add,
    Arguments,
    add_config,
    add_output,
    add_spec,
    command,
    configuration,
    folder,
)


def add(commands: Add) -> None:
    """Add the commands."""
    group = commands(
        "templates", help="see and copy what the output is made of", allow_abbrev=False
    )
    add_to_group = group.add_subparsers(
        title="commands", metavar="COMMAND", required=True
    ).add_parser
    show = command(add_to_group, "list", _list, "list the templates and their blocks")
    summary = "copy default templates to your folder, to change them"
    eject = command(add_to_group, "eject", _eject, summary)
    eject.add_argument("names", nargs="*", metavar="NAME", help="as `templates list` prints it")
    eject.add_argument(
        "--update",
        action="store_true",
        help="merge what the defaults changed since into the copies, or into those named",
    )
    summary = "tell which of your templates the defaults have left behind"
    status = command(add_to_group, "status", _status, summary)
    for parser in (show, eject, status):
        parser.add_argument(
            "--config", metavar="FILE", help="the configuration; default: the nearest one"
        )
    summary = "print what the templates see for the document"
    context = command(add_to_group, "context", _context, summary)
    add_spec(context)
    context.add_argument("--package", metavar="NAME", help="the name to import the package by")
    for parser in (show, eject, status):
        parser.add_argument("--templates", metavar="DIR", help="the folder of your templates")
    context.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_explain(commands: Add) -> None:
    """Add the command that tells what made a line of the output."""
    summary = "tell which line of which template, and of the document, made a line of the output"
    parser = command(commands, "explain", _explain, summary)
    parser.add_argument("place", metavar="FILE[:LINE]", help="a generated file, and a line of it")
    parser.add_argument("--spec", metavar="SPEC", help="the document, if not the configured one")
    add_config(parser)
    add_output(parser)


def _list(arguments: Arguments) -> int:
    from ..customize.commands import list_templates

    return list_templates(folder(arguments))


def _eject(arguments: Arguments) -> int:
    from ..config import ConfigurationError
    from ..customize.commands import eject_templates

    if not arguments.names and not arguments.update:
        message = "name a template: `clientsmith templates list` shows them"
        raise ConfigurationError(Diagnostic("error", message))
    target = folder(arguments, must_exist=False)
    return eject_templates(target, arguments.names, update=arguments.update)


def _status(arguments: Arguments) -> int:
    from ..customize.commands import show_status

    return show_status(folder(arguments))


def _context(arguments: Arguments) -> int:
    from ..customize.commands import show_context

    return show_context(configuration(arguments), in_json=arguments.format == "json")


def _explain(arguments: Arguments) -> int:
    from ..customize.commands import explain_place

    return explain_place(configuration(arguments), arguments.place)
