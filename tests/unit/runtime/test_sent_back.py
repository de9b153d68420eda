"""What was read of values of every kind is sent back as it came, and compared by what is in it."""

from __future__ import annotations

import json
from copy import deepcopy
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


class Thing(Model):
    level: OpenInt[Level] | None = None
    size: OpenMixed[Size] | None = None
    number: int | None = None
    tenths: Annotated[float | None, Field(multiple_of=0.1)] = None
    halves: Annotated[float | None, Field(multiple_of=2.5)] = None
    choice: int | list[float] | Part | None = None
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


@pytest.mark.parametrize("level", [1, 1.0, "1"])
def test_a_number_of_an_enumeration_equals_its_member_however_it_came(level: object) -> None:
    assert read({"level": level}).level == Level.ONE


def test_a_constant_of_a_model_that_is_made_is_sent() -> None:
    assert sent(Thing(cat=Cat(lives=9))) == {"cat": {"kind": "cat", "lives": 9}}
    assert Thing.model_validate({"cat": {}}).model_dump(exclude_unset=True) == {
        "cat": {"kind": "cat"}
    }


@pytest.mark.parametrize("wrong", [{"halves": 7}, {"tenths": 0.05}, {"level": True}, {"size": [1]}])
def test_what_does_not_fit_is_no_value_of_the_callers(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Thing(**wrong)
