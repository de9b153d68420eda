"""The CHANGELOG.md of the output, which clientsmith and people write together.

clientsmith's part is the entry of the version that is not released yet, between two marks. It is written anew by each run. When
the version is released the marks go, and the entry belongs to the people like everything around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_INTRODUCTION: Final = """\
# Changelog

What changed for the callers of this package. Versions follow [Semantic Versioning](https://semver.org/).
"""
_BEGIN: Final = (
    "<!-- clientsmith: changes since {}. Each run writes this entry anew: write below its end. -->"
)
_END: Final = "<!-- clientsmith: end -->"
_BEGIN_LINE: Final = re.compile(
    re.escape(_BEGIN).replace(r"\{\}", r"(?P<since>\S+)") + r"[ \t]*(?:\r?\n|\Z)"
)
_END_LINE: Final = re.compile(re.escape(_END) + r"[ \t]*(?:\r?\n|\Z)")
_HEADING: Final = re.compile(r"^## ", re.MULTILINE)
_NO_HEADINGS: Final = re.compile(
    r"^(?P<fence>```+|~~~+).*?(?:^(?P=fence)|\Z)|<!--.*?(?:-->|\Z)", re.MULTILINE | re.DOTALL
)
"""Code and comments, in which nothing is a heading (CommonMark 0.31, 4.5 and 4.6)."""


@dataclass(frozen=True)
class Changelog:
    """What clientsmith has to say in the changelog.

    Attributes:
        version: the version that was released last.
        since: the version before that; empty if there was none.
        released: the entry of the version that was released last.
        entry: the entry of what is not released yet; None where nothing changed since.
    """

    version: str
    since: str
    released: str
    entry: str | None

    @property
    def own(self) -> str:
        """The part of the file that is clientsmith's; empty where it has none."""
        if self.entry is None:
            return ""
        return f"{_BEGIN.format(self.version)}\n{self.entry}\n{_END}\n"

    def is_current(self, content: bytes) -> bool:
        """Return whether clientsmith's part of a file is about what is not released yet."""
        region = _region(content.decode(errors="surrogateescape"))
        return region is not None and region.since == self.version

    def merged(self, content: bytes | None, *, is_edited: bool = False) -> bytes:
        """Return the whole file; what people wrote in it stays as it is, to the byte.

        Args:
            content: what it holds; None where there is none.
            is_edited: whether people wrote in clientsmith's part too: an entry is released as they have it.
        """
        if content is None:
            return "\n".join(filter(None, (_INTRODUCTION, self.own, self.released))).encode()
        text = self._merged(content.decode(errors="surrogateescape"), is_edited)
        return text.encode(errors="surrogateescape")

    def _merged(self, found: str, is_edited: bool) -> str:
        region = _region(found)
        if region is None:
            return self._inserted(found)
        before, after = found[: region.start], found[region.end :]
        if region.since == self.version:
            return before + _like(found, self.own) + (after if self.own else after.lstrip("\r\n"))
        settled = _like(found, self._settled(region, is_edited))
        if after.strip("\r\n") and not after.startswith(("\n", "\r")):
            settled += _like(found, "\n")  # what follows is a paragraph of its own
        return self._inserted(f"{before}{settled}{after}")

    def _settled(self, region: _Region, is_edited: bool) -> str:
        """Return the text of an entry that is released: it stays, with its date."""
        stands = region.entry.rstrip("\n") + "\n"
        if region.since != self.since:
            return stands
        if is_edited and stands.startswith("## "):
            heading, text = self.released.splitlines()[0], stands.splitlines()[1:]
            return "\n".join((heading, *text, ""))
        return stands if is_edited else self.released

    def _inserted(self, text: str) -> str:
        if not self.own:
            return text
        heading = next(_headings(text), None)
        if heading is not None:
            return text[:heading] + _like(text, self.own + "\n") + text[heading:]
        above = text.rstrip("\r\n")
        return above + _like(text, ("\n\n" if above else "") + self.own)


@dataclass(frozen=True)
class _Region:
    """clientsmith's part of a changelog.

    Attributes:
        start: where it begins.
        end: where it ends; where the next entry begins if the mark of its end is gone.
        since: the version that it tells the changes since.
        entry: what stands between the marks, with line breaks of one character.
    """

    start: int
    end: int
    since: str
    entry: str


def own_part(content: bytes) -> bytes:
    """Return the part of a changelog that is clientsmith's, with line breaks of one character; nothing where it has none."""
    text = content.decode(errors="surrogateescape")
    region = _region(text)
    if region is None:
        return b""
    own = text[region.start : region.end].replace("\r\n", "\n").rstrip("\n") + "\n"
    return own.encode(errors="surrogateescape")


def _region(text: str) -> _Region | None:
    begin = _BEGIN_LINE.search(text)
    if begin is None:
        return None
    another = _BEGIN_LINE.search(text, begin.end())
    limit = another.start() if another is not None else len(text)
    end = _END_LINE.search(text, begin.end(), limit)
    if end is not None:
        entry, stop = text[begin.end() : end.start()], end.end()
    else:
        later = [place for place in _headings(text) if begin.end() < place < limit]
        stop = later[0] if later else limit
        entry = text[begin.end() : stop]
    return _Region(begin.start(), stop, begin["since"], entry.replace("\r\n", "\n"))


def _headings(text: str) -> Iterator[int]:
    """Yield where the headings of entries begin."""
    plain = _NO_HEADINGS.sub(lambda match: " " * len(match.group()), text)
    return (heading.start() for heading in _HEADING.finditer(plain))


def _like(found: str, text: str) -> str:
    """Return text with line breaks like those of what was found: like the first of them."""
    first = found.find("\n")
    return text.replace("\n", "\r\n") if first > 0 and found[first - 1] == "\r" else text
