"""The subcommands of the package's command, and the extensions `x-command` and `x-export` that shape them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from .. import naming
from ..api import Command, Export, ExportPart, Operation, Paging, Parameter, Resource
from ..diagnostics import Diagnostic, quoted
from ..read.document import Node
from ..text import Name, Text, opened
from .answers import Answers, NothingThere
from .definitions import Schema
from .extensions import BadExtension, Extension, is_header
from .nodes import text_of
from .operations import operation_nodes
from .schemas import Schemas

ALIAS = "x-command"
EXPORT = "x-export"
_METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class _Placed:
    """An operation with its place in the document and in the client."""

    resource: Resource
    operation: Operation
    node: Node


class Commands:
    """The subcommands of a document.

    Args:
        schemas: the prepared schemas of its operations.
        root: the document.
        resources: its operations; one that is in several of them is a subcommand once.
        report: told of extensions that cannot be used.

    Attributes:
        calling: those that call operations.
        exporting: those that save lists.
    """

    def __init__(
        self,
        schemas: Schemas,
        root: Node,
        resources: tuple[Resource, ...],
        report: Callable[[Diagnostic], None],
    ) -> None:
        self._answers = Answers(schemas)
        self._report = report
        self._placed = {
            (one.operation.path, one.operation.method): one for one in _placed(root, resources)
        }
        self._taken: set[str] = set()
        self.calling = self._aliased(
            [(command, one.node) for one in self._placed.values() for command in self._of(one)]
        )
        self.exporting = tuple(self._exports())

    def _of(self, placed: _Placed) -> Iterator[Command]:
        """Yield the command of an operation, and those that wait for what it gives."""
        operation, resource = placed.operation, placed.resource
        yield Command(
            self._named(operation.name, resource),
            resource.attribute,
            operation.name,
            text_of(placed.node.get("summary")) or operation.description or operation.summary,
            operation.paging.method if operation.paging else None,
        )
        for waiting in operation.waits:
            summary = Text(f"Wait for {opened(waiting.subject)}")
            name = self._named(waiting.method, resource)
            yield Command(name, resource.attribute, waiting.method, summary)

    def _named(self, method: Name, resource: Resource) -> Name:
        """Return the name of the command for a method; where another one has it, with that of the resource."""
        name = naming.dashed(method)
        if name in self._taken:
            name = naming.dashed(Name(f"{resource.attribute}_{method}"))
        self._taken.add(name)
        return name

    def _aliased(self, commands: list[tuple[Command, Node]]) -> tuple[Command, ...]:
        """Return the commands with their other names, which no command has for its own."""
        made: list[Command] = []
        seen: set[Node] = set()
        for command, node in commands:
            stated = text_of(node.get(ALIAS)) if node not in seen else Text("")
            seen.add(node)
            alias = naming.dashed(naming.snake(stated, digit_prefix="command")) if stated else None
            if alias in self._taken:
                self._report(
                    Diagnostic(
                        "warning",
                        f"{ALIAS}: another command is called {quoted(alias)}",
                        (node.get(ALIAS) or node).location,
                        rule="bad-extension",
                    )
                )
                alias = None
            if alias is not None:
                self._taken.add(alias)
            made.append(replace(command, alias=alias))
        return tuple(made)

    def _exports(self) -> Iterator[Export]:
        for placed in self._placed.values():
            stated = placed.node.get(EXPORT)
            if stated is None:
                continue
            try:
                yield self._export(placed, Extension(EXPORT, stated), stated)
            except BadExtension as error:
                self._report(error.diagnostic)

    def _export(self, placed: _Placed, extension: Extension, stated: Node) -> Export:
        extension.allow(("command", "id", "parts"))
        operation = placed.operation
        if operation.paging is None:
            raise extension.refused(
                "the operation is no list that can be read to its end", "add x-paging to it"
            )
        item = self._item(placed, operation.paging)
        named = extension.place("id")
        by_window = dict(operation.paging.arguments).get(Name("id"))
        identity = Text(named) if named else by_window
        if not isinstance(identity, Text):
            raise extension.refused(
                "the key 'id' is missing: where an item has what tells it apart"
            )
        self._check(extension, item, opened(identity), "id")
        parts = stated.get("parts")
        found = tuple(
            self._part(placed, item, naming.snake(name, digit_prefix="part"), node)
            for name, node in (parts.items() if parts is not None and parts.is_mapping else ())
        )
        fixed = tuple(one.argument for one in operation.required if one.location == "path")
        wanted = naming.dashed(
            naming.snake(extension.text("command") or "export", digit_prefix="command")
        )
        name = (
            wanted if wanted not in self._taken else Name(f"export-{naming.dashed(operation.name)}")
        )
        self._taken.add(name)
        return Export(
            name,
            placed.resource.attribute,
            operation.name,
            operation.paging.method,
            identity,
            found,
            fixed,
        )

    def _part(self, listed: _Placed, item: Schema, name: Name, stated: Node) -> ExportPart:
        extension = Extension(f"{EXPORT}: {name}", stated)
        extension.allow(("operation", "when", "is", "arguments"))
        if name == _METADATA:
            raise extension.refused("this is what an item itself is called; choose another name")
        wanted = extension.needed("operation")
        placed = next(
            (one for one in self._placed.values() if one.node.text_of("operationId") == wanted),
            None,
        )
        if placed is None:
            raise extension.refused(
                f"there is no operation with the operationId {quoted(wanted)}", key="operation"
            )
        if placed.operation.body is not None and placed.operation.body.required:
            raise extension.refused("this operation takes a body", key="operation")
        when = extension.place("when")
        if when is not None:
            self._check(extension, item, when, "when")
        given = stated.get("arguments")
        places = Extension(f"{extension.name}: arguments", given) if given is not None else None
        if places is not None:
            places.allow(opened(one.name) for one in placed.operation.parameters)
        arguments = [
            (parameter.argument, place)
            for parameter in placed.operation.parameters
            if (place := self._argument(extension, places, listed, item, parameter)) is not None
        ]
        values = tuple(
            Text(value) if isinstance(value, str) else value for value in extension.values("is")
        )
        return ExportPart(
            name,
            placed.resource.attribute,
            placed.operation.name,
            tuple(arguments),
            Text(when) if when is not None else None,
            values,
        )

    def _argument(
        self,
        extension: Extension,
        places: Extension | None,
        listed: _Placed,
        item: Schema,
        parameter: Parameter,
    ) -> Text | Name | None:
        """Return where an argument comes from: a place in the item, or an argument of the list; None for none."""
        name = opened(parameter.name)
        place = places.place(name) if places is not None else None
        if places is not None and place is not None:
            self._check(places, item, place, name)
            return Text(place)
        if not parameter.required:
            return None
        for one in listed.operation.required:
            if opened(one.name) == name:
                return one.argument
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")
        try:
            self._answers.at(item, pointer)
        except NothingThere as error:
            raise extension.refused(
                f"nothing says what the parameter {quoted(name)} is",
                f"write where an item has it, 'arguments: {{{name}: /...}}'",
                "operation",
            ) from error
        return Text(pointer)

    def _item(self, placed: _Placed, paging: Paging) -> Schema:
        """Return the schema of an item of a list."""
        place = dict(paging.arguments).get(Name("items"))
        answer = self._answers.of(placed.node) or {}
        found = self._answers.at(answer, opened(place) if isinstance(place, Text) else "")
        choices = [self._answers.meaning(one) for one in found.get("anyOf", [found])]
        items = next((one.get("items") for one in choices if one.get("type") == "array"), None)
        return cast(Schema, items) if isinstance(items, dict) else {}

    def _check(self, extension: Extension, item: Schema, place: str, key: str) -> None:
        if is_header(place):
            raise extension.refused("this is a place in an item, not a header", key=key)
        try:
            self._answers.at(item, place)
        except NothingThere as error:
            hint = f"there is {', '.join(map(quoted, error.known[:10]))}" if error.known else None
            raise extension.refused(
                f"the document describes no {quoted(error.name)} there", hint, key
            ) from error


def _placed(root: Node, resources: tuple[Resource, ...]) -> Iterator[_Placed]:
    nodes = {(path, method.upper()): node for path, method, _, node in operation_nodes(root)}
    seen: set[tuple[Text, Name]] = set()
    for resource in resources:
        for operation in resource.operations:
            node = nodes.get((opened(operation.path), str(operation.method)))
            if node is not None and (operation.path, operation.method) not in seen:
                seen.add((operation.path, operation.method))
                yield _Placed(resource, operation, node)
