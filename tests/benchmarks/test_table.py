"""The benchmarks' own bookkeeping: what counts as met, whose turn it is, what a page keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from .table import BEGIN, END, Row, compare, markdown, write_into
from .timing import interleave, medians


def test_a_ratio_is_ours_to_the_peers_and_bounded_from_above() -> None:
    figures = {"ours": 0.9, "peer": 1.0}
    assert compare("a run", figures, "peer", 0.9).met
    assert not compare("a run", figures, "peer", 0.89).met


def test_a_speed_is_bounded_from_below() -> None:
    assert Row("speed", "9", "peer", "10", 0.9, 0.9, at_least=True).met
    assert not Row("speed", "9", "peer", "10", 0.89, 0.9, at_least=True).met


def test_a_missed_budget_is_said_in_the_table() -> None:
    table = markdown([compare("a run", {"ours": 3.0, "peer": 0.002}, "peer", 1.0)])
    assert table.splitlines()[2].split("|")[1:-1] == [
        " a run    ",
        " 3.00 s ",
        " peer          ",
        " 2.0 ms ",
        " 1500.00 x ",
        " at most 1 x ",
        " not met ",
    ]


def test_sides_take_turns_and_the_first_round_is_not_counted() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return len(order)

    series = interleave({"a": lambda: side("a"), "b": lambda: side("b")}, 3)
    assert "".join(order) == "abbaabba"
    assert series == {"a": [4, 5, 8], "b": [3, 6, 7]}
    assert medians(series) == {"a": 5, "b": 6}


def test_a_page_keeps_what_stands_around_its_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\n\nold\n\n{END}\nafter\n", encoding="utf-8")
    write_into(page, "new\n")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_a_page_without_marks_is_not_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"must have the lines"):
        write_into(page, "new\n")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n"
