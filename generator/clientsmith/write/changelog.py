"""The CHANGELOG.md of the output, which clientsmith and people write together.

clientsmith's part is the entry of the version that is not released yet, between two marks. It is written anew by each run. When
the version is released the marks go, and the entry belongs to the people like everything around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

CHANGELOG: Final = "CHANGELOG.md"
"""The changelog's name in the output folder."""

_INTRODUCTION: Final = """\
# Changelog

What changed for the callers of this package. Versions follow [Semantic Versioning](https://semver.org/).
"""
_BEGIN: Final = (
    "<!-- clientsmith: changes since {}. Each run writes this entry anew: write below its end. -->"
)
_END: Final = "<!-- clientsmith: end -->"
_REGION: Final = re.compile(
    re.escape(_BEGIN).replace(r"\{\}", r"(?P<since>\S+)")
    + r"\n(?P<entry>.*?)"
    + re.escape(_END)
    + r"\n",
    re.DOTALL,
)
_HEADING: Final = re.compile(r"^## ", re.MULTILINE)


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
        region = _REGION.search(own_part(content).decode(errors="surrogateescape"))
        return region is not None and region["since"] == self.version

    def merged(self, content: bytes | None) -> bytes:
        """Return the whole file.

        Args:
            content: what it holds; None where there is none.
        """
        if content is None:
            return "\n".join(filter(None, (_INTRODUCTION, self.own, self.released))).encode()
        found = content.decode(errors="surrogateescape")
        text = self._merged(found.replace("\r\n", "\n"))
        if "\r\n" in found:
            text = text.replace("\n", "\r\n")
        return text.encode(errors="surrogateescape")

    def _merged(self, found: str) -> str:
        region = _REGION.search(found)
        if region is None:
            return self._inserted(found)
        before, after = found[: region.start()], found[region.end() :]
        if region["since"] == self.version:
            return before + (self.own or "") + (after if self.own else after.lstrip("\n"))
        return self._inserted(f"{before}{self._settled(region)}{after}")

    def _settled(self, region: re.Match[str]) -> str:
        """Return the text of an entry that is released: it stays, with its date."""
        return (
            self.released if region["since"] == self.since else region["entry"].rstrip("\n") + "\n"
        )

    def _inserted(self, text: str) -> str:
        if not self.own:
            return text
        heading = _HEADING.search(text)
        if heading is None:
            return f"{text.rstrip()}\n\n{self.own}".lstrip()
        return f"{text[: heading.start()]}{self.own}\n{text[heading.start() :]}"


def own_part(content: bytes) -> bytes:
    """Return the part of a changelog that is clientsmith's, with line breaks of one character; nothing where it has none."""
    region = _REGION.search(content.decode(errors="surrogateescape").replace("\r\n", "\n"))
    return region.group().encode(errors="surrogateescape") if region is not None else b""
