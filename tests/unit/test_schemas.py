"""What schemas of a document become: which definitions there are, what they are called, and what they hold."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clientsmith.api import Model
from clientsmith.config import Configuration
from clientsmith.lower import Lowered, lower
from clientsmith.models import models
from clientsmith.read import loading
from clientsmith.text import Text, opened

Schemas = dict[str, Any]
Read = Callable[..., "Result"]

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def model(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


class Result:
    """The models of a document, by name."""

    def __init__(self, lowered: Lowered) -> None:
        self.rules = {diagnostic.rule for diagnostic in lowered.diagnostics}
        self.located = all(diagnostic.location is not None for diagnostic in lowered.diagnostics)
        self.models = {model.name: model for model in models(lowered.definitions, lowered.texts)}

    def fields(self, name: str) -> dict[str, str]:
        """Return the annotations of a model's own fields, by attribute."""
        return {str(field.name): str(field.type.annotation) for field in self.found(name).fields}

    def type(self, name: str) -> str:
        """Return what a type with a name stands for."""
        found = self.found(name).type
        assert found is not None
        return str(found.annotation)

    def found(self, name: str) -> Model:
        """Return a model."""
        return next(model for own, model in self.models.items() if own == name)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_schemas(
        schemas: Schemas, *, version: str = "3.1.0", paths: Schemas | None = None, **more: Any
    ) -> Result:
        path = tmp_path / "openapi.json"
        text = {
            "openapi": version,
            "info": {"title": "T", "version": "1"},
            "paths": paths or {},
            "components": {"schemas": schemas},
            **more,
        }
        path.write_text(json.dumps(text), encoding="utf-8")
        return Result(lower(loading.read(path), configuration(path)))

    return read_schemas


def configuration(path: Path) -> Configuration:
    return Configuration(spec=path, root=path.parent)


def body_and_answer(schema: dict[str, Any]) -> Schemas:
    """Return paths with one operation that takes and gives a schema."""
    content = {"application/json": {"schema": schema}}
    return {
        "/x": {
            "post": {
                "operationId": "send",
                "requestBody": {"content": content},
                "responses": {"200": {"description": "", "content": content}},
            }
        }
    }


def test_a_part_of_all_of_that_is_a_model_becomes_a_base(read: Read) -> None:
    result = read({"A": model(a=TEXT), "B": {"allOf": [ref("A"), model("b", b=TEXT)]}})
    assert result.found("B").bases == ("A",)
    assert result.fields("B") == {"b": "str"}


def test_a_property_that_is_true_where_the_base_has_one_is_not_the_bases(read: Read) -> None:
    for value, bases in ((1.0, ("A",)), (True, ())):
        heir = {"allOf": [ref("A"), model(a={"const": value})]}
        assert read({"A": model(a={"const": 1}), "B": heir}).found("B").bases == bases


def test_a_property_that_a_later_part_requires_is_required(read: Read) -> None:
    result = read(
        {"A": model(a=TEXT), "B": {"allOf": [ref("A"), {"required": ["a"]}, model(b=TEXT)]}}
    )
    assert result.found("B").bases == ()
    assert result.fields("B") == {"a": "str", "b": "str | None"}


def test_a_property_of_another_type_than_in_a_part_takes_the_type_that_fits_both(
    read: Read,
) -> None:
    result = read(
        {"A": model(n={"type": "number"}), "B": {"allOf": [ref("A"), model("n", n=NUMBER)]}}
    )
    assert result.fields("B") == {"n": "int"}


def test_a_property_is_null_only_if_every_part_says_so(read: Read) -> None:
    null = {"type": ["string", "null"]}
    base = model(one=null, both=null)
    result = read(
        {"A": base, "B": {"allOf": [ref("A"), model(one=TEXT, both={**null, "maxLength": 3})]}}
    )
    both, one = "str | None", "str"
    assert read({"B": {"allOf": [base, model("one", "both", one=TEXT, both=null)]}}).fields(
        "B"
    ) == {
        "one": one,
        "both": both,
    }
    assert result.fields("B")["both"] == both


