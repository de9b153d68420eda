"""The methods that extensions add to those of the operations: `iter_` and `wait_for_`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .. import naming
from ..api import Operation, Paging, Waiting
from ..diagnostics import Diagnostic
from ..read.document import Node
from ..text import Name, Text
from .annotations import Annotations
from .answers import Answers
from .extensions import BadExtension
from .paging import Pages, PagingReader
from .schemas import Schemas
from .waiting import WaitingReader, Wanted


@dataclass(slots=True)
class Lowered:
    """An operation with its place in the document."""

    operation: Operation
    node: Node


class AddedMethods:
    """Gives operations the methods that extensions add."""

    def __init__(
        self, schemas: Schemas, annotations: Annotations, report: Callable[[Diagnostic], None]
    ) -> None:
        answers = Answers(schemas)
        self._paging = PagingReader(answers, annotations)
        self._waiting = WaitingReader(answers, schemas.definitions)
        self._report = report

    def add(self, groups: dict[str, list[Lowered]]) -> None:
        """Add them to all operations, given by tag. They are named last, so that they rename no operation."""
        operations = {one.node: one.operation for group in groups.values() for one in group}
        by_id = {name: node for node in operations if (name := node.text_of("operationId"))}
        pages: dict[Node, Pages] = {}
        wanted: list[tuple[Operation, Wanted]] = []
        for node, operation in operations.items():
            try:
                paged = self._paging.read(
                    node, operation.parameters, has_body=operation.body is not None
                )
                if paged is not None:
                    pages[node] = paged
                waited = self._waiting.read(node, operation.name, by_id)
            except BadExtension as error:
                self._report(error.diagnostic)
                continue
            if waited is not None:
                wanted.append((operation, waited))
                for doubt in waited.doubts:
                    self._report(doubt)
        for group in groups.values():
            taken = {one.operation.name for one in group}
            for one in group:
                if one.node in pages:
                    one.operation = _paged(one.operation, pages[one.node], taken)
            for one in group:
                for requesting, waited in wanted:
                    if waited.asked == one.node:
                        one.operation = _waited(one.operation, requesting, waited, taken)


def _paged(operation: Operation, pages: Pages, taken: set[Name]) -> Operation:
    stem = operation.name.removeprefix("list_").strip("_") or "list"
    method = naming.distinct(Name(f"iter_{stem}"), taken, ("items",))
    taken.add(method)
    paging = Paging(
        method=method,
        constant=Name(f"_{method.upper()}"),
        kind=pages.kind,
        arguments=pages.arguments,
        item=pages.item,
        begins=pages.begins,
    )
    return replace(operation, paging=paging)


def _waited(
    operation: Operation, requesting: Operation, wanted: Wanted, taken: set[Name]
) -> Operation:
    method = naming.distinct(Name(f"wait_for_{wanted.name.strip('_')}"), taken, ("result",))
    taken.add(method)
    waiting = Waiting(
        method=method,
        constant=Name(f"_{method.upper()}"),
        arguments=wanted.arguments,
        subject=Text(
            f"the {wanted.name.strip('_').replace('_', ' ')}"
            if wanted.is_named
            else f"the end of what `{requesting.name}` began"
        ),
        requested_by=None if requesting.id == operation.id else requesting.name,
    )
    return replace(operation, waits=(*operation.waits, waiting))
