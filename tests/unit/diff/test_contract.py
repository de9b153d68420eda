"""What makes a difference for callers, and what is only another way to write the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientsmith.diff.changes import Change

from .cases import NUMBER, TEXT, model
from .documents import Json, calling, compared, described, receiving, sending


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def schemas(**named: Json) -> Json:
    return {"schemas": named}


ANIMAL = model("name", name=TEXT, age=NUMBER)
TREE: Json = {"type": "object", "properties": {"leaves": {"type": "array", "items": ref("Tree")}}}


DEFAULTS = {"a": {"default": "x"}, "b": {"default": "x"}}


FILE: Json = {"type": "string", "format": "binary"}
BYTES: Json = {"type": "string", "contentMediaType": "application/octet-stream"}


def uploading(media_type: str, schema: Json | None = None) -> Json:
    """Return a document with an operation that sends a body of a media type."""
    media = {} if schema is None else {"schema": schema}
    return calling(requestBody={"content": {media_type: media}})


def securing(name: str, scheme: str = "basic") -> Json:
    """Return a document with one operation and the scheme that it needs."""
    components = {"securitySchemes": {name: {"type": "http", "scheme": scheme}}}
    return {**calling(security=[{name: []}]), "components": components}


def answering(headers: Json) -> Json:
    """Return a document with the headers of a response."""
    return calling(responses={"200": {"description": "", "headers": headers}})


def told(folder: Path, old: Json, new: Json) -> list[tuple[str, str, str]]:
    """Return kind, rule and subject of each change, in their order."""
    return [(each.kind, each.rule, each.subject) for each in compared(folder, old, new)]


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
        (
            sending({"type": "integer", "maximum": 10}),
            sending({"type": "integer", "exclusiveMaximum": 11}),
        ),
        (securing("a"), securing("a", "BASIC")),
        (securing("a"), securing("b")),
        (
            described({}, servers=[{"url": "https://{a}.example", "variables": DEFAULTS}]),
            described({}, servers=[{"url": "https://{b}.example/", "variables": DEFAULTS}]),
        ),
        (answering({}), answering({"content-type": {"schema": TEXT}})),
        (
            calling(responses={"2xx": {"description": ""}}),
            calling(responses={"2XX": {"description": ""}}),
        ),
        (
            receiving({"type": "string", "format": "byte"}, openapi="3.0.3"),
            receiving({"type": "string", "contentEncoding": "base64"}),
        ),
        (
            receiving({"type": "string", "example": "a"}, openapi="3.0.3"),
            receiving({"type": "string", "examples": ["a"]}),
        ),
        (
            uploading("multipart/form-data", model(a=FILE)),
            uploading("multipart/form-data", model(a=BYTES)),
        ),
        (uploading("audio/wav", FILE), uploading("audio/wav")),
        (uploading("audio/wav", FILE), uploading("audio/wav", BYTES)),
        (
            calling(),
            calling(parameters=[{"name": "Accept", "in": "header", "schema": TEXT}]),
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


def test_a_change_of_a_shared_parameter_or_response_is_told_once(tmp_path: Path) -> None:
    def shared(limit: Json, bad: Json) -> Json:
        operation = {
            "parameters": [{"$ref": "#/components/parameters/Limit"}],
            "responses": {"400": {"$ref": "#/components/responses/Bad"}},
        }
        paths = {f"/{name}": {"get": {"operationId": name, **operation}} for name in "abc"}
        components = {"parameters": {"Limit": limit}, "responses": {"Bad": bad}}
        return described(paths, components=components)

    limit = {"name": "limit", "in": "query", "schema": NUMBER}
    bad = {"description": "", "headers": {"X-A": {"schema": TEXT}}}
    old = shared(limit, bad)
    (change,) = compared(tmp_path, old, shared({**limit, "required": True}, bad))
    assert (change.rule, change.subject) == ("parameter-required", "parameter limit")
    assert change.operations == ("a", "b", "c")
    (change,) = compared(tmp_path, old, shared({**limit, "schema": TEXT}, bad))
    assert (change.rule, change.subject) == ("type-changed", "parameter limit")
    gone, new = compared(tmp_path, old, shared({**limit, "name": "max"}, bad))
    assert (gone.subject, gone.operations) == ("parameter limit", ("a", "b", "c"))
    assert (new.subject, new.operations) == ("parameter max", ("a", "b", "c"))
    (change,) = compared(tmp_path, old, shared(limit, {"description": ""}))
    assert (change.rule, change.subject) == ("header-removed", "response 400 header X-A")
    assert change.operations == ("a", "b", "c")


def test_what_an_operation_has_of_its_own_is_told_for_itself(tmp_path: Path) -> None:
    def paths(*parameters: Json) -> Json:
        return described(
            {f"/{n}": {"get": {"operationId": n, "parameters": list(parameters)}} for n in "ab"}
        )

    new = paths({"name": "p", "in": "query", "schema": TEXT})
    assert told(tmp_path, paths(), new) == [
        ("compatible", "parameter-added", "a parameter p"),
        ("compatible", "parameter-added", "b parameter p"),
    ]


def test_security_of_the_whole_document_is_told_once(tmp_path: Path) -> None:
    paths: Json = {f"/{name}": {"get": {"operationId": name, "responses": {}}} for name in "ab"}
    components = securing("key")["components"]
    old = described(paths, components=components)
    new = described(paths, components=components, security=[{"key": []}])
    gone, added = compared(tmp_path, old, new)
    assert (gone.rule, gone.subject, gone.operations) == ("security-removed", "the API", ("a", "b"))
    assert (added.rule, added.operations) == ("security-added", ("a", "b"))


def test_a_value_of_another_type_is_one_change(tmp_path: Path) -> None:
    for place in (sending, receiving):
        (change,) = compared(tmp_path, place(TEXT), place(NUMBER))
        assert (change.rule, change.message) == ("type-changed", "is a whole number, and was text")


@pytest.mark.parametrize(
    ("before", "after", "sent", "received"),
    [
        ({"maximum": 10}, {"exclusiveMaximum": 10}, "breaking", "compatible"),
        ({"minimum": 1}, {"exclusiveMinimum": 0.5}, "compatible", "breaking"),
        ({}, {"multipleOf": 2}, "breaking", "compatible"),
        ({"multipleOf": 2}, {"multipleOf": 4}, "breaking", "compatible"),
        ({"multipleOf": 0.2}, {"multipleOf": 0.1}, "compatible", "breaking"),
        ({"multipleOf": 2}, {"multipleOf": 3}, "breaking", "breaking"),
    ],
)
def test_limits_of_one_side_are_one_limit(
    tmp_path: Path, before: Json, after: Json, sent: str, received: str
) -> None:
    for place, kind in ((sending, sent), (receiving, received)):
        old, new = (place({"type": "number", **limits}) for limits in (before, after))
        assert [change.kind for change in compared(tmp_path, old, new)] == [kind]


def test_unique_items_are_a_limit(tmp_path: Path) -> None:
    old, new = {"type": "array", "items": TEXT}, {
        "type": "array",
        "uniqueItems": True,
        "items": TEXT,
    }
    assert [change.kind for change in compared(tmp_path, receiving(old), receiving(new))] == [
        "compatible"
    ]
    assert [change.kind for change in compared(tmp_path, sending(old), sending(new))] == [
        "breaking"
    ]


def test_a_name_may_be_required_that_is_described_nowhere(tmp_path: Path) -> None:
    bare = {**model(a=TEXT), "required": ["b"]}
    (change,) = compared(tmp_path, sending(model(a=TEXT)), sending(bare))
    assert (change.kind, change.rule) == ("breaking", "property-required")
    assert change.subject == "call request.b"


def test_a_status_is_documented_by_its_range_or_the_default(tmp_path: Path) -> None:
    def answers(**schemas: Json) -> Json:
        return calling(
            responses={
                status.removeprefix("s"): {
                    "description": "",
                    "content": {"application/json": {"schema": schema}},
                }
                for status, schema in schemas.items()
            }
        )

    old = answers(s200=TEXT)
    assert told(tmp_path, old, answers(s2XX=TEXT)) == [
        ("breaking", "success-added", "call response 2XX")
    ]
    old = answers(s200=TEXT, s404=TEXT)
    assert told(tmp_path, old, answers(s200=TEXT, default=NUMBER)) == [
        ("breaking", "type-changed", "call response default"),
        ("compatible", "error-removed", "call response 404"),
        ("compatible", "error-added", "call response default"),
    ]


def test_servers_are_compared_with_their_variables(tmp_path: Path) -> None:
    def served(default: str, *values: str, **keys: str) -> Json:
        variables = {"r": {"default": default, "enum": list(values)}}
        server = {"url": "https://{r}.example", "variables": variables, **keys}
        return described({}, servers=[server])

    old = served("eu", "eu", "us")
    rules = {
        "server-removed": served("eu", "eu"),
        "server-added": served("eu", "eu", "us", "ap"),
        "server-changed": served("us", "eu", "us"),
        "description-changed": served("eu", "eu", "us", description="All of them."),
    }
    for rule, new in rules.items():
        assert [change.rule for change in compared(tmp_path, old, new)] == [rule]


def test_what_the_client_answers_to_a_webhook_is_sent(tmp_path: Path) -> None:
    def listening(schema: Json) -> Json:
        answer = {"description": "", "content": {"application/json": {"schema": schema}}}
        hook = {"operationId": "on", "responses": {"200": answer}}
        return described({}, webhooks={"w": {"post": hook}})

    old, new = listening(model(a=TEXT)), listening(model("a", a=TEXT))
    assert [change.kind for change in compared(tmp_path, old, new)] == ["breaking"]
    assert [change.kind for change in compared(tmp_path, new, old)] == ["compatible"]


def test_a_parameter_that_moves_is_compared_all_the_same(tmp_path: Path) -> None:
    def taking(**keys: Any) -> Json:
        return calling(parameters=[{"name": "X-Sort", "in": "query", **keys}])

    names: Json = {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}
    fewer: Json = {"type": "array", "items": {"type": "string", "enum": ["a"]}}
    changes = compared(
        tmp_path,
        taking(schema=names),
        taking(**{"in": "header", "required": True, "schema": fewer}),
    )
    assert [change.rule for change in changes] == [
        "parameter-moved",
        "parameter-required",
        "enum-value-removed",
    ]


def test_a_webhook_that_is_authenticated_breaks_nobody(tmp_path: Path) -> None:
    def hook(**keys: Any) -> Json:
        components = {"securitySchemes": {"key": {"type": "http", "scheme": "basic"}}}
        post = {"responses": {"200": {"description": ""}}, **keys}
        return described({}, webhooks={"w": {"post": post}}, components=components)

    bare, signed = hook(), hook(security=[{"key": []}])
    assert [change.kind for change in compared(tmp_path, bare, signed)] == ["compatible"]
    assert [change.kind for change in compared(tmp_path, signed, bare)] == [
        "breaking",
        "compatible",
    ]


@pytest.mark.parametrize("anything", [{}, True, {"description": "Anything."}])
def test_of_a_value_that_may_be_anything_nothing_is_told_besides(
    tmp_path: Path, anything: Any
) -> None:
    deep = {"type": "array", "items": model("a", a=model("b", b=TEXT))}
    (change,) = _but_descriptions(compared(tmp_path, sending(deep), sending(anything)))
    assert (change.rule, change.kind) == ("type-added", "compatible")
    (change,) = _but_descriptions(compared(tmp_path, receiving(anything), receiving(deep)))
    assert (change.rule, change.kind) == ("type-removed", "compatible")


def _but_descriptions(changes: tuple[Change, ...]) -> list[Change]:
    return [change for change in changes if change.rule != "description-changed"]


def test_changes_of_one_place_have_one_order(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(9)]
    old, new = receiving(model(a=TEXT, **dict.fromkeys(names, TEXT))), receiving(model(a=TEXT))
    assert [change.subject.rpartition(".")[2] for change in compared(tmp_path, old, new)] == names