def test_a_choice_with_a_name_takes_null_if_one_of_its_choices_does_however_deep(
    read: Read,
) -> None:
    null = {"anyOf": [{"type": "boolean"}, {"type": "null"}]}
    result = read(
        {
            "A": {"anyOf": [{"type": "string", "format": "date"}, null]},
            "B": {"oneOf": [ref("A"), model(n=NUMBER), ref("B")]},
            "C": {"oneOf": [ref("A"), model(n=NUMBER)], "nullable": True},
            "Holder": model("a", "b", "c", a=ref("A"), b=ref("B"), c=ref("C")),
        }
    )
    assert result.fields("Holder") == {"a": "A | None", "b": "B | None", "c": "C | None"}


def test_types_that_contradict_are_any_value_and_reported(read: Read) -> None:
    result = read({"A": model(n=TEXT), "B": {"allOf": [ref("A"), model("n", n=NUMBER)]}})
    assert result.fields("B") == {"n": "Any"}
    assert result.rules == {"contradictory-schema"}
    assert result.located


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"allOf": [ref("B"), model(a=TEXT)]}, "B": {"allOf": [ref("A"), model(b=TEXT)]}},
        {"A": {"allOf": [ref("A"), model(a=TEXT)]}},
        {"A": {"oneOf": [ref("B"), ref("A")]}, "B": {"anyOf": [ref("A"), TEXT]}},
        {"A": ref("A"), "B": model(a=ref("A"))},
        {"A": {"type": "array", "items": ref("A")}},
    ],
    ids=["two parts", "its own part", "unions", "a reference", "a list"],
)
def test_schemas_that_lead_to_themselves_have_an_end(read: Read, schemas: Schemas) -> None:
    assert read(schemas).models


def test_a_list_of_itself_has_a_name(read: Read) -> None:
    result = read(
        {
            "Json": {"anyOf": [TEXT, {"type": "array", "items": ref("Json")}, {"type": "null"}]},
            "Holder": model("json", json=ref("Json")),
        }
    )
    assert result.type("Json") == "Exact[str | list[Json] | None]"
    assert result.found("Json").lazy
    assert result.fields("Holder") == {"json_": "Json | None"}


def test_chains_of_references_do_not_exhaust_the_stack(read: Read) -> None:
    schemas: Schemas = {f"A{n}": model(x=ref(f"A{n + 1}")) for n in range(1500)}
    assert len(read({**schemas, "A1500": model(y=TEXT)}).models) == 1501


def test_deep_nesting_ends_in_any_value(read: Read) -> None:
    nested: Schemas = TEXT
    for _ in range(80):
        nested = {"type": "array", "items": nested}
    assert "deep-schema" in read({"A": model(x=nested)}).rules


def test_every_schema_of_a_dense_graph_is_looked_at_once(read: Read) -> None:
    schemas = {f"A{n}": {"oneOf": [ref(f"A{m}") for m in range(20)]} for n in range(20)}
    assert len(read(schemas).models) == 20


