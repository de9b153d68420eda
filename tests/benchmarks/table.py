"""The table of budgets: a row compares a measurement with a peer and says if its budget is met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BEGIN = "<!-- begin: written by nox -s bench -- --write -->"
BEGIN_GROWTH = "<!-- begin: written by nox -s bench -- --growth --write -->"
BEGIN_STAGES = "<!-- begin: written by nox -s bench -- --stages --write -->"
END = "<!-- end -->"
HEADINGS = ("measured", "ours", "compared with", "theirs", "result", "budget", "")


@dataclass(frozen=True)
class Row:
    """One budget and what was measured.

    Attributes:
        subject: What was measured.
        ours: Our figure, with its unit.
        peer: What it is compared with.
        theirs: The peer's figure, with its unit.
        result: The figure that the budget bounds: a ratio of ours to theirs, or MiB.
        limit: The bound.
        at_least: Whether the bound is the lowest that is allowed, and not the highest.
        unit: The unit of result and limit.
    """

    subject: str
    ours: str
    peer: str
    theirs: str
    result: float
    limit: float
    at_least: bool = False
    unit: str = "x"

    @property
    def met(self) -> bool:
        """Whether the result keeps to the budget."""
        return self.result >= self.limit if self.at_least else self.result <= self.limit

    def cells(self) -> tuple[str, ...]:
        """The row as text, under HEADINGS."""
        bound = "at least" if self.at_least else "at most"
        return (
            self.subject,
            self.ours,
            self.peer,
            self.theirs,
            f"{self.result:.2f} {self.unit}",
            f"{bound} {self.limit:g} {self.unit}",
            "met" if self.met else "not met",
        )


def compare(subject: str, figures: dict[str, float], peer: str, limit: float) -> Row:
    """A row from times in seconds, ours being under the name `ours`."""
    ours, theirs = figures["ours"], figures[peer]
    return Row(subject, duration(ours), peer, duration(theirs), ours / theirs, limit)


def duration(seconds: float) -> str:
    """A time with a unit that suits its size."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} us"


def markdown(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table, its columns aligned for reading as text."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(3, *map(len, column)) for column in zip(*lines, strict=True)]
    ruler = tuple("-" * width for width in widths)
    return "".join(
        "| " + " | ".join(map(str.ljust, line, widths)) + " |\n"
        for line in (lines[0], ruler, *lines[1:])
    )


def write_into(page: Path, text: str, mark: str = BEGIN) -> None:
    """Replace what stands between a mark of a page and the end mark after it.

    Raises:
        ValueError: The page does not have both marks.
    """
    before, begin, rest = page.read_text(encoding="utf-8").partition(mark)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} must have the lines {mark!r} and {END!r}")
    page.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")
