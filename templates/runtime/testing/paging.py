"""One page of a list, as the document says by `x-paging` that pages follow one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .expressions import BODY, HEADER, found, put
from .jsonkinds import is_array, is_object

_OWN = "fake-page"
"""The query parameter by which the fake knows its own links."""


@dataclass(frozen=True)
class Page:
    """A page of a list.

    Attributes:
        items: Its items.
        headers: Header fields of the answer.
        places: What the answer says besides: values by their places.
    """

    items: list[Any]
    headers: dict[str, str] = field(default_factory=dict[str, str])
    places: dict[str, Any] = field(default_factory=dict[str, Any])

    def say(self, place: str | None, value: Any) -> None:
        """Have the answer say something, where the document has a place for it."""
        if place is None:
            return
        if place.startswith(HEADER):
            if value is not None:
                self.headers[place.removeprefix(HEADER)] = str(value)
        else:
            self.places[place.removeprefix(BODY)] = value

    def fill(self, body: Any) -> Any:
        """Return the body of the answer with what it says; one that is the list itself is its items."""
        if not is_object(body):
            return self.items if is_array(body) else body
        filled = dict(body)
        for place, value in self.places.items():
            put(filled, place, value)
        return filled


def page_of(
    items: list[Any],
    paging: Mapping[str, Any],
    size: int,
    values: Mapping[str, Any],
    body: Any,
    url: str,
) -> Page:
    """Return the page that a request asks for.

    Args:
        items: The whole list.
        paging: The extension.
        size: How many items a page has at most.
        values: The values of the parameters of the request, by their names.
        body: Its body.
        url: Its URL.
    """
    by, parameter = paging["by"], str(paging.get("parameter", ""))
    given = found(body, parameter) if parameter.startswith("/") else values.get(parameter)
    first = int(paging.get("first", 1 if by == "page" else 0))
    if by in ("link", "next-url"):
        given = dict(parse_qsl(urlsplit(url).query)).get(_OWN)
    start = _start(items, paging, given, size, first)
    end = start + size
    page = Page(items[start:end])
    is_last = end >= len(items)
    page.say(paging.get("more"), not is_last)
    page.say(paging.get("total"), len(items))
    page.say(paging.get("pages"), -(-len(items) // size))
    if by == "cursor":
        page.say(paging.get("next"), None if is_last else str(end))
    elif by == "next-url":
        page.say(paging.get("next"), None if is_last else _linked(url, end))
    elif by == "link" and not is_last:
        page.headers["Link"] = f'<{_linked(url, end)}>; rel="next"'
    return page


def page_of_example(
    whole: Any, paging: Mapping[str, Any], values: Mapping[str, Any], body: Any, url: str
) -> Page | None:
    """Return the page that a request asks for where the items of an example are the whole list; None if it has none.

    Args:
        whole: The example.
        paging: The extension.
        values: The values of the parameters of the request, by their names.
        body: Its body.
        url: Its URL.
    """
    place = str(paging.get("items", "")).removeprefix(BODY)
    items = found(whole, place)
    if not is_array(items) or paging["by"] == "window":
        return None
    page = page_of(items, paging, max(len(items), 1), values, body, url)
    if place:
        page.say(place, page.items)
    return page


def _start(items: list[Any], paging: Mapping[str, Any], given: Any, size: int, first: int) -> int:
    """Return the place in the list where the page begins."""
    if given in (None, ""):
        return 0
    last = paging.get("last")
    if last is not None:
        places = (at for at, item in enumerate(items) if str(found(item, last)) == str(given))
        return next(places, -1) + 1
    try:
        number = int(given)
    except (TypeError, ValueError):
        return len(items)
    return max(0, (number - first) * (size if paging["by"] == "page" else 1))


def _linked(url: str, start: int) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != _OWN]
    return urlunsplit(parts._replace(query=urlencode([*query, (_OWN, str(start))])))
