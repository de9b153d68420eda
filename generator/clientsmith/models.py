"""The models stage: datamodel-code-generator decides the types of the fields of the prepared schemas.

The generator is called as a library. It is given schemas without any text of the document, and what
it answers is read from its model objects, never from the source text it would print: so each class
is laid out by our own templates.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Container, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from .api import Field, Model, Type, Value
from .literal import literal
from .lower.schemas import Definition, Property
from .text import Code, Name, opened

if TYPE_CHECKING:
    from datamodel_code_generator.model.base import DataModel, DataModelFieldBase

_DATETIME = {
    "AwareDatetime": "datetime",
    "datetime": "datetime",
    "date": "date",
    "time": "time",
    "timedelta": "timedelta",
}
_KNOWN = frozenset({"Annotated", "Any", "Field", "Literal", *_DATETIME.values()})
_BUILTIN = frozenset({"bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple"})


def models(definitions: Mapping[Name, Definition], texts: Mapping[str, Value]) -> tuple[Model, ...]:
    """Return the models, in the order of their names.

    Args:
        definitions: the prepared schemas with a name.
        texts: what the tokens in them stand for.
    """
    parsed = _parse(definitions)
    built: dict[Name, Model] = {}
    camel: set[Name] = set()

    def build(name: Name) -> Model:
        if name not in built:
            definition = definitions[name]
            bases = [build(base) for base in definition.bases]
            inherited = any(base.name in camel for base in bases)
            attributes = {item.name for item in definition.properties}
            reader = _AnnotationReader(definitions, texts, attributes)
            built[name] = _model(definition, parsed.get(name, {}), reader, inherited)
            camel.update({name} if inherited or built[name].camel else ())
        return built[name]

    return tuple(build(name) for name in sorted(definitions))


def prepare() -> None:
    """Import the models' generator, which takes a while, before the schemas are known."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # finding plugins reads every distribution
    for module in ("config", "model.pydantic_v2", "parser.jsonschema"):
        import_module(f"datamodel_code_generator.{module}")


def _parse(definitions: Mapping[Name, Definition]) -> dict[str, dict[str, DataModelFieldBase]]:
    """Return the fields that the models' generator makes of each definition, by class name and token."""
    if not definitions:
        return {}
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.model import get_data_model_types
    from datamodel_code_generator.parser.jsonschema import JsonSchemaParser

    kinds = get_data_model_types(
        DataModelType.PydanticV2BaseModel, target_python_version=PythonVersion.PY_311
    )
    parser = JsonSchemaParser(
        json.dumps(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$defs": {name: definition.schema for name, definition in definitions.items()},
            }
        ),
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
        collapse_root_models=True,
        keep_model_order=True,
    )
    parser.parse(format_=False)
    found: list[DataModel] = list(parser.results)
    return {
        model.class_name: {field.name or "": field for field in model.fields} for model in found
    }


def _model(
    definition: Definition,
    parsed: Mapping[str, DataModelFieldBase],
    reader: _AnnotationReader,
    inherits_camel: bool,
) -> Model:
    aliased = [item for item in definition.properties if item.name != opened(item.wire_name)]
    in_camel = sum(_camel(item.name) == opened(item.wire_name) for item in aliased)
    camel = inherits_camel or in_camel * 2 > len(aliased)
    root = parsed.get("root") or parsed.get("field_") if definition.kind == "root" else None
    return Model(
        name=definition.name,
        module=definition.module,
        kind=definition.kind,
        description=definition.description,
        bases=definition.bases,
        camel=camel and not inherits_camel,
        base=Name("OpenIntEnum" if definition.is_integer else "OpenEnum"),
        fields=tuple(
            _field(item, parsed[item.token], reader, camel) for item in definition.properties
        ),
        members=definition.members,
        type=reader.read(root)[0] if root is not None else None,
        deprecated=definition.deprecated,
        example=definition.example,
        source=definition.source,
    )


def _field(
    item: Property, parsed: DataModelFieldBase, reader: _AnnotationReader, camel: bool
) -> Field:
    type_, constraints = reader.read(parsed)
    wire_name = opened(item.wire_name)
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
    )


