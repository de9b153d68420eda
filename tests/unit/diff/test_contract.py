"""What makes a difference for callers, and what is only another way to write the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import NUMBER, TEXT, model
from .documents import Json, calling, compared, described, receiving, sending


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def schemas(**named: Json) -> Json:
    return {"schemas": named}


ANIMAL = model("name", name=TEXT, age=NUMBER)
TREE: Json = {"type": "object", "properties": {"leaves": {"type": "array", "items": ref("Tree")}}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (receiving(ANIMAL), receiving(ref("A"), components=schemas(A=ANIMAL))),
        (
            receiving(ref("A"), components=schemas(A=ANIMAL)),
            receiving(ref("B"), components=schemas(B=ANIMAL)),
        ),
        (
            receiving(ref("A"), components=schemas(A=ref("B"), B=ANIMAL)),
            receiving(ref("A"), components=schemas(A=ANIMAL)),
        ),
        (receiving({"allOf": [ANIMAL]}), receiving(ANIMAL)),
        (
            receiving({"allOf": [model("name", name=TEXT), model(age=NUMBER)]}),
            receiving(ANIMAL),
        ),
        (
            sending(
                {"allOf": [ref("A"), model(age=NUMBER)]},
                components=schemas(A=model("name", name=TEXT)),
            ),
            sending(ANIMAL),
        ),
        (
            receiving({"type": "string", "nullable": True}, openapi="3.0.3"),
            receiving({"type": ["string", "null"]}),
        ),
        (
            receiving(
                {"allOf": [ref("A")], "nullable": True},
                openapi="3.0.3",
                components=schemas(A=ANIMAL),
            ),
            receiving({"oneOf": [ref("A"), {"type": "null"}]}, components=schemas(A=ANIMAL)),
        ),
        (receiving({"anyOf": [TEXT, {"type": "null"}]}), receiving({"type": ["null", "string"]})),
        (receiving({"oneOf": [TEXT]}), receiving(TEXT)),
        (receiving({"oneOf": [TEXT, NUMBER]}), receiving({"type": ["integer", "string"]})),
        (receiving({"oneOf": [TEXT, NUMBER]}), receiving({"anyOf": [NUMBER, TEXT]})),
        (receiving({"enum": ["a", "b"]}), receiving({"type": "string", "enum": ["b", "a"]})),
        (receiving({"const": "a"}), receiving({"enum": ["a"]})),
        (receiving({"properties": {"a": TEXT}}), receiving(model(a=TEXT))),
        (
            sending({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, openapi="3.0.3"),
            sending({"type": "integer", "exclusiveMinimum": 0}),
        ),
        (sending({"type": "string", "minLength": 0}), sending(TEXT)),
        (sending({"type": "number", "maximum": 5}), sending({"type": "number", "maximum": 5.0})),
        (
            described({"/a/{id}": {"get": {"responses": {}}}}),
            described({"/a/{key}": {"get": {"responses": {}}}}),
        ),
        (
            calling(parameters=[{"name": "a", "in": "query", "schema": TEXT}]),
            calling(
                parameters=[
                    {"name": "a", "in": "query", "schema": TEXT, "style": "form", "explode": False}
                ]
            ),
        ),
        (
            calling(parameters=[{"name": "X-A", "in": "header", "schema": TEXT}]),
            calling(parameters=[{"name": "x-a", "in": "header", "schema": TEXT}]),
        ),
        (
            calling(requestBody={"content": {"application/JSON": {}}}),
            calling(requestBody={"content": {"application/json": {}}}),
        ),
        (
            receiving({"not": ref("A")}, components=schemas(A=ANIMAL)),
            receiving({"not": ANIMAL}),
        ),
        (
            receiving(ref("Tree"), components=schemas(Tree=TREE)),
            receiving(
                ref("Plant"),
                components=schemas(
                    Plant={
                        "type": "object",
                        "properties": {"leaves": {"type": "array", "items": ref("Plant")}},
                    }
                ),
            ),
        ),
    ],
)
def test_the_same_in_other_words_is_no_change(tmp_path: Path, old: Json, new: Json) -> None:
    assert compared(tmp_path, old, new) == ()
    assert compared(tmp_path, new, old) == ()


def test_a_change_of_a_shared_schema_is_told_once_with_all_that_use_it(tmp_path: Path) -> None:
    def paths(*names: str) -> Json:
        answer = {"description": "", "content": {"application/json": {"schema": ref("Tree")}}}
        return {
            f"/{name}": {"get": {"operationId": name, "responses": {"200": answer}}}
            for name in names
        }

    grown = {"type": "object", "properties": {**TREE["properties"], "age": NUMBER}}
    old = described(paths("a", "b", "c"), components=schemas(Tree=TREE))
    new = described(paths("a", "b", "c"), components=schemas(Tree=grown))
    (change,) = compared(tmp_path, old, new)
    assert (change.rule, change.subject) == ("property-added", "Tree.age")
    assert change.operations == ("a", "b", "c")


def test_a_schema_that_goes_both_ways_is_judged_both_ways(tmp_path: Path) -> None:
    def echo(schema: Json) -> Json:
        content = {"content": {"application/json": {"schema": ref("A")}}}
        responses = {"200": {"description": "", **content}}
        return calling(requestBody=content, responses=responses) | {"components": schemas(A=schema)}

    changes = compared(tmp_path, echo(model(a=TEXT)), echo(model("a", a=TEXT)))
    assert [(change.kind, change.direction) for change in changes] == [
        ("breaking", "sent"),
        ("compatible", "received"),
    ]


def test_a_read_only_property_is_not_sent_and_a_write_only_one_not_received(tmp_path: Path) -> None:
    plain, read, write = (
        model(a=TEXT),
        model(a={**TEXT, "readOnly": True}),
        model(a={**TEXT, "writeOnly": True}),
    )
    assert [change.rule for change in compared(tmp_path, sending(plain), sending(read))] == [
        "property-removed"
    ]
    assert compared(tmp_path, receiving(plain), receiving(read)) == ()
    assert compared(tmp_path, sending(plain), sending(write)) == ()
    assert [change.rule for change in compared(tmp_path, receiving(plain), receiving(write))] == [
        "property-removed"
    ]


def test_a_wider_number_is_no_other_type(tmp_path: Path) -> None:
    number = {"type": "number"}
    (widened,) = compared(tmp_path, receiving(NUMBER), receiving(number))
    assert (widened.rule, widened.kind, widened.message) == (
        "type-added",
        "breaking",
        "may be a number",
    )
    (narrowed,) = compared(tmp_path, receiving(number), receiving(NUMBER))
    assert (narrowed.rule, narrowed.kind) == ("type-removed", "compatible")


def test_every_change_has_its_place_in_both_documents(tmp_path: Path) -> None:
    old = sending(model(a={"type": "string", "maxLength": 9}))
    new = sending(model(a={"type": "string", "maxLength": 5}, b=TEXT))
    tightened, added = compared(tmp_path, old, new)
    for change, name, key in ((tightened, "old", '"maxLength"'), (tightened, "new", '"maxLength"')):
        place = change.old if name == "old" else change.new
        assert place is not None
        line = (tmp_path / f"{name}.json").read_text().splitlines()[place.line - 1]
        assert line[place.column - 1 :].startswith(key)
    assert added.new is not None
    assert added.old is not None
    assert added.old.pointer == "/paths/~1call/post/requestBody/content/application~1json/schema"
    assert added.new.pointer.endswith("/properties/b")


def test_renaming_an_operation_does_not_touch_the_wire(tmp_path: Path) -> None:
    (change,) = compared(tmp_path, calling(), calling(operationId="summon"))
    assert (change.rule, change.kind) == ("operation-id-changed", "documentation")


def test_more_scopes_close_a_way_in(tmp_path: Path) -> None:
    changes = compared(
        tmp_path, calling(security=[{"o": ["a"]}]), calling(security=[{"o": ["a", "b"]}])
    )
    assert [change.rule for change in changes] == ["security-removed", "security-added"]
    assert (
        compared(tmp_path, calling(security=[{"o": ["a", "b"]}]), calling(security=[{"o": ["a"]}]))[
            0
        ].kind
        == "compatible"
    )


@pytest.mark.parametrize("deep", [5, 300])
def test_schemas_that_are_nested_deep_are_compared(tmp_path: Path, deep: int) -> None:
    def nested(inner: Json) -> Json:
        components = {f"S{n}": model(x=ref(f"S{n + 1}")) for n in range(deep)}
        return receiving(ref("S0"), components=schemas(**components, **{f"S{deep}": inner}))

    (change,) = compared(tmp_path, nested(TEXT), nested({"type": "string", "enum": ["a"]}))
    assert change.rule == "enum-added"


def test_documents_with_flaws_are_compared(tmp_path: Path) -> None:
    bare: Json = {"openapi": "3.1.0"}
    odd = described({"/a": {"get": 5, "post": {"responses": [], "parameters": {"x": 1}}}}, info=3)
    dangling = receiving(ref("Nobody"))
    for one in (bare, odd, dangling):
        for other in (bare, odd, dangling):
            compared(tmp_path, one, other)


def test_what_a_path_item_says_of_its_operations_is_compared(tmp_path: Path) -> None:
    def at(server: str, retry: str) -> Json:
        call = {"operationId": "call", "responses": {"204": {"description": ""}}}
        item = {"servers": [{"url": server}], "x-retry": retry, "post": call}
        return described({"/call": item}, servers=[{"url": "https://all.example"}])

    found = compared(
        tmp_path, at("https://a.example", "always"), at("https://b.example", "by-method")
    )
    assert [(change.rule, change.kind) for change in found] == [
        ("server-removed", "breaking"),
        ("server-added", "compatible"),
        ("retry-changed", "compatible"),
    ]


def test_an_operation_that_gets_servers_of_its_own_leaves_those_of_the_api(tmp_path: Path) -> None:
    def served(**operation: Json | list[Json]) -> Json:
        call = {"operationId": "call", "responses": {"204": {"description": ""}}, **operation}
        return described({"/call": {"post": call}}, servers=[{"url": "https://all.example"}])

    found = compared(tmp_path, served(), served(servers=[{"url": "https://own.example"}]))
    assert [(change.rule, change.kind) for change in found] == [
        ("server-removed", "breaking"),
        ("server-added", "compatible"),
    ]
    assert compared(tmp_path, served(), served(servers=[{"url": "https://all.example"}])) == ()
