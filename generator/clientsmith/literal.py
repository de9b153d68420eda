"""Values of the document as Python literals: one of the few places where its text is opened."""

from __future__ import annotations

from .api import Value
from .text import Code, Text, opened


def literal(value: Value | Code) -> Code:
    """Return the source text of a Python literal that evaluates to `value`.

    It is on one line, so that nothing in it can end the literal, hide, or reorder what a reader sees. Quotes are double unless
    single ones save a backslash, as black has them.
    """
    if isinstance(value, str | Text):
        text = opened(value) if isinstance(value, Text) else value
        if text.isprintable() and '"' not in text and "\\" not in text and not _reorders(text):
            return Code(f'"{text}"')
        quoted = ascii(text)
        if quoted[0] == "'" and text.count('"') <= text.count("'"):
            inside = quoted[1:-1].replace("\\'", "'").replace('"', '\\"')
            quoted = f'"{inside}"'
        return Code(quoted)
    if isinstance(value, bytes):
        return Code("b" + literal(Text(value.decode("latin-1"))))
    if isinstance(value, tuple):
        return Code(f"[{', '.join(literal(item) for item in value)}]")
    if isinstance(value, dict):
        return Code(
            "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
        )
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return Code(f'float("{value}")')
    return Code(repr(value).replace("e+", "e"))


def _reorders(text: str) -> bool:
    import unicodedata

    return any(
        unicodedata.bidirectional(character) in {"R", "AL", "RLE", "LRE", "PDF", "RLO", "LRO"}
        for character in text
    )
