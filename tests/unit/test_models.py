"""The models stage: prepared schemas with names become classes, whatever the models' generator would call them."""

from __future__ import annotations

from typing import Any

import pytest

from clientsmith.api import Model
from clientsmith.diagnostics import Location
from clientsmith.lower.definitions import Definition, Property, Schema, reference
from clientsmith.models import models, taken_apart
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
    made = models(
        {one.name: one for one in definitions}, {token: Text(text) for token, text in texts.items()}
    )
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
    assert taken_apart(one)[0] == taken_apart(other)[0]


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
    assert models({}, {}) == ()
