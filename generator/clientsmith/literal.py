"""Values of the document as Python literals: one of the few places where its text is opened."""

from __future__ import annotations

from .api import Value
from .text import Code, Text, opened


def literal(value: Value | Code) -> Code:
    """Return the source text of a Python literal that evaluates to `value`.

    It is plain ASCII on one line, so nothing in it can end the literal, hide, or reorder what a reader sees.
    """
    if isinstance(value, str | Text):
        text = opened(value) if isinstance(value, Text) else value
        quoted = ascii(text)
        if text.isprintable() and '"' not in text and "\\" not in text and not _reorders(text):
            quoted = f'"{text}"'
        elif quoted.startswith("'"):
            quoted = f'''"{quoted[1:-1].replace('"', chr(92) + '"')}"'''
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
    return Code(repr(value))


def _reorders(text: str) -> bool:
    import unicodedata

    return any(
        unicodedata.bidirectional(character) in {"R", "AL", "RLE", "LRE", "PDF", "RLO", "LRO"}
        for character in text
    )
