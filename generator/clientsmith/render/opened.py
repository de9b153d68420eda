"""What the filters give that make text of the document safe: it is printed as it is, and not taken apart again.

{{ (api.title | literal)[1:-1] }}              refused, and so is every other way to lose the quotes
{{ ("x" ~ (api.title | literal))[2:-1] }}      refused too: what it became a part of is the same
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import wraps
from typing import NoReturn, cast

from ..text import Code, Text, UnfilteredText, is_hidden

_TAKING_APART = (
    *("__getitem__", "__iter__", "__mod__", "capitalize", "casefold", "center", "encode"),
    *("expandtabs", "format", "format_map", "join", "ljust", "lower", "lstrip", "partition"),
    *("removeprefix", "removesuffix", "replace", "rjust", "rpartition", "rsplit", "rstrip"),
    *("split", "splitlines", "strip", "swapcase", "title", "translate", "upper", "zfill"),
)


class TakenApart(UnfilteredText):
    """What a filter made of text of the document was changed."""


class Opened(Code):
    """Text of the document in a form that is safe at one kind of place, such as a literal, or text that has such a part.

    Each way to change it or to take a part of it raises UnfilteredText; it can be printed, indented and put beside other text.
    """

    __slots__ = ()

    def __str__(self) -> Opened:
        """Return the text itself: a copy could be taken apart."""
        return self

    def __repr__(self) -> str:
        """Return the text as Python shows it; while templates are rendered, refuse, so that no list of it is printed for one."""
        return refuse() if is_hidden() else super().__repr__()

    def __format__(self, spec: str) -> str:
        """Return the text as it is; a width or a precision is refused."""
        return refuse() if spec else plain(self)


def refuse(*_: object, **__: object) -> NoReturn:
    """Refuse to change what is opened, or to take a part of it.

    Raises:
        TakenApart: always.
    """
    raise TakenApart(
        "what a filter made of a text is safe as it is, and cannot be changed or taken apart, nor can what it is a part of;"
        " change the text before it passes the filter"
    )


for _name in _TAKING_APART:
    setattr(Opened, _name, refuse)


def opening(given: Callable[..., str]) -> Callable[..., Opened]:
    """Return a filter whose results cannot be taken apart."""

    @wraps(given)
    def opened(*arguments: object, **named: object) -> Opened:
        return Opened(given(*arguments, **named))

    return opened


def plain(text: str) -> str:
    """Return a text that is no longer held together: for what makes it safe at another kind of place, or is no template."""
    return str.__str__(text)


def holds(value: object) -> bool:
    """Return whether there may be opened text in a value; what is neither text nor a number nor a collection may print some."""
    if isinstance(value, str):
        return isinstance(value, Opened)
    if value is None or isinstance(value, int | float | Text):
        return False
    if isinstance(value, tuple | list | AbstractSet):
        return any(map(holds, cast(Iterable[object], value)))
    if isinstance(value, Mapping):
        items = cast(Mapping[object, object], value).items()
        return any(holds(key) or holds(item) for key, item in items)
    return not type(value).__name__.endswith("Undefined")  # that says itself what is wrong


def part(value: object) -> str:
    """Return a value as it is printed."""
    text = str(value)
    return Opened(text) if not isinstance(value, str) and holds(value) else text


def joined(parts: Iterable[str]) -> str:
    """Return texts as one, which cannot be taken apart if one of them cannot: what templates, macros and blocks are joined by."""
    texts = parts if isinstance(parts, list) else list(parts)
    text = "".join(texts)
    for each in texts:  # called for every template, macro and block, of which most have one early
        if isinstance(each, Opened):
            return Opened(text)
    return text
