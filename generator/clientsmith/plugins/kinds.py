"""Whether the fields of `Api` hold what their types say: a plugin may be of any kind, and is not type-checked when it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from ..api import Api
from ..text import Code, Name, Text


def wrong_kinds(node: object, path: str, kind: Any = Api) -> Iterator[str]:
    """Yield which fields hold something else than their type says, in words.

    A plain string may stand where a text, a name or code is wanted: the plugin answers for it.

    Args:
        node: a node of `Api`, or a tuple of such.
        path: what the templates call it.
        kind: its type.
    """
    if not _fits(node, kind):
        yield f"{path} is {_kind_of(node)}, and not {_named(kind)}"
    elif isinstance(node, tuple):
        for number, each in enumerate(cast(tuple[object, ...], node)):
            if is_dataclass(each):
                yield from wrong_kinds(each, f"{path}[{number}]", type(each))
    elif is_dataclass(node) and not isinstance(node, type):
        for name, wanted in _wanted(type(node)).items():
            yield from wrong_kinds(getattr(node, name), f"{path}.{name}", wanted)


@cache
def _wanted(kind: type) -> Mapping[str, Any]:
    """Return the types of the fields of a class."""
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _fits(value: object, kind: Any) -> bool:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return any(_fits(value, each) for each in arguments)
    if origin is Literal:
        return value in arguments
    if origin is tuple:
        return isinstance(value, tuple) and _fit(cast(tuple[object, ...], value), arguments)
    if origin is not None:
        return isinstance(value, origin)
    if kind in (Text, Name, Code):
        return isinstance(value, kind | str)
    if kind is None or kind is NoneType:
        return value is None
    return not isinstance(kind, type) or isinstance(value, kind)


def _fit(values: tuple[object, ...], kinds: tuple[Any, ...]) -> bool:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return all(_fits(each, kinds[0]) for each in values)
    return len(values) == len(kinds) and all(map(_fits, values, kinds))


def _kind_of(value: object) -> str:
    if isinstance(value, tuple):
        kinds = {type(each).__name__ for each in cast(tuple[object, ...], value)}
        return f"a tuple of {', '.join(sorted(kinds)) or 'nothing'}"
    return "None" if value is None else f"a {type(value).__name__}"


def _named(kind: Any) -> str:
    """Return what a type is called in a message."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return " or ".join(map(_named, arguments))
    if origin is Literal:
        return " or ".join(map(repr, arguments))
    if origin is tuple:
        return f"a tuple of {_named(arguments[0]).removeprefix('a ')}"
    if kind is NoneType:
        return "None"
    return f"a {getattr(origin or kind, '__name__', str(kind))}"
