"""The options that the command and each of its subcommands take: how a call is made, and what becomes of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from .commands import Program
from .documentation import documentation
from .output import FORMATS

_OF_CALLS = ("base_url", "timeout", "deadline", "max_retries", "idempotency_key")


def settings(program: Program, *, environment: bool = False) -> list[click.Option]:
    """Return the options.

    Args:
        program: Has fields of the configuration that are options too.
        environment: Whether the environment stands in for what is not given.
    """
    prefix = program.configuration.environment if environment else ""
    told = documentation(program.configuration).entries
    server = [
        click.Option([f"--{name.replace('_', '-')}", name], help=told.get(name, ""))
        for name in program.settings
    ]
    return [
        click.Option(
            ["-o", "--output"],
            metavar="FILE",
            help="Write to a file, whole or not at all; - is the standard output. A download may go to a folder.",
        ),
        click.Option(
            ["--format"],
            type=click.Choice(FORMATS),
            help="How answers are printed: json by default.",
        ),
        click.Option(
            ["--columns"], metavar="NAME,...", help="The columns of a table; all unless given."
        ),
        click.Option(
            ["--base-url"],
            metavar="URL",
            envvar=f"{prefix}_BASE_URL" if prefix else None,
            show_envvar=True,
            help="The server, in place of the API's own.",
        ),
        *server,
        click.Option(
            ["--timeout"], type=float, metavar="SECONDS", help="For an attempt; 60 unless given."
        ),
        click.Option(["--deadline"], type=float, metavar="SECONDS", help="For a whole call."),
        click.Option(
            ["--max-retries"], type=int, help="How often a call is repeated; 2 unless given."
        ),
        click.Option(
            ["--idempotency-key"], help="Makes a call that changes something safe to repeat."
        ),
        click.Option(
            ["--header"], multiple=True, metavar="'NAME: VALUE'", help="A header field to add."
        ),
        click.Option(
            ["--query"], multiple=True, metavar="NAME=VALUE", help="A query parameter to add."
        ),
        click.Option(
            ["-q", "--quiet"], is_flag=True, default=None, help="Show no progress of downloads."
        ),
        click.Option(
            ["-v", "--verbose"],
            count=True,
            default=0,
            help="Tell of retries, and given twice of each answer.",
        ),
    ]


def options_of_client(program: Program, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a client.

    Args:
        program: What is run.
        chosen: The settings.

    Raises:
        click.UsageError: A header or a query parameter is not written as one.
    """
    names = (*_OF_CALLS, *program.settings)
    options = {name: chosen[name] for name in names if chosen.get(name) is not None}
    if headers := chosen.get("header"):
        options["extra_headers"] = dict(_pair(text, ":", "--header") for text in headers)
    if query := chosen.get("query"):
        pairs: dict[str, list[str]] = {}
        for text in query:
            name, value = _pair(text, "=", "--query")
            pairs.setdefault(name, []).append(value)
        options["extra_query"] = pairs
    return options


def chosen(context: click.Context, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings: those before the subcommand, and in their place those after it."""
    before: Mapping[str, Any] = context.obj
    merged = dict(before)
    for name, value in given.items():
        if value not in (None, (), 0):
            merged[name] = value
    return merged


def _pair(text: str, separator: str, option: str) -> tuple[str, str]:
    name, found, value = text.partition(separator)
    if not found or not name.strip():
        raise click.UsageError(f"{option}: a name, {separator!r} and a value are expected")
    return name.strip(), value.strip()
