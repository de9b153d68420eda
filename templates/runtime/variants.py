"""Values that are of one of several models, told apart by a discriminator (OpenAPI 3.1, section 4.8.25).

A union of models names the model of each value of a property:

    Pet = TypeAliasType("Pet", Annotated[Cat | Dog, Tagged("petType", "pet_type", {"cat": Cat, "dog": Dog})])

A model that others extend names its heirs, so that whatever is read as the model becomes the heir:

    @tagged("petType", "pet_type", {"cat": "Cat", "dog": "Dog"})
    class Pet(Model): ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .exactness import exact

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

_OTHERWISE = 0


def _written(value: object, as_model: core_schema.SerializerFunctionWrapHandler) -> object:
    return as_model(value) if isinstance(value, BaseModel) else value


_WRITTEN = core_schema.wrap_serializer_function_ser_schema(_written)
"""How one of several models is written, or what came in its place, which pydantic would hold against each of them."""


class _Exactly:
    """Marks a type whose scalars are read and written as those of a model are."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        exactly: CoreSchema = exact(handler(source))
        return exactly


Exact = Annotated[T, _Exactly()]
"""A type with a name of its own, in which scalars take their own JSON type alone."""


class Tagged:
    """Marks a union of models of which a discriminator tells the right one.

    A value without the discriminator is taken as the model that fits best; one with an unknown value fits none.

    Args:
        name: The discriminator on the wire.
        attribute: The attribute for it.
        models: By value of the discriminator, the model.
    """

    def __init__(self, name: str, attribute: str, models: Mapping[str, type[BaseModel]]) -> None:
        self._name = name
        self._attribute = attribute
        self._models = models

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        choices: dict[Any, CoreSchema] = {
            tag: handler.generate_schema(model) for tag, model in self._models.items()
        }
        choices[_OTHERWISE] = handler(source)
        tag = _tag_of(self._name, self._attribute, self._models)

        def choose(value: Any) -> Any:
            found = tag(value)
            return _OTHERWISE if found is None else found

        return core_schema.tagged_union_schema(choices, choose, serialization=_WRITTEN)


def tagged(name: str, attribute: str, models: Mapping[str, str]) -> Callable[[type[M]], type[M]]:
    """Decorate a model that others extend: what is read as the model becomes the one that a discriminator names.

    Args:
        name: The discriminator on the wire.
        attribute: The attribute for it.
        models: By value of the discriminator, the name of the model in the package of models.
    """

    def decorate(cls: type[M]) -> type[M]:
        _HEIRS[cls] = (name, attribute, models)
        return cls

    return decorate


_HEIRS: dict[type[BaseModel], tuple[str, str, Mapping[str, str]]] = {}


def choose_heirs(
    cls: type[BaseModel], schema: dict[str, Any], handler: GetCoreSchemaHandler
) -> None:
    """Turn the core schema of a model that has heirs, in its place, into one that chooses among them."""
    if cls not in _HEIRS:
        return
    name, attribute, names = _HEIRS[cls]
    package = import_module(cls.__module__.rpartition(".")[0])
    models: dict[str, type[BaseModel]] = {tag: getattr(package, own) for tag, own in names.items()}
    choices: dict[Any, Any] = {
        tag: handler.generate_schema(model) for tag, model in models.items() if model is not cls
    }
    ref = schema.pop("ref", None)
    choices[_OTHERWISE] = dict(schema)
    tag = _tag_of(name, attribute, models)

    def choose(value: Any) -> Any:
        found = tag(value)
        return found if found in choices else _OTHERWISE

    schema.clear()
    schema.update(core_schema.tagged_union_schema(choices, choose, ref=ref, serialization=_WRITTEN))


def _tag_of(
    name: str, attribute: str, models: Mapping[str, type[BaseModel]]
) -> Callable[[Any], str | None]:
    """Return the function that tells the value of a discriminator: of a mapping, or for a model."""
    tags: dict[type, str] = {}
    for tag, model in models.items():
        tags.setdefault(model, tag)

    def tag_of(value: Any) -> str | None:
        if isinstance(value, Mapping):
            mapping = cast(Mapping[str, Any], value)
            found = mapping.get(name, mapping.get(attribute))
            return str(found) if isinstance(found, str) else None
        return next((tags[cls] for cls in type(value).__mro__ if cls in tags), None)

    return tag_of
