"""What was read of values of every kind is sent back as it came, and compared by what is in it."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import pytest
from bandwidth_recordings._runtime.adapters import adapter
from bandwidth_recordings._runtime.bodies import body_content
from bandwidth_recordings._runtime.enums import OpenInt, OpenIntEnum, OpenMixed, OpenMixedEnum
from bandwidth_recordings._runtime.model import Model
from bandwidth_recordings._runtime.operation import Body
from pydantic import Field, ValidationError


class Level(OpenIntEnum):
    ONE = 1
    TWO = 2


class Size(OpenMixedEnum):
    ONE = 1
    LARGE = "large"
    HALF = 0.5


class Part(Model):
    number: int | None = None


class Cat(Model):
    kind: Literal["cat"] = "cat"
    lives: int | None = None


class Node(Model):
    children: list[timedelta | Node] | None = None


class Thing(Model):
    level: OpenInt[Level] | None = None
    size: OpenMixed[Size] | None = None
    number: int | None = None
    tenths: Annotated[float | None, Field(multiple_of=0.1)] = None
    halves: Annotated[float | None, Field(multiple_of=2.5)] = None
    choice: int | list[float] | Part | None = None
    texts: int | str | list[float] | dict[str, bool] | None = None
    times: bool | list[datetime] | dict[str, date] | timedelta | None = None
    flag: bool | None = None
    constant: Literal[1] | None = None
    one_of: Literal[1, "a"] | OpenInt[Level] | None = None
    pair: tuple[int, str] | None = None
    cat: Cat | None = None


def read(document: object) -> Thing:
    found: Thing = adapter(lambda: Thing).read(json.dumps(document).encode())
    return found


def sent(thing: Thing) -> Any:
    content = body_content(Body.of("application/json", lambda: Thing), thing).data
    assert content is not None
    return json.loads(content)


CAME: dict[str, list[Any]] = {
    "level": [1, 7, True, False, 1.0, "1", "x", None, [1]],
    "size": [1, True, 1.0, 0, 0.5, "large", "small", "1", [1], {"a": 1}],
    "number": [1, 1.0, -0.0, 0.0, "1", "01", 1e22, 2**70],
    "tenths": [0, 1, 0.1, 1.0, -0.0, 0.05],
    "halves": [0, 5, 7, 2.5, 5.0],
    "choice": [1, [None], [1, "x"], {"number": []}, [[]], {"a": 1}],
    "texts": [["2"], [2], [2.0], ["2", None], "2", [[2.0]], {"a": "true"}, {"a": "1", "b": 1}],
    "times": [
        "true",
        ["2022-06-17T22:20:00+00:00"],
        ["2022-06-17T22:20:00.000+00:00", "2022-06-17", None, 5],
        {"a": "2022-06-17", "b": "today"},
        "PT90S",
        {"a": ["PT90S"]},
    ],
    "constant": [1, 1.0, True, "1", 2],
    "one_of": [1, 1.0, True, 3, "a", "b"],
    "pair": [[1, "a"], ["1", "a"], [1], [1, "a", 2.0], [], ["1"], [{"a": [None]}]],
    "flag": [True, "true", "False", 1, 0, None],
    "cat": [{}, {"kind": "cat"}, {"lives": 9}, {"lives": "nine"}],
}


@pytest.mark.parametrize(
    "document",
    [*({name: value} for name in CAME for value in CAME[name]), {"choice": [None], "cat": {}}],
    ids=json.dumps,
)
def test_a_value_is_sent_back_as_it_came(document: dict[str, object]) -> None:
    thing = read(document)
    assert json.dumps(sent(thing)) == json.dumps(document)
    assert json.dumps(sent(deepcopy(thing))) == json.dumps(document)
    assert json.dumps(json.loads(thing.model_dump_json(exclude_unset=True))) == json.dumps(document)
    assert thing == deepcopy(thing) == read(document)


@pytest.mark.parametrize("pair", [[1, "a"], [1], [1, "a", 2.0], ["1", "a"]], ids=json.dumps)
def test_an_array_with_more_or_fewer_items_is_read_and_written_as_it_came(pair: Any) -> None:
    typed = adapter(lambda: tuple[int, str])
    assert json.dumps(json.loads(typed.write(typed.read(json.dumps(pair).encode())))) == json.dumps(
        pair
    )


@pytest.mark.parametrize("value", ["PT90S", "+3", 1.0, True, [], {"children": ["P1W"]}])
def test_values_beside_a_model_that_holds_itself_are_as_they_came(value: Any) -> None:
    typed = adapter(lambda: list[timedelta | datetime | Node])
    assert json.dumps(json.loads(typed.write(typed.read(json.dumps([value]).encode())))) == (
        json.dumps([value])
    )


@pytest.mark.parametrize("level", [1, 1.0, "1"])
def test_a_number_of_an_enumeration_equals_its_member_however_it_came(level: object) -> None:
    assert read({"level": level}).level == Level.ONE


def test_a_constant_of_a_model_that_is_made_is_sent() -> None:
    assert sent(Thing(cat=Cat(lives=9))) == {"cat": {"kind": "cat", "lives": 9}}
    assert Thing.model_validate({"cat": {}}).model_dump(exclude_unset=True) == {
        "cat": {"kind": "cat"}
    }


@pytest.mark.parametrize(
    "wrong",
    [{"halves": 7}, {"tenths": 0.05}, {"level": True}, {"size": [1]}, {"constant": True}],
)
def test_what_does_not_fit_is_no_value_of_the_callers(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Thing(**wrong)
