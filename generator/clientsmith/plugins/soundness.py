"""What must hold of `Api` whoever made it: what is printed as a name is one, and no two things share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from keyword import iskeyword

from ..api import Api


def flaws(api: Api) -> Iterator[str]:
    """Yield what a template would make invalid Python of, or a module that hides one operation behind another; in words."""
    yield from _names("a resource has the", (each.attribute for each in api.resources), "attribute")
    yield from _names("a resource has the", (each.module for each in api.resources), "module")
    classes = [name for each in api.resources for name in (each.class_name, each.async_class_name)]
    yield from _names("a resource has the", classes, "class name")
    for resource in api.resources:
        where = f"an operation of {resource.attribute} has the"
        yield from _names(where, (each.name for each in resource.operations), "name")
        yield from _names(where, (each.constant for each in resource.operations), "constant")
        for operation in resource.operations:
            arguments = [each.argument for each in operation.parameters]
            arguments += [operation.body.argument] if operation.body is not None else []
            yield from _names(f"an argument of {operation.name} has the", arguments, "name")


def _names(where: str, names: Iterable[str], what: str) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if not name.isidentifier() or iskeyword(name):
            yield f"{where} {what} {name!r}, which is no Python identifier"
        elif name in seen:
            yield f"{where} {what} {name!r} that another one has"
        seen.add(name)
