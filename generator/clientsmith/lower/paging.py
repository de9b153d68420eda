"""The extension `x-paging`: how the pages of an operation follow one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from ..api import Parameter, Type, Value
from ..diagnostics import quoted
from ..read.document import Node
from ..text import Name, Text, opened
from .annotations import ANY, Annotations
from .answers import Answers, NothingThere
from .definitions import Schema
from .extensions import Extension, is_header

NAME = "x-paging"

_KEYS = {
    "cursor": ("parameter", "next", "last", "more"),
    "page": ("parameter", "first", "total", "pages", "more"),
    "offset": ("parameter", "first", "total", "more"),
    "link": (),
    "next-url": ("next",),
    "window": ("min", "max", "time", "id", "cap", "resolution"),
}

Argument = tuple[Name, Value | Name]


@dataclass(frozen=True, slots=True)
class Pages:
    """What the extension says.

    Attributes:
        kind: the class of the runtime.
        arguments: its arguments.
        item: the type of an item.
        begins: the arguments of the method that say where it begins.
    """

    kind: Name
    arguments: tuple[Argument, ...]
    item: Type
    begins: tuple[Name, ...]


class PagingReader:
    """Reads the extension."""

    def __init__(self, answers: Answers, annotations: Annotations) -> None:
        self._answers = answers
        self._annotations = annotations

    def read(self, node: Node, parameters: Sequence[Parameter], *, has_body: bool) -> Pages | None:
        """Return what an operation says, None if it says nothing.

        Args:
            node: the operation, whose responses were lowered.
            parameters: its parameters.
            has_body: whether it takes a body.

        Raises:
            BadExtension: what it says cannot be used.
        """
        stated = node.get(NAME)
        if stated is None:
            return None
        extension = Extension(NAME, stated)
        by = extension.one_of("by", _KEYS)
        extension.allow(("by", "items", *_KEYS[by]))
        answer = self._answers.of(node)
        if answer is None:
            raise extension.refused("the operation gives no JSON, and so no list of items")
        reading = _Reading(extension, self._answers, answer, tuple(parameters), has_body)
        items = reading.items()
        item = items.get("items")
        known = cast(Schema, item) if isinstance(item, dict) else {}
        kind, arguments, begins = reading.kind(by, known)
        place = extension.place("items")
        if place:
            arguments = (*arguments, (Name("items"), Text(place)))
        return Pages(kind, arguments, self._annotations.result(known) if known else ANY, begins)


Kind = tuple[Name, tuple[Argument, ...], tuple[Name, ...]]


@dataclass(frozen=True, slots=True)
class _Reading:
    extension: Extension
    answers: Answers
    answer: Schema
    parameters: tuple[Parameter, ...]
    has_body: bool

    def items(self) -> Schema:
        """Return the schema of the list of items."""
        place = self.extension.place("items") or ""
        if is_header(place):
            raise self.extension.refused("the items are no header", key="items")
        found = self._at(self.answer, place, "items")
        choices = [self.answers.meaning(one) for one in found.get("anyOf", [found])]
        listed = next((one for one in choices if not one or one.get("type") == "array"), None)
        if listed is None:
            where = f"{quoted(place)} is no list" if place else "the answer is no list"
            hint = "write the JSON Pointer of the list, such as 'items: /data'"
            raise self.extension.refused(where, hint, "items" if place else None)
        return listed

    def kind(self, by: str, item: Schema) -> Kind:
        """Return the class of the runtime, its arguments, and the arguments of the method that say where it begins."""
        match by:
            case "cursor":
                return self._cursor(item)
            case "page" | "offset":
                return self._number(counts_items=by == "offset")
            case "window":
                return self._window(item)
            case _:
                if by == "next-url":
                    self.extension.needed("next")
                return Name("LinkPaging"), self._places("next"), ()

    def _cursor(self, item: Schema) -> Kind:
        if ("next" in self.extension) == ("last" in self.extension):
            raise self.extension.refused(
                "one of 'next' and 'last' is needed: where the answer, or its last item, has the cursor"
            )
        parameter, begins = self._parameter("parameter")
        last = self._of_item("last", item)
        arguments = (*parameter, *self._places("next"), *last, *self._places("more"))
        return Name("CursorPaging"), arguments, begins

    def _number(self, *, counts_items: bool) -> Kind:
        parameter, begins = self._parameter("parameter")
        first = self.extension.integer("first", 0)
        counted: tuple[Argument, ...] = ((Name("counts_items"), True),) if counts_items else ()
        start: Argument = (Name("first"), (0 if counts_items else 1) if first is None else first)
        places = self._places("total", "pages", "more")
        return Name("NumberPaging"), (*parameter, *counted, start, *places), begins

    def _window(self, item: Schema) -> Kind:
        bounds = [(Name(key), self._bound(key)) for key in ("min", "max")]
        time = self._of_item("time", item, needed=True, format_="date-time")
        identity = self._of_item("id", item, needed=True)
        cap = self.extension.integer("cap", 2)
        if cap is None:
            raise self.extension.refused("the key 'cap' is missing")
        resolution = self.extension.seconds("resolution", 0.000001)
        finest = () if resolution is None else ((Name("resolution"), round(resolution * 1e6)),)
        arguments = (*bounds, *time, *identity, (Name("cap"), cap), *finest)
        return Name("WindowPaging"), arguments, tuple(name for _, name in bounds)

    def _bound(self, key: str) -> Name:
        parameter = self._named(key)
        if "datetime" not in parameter.type.imports:
            raise self.extension.refused(
                f"the parameter {quoted(opened(parameter.name))} is no date-time",
                "give its schema the format date-time",
                key,
            )
        return parameter.argument

    def _parameter(self, key: str) -> tuple[tuple[Argument, ...], tuple[Name, ...]]:
        """Return the argument that says which parameter, or which property of the body, takes the place."""
        name = self.extension.needed(key)
        if not name.startswith("/"):
            found = self._named(key).argument
            return ((Name("argument"), found),), (found,)
        inner = name[1:].replace("~1", "/").replace("~0", "~")
        if not self.has_body:
            raise self.extension.refused("the operation takes no body", key=key)
        if "/" in name[1:]:
            raise self.extension.refused(
                f"{quoted(name)} is not a property of the body itself", key=key
            )
        return ((Name("argument"), Text(inner)), (Name("in_body"), True)), ()

    def _named(self, key: str) -> Parameter:
        name = self.extension.needed(key)
        named = [one for one in self.parameters if opened(one.name) == name]
        named.sort(key=lambda one: one.location != "query")
        if not named:
            names = ", ".join(quoted(opened(one.name)) for one in self.parameters[:10])
            raise self.extension.refused(
                f"there is no parameter {quoted(name)}", f"there is {names}" if names else None, key
            )
        return named[0]

    def _places(self, *keys: str) -> tuple[Argument, ...]:
        """Return the places in the answer that keys name, each checked."""
        found: list[Argument] = []
        for key in keys:
            place = self.extension.place(key)
            if place is not None:
                if not is_header(place):
                    self._at(self.answer, place, key)
                found.append((Name(key), Text(place)))
        return tuple(found)

    def _of_item(
        self, key: str, item: Schema, *, needed: bool = False, format_: str | None = None
    ) -> tuple[Argument, ...]:
        """Return the place in an item that a key names, checked."""
        place = self.extension.place(key)
        if place is None:
            if needed:
                self.extension.needed(key)
            return ()
        if is_header(place):
            raise self.extension.refused("this is a place in an item, not a header", key=key)
        found = self._at(item, place, key)
        if format_ is not None and found and found.get("format") != format_:
            raise self.extension.refused(f"{quoted(place)} is no {format_}", key=key)
        return ((Name(key), Text(place)),)

    def _at(self, schema: Schema, place: str, key: str) -> Schema:
        try:
            return self.answers.at(schema, place)
        except NothingThere as error:
            hint = f"there is {', '.join(map(quoted, error.known[:10]))}" if error.known else None
            raise self.extension.refused(
                f"the document describes no {quoted(error.name)} there", hint, key
            ) from error
