"""The models stage: datamodel-code-generator decides the types of the prepared schemas.

The generator is called as a library. It is given each shape of schema once (a text with a pattern, a
list of something, one of two things), with placeholders for the parts and the bounds, and no text of
the document. What it answers is read from its model objects, never from the source text it would
print: so each class is laid out by our own templates, and the work does not grow with the document.
What it answers for the shapes that most documents have is in `answers.json`, so that most runs need
not import it, which takes longer than the rest of a small one.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import cast

from .. import installation
from ..api import Field, Model, Type, Value
from ..cache import NOTHING, Cache, key
from ..literal import literal
from ..lower.definitions import Definition, Property, Schema, enums_in, referred
from ..text import Code, Name, opened
from .recursion import recursive

_ANSWERS = Path(__file__).with_name("answers.json")
_DATETIME = {
    "AwareDatetime": "datetime",
    "datetime": "datetime",
    "date": "date",
    "time": "time",
    "timedelta": "timedelta",
}
_HIDING = frozenset({"date", "time"})
"""Attributes that would hide the type of that name in their class."""
_RUNTIME = {"Base64Str": "Base64", "bytes": "File"}
_BOUNDS = {
    "minimum": 1001,
    "exclusiveMinimum": 1002,
    "maximum": 1003,
    "exclusiveMaximum": 1004,
    "multipleOf": 1005,
    "minLength": 1006,
    "maxLength": 1007,
    "minItems": 1008,
    "maxItems": 1009,
    "const": 1010,
}
"""The numbers that stand for the bounds in a shape, and for a constant."""
_MOST_CHOICES = 8
"""Choices of a shape; the rest are a choice within, which is written the same."""
_KNOWN = frozenset({"Annotated", "Any", "Field", "Literal", *_DATETIME.values()})
_SCALARS = frozenset({"bool", "float", "int", "str", *_DATETIME})
_BUILTIN = frozenset({"bool", "dict", "float", "int", "list", "object", "str", "tuple"})


def models(
    definitions: Mapping[Name, Definition],
    texts: Mapping[str, Value],
    types_of_shapes: Mapping[str, ast.expr] | None = None,
    *,
    kept: Cache = NOTHING,
) -> tuple[Model, ...]:
    """Return the models, in the order of their names.

    Args:
        definitions: the prepared schemas with a name.
        texts: what the tokens in them stand for.
        types_of_shapes: the annotation of each shape, see `Shapes`; None to find them here.
        kept: the types that the models' generator gave in earlier runs.
    """
    if types_of_shapes is None:
        types_of_shapes = Shapes(definitions, kept).types()
    lazy = recursive(definitions)
    usual, qualified = (
        _Types(definitions, texts, types_of_shapes, qualified=flag) for flag in (False, True)
    )
    built: dict[Name, Model] = {}
    camel: set[Name] = set()

    def build(name: Name) -> Model:
        if name not in built:
            definition = definitions[name]
            bases = [build(base) for base in definition.bases]
            inherited = any(base.name in camel for base in bases)
            hiding = any(item.name in _HIDING for item in definition.properties)
            types = qualified if hiding else usual
            built[name] = _model(definition, types, inherited, name in lazy)
            camel.update({name} if inherited or built[name].camel else ())
        return built[name]

    return tuple(build(name) for name in sorted(definitions))


def _schemas_of(definition: Definition) -> Iterator[Schema]:
    if definition.kind == "object":
        properties: dict[str, Schema] = definition.schema["properties"]
        yield from properties.values()
    elif definition.kind == "root":
        yield definition.schema
    if definition.extras is not None:
        yield definition.extras


class Shapes:
    """The shapes of prepared schemas: what is left of them when their parts, texts and bounds are placeholders.

    Args:
        definitions: the schemas.
        kept: the types that the models' generator gave in earlier runs.

    Attributes:
        unknown: the shapes whose types are not known yet.
    """

    def __init__(self, definitions: Mapping[Name, Definition], kept: Cache = NOTHING) -> None:
        found: dict[str, Schema] = {}
        for definition in definitions.values():
            for schema in _schemas_of(definition):
                waiting = [schema]
                while waiting:
                    apart = taken_apart(waiting.pop())
                    if apart.shape is not None:
                        found[key_of(apart.shape)] = apart.shape
                    waiting += apart.parts
        common = known()
        self._kept = kept
        self._types = {shape: common[shape] for shape in found if shape in common}
        self._places = {shape: key(_tools(), shape) for shape in found if shape not in common}
        for shape, place in self._places.items():
            if (text := kept.get("types", place)) is not None:
                self._types[shape] = text.decode()
        self.unknown = [shape for name, shape in found.items() if name not in self._types]

    def types(self, ask: Callable[[], Sequence[str]] | None = None) -> dict[str, ast.expr]:
        """Return the annotation of each shape, by the shape's key.

        Args:
            ask: gives the annotations of those that are unknown; None to ask the models' generator here.
        """
        if self.unknown:
            given = answers(self.unknown) if ask is None else ask()
            for shape, text in zip(map(key_of, self.unknown), given, strict=True):
                self._types[shape] = text
                self._kept.put("types", self._places[shape], text.encode())
        return {shape: ast.parse(text, mode="eval").body for shape, text in self._types.items()}


def _tools() -> str:
    """Return what the answers depend on besides the shapes."""
    return f"{installation.version('datamodel-code-generator')} {installation.version('pydantic')}"


def key_of(shape: Schema) -> str:
    """Return what tells a shape from others."""
    return json.dumps(shape, sort_keys=True)


@cache
def known() -> dict[str, str]:
    """Return what the models' generator answers for the shapes that most documents have, by their keys."""
    kept = json.loads(_ANSWERS.read_text(encoding="utf-8"))
    return {key_of(answer["schema"]): answer["type"] for answer in kept}


