"""Which place of a rendered text each line of the formatted one comes from.

The formatter moves line breaks and adds or removes commas and parentheses; all other tokens stay. So the tokens of the two texts
are gone through side by side.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_LAYOUT = {
    tokenize.ENCODING,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
_FREE = frozenset(",()")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int
    start: int

    @property
    def same(self) -> str:
        """What is left of it whatever the formatter does."""
        return "".join(self.text.split()).replace("'", '"')


def aligned(rendered: str, formatted: str) -> list[list[tuple[int, int]]]:
    """Return, for each line of the formatted text, the pieces of the rendered text that it holds, as start and end offset.

    Args:
        rendered: a module as the templates gave it; it must be valid Python.
        formatted: the same module, formatted.
    """
    pieces: list[list[tuple[int, int]]] = [[] for _ in formatted.split("\n")]
    if rendered == formatted:
        for number, (start, line) in enumerate(_lines(rendered)):
            pieces[number] = [(start + len(line) - len(line.lstrip()), start + len(line))]
        return pieces
    for old, new in _pairs(list(_tokens(rendered)), list(_tokens(formatted))):
        if "\n" not in new.text:
            pieces[new.line - 1].append((old.start, old.start + len(old.text)))
            continue
        places = [
            (old.start + start + len(line) - len(line.lstrip()), line.strip())
            for start, line in _lines(old.text)
        ]
        for number, (_, line) in enumerate(_lines(new.text)):
            found = next((i for i, place in enumerate(places) if place[1] == line.strip()), 0)
            start, text = places[found]
            pieces[new.line - 1 + number].append((start, start + max(len(text), 1)))
            del places[:found]
    return pieces


def _pairs(old: list[_Token], new: list[_Token]) -> Iterator[tuple[_Token, _Token]]:
    left = right = 0
    while left < len(old) and right < len(new):
        if old[left].same == new[right].same or not _FREE & {old[left].text, new[right].text}:
            yield old[left], new[right]
            left, right = left + 1, right + 1
        elif new[right].text in _FREE:
            right += 1
        else:
            left += 1


def _tokens(text: str) -> Iterator[_Token]:
    starts = [start for start, _ in _lines(text)]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _LAYOUT:
            line, column = token.start
            yield _Token(token.string, line, starts[line - 1] + column)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1