@pytest.mark.parametrize(
    ("schema", "annotation"),
    [
        ({"type": "string", "nullable": True}, "str | None"),
        ({"type": ["string", "null"]}, "str | None"),
        ({"oneOf": [TEXT, {"type": "null"}]}, "str | None"),
        ({"anyOf": [TEXT, {"const": None}]}, "str | None"),
        ({"anyOf": [TEXT, {"enum": [None]}]}, "str | None"),
        ({"allOf": [ref("M")], "nullable": True}, "M | None"),
        ({**ref("M"), "nullable": True}, "M | None"),
        ({"enum": ["a", "b", None]}, "Open[AX] | None"),
        ({"type": "null"}, "None"),
        ({"const": None}, "None"),
        ({"const": "a"}, 'Literal["a"]'),
        ({"enum": ["a"]}, 'Literal["a"]'),
        ({"const": 3}, "Literal[3]"),
        ({"const": 1.5}, "float"),
        ({"enum": [1, 2]}, "OpenInt[AX]"),
        ({"enum": [1, "a", True]}, "OpenMixed[AX]"),
        ({"enum": [{"a": 1}], "type": "object"}, "dict[str, Any]"),
        ({"type": ["string", "integer"]}, "str | int"),
        ({"type": ["object", "string"], "properties": {"a": TEXT}}, "AXObject | str"),
        ({"oneOf": [ref("M"), TEXT]}, "M | str"),
        ({"oneOf": [ref("M")]}, "M"),
        ({"allOf": [TEXT, {"description": "d"}]}, "str"),
        ({"allOf": [{"type": "string"}, {"maxLength": 3, "type": "string"}]}, "str"),
        ({}, "Any"),
        (True, "Any"),
        ({"not": TEXT}, "Any"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"additionalProperties": NUMBER}, "dict[str, int]"),
        ({"additionalProperties": ref("M")}, "dict[str, M]"),
        (
            {"type": "object", "patternProperties": {"^a": NUMBER, "^b": TEXT}},
            "dict[str, int | str]",
        ),
        ({"type": "array"}, "list[Any]"),
        ({"type": "array", "items": {"type": "array", "items": ref("M")}}, "list[list[M]]"),
        ({"type": "array", "items": TEXT, "uniqueItems": True}, "list[str]"),
        ({"type": "array", "prefixItems": [TEXT, ref("M")]}, "tuple[str, M]"),
        ({"type": "array", "prefixItems": [TEXT], "items": NUMBER}, "list[str | int]"),
        ({"type": "string", "format": "byte"}, "Base64"),
        ({"type": "string", "contentEncoding": "base64"}, "Base64"),
        ({"type": "string", "format": "binary"}, "str"),
        ({"type": "string", "format": "uri"}, "str"),
        ({"anyOf": [{}, {"type": "null"}]}, "Any"),
        ({"oneOf": [ref("M"), {}]}, "Any"),
        ({"oneOf": [ref("M"), {"required": ["a"]}]}, "M"),
        ({"type": "string", "format": "date-time"}, "datetime"),
        ({"type": "integer", "format": "int64"}, "int"),
        ({"$ref": "#/components/schemas/N/properties/b"}, "NB"),
        (
            {"type": "array", "items": {"type": "integer", "minimum": 1}},
            "list[Annotated[int, Field(ge=1)]]",
        ),
    ],
)
def test_a_schema_has_the_type_that_it_says(read: Read, schema: Any, annotation: str) -> None:
    result = read({"M": model(a=TEXT), "N": model(b=model(c=TEXT)), "A": model("x", x=schema)})
    assert result.fields("A")["x"] == annotation
    assert result.rules == set()


def test_limits_that_leave_nothing_or_make_no_sense_are_left_out(read: Read) -> None:
    result = read(
        {
            "A": model(
                a={"type": "integer", "minimum": 5, "maximum": 3},
                b={"type": "string", "minLength": -1, "maxLength": 10**30},
                c={"type": "number", "multipleOf": 0},
                d={"type": "integer", "minimum": 0.5, "exclusiveMaximum": True, "maximum": 9},
            )
        }
    )
    limits = [
        [(str(name), value) for name, value in field.constraints]
        for field in result.found("A").fields
    ]
    assert limits == [[], [], [], [("ge", 1), ("lt", 9)]]


@pytest.mark.parametrize("pattern", ["^(?=a)b", r"(a)\1", "(", "a{1000}{1000}{1000}", "x" * 5000])
def test_a_pattern_that_the_client_cannot_check_is_left_to_the_service(
    read: Read, pattern: str
) -> None:
    result = read({"A": model("x", x={"type": "string", "pattern": pattern})})
    assert result.found("A").fields[0].constraints == ()
    assert result.rules <= {"unchecked-pattern", "bad-pattern"}
    assert len(result.rules) == 1


def test_a_constant_that_is_required_is_set_already(read: Read) -> None:
    result = read({"A": model("kind", kind={"const": 'a"b'}, other={"const": 1})})
    assert [field.initial for field in result.found("A").fields] == ["'a\"b'", "None"]


def test_the_other_properties_of_an_object_have_their_type(read: Read) -> None:
    extras = read({"A": {**model(a=TEXT), "additionalProperties": NUMBER}}).found("A").extras
    assert extras is not None
    assert extras.annotation == "int"


