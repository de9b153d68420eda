"""Pages whose URLs the answers give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urljoin

from .api_response import ApiResponse
from .paging import Arguments, Ask, Paging, Position, Taken, Trail, items_of
from .sources import found

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LinkPaging(Paging[T]):
    """Each answer gives the URL of the next page.

    Attributes:
        next: Where the answer has it; None for the Link header with the relation `next` (RFC 8288).
    """

    next: str | None = None

    def start(self, _arguments: Arguments, _body: object, /) -> Position:
        """Return the beginning: the operation's own URL."""
        return _Link(self, None, Trail())


@dataclass(frozen=True, slots=True)
class _Link:
    paging: LinkPaging[Any]
    link: str | None
    trail: Trail

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
