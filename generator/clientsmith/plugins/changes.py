"""The usual changes of a client, for plugins: each takes an `Api` and returns another one.

from dataclasses import replace

from clientsmith.api import Api, Operation
from clientsmith.plugins.changes import named, with_operations


def change_api(api: Api) -> Api:
    return with_operations(api, lambda operation: None if operation.deprecated else operation)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TypeVar, cast

from .. import naming
from ..api import Api, Model, Operation, Resource, Type
from ..lower.operations import resources_of
from ..lower.responses import error_groups, listed, with_errors
from ..text import Code, Name, Text
from .following import followed

Node = TypeVar("Node")


def named(text: str | Text) -> Name:
    """Return a name for an argument, a method or an attribute: snake_case, and no keyword.

    Args:
        text: what it is made of, such as `List all recordings`.
    """
    return naming.snake(text, digit_prefix="x")


def class_named(text: str | Text) -> Name:
    """Return a name for a class: CamelCase, and no keyword."""
    return naming.pascal(text)


def with_operations(api: Api, change: Callable[[Operation], Operation | None]) -> Api:
    """Change or drop operations, and the subcommands that call them. A resource that has none left is dropped too.

    Args:
        api: the client.
        change: returns what stands for an operation; None to drop it.
    """
    resources: list[Resource] = []
    for resource in api.resources:
        operations = [new for old in resource.operations if (new := change(old)) is not None]
        if operations:
            errors = error_groups(operations)
            resources.append(
                replace(
                    resource,
                    operations=tuple(with_errors(operation, errors) for operation in operations),
                    errors=listed(errors),
                )
            )
    return followed(api, replace(api, resources=tuple(resources)))


def grouped(
    api: Api,
    label: Callable[[Operation], str],
    describe: Callable[[str], str] = lambda _: "",
) -> Api:
    """Group the operations anew.

    Args:
        api: the client.
        label: returns what the resource of an operation is named after. Operations with the same label share a resource.
        describe: returns the description of the resource with a label.
    """
    groups: dict[str, list[Operation]] = {}
    taken: dict[str, set[Name]] = {}
    for operation in api.operations:
        key = label(operation)
        names = taken.setdefault(key, set())
        name = naming.distinct(operation.name, names, (operation.method.lower(),))
        names.add(name)
        constant = Name("_" + name.upper().rstrip("_"))
        groups.setdefault(key, []).append(replace(operation, name=name, constant=constant))
    descriptions = {key: Text(describe(key)) for key in groups}
    return followed(api, replace(api, resources=resources_of(groups, descriptions)))


def with_models(api: Api, change: Callable[[Model], Model]) -> Api:
    """Change models. It is done when they are first asked for, because they take longest to make."""
    return replace(api, build_models=cache(lambda: tuple(change(model) for model in api.models)))


def with_model_names(api: Api, names: Mapping[str, str]) -> Api:
    """Give models other names, wherever they are referred to.

    Args:
        api: the client.
        names: the new name of each model, by the old one.
    """
    new = {Name(old): naming.pascal(name) for old, name in names.items()}
    words = re.compile(rf"\b({'|'.join(map(re.escape, new)) or '(?!)'})\b")

    def renamed(type_: Type) -> Type:
        if new.keys().isdisjoint(type_.models):
            return type_
        code = Code(words.sub(lambda found: new[Name(found[0])], type_.annotation))
        return replace(
            type_, annotation=code, models=tuple(new.get(each, each) for each in type_.models)
        )

    def model(old: Model) -> Model:
        name = new.get(old.name, old.name)
        return replace(
            with_types(old, renamed),
            name=name,
            module=naming.module(name) if name != old.name else old.module,
            bases=tuple(new.get(base, base) for base in old.bases),
            tags=tuple(replace(tag, model=new.get(tag.model, tag.model)) for tag in old.tags),
        )

    return with_models(with_types(api, renamed), model)


def with_types(node: Node, change: Callable[[Type], Type]) -> Node:
    """Return a node of `Api` with every type in it changed; those of the models are not in `Api` itself."""
    if isinstance(node, Type):
        return cast(Node, change(node))
    if isinstance(node, tuple):
        return cast(
            Node, tuple(with_types(item, change) for item in cast(tuple[object, ...], node))
        )
    if is_dataclass(node) and not isinstance(node, type):
        old = {each.name: cast(object, getattr(node, each.name)) for each in fields(node)}
        new = {name: with_types(value, change) for name, value in old.items()}
        different = {name: value for name, value in new.items() if value is not old[name]}
        return cast(Node, replace(node, **different)) if different else node
    return node
