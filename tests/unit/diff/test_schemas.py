"""What a change of a schema is told as: of which schema, by which rule, judged how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientsmith.read.equality import without
from clientsmith.read.source import Value

from .cases import CAT, DOG, NUMBER, TEXT, model, told_apart
from .documents import Json, calling, compared, described, receiving, sending

Told = tuple[str, str, str]
"""The kind, the rule and the subject of a change."""


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def schemas(**named: Any) -> Json:
    return {"schemas": named}


def told(folder: Path, old: Json, new: Json) -> list[Told]:
    return [(each.kind, each.rule, each.subject) for each in compared(folder, old, new)]


def with_default(value: object) -> Json:
    return sending({"default": value})


FLAGS = [
    (with_default(1), with_default(True), "default-changed"),
    (with_default(False), with_default(0.0), "default-changed"),
    (with_default([1, {"a": 0}]), with_default([1, {"a": False}]), "default-changed"),
    (sending({"not": {"const": 1}}), sending({"not": {"const": True}}), "condition-changed"),
    (receiving({"examples": [1]}), receiving({"examples": [True]}), "description-changed"),
    (
        calling(**{"x-paging": {"size": 1}}),
        calling(**{"x-paging": {"size": True}}),
        "paging-changed",
    ),
    (
        sending(ref("A"), components=schemas(A=model(a={"default": 1}))),
        sending(ref("A"), components=schemas(A=model(a={"default": True}))),
        "default-changed",
    ),
]


@pytest.mark.parametrize(("old", "new", "rule"), FLAGS)
def test_true_is_not_one(tmp_path: Path, old: Json, new: Json, rule: str) -> None:
    assert [each.rule for each in compared(tmp_path, old, new)] == [rule]


def test_a_listed_one_is_not_true(tmp_path: Path) -> None:
    changes = compared(tmp_path, sending({"enum": [1, "a"]}), sending({"enum": [True, "a"]}))
    assert {(each.rule, each.message) for each in changes} >= {
        ("enum-value-removed", "cannot be 1 any more"),
        ("enum-value-added", "may be true"),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"default": 1}, {"default": 1.0}),
        ({"default": {"a": [1]}}, {"default": {"a": [1.0]}}),
        ({"enum": [1, 2]}, {"enum": [1.0, 2.0]}),
        ({"not": {"const": 2}}, {"not": {"const": 2.0}}),
    ],
)
def test_a_number_is_the_same_however_it_is_written(tmp_path: Path, old: Json, new: Json) -> None:
    assert compared(tmp_path, sending(old), sending(new)) == ()


def heir(**properties: Json) -> Json:
    return {"allOf": [ref("Pet"), model(**properties)]}


PET = model("k", k=TEXT)
ONE_OF_THREE = {"oneOf": [ref("Cat"), ref("Dog"), ref("Owl")]}


def test_what_is_composed_of_another_has_its_own_name(tmp_path: Path) -> None:
    old = receiving(ref("Cat"), components=schemas(Pet=PET, Cat=heir(c=TEXT)))
    new = receiving(ref("Cat"), components=schemas(Pet=PET, Cat=heir(c=TEXT, d=TEXT)))
    assert told(tmp_path, old, new) == [("compatible", "property-added", "Cat.d")]


def test_variants_of_one_base_are_told_apart_by_their_names(tmp_path: Path) -> None:
    old = schemas(Pet=PET, Cat=heir(c=TEXT), Dog=heir(d=TEXT), Owl=heir(o=TEXT))
    new = schemas(Pet=PET, Cat=heir(c=NUMBER), Dog=heir(d=TEXT), Owl=heir(o=NUMBER))
    assert told(
        tmp_path,
        receiving(ONE_OF_THREE, components=old),
        receiving(ONE_OF_THREE, components=new),
    ) == [("breaking", "type-changed", "Cat.c"), ("breaking", "type-changed", "Owl.o")]


def test_a_new_variant_is_told_of_the_union(tmp_path: Path) -> None:
    components = schemas(Pet=PET, Cat=heir(c=TEXT), Dog=heir(d=TEXT), Owl=heir(o=TEXT))
    old = receiving({"oneOf": [ref("Cat"), ref("Dog")]}, components=components)
    new = receiving(ONE_OF_THREE, components=components)
    [change] = compared(tmp_path, old, new)
    assert (change.subject, change.message) == ("call response 200", "may be 'Owl'")


def test_a_value_that_stands_for_an_heir_is_compared(tmp_path: Path) -> None:
    components = schemas(Pet=PET, Cat=heir(c=TEXT), Dog=heir(d=TEXT))
    old, new = (receiving(told_apart(value), components=components) for value in ("c", "k"))
    assert [each.rule for each in compared(tmp_path, old, new)] == [
        "discriminator-value-added",
        "discriminator-value-removed",
    ]


def parent(**mapping: str) -> Json:
    return {**PET, "discriminator": {"propertyName": "k", "mapping": mapping}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            schemas(Pet=parent(), Cat=heir(c=TEXT)),
            schemas(Pet=parent(), Cat=heir(c={**TEXT, "maxLength": 5})),
            [("breaking", "limit-tightened", "Cat.c")],
        ),
        (
            schemas(Pet=parent(), Cat=heir(c=TEXT), Lion={"allOf": [ref("Cat"), model(m=TEXT)]}),
            schemas(Pet=parent(), Cat=heir(c=TEXT), Lion={"allOf": [ref("Cat"), model(m=NUMBER)]}),
            [("breaking", "type-changed", "Lion.m")],
        ),
        (
            schemas(Pet=parent(c="Cat"), Cat=heir(c=TEXT)),
            schemas(Pet=parent(d="Cat"), Cat=heir(c=TEXT)),
            [
                ("breaking", "discriminator-value-removed", "Pet"),
                ("compatible", "discriminator-value-added", "Pet"),
            ],
        ),
        (
            schemas(Pet=PET, Cat=heir(c=TEXT)),
            schemas(Pet=parent(), Cat=heir(c=TEXT)),
            [("breaking", "discriminator-added", "Pet")],
        ),
        (
            schemas(Pet=parent(), Cat=heir(c=TEXT)),
            schemas(Pet=parent(), Cat=heir(c=TEXT), Dog=heir(d=TEXT)),
            [],
        ),
        (
            schemas(
                Pet={**PET, "required": ["k"], "discriminator": {"propertyName": "k"}},
                Cat=heir(c=TEXT),
            ),
            schemas(Pet={**parent(), "required": []}, Cat=heir(c=TEXT)),
            [("compatible", "property-optional", "Pet.k")],
        ),
    ],
)
def test_what_a_discriminator_tells_apart_by_inheritance_is_compared(
    tmp_path: Path, old: Json, new: Json, expected: list[Told]
) -> None:
    before, after = (sending(ref("Pet"), components=each) for each in (old, new))
    assert told(tmp_path, before, after) == expected


LISTED = {"oneOf": [{"const": "a", "title": "A"}, {"const": "b", "description": "bee"}]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "enum": ["a", "b"]}, LISTED),
        ({"type": "string", "enum": ["a", "b"]}, {"type": "string", **LISTED}),
        (
            {"type": ["string", "null"], "enum": ["a", "b", None]},
            {"oneOf": [*LISTED["oneOf"], {"type": "null"}]},
        ),
        ({"enum": ["b", "a"]}, {"anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]}),
        (
            {"type": "array", "items": TEXT},
            {"type": "array", "items": TEXT, "unevaluatedItems": True},
        ),
        ({"$dynamicRef": "#cat"}, ref("Tom")),
    ],
)
def test_the_same_in_other_words_is_no_change(tmp_path: Path, old: Json, new: Json) -> None:
    components = schemas(Tom={**CAT, "$dynamicAnchor": "cat"})
    for place in (sending, receiving):
        documents = (place(each, components=components) for each in (old, new))
        assert compared(tmp_path, *documents) == ()


def pair(*items: Any, **keywords: Any) -> Json:
    return {"type": "array", "prefixItems": list(items), **keywords}


@pytest.mark.parametrize(
    ("old", "new", "rule", "sent", "received"),
    [
        ({"type": "string", **LISTED}, {"const": "a"}, "enum-value-removed", "breaking", "compatible"),
        (LISTED, {"enum": ["a", "b", "c"]}, "enum-value-added", "compatible", "compatible"),
        (
            LISTED,
            {"oneOf": [LISTED["oneOf"][0], {"const": "b", "description": "another"}]},
            "description-changed",
            "documentation",
            "documentation",
        ),
        (pair(TEXT), pair(TEXT, items=False), "condition-added", "breaking", "compatible"),
        (pair(TEXT, items=False), pair(TEXT), "condition-removed", "compatible", "breaking"),
        (pair(TEXT), pair(TEXT, unevaluatedItems=False), "condition-added", "breaking", "compatible"),
        (
            model(a=TEXT),
            {**model(a=TEXT), "unevaluatedProperties": TEXT},
            "condition-added",
            "breaking",
            "compatible",
        ),
        (model(a=TEXT), {"type": "object", "properties": {"a": False}}, "property-removed", "breaking", "breaking"),
        (model(a=TEXT), {**model(a=TEXT), "anyOf": [{"required": ["a"]}]}, "condition-added", "breaking", "compatible"),
        ({**model(a=TEXT), "anyOf": [{"required": ["a"]}]}, model(a=TEXT), "condition-removed", "compatible", "breaking"),
        (
            {**TEXT, "contentMediaType": "application/json", "contentSchema": TEXT},
            {**TEXT, "contentMediaType": "application/json", "contentSchema": NUMBER},
            "condition-changed",
            "breaking",
            "breaking",
        ),
    ],
)  # fmt: skip
def test_a_keyword_is_judged_by_who_sends(
    tmp_path: Path, old: Json, new: Json, rule: str, sent: str, received: str
) -> None:
    for place, kind in ((sending, sent), (receiving, received)):
        changes = compared(tmp_path, place(old), place(new))
        assert [(each.rule, each.kind) for each in changes] == [(rule, kind)]


def test_the_variant_for_any_other_value_is_compared(tmp_path: Path) -> None:
    components = schemas(Cat=CAT, Dog=DOG)
    old = told_apart()
    new = {**old, "discriminator": {**old["discriminator"], "defaultMapping": "Cat"}}
    documents = [receiving(each, components=components, openapi="3.2.0") for each in (old, new)]
    [change] = compared(tmp_path, *documents)
    assert (change.kind, change.message) == ("breaking", "is 'Cat' for any other k too")
    [change] = compared(tmp_path, *documents[::-1])
    assert (change.kind, change.message) == ("compatible", "is 'Cat' for any other k no more")


def parameter(**keys: Any) -> Json:
    return calling(parameters=[{"name": "a", "in": "query", "schema": TEXT, **keys}])


def answering(header: Json) -> Json:
    return calling(responses={"200": {"description": "", "headers": {"X": header}}})


def uploading(media_type: Json) -> Json:
    return calling(requestBody={"content": {"multipart/mixed": media_type}})


def scheme(**keys: Any) -> Json:
    components = {"securitySchemes": {"s": {"type": "http", "scheme": "bearer", **keys}}}
    return described({}, components=components)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            calling(parameters=[{"name": "a", "in": "path", "schema": TEXT, "required": True}]),
            calling(parameters=[{"name": "a", "in": "path", "schema": TEXT}]),
            [],
        ),
        (
            parameter(),
            parameter(allowEmptyValue=True),
            [("compatible", "limit-loosened", "call parameter a")],
        ),
        (
            parameter(allowEmptyValue=True),
            parameter(),
            [("breaking", "limit-tightened", "call parameter a")],
        ),
        (
            parameter(**{"in": "cookie"}),
            parameter(**{"in": "cookie", "style": "cookie"}),
            [("breaking", "serialization-changed", "call parameter a")],
        ),
        (
            calling(requestBody={"content": {"application/json": {}}}),
            calling(requestBody={"content": {'application/json; charset="UTF-8"': {}}}),
            [],
        ),
        (
            calling(requestBody={"content": {"text/plain": {}}}),
            calling(requestBody={"content": {"text/plain;charset=latin-1": {}}}),
            [
                ("breaking", "media-type-removed", "call request"),
                ("compatible", "media-type-added", "call request"),
            ],
        ),
        (calling(), {**calling(), "servers": [{"url": "/"}]}, []),
        (
            answering({"schema": {"type": "object"}}),
            answering({"schema": {"type": "object"}, "explode": True}),
            [("breaking", "serialization-changed", "call response 200 header X")],
        ),
        (
            answering({"schema": {"type": "array", "items": TEXT}}),
            answering({"schema": {"type": "array", "items": TEXT}, "explode": True}),
            [],
        ),
        (
            answering({"content": {"text/plain": {"schema": TEXT}}}),
            answering({"content": {"text/plain": {"schema": NUMBER}}}),
            [("breaking", "type-changed", "call response 200 header X")],
        ),
        (
            uploading({"encoding": {"a": {"contentType": "text/plain"}}}),
            uploading(
                {
                    "encoding": {
                        "a": {"contentType": "text/plain", "headers": {"X": {"schema": TEXT}}}
                    }
                }
            ),
            [("breaking", "serialization-changed", "call request")],
        ),
        (
            uploading({}),
            uploading({"itemEncoding": {"contentType": "image/png"}}),
            [("breaking", "serialization-changed", "call request")],
        ),
        (
            {**calling(), "servers": [{"url": "https://a.example"}]},
            {**calling(), "servers": [{"url": "https://a.example", "name": "a"}]},
            [("documentation", "description-changed", "the API")],
        ),
        (
            scheme(),
            scheme(bearerFormat="JWT"),
            [("documentation", "description-changed", "security scheme s")],
        ),
        (
            scheme(),
            scheme(deprecated=True),
            [("compatible", "deprecated", "security scheme s")],
        ),
    ],
)
def test_what_stands_around_a_schema_is_compared(
    tmp_path: Path, old: Json, new: Json, expected: list[Told]
) -> None:
    assert told(tmp_path, old, new) == expected


def test_listed_values_are_compared_in_time_linear_in_their_number() -> None:
    values: list[Value] = [*range(100_000), *map(str, range(100_000)), True, [1], {"a": 1}]
    assert without(values, values[::-1]) == []
    assert without([1, 1.0, True, 2, [True], "x"], [True, 2.0, [1]]) == [1, 1.0, [True], "x"]
