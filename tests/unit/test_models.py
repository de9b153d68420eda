"""The models stage: prepared schemas with names become classes, whatever the models' generator would call them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clientsmith.api import Model
from clientsmith.diagnostics import Location
from clientsmith.lower.definitions import Definition, Property, Schema, reference
from clientsmith.models import Shapes, answers, key_of, known, models, taken_apart
from clientsmith.models.recursion import recursive
from clientsmith.text import Name, Text

HERE = Location("openapi.yaml", 1, 1)


def definition(name: str, schema: Schema, **more: Any) -> Definition:
    return Definition(
        name=Name(name),
        module=Name(name.lower()),
        kind=more.pop("kind", "root"),
        description=Text(""),
        deprecated=False,
        example=None,
        source=HERE,
        schema=schema,
        **more,
    )


def built(*definitions: Definition, **texts: str) -> dict[str, Model]:
    named = {one.name: one for one in definitions}
    values = {token: Text(text) for token, text in texts.items()}
    made = models(named, values)
    return {str(model.name): model for model in made}


def annotation(schema: Schema, **texts: str) -> str:
    found = built(
        definition("A", schema), definition("B", {"type": "object", "properties": {}}), **texts
    )
    kind = found["A"].type
    assert kind is not None
    return str(kind.annotation)


LIMITS: list[tuple[Schema, str]] = [
    (
        {"type": "array", "items": {"type": "string", "pattern": "v1"}},
        "Annotated[str, Field(pattern='^a\"b')]",
    ),
    (
        {"type": "object", "additionalProperties": {"type": "integer", "maximum": -2}},
        "Annotated[int, Field(le=-2)]",
    ),
    (
        {
            "anyOf": [
                {"type": "string", "minLength": 2},
                {"type": "array", "items": {}, "maxItems": 3},
            ]
        },
        "Annotated[str, Field(min_length=2)] | Annotated[list[Any], Field(max_length=3)]",
    ),
    (
        {"anyOf": [{"type": "string", "const": "v1"}, {"const": 2}, {"type": "null"}]},
        "Literal['^a\"b'] | Literal[2] | None",
    ),
    (
        {
            "type": "array",
            "prefixItems": [{"type": "string", "minLength": 1}],
            "minItems": 1,
            "maxItems": 1,
            "items": False,
        },
        "tuple[Annotated[str, Field(min_length=1)]]",
    ),
]


@pytest.mark.parametrize(("schema", "expected"), LIMITS)
def test_no_class_is_made_for_a_part_with_limits(schema: Schema, expected: str) -> None:
    assert expected in annotation(schema, v1='^a"b')


def test_a_text_of_the_document_stays_a_literal() -> None:
    hostile = '"] | __import__("os").system("x") | Literal["'
    code = annotation({"type": "string", "const": "v1"}, v1=hostile)
    assert eval(code, {"Literal": dict.fromkeys([hostile], "ok"), "Exact": {"ok": "ok"}}) == "ok"


def test_schemas_of_the_same_shape_are_asked_for_once() -> None:
    one = {"type": "array", "items": reference(Name("A")), "minItems": 1}
    other = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    assert taken_apart(one).shape == taken_apart(other).shape


def test_the_answers_that_are_kept_are_those_of_the_models_generator() -> None:
    kept = known()
    assert dict(zip(kept, answers([json.loads(shape) for shape in kept]), strict=True)) == kept


@pytest.mark.parametrize("null", [[], [{"type": "null"}]])
def test_a_choice_of_many_needs_no_answer_of_its_own(null: list[Schema]) -> None:
    choices: list[Schema] = [{"const": number} for number in range(100)]
    schema = {"anyOf": [*choices, *null]}
    assert not Shapes({Name("A"): definition("A", schema)}).unknown
    expected = [*(f"Literal[{number}]" for number in range(100)), *("None" for _ in null)]
    assert annotation(schema) == " | ".join(expected)


def test_the_shapes_that_most_documents_have_are_kept() -> None:
    usual: list[Schema] = [
        {"type": "string", "minLength": 3, "maxLength": 40, "pattern": "v1"},
        {"type": ["integer", "null"], "minimum": 0, "maximum": 2**63},
        {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 10},
        {"type": "object", "additionalProperties": {"type": "number"}},
        {"anyOf": [reference(Name("A")), reference(Name("B")), {"type": "null"}]},
    ]
    shapes = [taken_apart(schema).shape for schema in usual]
    assert {key_of(shape) for shape in shapes if shape is not None} <= known().keys()


BOUNDS: list[tuple[Schema, str]] = [
    ({"type": "integer", "minimum": 0, "maximum": 2**63}, "ge=0, le=9223372036854775808"),
    ({"type": "number", "exclusiveMinimum": 0, "maximum": 1.5}, "gt=0.0, le=1.5"),
    ({"type": "number", "multipleOf": 0.01}, "multiple_of=0.01"),
    ({"type": "integer", "minimum": 1002, "exclusiveMaximum": 1001}, "ge=1002, lt=1001"),
    ({"type": "string", "minLength": 7, "maxLength": 7}, "max_length=7, min_length=7"),
    ({"type": "array", "items": {}, "minItems": 1, "maxItems": 3}, "max_length=3, min_length=1"),
    ({"type": "array", "items": {}, "minItems": 2, "maxItems": 2}, "max_length=2, min_length=2"),
]


@pytest.mark.parametrize(("schema", "expected"), BOUNDS)
def test_bounds_are_those_of_the_document(schema: Schema, expected: str) -> None:
    assert f"Field({expected})" in annotation({"type": "array", "items": schema})


def test_constants_are_those_of_the_document() -> None:
    choices = [{"const": value} for value in (0, -5, 1010, 2**70, True)]
    expected = " | ".join(f"Literal[{value}]" for value in (0, -5, 1010, 2**70, True))
    assert annotation({"anyOf": choices}) == f"{expected}"


def test_an_attribute_called_date_does_not_hide_the_type() -> None:
    item = Property(
        "f0", Name("date"), Text("date"), False, False, Text(""), None, None, False, HERE
    )
    schema = {"type": "object", "properties": {"f0": {"type": "string", "format": "date"}}}
    model = built(definition("A", schema, kind="object", properties=(item,)))["A"]
    assert model.fields[0].type.annotation == "datetime.date | None"


def test_types_that_lead_to_themselves_and_what_uses_them_are_put_together_late() -> None:
    found = recursive(
        {
            one.name: one
            for one in (
                definition("A", {"type": "array", "items": reference(Name("B"))}),
                definition("B", {"anyOf": [reference(Name("A")), {"type": "string"}]}),
                definition("C", reference(Name("A"))),
                definition("E", {"anyOf": [reference(Name("D")), reference(Name("F"))]}),
                definition("F", {"type": "array", "items": reference(Name("E"))}),
                definition("D", reference(Name("M"))),
                definition(
                    "M",
                    {"type": "object", "properties": {"f0": reference(Name("D"))}},
                    kind="object",
                ),
            )
        }
    )
    assert found == {"A", "B", "C", "E", "F"}


def test_a_document_without_schemas_has_no_models() -> None:
    assert built() == {}
