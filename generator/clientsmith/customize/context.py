"""What the templates see for one document, as a tree for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any, cast

from ..api import Api
from ..diagnostics import MAX_QUOTE, Location, printable
from ..text import Code, Name, Text, opened

Node = dict[str, "Node"] | list["Node"] | str | int | float | None


def tree(api: Api) -> str:
    """Return the context as an indented tree: a line a field, with its kind and its value."""
    return "".join(f"{line}\n" for line in _Tree().lines("api", api, ""))


def as_json(api: Api) -> str:
    """Return the context as JSON: an object a node, with its class as `class`, and what stands elsewhere too as `see`."""
    return json.dumps({"api": _Json().value(api, "api")}, indent=2) + "\n"


def members(node: object) -> Iterator[tuple[str, object]]:
    """Yield the fields and properties of a node of `Api`, as far as they hold something that can be shown."""
    cls = type(node)
    for each in fields(cast(Any, node)):
        value = cast(object, getattr(node, each.name))
        if not callable(value) and (each.name != "extra" or value):
            yield each.name, value
    for name, value in vars(cls).items():
        if isinstance(value, property | cached_property):
            yield name, cast(object, getattr(node, name))


class _Seen:
    """The nodes that were shown, and where: `api.operations` has those that the resources have."""

    def __init__(self) -> None:
        self._places: dict[int, tuple[object, str]] = {}

    def place(self, node: object, path: str) -> str | None:
        """Return where a node was shown already; if it was not, note that it is shown here."""
        _, place = self._places.setdefault(id(node), (node, path))
        return place if place != path else None


class _Tree:
    def __init__(self) -> None:
        self._seen = _Seen()

    def lines(self, name: str, value: object, margin: str, path: str = "") -> Iterator[str]:
        """Yield the lines of a field."""
        path = path or name
        below = f"{margin}  "
        if isinstance(value, Location):
            yield f"{margin}{name}: {value}"
        elif _is_node(value):
            seen = self._seen.place(value, path)
            if seen is not None:
                yield f"{margin}{name}: see {seen}"
                return
            yield f"{margin}{name}: {type(value).__name__}"
            for member, inner in members(value):
                yield from self.lines(member, inner, below, f"{path}.{member}")
        elif items := _items(value):
            yield f"{margin}{name}: {len(items)} of {', '.join(sorted({type(item).__name__ for item in items}))}"
            for number, item in enumerate(items):
                yield from self.lines(f"[{number}]", item, below, f"{path}[{number}]")
        elif entries := _entries(value):
            yield f"{margin}{name}: {len(entries)} entries"
            for key, item in entries.items():
                yield from self.lines(_shown(key), item, below, f"{path}[{_shown(key)}]")
        else:
            yield f"{margin}{name}: {_shown(value)}"


class _Json:
    def __init__(self) -> None:
        self._seen = _Seen()

    def value(self, value: object, path: str) -> Node:
        """Return a value as JSON has it."""
        if isinstance(value, Location):
            return str(value)
        if isinstance(value, Text):
            return opened(value)
        if _is_node(value):
            seen = self._seen.place(value, path)
            if seen is not None:
                return {"see": seen}
            inner: dict[str, Node] = {"class": type(value).__name__}
            for name, each in members(value):
                inner[name] = self.value(each, f"{path}.{name}")
            return inner
        items = _items(value)
        if items is not None:
            return [self.value(item, f"{path}[{number}]") for number, item in enumerate(items)]
        entries = _entries(value)
        if entries is not None:
            return {
                _plain(key): self.value(item, f"{path}[{_plain(key)}]")
                for key, item in entries.items()
            }
        return value if isinstance(value, str | int | float) or value is None else repr(value)


def _is_node(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _items(value: object) -> Sequence[object] | None:
    """Return what is in a tuple, or in a set of names, in order; None for anything else."""
    if isinstance(value, frozenset):
        return sorted(cast(frozenset[str], value))
    return cast(tuple[object, ...], value) if isinstance(value, tuple) else None


def _entries(value: object) -> Mapping[object, object] | None:
    return cast(Mapping[object, object], value) if isinstance(value, Mapping) else None


def _plain(key: object) -> str:
    return opened(key) if isinstance(key, Text) else str(key)


_LITERALS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Text, lambda value: f"Text {printable(repr(opened(value)), MAX_QUOTE)}"),
    (Name, lambda value: f"Name {printable(value, MAX_QUOTE)}"),
    (Code, lambda value: f"Code {printable(value, MAX_QUOTE)}"),
    (tuple, lambda _: "none"),
    (frozenset, lambda _: "none"),
    (Mapping, lambda _: "none"),
)


def _shown(value: object) -> str:
    for kind, show in _LITERALS:
        if isinstance(value, kind):
            return show(value)
    return printable(repr(value), MAX_QUOTE)
