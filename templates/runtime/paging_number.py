"""Pages that are counted, or asked for by the number of their first item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from .api_response import ApiResponse
from .errors import PagingError
from .paging import Arguments, Ask, Paging, Position, Taken, ask_with, given_for, items_of
from .sources import found, is_no, number

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NumberPaging(Paging[T]):
    """The pages, or the items, are counted, and the request says from which one on.

    The end is where a page has no items, or where the answer says so.

    Attributes:
        argument: The argument that takes the number, or the property of the body.
        in_body: Whether it is a property of the body.
        counts_items: Whether items are counted, rather than pages.
        first: The number of the first one.
        total: Where the answer has how many items there are.
        pages: Where the answer has how many pages there are.
        more: Where the answer says whether there is more.
    """

    argument: str
    in_body: bool = False
    counts_items: bool = False
    first: int
    total: str | None = None
    pages: str | None = None
    more: str | None = None

    def start(self, arguments: Arguments, body: object, /) -> Position:
        """Return the number that the caller gave, or the first one."""
        given = number(given_for(self.argument, self.in_body, arguments, body))
        return _Number(self, given, 0, None)


@dataclass(frozen=True, slots=True)
class _Number:
    paging: NumberPaging[Any]
    given: int | None
    seen: int
    before: list[Any] | None

    def ask(self) -> Ask:
        return ask_with(self.paging.argument, self.paging.in_body, self.given)

    def take(self, response: ApiResponse[Any]) -> Taken:
        paging = self.paging
        items = items_of(response, paging.items)
        if items and items == self.before and not isinstance(items[0], str | int | float):
            raise PagingError(
                f"the service gives the same page again: it does not heed {paging.argument}"
            )
        start = paging.first if self.given is None else self.given
        skipped = (start - paging.first) * (1 if paging.counts_items else len(items))
        seen = (skipped if self.before is None else self.seen) + len(items)
        if paging.counts_items:
            seen = start - paging.first + len(items)
        if not items or self._is_last(response, start, seen):
            return Taken(items, None)
        following = start + (len(items) if paging.counts_items else 1)
        return Taken(items, _Number(paging, following, seen, items))

    def _is_last(self, response: ApiResponse[Any], start: int, seen: int) -> bool:
        paging = self.paging
        if paging.more is not None and is_no(found(response, paging.more)):
            return True
        total = None if paging.total is None else number(found(response, paging.total))
        pages = None if paging.pages is None else number(found(response, paging.pages))
        return (total is not None and seen >= total) or (
            pages is not None and start - paging.first + 1 >= pages
        )
