"""The extension `x-waiting`: what an operation is asked for until it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .. import naming
from ..api import Value
from ..diagnostics import Diagnostic, quoted
from ..read.document import Node
from ..text import Name, Text, opened
from .answers import Answers, NothingThere
from .definitions import Definition, Schema, referred
from .extensions import Extension, Scalar, is_header
from .nodes import value_of

NAME = "x-waiting"
_KEYS = ("name", "operation", "field", "finished", "failed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the extension says.

    Attributes:
        name: what is waited for, as the method's name has it.
        is_named: whether the extension names it.
        asked: the operation that is asked.
        arguments: the arguments of the runtime's `Waiting`.
        doubts: what may be a mistake in it.
    """

    name: Name
    is_named: bool
    asked: Node
    arguments: tuple[tuple[Name, Value], ...]
    doubts: tuple[Diagnostic, ...]


class WaitingReader:
    """Reads the extension."""

    def __init__(self, answers: Answers, definitions: Mapping[Name, Definition]) -> None:
        self._answers = answers
        self._definitions = definitions

    def read(self, node: Node, own_name: Name, operations: Mapping[str, Node]) -> Wanted | None:
        """Return what an operation says, None if it says nothing.

        Args:
            node: the operation.
            own_name: its method.
            operations: all operations that have an operationId; their responses were lowered.

        Raises:
            BadExtension: what it says cannot be used.
        """
        stated = node.get(NAME)
        if stated is None:
            return None
        extension = Extension(NAME, stated)
        extension.allow(_KEYS)
        asked = node
        named = extension.text("operation")
        if named is not None:
            if named not in operations:
                raise extension.refused(
                    f"there is no operation with the operationId {quoted(named)}", key="operation"
                )
            asked = operations[named]
        answer = self._answers.of(asked)
        if answer is None:
            raise extension.refused("the operation that is asked gives no JSON to tell by")
        if "requestBody" in asked:
            raise extension.refused(
                "the operation that is asked takes a body, and may be no question"
            )
        extension.needed("field")
        field = extension.place("field") or ""
        known = self._known(extension, answer, field)
        finished, failed = extension.values("finished"), extension.values("failed")
        if not finished:
            raise extension.refused("the key 'finished' is missing")
        if both := [value for value in failed if value in finished]:
            raise extension.refused(
                f"{quoted(both[0])} is among the finished ones too", key="failed"
            )
        doubts = [
            extension.refused(
                f"the document does not say that {quoted(value)} is a value of this field", key=key
            ).diagnostic
            for key, values in (("finished", finished), ("failed", failed))
            for value in values
            if known and value not in known
        ]
        name = extension.text("name")
        arguments: list[tuple[Name, Value]] = [
            (Name("field"), value_of(field)),
            (Name("finished"), value_of([*finished])),
        ]
        if failed:
            arguments.append((Name("failed"), value_of([*failed])))
        return Wanted(
            naming.snake(name, digit_prefix="result") if name else own_name,
            bool(name),
            asked,
            tuple(arguments),
            tuple(doubts),
        )

    def _known(self, extension: Extension, answer: Schema, field: str) -> list[Scalar]:
        """Return the values that the document names for the field; none if it names none."""
        if is_header(field):
            return []
        try:
            found = self._answers.at(answer, field)
        except NothingThere as error:
            hint = f"there is {', '.join(map(quoted, error.known[:10]))}" if error.known else None
            raise extension.refused(
                f"the document describes no {quoted(error.name)} there", hint, "field"
            ) from error
        model = referred(found)
        members = self._definitions[model].members if model is not None else ()
        if model is not None and not members:
            raise extension.refused(
                f"{quoted(field)} is an object, which no value can be compared with", key="field"
            )
        values = (
            opened(one.value) if isinstance(one.value, Text) else one.value for one in members
        )
        return [value for value in values if isinstance(value, str | int | float | bool)]
