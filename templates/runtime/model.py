"""The base of generated models.

A generated model lives in a private module of its own in the package of models, and imports the
models that it refers to for type checkers alone:

    from __future__ import annotations

    from datetime import datetime
    from typing import TYPE_CHECKING, Annotated

    from pydantic import Field

    from .._runtime import Model, Open

    if TYPE_CHECKING:
        from ._direction import Direction
        from ._transcription import Transcription

    class Recording(Model):
        call_id: Annotated[str | None, Field(alias="callId")] = None
        direction: Open[Direction] | None = None
        start_time: Annotated[datetime | None, Field(alias="startTime")] = None
        transcription: Transcription | None = None

Nothing is built before the model is used first; then the names that it refers to are looked up in
its package, whose `__getattr__` imports the module of each.
"""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import partial
from importlib import import_module
from inspect import get_annotations
from threading import local
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticSerializationError, core_schema

from .exactness import exact
from .forking import UNDIVIDED
from .kinds import is_mapping
from .reading import Reading
from .surrogates import to_json
from .variants import choose_heirs

_in_progress: set[type[BaseModel]] = set()
T = TypeVar("T")

_NAME = re.compile(r"[^\W\d]\w*")


class Model(BaseModel):
    """The base of the models of an API.

    Fields have their Python name or the name on the wire; both are taken. A field that was not
    given is not in `model_fields_set`, and is not sent; one that was given as None is sent as null.
    Properties that the model does not describe are kept and sent back. A field that can have one
    value alone, which is its default (`kind: Literal["cat"] = "cat"`), is always sent, unless the model was
    read and it did not come. Scalars are written as they came (see `exactness`).
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        defer_build=True,
        extra="allow",
        hide_input_in_errors=True,
        protected_namespaces=(),
        ser_json_inf_nan="constants",
        serialize_by_alias=True,
        validate_assignment=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    __constants__: ClassVar[frozenset[str]] = frozenset()
    __unprinted__: ClassVar[frozenset[str]] = frozenset()

    if TYPE_CHECKING:
        # Any, because a model may say what type its other properties have.
        __pydantic_extra__: Any = Field(init=False)

    if not TYPE_CHECKING:

        def model_dump(self, **options: Any) -> dict[str, Any]:
            """Return the model as a dict, as pydantic does, but without a warning for values that were kept as they came."""
            return super().model_dump(**{"warnings": False, **options})

        def model_dump_json(self, **options: Any) -> str:
            """Return the model as JSON, as pydantic does, but without a warning for values that were kept as they came.

            Where a text has one half of a surrogate pair, which pydantic cannot write, the JSON is in ASCII alone.
            """
            given = {"warnings": False, **options}
            try:
                return super().model_dump_json(**given)
            except PydanticSerializationError as error:
                indent = given.pop("indent", None)
                given.pop("ensure_ascii", None)
                try:
                    return to_json(self.model_dump(mode="json", **given), indent=indent).decode()
                except ValueError:
                    raise error from None

        def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
            fields_of(type(self))  # they say what is not to be printed
            secret = {name for base in type(self).__mro__ for name in _unprinted(base)}
            return [each for each in super().__repr_args__() if each[0] not in secret]

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,
    ) -> bool | None:
        """Build the model, with the models that it refers to; pydantic calls this before the first use."""
        if cls.__pydantic_complete__ and not force:
            return None
        with UNDIVIDED:
            _in_progress.add(cls)
            try:
                _load_references(cls)
                return super().model_rebuild(
                    force=force,
                    raise_errors=raise_errors,
                    _parent_namespace_depth=0,
                    _types_namespace=_types_namespace,
                )
            finally:
                _in_progress.discard(cls)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Give pydantic the schema of the model: the names loaded, the scalars exact."""
        _load_references(cls)
        schema = handler(source)
        model: Any = handler.resolve_ref_schema(schema)
        while model["type"] != "model":
            if model["type"] == "tagged-union":
                return schema
            model = model["schema"]
        fields = model["schema"]
        while fields["type"] != "model-fields":
            fields = fields["schema"]
        for field in fields["fields"].values():
            field["schema"] = exact(field["schema"])
        if fields.get("extras_schema") is not None:
            fields["extras_schema"] = exact(fields["extras_schema"])
        if attributes := _attributes_alone(fields["fields"]):
            fields["extras_keys_schema"] = core_schema.no_info_plain_validator_function(
                partial(_name_of, attributes)
            )
        cls.__constants__ = frozenset(
            name for name, field in fields["fields"].items() if _is_constant(field["schema"])
        )
        if cls.__constants__:
            model.setdefault("post_init", "model_constants_set")
        choose_heirs(cls, model, handler)
        return schema

    def model_constants_set(self, context: Any = None) -> None:
        """Count the constants of a model that is made as given, so that they are sent; pydantic calls this for each instance."""
        if not isinstance(context, Reading):
            self.__pydantic_fields_set__.update(self.__constants__)