@dataclass(frozen=True, slots=True)
class Apart:
    """A prepared schema, taken apart.

    Attributes:
        shape: the schema with `P0`, `P1`, ... for its parts, `text` for its text, and numbers of `_BOUNDS` for its bounds; None
            for a definition or any value, which need none.
        parts: its parts.
        text: the token of its text.
        bounds: its bounds, by the numbers that stand for them.
    """

    shape: Schema | None
    parts: list[Schema] = field(default_factory=list[Schema])
    text: str | None = None
    bounds: Mapping[float, float] = field(default_factory=dict[float, float])


def taken_apart(schema: Schema) -> Apart:
    """Take a prepared schema apart."""
    if not schema or referred(schema) is not None:
        return Apart(None)
    if "anyOf" in schema:
        present = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
        if len(present) > _MOST_CHOICES:
            present = [*present[: _MOST_CHOICES - 1], {"anyOf": present[_MOST_CHOICES - 1 :]}]
        null = [choice for choice in schema["anyOf"] if choice == {"type": "null"}][:1]
        return Apart({"anyOf": [*map(_part, range(len(present))), *null]}, present)
    if isinstance(schema.get("const"), str):
        return Apart({**schema, "const": "text"}, text=schema["const"])
    if "prefixItems" in schema:
        places: list[Schema] = schema["prefixItems"]
        return Apart({**schema, "prefixItems": [*map(_part, range(len(places)))]}, places)
    bounded = [name for name in _BOUNDS if name in schema and not isinstance(schema[name], bool)]
    bounds: dict[float, float] = {_BOUNDS[name]: schema[name] for name in bounded}
    shape = schema | {name: _BOUNDS[name] for name in bounded}
    if "pattern" in schema:
        return Apart({**shape, "pattern": "text"}, text=schema["pattern"], bounds=bounds)
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            return Apart({**shape, keyword: _part(0)}, [schema[keyword]], bounds=bounds)
    return Apart(shape, bounds=bounds)


def _part(number: int) -> Schema:
    return {"customTypePath": f"parts.P{number}"}


def answers(shapes: Sequence[Schema]) -> list[str]:
    """Return the annotation that the models' generator gives each of some shapes."""
    # Finding plugins reads every distribution.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.model import get_data_model_types
    from datamodel_code_generator.parser.jsonschema import JsonSchemaParser

    kinds = get_data_model_types(
        DataModelType.PydanticV2BaseModel, target_python_version=PythonVersion.PY_311
    )
    properties = {f"t{number}": shape for number, shape in enumerate(shapes)}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Shapes",
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }
    parser = JsonSchemaParser(
        json.dumps(document),
        data_model_type=kinds.data_model,
        data_model_root_type=kinds.root_model,
        data_model_field_type=kinds.field_model,
        data_type_manager_type=kinds.data_type_manager,
        target_python_version=PythonVersion.PY_311,
        field_constraints=True,
        use_annotated=True,
        use_standard_collections=True,
        use_union_operator=True,
        use_tuple_for_fixed_items=True,
        use_tuple_for_closed_arrays=True,
        use_typed_nullable_map_values=True,
        strict_nullable=True,
        keep_model_order=True,
    )
    parser.parse(format_=False)
    (found,) = parser.results
    given = {field.name: field.annotated or field.type_hint for field in found.fields}
    return [given[name] for name in properties]


