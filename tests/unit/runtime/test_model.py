"""Models that live in modules of their own, refer to one another, and are built when they are first used."""

from __future__ import annotations

import json
import logging
import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from pathlib import Path
from types import GenericAlias, ModuleType
from typing import Annotated, Any, Literal

import pytest
from bandwidth_recordings._runtime.adapters import Adapter
from bandwidth_recordings._runtime.enums import (
    Open,
    OpenEnum,
    OpenInt,
    OpenIntEnum,
    OpenMixed,
    OpenMixedEnum,
)
from bandwidth_recordings._runtime.model import Model
from pydantic import Field, TypeAdapter, ValidationError

MODULES = {
    "__init__": """
        from importlib import import_module
        _MODULES = {"Owner": "_owner", "Pet": "_pet", "Dog": "_dog", "Visit": "_visit", "Kind": "_kind"}
        def __getattr__(name):
            if name not in _MODULES:
                raise AttributeError(name)
            return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    """,
    "_owner": """
        from __future__ import annotations
        from typing import TYPE_CHECKING, Annotated
        from pydantic import Field
        from bandwidth_recordings._runtime.model import Model
        if TYPE_CHECKING:
            from ._pet import Pet
        class Owner(Model):
            pets: list[Pet] | None = None
            first_pet: Annotated[Pet | None, Field(alias="firstPet")] = None
            password: Annotated[str | None, Field(repr=False)] = None
    """,
    "_pet": """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        from bandwidth_recordings._runtime.enums import Open
        from bandwidth_recordings._runtime.model import Model
        if TYPE_CHECKING:
            from ._dog import Dog
            from ._kind import Kind
            from ._owner import Owner
            from ._visit import Visit
        class Pet(Model):
            name: str | None = None
            kind: Open[Kind] | None = None
            owner: Owner | None = None
            parent: Pet | None = None
            rival: Dog | None = None
            visits: dict[str, Visit] | None = None
    """,
    "_dog": """
        from __future__ import annotations
        from ._pet import Pet
        class Dog(Pet):
            bark: int | None = None
    """,
    "_visit": """
        from __future__ import annotations
        from datetime import datetime
        from typing import TYPE_CHECKING
        from bandwidth_recordings._runtime.model import Model
        if TYPE_CHECKING:
            from ._pet import Pet
        class Visit(Model):
            at: datetime | None = None
            pet: Pet | None = None
    """,
    "_kind": """
        from bandwidth_recordings._runtime.enums import OpenEnum
        class Kind(OpenEnum):
            DOG = "dog"
            CAT = "cat"
    """,
}


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package of models as it is generated, imported anew."""
    package = tmp_path / "clinic"
    package.mkdir()
    for name, text in MODULES.items():
        lines = [line.removeprefix(" " * 8) for line in text.splitlines()]
        (package / f"{name}.py").write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield __import__("clinic")
    for name in [name for name in sys.modules if name.partition(".")[0] == "clinic"]:
        del sys.modules[name]


def loaded() -> set[str]:
    return {name.partition("._")[2] for name in sys.modules if name.startswith("clinic._")}


def test_importing_a_model_loads_and_builds_nothing_else(clinic: Any) -> None:
    owner = clinic.Owner
    assert loaded() == {"owner"}
    assert not owner.__pydantic_complete__


def test_the_first_construction_builds_the_model_and_what_it_refers_to(clinic: Any) -> None:
    owner = clinic.Owner(first_pet={"name": "Rex", "rival": {"bark": 1}})
    assert type(owner.first_pet) is clinic.Pet
    assert type(owner.first_pet.rival) is clinic.Dog
    assert loaded() == {"owner", "pet", "dog", "visit", "kind"}


def test_the_first_validation_builds_the_model(clinic: Any) -> None:
    text = '{"visits": {"a": {"at": "2022-06-17t22:19:40z", "pet": {"kind": "cat"}}}, "owner": {}}'
    pet = clinic.Pet.model_validate_json(text)
    assert pet.visits["a"].pet.kind is clinic.Kind.CAT
    assert json.loads(pet.model_dump_json(exclude_unset=True)) == json.loads(text)


@pytest.mark.parametrize("first", ["Owner", "Pet", "Dog", "Visit"])
def test_a_cycle_can_be_entered_anywhere(clinic: Any, first: str) -> None:
    several: Any = GenericAlias(list, (getattr(clinic, first),))
    items: list[Any] = TypeAdapter[Any](several).validate_json("[{}, {}]")
    assert [type(item).__name__ for item in items] == [first, first]


def test_a_model_can_extend_one_that_refers_to_it(clinic: Any) -> None:
    dog = clinic.Dog(bark=1, rival=clinic.Dog(name="Ivy"), owner={"pets": [{"rival": {}}]})
    assert type(dog.owner.pets[0].rival) is clinic.Dog
    assert json.loads(dog.model_dump_json(exclude_unset=True)) == {
        "bark": 1,
        "rival": {"name": "Ivy"},
        "owner": {"pets": [{"rival": {}}]},
    }


def test_a_model_can_be_extended_in_another_module(clinic: Any) -> None:
    class Named(clinic.Owner):  # type: ignore[misc]  # the fixture gives a module made for the test: Any
        title: str = "Dr"

    named = Named(pets=[{"kind": "dog"}])
    assert named.pets[0].kind is clinic.Kind.DOG
    assert "Pet" not in globals()


def test_threads_that_use_a_model_first_at_once_all_get_it(clinic: Any) -> None:
    def use(index: int) -> str:
        cls = [clinic.Owner, clinic.Pet, clinic.Dog, clinic.Visit][index % 4]
        return type(cls.model_validate_json("{}")).__name__

    with ThreadPoolExecutor(16) as pool:
        assert sorted(set(pool.map(use, range(64)))) == ["Dog", "Owner", "Pet", "Visit"]


def test_a_secret_is_not_shown(clinic: Any) -> None:
    owner = clinic.Owner(password="hunter2")
    assert "hunter2" not in repr(owner)
    with pytest.raises(ValidationError) as caught:
        clinic.Owner(password=["hunter2"])
    assert "hunter2" not in str(caught.value)


class Thing(Model):
    a_name: Annotated[str | None, Field(alias="aName")] = None
    other: int | None = None


def test_missing_null_and_set_are_told_apart() -> None:
    missing, null, given = Thing(), Thing(a_name=None), Thing(a_name="x")
    assert (missing.a_name, null.a_name) == (None, None)
    assert [thing.model_fields_set for thing in (missing, null, given)] == [
        set(),
        {"a_name"},
        {"a_name"},
    ]
    assert null.model_dump_json(exclude_unset=True) == '{"aName":null}'
    missing.a_name = None
    assert missing.model_fields_set == {"a_name"}


def test_both_spellings_are_taken_and_the_wire_name_is_written() -> None:
    assert Thing(a_name="x") == Thing.model_validate({"aName": "x"})
    assert Thing.model_validate({"a_name": "x"}).model_dump(exclude_unset=True) == {"aName": "x"}


def test_unknown_properties_are_kept_and_sent_back() -> None:
    text = '{"aName":"x","new":{"b":[1,null]}}'
    thing = Thing.model_validate_json(text)
    assert thing.model_extra == {"new": {"b": [1, None]}}
    assert thing.model_dump_json(exclude_unset=True) == text


def test_a_model_pickles() -> None:
    thing = Thing.model_validate_json('{"aName":null,"new":1}')
    assert pickle.loads(pickle.dumps(thing)) == thing


class Cat(Model):
    the_kind: Annotated[Literal["cat"], Field(alias="theKind")] = "cat"
    mood: Literal["calm", "cross"] | None = "calm"
    lives: int | None = None


class Cats(Model):
    first: Cat | None = None


def test_a_constant_is_sent_although_it_was_not_given_and_a_default_is_not() -> None:
    cats = Cats(first=Cat(lives=9))
    assert cats.model_dump_json(exclude_unset=True) == '{"first":{"theKind":"cat","lives":9}}'
    read = Cats.model_validate({"first": {}})
    assert read.model_dump_json(exclude_unset=True) == '{"first":{"theKind":"cat"}}'
    assert read.first is not None
    assert read.first.model_fields_set == {"the_kind"}


class Direction(OpenEnum):
    INBOUND = "inbound"


class Level(OpenIntEnum):
    LOW = 1


class Mixed(OpenMixedEnum):
    AUTO = "auto"
    ONE = 1
    HALF = 0.5
    NO = False


class Enums(Model):
    direction: Open[Direction] | None = None
    directions: list[Open[Direction]] | None = None
    level: OpenInt[Level] | None = None
    mixed: OpenMixed[Mixed] | None = None


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("direction", "inbound", Direction.INBOUND),
        ("direction", "sideways", "sideways"),
        ("level", 1, Level.LOW),
        ("level", 7, 7),
        ("mixed", "auto", Mixed.AUTO),
        ("mixed", 0.5, Mixed.HALF),
        ("mixed", "later", "later"),
        ("mixed", 3, 3),
    ],
)
def test_an_enum_is_open(field: str, value: object, expected: object) -> None:
    text = json.dumps({field: value})
    for model in (Enums.model_validate_json(text), Enums.model_validate({field: value})):
        found = getattr(model, field)
        assert found == expected
        assert isinstance(found, Enum) is isinstance(expected, Enum)
        assert json.loads(model.model_dump_json(exclude_unset=True, warnings="error")) == {
            field: value
        }


def test_a_member_is_taken_as_well_as_its_value() -> None:
    assert Enums(direction=Direction.INBOUND) == Enums.model_validate({"direction": "inbound"})
    assert Enums(direction="inbound").direction is Direction.INBOUND


@pytest.mark.parametrize("value", [5, None, ["inbound"]])
def test_an_open_enum_takes_its_own_type_alone(value: object) -> None:
    with pytest.raises(ValidationError):
        Enums.model_validate({"directions": [value]})


def test_an_unknown_value_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "bandwidth_recordings"):
        for _ in range(3):
            Enums.model_validate_json('{"directions": ["up-once", "down-once", "up-once"]}')
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "Direction" in told[0]
    assert "'up-once'" in told[0]
    assert {record.name for record in caplog.records} == {"bandwidth_recordings"}


class Renamed(Model):
    start_time: Annotated[str | None, Field(alias="startTime")] = None
    inner: Annotated[list[Renamed] | None, Field(alias="innerOnes")] = None


Renamed.model_rebuild(_types_namespace={"Renamed": Renamed})


@pytest.mark.parametrize(
    "came",
    [
        {"start_time": "x"},
        {"start_time": "x", "startTime": "y"},
        {"innerOnes": [{"start_time": "x"}], "inner": 5},
        {"startTime": None, "other": [1]},
        {"startTime": 5, "start_time": 6},
    ],
)
def test_a_property_named_like_the_attribute_of_another_is_sent_back_alone(
    came: dict[str, Any],
) -> None:
    adapter = Adapter(Renamed)
    value = adapter.read(json.dumps(came).encode())
    assert json.loads(adapter.write(value)) == came
    assert json.loads(value.model_dump_json(exclude_unset=True)) == came
    assert value.model_extra == {
        key: came[key] for key in came.keys() & {"start_time", "inner", "other"}
    }


def test_what_was_kept_as_it_came_is_written_without_a_warning(
    recwarn: pytest.WarningsRecorder,
) -> None:
    value = Adapter(Renamed).read(b'{"innerOnes": "none"}')
    assert value.model_dump(exclude_unset=True) == {"innerOnes": "none"}
    assert value.model_dump_json(exclude_unset=True) == '{"innerOnes":"none"}'
    assert recwarn.list == []
