"""The subcommand of an operation: it calls the method and writes what that gives."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Generator, Mapping, Set
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeGuard

import click
from typing_extensions import override

from ..download import Download
from ..streams import Stream
from ..sync_client import BaseClient
from .arguments import Arguments, calls_repeatedly
from .commands import Command, Program
from .documentation import documentation
from .logs import log_to_stderr
from .output import Format, first, sink, write_items, write_value
from .settings import chosen, options_of_client, settings

_NEGATIVE = re.compile(r"-\.?\d[\d.eE+-]*")


def calling(program: Program, command: Command, name: str) -> click.Command:
    """Return the subcommand of an operation.

    Args:
        program: What it is a part of.
        command: What it calls.
        name: What it is called.
    """
    method = program.method(command.resource, command.method)
    arguments = Arguments.of(method)
    own = arguments.parameters()
    if command.items is not None:
        own = added(own, ["--all", "all_items"], "All pages of the list, to its end.", is_flag=True)
        most = "So many items at most, of all pages."
        own = added(own, ["--max-items", "max_items"], most, type=click.IntRange(0))
    if calls_repeatedly(method):
        longest = "The longest wait before it asks again; 2 unless given."
        own = added(
            own, ["--poll-interval", "poll_interval"], longest, type=float, metavar="SECONDS"
        )

    def call(**given: Any) -> None:
        context = click.get_current_context()
        values = arguments.values(context, given)
        options = chosen(context, given)
        with opened(program, options) as client:
            resource = getattr(client, command.resource)
            if given.get("poll_interval") is not None:
                values["poll_interval"] = given["poll_interval"]
                if options.get("deadline") is not None:
                    values["deadline"] = options["deadline"]
            if given.get("all_items") or given.get("max_items") is not None:
                items = getattr(resource, str(command.items))(**values)
                with sink(options["output"]) as write:
                    listed = first(items, given["max_items"])
                    write_items(write, listed, _form(options), _columns(options))
                return
            _write(getattr(resource, command.method)(**values), options)

    return made(program, name, own, call, documentation(method).text)


def made(
    program: Program,
    name: str,
    own: list[click.Parameter],
    callback: Callable[..., object],
    text: str,
) -> click.Command:
    """Return a subcommand that takes the settings besides its own parameters.

    Args:
        program: What it is a part of.
        name: What it is called.
        own: Its own parameters. A setting of the same name can be given before the subcommand only.
        callback: What it does.
        text: What it says about itself.
    """
    taken = _flags(own)
    common = [option for option in settings(program) if not taken & {*option.opts}]
    return _Subcommand(name, params=[*own, *common], callback=callback, help=_paragraphs(text))


class _Subcommand(click.Command):
    """A subcommand in which a negative number can be given by its place. click would take it for an option."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if any(map(_NEGATIVE.fullmatch, args)):
            args = self._options_first(args)
        return super().parse_args(ctx, args)

    def _options_first(self, args: list[str]) -> list[str]:
        """Return the arguments with `--` between the options and those that are given by their places."""
        valued = {
            flag
            for one in self.params
            if isinstance(one, click.Option) and not (one.is_flag or one.count)
            for flag in one.opts
        }
        options: list[str] = []
        places: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                places += rest
            elif arg == "-" or not arg.startswith("-") or _NEGATIVE.fullmatch(arg):
                places.append(arg)
            else:
                options.append(arg)
                if _takes_next(arg, valued):
                    options += islice(rest, 1)
        return [*options, "--", *places]


def _takes_next(arg: str, valued: Set[str]) -> bool:
    """Return whether the value of an option, or of the last one of a cluster such as `-qo`, is the next argument."""
    if arg.startswith("--"):
        return arg in valued
    return next((at == len(arg) - 1 for at, c in enumerate(arg) if f"-{c}" in valued), False)


def added(
    own: list[click.Parameter], names: list[str], help_: str, **options: Any
) -> list[click.Parameter]:
    """Return parameters with another option, which gives way to one of the same name."""
    flag = names[0]
    while flag in _flags(own):
        flag = f"{flag}-"
    return [*own, click.Option([flag, *names[1:]], help=help_, **options)]


@contextmanager
def opened(program: Program, options: Mapping[str, Any]) -> Generator[BaseClient]:
    """Give a client of the settings.

    Raises:
        click.UsageError: They contradict each other, or are out of range.
    """
    log_to_stderr(options["verbose"])
    given = options_of_client(program, options)
    try:
        client = program.client(**given)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with client:
        yield client


def _write(result: object, options: Mapping[str, Any]) -> None:
    """Write what a call gave to where it belongs."""
    target: str | None = options["output"]
    if isinstance(result, Download):
        with result:
            _save(result, target, quiet=bool(options["quiet"]))
    elif _is_stream(result):
        with result, sink(target) as write:
            for item in result:
                write_value(write, item, "lines")
                sys.stdout.flush()
    elif result is not None or target is not None:
        with sink(target) as write:
            write_value(write, result, _form(options), _columns(options))


def _is_stream(result: object) -> TypeGuard[Stream[Any]]:
    return isinstance(result, Stream)


def _save(download: Download, target: str | None, *, quiet: bool) -> None:
    if target == "-":
        with sink(target) as write:
            for chunk in download.iter_bytes():
                write(chunk)
        return
    path = download.save("." if target is None else target, progress=not quiet and _is_watched())
    with sink(None) as write:
        write(f"{path}\n".encode("utf-8", "surrogateescape"))


def _is_watched() -> bool:
    return sys.stderr.isatty()


def _form(options: Mapping[str, Any]) -> Format:
    form: Format | None = options["format"]
    return form or "json"


def _columns(options: Mapping[str, Any]) -> list[str]:
    columns: str | None = options["columns"]
    return [name.strip() for name in columns.split(",")] if columns else []


def _flags(parameters: list[click.Parameter]) -> set[str]:
    return {flag for one in parameters for flag in (*one.opts, *one.secondary_opts)}


def _paragraphs(text: str) -> str:
    """Return a text whose lists and code click leaves as they are."""
    blocks = text.split("\n\n")
    kept = [
        (
            f"\b\n{block}"
            if block.lstrip().startswith(("-", "*", "|", "1.", "#", ">", "```"))
            else block
        )
        for block in blocks
    ]
    return "\n\n".join(kept)