def _model(definition: Definition, types: _Types, inherits_camel: bool, lazy: bool) -> Model:
    aliased = [item for item in definition.properties if item.name != opened(item.wire_name)]
    in_camel = sum(_camel(item.name) == opened(item.wire_name) for item in aliased)
    camel = inherits_camel or in_camel * 2 > len(aliased)
    schemas = definition.schema.get("properties", {})
    return Model(
        name=definition.name,
        module=definition.module,
        kind=definition.kind,
        description=definition.description,
        bases=definition.bases,
        camel=camel and not inherits_camel,
        base=definition.base,
        fields=tuple(
            _field(item, schemas[item.token], types, camel) for item in definition.properties
        ),
        members=definition.members,
        type=types.exactly(definition.schema) if definition.kind == "root" else None,
        deprecated=definition.deprecated,
        example=definition.example,
        source=definition.source,
        extensions=definition.extensions,
        lazy=lazy,
        extras=types.whole(definition.extras) if definition.extras is not None else None,
        discriminator=definition.discriminator,
        attribute=definition.attribute,
        tags=definition.tags,
        unprinted=definition.unprinted,
    )


def _field(item: Property, schema: Schema, types: _Types, camel: bool) -> Field:
    type_, constraints = types.field(schema, optional=not item.required)
    wire_name = opened(item.wire_name)
    only = types.constant(schema)
    return Field(
        name=item.name,
        wire_name=item.wire_name,
        aliased=(_camel(item.name) if camel else item.name) != wire_name,
        type=type_,
        required=item.required,
        constraints=constraints,
        secret=item.secret,
        documentation=item.documentation,
        default=item.default,
        example=item.example,
        deprecated=item.deprecated,
        source=item.source,
        extensions=item.extensions,
        initial=only if item.required else Code("None"),
    )


@cache
def _camel(name: str) -> str:
    """Return a name as pydantic's `to_camel` has it. Importing all of pydantic takes longer than the rest here."""
    known = sys.modules.get("pydantic.alias_generators") or _alone("pydantic", "alias_generators")
    return cast(str, known.to_camel(name))


@cache
def _alone(package: str, name: str) -> ModuleType:
    """Return a module of a package without importing the package."""
    around = find_spec(package)
    places = around.submodule_search_locations if around is not None else None
    found = PathFinder.find_spec(name, places)
    if found is None or found.loader is None:
        return import_module(f"{package}.{name}")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


def _flat(schema: Schema) -> tuple[object, ...] | None:
    """Return a prepared schema without parts as something that can be looked up; None where it has parts."""
    if any(isinstance(value, dict | list) for value in schema.values()):
        return None
    return tuple((name, value.__class__, value) for name, value in schema.items())


