"""Where hostile strings are put into the document: at many places at once where they take nothing out of it, else at a few."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from clientsmith.config import Configuration
from clientsmith.diagnostics import DiagnosticError
from clientsmith.lower import lower
from clientsmith.read.document import Document
from clientsmith.read.file import from_bytes, load_file
from clientsmith.read.references import Resolver
from clientsmith.validate import check_openapi

from .hostile import DOCUMENT, STRINGS, is_array, is_object

Place = tuple[str | int, ...]
"""Where a string is: the keys and indices on the way to it."""

Kind = Literal["value", "key", "beside"]
"""Whether a string takes the place of a value or of a key, or is another key beside one."""

BATCH = 20
"""Changes of a document that may each take something out of it."""

_NAMED = frozenset(
    {
        *("callbacks", "content", "encoding", "examples", "headers", "links", "mapping"),
        *("parameters", "paths", "patternProperties", "properties", "requestBodies", "responses"),
        *("schemas", "scopes", "securitySchemes", "variables", "webhooks", "x-resources"),
    }
)
"""What holds things by names that the document gives them, rather than by those of OpenAPI."""


@dataclass(frozen=True)
class Change:
    """A string at a place of the document."""

    place: Place
    kind: Kind
    name: str = ""

    def __str__(self) -> str:
        where = "/".join(str(step).replace("/", "~1") for step in self.place)
        return f"{self.name}, {self.kind} {where}"


@dataclass(frozen=True)
class Case:
    """A hostile document.

    Attributes:
        changes: What is hostile in it.
        released: Whether it follows a harmless one that was released, and is followed by that one.
        overlaid: Whether an overlay makes it of the harmless one.
        is_full: Whether nothing that is hostile takes anything out of it, so that it must not be refused.
    """

    changes: tuple[Change, ...]
    released: bool = False
    overlaid: bool = False
    is_full: bool = False

    def __str__(self) -> str:
        return f"{self.changes[0]}" + (
            f" and {more} more" if (more := len(self.changes) - 1) else ""
        )


def places(document: Any = DOCUMENT) -> Iterator[tuple[Place, bool]]:
    """Yield every string of a document: where it is, and whether it is a key."""
    if is_object(document):
        for key, value in document.items():
            yield (key,), True
            for place, is_key in places(value):
                yield (key, *place), is_key
    elif is_array(document):
        for index, value in enumerate(document):
            for place, is_key in places(value):
                yield (index, *place), is_key
    elif isinstance(document, str):
        yield (), False


def changed(changes: Sequence[Change]) -> dict[str, Any]:
    """Return the document with strings at places; references to a renamed key are changed with it."""
    document = copy.deepcopy(DOCUMENT)
    for change in sorted(changes, key=lambda one: (-len(one.place), one.kind != "value")):
        _put(document, change.place, change.kind, STRINGS.get(change.name, change.name))
    return document


def _put(document: dict[str, Any], place: Place, kind: Kind, string: str) -> None:
    parent: Any = document
    harmless: Any = DOCUMENT
    for step in place[:-1]:
        parent, harmless = parent[step], harmless[step]
    last = place[-1]
    if kind == "value":
        parent[last] = string
    elif kind == "beside":
        parent.setdefault(string, copy.deepcopy(harmless[last]))
    else:
        renamed = {string if key == last else key: value for key, value in parent.items()}
        parent.clear()
        parent.update(renamed)
        before = "#/" + "/".join(map(_escaped, place[:-1]))
        _redirect(document, f"{before}/{_escaped(last)}", f"{before}/{_escaped(string)}")


def _escaped(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def _redirect(value: Any, old: str, new: str) -> None:
    if is_object(value):
        for key, item in value.items():
            if item == old:
                value[key] = new
            _redirect(item, old, new)
    elif is_array(value):
        for item in value:
            _redirect(item, old, new)


def possible() -> list[Change]:
    """Return the changes that can be made, without strings: every value, every name, and a key beside every other key."""
    found: list[Change] = []
    for place, is_key in places():
        if not is_key:
            found.append(Change(place, "value"))
        elif len(place) > 1 and place[-2] in _NAMED:
            found.append(Change(place, "key"))
        else:
            found.append(Change(place, "beside"))
    return found


def _remains(changes: Sequence[Change]) -> tuple[int, ...]:
    """Return how much there is in a client of the document with a harmless word at some places."""
    words = [Change(change.place, change.kind, "another") for change in changes]
    path = Path("/nowhere/document.json")
    content = json.dumps(changed(words)).encode()
    file = from_bytes(content, path, path.as_uri(), path.name)
    references = partial(Resolver, folder=path.parent, allow_remote=False, load=load_file)
    document = Document(file, references)
    if check_openapi(document):
        return ()
    try:
        lowered = lower(document, Configuration(spec=path, root=path.parent, package="harmless"))
    except DiagnosticError:
        return ()
    operations = lowered.api.operations
    parts = sum(len(one.parameters) + len(one.responses) for one in operations)
    resources = sum(len(one.operations) for one in lowered.api.resources)
    counted = len(operations), resources, parts, len(lowered.definitions)
    return (*counted, len(lowered.diagnostics))


def takes_nothing_out(change: Change) -> bool:
    """Return whether a word at a place leaves all of the client there."""
    return _remains([change]) == _remains([])


def every_string(changes: Sequence[Change]) -> list[Change]:
    """Return changes with every string at each of some places."""
    return [Change(change.place, change.kind, name) for change in changes for name in STRINGS]


def few_at_a_time(changes: Sequence[Change]) -> list[Case]:
    """Return documents with a few changes each, in an order that mixes them."""
    pairs = sorted(changes, key=lambda pair: hashlib.sha256(ascii(pair).encode()).digest())
    cases: list[Case] = []
    for start in range(0, len(pairs), BATCH):
        apart = {(pair.place, pair.kind): pair for pair in pairs[start : start + BATCH]}
        cases.append(Case(tuple(apart.values())))
    return cases


def all_at_once(changes: Sequence[Change]) -> list[Case]:
    """Return documents with a string at each of some places, of which each has each string in one of the documents."""
    names = list(STRINGS)
    return [
        Case(
            tuple(
                Change(change.place, change.kind, names[(number + turn) % len(names)])
                for number, change in enumerate(changes)
            ),
            released=turn % 2 == 0,
            overlaid=turn % 4 == 1,
            is_full=True,
        )
        for turn in range(len(names))
    ]


def titles() -> list[Case]:
    """Return documents that give the package its name."""
    return [Case((Change(("info", "title"), "value", name),)) for name in STRINGS]