def test_a_discriminator_names_the_model_of_each_value(read: Read) -> None:
    cat, dog = model("kind", kind=TEXT), model("kind", kind={"const": "hound"})
    result = read(
        {
            "Cat": cat,
            "Dog": dog,
            "Bird": cat,
            "Pet": {
                "oneOf": [ref("Cat"), ref("Dog"), ref("Bird")],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"kitty": "Cat", "puss": ref("Cat")["$ref"]},
                },
            },
        }
    )
    assert [(opened(tag.value), str(tag.model)) for tag in result.found("Pet").tags] == [
        ("kitty", "Cat"),
        ("puss", "Cat"),
        ("hound", "Dog"),
        ("Bird", "Bird"),
    ]


def test_a_model_with_a_discriminator_knows_its_heirs(read: Read) -> None:
    base = {
        **model("kind", kind=TEXT),
        "discriminator": {"propertyName": "kind", "mapping": {"k": "Cat"}},
    }
    result = read(
        {
            "Pet": base,
            "Cat": {"allOf": [ref("Pet"), model("kind", kind={"enum": ["k"]}, lives=NUMBER)]},
            "Dog": {"allOf": [ref("Pet"), model(bark=TEXT)]},
            "Puppy": {"allOf": [ref("Dog"), model(age=NUMBER)]},
        }
    )
    tags = {opened(tag.value): str(tag.model) for tag in result.found("Pet").tags}
    assert tags == {"k": "Cat", "Dog": "Dog", "Puppy": "Puppy"}
    assert result.found("Cat").bases == ("Pet",)
    assert result.fields("Cat") == {"lives": "int | None"}


def test_a_discriminator_among_values_that_are_no_objects_is_reported(read: Read) -> None:
    result = read(
        {
            "M": model(a=TEXT),
            "U": {"oneOf": [ref("M"), TEXT], "discriminator": {"propertyName": "a"}},
        }
    )
    assert result.type("U") == "Exact[M | str]"
    assert result.rules == {"discriminator"}


def test_only_a_model_that_differs_has_a_form_for_requests(read: Read) -> None:
    user = model(
        "id",
        "password",
        id={"type": "string", "readOnly": True},
        password={"type": "string", "writeOnly": True},
        friend=ref("User"),
        address=ref("Address"),
    )
    result = read({"User": user, "Address": model(street=TEXT)}, paths=body_and_answer(ref("User")))
    assert {str(name) for name in result.models} == {"Address", "User", "UserRequest"}
    assert list(result.fields("User")) == ["id", "friend", "address"]
    assert result.fields("UserRequest") == {
        "password": "str",
        "friend": "UserRequest | None",
        "address": "Address | None",
    }
    assert result.found("UserRequest").fields[0].secret


def test_what_holds_a_model_that_differs_differs_too(read: Read) -> None:
    user = model(id={"type": "string", "readOnly": True}, name=TEXT)
    schemas = {"User": user, "Team": model(users={"type": "array", "items": ref("User")})}
    result = read(schemas, paths=body_and_answer(ref("Team")))
    assert result.fields("TeamRequest") == {"users": "list[UserRequest] | None"}


def test_a_model_that_is_called_a_request_keeps_its_name_in_requests(read: Read) -> None:
    schema = model(id={"type": "string", "readOnly": True}, name=TEXT)
    result = read({"UserRequest": schema}, paths=body_and_answer(ref("UserRequest")))
    assert list(result.fields("UserRequest")) == ["name"]
    assert list(result.fields("UserResponse")) == ["id", "name"]


def test_a_part_of_a_request_is_not_called_one_again(read: Read) -> None:
    def nested() -> dict[str, Any]:
        return model(part=model(id={"type": "string", "readOnly": True}, name=TEXT))

    content = {"content": {"application/json": {"schema": nested()}}}
    result = read(
        {},
        components={
            "schemas": {"MakeRequest": nested(), "Uses": model(made=ref("MakeRequest"))},
            "requestBodies": {"Thing": content},
        },
        paths={
            "/own": {"post": {"operationId": "own", "requestBody": content, "responses": {}}},
            "/shared": {
                "post": {
                    "operationId": "shared",
                    "requestBody": {"$ref": "#/components/requestBodies/Thing"},
                    "responses": {},
                }
            },
        },
    )
    assert set(result.models) == {
        *("MakeRequest", "MakeRequestPart", "MakeResponse", "MakeRequestPartResponse", "Uses"),
        *("OwnRequest", "OwnRequestPart", "Thing", "ThingPart"),
    }
    assert list(result.fields("OwnRequestPart")) == list(result.fields("ThingPart")) == ["name"]


