"""What the fake knows of JSON Schema, held against jsonschema-rs, and the values that it makes."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from bandwidth_recordings._runtime.testing.jsonkinds import is_array, is_object
from bandwidth_recordings._runtime.testing.samples import sample
from bandwidth_recordings._runtime.testing.schemas import Schemas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TABLE: dict[str, Any] = {
    "Cat": {
        "type": "object",
        "required": ["kind", "lives"],
        "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer", "maximum": 9}},
    },
    "Dog": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"const": "dog"}, "friends": {"items": {"$ref": "Pet"}}},
    },
    "Pet": {
        "anyOf": [{"$ref": "Cat"}, {"$ref": "Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/Cat", "dog": "#/Dog"}},
    },
    "Loop": {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "Loop"}}},
}
SCHEMAS = Schemas(TABLE)
DEFINITIONS: dict[str, Any] = {
    "Cat": TABLE["Cat"],
    "Dog": {
        **TABLE["Dog"],
        "properties": {"kind": {"const": "dog"}, "friends": {"items": {"$ref": "#/$defs/Pet"}}},
    },
    "Pet": {"anyOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]},
}

NAMES = st.sampled_from(["a", "b", "kind", "lives", "friends"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from([0.5, 2.0, -1.5])
    | st.sampled_from(["", "a", "ab", "cat", "dog", "2026-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
KEYWORDS: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
    "enum": st.lists(VALUES, min_size=1, max_size=3),
    "const": VALUES,
    "minimum": st.integers(-2, 5),
    "maximum": st.integers(-2, 5),
    "exclusiveMinimum": st.integers(-2, 5),
    "exclusiveMaximum": st.integers(-2, 5),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "minLength": st.integers(0, 2),
    "maxLength": st.integers(0, 2),
    "pattern": st.sampled_from(["^a", "b$", "c"]),
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "uniqueItems": st.booleans(),
    "required": st.lists(NAMES, max_size=2, unique=True),
    "minProperties": st.integers(0, 2),
    "maxProperties": st.integers(0, 2),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=1), max_size=2),
    "$ref": st.sampled_from(["Cat", "Dog", "Pet"]),
}
SUBSCHEMAS = ("items", "additionalProperties", "not", "propertyNames")


def schemas() -> st.SearchStrategy[Any]:
    plain = st.fixed_dictionaries({}, optional=KEYWORDS)
    return st.recursive(
        plain | st.booleans(),
        lambda inner: st.fixed_dictionaries(
            {},
            optional={
                "type": KEYWORDS["type"],
                **dict.fromkeys(SUBSCHEMAS, inner),
                "properties": st.dictionaries(NAMES, inner, max_size=2),
                "patternProperties": st.dictionaries(
                    st.sampled_from(["^a", "s$"]), inner, max_size=2
                ),
                "prefixItems": st.lists(inner, min_size=1, max_size=2),
                "allOf": st.lists(inner, min_size=1, max_size=2),
                "anyOf": st.lists(inner, min_size=1, max_size=2),
            },
        ),
        max_leaves=5,
    )


def elsewhere(schema: Any) -> Any:
    """Return a schema whose references are those of a document of JSON Schema."""
    if is_object(schema):
        return {
            key: f"#/$defs/{value}" if key == "$ref" else elsewhere(value)
            for key, value in schema.items()
        }
    return [elsewhere(each) for each in schema] if is_array(schema) else schema


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas(), VALUES)
def test_a_value_fits_where_it_fits_for_another_validator(schema: Any, value: Any) -> None:
    other = elsewhere(schema)
    whole = {**other, "$defs": DEFINITIONS} if is_object(other) else other
    expected = jsonschema_rs.validator_for(whole).is_valid(value)
    assert (not list(SCHEMAS.problems(schema, value, "request"))) == expected


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas())
def test_a_value_is_made_of_any_schema(schema: Any) -> None:
    sample(SCHEMAS, schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 5, "multipleOf": 3},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
        {"type": "string", "minLength": 9, "maxLength": 9},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "ipv6"},
        {"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True},
        {"$ref": "Pet"},
        {"type": "object", "additionalProperties": {"type": "boolean"}, "minProperties": 2},
        {"allOf": [{"required": ["a"]}, {"properties": {"a": {"enum": ["x", "y"]}}}]},
        {"type": ["null", "array"], "items": {"$ref": "Cat"}},
        {"oneOf": [{"type": "null"}, {"type": "boolean"}]},
    ],
)
def test_a_value_that_is_made_fits(schema: Any) -> None:
    assert list(SCHEMAS.problems(schema, sample(SCHEMAS, schema), "response")) == []


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf", "not"])
def test_a_schema_that_is_composed_of_itself_ends(keyword: str) -> None:
    itself: Any = {"$ref": "A"} if keyword == "not" else [{"$ref": "A"}, {"type": "string"}]
    schemas = Schemas({"A": {keyword: itself}})
    list(schemas.problems({"$ref": "A"}, 1, "request"))
    sample(schemas, {"$ref": "A"})


def test_a_schema_without_an_end_has_a_value() -> None:
    assert sample(SCHEMAS, {"$ref": "Loop"})["next"]["next"]


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("date-time", "2022-06-17T22:20:00.5+02:00", "2022-06-17T22:20:00"),
        ("date-time", "2016-12-31T23:59:60Z", "2022-13-17T22:20:00Z"),
        ("date", "2022-06-17", "2022-02-30"),
        ("time", "22:20:00Z", "half past ten"),
        ("duration", "PT13.67S", "13.67 s"),
        ("duration", "P1Y2M3W4DT5H", "P"),
        ("uuid", "04e88489-df02-4e34-a0ee-27a91849555f", "04e88489"),
        ("uri", "urn:isbn:1", "/here"),
        ("email", "a@b", "a"),
        ("ipv4", "127.0.0.1", "1.2.3"),
        ("int32", 2**31 - 1, 2**31),
        ("unknown", "anything", None),
    ],
)
def test_formats_are_checked(format_: str, good: object, bad: object) -> None:
    assert list(SCHEMAS.problems({"format": format_}, good, "request")) == []
    if bad is not None:
        assert list(SCHEMAS.problems({"format": format_}, bad, "request"))


def test_what_goes_the_other_way_is_not_required() -> None:
    schema = {
        "required": ["id", "secret"],
        "properties": {"id": {"readOnly": True}, "secret": {"writeOnly": True}},
    }
    assert [str(each) for each in SCHEMAS.problems(schema, {}, "request")] == [
        "secret: it is required"
    ]
    assert [str(each) for each in SCHEMAS.problems(schema, {}, "response")] == [
        "id: it is required"
    ]


def test_the_words_are_those_of_the_alternative_that_was_meant() -> None:
    value = {"kind": "dog", "friends": [{"kind": "cat", "lives": 10}]}
    assert [str(each) for each in SCHEMAS.problems({"$ref": "Pet"}, value, "request")] == [
        "friends.0.lives: 10 must be at most 9"
    ]


def test_openapi_30_says_null_and_excludes_bounds_in_its_own_way() -> None:
    schema = {"type": "integer", "nullable": True, "maximum": 9, "exclusiveMaximum": True}
    assert list(SCHEMAS.problems(schema, None, "request")) == []
    assert list(SCHEMAS.problems(schema, 9, "request"))
