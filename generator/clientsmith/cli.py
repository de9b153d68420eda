"""The command line: arguments in, exit status out.

Exit status: 0 done, nothing to report; 1 the command's findings (invalid document, drift, files kept because somebody edited
them); 2 wrong usage or configuration, or an input or output that cannot be used. Results go to stdout, messages and progress to
stderr.

Whatever a command needs is imported by its function: `--help`, a wrong option and a run that
changes nothing pay for nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .diagnostics import (
    Diagnostic,
    DiagnosticError,
    InputError,
    format_github,
    format_json,
    format_text,
    printable,
)

if TYPE_CHECKING:
    from threading import Timer

    from .config import Configuration, Folder
    from .outcome import Check, Summary

__all__ = ["main"]

_FORMATS = {"text": format_text, "json": format_json, "github": format_github}
_OPTIONS = (
    "spec",
    "output",
    "package",
    "templates",
    "config",
    "document_root",
    "strict",
    "allow_remote",
)
_MOST_OF_A_KIND = 5
"""Findings of one kind that are shown by a command whose result is another."""

_LONG_RUN = 1.0
"""Seconds after which a run tells what it is doing."""


class _Arguments(argparse.Namespace):
    """The parsed arguments, as far as the command has them."""

    run: Callable[[_Arguments], int]
    spec: str | None
    output: str | None
    package: str | None
    templates: str | None
    config: str | None
    document_root: str | None
    force: bool
    strict: bool | None
    release: str | None
    format: str
    old: str | None
    new: str | None
    allow_remote: bool | None
    update: bool
    names: list[str]
    place: str


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
    parsed = _parser().parse_args(arguments, _Arguments())
    try:
        return parsed.run(parsed)
    except DiagnosticError as error:
        sys.stderr.write(format_text(error.diagnostics))
        return error.exit_status


def _generate(arguments: _Arguments) -> int:
    from . import pipeline

    progress = _Progress()
    try:
        summary = pipeline.generate(
            _configuration(arguments),
            force=arguments.force,
            release=arguments.release,
            progress=progress.stage,
        )
    finally:
        progress.end()
    _tell(summary.diagnostics)
    for path in summary.kept:
        sys.stderr.write(
            format_text(
                [
                    Diagnostic(
                        "warning",
                        f"{_shown(summary.output / path)} was edited since clientsmith wrote it, and was kept",
                        hint="change the document or the templates instead, and run with --force",
                    )
                ]
            )
        )
    print(_summary_line(summary))
    if summary.comparison is not None and summary.comparison.changes:
        from .diff.report import summary as of_changes

        print(f"{_shown(summary.output)}: {of_changes(summary.comparison)}")
    return 1 if summary.kept else 0


def _tell(diagnostics: Sequence[Diagnostic]) -> None:
    """Tell what was found in the document: of each kind a few, and how many more there are."""
    kinds: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        kinds.setdefault(diagnostic.rule, []).append(diagnostic)
    shown = {id(one) for found in kinds.values() for one in found[:_MOST_OF_A_KIND]}
    sys.stderr.write(format_text(one for one in diagnostics if id(one) in shown))
    for rule, found in kinds.items():
        if (more := len(found) - _MOST_OF_A_KIND) > 0:
            hint = "`clientsmith validate` tells all"
            sys.stderr.write(
                format_text([Diagnostic("note", f"and {more} more of this kind", None, hint, rule)])
            )


def _summary_line(summary: Summary) -> str:
    done = (
        "nothing has changed"
        if summary.up_to_date
        else f"{_count(summary.written, 'file')} written, {summary.unchanged} unchanged, {summary.removed} removed"
    )
    counts = f"{_count(summary.operations, 'operation')}, {_count(summary.models, 'model')}"
    return f"{_shown(summary.output)}: {counts}; {done}; {summary.seconds:.2f} s"


def _check(arguments: _Arguments) -> int:
    from . import pipeline

    progress = _Progress()
    try:
        check = pipeline.check(_configuration(arguments), progress=progress.stage)
    finally:
        progress.end()
    sys.stdout.write(check.drift.diff)
    _tell(check.diagnostics)
    for note in _notes(check):
        sys.stderr.write(format_text([note]))
    return 1 if check.drift.diff or check.drift.unowned else 0


def _notes(check: Check) -> list[Diagnostic]:
    drift = check.drift
    place = _shown(check.output)
    notes = [
        Diagnostic("note", f"{place} was made with {name} {recorded}, and this is {name} {current}")
        for name, recorded, current in drift.versions
    ]
    notes += [
        Diagnostic(
            "warning", f"{_shown(check.output / path)} was edited since clientsmith wrote it"
        )
        for path in drift.edited
    ]
    notes += [
        Diagnostic(
            "warning",
            f"{_shown(check.output / path)} was not written by clientsmith",
            hint="remove it, or keep it in a folder of your own (handwritten = ... in the configuration)",
        )
        for path in drift.unowned
    ]
    if drift.diff:
        message = f"{place} is not what the document gives"
        notes.append(Diagnostic("error", message, hint="run `clientsmith generate`"))
    return notes


def _validate(arguments: _Arguments) -> int:
    from . import pipeline

    layout = _FORMATS[arguments.format]
    configuration = _configuration(arguments)
    try:
        findings = pipeline.validate(configuration)
    except InputError as error:
        if arguments.format == "text":
            raise
        sys.stdout.write(layout(error.diagnostics))
        return error.exit_status
    except DiagnosticError as error:
        findings = list(error.diagnostics)
    sys.stdout.write(layout(findings))
    if not findings:
        sys.stderr.write(f"{_shown(configuration.spec)} is valid\n")
    return 1 if any(finding.severity == "error" for finding in findings) else 0


def _diff(arguments: _Arguments) -> int:
    from . import pipeline
    from .diff import report

    layout = {"text": report.as_text, "json": report.as_json, "markdown": report.as_markdown}

    def load(spec: str | None) -> Configuration:
        arguments.spec = spec
        return _configuration(arguments)

    progress = _Progress()
    try:
        comparison = pipeline.diff(
            arguments.old, arguments.new, load, _current_folder(), progress=progress.stage
        )
    finally:
        progress.end()
    sys.stdout.write(layout[arguments.format](comparison))
    return 0 if comparison.is_announced else 1


def _list_templates(arguments: _Arguments) -> int:
    from .customize.commands import list_templates

    return list_templates(_folder(arguments))


def _eject(arguments: _Arguments) -> int:
    from .config import ConfigurationError
    from .customize.commands import eject_templates

    if not arguments.names and not arguments.update:
        message = "name a template: `clientsmith templates list` shows them"
        raise ConfigurationError(Diagnostic("error", message))
    folder = _folder(arguments, must_exist=False)
    return eject_templates(folder, arguments.names, update=arguments.update)


def _status(arguments: _Arguments) -> int:
    from .customize.commands import show_status

    return show_status(_folder(arguments))


def _context(arguments: _Arguments) -> int:
    from .customize.commands import show_context

    return show_context(_configuration(arguments), in_json=arguments.format == "json")


def _explain(arguments: _Arguments) -> int:
    from .customize.commands import explain_place

    return explain_place(_configuration(arguments), arguments.place)


def _folder(arguments: _Arguments, *, must_exist: bool = True) -> Folder:
    from .config import load_folder

    return load_folder(
        _current_folder(),
        templates=arguments.templates,
        config=arguments.config,
        must_exist=must_exist,
    )


def _configuration(arguments: _Arguments) -> Configuration:
    from .config import load

    options: dict[str, Any] = {name: getattr(arguments, name, None) for name in _OPTIONS}
    return load(_current_folder(), **options)


def _current_folder() -> Path:
    from .config import ConfigurationError

    try:
        return Path.cwd()
    except OSError as error:
        message = f"the current folder cannot be used: {error.strerror}"
        raise ConfigurationError(Diagnostic("error", message)) from None


class _Progress:
    """The name of the stage that a long run is in, on one line of a terminal."""

    def __init__(self) -> None:
        self._name = ""
        self._shown = False
        self._clock: Timer | None = None
        if sys.stderr.isatty():
            from threading import Timer

            self._clock = Timer(_LONG_RUN, self._begin)
            self._clock.daemon = True
            self._clock.start()

    def stage(self, name: str) -> None:
        """Tell that a stage begins."""
        self._name = name
        if self._shown:
            self._show()

    def end(self) -> None:
        """Clear the line."""
        if self._clock is not None:
            self._clock.cancel()
            self._clock.join()
        if self._shown:
            sys.stderr.write("\r\x1b[K")

    def _begin(self) -> None:
        self._shown = True
        self._show()

    def _show(self) -> None:
        sys.stderr.write(f"\r\x1b[K{printable(self._name)}...")
        sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clientsmith",
        description="Generate a complete Python client package from an OpenAPI document.",
        epilog="Without SPEC, everything comes from [tool.clientsmith] of the nearest pyproject.toml, or from clientsmith.toml. "
        "Exit status: 0 done; 1 findings; 2 wrong usage, configuration or input.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"clientsmith {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    generate = _command(commands.add_parser, "generate", _generate, "write the client package")
    _add_run_options(generate)
    generate.add_argument(
        "--force", action="store_true", help="overwrite generated files that were edited by hand"
    )
    generate.add_argument(
        "--release",
        metavar="DATE",
        type=_date,
        help="release the version: date its entry in the changelog, and compare with this document from now on",
    )

    check = _command(
        commands.add_parser,
        "check",
        _check,
        "show how the package differs from what the document gives",
    )
    _add_run_options(check)

    validate = _command(
        commands.add_parser, "validate", _validate, "tell what is wrong with the document"
    )
    _add_spec(validate)
    validate.add_argument("--format", choices=tuple(_FORMATS), default="text", help="default: text")

    diff = _command(
        commands.add_parser, "diff", _diff, "tell what changed for the callers of the client"
    )
    diff.add_argument(
        "old",
        nargs="?",
        metavar="OLD",
        help="a document, or a git revision and a path (main:openapi.yaml); default: the configured one as committed",
    )
    diff.add_argument("new", nargs="?", metavar="NEW", help="default: the configured document")
    _add_config(diff)
    diff.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="default: text"
    )

    explain = _command(
        commands.add_parser,
        "explain",
        _explain,
        "tell which line of which template, and of the document, made a line of the output",
    )
    explain.add_argument("place", metavar="FILE[:LINE]", help="a generated file, and a line of it")
    explain.add_argument("--spec", metavar="SPEC", help="the document, if not the configured one")
    _add_run_options(explain, spec=False)

    templates = commands.add_parser(
        "templates", help="see and copy what the output is made of", allow_abbrev=False
    )
    _add_templates_commands(
        templates.add_subparsers(title="commands", metavar="COMMAND", required=True).add_parser
    )
    return parser


def _add_templates_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    show = _command(add, "list", _list_templates, "list the templates and their blocks")
    eject = _command(add, "eject", _eject, "copy default templates to your folder, to change them")
    eject.add_argument("names", nargs="*", metavar="NAME", help="as `templates list` prints it")
    eject.add_argument(
        "--update",
        action="store_true",
        help="merge what the defaults changed since into the copies, or into those named",
    )
    status = _command(
        add, "status", _status, "tell which of your templates the defaults have left behind"
    )
    context = _command(add, "context", _context, "print what the templates see for the document")
    for command in (show, eject, status):
        command.add_argument(
            "--config", metavar="FILE", help="the configuration; default: the nearest one"
        )
    _add_spec(context)
    context.add_argument("--package", metavar="NAME", help="the name to import the package by")
    for command in (show, eject, status):
        command.add_argument("--templates", metavar="DIR", help="the folder of your templates")
    context.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _command(
    add: Callable[..., argparse.ArgumentParser],
    name: str,
    run: Callable[[_Arguments], int],
    summary: str,
) -> argparse.ArgumentParser:
    command = add(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    command.set_defaults(run=run)
    return command


def _add_spec(command: argparse.ArgumentParser, *, spec: bool = True) -> None:
    if spec:
        command.add_argument(
            "spec",
            nargs="?",
            metavar="SPEC",
            help="the OpenAPI document; default: the configured one",
        )
    _add_config(command)


def _add_config(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--config", metavar="FILE", help="the configuration; default: the nearest one"
    )
    command.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help="make every flaw of the document an error; default: what the configuration says, or else no",
    )
    command.add_argument(
        "--document-root",
        metavar="DIR",
        help="the folder that references to files may not leave; default: that of the document",
    )
    command.add_argument(
        "--allow-remote",
        action=argparse.BooleanOptionalAction,
        help="follow references to the public internet; default: what the configuration says, or else no",
    )


def _add_run_options(command: argparse.ArgumentParser, *, spec: bool = True) -> None:
    _add_spec(command, spec=spec)
    command.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        help="the folder of the package; default: the configured one, or one named after the distribution",
    )
    command.add_argument("--package", metavar="NAME", help="the name to import the package by")
    command.add_argument(
        "--templates", metavar="DIR", help="templates that replace the default ones"
    )


def _date(text: str) -> str:
    """Return a date as it was given, such as 2026-11-23 (ISO 8601)."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-23") from None


def _shown(path: Path) -> str:
    from .tomlfile import shown

    return printable(shown(path))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