def test_a_schema_among_definitions_is_called_after_its_key(read: Read) -> None:
    result = read(
        {
            "Order": {
                **model(line={"$ref": "#/components/schemas/Order/$defs/Line"}),
                "$defs": {"Line": model(x=TEXT), "definitions": model(y=TEXT)},
            },
            "Uses": model(y={"$ref": "#/components/schemas/Order/$defs/definitions"}),
        }
    )
    assert set(result.models) == {"Order", "OrderLine", "OrderDefinitions", "Uses"}


def test_attributes_are_told_apart_and_shadow_nothing(read: Read) -> None:
    names = [
        "fooBar",
        "foo_bar",
        "class",
        "model_config",
        "schema",
        "",
        "1st",
        "$top",
        "ключ",
        "date",
    ]
    result = read({"A": model(**dict.fromkeys(names, TEXT))})
    attributes = list(result.fields("A"))
    assert len(set(attributes)) == len(names)
    assert all(name.isidentifier() for name in attributes)
    assert attributes[:5] == ["foo_bar_field", "foo_bar", "class_", "model_config_", "schema_"]


def test_models_do_not_take_the_names_that_their_modules_import(read: Read) -> None:
    names = {"Any", "Field", "Model", "Literal", "Open", "Annotated", "TypeAliasType"}
    result = read({name: model(x=TEXT) for name in names})
    assert not names & {str(name) for name in result.models}
    assert len(result.models) == len(names)


def test_models_do_not_take_the_names_of_classes_of_python(read: Read) -> None:
    result = read({"Warning": model(cause=ref("exception")), "exception": model(x=TEXT)})
    assert result.fields("WarningModel") == {"cause": "ExceptionModel | None"}


def test_a_file_is_one_in_forms_alone(read: Read) -> None:
    binary = {"type": "string", "format": "binary"}
    kinds = {
        "multipart/form-data": {"schema": ref("Form")},
        "application/x-www-form-urlencoded": {"schema": ref("Both")},
        "application/json": {"schema": model(a=ref("Both"), b=ref("Json"))},
    }
    paths = {"/x": {"post": {"requestBody": {"content": kinds}, "responses": {}}}}
    schemas = {"Form": model(a=binary, b={"type": "array", "items": binary})}
    result = read({**schemas, "Json": model(a=binary), "Both": model(a=binary)}, paths=paths)
    assert result.fields("Form") == {"a": "File | None", "b": "list[File] | None"}
    assert result.fields("Json") == {"a": "str | None"}
    assert result.fields("Both") == {"a": "File | str | None"}


@pytest.mark.parametrize(
    ("choices", "annotation"),
    [
        ([ref("Color"), TEXT], "Known[Color]"),
        ([{"type": "string", "pattern": "^#"}, ref("Color")], "Known[Color]"),
        ([ref("Color"), {"type": "integer"}], "Open[Color] | int"),
        ([ref("Color"), ref("Size")], "Open[Color | Size]"),
        ([ref("Color"), ref("Size"), TEXT], "Known[Color | Size]"),
        ([ref("Color"), {"const": "none"}], 'Known[Color] | Literal["none"]'),
        ([ref("Level"), {"type": "integer"}], "KnownInt[Level]"),
        ([ref("Level"), ref("Color")], "OpenInt[Level] | Open[Color]"),
        ([ref("Rate"), {"type": "boolean"}], "KnownMixed[Rate] | bool"),
    ],
)
def test_an_enum_is_open_unless_the_document_takes_other_values_too(
    read: Read, choices: list[Any], annotation: str
) -> None:
    color, size = {"enum": ["red", "green"]}, {"enum": ["s", "m"]}
    schemas = {"Color": color, "Size": size, "Level": {"type": "integer", "enum": [1, 2]}}
    rate = {"type": "number", "enum": [0.5, 1]}
    result = read({**schemas, "Rate": rate, "A": model("x", x={"anyOf": choices})})
    found = result.fields("A")["x"]
    assert sorted(found.split(" | ")) == sorted(annotation.split(" | "))


