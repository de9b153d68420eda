"""Operations whose answers are fuzzed, with types of every kind."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from bandwidth_recordings._runtime.enums import Open, OpenEnum
from bandwidth_recordings._runtime.events import CutOff, ItemReader, ItemTooLarge, UnreadableItem
from bandwidth_recordings._runtime.model import Model
from bandwidth_recordings._runtime.operation import Header, MediaType, Operation, Response
from bandwidth_recordings._runtime.variants import Tagged
from pydantic import Field


class Direction(OpenEnum):
    """An open enum."""

    INBOUND = "inbound"


class Cat(Model):
    """A member of a union with a tag."""

    kind: Literal["cat"]
    lives: int | None = None


class Dog(Model):
    """Another."""

    kind: Literal["dog"]
    bark: str | None = None


class Part(Model):
    """What contains itself."""

    the_id: Annotated[int | None, Field(alias="theId")] = None
    parent: Part | None = None


class Whole(Model):
    """A model with a field of every kind."""

    call_id: Annotated[str, Field(alias="callId")]
    to: Annotated[str | None, Field(max_length=5, pattern="^[a-z]*$")] = None
    count: int | None = None
    ratio: float | None = None
    flag: bool | None = None
    direction: Open[Direction] | None = None
    start: datetime | None = None
    day: date | None = None
    lasts: timedelta | None = None
    parts: Annotated[list[Part] | None, Field(max_length=2)] = None
    named: dict[str, Part] | None = None
    pet: Annotated[Cat | Dog, Tagged("kind", "kind", {"cat": Cat, "dog": Dog})] | None = None
    either: Cat | Dog | list[int] | None = None


def _answering(*media: MediaType) -> Operation[Any]:
    response = Response(media, headers={"retry-after": Header(lambda: int)})
    named = {"200": response, "4XX": response, "default": response}
    return Operation(id="getIt", name="get_it", method="GET", path="/", responses=named)


OPERATIONS: list[Operation[Any]] = [
    _answering(MediaType("application/json", lambda: Whole)),
    _answering(MediaType("application/json", lambda: list[Whole])),
    _answering(MediaType("application/json", lambda: dict[str, Cat | Dog])),
    _answering(MediaType("application/json")),
    _answering(MediaType("text/plain", lambda: datetime), MediaType("application/json")),
    _answering(MediaType("text/plain")),
    _answering(MediaType("*/*", lambda: Whole)),
    _answering(),
]
CONTENT_TYPES = [
    *(
        "application/json",
        "",
        "text/plain; charset=utf-16",
        "text/html",
        'a/b;charset="x',
        ";",
        "/",
    ),
    *("application/json;charset=latin-1", "application/problem+json", "image/png", "text/plain"),
    *("text/plain; charset=undefined", "text/plain; charset=idna", "text/plain; charset=rot13"),
    "multipart/form-data; boundary=x",
]
FIELDS = [
    "",
    "1",
    "-1",
    "1e9",
    "9" * 400,
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "Mon, 99 Foo 0 0:0:0",
    "x",
]


def stream_of(body: bytes, size: int) -> None:
    """Read a body as streams of every kind, in chunks of that many bytes."""
    for media in (
        MediaType("text/event-stream", stream="events"),
        MediaType("text/event-stream", lambda: Whole, stream="events"),
        MediaType("application/x-ndjson", lambda: Whole, stream="lines"),
    ):
        items = ItemReader(media, 100)
        with suppress(CutOff, ItemTooLarge, UnreadableItem):
            for start in range(0, len(body), size):
                list(items.feed(body[start : start + size]))
            list(items.finish())
