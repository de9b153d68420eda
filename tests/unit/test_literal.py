"""Literals: source text that evaluates to the value, on one line, without anything a reader cannot see."""

from __future__ import annotations

import ast

import pytest

from clientsmith.api import Value
from clientsmith.literal import literal
from clientsmith.text import Text, opened

TEXTS = [
    '"',
    "'",
    '"""',
    "\\",
    '\\"',
    "a\nb",
    "\r\u2028\u2029\x85\x0b\x0c",
    "\0",
    "\u202eabc",
    "\ud800",
    "{x}",
    "{{ x }}",
    "🙂",
    "é",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_evaluates_to_itself(text: str) -> None:
    code = literal(Text(text))
    assert ast.literal_eval(code) == text
    assert len(code.splitlines()) == 1
    assert code.isprintable()


@pytest.mark.parametrize(
    "value", [None, True, 0, -1, 10**30, 1.5, 1e308, (), (1, (2,)), {Text("a"): (None,)}]
)
def test_a_value_evaluates_to_itself(value: Value) -> None:
    assert ast.literal_eval(literal(value)) == plain(value)


def test_infinity_is_written_as_a_call() -> None:
    assert literal(float("inf")) == 'float("inf")'
    assert literal(float("nan")) == 'float("nan")'


@pytest.mark.parametrize("text", ["\u05d0", "\u0627", "a\u202eb"])
def test_text_that_is_written_from_right_to_left_is_escaped(text: str) -> None:
    assert literal(Text(text)).isascii()


def plain(value: Value) -> object:
    if isinstance(value, Text):
        return opened(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    return value