def test_a_union_of_itself_is_what_else_it_is(read: Read) -> None:
    result = read(
        {"A": {"anyOf": [ref("M"), ref("A"), ref("N")]}, "M": model(), "N": model(x=TEXT)}
    )
    assert "A" not in result.type("A").split(" | ")


def test_keys_that_give_the_same_name_give_different_models(read: Read) -> None:
    result = read({key: model(x=TEXT) for key in ("foo.bar", "foo-bar", "FooBar", "foo bar")})
    assert len({model.name for model in result.models.values()}) == 4
    assert result.found("FooBar").source.pointer == "/components/schemas/FooBar"


def test_flaws_are_reported_and_the_rest_is_there(read: Read) -> None:
    result = read(
        {
            "A": model(gone=ref("Gone"), there=TEXT),
            "B": {"allOf": [ref("Gone"), model(x=TEXT)]},
            "C": {"oneOf": [ref("Gone"), ref("A")]},
            "D": {"properties": [], "required": "x", "type": "foo"},
            "E": {"$ref": 3},
        }
    )
    assert result.fields("A") == {"gone": "Any", "there": "str | None"}
    assert result.fields("B") == {"x": "str | None"}


SHOP: Schemas = {
    "Order": model(
        lines={"type": "array", "items": model(item=model(name=TEXT))}, state={"enum": ["a", "b"]}
    ),
    "order-line": model(x=model(y=TEXT)),
    "OrderState": {"enum": ["c", "d"]},
    "Customer": model(
        address=model(street=TEXT), best=ref("Order"), id={"type": "string", "readOnly": True}
    ),
    "Payment": {"oneOf": [model(card=TEXT), model(iban=TEXT)]},
    "Status": model(payment=ref("Payment"), line=ref("order-line/properties/x")),
}


def test_a_schema_or_an_operation_more_renames_no_model(read: Read) -> None:
    every = {key: body_and_answer(ref(key))["/x"]["post"] for key in SHOP}
    paths = {
        f"/{key}": {"post": {**operation, "operationId": f"send{key}"}}
        for key, operation in every.items()
    }

    def named(schemas: Schemas, paths: Schemas) -> dict[tuple[str, bool], str]:
        found = read(schemas, paths=paths).models.values()
        return {
            (item.source.pointer, item.name.endswith("Request")): str(item.name) for item in found
        }

    everything = named(SHOP, paths)
    chance = random.Random(7)
    for _ in range(12):
        fewer = dict(chance.sample(list(paths.items()), chance.randrange(len(paths))))
        assert named(SHOP, fewer).items() <= everything.items()
    for key in ("Customer", "Payment", "Status"):
        schemas = {name: schema for name, schema in SHOP.items() if name != key}
        assert named(schemas, {}).items() <= everything.items()


SPELLED = """
openapi: 3.1.0
info: {title: T, version: 1.10}
paths:
  /a:
    get:
      parameters: [{name: p, in: query, schema: {type: string, default: %s}}]
      responses: {204: {description: Done}}
components:
  schemas:
    M:
      type: object
      required: [%s]
      properties:
        %s: {type: string}
        const: {type: string, const: %s}
        only: {type: string, enum: [%s]}
        e: {type: [string, "null"], enum: [12, %s, other, null]}
"""


@pytest.mark.parametrize(
    "text",
    [
        *("no", "y", "on", "2024-01-01", "012", "0o12", "1e3", "1_000", "1.10", "00501", "0x1F"),
        *("1:30", ".inf", "=", "true", "True", "-0", "+1", ".5", "5."),
    ],
)
def test_what_yaml_takes_for_a_number_is_text_where_text_is_wanted(
    tmp_path: Path, text: str
) -> None:
    spec = tmp_path / "api.yaml"
    spec.write_text(SPELLED.replace("%s", text))
    lowered = lower(loading.read(spec), Configuration(spec=spec, root=tmp_path))
    result = Result(lowered)
    types = [field.type for field in result.found("M").fields]
    assert [str(type_.annotation) for type_ in types[1:3]] == [f'Literal["{text}"] | None'] * 2
    assert opened(result.found("M").fields[0].wire_name) == text
    assert "None" not in str(types[0].annotation)
    members = [each.value for each in result.found("ME").members]
    assert [opened(each) for each in members if isinstance(each, Text)] == ["12", text, "other"]
    (parameter,) = lowered.api.operations[0].parameters
    assert f"The service's default is `{text}`." in opened(parameter.documentation)