class _Types:
    """Puts annotations together from those of the shapes.

    Args:
        definitions: the prepared schemas with a name.
        texts: what the tokens in them stand for.
        answers: the annotation of each shape, by the shape's key.
        qualified: write `datetime.date`, as beside an attribute of `_HIDING`.
    """

    def __init__(
        self,
        definitions: Mapping[Name, Definition],
        texts: Mapping[str, Value],
        answers: Mapping[str, ast.expr],
        *,
        qualified: bool,
    ) -> None:
        self._definitions = definitions
        self._texts = texts
        self._answers = answers
        self._qualified = qualified
        self._fields: dict[object, tuple[Type, tuple[tuple[Name, Value], ...]]] = {}

    def whole(self, schema: Schema) -> Type:
        """Return the type of a schema, its constraints in it."""
        written = _Written()
        return written.type(self._write(schema, written))

    def exactly(self, schema: Schema) -> Type:
        """Return the type that a name stands for; scalars in it are marked to be read as those in a model are."""
        written = _Written()
        code = self._write(schema, written)
        return written.type(f"{written.uses('Exact')}[{code}]" if written.has_scalars else code)

    def field(
        self, schema: Schema, *, optional: bool
    ) -> tuple[Type, tuple[tuple[Name, Value], ...]]:
        """Return the type of a field and, apart from it, the constraints on its value."""
        key = _flat(schema)
        if key is None:
            return self._field(schema, optional=optional)
        if (key, optional) not in self._fields:
            self._fields[key, optional] = self._field(schema, optional=optional)
        return self._fields[key, optional]

    def _field(
        self, schema: Schema, *, optional: bool
    ) -> tuple[Type, tuple[tuple[Name, Value], ...]]:
        written = _Written()
        apart = taken_apart(schema)
        constraints: list[tuple[Name, Value]] = []
        if apart.shape is None:
            code = self._write(schema, written)
        else:
            expression, metadata = _unannotated(self._answers[key_of(apart.shape)])
            for call in metadata:
                constraints += self._constraints(call, apart)
            code = self._expression(expression, apart, written)
        if optional and code != "Any" and not code.endswith(" | None") and code != "None":
            code = f"{code} | None"
        return written.type(code), tuple(constraints)

    def constant(self, schema: Schema) -> Code | None:
        """Return the only value of a schema that has one."""
        if "const" not in schema:
            return None
        value = schema["const"]
        return literal(self._texts[value] if isinstance(value, str) else value)

    def _write(self, schema: Schema, written: _Written) -> str:
        if (name := referred(schema)) is not None:
            return self._named(name, schema, written)
        apart = taken_apart(schema)
        if apart.shape is None:
            return written.uses("Any")
        return self._expression(self._answers[key_of(apart.shape)], apart, written)

    def _named(self, name: Name, schema: Schema, written: _Written) -> str:
        definition = self._definitions[name]
        if definition.kind != "enum":
            written.models.append(definition.name)
            return definition.name
        named = enums_in(schema)
        written.models += named
        return f"{written.uses(definition.marker_in(schema))}[{' | '.join(named)}]"

    def _constraints(self, call: ast.expr, apart: Apart) -> Iterator[tuple[Name, Value]]:
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            value = ast.literal_eval(keyword.value)
            if isinstance(value, str):
                value = self._texts[apart.text or ""]
            elif value in apart.bounds:
                value = type(value)(apart.bounds[value])
            yield Name(keyword.arg or ""), value

    def _expression(self, node: ast.expr, apart: Apart, written: _Written) -> str:
        def write(part: ast.expr) -> str:
            return self._expression(part, apart, written)

        match node:
            case ast.Name(id=name):
                return self._type(name, apart, written)
            case ast.Constant(value=None):
                return "None"
            case ast.Constant(value=str()):
                return literal(self._texts[apart.text or ""])
            case ast.Constant(value=bool() | int() | float() as number):
                return literal(apart.bounds.get(number, number))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{write(operand)}"
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return f"{write(left)} | {write(right)}"
            case ast.Subscript(value=ast.Name(id="Optional"), slice=part):
                return f"{write(part)} | None"
            case ast.Subscript(value=ast.Name(id="Annotated")):
                inner, metadata = _unannotated(node)
                given = [pair for call in metadata for pair in self._constraints(call, apart)]
                listed = ", ".join(f"{name}={literal(value)}" for name, value in given)
                return f"{written.uses('Annotated')}[{write(inner)}, {written.uses('Field')}({listed})]"
            case ast.Subscript(value=value, slice=ast.Tuple(elts=parts)):
                return f"{write(value)}[{', '.join(map(write, parts))}]"
            case ast.Subscript(value=value, slice=part):
                return f"{write(value)}[{write(part)}]"
            case _:
                raise TypeError(f"unexpected annotation {ast.unparse(node)}")

    def _type(self, name: str, apart: Apart, written: _Written) -> str:
        if name[0] == "P" and name[1:].isdecimal():
            return self._write(apart.parts[int(name[1:])], written)
        written.has_scalars |= name in _SCALARS
        if name in _DATETIME:
            written.uses("datetime" if self._qualified else _DATETIME[name])
            return f"datetime.{_DATETIME[name]}" if self._qualified else _DATETIME[name]
        if name in _RUNTIME:
            return written.uses(_RUNTIME[name])
        if name in _KNOWN:
            return written.uses(name)
        if name not in _BUILTIN:
            raise TypeError(f"unexpected name {name} in an annotation")
        return name


class _Written:
    """What an annotation refers to."""

    def __init__(self) -> None:
        self.models: list[Name] = []
        self.has_scalars = False
        self._names: list[Name] = []

    def uses(self, name: str) -> str:
        """Note a name that must be imported, and return it."""
        self._names.append(Name(name))
        return name

    def type(self, code: str) -> Type:
        """Return the type of what was written."""
        models, names = dict.fromkeys(self.models), dict.fromkeys(self._names)
        return Type(Code(code), tuple(models), tuple(names))


def _unannotated(node: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
    """Return the type and the metadata of an annotation."""
    match node:
        case ast.Subscript(
            value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *metadata])
        ):
            return first, metadata
        case _:
            return node, []
