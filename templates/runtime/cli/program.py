"""The command: its subcommands made when they are asked for, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import groupby
from typing import Any

import click
from typing_extensions import override

from ..errors import ApiError, RequestValidationError
from .calling import calling
from .commands import Command, Program
from .exporting import exporting, verifying
from .output import Unread, visible
from .settings import settings

_DONE, _FAILED, _MISUSED, _INTERRUPTED, _UNREAD = 0, 1, 2, 130, 141
VERIFY = "verify"


def run(program: Program) -> int:
    """Do what the arguments of the process say, and return the exit status.

    Args:
        program: What is run.
    """
    try:
        status = _Group(program).main(standalone_mode=False, prog_name=program.name)
        sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        return _MISUSED
    except click.ClickException as error:
        return _told(program, error.format_message(), _FAILED)
    except (click.Abort, KeyboardInterrupt):
        return _told(program, "interrupted", _INTERRUPTED)
    except RequestValidationError as error:
        return _told(program, str(error), _MISUSED)
    except ApiError as error:
        return _told(program, str(error), _FAILED)
    except Unread:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNREAD
    except OSError as error:
        where = f"{error.filename}: " if error.filename is not None else ""
        return _told(program, f"{where}{error.strerror or error}", _FAILED)
    return status if isinstance(status, int) else _DONE


def _told(program: Program, message: str, status: int) -> int:
    click.echo(f"{program.name}: {visible(' '.join(message.split()))}", err=True)
    return status


class _Group(click.Group):
    """The command of a package."""

    def __init__(self, program: Program) -> None:
        super().__init__(
            program.name,
            help=f"{visible(program.summary)}\n\n{_credentials(program)}",
            params=[*settings(program, environment=True), _version(program)],
            no_args_is_help=True,
            callback=click.pass_context(_begin),
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )
        self._program = program
        self._known = {command.name: command for command in program.commands}
        self._aliases = {one.alias: one.name for one in program.commands if one.alias}
        self._exports = {export.name: export for export in program.exports}
        taken = VERIFY in self._known or VERIFY in self._aliases
        self._verify = f"{VERIFY}-export" if taken else VERIFY

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        own = [*self._exports, *([self._verify] if self._exports else [])]
        return [*self._known, *self._aliases, *own]

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = self._known.get(self._aliases.get(cmd_name, cmd_name))
        if command is not None:
            return calling(self._program, command, cmd_name)
        if cmd_name in self._exports:
            return exporting(self._program, self._exports[cmd_name])
        if cmd_name == self._verify and self._exports:
            return verifying(self._program, self._verify)
        return None

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in known:
            near = get_close_matches(args[0].replace("_", "-"), known, 3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"there is no command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the subcommands by their resources, without making them."""
        for resource, rows in groupby(self._rows(), key=lambda row: row[0]):
            with formatter.section(resource):
                formatter.write_dl([(name, summary) for _, name, summary in rows])

    def _rows(self) -> Iterator[tuple[str, str, str]]:
        for command in self._program.commands:
            yield _title(command), _names(command), visible(command.summary)
        for export in self._exports.values():
            yield "Folders", export.name, export.summary
        if self._exports:
            yield "Folders", self._verify, "Check a folder that was exported against its manifest."


def _title(command: Command) -> str:
    return command.resource.strip("_").replace("_", " ").capitalize()


def _names(command: Command) -> str:
    return f"{command.alias}, {command.name}" if command.alias else command.name


def _begin(context: click.Context, **given: Any) -> None:
    context.obj = given


def _credentials(program: Program) -> str:
    configuration = program.configuration
    prefix = configuration.environment
    fields = [name for scheme in configuration.security_schemes.values() for name in scheme.fields]
    variables = ", ".join(dict.fromkeys(f"{prefix}_{name.upper()}" for name in fields))
    return f"Credentials are taken from the environment: {variables}." if variables else ""


def _version(program: Program) -> click.Option:
    def show(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value:
            click.echo(program.configuration.user_agent.replace("/", " "))
            context.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show,
        help="Show the version.",
    )
