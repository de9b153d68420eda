"""The package's command after a plugin: its subcommands call what the operations are called now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .. import naming
from ..api import Api, Command, Export, ExportPart, Operation, Resource
from ..diagnostics import Location
from ..text import Name, Text

_Place = tuple[Name, Name]
"""The attribute of a resource, and a method of it."""
_Identity = tuple[Text, Name, Location]


@dataclass(frozen=True, slots=True)
class _Method:
    """A method of an operation.

    Attributes:
        resource: the attribute of the resource that has it.
        name: the method.
        operation: the operation.
    """

    resource: Name
    name: Name
    operation: Operation


def followed(before: Api, after: Api) -> Api:
    """Return a changed client whose command calls the methods that it has.

    A subcommand follows its operation to another name or resource, and goes with it. One that the plugin made itself stays.

    Args:
        before: the client before the change.
        after: the changed client.
    """
    moves = _Moves(before, after)
    known = {id(each) for each in (*before.commands, *before.exporting)}
    taken = {command.name for command in after.commands}
    commands = [
        moves.command(command, taken) if id(command) in known else command
        for command in after.commands
    ]
    exporting = [
        moves.export(export) if id(export) in known else export for export in after.exporting
    ]
    return replace(
        after,
        resources=tuple(map(moves.resource, after.resources)),
        commands=tuple(command for command in commands if command is not None),
        exporting=tuple(export for export in exporting if export is not None),
    )


class _Moves:
    """Where the methods of a client are after a change."""

    def __init__(self, before: Api, after: Api) -> None:
        now: dict[tuple[_Identity, str], _Method] = {}
        for operation, kind, method in _methods(after):
            now.setdefault((_identity(operation), kind), method)
        self._old: dict[_Place, _Method] = {}
        self._new: dict[_Place, _Method | None] = {}
        for operation, kind, method in _methods(before):
            place = method.resource, method.name
            self._old.setdefault(place, method)
            self._new.setdefault(place, now.get((_identity(operation), kind)))
        self._names: dict[Name | None, Name | None] = {
            name: method.name if method is not None else None
            for (_, name), method in self._new.items()
            if method is None or method.name != name
        }

    def resource(self, resource: Resource) -> Resource:
        """Return a resource whose methods that wait name the operation that is to be called first as it is called now."""
        return replace(resource, operations=tuple(map(self._operation, resource.operations)))

    def _operation(self, operation: Operation) -> Operation:
        if not any(waiting.requested_by in self._names for waiting in operation.waits):
            return operation
        waits = (
            replace(each, requested_by=self._names.get(each.requested_by, each.requested_by))
            for each in operation.waits
        )
        return replace(operation, waits=tuple(waits))

    def command(self, command: Command, taken: set[Name]) -> Command | None:
        """Return a subcommand as it is now; None where its operation is gone.

        Args:
            command: the subcommand.
            taken: the names that subcommands have; its new one is added.
        """
        method = self._new.get((command.resource, command.method))
        if method is None:
            return None
        name = command.name
        for old, new in (
            (command.method, method.name),
            (Name(f"{command.resource}_{command.method}"), f"{method.resource}_{method.name}"),
        ):
            if command.name == naming.dashed(old) != naming.dashed(new):
                name = naming.dashed(new)
                if name in taken:
                    name = naming.dashed(f"{method.resource}_{method.name}")
                taken.add(name)
                break
        paging = method.operation.paging if command.items is not None else None
        return replace(
            command,
            name=name,
            resource=method.resource,
            method=method.name,
            items=paging.method if paging is not None else None,
        )

    def export(self, export: Export) -> Export | None:
        """Return a subcommand that saves a list as it is now; None where the list is gone, or is one no more."""
        old, new = (each.get((export.resource, export.method)) for each in (self._old, self._new))
        if old is None or new is None or new.operation.paging is None:
            return None
        arguments = _arguments(old.operation, new.operation)
        return replace(
            export,
            resource=new.resource,
            method=new.name,
            items=new.operation.paging.method,
            parts=tuple(
                moved for part in export.parts if (moved := self._part(part, arguments)) is not None
            ),
            fixed=tuple(arguments.get(each, each) for each in export.fixed),
        )

    def _part(self, part: ExportPart, of_list: dict[Name, Name]) -> ExportPart | None:
        old, new = (each.get((part.resource, part.method)) for each in (self._old, self._new))
        if old is None or new is None:
            return None
        own = _arguments(old.operation, new.operation)
        return replace(
            part,
            resource=new.resource,
            method=new.name,
            arguments=tuple(
                (own.get(name, name), of_list.get(at, at) if isinstance(at, Name) else at)
                for name, at in part.arguments
            ),
        )


def _methods(api: Api) -> Iterator[tuple[Operation, str, _Method]]:
    """Yield every method, with its operation and what kind of method of that it is."""
    for resource in api.resources:
        for operation in resource.operations:
            for kind, name in kinds_of_methods(operation):
                yield operation, kind, _Method(resource.attribute, name, operation)


def kinds_of_methods(operation: Operation) -> Iterator[tuple[str, Name]]:
    """Yield the methods of an operation, each with a word that tells it from the others."""
    yield "call", operation.name
    if operation.paging is not None:
        yield "items", operation.paging.method
    for number, waiting in enumerate(operation.waits):
        yield f"wait {number}", waiting.method


def places_of_methods(resources: tuple[Resource, ...]) -> frozenset[_Place]:
    """Return where there are methods."""
    return frozenset(
        (resource.attribute, name)
        for resource in resources
        for operation in resource.operations
        for _, name in kinds_of_methods(operation)
    )


def _identity(operation: Operation) -> _Identity:
    return operation.path, operation.method, operation.source


def _arguments(old: Operation, new: Operation) -> dict[Name, Name]:
    """Return what the arguments of an operation are called now."""
    now = {(each.name, each.location): each.argument for each in new.parameters}
    return {
        each.argument: now.get((each.name, each.location), each.argument) for each in old.parameters
    }
