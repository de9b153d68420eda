"""The subcommands that save whole lists to folders, and check these."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic_core import to_jsonable_python

from ..export.manifest import Manifest, NoExport, read
from ..export.plan import Export
from ..export.verification import verify
from ..export.walk import Tally, TooManyFailures, Walk
from .arguments import Argument, Arguments
from .calling import added, made
from .commands import Program
from .kinds import Kind
from .logs import log_to_stderr
from .output import sink, visible, write_value
from .settings import chosen, options_of_client

_FOLDER = Argument("folder_", Kind(click.STRING), True, "The folder to save to; made if need be.")
_RETRIES = 5
_TERMINATED = 143
T = TypeVar("T")

_TEXT = """{summary}

Each item gets a folder of its own: metadata.json, and {parts}. An export that was interrupted goes on where it stopped when the
same command is given again; nothing that is there is asked for again. One that was complete looks for what is new. The folder's
manifest.jsonl has the hash of each file, which another command checks.

What fails is told, and left for the next time; then the exit status is 1."""


_VERIFIED = """Check a folder that was exported against its manifest.

Files that are missing or have changed are told, and files that the manifest does not know. The exit status is 1 if any is missing
or has changed, or if the export is not complete."""


def exporting(program: Program, export: Export) -> click.Command:
    """Return the subcommand that saves a list.

    Args:
        program: What it is a part of.
        export: What is saved.
    """
    listed = Arguments.of(program.method(export.resource, export.method))
    needed = [one for one in listed.of_method if one.required]
    others = [one for one in listed.of_method if not one.required]
    arguments = replace(listed, of_method=(*needed, _FOLDER, *others))
    parts = [part.name for part in export.parts]
    own = added(
        arguments.parameters(),
        ["--concurrency", "concurrency"],
        "How many items are saved at once.",
        type=click.IntRange(1, 100),
        default=8,
        show_default=True,
    )
    if parts:
        left_out = "A part that is not saved; can be repeated."
        own = added(
            own, ["--without", "without"], left_out, type=click.Choice(parts), multiple=True
        )

    def call(**given: Any) -> None:
        context = click.get_current_context()
        options = chosen(context, given)
        if given[f"argument_{_FOLDER.name}"] is None:
            given[f"argument_{_FOLDER.name}"] = options["output"]
        values = arguments.values(context, given)
        folder = Path(str(values.pop(_FOLDER.name)))
        without = frozenset[str](given.get("without") or ())
        walk = {
            "list": export.method,
            "arguments": to_jsonable_python(values, fallback=str),
            "parts": [part for part in parts if part not in without],
        }
        log_to_stderr(options["verbose"])
        try:
            with Manifest(folder, walk, export.fixed) as manifest, _told(options) as tell:
                tally = _ended(
                    _walk(program, export, values, folder, manifest, given, options, tell)
                )
        except NoExport as error:
            raise click.UsageError(str(error), context) from error
        except TooManyFailures as error:
            raise click.ClickException(f"{error}; the same command goes on later") from error
        with sink(None) as write:
            write_value(write, asdict(tally), options["format"] or "json")
        if tally.failed:
            raise click.ClickException(
                f"{tally.failed} items are not saved; the same command tries them again"
            )

    text = _TEXT.format(summary=export.summary, parts=" and ".join(parts) or "nothing else")
    return made(program, export.name, own, call, text)


async def _walk(
    program: Program,
    export: Export,
    values: Mapping[str, Any],
    folder: Path,
    manifest: Manifest,
    given: Mapping[str, Any],
    options: Mapping[str, Any],
    tell: Callable[[Tally], object],
) -> Tally:
    try:
        client = program.async_client(
            **{"max_retries": _RETRIES, **options_of_client(program, options)}
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    async with client:
        walk = Walk(client, export, values, folder, manifest, given["concurrency"])
        walk.without = frozenset(given.get("without") or ())
        walk.tell = tell
        walk.warn = lambda message: click.echo(f"{program.name}: {visible(message)}", err=True)
        return await walk.run()


def verifying(program: Program, name: str) -> click.Command:
    """Return the subcommand that checks a folder.

    Args:
        program: What it is a part of.
        name: What it is called.
    """

    def call(folder: str) -> None:
        place = Path(folder)
        try:
            state = read(place)
        except NoExport as error:
            raise click.UsageError(str(error)) from error
        wrong = 0
        for finding in verify(place, state):
            click.echo(str(finding))
            wrong += finding.kind != "unlisted"
        if wrong:
            raise click.ClickException(
                f"{wrong} of {len(state.files)} files are not as they were saved:"
                " delete what has changed, and export again"
            )
        if not state.complete:
            raise click.ClickException("the export is not complete: the same command goes on")
        size = sum(known.size for known in state.files.values())
        click.echo(
            f"{program.name}: {state.items} items, {len(state.files)} files, {size} bytes: all as they were saved",
            err=True,
        )

    return click.Command(
        name,
        params=[click.Argument(["folder"])],
        callback=call,
        help=_VERIFIED,
    )


def _ended(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, or until SIGINT or SIGTERM; what it has done is then written down.

    Raises:
        click.exceptions.Exit: SIGTERM came.
        KeyboardInterrupt: SIGINT came.
    """
    terminated = False

    async def main() -> T:
        task = asyncio.ensure_future(work)

        def terminate() -> None:
            nonlocal terminated
            terminated = True
            task.cancel()

        with suppress(NotImplementedError):  # on Windows, where no process is asked to end
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
        return await task

    try:
        return asyncio.run(main())
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo("stopped; the same command goes on", err=True)
        if terminated:
            raise click.exceptions.Exit(_TERMINATED) from None
        raise KeyboardInterrupt from None


@contextmanager
def _told(options: Mapping[str, Any]) -> Generator[Callable[[Tally], object]]:
    """Give what shows how far the export is, where somebody sees it."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if options["quiet"] or not console.is_terminal:
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=None)

        def tell(tally: Tally) -> None:
            megabytes = f"{tally.bytes / 1e6:.1f} MB"
            progress.update(
                task,
                description=f"{tally.items} items, {tally.saved} files saved, {megabytes}",
            )

        yield tell
