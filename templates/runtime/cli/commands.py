"""What the command of a package consists of, as data, and how it is started."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from ..extras import require

if TYPE_CHECKING:
    from ..async_client import BaseAsyncClient
    from ..configuration import BaseConfiguration
    from ..export.plan import Export
    from ..sync_client import BaseClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A subcommand that calls a method. Its arguments, their types and its help are those of the method.

    Attributes:
        name: What it is called.
        resource: The attribute of the client that has the method.
        method: The method.
        summary: What it does, in one line.
        items: The method that gives the items of all pages, if there is one.
        alias: Another name for it.
    """

    name: str
    resource: str
    method: str
    summary: str
    items: str | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The command of a package.

    Attributes:
        name: What it is called.
        summary: What the package is, in one line.
        configuration: Says what a client can be told.
        client, async_client: Make a client.
        resources: The classes of the package that have the methods, by the attributes of the client.
        settings: The fields of the configuration that choose the server.
        commands: Its subcommands, in the order of the document.
        exports: Those that save whole lists.
    """

    name: str
    summary: str
    configuration: type[BaseConfiguration]
    client: Callable[..., BaseClient]
    async_client: Callable[..., BaseAsyncClient]
    resources: Mapping[str, str]
    settings: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    exports: tuple[Export, ...] = ()

    def method(self, resource: str, name: str) -> Callable[..., object]:
        """Return a method of a resource, as its class has it."""
        package = import_module(self.configuration.__module__.rpartition(".")[0])
        found: Callable[..., object] = getattr(getattr(package, self.resources[resource]), name)
        return found

    def run(self) -> int:
        """Do what the arguments of the process say.

        Returns:
            The exit status: 0 for done, 1 for a call that failed or something that is not as it should be, 2 for wrong
            usage, and 128 and the number of the signal that ended it.
        """
        try:
            require("click", f"the command {self.name}", "cli")
            require("rich", f"the command {self.name}", "cli")
        except ImportError as error:
            print(f"{self.name}: {error}", file=sys.stderr)
            return 1
        from .program import run

        return run(self)
