"""Values of enumerations that are not known yet are told in the log: those of the model that was taken, and once."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from bandwidth_recordings._runtime.adapters import Adapter
from bandwidth_recordings._runtime.enums import Open, OpenEnum
from bandwidth_recordings._runtime.model import Model
from pydantic import Field
from typing_extensions import TypeAliasType


class Fur(OpenEnum):
    SHORT = "short"


class Feather(OpenEnum):
    GREY = "grey"


class Cat(Model):
    coat: Open[Fur] | None = None
    lives: Annotated[int | None, Field(alias="nineLives")] = None


class Bird(Model):
    coat: list[Open[Feather]] | Open[Feather] | None = None
    wings: int | None = None
    friends: list[Animal] | None = None


Animal = TypeAliasType("Animal", Cat | Bird)
FUR = "Fur: the value {!r} is not known to this version of the client"
FEATHER = "Feather: the value {!r} is not known to this version of the client"


def read(kind: Any, *documents: object) -> None:
    for document in documents:
        Adapter(kind).read(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"coat": "short"}, []),
        ({"coat": "grey", "wings": 2}, []),
        ({"coat": "red", "wings": 2}, [FEATHER.format("red")]),
        ({"coat": "blue", "nineLives": 9}, [FUR.format("blue")]),
        ({"coat": ["grey", "green"], "wings": 2}, [FEATHER.format("green")]),
        (
            {"friends": [{"coat": "pink", "nineLives": 1}, {"coat": "grey", "wings": 1}]},
            [FUR.format("pink")],
        ),
    ],
    ids=json.dumps,
)
def test_only_what_the_model_that_was_taken_does_not_know_is_told_and_once(
    document: object, expected: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    read(Animal, document, document)
    read(list[Animal], [document, document])
    assert caplog.messages == expected


def test_what_is_read_with_a_flaw_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    read(Cat, {"coat": "odd", "nineLives": "9"})
    assert FUR.format("odd") in caplog.messages


def test_a_value_without_a_model_around_it_is_told(caplog: pytest.LogCaptureFixture) -> None:
    read(list[Open[Fur]], ["short", "bald"])
    assert caplog.messages == [FUR.format("bald")]