def test_an_object_beside_other_types_is_a_model_and_the_whole_a_type(read: Read) -> None:
    result = read(
        {
            "Flat": {"type": ["object", "string"], "properties": {"a": TEXT}},
            "Uses": model(flat=ref("Flat")),
            "Tree": {
                "type": ["array", "object", "null"],
                "properties": {"part": ref("Tree")},
                "items": ref("Tree"),
            },
        }
    )
    assert result.fields("Uses") == {"flat": "Flat | str | None"}
    assert result.fields("Tree") == {"part": "TreeValue | None"}
    assert result.type("TreeValue") == "list[TreeValue] | Tree | None"


def test_a_schema_that_adds_to_a_reference_is_met_wherever_it_is_referred_to(read: Read) -> None:
    schemas: Schemas = {
        "Pet": model(id=TEXT),
        "Owned": {**ref("Pet"), "properties": {"owner": TEXT}},
        "Chipped": {**ref("Owned"), "properties": {"chip": TEXT}},
        "Household": model(pet=ref("Owned"), either={"oneOf": [ref("Owned"), ref("Chipped")]}),
        "Whole": {"allOf": [ref("Chipped"), model(more=TEXT)]},
    }
    result = read(schemas)
    assert result.fields("Household") == {
        "pet": "Owned | None",
        "either": "Owned | Chipped | None",
    }
    bases = {name: list(map(str, result.found(name).bases)) for name in ("Chipped", "Whole")}
    assert bases == {"Chipped": ["Owned"], "Whole": ["Chipped"]}
    assert read(schemas, version="3.0.3").fields("Household")["pet"] == "Pet | None"


def test_what_is_valid_on_a_condition_is_a_field(read: Read) -> None:
    result = read(
        {
            "Address": {
                **model(country=TEXT, zip=TEXT),
                "if": {"properties": {"country": {"const": "US"}}},
                "then": {"required": ["zip"], **model(state=TEXT, zip={"minLength": 5})},
                "else": model(state=NUMBER, region=TEXT),
                "dependentSchemas": {"zip": model(district=ref("Address"))},
            }
        }
    )
    assert result.fields("Address") == {
        "country": "str | None",
        "zip": "str | None",
        "state": "str | int | None",
        "region": "str | None",
        "district": "Address | None",
    }


def test_a_component_that_is_another_object_has_a_class_that_a_discriminator_tells(
    read: Read,
) -> None:
    result = read(
        {
            "Event": {**model("type", type=TEXT), "discriminator": {"propertyName": "type"}},
            "Opened": {"allOf": [ref("Event")], "description": "It was opened."},
            "Closed": {"allOf": [ref("Event")]},
            "Holder": model(alias={"allOf": [ref("Opened")], "description": "The last one."}),
        }
    )
    assert [(str(tag.model), opened(tag.value)) for tag in result.found("Event").tags] == [
        ("Opened", "Opened"),
        ("Closed", "Closed"),
    ]
    assert result.fields("Holder") == {"alias": "Opened | None"}


def test_a_choice_between_single_values_is_an_enum_whose_titles_name_it(read: Read) -> None:
    result = read(
        {
            "Level": {
                "type": "integer",
                "oneOf": [
                    {"const": 1, "title": "Low", "description": "Not much."},
                    {"const": 2, "title": "High"},
                ],
            },
            "Uses": model(
                word={
                    "oneOf": [{"const": "a"}, {"type": "string", "enum": ["b"]}, {"type": "null"}]
                },
                level=ref("Level"),
                open={"anyOf": [{"const": "a"}, {"const": "b"}, {"type": "integer"}]},
                same={"oneOf": [{"const": "a"}, {"const": "a", "title": "A"}]},
            ),
        }
    )
    assert [str(member.name) for member in result.found("Level").members] == ["LOW", "HIGH"]
    assert [str(member.name) for member in result.found("UsesWord").members] == ["A", "B"]
    assert result.fields("Uses") == {
        "word": "Open[UsesWord] | None",
        "level": "OpenInt[Level] | None",
        "open": 'Literal["a"] | Literal["b"] | int | None',
        "same": 'Literal["a"] | None',
    }


