"""Lists without a cursor, read window by window: every item exactly once, in the order of time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from bandwidth_recordings import PagingError, RequestValidationError, models
from bandwidth_recordings._runtime.api_response import ApiResponse
from bandwidth_recordings._runtime.headers import Headers
from bandwidth_recordings._runtime.paging import Ask, Paging, Position, Taken
from bandwidth_recordings._runtime.paging_window import WindowPaging
from hypothesis import example, given, settings
from hypothesis import strategies as st

BASE = datetime(2024, 3, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)
Item = dict[str, Any]


def item(name: object, begin: datetime | None) -> Item:
    shown = None if begin is None else begin.isoformat(timespec="milliseconds")
    return {"id": f"r-{name}", "time": shown, "begin": begin}


@dataclass
class Service:
    """Lists items as the recordings API does: the lower bound included, the upper one not, so many at most.

    Attributes:
        chance: Decides which items of too many are given, and in which order.
        includes_max: Whether it counts the upper bound in, against its description.
        timeless: Items without a time, which it lists whatever the bounds are.
        asked: The windows that it was asked for, with the number of items in the answer.
    """

    items: Sequence[Item]
    cap: int
    chance: random.Random
    includes_max: bool = False
    timeless: Sequence[Item] = ()
    asked: list[tuple[Any, Any, int]] = field(default_factory=list[tuple[Any, Any, int]])

    def __call__(self, ask: Ask) -> ApiResponse[Any]:
        low, high = (_moment(ask.arguments.get(name)) for name in ("since", "until"))
        found = [
            one
            for one in self.items
            if (low is None or one["begin"] >= low)
            and (
                high is None or one["begin"] < high or (self.includes_max and one["begin"] == high)
            )
        ]
        found += self.timeless
        self.chance.shuffle(found)
        given = found[: self.cap]
        self.asked.append((low, high, len(given)))
        return ApiResponse(given, status=200, headers=Headers(), attempts=1, elapsed=0.0)


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def paging(cap: int, **options: Any) -> Paging[Any]:
    return WindowPaging(min="since", max="until", time="/time", id="/id", cap=cap, **options)


def follow(
    service: Callable[[Ask], ApiResponse[Any]], start: Position, pages: list[list[Item]]
) -> None:
    """Add the pages from a position on."""
    position: Position | None = start
    for _ in range(100_000):
        if position is None:
            return
        taken = position.take(service(position.ask()))
        if isinstance(taken, Taken):
            pages.append(taken.items)
            position = taken.following
        else:
            position = taken
    raise AssertionError("the walk does not end")


def walk(service: Service, since: object = None, until: object = None) -> list[list[Item]]:
    """Return the pages."""
    pages: list[list[Item]] = []
    follow(service, paging(service.cap).start({"since": since, "until": until}, None), pages)
    return pages


def flat(pages: list[list[Item]]) -> list[Item]:
    return [one for page in pages for one in page]


moments = st.one_of(
    st.integers(0, 50),
    st.integers(0, 3_600_000),
    st.integers(-40 * 365 * 86_400_000, 40 * 365 * 86_400_000),
).map(lambda milliseconds: BASE + milliseconds * MS)

bounds = st.one_of(st.none(), moments, moments.map(lambda moment: moment.isoformat()))


@settings(max_examples=300, deadline=None)
@given(
    times=st.lists(st.tuples(moments, st.integers(1, 4)), max_size=60),
    cap=st.integers(2, 12),
    since=bounds,
    until=bounds,
    includes_max=st.booleans(),
    seed=st.integers(0, 1000),
)
@example([(BASE, 1), (BASE + MS, 1), (BASE + 2 * MS, 1)], 2, None, None, True, 0)
def test_every_item_of_the_window_comes_exactly_once_in_order(
    times: list[tuple[datetime, int]],
    cap: int,
    since: Any,
    until: Any,
    includes_max: bool,
    seed: int,
) -> None:
    numbered = enumerate(moment for moment, many in times for _ in range(many))
    items = [item(number, moment) for number, moment in numbered]
    service = Service(items, cap, random.Random(seed), includes_max)
    low, high = _moment(since), _moment(until)
    expected = service(Ask({"since": since, "until": until}))
    wanted = [
        one
        for one in items
        if (low is None or one["begin"] >= low)
        and (high is None or one["begin"] < high or (includes_max and one["begin"] == high))
    ]
    per_instant: dict[datetime, int] = {}
    for one in wanted:
        per_instant[one["begin"]] = per_instant.get(one["begin"], 0) + 1
    crowded = [
        moment
        for moment, many in per_instant.items()
        if many + (per_instant.get(moment + MS, 0) if includes_max else 0) >= cap
        or (includes_max and per_instant.get(moment - MS, 0) + many >= cap)
    ]
    if crowded and len(expected.data) >= cap:
        with pytest.raises(PagingError, match="items or more begin at"):
            walk(service, since, until)
        return
    pages = walk(service, since, until)
    found = flat(pages)
    assert sorted(one["id"] for one in found) == sorted(one["id"] for one in wanted)
    assert [one["begin"] for one in found] == sorted(one["begin"] for one in wanted)
    assert all(len(page) < cap for page in pages)


def test_a_list_that_is_not_full_is_asked_for_once() -> None:
    service = Service([item(n, BASE + n * MS) for n in range(9)], 10, random.Random(1))
    assert [one["id"] for one in flat(walk(service))] == [f"r-{n}" for n in range(9)]
    assert service.asked == [(None, None, 9)]


def test_the_bounds_are_sent_as_they_were_given() -> None:
    asked: list[Ask] = []
    service = Service([item(n, BASE + n * MS) for n in range(20)], 10, random.Random(1))
    position: Position | None = paging(10).start(
        {"since": "2024-02-29T19:00-05:00", "until": "2024-03-02T00:00:00.0Z"}, None
    )
    while position is not None:
        asked.append(position.ask())
        taken = position.take(service(asked[-1]))
        position = taken.following if isinstance(taken, Taken) else taken
    assert asked[0].arguments == {
        "since": "2024-02-29T19:00-05:00",
        "until": "2024-03-02T00:00:00.0Z",
    }
    assert asked[1].arguments["since"] == "2024-02-29T19:00-05:00"
    assert asked[-1].arguments["until"] == "2024-03-02T00:00:00.0Z"


def test_without_bounds_they_are_found_in_few_calls() -> None:
    now = datetime.now(UTC)
    items = [item(n, now - timedelta(days=3000) + timedelta(hours=n)) for n in range(3000)]
    items.append(item("ahead", now + timedelta(days=2)))
    service = Service(items, 100, random.Random(1))
    assert len(flat(walk(service))) == 3001
    assert len(service.asked) < 3001 / 100 * 6


def test_one_instant_that_is_full_is_an_error_that_names_it() -> None:
    items = [item(n, BASE + 5 * MS) for n in range(10)] + [item(f"x{n}", BASE) for n in range(9)]
    service = Service(items, 10, random.Random(1))
    pages: list[list[Item]] = []
    with pytest.raises(PagingError, match=r"10 items or more begin at 2024-03-01 00:00:00\.005"):
        follow(service, paging(10).start({}, None), pages)
    assert len(flat(pages)) == 9


def test_a_bound_between_two_instants_leaves_what_is_between_to_be_divided() -> None:
    begins = [BASE + 0.5 * MS, BASE + 0.6 * MS, BASE + MS, BASE + 1.1 * MS]
    service = Service([item(n, begin) for n, begin in enumerate(begins)], 4, random.Random(1))
    assert len(flat(walk(service, BASE + 0.4 * MS, BASE + 1.5 * MS))) == 4


def test_a_resolution_of_a_second_is_not_divided_further() -> None:
    service = Service([item(n, BASE + n * 10 * MS) for n in range(12)], 10, random.Random(1))
    with pytest.raises(PagingError, match="begin at"):
        follow(service, paging(10, resolution=1_000_000).start({}, None), [])
    assert len(service.asked) < 60
    lows = [low for low, _, _ in service.asked if low is not None]
    assert all(low.microsecond == 0 for low in lows)


@pytest.mark.parametrize("unheeded", ["since", "until", "both"])
def test_a_service_that_does_not_heed_the_bounds_is_an_error(unheeded: str) -> None:
    items = [item(n, BASE + n * MS) for n in range(20)]
    inner = Service(items, 10, random.Random(1))

    def service(ask: Ask) -> ApiResponse[Any]:
        ignored = ("since", "until") if unheeded == "both" else (unheeded,)
        return inner(Ask({name: v for name, v in ask.arguments.items() if name not in ignored}))

    with pytest.raises(PagingError):
        follow(service, paging(10).start({}, None), [])
    assert len(inner.asked) < 200


def test_items_without_a_time_come_once() -> None:
    timeless = [item(f"t{n}", None) for n in range(3)]
    items = [item(n, BASE + n * MS) for n in range(40)]
    pages = walk(Service(items, 10, random.Random(1), timeless=timeless))
    found = [one["id"] for one in flat(pages)]
    assert sorted(found) == sorted(one["id"] for one in [*items, *timeless])
    timed = [one for one in flat(pages) if one["begin"] is not None]
    assert timed == items


def test_an_item_without_an_id_is_kept() -> None:
    nameless = [{"time": (BASE + n * MS).isoformat(), "begin": BASE + n * MS} for n in range(20)]
    assert flat(walk(Service(nameless, 7, random.Random(1)))) == nameless


def test_models_are_read_by_their_names_on_the_wire() -> None:
    listing: Paging[Any] = WindowPaging(
        min="since", max="until", time="/startTime", id="/recordingId", cap=3
    )
    first = models.CallRecordingMetadata(recording_id="a", start_time=BASE)
    later = models.CallRecordingMetadata(recording_id="b", start_time=BASE + MS)
    response = ApiResponse([later, first], status=200, headers=Headers(), attempts=1, elapsed=0.0)
    taken = listing.start({}, None).take(response)
    assert isinstance(taken, Taken)
    assert taken.items == [first, later]


def test_a_page_says_where_to_go_on() -> None:
    items = [item(n, BASE + n * timedelta(minutes=1)) for n in range(50)]
    service = Service(items, 10, random.Random(1))
    position: Any = paging(10).start({}, None)
    seen: list[Item] = []
    while len(seen) < 15:
        taken = position.take(service(position.ask()))
        seen += taken.items if isinstance(taken, Taken) else []
        position = taken.following if isinstance(taken, Taken) else taken
    resume = position.ask().resume
    assert resume is not None
    assert resume.keys() == {"since"}
    rest = flat(walk(service, **resume))
    assert [*seen, *rest] == items


def test_what_is_held_does_not_grow() -> None:
    items = [item(n, BASE + n * MS) for n in range(5000)]
    service = Service(items, 50, random.Random(1))
    position: Any = paging(50).start({"since": BASE, "until": BASE + 5000 * MS}, None)
    while position is not None:
        assert len(position.edge) < 50
        assert len(position.windows) < 40
        taken = position.take(service(position.ask()))
        position = taken.following if isinstance(taken, Taken) else taken


@pytest.mark.parametrize(
    "bound", ["soon", "2024-03-01T00:00:00", datetime(2024, 3, 1), 1_700_000_000, "2024-13-01T00:00Z"]
)  # fmt: skip
def test_a_bound_that_is_no_time_is_refused_before_anything_is_sent(bound: object) -> None:
    with pytest.raises(
        RequestValidationError, match=r"^until: .* (is not a time|has no time zone)"
    ):
        paging(10).start({"until": bound}, None)


def test_bounds_may_be_in_any_zone() -> None:
    items = [item(n, BASE + n * MS) for n in range(40)]
    east = timezone(timedelta(hours=14))
    service = Service(items, 10, random.Random(1))
    assert flat(walk(service, BASE.astimezone(east), BASE + 40 * MS)) == items


def test_a_window_that_is_empty_or_upside_down_is_asked_for_once() -> None:
    service = Service([item(n, BASE + n * MS) for n in range(40)], 10, random.Random(1))
    assert flat(walk(service, BASE + MS, BASE)) == []
    assert len(service.asked) == 1


def test_items_that_are_deleted_on_the_way_are_not_missed() -> None:
    items = [item(n, BASE + n * MS) for n in range(60)]
    service = Service(items, 10, random.Random(1))
    position: Any = paging(10).start({}, None)
    seen: list[Item] = []
    while position is not None:
        taken = position.take(service(position.ask()))
        seen += taken.items if isinstance(taken, Taken) else []
        position = taken.following if isinstance(taken, Taken) else taken
        if isinstance(taken, Taken) and len(service.items) == 60:
            service.items = [one for one in items if one["id"] != "r-59" and one not in seen[:2]]
    assert [one["id"] for one in seen] == [f"r-{n}" for n in range(59)]


def test_times_may_be_before_the_first_year_of_the_clock_or_far_ahead() -> None:
    ends = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)]
    items = [item(n, BASE + n * MS) for n in range(20)]
    items = [item("first", ends[0]), *items, item("last", ends[1])]
    assert flat(walk(Service(items, 10, random.Random(3)))) == items
