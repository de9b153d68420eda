"""What the filters give that make text of the document safe: it is printed as it is, and not taken apart again.

{{ (api.title | literal)[1:-1] }}          refused, and so is every other way to lose the quotes in one step
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NoReturn

from ..text import Code

_TAKING_APART = (
    *("__getitem__", "__iter__", "__mod__", "capitalize", "casefold", "center", "encode"),
    *("expandtabs", "format", "format_map", "join", "ljust", "lower", "lstrip", "partition"),
    *("removeprefix", "removesuffix", "replace", "rjust", "rpartition", "rsplit", "rstrip"),
    *("split", "strip", "swapcase", "title", "translate", "upper", "zfill"),
)


class UnfilteredText(TypeError):
    """Text of the document was printed by a template, and had passed no filter, or what one gave was changed."""


class Opened(Code):
    """Text of the document in a form that is safe at one kind of place, such as a literal with its quotes.

    Each way to change it or to take a part of it raises UnfilteredText; it can be printed, indented and put beside other text.
    """

    __slots__ = ()

    def __str__(self) -> Opened:
        """Return the text itself: a copy could be taken apart."""
        return self


def _refuse(*_: object, **__: object) -> NoReturn:
    raise UnfilteredText(
        "what literal, doc, toml and json give is safe as it is, and cannot be changed or taken apart;"
        " change the text before it passes the filter"
    )


for _name in _TAKING_APART:
    setattr(Opened, _name, _refuse)


def opening(given: Callable[..., str]) -> Callable[..., Opened]:
    """Return a filter whose results cannot be taken apart."""

    @wraps(given)
    def opened(*arguments: object, **named: object) -> Opened:
        return Opened(given(*arguments, **named))

    return opened
