"""What must hold of `Api` whoever made it: what is printed as a name is one, and no two things share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import fields, is_dataclass
from keyword import iskeyword
from typing import cast

from .. import naming
from ..api import Api, Command, Export, Model, Type
from ..text import Name
from .following import kinds_of_methods, places_of_methods
from .kinds import wrong_kinds

# What a type in a signature is called may be a method, too: it is found, though not by type checkers.
_CLIENT_MEMBERS = naming.CLIENT_MEMBERS - naming.BUILTIN_TYPES
_RESOURCE_MEMBERS = naming.RESOURCE_MEMBERS - naming.BUILTIN_TYPES


def flaws(api: Api) -> Iterator[str]:
    """Yield what a template would make invalid Python of, or a module that hides one operation behind another; in words."""
    wrong = next(wrong_kinds(api, "api"), None)
    if wrong is not None:
        yield wrong  # the rest relies on it
        return
    yield from _names("the client has the", [api.package], "package")
    resources = api.resources
    yield from _names(
        "a resource has the",
        (each.attribute for each in resources),
        "attribute",
        _CLIENT_MEMBERS,
    )
    yield from _names("a resource has the", (each.module for each in resources), "module")
    classes = [name for each in resources for name in (each.class_name, each.async_class_name)]
    yield from _names("a resource has the", classes, "class name")
    for resource in resources:
        where = f"an operation of {resource.attribute} has the"
        methods = [name for each in resource.operations for _, name in kinds_of_methods(each)]
        yield from _names(where, methods, "name", _RESOURCE_MEMBERS)
        yield from _names(where, (each.constant for each in resource.operations), "constant")
        for operation in resource.operations:
            arguments = [each.argument for each in operation.parameters]
            arguments += [operation.body.argument] if operation.body is not None else []
            yield from _names(f"an argument of {operation.name} has the", arguments, "name")
    yield from _calls(api)


def flaws_of_models(api: Api, models: tuple[Model, ...]) -> Iterator[str]:
    """Yield the same of the models of a client, which are made last.

    Args:
        api: the client.
        models: its models.
    """
    wrong = next(wrong_kinds(models, "api.models", tuple[Model, ...]), None)
    if wrong is not None:
        yield wrong
        return
    yield from _names("a model has the", (model.name for model in models), "name")
    yield from _names("a model has the", (model.module for model in models), "module")
    known = {model.name for model in models}
    for name in sorted(set(_referred((api.resources, api.incoming, models))) - known):
        yield f"a type refers to {name}, and no model has that name"


def _calls(api: Api) -> Iterator[str]:
    """Yield which subcommands call what is not there."""
    known = places_of_methods(api.resources)
    commands: tuple[Command | Export, ...] = (*api.commands, *api.exporting)
    for command in commands:
        if (command.resource, command.method) not in known:
            yield f"the subcommand {command.name} calls {command.resource}.{command.method}, which is not there"
    names = Counter(command.name for command in commands)
    for name, count in names.items():
        if count > 1:
            yield f"there are {count} subcommands with the name {name!r}"


def _names(
    where: str, names: Iterable[str], what: str, reserved: Container[str] = ()
) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if not name.isidentifier() or iskeyword(name):
            yield f"{where} {what} {name!r}, which is no Python identifier"
        elif name in reserved or name.startswith("__"):
            yield f"{where} {what} {name!r}, which its class has already"
        elif name in seen:
            yield f"{where} {what} {name!r} that another one has"
        seen.add(name)


def _referred(node: object) -> Iterator[Name]:
    """Yield the models that types refer to, and those that models extend or choose among."""
    if isinstance(node, Type):
        yield from node.models
    elif isinstance(node, tuple):
        for each in cast(tuple[object, ...], node):
            yield from _referred(each)
    elif is_dataclass(node) and not isinstance(node, type):
        if isinstance(node, Model):
            yield from node.bases
            yield from (tag.model for tag in node.tags)
        for each in fields(node):
            yield from _referred(getattr(node, each.name))
