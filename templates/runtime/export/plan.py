"""What of a list is saved, as data: the document's extension `x-export`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..kinds import is_mapping
from ..plain_json import plain
from ..sources import look_up
from ..unset import UNSET

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that an operation gives of an item, and that is saved beside it.

    Attributes:
        name: What its file is called, without an ending.
        resource: The attribute of the client that has the method.
        method: The method.
        arguments: Its arguments: a place in the item, which begins with a slash, or an argument of the list.
        when: Where an item tells whether there is one; None to ask in any case. One that has nothing there tells nothing.
        values: The values that say so; any but none, false and an empty one if there are none.
    """

    name: str
    resource: str
    method: str
    arguments: Mapping[str, str]
    when: str | None = None
    values: Sequence[Scalar] = ()

    def is_there(self, item: object) -> bool:
        """Return whether there may be one: the item says so, or does not tell."""
        value = UNSET if self.when is None else _told(plain(item), self.when)
        if value is UNSET:
            return True
        return value in self.values if self.values else bool(value)

    def call(self, item: object, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return the arguments of the method.

        Args:
            item: The item.
            arguments: Those that the list was asked for with.
        """
        return {
            name: look_up(item, place) if place.startswith("/") else arguments.get(place)
            for name, place in self.arguments.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A list that can be saved.

    Attributes:
        name: What the command is called.
        summary: What it does, in one line.
        resource: The attribute of the client that has the methods.
        method: The method of the operation.
        items: The method that gives the items of all pages.
        id: Where an item has what tells it from all others.
        parts: What is saved with each item.
        fixed: The arguments in which exports to one folder agree.
    """

    name: str
    summary: str
    resource: str
    method: str
    items: str
    id: str
    parts: tuple[Part, ...] = ()
    fixed: tuple[str, ...] = field(default=())


def _told(value: object, pointer: str) -> object:
    """Return what a value of JSON has at a place: None if that is null or stands below null, UNSET if there is nothing."""
    for part in pointer.split("/")[1:]:
        if value is None:
            return None
        name = part.replace("~1", "/").replace("~0", "~")
        value = value.get(name, UNSET) if is_mapping(value) else UNSET
    return value
