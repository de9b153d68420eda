"""Pages that are asked for by a cursor, which each answer gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from .api_response import ApiResponse
from .errors import PagingError
from .paging import Arguments, Ask, Paging, Position, Taken, Trail, ask_with, given_for, items_of
from .sources import found, is_no, is_yes, look_up

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CursorPaging(Paging[T]):
    """Each answer gives a cursor, which the next request carries.

    Attributes:
        argument: The argument that takes it, or the property of the body.
        in_body: Whether it is a property of the body.
        next: Where the answer has the next cursor.
        last: Where the last item has it, if the answer has none.
        more: Where the answer says whether there is more.
    """

    argument: str
    in_body: bool = False
    next: str | None = None
    last: str | None = None
    more: str | None = None

    def start(self, arguments: Arguments, body: object, /) -> Position:
        """Return the cursor that the caller gave, or the beginning."""
        given = given_for(self.argument, self.in_body, arguments, body)
        return _Cursor(self, given, Trail(given, given))


@dataclass(frozen=True, slots=True)
class _Cursor:
    paging: CursorPaging[Any]
    cursor: object
    trail: Trail

    def ask(self) -> Ask:
        return ask_with(self.paging.argument, self.paging.in_body, self.cursor)

    def take(self, response: ApiResponse[Any]) -> Taken:
        paging = self.paging
        items = items_of(response, paging.items)
        more = None if paging.more is None else found(response, paging.more)
        if is_no(more):
            return Taken(items, None)
        cursor: object = None
        if paging.next is not None:
            cursor = found(response, paging.next)
        elif paging.last is not None and items:
            cursor = look_up(items[-1], paging.last)
        if not cursor:
            if is_yes(more):
                raise PagingError("the service says that there is more, and gives no cursor for it")
            return Taken(items, None)
        return Taken(items, _Cursor(paging, cursor, self.trail.to(cursor)))
