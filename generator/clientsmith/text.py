"""Text of the document, and text that the generator made.

Nothing from the document becomes code. Inside the generator its text is `Text`, which is not a
`str`: it cannot be printed, joined or formatted by accident, and the template environment refuses
it. What opens it are the filters of `render`, which make a literal, a comment or a docstring of it.
`Code` is the opposite: source text that the generator wrote itself.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NoReturn

_HIDDEN = ContextVar("_HIDDEN", default=False)


class UnfilteredText(TypeError):
    """Text of the document was used as a string by a template, and had passed no filter, or what one gave was changed."""


class Text:
    """A string of the document.

    Two texts are equal when their strings are, so that they serve in sets and as keys. While templates are rendered one is also
    equal to the string, so that they can compare it with one; every way to use one as a `str` raises TypeError.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: Final = value

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Text):
            return other._value == self._value
        return isinstance(other, str) and _HIDDEN.get() and other == self._value

    def __hash__(self) -> int:
        return hash((Text, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        if _HIDDEN.get():
            self.__str__()
        return f"<Text of {len(self._value)} characters>"

    def __str__(self) -> NoReturn:
        raise UnfilteredText(
            "text of the document must pass a filter before it is printed or becomes a part of other text:"
            " literal, doc, comment, toml, markdown, inline_markdown, json_literal or html"
        )

    def __format__(self, spec: str) -> NoReturn:
        self.__str__()

    def __reduce__(self) -> tuple[type[Text], tuple[str]]:
        return Text, (self._value,)


def opened(text: Text) -> str:
    """Return the string of a text.

    Only the naming module, lowering and the template filters call this; a template cannot, because its sandbox hides what begins
    with an underscore.
    """
    # A method of the class would be there for templates too.
    return text._value  # pyright: ignore[reportPrivateUsage]


@contextmanager
def hidden() -> Generator[None]:
    """While it lasts, not even `repr` says that there is a text, so that a list of texts cannot be printed for one."""
    token = _HIDDEN.set(True)
    try:
        yield
    finally:
        _HIDDEN.reset(token)


def is_hidden() -> bool:
    """Return whether texts are hidden now: templates are rendered."""
    return _HIDDEN.get()


class Code(str):
    """Source text that the generator made; safe to print as it is."""

    __slots__ = ()


class Name(Code):
    """A Python identifier (or a dotted or dashed name of the output) made by the naming module."""

    __slots__ = ()
