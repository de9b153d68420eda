"""Lists that hold so many items at most and have no cursor: they are read window by window of time.

A window holds what begins at its lower bound or later, and before its upper bound. An answer that is full may lack items, so
its window is divided, the earlier part first, until each part's answer is not full. Nothing is assumed about the order in
which the service lists items. One at the edge of two windows, which a service that counts the upper bound in gives twice, is
known by its id.

A window without a bound is divided where the walk began, at the present or at the bound there is, and then a day from there,
two days, four, and so on.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from .api_response import ApiResponse
from .errors import PagingError, RequestValidationError
from .paging import Arguments, Ask, Paging, Position, Taken, items_of
from .sources import look_up

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WindowPaging(Paging[T]):
    """A call gives at most so many items of a window of time.

    Attributes:
        min, max: The arguments that bound the window: the first is part of it, the second is not.
        time: Where an item has its time.
        id: Where an item has what tells it from all others.
        cap: How many items an answer holds at most.
        resolution: How finely the service tells times apart, in microseconds.
    """

    min: str
    max: str
    time: str
    id: str
    cap: int
    resolution: int = 1000

    def start(self, arguments: Arguments, _body: object, /) -> Position:
        """Return the window that the caller gave, the present being where one without bounds is divided first."""
        low = _bound(self.min, arguments.get(self.min))
        high = _bound(self.max, arguments.get(self.max))
        origin = _microseconds(datetime.now(UTC)) // self.resolution * self.resolution
        window = _Window(low, high, arguments.get(self.min), arguments.get(self.max))
        return _Windows(self, (window,), origin)


@dataclass(frozen=True, slots=True)
class _Window:
    """A window, in microseconds since 1970.

    Attributes:
        low, high: Its bounds; None for one that is open.
        stated_low, stated_high: The caller's own bounds, which are sent as they are.
    """

    low: int | None
    high: int | None
    stated_low: object = None
    stated_high: object = None

    def divided(self, resolution: int, origin: int) -> tuple[_Window, _Window] | None:
        """Return the earlier and the later part, or None if it cannot be divided.

        Args:
            resolution: What the place of the division is a multiple of.
            origin: Where the walk began.
        """
        place = self._middle(origin) // resolution * resolution
        if self.low is not None and place <= self.low:
            place += resolution
        inside = _FIRST <= place <= _LAST
        inside = inside and (self.low is None or place > self.low)
        if not inside or (self.high is not None and place >= self.high):
            return None
        return replace(self, high=place, stated_high=None), replace(
            self, low=place, stated_low=None
        )

    def _middle(self, origin: int) -> int:
        low, high = self.low, self.high
        if low is not None and high is not None:
            return (low + high) // 2
        if low is not None and low >= origin:
            return min(origin + max(_DAY, 2 * (low - origin)), _LAST)
        if high is not None and high <= origin:
            return max(origin - max(_DAY, 2 * (origin - high)), _FIRST)
        return origin


@dataclass(frozen=True, slots=True)
class _Windows:
    """The windows that are still to be asked for, the next one last.

    Attributes:
        origin: Where the walk began, in microseconds since 1970.
        edge: The ids of the items of the page before, of which some may come again.
        timeless: The ids of the items without a time, which may come with any window.
    """

    paging: WindowPaging[Any]
    windows: tuple[_Window, ...]
    origin: int
    edge: frozenset[Hashable] = field(default=frozenset())
    timeless: frozenset[Hashable] = field(default=frozenset())

    def ask(self) -> Ask:
        window = self.windows[-1]
        low = _datetime(window.low) if window.stated_low is None else window.stated_low
        high = _datetime(window.high) if window.stated_high is None else window.stated_high
        lower = {self.paging.min: low}
        return Ask({**lower, self.paging.max: high}, resume=lower)

    def take(self, response: ApiResponse[Any]) -> Taken | Position:
        paging, window = self.paging, self.windows[-1]
        items = items_of(response, paging.items)
        if len(items) >= paging.cap:
            parts = window.divided(paging.resolution, self.origin)
            if parts is None:
                raise PagingError(_too_many(window, paging))
            return replace(self, windows=(*self.windows[:-1], parts[1], parts[0]))
        timed: list[tuple[int, int, Any]] = []
        untimed: list[Any] = []
        edge: set[Hashable] = set()
        timeless = set(self.timeless)
        for place, item in enumerate(items):
            moment = _moment(look_up(item, paging.time))
            known = timeless if moment is None else edge
            identity = _key(look_up(item, paging.id))
            is_new = identity is None or not (identity in known or identity in self.edge)
            if identity is not None:
                known.add(identity)
            if is_new and moment is None:
                untimed.append(item)
            elif is_new and moment is not None:
                timed.append((moment, place, item))
        listed = [item for _, _, item in sorted(timed, key=lambda one: one[:2])] + untimed
        following = None
        if len(self.windows) > 1:
            following = replace(
                self,
                windows=self.windows[:-1],
                edge=frozenset(edge),
                timeless=frozenset(timeless),
            )
        return Taken(listed, following)


def _too_many(window: _Window, paging: WindowPaging[Any]) -> str:
    if window.low is None or window.high is None:
        unheeded = paging.max if window.low is None else paging.min
        return f"every answer is full, of however narrow a window: the service does not heed {unheeded}"
    begin = window.stated_low or _datetime(window.low)
    return (
        f"{paging.cap} items or more begin at {begin}, and an answer holds {paging.cap} at most:"
        " those beyond cannot be listed; narrow the list by another argument"
    )


def _bound(argument: str, value: object) -> int | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        raise RequestValidationError(
            f"{argument}: {value!r} is not a time, such as 2022-06-17T22:19:40.375Z"
        )
    if moment.tzinfo is None:
        raise RequestValidationError(f"{argument}: {value!r} has no time zone")
    return _microseconds(moment)


def _key(identity: object) -> Hashable:
    """Return what an id is known by; None for none."""
    return identity if identity is None or isinstance(identity, str | int) else str(identity)


def _moment(value: object) -> int | None:
    """Return the time of an item, None if it has none that can be read."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(moment, datetime):
        return None
    return _microseconds(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _datetime(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)
