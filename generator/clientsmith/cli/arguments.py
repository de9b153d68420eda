"""The arguments that commands share, and what they ask for: a configuration, a folder of templates."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..diagnostics import Diagnostic

if TYPE_CHECKING:
    from ..config import Configuration, Folder

_OPTIONS = (
    "spec",
    "output",
    "package",
    "templates",
    "config",
    "document_root",
    "strict",
    "allow_remote",
    "no_cache",
)


class Arguments(argparse.Namespace):
    """The parsed arguments, as far as the command has them."""

    run: Callable[[Arguments], int]
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
    no_cache: bool
    update: bool
    watch: bool
    names: list[str]
    place: str
    port: int
    open: bool


Add = Callable[..., argparse.ArgumentParser]
"""Adds a command by its name."""


def command(
    add: Add, name: str, run: Callable[[Arguments], int], summary: str
) -> argparse.ArgumentParser:
    """Add a command.

    Args:
        add: adds it.
        name: what it is called.
        run: runs it and returns its exit status.
        summary: what it does, in a few words.
    """
    parser = add(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    parser.set_defaults(run=run)
    return parser


def add_spec(parser: argparse.ArgumentParser) -> None:
    """Let a command be given a document, and how that is read."""
    parser.add_argument(
        "spec",
        nargs="?",
        metavar="SPEC",
        help="the OpenAPI document; default: the configured one",
    )
    add_config(parser)


def add_config(parser: argparse.ArgumentParser) -> None:
    """Let a command be told how documents are read."""
    parser.add_argument(
        "--config", metavar="FILE", help="the configuration; default: the nearest one"
    )
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help="make every flaw of the document an error; default: what the configuration says, or else no",
    )
    parser.add_argument(
        "--document-root",
        metavar="DIR",
        help="the folder that references to files may not leave; default: that of the document",
    )
    parser.add_argument(
        "--allow-remote",
        action=argparse.BooleanOptionalAction,
        help="follow references to the public internet; default: what the configuration says, or else no",
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Let a command be told where the package is and what it is made with."""
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        help="the folder of the package; default: the configured one, or one named after the distribution",
    )
    parser.add_argument("--package", metavar="NAME", help="the name to import the package by")
    parser.add_argument(
        "--templates", metavar="DIR", help="templates that replace the default ones"
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="use nothing that an earlier run has kept, and keep nothing; the output is the same",
    )


def configuration(arguments: Arguments) -> Configuration:
    """Return the configuration that the arguments and the files ask for.

    Raises:
        ConfigurationError: it cannot be used.
    """
    from ..config import load

    options: dict[str, Any] = {name: getattr(arguments, name, None) for name in _OPTIONS}
    return load(current_folder(), **options)


def folder(arguments: Arguments, *, must_exist: bool = True) -> Folder:
    """Return the folder of the user's templates.

    Raises:
        ConfigurationError: it cannot be used, or `must_exist` and it does not.
    """
    from ..config import load_folder

    return load_folder(
        current_folder(),
        templates=arguments.templates,
        config=arguments.config,
        must_exist=must_exist,
    )


def current_folder() -> Path:
    """Return the current folder, absolute.

    Raises:
        ConfigurationError: there is none.
    """
    from ..config import ConfigurationError

    try:
        return Path.cwd()
    except OSError as error:
        message = f"the current folder cannot be used: {error.strerror}"
        raise ConfigurationError(Diagnostic("error", message)) from None
