"""The table of rules in docs/diff.md, row by row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clientsmith.diff import rules
from clientsmith.diff.rules import Direction

from .cases import CAT, DOG, RECEIVED, SCHEMAS, SENT
from .documents import Json, compared, receiving, sending

PAGE = (Path(__file__).parents[3] / "docs" / "diff.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z-]+)` +\|[^|]+\| (\w*) *\| (\w*) *\|$", re.MULTILINE)
ROWS = [
    (name, direction, kind)
    for name, sent, received in ROW.findall(PAGE)
    for direction, kind in (("sent", sent), ("received", received))
    if kind and not name.startswith("python-")
]


def pair(name: str, direction: Direction) -> tuple[Json, Json]:
    """Return the documents of a row."""
    if name in SCHEMAS:
        place = sending if direction == "sent" else receiving
        old, new = SCHEMAS[name]
        components = {"schemas": {"Cat": CAT, "Dog": DOG}}
        return place(old, components=components), place(new, components=components)
    old, new = (SENT if direction == "sent" else RECEIVED)[name]
    return old, new


def test_the_page_has_the_table_that_the_rules_give() -> None:
    assert rules.table(rules.HTTP) in PAGE
    assert rules.table(rules.PYTHON) in PAGE


@pytest.mark.parametrize(("name", "direction", "kind"), ROWS)
def test_a_row_of_the_table(name: str, direction: Direction, kind: str, tmp_path: Path) -> None:
    changes = compared(tmp_path, *pair(name, direction))
    assert [(change.rule, change.kind) for change in changes] == [(name, kind)]
    assert all(change.old is not None and change.new is not None for change in changes)


@pytest.mark.parametrize(("name", "direction", "kind"), ROWS)
def test_a_document_does_not_differ_from_itself(
    name: str, direction: Direction, kind: str, tmp_path: Path
) -> None:
    for document in pair(name, direction):
        assert compared(tmp_path, document, document) == ()
