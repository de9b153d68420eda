"""The three-way merge of texts: what two people made of the same one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge gives.

    Attributes:
        lines: the lines, with markers around what does not merge.
        conflicts: the number, from 1, of the line of the first marker of each conflict.
    """

    lines: tuple[str, ...]
    conflicts: tuple[int, ...]


def merge(
    base: Sequence[str], yours: Sequence[str], theirs: Sequence[str], *, labels: tuple[str, str]
) -> Merged:
    """Merge two texts that were made of one; all are lines without their ends.

    Args:
        base: what both were made of.
        yours: one of the two.
        theirs: the other.
        labels: what the two are called at the markers.
    """
    lines: list[str] = []
    conflicts: list[int] = []
    for old, mine, other in _pieces(base, yours, theirs):
        if other in (old, mine):
            lines += mine
        elif mine == old:
            lines += other
        else:
            conflicts.append(len(lines) + 1)
            lines += [f"<<<<<<< {labels[0]}", *mine, "=======", *other, f">>>>>>> {labels[1]}"]
    return Merged(tuple(lines), tuple(conflicts))


def _pieces(
    base: Sequence[str], yours: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Yield the pieces of the three texts that stand for one another: by turns a line that all have, and what is between."""
    mine, other = _kept(base, yours), _kept(base, theirs)
    begun = (0, 0, 0)
    for line in range(len(base)):
        if line in mine and line in other:
            here = (line, mine[line], other[line])
            yield _between(base, yours, theirs, begun, here)
            yield [base[line]], [base[line]], [base[line]]
            begun = (line + 1, mine[line] + 1, other[line] + 1)
    yield _between(base, yours, theirs, begun, (len(base), len(yours), len(theirs)))


def _between(
    base: Sequence[str],
    yours: Sequence[str],
    theirs: Sequence[str],
    start: tuple[int, int, int],
    end: tuple[int, int, int],
) -> tuple[list[str], list[str], list[str]]:
    old, mine, other = (
        list(text[a:b]) for text, a, b in zip((base, yours, theirs), start, end, strict=True)
    )
    return old, mine, other


def _kept(base: Sequence[str], changed: Sequence[str]) -> dict[int, int]:
    """Return where each line of a text still stands in what was made of it."""
    blocks = SequenceMatcher(None, base, changed, autojunk=False).get_matching_blocks()
    return {block.a + offset: block.b + offset for block in blocks for offset in range(block.size)}
