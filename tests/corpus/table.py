"""The table of results: a row for each document, and what is lost, not judged, or wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

BEGIN = "<!-- begin: written by nox -s corpus -- --write -->"
END = "<!-- end -->"
HEADINGS = (
    "document",
    "OpenAPI",
    "operations",
    "generated",
    "called",
    "valid requests",
    "round trips",
    "errors",
    "received",
    "mypy",
    "pyright",
    "import",
    "generate",
)
EXPLAINED = {
    "lost": "not generated",
    "generator": "the generator says",
    "mypy": "mypy says",
    "pyright": "pyright says",
    "models": "models that cannot be built",
    "unmade": "no value can be made",
    "unjudged": "not judged by openapi-core",
    "parameter": "parameters that the package does not have",
    "refused": "calls that the client refused",
    "request": "requests that openapi-core finds invalid",
    "answer": "answers that did not come back",
    "untyped": "answers that did not fit their types",
    "header": "headers that did not come back",
    "error": "documented errors that were not raised as documented",
    "incoming": "webhooks and callbacks that were not read",
    "note": "worth a note",
}
SHOWN = 8
HARMLESS = ("unjudged", "unmade", "note", "generator")


@dataclass
class Row:
    """What became of one document.

    Attributes:
        name: Its path in the corpus.
        version: Its OpenAPI version.
        operations, generated, called, valid, round_trips: How many operations came so far.
        errors, received: Of the documented errors, and of the webhooks and callbacks, how many came as documented and how
            many there are.
        mypy, pyright: How many errors were found; None if it was not run.
        import_seconds: How long importing the package with its clients takes.
        generate_seconds: How long the generator ran, process start included.
        problems: What went wrong or could not be told: its kind, where, and how.
    """

    name: str
    version: str = ""
    operations: int = 0
    generated: int = 0
    called: int = 0
    valid: int = 0
    round_trips: int = 0
    errors: tuple[int, int] = (0, 0)
    received: tuple[int, int] = (0, 0)
    mypy: int | None = None
    pyright: int | None = None
    import_seconds: float | None = None
    generate_seconds: float = 0.0
    problems: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])

    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        return (
            self.name,
            self.version,
            *map(str, (self.operations, self.generated, self.called, self.valid)),
            str(self.round_trips),
            _of(self.errors),
            _of(self.received),
            _count(self.mypy),
            _count(self.pyright),
            "-" if self.import_seconds is None else f"{self.import_seconds:.2f} s",
            f"{self.generate_seconds:.1f} s",
        )

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong with the package."""
        return not (self.mypy or self.pyright) and all(
            kind in HARMLESS for kind, _, _ in self.problems
        )


def _of(counted: tuple[int, int]) -> str:
    done, documented = counted
    return "-" if not documented else f"{done}" if done == documented else f"{done} of {documented}"


def _count(errors: int | None) -> str:
    return "-" if errors is None else "clean" if errors == 0 else f"{errors} errors"


def markdown(rows: Iterable[Row]) -> str:
    """Return the table and what stands behind its figures."""
    rows = list(rows)
    lines = [f"| {' | '.join(HEADINGS)} |", f"|{'---|' * len(HEADINGS)}"]
    lines += [f"| {' | '.join(row.cells())} |" for row in rows]
    for row in rows:
        if row.problems:
            lines += ["", f"### {row.name}", *_problems(row)]
    return "\n".join(lines)


def _problems(row: Row) -> Iterable[str]:
    for kind, heading in EXPLAINED.items():
        found = [(place, text) for each, place, text in row.problems if each == kind]
        if not found:
            continue
        yield f"\n{heading[0].upper()}{heading[1:]}:\n"
        alike: dict[str, list[tuple[str, str]]] = {}
        for place, text in found:
            alike.setdefault(_outline(text), []).append((place, text))
        for same in list(alike.values())[:SHOWN]:
            places = list(dict.fromkeys(place for place, _ in same if place))
            more = f" and {len(places) - 2} more" if len(places) > 2 else ""
            text = same[0][1].replace("`", "'")
            yield f"- {', '.join(places[:2])}{more}{': ' if places else ''}`{_short(text)}`"
        if len(alike) > SHOWN:
            yield f"- and {len(alike) - SHOWN} more kinds"


def _outline(text: str) -> str:
    """Return what two problems of the same kind have in common."""
    return re.sub(
        r"'[^']*'|\"[^\"]*\"|[0-9]+|F[0-9]+\w*", "", text.partition(" | ")[0].partition("; ")[0]
    )[:80]


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:300]}..."


def write_into(page: Path, text: str) -> None:
    """Put a table into a page, between its marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