def test_the_only_choice_that_needs_a_name_has_that_of_the_choice(read: Read) -> None:
    words = {"type": "string", "enum": ["a", "b"]}
    result = read(
        {
            "Kind": {"anyOf": [TEXT, words]},
            "Whole": {"oneOf": [model(part=ref("Whole"))]},
            "Tree": {"anyOf": [words, {"type": "array", "items": ref("Tree")}]},
            "Uses": model(size={"anyOf": [NUMBER, words]}, either={"anyOf": [model(a=TEXT), TEXT]}),
        }
    )
    assert result.fields("Whole") == {"part": "Whole | None"}
    assert result.found("Kind").kind == result.found("UsesSize").kind == "enum"
    assert result.type("Tree") == "Open[TreeVariant1] | list[Tree]"
    assert "UsesEitherVariant1" in result.models


def test_a_choice_of_null_by_reference_is_the_other_choice_or_none(read: Read) -> None:
    language, blank, nothing = ref("Language"), ref("Blank"), ref("Nothing")
    result = read(
        {
            "Language": {"type": "string", "enum": ["en", "es"]},
            "Blank": {"enum": [""]},
            "Nothing": {"enum": [None]},
            "Uses": model(
                "first",
                "second",
                "third",
                first={"nullable": True, "oneOf": [language, blank, nothing]},
                second={"oneOf": [language, nothing]},
                third=nothing,
                fourth={"anyOf": [ref("Uses"), nothing]},
            ),
        },
        version="3.0.3",
    )
    assert result.fields("Uses") == {
        "first": 'Known[Language] | Literal[""] | None',
        "second": "Open[Language] | None",
        "third": "None",
        "fourth": "Uses | None",
    }


def test_a_choice_that_is_only_nullable_is_null(read: Read) -> None:
    nothing = {"nullable": True, "description": "Or nothing."}
    uses = model(a={"oneOf": [ref("Uses"), nothing]}, b={"anyOf": [ref("Uses"), ref("Nothing")]})
    result = read({"Nothing": {"nullable": True, "not": {}}, "Uses": uses}, version="3.0.3")
    assert result.fields("Uses") == {"a": "Uses | None", "b": "Uses | None"}


def test_choices_without_a_type_are_of_the_type_that_all_of_them_have(read: Read) -> None:
    result = read(
        {
            "Uses": model(
                text={"type": "string", "oneOf": [{"format": "date"}, {"pattern": "^[a-z]"}]},
                listed={"type": "array", "items": NUMBER, "anyOf": [{"minItems": 1}, {}]},
            )
        }
    )
    assert result.fields("Uses") == {"text": "str | None", "listed": "list[int] | None"}


def test_true_and_false_are_no_enum_whose_members_are_both_true(read: Read) -> None:
    flag = {"type": "boolean", "enum": [True, False]}
    result = read(
        {
            "Uses": model(
                *"abc",
                a=flag,
                b={"enum": [False, True, None]},
                c={"oneOf": [{"const": True}, {"const": False}]},
            )
        }
    )
    assert result.fields("Uses") == {
        "a": "bool",
        "b": "bool | None",
        "c": "Literal[True] | Literal[False]",
    }


def test_one_part_without_a_type_leaves_the_type_that_stands_beside_it(read: Read) -> None:
    result = read(
        {
            "Uses": model(
                count={"type": "integer", "allOf": [{"minimum": 0}]},
                text={"type": "string", "allOf": [{"maxLength": 5}]},
                listed={"type": "array", "allOf": [{"items": NUMBER}]},
            )
        }
    )
    assert result.fields("Uses") == {
        "count": "int | None",
        "text": "str | None",
        "listed": "list[int] | None",
    }
