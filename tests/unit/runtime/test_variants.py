"""Values of one of several models: the discriminator tells which, in unions and under a model that others extend."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bandwidth_recordings._runtime.adapters import Adapter
from pydantic import ValidationError

HEAD = """
from __future__ import annotations
from typing import TYPE_CHECKING, Annotated, Literal
from typing_extensions import TypeAliasType
from bandwidth_recordings._runtime.model import Model
from bandwidth_recordings._runtime.variants import Exact, Tagged, tagged
"""
MODULES = {
    "__init__": """
        from bandwidth_recordings._runtime.lazy import lazily
        _MODULES = {"Pet": ".pet", "Cat": ".cat", "Dog": ".dog", "Json": ".json", "Shape": ".shape",
                    "Circle": ".circle", "Square": ".square"}
        __getattr__, __dir__ = lazily(__name__, _MODULES, list(_MODULES))
    """,
    "pet": """
        @tagged("petType", "pet_type", {"cat": "Cat", "dog": "Dog"})
        class Pet(Model):
            pet_type: Annotated[str, __import__("pydantic").Field(alias="petType")]
            friend: Pet | None = None
    """,
    "cat": """
        from .pet import Pet
        class Cat(Pet):
            lives: int
    """,
    "dog": """
        from .pet import Pet
        class Dog(Pet):
            bark: bool | None = None
    """,
    "json": """
        Json = TypeAliasType("Json", "Exact[str | float | bool | list[Json] | dict[str, Json] | None]")
    """,
    "circle": """
        class Circle(Model):
            kind: str
            size: int | None = None
    """,
    "square": """
        class Square(Model):
            kind: str
            size: int | None = None
    """,
    "shape": """
        from .circle import Circle
        from .square import Square
        Shape = TypeAliasType(
            "Shape", Annotated[Circle | Square, Tagged("kind", "kind", {"round": Circle, "even": Square})]
        )
    """,
}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    package = tmp_path / "variants_sample"
    package.mkdir()
    for name, source in MODULES.items():
        lines = source.replace("\n        ", "\n")
        (package / f"{name}.py").write_text(lines if name == "__init__" else HEAD + lines)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield __import__("variants_sample")
    for name in [name for name in sys.modules if name.startswith("variants_sample")]:
        del sys.modules[name]


def read(kind: Any, value: object) -> Any:
    return Adapter(kind).read(json.dumps(value).encode())


def test_what_is_read_as_the_base_is_the_heir_that_the_tag_names(models: Any) -> None:
    value = {"petType": "cat", "lives": 7, "friend": {"petType": "dog", "bark": True}}
    pet = read(models.Pet, value)
    assert type(pet) is models.Cat
    assert type(pet.friend) is models.Dog
    assert json.loads(Adapter(models.Pet).write(pet)) == value


def test_an_heir_may_hold_other_heirs(models: Any) -> None:
    cat = read(models.Cat, {"petType": "cat", "lives": 1, "friend": {"petType": "cat", "lives": 2}})
    assert type(cat.friend) is models.Cat


@pytest.mark.parametrize("tag", ["fish", 3, None])
def test_a_tag_that_is_not_known_gives_the_base(models: Any, tag: object) -> None:
    value = {"petType": tag, "fins": 2}
    pet = read(models.Pet, value)
    assert type(pet) is models.Pet
    assert json.loads(Adapter(models.Pet).write(pet)) == value


@pytest.mark.parametrize("friend", ["a cat", 0, [None], None, {}])
def test_what_comes_in_the_place_of_a_base_or_an_heir_is_written_as_it_came(
    models: Any, friend: object
) -> None:
    value = {"petType": "cat", "lives": 1, "friend": {"petType": "dog", "friend": friend}}
    pet = read(models.Pet, value)
    assert json.loads(Adapter(models.Pet).write(pet)) == value
    assert json.loads(pet.model_dump_json(exclude_unset=True)) == value


def test_an_heir_with_a_flaw_is_still_the_heir(models: Any) -> None:
    pet = read(models.Pet, {"petType": "cat", "lives": "many"})
    assert type(pet) is models.Cat
    assert pet.lives == "many"


def test_a_base_can_be_made_and_sent(models: Any) -> None:
    made = models.Pet(pet_type="fish")
    assert type(made) is models.Pet
    assert Adapter(models.Pet).write(made) == b'{"petType":"fish"}'


def test_the_tag_decides_between_models_that_look_the_same(models: Any) -> None:
    assert type(read(models.Shape, {"kind": "even", "size": 1})) is models.Square
    assert type(read(models.Shape, {"kind": "round", "size": 1})) is models.Circle


def test_without_a_tag_the_model_that_fits_is_taken(models: Any) -> None:
    square = models.Square(kind="?", size=2)
    assert Adapter(models.Shape).check(square) is square


def test_an_unknown_tag_fits_none_and_is_kept_as_it_came(models: Any) -> None:
    assert read(list[models.Shape], [{"kind": "odd"}]) == [{"kind": "odd"}]
    assert read(models.Shape, {"kind": "odd", "size": 1.0}) == {"kind": "odd", "size": 1.0}
    assert json.loads(Adapter(models.Shape).write({"kind": "odd"})) == {"kind": "odd"}
    with pytest.raises(ValidationError):
        read(models.Shape, "odd")
    with pytest.raises(ValidationError):
        Adapter(models.Shape).check({"kind": "odd"})


def test_a_type_that_refers_to_itself_is_read_and_written_exactly(models: Any) -> None:
    text = b'{"a":[1,1.5,"1",true,null,{"b":[]}]}'
    value = Adapter(models.Json).read(text)
    assert value == json.loads(text)
    assert Adapter(models.Json).write(value) == text
