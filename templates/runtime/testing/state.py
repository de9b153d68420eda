"""What the service keeps: collections of items, and parts of an item that have operations of their own.

Which there are, and what an operation does with them, the document says (`x-resources`, `x-resource`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from .jsonkinds import is_object
from .schemas import Schemas

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Item = dict[str, Any]
Stage = Literal["absent", "pending", "ready"]


@dataclass
class Part:
    """A part of an item: its media, its transcription.

    Attributes:
        stage: Whether it can be read.
        content: What is read: bytes, or a value of JSON; None for the example of the document.
        given: What the item said of it when it was added.
        reads: How many reads have found it pending.
        values: What stands for the placeholders of its description; none while nothing happened to it, and the item shows
            what it was given.
    """

    stage: Stage = "absent"
    content: Any = None
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reads: int = 0
    values: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Entry:
    """An item of a collection, with its parts by name."""

    item: Item
    parts: dict[str, Part]


class Missing(LookupError):
    """There is no such item, or it has no such part."""


class Collection:
    """The items of one resource.

    Args:
        name: What the document calls it.
        description: What the document says of it.
        parts: The descriptions of the parts of its items, by name.
        schemas: The schemas of the document.
    """

    def __init__(
        self,
        name: str,
        description: Mapping[str, Any],
        parts: Mapping[str, Mapping[str, Any]],
        schemas: Schemas,
    ) -> None:
        self.name = name
        self.key: Mapping[str, str] = description["key"]
        self.schema: Any = description.get("schema")
        self.model: str | None = description.get("model")
        self.parts = parts
        self.pending: int | None = None
        self._order: str = description["order"]
        self._descending: bool = description["descending"]
        self._schemas = schemas
        self._entries: dict[tuple[str, ...], Entry] = {}
        self._keys = count(1)
        self._identifiers = count(1)

    def __len__(self) -> int:
        return len(self._entries)

    def clear(self) -> None:
        """Take everything away."""
        self._entries.clear()

    def add(self, item: Item, contents: Mapping[str, Any]) -> Entry:
        """Keep an item; one with the same key is replaced.

        Args:
            item: The item; a key that it does not have is made.
            contents: The contents of its parts by name, None for one that it does not have. Of the others, the item's own
                fields tell.
        """
        item = self._with_key(deepcopy(item))
        entry = Entry(item, {name: self._part(name, item) for name in self.parts})
        for name, content in contents.items():
            self._set(entry.parts[name], "absent" if content is None else "ready")
            entry.parts[name].content = content
        self._entries[self._key_of(item)] = entry
        return entry

    def matching(self, arguments: Mapping[str, Any]) -> list[Entry]:
        """Return the items that the path parameters of a request speak of, in order."""
        wanted = {
            field: str(arguments[parameter])
            for field, parameter in self.key.items()
            if parameter in arguments
        }
        if len(wanted) == len(self.key):
            found = self._entries.get(tuple(wanted.values()))
            return [] if found is None else [found]
        entries = [
            entry
            for entry in self._entries.values()
            if all(str(entry.item.get(field)) == value for field, value in wanted.items())
        ]
        if self._order:
            entries.sort(key=self._position, reverse=self._descending)
        return entries

    def filtered(
        self, entries: list[Entry], filters: list[list[str]], query: Mapping[str, Any]
    ) -> Iterator[Entry]:
        """Yield the items that the filters of a list leave, as `field comparison parameter`."""
        wanted = [
            (field, _COMPARISONS[sign], _comparable(query[parameter]))
            for field, sign, parameter in filters
            if query.get(parameter) is not None
        ]
        for entry in entries:
            if all(
                _compared(compare, entry.item.get(field), value) for field, compare, value in wanted
            ):
                yield entry

    def remove(self, entry: Entry) -> None:
        """Take an item away, with all of its parts."""
        self._entries.pop(self._key_of(entry.item), None)

    def begin(self, entry: Entry, name: str) -> None:
        """Ask for a part of an item: it is ready at once, or after some reads that find it pending."""
        pending = self.parts[name]["pending"] if self.pending is None else self.pending
        entry.parts[name] = Part()
        self._set(entry.parts[name], "pending" if pending else "ready")

    def finish(self, entry: Entry, name: str) -> None:
        """Have a part of an item ready that was pending."""
        if entry.parts[name].stage == "pending":
            entry.parts[name].given = {}
            self._set(entry.parts[name], "ready")

    def end(self, entry: Entry, name: str) -> None:
        """Take a part of an item away."""
        entry.parts[name].content = None
        entry.parts[name].given = {}
        self._set(entry.parts[name], "absent")

    def wait(self, entry: Entry) -> None:
        """Count a read of an item: parts that were found pending often enough become ready."""
        for name, part in entry.parts.items():
            if part.stage == "pending":
                pending = self.parts[name]["pending"] if self.pending is None else self.pending
                part.reads += 1
                if part.reads > pending:
                    part.given = {}
                    self._set(part, "ready")

    def shown(self, entry: Entry, url_of: Callable[[str, Mapping[str, Any]], str]) -> Item:
        """Return an item as the service shows it, with what it says of its parts.

        Args:
            entry: The item.
            url_of: Gives the URL of a part, by its name and the path parameters of the item.
        """
        item = dict(entry.item)
        path = {parameter: item.get(field) for field, parameter in self.key.items()}
        for name, part in entry.parts.items():
            if not part.values:
                continue
            values = {**part.values, "url": url_of(name, path)}
            for shown, stages in self.parts[name]["shows"].items():
                value = _filled(stages.get(part.stage), values)
                item[shown] = _over(value, part.given, stages) if is_object(value) else value
        return item

    def content_type(self, entry: Entry, name: str) -> str | None:
        """Return the media type of a part, None if the document does not say."""
        stated = self.parts[name].get("content_type")
        return stated["types"].get(entry.item.get(stated["field"])) if stated else None

    def _part(self, name: str, item: Item) -> Part:
        """Return a part as the fields of a new item tell of it."""
        for shown, stages in self.parts[name]["shows"].items():
            said = item.get(shown)
            if said is None:
                continue
            for stage in ("ready", "pending"):
                if _agrees(stages.get(stage), said):
                    part = Part(given=said if is_object(said) else {})
                    self._set(part, stage)
                    return part
        return Part()

    def _set(self, part: Part, stage: Stage) -> None:
        part.stage = stage
        part.values.setdefault("uuid", str(UUID(int=next(self._identifiers), version=4)))
        part.values["now"] = (
            datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )

    def _with_key(self, item: Item) -> Item:
        properties = self._schemas.resolved(self.schema).get("properties", {})
        for name in self.key:
            if item.get(name) is None:
                number = next(self._keys)
                is_number = "integer" in self._schemas.types(properties.get(name))
                item[name] = number if is_number else f"{self.name}-{number}"
        return item

    def _key_of(self, item: Item) -> tuple[str, ...]:
        return tuple(str(item[name]) for name in self.key)

    def _position(self, entry: Entry) -> tuple[bool, Any]:
        value = entry.item.get(self._order)
        return value is not None, _comparable(value)


def url_path(template: str, path: Mapping[str, Any]) -> str:
    """Return a path template with values of its parameters."""
    return _PLACEHOLDER.sub(
        lambda match: quote(str(path.get(match[1], match[0])), safe=""), template
    )


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    """Return a described value with what stands for its placeholders."""
    if is_object(value):
        return {name: _filled(each, values) for name, each in value.items()}
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), value)
    return value


def _over(value: Item, given: Mapping[str, Any], stages: Mapping[str, Any]) -> Item:
    """Return what an item shows of a part: what it was given, but for the URL, which leads to the fake."""
    template: Mapping[str, Any] = stages.get("ready") or {}
    kept = {
        name: each for name, each in given.items() if "{url}" not in str(template.get(name, ""))
    }
    return {**value, **kept}


def _agrees(described: Any, said: Any) -> bool:
    """Return whether what an item says of a part is what it says at a stage, as far as that is fixed."""
    if is_object(described) and is_object(said):
        return all(
            _agrees(each, said.get(name)) for name, each in described.items() if not _is_open(each)
        )
    return said is not None if _is_open(described) else bool(described == said)


def _is_open(described: Any) -> bool:
    return isinstance(described, str) and _PLACEHOLDER.search(described) is not None


def _comparable(value: Any) -> Any:
    """Return a value as it is compared: a time as the moment that it is."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return moment.timestamp() if moment.tzinfo else value
    return value


def _compared(compare: Callable[[Any, Any], bool], value: Any, other: Any) -> bool:
    try:
        return value is not None and compare(_comparable(value), other)
    except TypeError:
        return False
