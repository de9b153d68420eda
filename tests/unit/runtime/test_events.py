"""What one item of a stream may hold is bounded, however it is made up."""

from __future__ import annotations

import pytest
from bandwidth_recordings._runtime.events import ItemReader, ItemTooLarge
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
