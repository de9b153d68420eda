"""How the pages of an operation follow one another: what to ask for next, decided without a socket.

A `Paging` says how an operation is paged; the document's extension `x-paging` becomes one. It gives the first `Position`.
A position says what to ask for (`Ask`), and with the answer gives the items and the position after it (`Taken`). Positions
do not change: asking for one again gives the same page again. Windows of time are in `paging_window`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urljoin

from .api_response import ApiResponse
from .errors import PagingError
from .kinds import is_list
from .operation import Operation
from .sources import found, is_no, is_yes, look_up, number
from .unset import UNSET

T = TypeVar("T")

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a page is asked for with, besides what the caller gave.

    Attributes:
        arguments: Arguments in place of the caller's.
        properties: Properties of the body in place of the caller's.
        link: What stands in place of the operation's URL, relative to it.
        resume: The arguments with which an `iter_` method begins here; None if there are none that say so.
    """

    arguments: Arguments = field(default_factory=dict[str, Any])
    properties: Arguments = field(default_factory=dict[str, Any])
    link: str | None = None
    resume: Arguments | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The page that an answer is.

    Attributes:
        items: Its items.
        following: Where the next page begins; None after the last one.
    """

    items: list[Any]
    following: Position | None


class Position(Protocol):
    """A place between two pages."""

    def ask(self) -> Ask:
        """Return what the page that begins here is asked for with."""
        ...

    def take(self, response: ApiResponse[Any]) -> Taken | Position:
        """Return what the answer gives: a page, or the position to ask at in its place.

        Raises:
            PagingError: The answer is no page, or leads back to where the walk has been.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Paging(Generic[T]):
    """How the pages of an operation follow one another; `T` is the type of an item.

    Attributes:
        items: Where the answer has the items.
    """

    items: str = ""

    def start(self, arguments: Arguments, body: object, /) -> Position:
        """Return where the first page begins.

        Args:
            arguments: What the caller gave.
            body: The body that the caller gave.

        Raises:
            RequestValidationError: An argument that says where to begin cannot be read.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Trail:
    """Tells when a walk comes back to where it has been, with a memory of two places (R. P. Brent, 1980).

    Attributes:
        last: The place before.
        mark: An earlier one.
        steps: How many places ago that was.
        most: How many steps the mark stays.
    """

    last: object = None
    mark: object = None
    steps: int = 0
    most: int = 1

    def to(self, place: object) -> Trail:
        """Return the trail that goes on to a place.

        Raises:
            PagingError: The walk has been there.
        """
        if place is not None and place in (self.last, self.mark):
            raise PagingError(
                "the service leads in a circle: the next page is one that it has given before"
            )
        if self.steps + 1 >= self.most:
            return Trail(place, place, 0, self.most * 2)
        return replace(self, last=place, steps=self.steps + 1)


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
        given = _given(self.argument, self.in_body, arguments, body)
        return _Cursor(self, given, Trail(given, given))


@dataclass(frozen=True, slots=True)
class _Cursor:
    paging: CursorPaging[Any]
    cursor: object
    trail: Trail

    def ask(self) -> Ask:
        return _ask(self.paging.argument, self.paging.in_body, self.cursor)

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
        given = number(_given(self.argument, self.in_body, arguments, body))
        return _Number(self, given, 0, None)


@dataclass(frozen=True, slots=True)
class _Number:
    paging: NumberPaging[Any]
    given: int | None
    seen: int
    before: list[Any] | None

    def ask(self) -> Ask:
        return _ask(self.paging.argument, self.paging.in_body, self.given)

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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LinkPaging(Paging[T]):
    """Each answer gives the URL of the next page.

    Attributes:
        next: Where the answer has it; None for the Link header with the relation `next` (RFC 8288).
    """

    next: str | None = None

    def start(self, _arguments: Arguments, _body: object, /) -> Position:
        """Return the beginning: the operation's own URL."""
        return _Link(self, None)


@dataclass(frozen=True, slots=True)
class _Link:
    paging: LinkPaging[Any]
    link: str | None
    trail: Trail = Trail()

    def ask(self) -> Ask:
        return Ask(link=self.link)

    def take(self, response: ApiResponse[Any]) -> Taken:
        from .links import next_link

        items = items_of(response, self.paging.items)
        place = self.paging.next
        link = (
            next_link(response.headers.values_of("link"))
            if place is None
            else found(response, place)
        )
        if not link:
            return Taken(items, None)
        target = urljoin(self.link or "", str(link))
        return Taken(items, _Link(self.paging, target, self.trail.to(target)))


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list that is asked for page by page: the operation, and what the caller gave.

    Attributes:
        operation: What is called.
        paging: How its pages follow one another.
        arguments: The arguments by name.
        options: The options of each call.
        body: The body of each call.
        content_type: How the body is sent.
    """

    operation: Operation[Any]
    paging: Paging[T]
    arguments: Arguments
    options: Arguments
    body: object = UNSET
    content_type: str | None = None

    def start(self) -> Position:
        """Return where the first page begins."""
        return self.paging.start(self.arguments, self.body)

    def request(self, position: Position) -> dict[str, Any]:
        """Return the arguments of the client's `call` for the page that begins at a position."""
        ask = position.ask()
        options = self.options
        if ask.properties:
            given = options.get("extra_body", {})
            options = {**options, "extra_body": {**given, **ask.properties}}
        return {
            "operation": self.operation,
            "arguments": {**self.arguments, **ask.arguments},
            "options": options,
            "body": self.body,
            "content_type": self.content_type,
            "link": ask.link,
        }

    def take(self, position: Position, response: ApiResponse[Any]) -> Taken | Position:
        """Return what an answer gives: a page, or where to ask in its place.

        Raises:
            PagingError: It is no page, or leads back to where the walk has been.
        """
        try:
            return position.take(response)
        except PagingError as error:
            error.operation = self.operation.id
            error.method = self.operation.method
            raise


def items_of(response: ApiResponse[Any], place: str) -> list[Any]:
    """Return the items of an answer; none if there is no list.

    Raises:
        PagingError: What is there is no list.
    """
    items = look_up(response.data, place)
    if items is None:
        return []
    if not is_list(items):
        raise PagingError(f"the answer has no list at {place or 'its top'}")
    return items


def _ask(argument: str, in_body: bool, value: object) -> Ask:
    if value is None:
        return Ask()
    given = {argument: value}
    if in_body:
        return Ask(properties=given, resume={"extra_body": given})
    return Ask(given, resume=given)


def _given(argument: str, in_body: bool, arguments: Arguments, body: object) -> Any:
    return look_up(body, f"/{argument}") if in_body else arguments.get(argument)
