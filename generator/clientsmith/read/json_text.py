"""JSON text (RFC 8259) to values; places are found by a second pass, only when one is asked for."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NoReturn

from ..diagnostics import Diagnostic, InputError, SpecError, quoted
from .source import MAX_DEPTH, MAX_DIGITS, MAX_DUPLICATES, MAX_NODES, Pointer, Source, Value
from .tree import Offsets, Tree

_LEXEME: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_SPACE: Final = " \t\r\n"


class _DuplicateKey(Exception):
    pass


class _BadNumber(Exception):
    pass


def parse(source: Source) -> Tree:
    """Read JSON.

    Args:
        source: The text.

    Returns:
        The values; mappings keep the order of the text.

    Raises:
        InputError: The text is not JSON, or is over a limit of `source`.
        SpecError: A key stands twice in one object.
    """
    text = source.text
    _count(source)
    spellings: dict[int, str] = {}

    def number(lexeme: str) -> float:
        value = _float(lexeme)
        if repr(value) != lexeme:
            spellings[id(value)] = lexeme  # every number that is read is an object of its own
        return value

    try:
        data: Value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=number,
            parse_int=_int,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        message, hint = _explain(error)
        raise source.unreadable(f"not JSON: {message}", error.pos, hint) from None
    except _DuplicateKey:
        raise SpecError(*islice(_duplicates(source), MAX_DUPLICATES)) from None
    except _BadNumber as error:
        where = next((start for start, _, lexeme in _lexemes(text) if lexeme == error.args[0]), 0)
        message = f"{quoted(error.args[0])} is not a number that a document can hold"
        raise source.unreadable(message, where, rule="number") from None
    except RecursionError:
        raise _too_deep(source) from None
    _measure(source, data)
    return _JsonTree(source, data, len(text) - len(text.lstrip(_SPACE)), spellings)


class _JsonTree(Tree):
    """The values of a file of JSON, whose places are found when first asked for.

    Args:
        source: The text that was read.
        data: The value at the top.
        start: Offset of the value at the top.
        spellings: The text of numbers that are not written as Python writes them, by their `id`.
    """

    __slots__ = ("_spelled_numbers",)

    def __init__(self, source: Source, data: Value, start: int, spellings: dict[int, str]) -> None:
        super().__init__(source, data, start)
        self._spelled_numbers: Final = spellings

    def _find(self) -> Offsets:
        return _offsets(self.source.text, self.data)

    def _spelled(self, container: Value, pointer: Pointer, value: Value) -> str | None:
        del container, pointer
        if not isinstance(value, float):
            return None
        return self._spelled_numbers.get(id(value), repr(value))


def _offsets(text: str, data: Value) -> Offsets:
    """Find the place of every value of JSON text that `parse` has read."""
    table: Offsets = {}
    stack: list[tuple[list[int], Iterator[Value]]] = []
    places: list[int] = []
    values: Iterator[Value] = iter((data,))
    for start, _, lexeme in _lexemes(text):
        if lexeme in ",:":
            continue
        if lexeme in "]}":
            places, values = stack.pop()
            continue
        after = _following(text, start + len(lexeme)) if lexeme[0] == '"' else ""
        places.append(start)
        if after == ":":
            continue
        value = next(values)
        if lexeme in "[{":
            stack.append((places, values))
            places = table[id(value)] = []
            values = iter(
                value.values()
                if isinstance(value, dict)
                else value if isinstance(value, list) else ()
            )
    return table


def _lexemes(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _LEXEME.finditer(text):
        yield match.start(), match.end(), match.group()


def _following(text: str, offset: int) -> str:
    while offset < len(text) and text[offset] in _SPACE:
        offset += 1
    return text[offset : offset + 1]


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _DuplicateKey
    return made


def _float(lexeme: str) -> float:
    number = float(lexeme)
    if math.isinf(number) or len(lexeme) > MAX_DIGITS:
        raise _BadNumber(lexeme)
    return number


def _int(lexeme: str) -> int:
    if len(lexeme) > MAX_DIGITS:
        raise _BadNumber(lexeme)
    return int(lexeme)


def _constant(lexeme: str) -> NoReturn:
    raise _BadNumber(lexeme)


def _duplicates(source: Source) -> Iterator[Diagnostic]:
    stack: list[dict[str, int]] = []
    for start, end, lexeme in _lexemes(source.text):
        if lexeme in "{[":
            stack.append({})
        elif lexeme in "}]":
            stack.pop()
        elif lexeme[0] == '"' and _following(source.text, end) == ":":
            name: str = json.loads(lexeme)
            first = stack[-1].setdefault(name, start)
            if first != start:
                line, column = source.position(first)
                message = f"the key {quoted(name)} stands twice in one object; the first is at line {line}, column {column}"
                place = source.location(start)
                yield Diagnostic("error", message, place, "keep one of the two", "duplicate-key")


def _count(source: Source) -> None:
    text = source.text
    if text.count(",") + text.count("[") + text.count("{") < MAX_NODES:
        return
    values = (start for start, _, lexeme in _lexemes(text) if lexeme not in ",:]}")
    excess = next(islice(values, MAX_NODES, None), None)
    if excess is not None:
        message = f"the file holds more than {MAX_NODES:,} keys and values"
        raise source.unreadable(message, excess, rule="limit")


def _measure(source: Source, data: Value) -> None:
    level: list[Value] = [data]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH and any(isinstance(value, dict | list) for value in level):
            raise _too_deep(source)
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]


def _too_deep(source: Source) -> InputError:
    depth = 0
    place = 0
    for start, _, lexeme in _lexemes(source.text):
        depth += (lexeme in "{[") - (lexeme in "}]")
        if depth > MAX_DEPTH:
            place = start
            break
    return source.unreadable(f"values are nested more than {MAX_DEPTH} deep", place, rule="limit")


def _explain(error: json.JSONDecodeError) -> tuple[str, str | None]:
    text, offset = error.doc, error.pos
    here = text[offset : offset + 1]
    before = text[:offset].rstrip(_SPACE)[-1:]
    if not here:
        return (
            "the file ends in the middle of a value",
            "a bracket, a brace or a quote is not closed",
        )
    if here == "'":
        return "text is in single quotes", "use double quotes"
    if text.startswith(("//", "/*", "#"), offset):
        return "a comment", "JSON has no comments: remove it, or name the file .yaml"
    if before == "," and here in "}]":
        return f"a comma before '{here}'", "remove the comma"
    if error.msg.startswith("Illegal trailing comma"):
        return "a comma after the last value", "remove the comma"
    if error.msg.startswith("Invalid control character"):
        return (
            f"a control character {quoted(here)} inside a string",
            "write it as an escape, such as \\n",
        )
    return error.msg[0].lower() + error.msg[1:], None