def fields_of(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Return the fields of a model with all that their annotations say, such as their names on the wire.

    pydantic reads annotations that name other models when the model is built by itself; one that was built as a part of
    another type may never have been.
    """
    if not model.__pydantic_complete__:
        model.model_rebuild(raise_errors=False)
    return model.__pydantic_fields__


def _unprinted(cls: type) -> frozenset[str]:
    """Return the properties that go in requests alone: a service that gives one all the same gives away a secret."""
    named: frozenset[str] = vars(cls).get("__unprinted__", frozenset())
    return named


class _Confusion(local):
    """Whether a property came that the document does not have, with the name of the attribute for another one."""

    came = False


_confusion = _Confusion()


def unconfused(value: T) -> T:
    """Return a value that was just read, in which such a property does not make the attribute count as given."""
    if not _confusion.came:
        return value
    _confusion.came = False
    waiting: list[Any] = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, BaseModel):
            extra, values = part.model_extra or {}, vars(part)
            confused = {name for name in extra if name in values and values[name] is None}
            part.model_fields_set.difference_update(confused)
            waiting += [*values.values(), *extra.values()]
        elif is_mapping(part):
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += cast("Sequence[Any]", part)
    return value


def _name_of(attributes: frozenset[str], name: str) -> str:
    _confusion.came |= name in attributes
    return name


def _attributes_alone(fields: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of attributes that are the name of no property."""
    properties = {field.get("validation_alias", name) for name, field in fields.items()}
    return frozenset(name for name in fields if name not in properties)


def _is_constant(schema: Any) -> bool:
    """Return whether a field has one value alone, which is its default."""
    if schema["type"] != "default":
        return False
    inner = schema["schema"]
    if inner["type"] == "function-before":
        inner = inner["schema"]
    values: list[Any] = inner["expected"] if inner["type"] == "literal" else []
    return values == [schema.get("default")]


def _load_references(cls: type[BaseModel]) -> None:
    """Put the models that a model's annotations name into its module, and take over the fields of built base models."""
    with UNDIVIDED:
        bases = [base for base in cls.__mro__[1:] if issubclass(base, Model) and base is not Model]
        for base in reversed(bases):
            if not base.__pydantic_complete__ and base not in _in_progress:
                base.model_rebuild(raise_errors=False)
        annotations = load_names(cls)
        fields = cls.__pydantic_fields__
        for name in fields.keys() - annotations.keys():
            inherited = next((base for base in bases if name in base.__pydantic_fields__), None)
            if inherited is not None:
                fields[name] = copy(inherited.__pydantic_fields__[name])


def load_names(cls: type) -> dict[str, Any]:
    """Put what the annotations of a class name, and its package has, into its module; return the annotations."""
    annotations = get_annotations(cls)
    _import_names(cls.__module__, annotations.values())
    return annotations


def _import_names(module: str, annotations: Iterable[object]) -> None:
    """Set the names in annotations that a module does not have, where its package has them."""
    namespace = vars(sys.modules[module])
    package = module.rpartition(".")[0]
    for annotation in annotations:
        for name in _NAME.findall(annotation) if isinstance(annotation, str) else ():
            if package and name not in namespace and not hasattr(builtins, name):
                model = getattr(import_module(package), name, None)
                if model is not None:
                    namespace[name] = model
