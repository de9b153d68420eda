"""A generated package as its users see it: what its classes and methods are for, and where the document says so."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..api import Api, MediaType, Model, Operation, Resource, Type
from ..diagnostics import Location
from ..read.document import Document
from ..text import Name, opened
from .rules import Direction

_VARIABLE: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Package:
    """What a package that was rendered, and perhaps not written, offers to those who use it.

    Attributes:
        name: what it is imported as.
        modules: the text of its Python modules but the runtime's, by their path from the folder it is imported from.
        twins: the classes that have the same methods as another one: asynchronous, or `with_response`.
        methods: HTTP method and path of each method, whatever the path's variables are called.
        models: what tells each model from others, whatever it is called: its properties, or its values.
        directions: who sends the values of each model; both, for one that no operation uses.
        places: where the document says what a name stands for.
        top: where the document begins.
    """

    name: str
    modules: Mapping[str, str]
    twins: frozenset[str]
    methods: Mapping[str, tuple[str, str]]
    models: Mapping[str, frozenset[str]]
    directions: Mapping[str, frozenset[Direction]]
    places: Mapping[str, Location]
    top: Location

    def place(self, name: str) -> Location:
        """Return where the document says what a name stands for, or what holds it.

        Args:
            name: such as `RecordingsApi.get`, `RecordingsApi.get(limit)` or `models.Recording.id`.
        """
        while name:
            if name in self.places:
                return self.places[name]
            name = name.rpartition("(" if "(" in name else ".")[0]
        return self.top


def offers(api: Api, path: str) -> bool:
    """Tell whether a file of the distribution is a module with an interface of its own, which the runtime has not."""
    top = f"src/{api.package}/"
    return path.startswith(top) and path.endswith(".py") and not path.startswith(f"{top}_runtime/")


def package_of(api: Api, files: Iterable[tuple[str, str]], document: Document) -> Package:
    """Return what the package of a document offers.

    Args:
        api: what was rendered.
        files: path and text of each file of the distribution; its Python need not be formatted.
        document: what it was made from.
    """
    return Package(
        name=api.package,
        modules={path.removeprefix("src/"): text for path, text in files if offers(api, path)},
        twins=frozenset(_twins(api)),
        methods=_methods(api),
        models=_models(api),
        directions=_directions(api),
        places=_places(api),
        top=document.root.location,
    )


def _twins(api: Api) -> Iterator[str]:
    yield "AsyncClient"
    for resource in api.resources:
        yield resource.async_class_name
        for name in (resource.class_name, resource.async_class_name):
            yield f"{name}WithResponse"


def _methods(api: Api) -> dict[str, tuple[str, str]]:
    return {
        f"{resource.class_name}.{operation.name}": (
            operation.method,
            _VARIABLE.sub("{}", opened(operation.path)),
        )
        for resource, operation in _operations(api)
    }


def _models(api: Api) -> dict[str, frozenset[str]]:
    return {
        model.name: frozenset(
            [opened(field.wire_name) for field in model.fields]
            + [f"={member.value!r}{member.name}" for member in model.members]
        )
        for model in api.models
    }


def _directions(api: Api) -> dict[str, frozenset[Direction]]:
    found: dict[Name, set[Direction]] = {}
    models = {model.name: model for model in api.models}
    sides: tuple[tuple[Direction, Iterable[Type]], ...] = (
        ("sent", _sent(api)),
        ("received", _received(api)),
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


def _places(api: Api) -> dict[str, Location]:
    places = dict(_configured(api))
    for resource, operation in _operations(api):
        places.setdefault(resource.class_name, operation.source)
        places.setdefault(f"Client.{resource.attribute}", operation.source)
        for method in _names(operation):
            name = f"{resource.class_name}.{method}"
            places[name] = operation.source
            if operation.body is not None:
                places[f"{name}({operation.body.argument}"] = operation.body.source
            for parameter in operation.parameters:
                places[f"{name}({parameter.argument}"] = parameter.source
    for model in api.models:
        places[f"models.{model.name}"] = model.source
        places |= {f"models.{model.name}.{field.name}": field.source for field in model.fields}
    places |= {f"webhooks.{request.function}": request.source for request in api.incoming}
    return places


def _configured(api: Api) -> Iterator[tuple[str, Location]]:
    """Yield what the configuration has fields for: credentials, the choice of a server, and the variables of its address."""
    fields: list[tuple[str, Location | None]] = []
    for scheme in api.security:
        fields += ((credential.name, scheme.source) for credential in scheme.credentials)
    for server in api.servers:
        fields += (
            (name, server.source) for name in ("server", *(each.field for each in server.variables))
        )
    for holder in ("Configuration", "ClientOptions"):
        for name, place in reversed(fields):  # the first of several is the one that is kept
            if place is not None:
                yield f"{holder}.{name}", place


def _operations(api: Api) -> Iterator[tuple[Resource, Operation]]:
    for resource in api.resources:
        for operation in resource.operations:
            yield resource, operation


def _sent(api: Api) -> Iterator[Type]:
    for operation in api.operations:
        yield from (parameter.type for parameter in operation.parameters)
        if operation.body is not None:
            yield operation.body.type
            yield from _types(operation.body.content)


def _received(api: Api) -> Iterator[Type]:
    yield from (request.type for request in api.incoming)
    for operation in api.operations:
        yield operation.returns
        for response in operation.responses:
            yield from _types(response.content)


def _names(operation: Operation) -> Iterator[Name]:
    """Yield the methods that an operation has: its own, and those that go through its pages or wait for it."""
    yield operation.name
    if operation.paging is not None:
        yield operation.paging.method
    yield from (waiting.method for waiting in operation.waits)


def _types(content: Iterable[MediaType]) -> Iterator[Type]:
    for media in content:
        if media.type is not None:
            yield media.type


def _used(model: Model) -> Iterator[Name]:
    """Yield the models that a model is made of."""
    types = [*(field.type for field in model.fields), *filter(None, (model.type, model.extras))]
    yield from (name for type_ in types for name in type_.models)
    yield from (*model.bases, *(tag.model for tag in model.tags))
