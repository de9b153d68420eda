"""A generated package as its users see it: what its classes and methods are for, and where the document says so."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ..api import Api, MediaType, Model, Operation, Resource, Type
from ..diagnostics import Location
from ..read.document import Document
from ..text import Name, opened
from .rules import Direction

_VARIABLE: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Package:
    """A package that was rendered and not written.

    Attributes:
        api: what was rendered.
        files: the text of every file, by its path in the distribution.
        document: what it was made from.
    """

    api: Api
    files: Mapping[str, str]
    document: Document

    @cached_property
    def twins(self) -> frozenset[str]:
        """The classes that have the same methods as another one: asynchronous, or `with_response`."""
        names = {"AsyncClient"}
        for resource in self.api.resources:
            names.add(resource.async_class_name)
            names |= {
                f"{name}WithResponse" for name in (resource.class_name, resource.async_class_name)
            }
        return frozenset(names)

    def place(self, name: str) -> Location:
        """Return where the document says what a name stands for, or what holds it.

        Args:
            name: such as `RecordingsApi.get`, `RecordingsApi.get(limit)` or `models.Recording.id`.
        """
        while name:
            if name in self._places:
                return self._places[name]
            name = name.rpartition("(" if "(" in name else ".")[0]
        return self.document.root.location

    @cached_property
    def methods(self) -> dict[str, tuple[str, str]]:
        """HTTP method and path of each method, whatever the path's variables are called."""
        return {
            f"{resource.class_name}.{operation.name}": (
                operation.method,
                _VARIABLE.sub("{}", opened(operation.path)),
            )
            for resource, operation in self._operations()
        }

    @cached_property
    def models(self) -> dict[str, frozenset[str]]:
        """What tells each model from others, whatever it is called: its properties, or its values."""
        return {
            model.name: frozenset(
                [opened(field.wire_name) for field in model.fields]
                + [f"={member.value!r}{member.name}" for member in model.members]
            )
            for model in self.api.models
        }

    @cached_property
    def directions(self) -> dict[str, frozenset[Direction]]:
        """Who sends the values of each model; both, for one that no operation uses."""
        found: dict[Name, set[Direction]] = {}
        models = {model.name: model for model in self.api.models}
        sides: tuple[tuple[Direction, Iterable[Type]], ...] = (
            ("sent", self._sent()),
            ("received", self._received()),
        )
        for direction, types in sides:
            waiting = deque(name for type_ in types for name in type_.models)
            while waiting:
                name = waiting.popleft()
                known = found.setdefault(name, set())
                if direction not in known and name in models:
                    known.add(direction)
                    waiting += _used(models[name])
        both: frozenset[Direction] = frozenset(("sent", "received"))
        return {name: frozenset(found.get(name) or both) for name in models}

    @cached_property
    def _places(self) -> dict[str, Location]:
        places: dict[str, Location] = {}
        for resource, operation in self._operations():
            name = f"{resource.class_name}.{operation.name}"
            places.setdefault(resource.class_name, operation.source)
            places[name] = operation.source
            if operation.body is not None:
                places[f"{name}({operation.body.argument}"] = operation.body.source
            for parameter in operation.parameters:
                places[f"{name}({parameter.argument}"] = parameter.source
        for model in self.api.models:
            places[f"models.{model.name}"] = model.source
            places |= {f"models.{model.name}.{field.name}": field.source for field in model.fields}
        places |= {f"webhooks.{request.function}": request.source for request in self.api.incoming}
        return places

    def _operations(self) -> Iterator[tuple[Resource, Operation]]:
        for resource in self.api.resources:
            for operation in resource.operations:
                yield resource, operation

    def _sent(self) -> Iterator[Type]:
        for operation in self.api.operations:
            yield from (parameter.type for parameter in operation.parameters)
            if operation.body is not None:
                yield operation.body.type
                yield from _types(operation.body.content)

    def _received(self) -> Iterator[Type]:
        yield from (request.type for request in self.api.incoming)
        for operation in self.api.operations:
            yield operation.returns
            for response in operation.responses:
                yield from _types(response.content)


def _types(content: Iterable[MediaType]) -> Iterator[Type]:
    for media in content:
        if media.type is not None:
            yield media.type


def _used(model: Model) -> Iterator[Name]:
    """Yield the models that a model is made of."""
    types = [*(field.type for field in model.fields), *filter(None, (model.type, model.extras))]
    yield from (name for type_ in types for name in type_.models)
    yield from (*model.bases, *(tag.model for tag in model.tags))
