"""Values of the document as Python literals: one of the few places where its text is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from .text import Code, Text, opened


def literal(value: object) -> Code:
    """Return the source text of a Python literal that evaluates to `value`.

    It stands on one line, and nothing in it can end the literal, hide, or reorder what a reader sees.

    Raises:
        TypeError: there is no literal of such a value; of a name that a template does not have, `UndefinedError`.
    """
    if isinstance(value, str | Text):
        text = opened(value) if isinstance(value, Text) else str.__str__(value)
        if text.isprintable() and '"' not in text and "\\" not in text and not _reorders(text):
            return Code(f'"{text}"')
        quoted = ascii(text)
        if quoted[0] == "'" and text.count('"') <= text.count("'"):
            inside = quoted[1:-1].replace("\\'", "'").replace('"', '\\"')
            quoted = f'"{inside}"'
        return Code(quoted)
    if isinstance(value, bytes):
        return Code("b" + literal(Text(value.decode("latin-1"))))
    if isinstance(value, tuple | list):
        return Code(f"[{', '.join(map(literal, cast(Sequence[object], value)))}]")
    if isinstance(value, Mapping):
        items = cast(Mapping[object, object], value).items()
        return Code(
            "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in items) + "}"
        )
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return Code(f'float("{value}")')
    if value is None or isinstance(value, bool | int | float):
        return Code(repr(value).replace("e+", "e"))
    if type(value).__name__.endswith("Undefined"):
        str(value)  # what is not there says so itself
    raise TypeError(f"{type(value).__name__} has no literal; write one of its fields")


def _reorders(text: str) -> bool:
    if text.isascii():
        return False
    import unicodedata

    return any(
        unicodedata.bidirectional(character) in {"R", "AL", "RLE", "LRE", "PDF", "RLO", "LRO"}
        for character in text
    )
