"""The items of a stream: how they are read, and that what one may hold is bounded, however it is made up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from bandwidth_recordings._runtime.events import ItemReader, ItemTooLarge, UnreadableItem
from bandwidth_recordings._runtime.model import Model
from bandwidth_recordings._runtime.operation import MediaType

EVENTS = MediaType("text/event-stream", stream="events")


@pytest.mark.parametrize("piece", [b"data: x\n", b"data:\n", b"data\n", b"data: xxx", b"xxxxx"])
def test_an_event_that_never_ends_is_not_collected_for_ever(piece: bytes) -> None:
    items = ItemReader(EVENTS, 100)
    pieces = (list(items.feed(piece)) for _ in range(1000))
    with pytest.raises(ItemTooLarge):
        any(pieces)


def test_comments_and_unknown_fields_may_go_on_for_ever() -> None:
    items = ItemReader(EVENTS, 100)
    for _ in range(1000):
        assert list(items.feed(b": still here\nother: x\nevent: e\n")) == []
    assert [event.data for event in items.feed(b"data: x\n\n")] == ["x"]


class Reading(Model):
    at: datetime


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (datetime, "2026-11-23T05:00:00Z", datetime(2026, 11, 23, 5, tzinfo=UTC)),
        (datetime, '"2026-11-23T05:00:00Z"', datetime(2026, 11, 23, 5, tzinfo=UTC)),
        (int, "42", 42),
        (
            Reading,
            '{"at": "2026-11-23T05:00:00Z"}',
            Reading(at=datetime(2026, 11, 23, 5, tzinfo=UTC)),
        ),
        (Reading | str, "over", "over"),
    ],
)
def test_the_data_of_an_event_is_json_or_else_the_text_of_a_value(
    kind: Any, data: str, expected: object
) -> None:
    items = ItemReader(MediaType("text/event-stream", lambda: kind, stream="events"), 1000)
    assert [event.data for event in items.feed(f"data: {data}\n\n".encode())] == [expected]


@pytest.mark.parametrize("data", [b"over", b"\xff"])
def test_the_data_of_an_event_that_is_no_such_value_is_told(data: bytes) -> None:
    items = ItemReader(MediaType("text/event-stream", lambda: Reading, stream="events"), 1000)
    with pytest.raises(UnreadableItem) as raised:
        list(items.feed(b"data: " + data + b"\n\n"))
    assert raised.value.content == data