def _camel(name: str) -> str:
    from pydantic.alias_generators import to_camel

    return to_camel(name)


class _AnnotationReader:
    """Reads the annotations that the models' generator gives, and puts back what the tokens in them stand for.

    An attribute called `date` or `time` would hide the type of that name, so beside one the types are written `datetime.date`.
    """

    def __init__(
        self,
        definitions: Mapping[Name, Definition],
        texts: Mapping[str, Value],
        attributes: Container[str] = (),
    ) -> None:
        self._definitions = definitions
        self._texts = texts
        self._qualified = "date" in attributes or "time" in attributes

    def read(self, field: DataModelFieldBase) -> tuple[Type, tuple[tuple[Name, Value], ...]]:
        """Return the type of a field and the constraints on its value."""
        expression = ast.parse(field.annotated or field.type_hint, mode="eval").body
        constraints: list[tuple[Name, Value]] = []
        if isinstance(expression, ast.Subscript) and ast.unparse(expression.value) == "Annotated":
            expression, *metadata = _arguments(expression)
            for call in metadata:
                constraints += self._constraints(call)
        names: list[Name] = []
        code = Code(self._unparse(expression, names))
        classes = tuple(dict.fromkeys(name for name in names if name in self._definitions))
        others = tuple(
            dict.fromkeys(name for name in names if name in _KNOWN or name in ("Open", "OpenInt"))
        )
        return Type(code, classes, others), tuple(constraints)

    def _constraints(self, call: ast.expr) -> Iterator[tuple[Name, Value]]:
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            value = ast.literal_eval(keyword.value)
            yield Name(keyword.arg or ""), self._text(value) if isinstance(value, str) else value

    def _text(self, token: str) -> Value:
        return self._texts[token]

    def _unparse(self, node: ast.expr, names: list[Name]) -> str:
        match node:
            case ast.Name(id=name):
                return self._name(name, names)
            case ast.Constant(value=None):
                return "None"
            case ast.Constant(value=str(token)):
                return (
                    literal(self._text(token)) if token in self._texts else self._name(token, names)
                )
            case ast.Constant(value=bool() | int() | float() as number):
                return literal(number)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{self._unparse(operand, names)}"
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return f"{self._unparse(left, names)} | {self._unparse(right, names)}"
            case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=parts)):
                return " | ".join(self._unparse(part, names) for part in parts)
            case ast.Subscript(value=ast.Name(id="Optional"), slice=part):
                return f"{self._unparse(part, names)} | None"
            case ast.Subscript(value=value, slice=ast.Tuple(elts=parts)):
                inner = ", ".join(self._unparse(part, names) for part in parts)
                return f"{self._unparse(value, names)}[{inner}]"
            case ast.Subscript(value=value, slice=part):
                return f"{self._unparse(value, names)}[{self._unparse(part, names)}]"
            case ast.Call(func=ast.Name(id="Field")):
                names.append(Name("Field"))
                given = ", ".join(
                    f"{name}={literal(value)}" for name, value in self._constraints(node)
                )
                return f"Field({given})"
            case _:
                raise TypeError(f"unexpected annotation {ast.unparse(node)}")

    def _name(self, name: str, names: list[Name]) -> str:
        if (definition := self._definitions.get(Name(name))) is not None:
            names.append(definition.name)
            if definition.kind != "enum":
                return name
            marker = "OpenInt" if definition.is_integer else "Open"
            names.append(Name(marker))
            return f"{marker}[{name}]"
        if name in _DATETIME:
            names.append(Name("datetime" if self._qualified else _DATETIME[name]))
            return f"datetime.{_DATETIME[name]}" if self._qualified else _DATETIME[name]
        if name in _KNOWN:
            names.append(Name(name))
        elif name not in _BUILTIN:
            raise TypeError(f"unexpected name {name} in an annotation")
        return name


def _arguments(subscript: ast.Subscript) -> list[ast.expr]:
    return subscript.slice.elts if isinstance(subscript.slice, ast.Tuple) else [subscript.slice]
