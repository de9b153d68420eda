"""How the pages of an operation follow one another: what to ask for next, decided without a socket.

A `Paging` says how an operation is paged; the document's extension `x-paging` becomes one. It gives the first `Position`.
A position says what to ask for (`Ask`), and with the answer gives the items and the position after it (`Taken`). Positions
do not change: asking for one again gives the same page again. Each kind of paging has a module beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

from .api_response import ApiResponse
from .errors import PagingError
from .kinds import is_list
from .operation import Operation
from .sources import look_up
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


def ask_with(argument: str, in_body: bool, value: object) -> Ask:
    """Return what asks for a page by one value; None asks for the first one.

    Args:
        argument: The argument that takes the value, or the property of the body.
        in_body: Whether it is a property of the body.
        value: The value.
    """
    if value is None:
        return Ask()
    given = {argument: value}
    if in_body:
        return Ask(properties=given, resume={"extra_body": given})
    return Ask(given, resume=given)


def given_for(argument: str, in_body: bool, arguments: Arguments, body: object) -> Any:
    """Return the value that the caller gave for such an argument, or None."""
    return look_up(body, f"/{argument}") if in_body else arguments.get(argument)
