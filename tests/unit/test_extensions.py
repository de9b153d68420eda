"""What the extensions `x-paging` and `x-waiting` give, and what is told of those that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientsmith.api import Operation
from clientsmith.config import Configuration
from clientsmith.diagnostics import Diagnostic
from clientsmith.pipeline import validate
from clientsmith.text import Text, opened

from .lowering import DONE, described

THING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "at": {"type": ["string", "null"], "format": "date-time"},
        "state": {"enum": ["new", "done", "lost"]},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
COMPONENTS: dict[str, Any] = {
    "schemas": {
        "Thing": THING,
        "Base": {"type": "object", "properties": {"next": {"type": "string"}}},
        "Page": {
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {
                    "type": "object",
                    "properties": {
                        "data": {
                            "type": ["array", "null"],
                            "items": {"$ref": "#/components/schemas/Thing"},
                        },
                        "meta": {"type": "object", "additionalProperties": {"type": "integer"}},
                        "any": {},
                    },
                },
            ]
        },
        "Things": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
    }
}
PARAMETERS: list[dict[str, Any]] = [
    {"name": "after", "in": "query", "schema": {"type": "string"}},
    {"name": "page-number", "in": "query", "schema": {"type": "integer"}},
    {"name": "since", "in": "query", "schema": {"type": "string", "format": "date-time"}},
    {"name": "until", "in": "query", "schema": {"type": "string", "format": "date-time"}},
]


def gives(schema: Any) -> dict[str, Any]:
    return {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}


def lowered(
    folder: Path, extension: Any, schema: str = "Page", **operation: Any
) -> tuple[Operation, list[Diagnostic]]:
    """Return the operation with an extension, and what was found."""
    whole = {
        "operationId": "listThings",
        "parameters": PARAMETERS,
        "responses": gives({"$ref": f"#/components/schemas/{schema}"}),
        "x-paging": extension,
        **operation,
    }
    found = described(folder, {"/things": {"get": whole}}, components=COMPONENTS)
    return found.api.operations[0], found.diagnostics


def arguments(operation: Operation) -> dict[str, Any]:
    assert operation.paging is not None
    return {
        name: opened(value) if isinstance(value, Text) else value
        for name, value in operation.paging.arguments
    }


WINDOW = {"by": "window", "min": "since", "max": "until", "time": "/at", "id": "/id", "cap": 10}


@pytest.mark.parametrize(
    ("extension", "schema", "kind", "expected"),
    [
        (
            {"by": "cursor", "parameter": "after", "next": "/next", "items": "/data"},
            "Page",
            "CursorPaging",
            {"argument": "after", "next": "/next", "items": "/data"},
        ),
        (
            {"by": "cursor", "parameter": "after", "last": "/id"},
            "Things",
            "CursorPaging",
            {"argument": "after", "last": "/id"},
        ),
        (
            {"by": "page", "parameter": "page-number", "total": "/meta/total", "items": "/data"},
            "Page",
            "NumberPaging",
            {"argument": "page_number", "first": 1, "total": "/meta/total", "items": "/data"},
        ),
        (
            {"by": "offset", "parameter": "after", "more": "$response.header.X-More"},
            "Things",
            "NumberPaging",
            {
                "argument": "after",
                "counts_items": True,
                "first": 0,
                "more": "$response.header.X-More",
            },
        ),
        ({"by": "link"}, "Things", "LinkPaging", {}),
        (
            {"by": "next-url", "next": "$response.body#/next", "items": "$response.body#/data"},
            "Page",
            "LinkPaging",
            {"next": "/next", "items": "/data"},
        ),
        (
            {**WINDOW, "resolution": 0.25},
            "Things",
            "WindowPaging",
            {
                "min": "since",
                "max": "until",
                "time": "/at",
                "id": "/id",
                "cap": 10,
                "resolution": 250_000,
            },
        ),
    ],
)
def test_each_kind_of_paging(
    tmp_path: Path, extension: Any, schema: str, kind: str, expected: dict[str, Any]
) -> None:
    operation, found = lowered(tmp_path, extension, schema)
    assert found == []
    assert operation.paging is not None
    assert (operation.paging.kind, arguments(operation)) == (kind, expected)
    assert operation.paging.item.annotation == "models.Thing"
    assert operation.paging.method == "iter_things"


@pytest.mark.parametrize(
    ("schema", "items", "annotation"),
    [
        ({"type": "array", "items": {"type": "string"}}, None, "str"),
        ({"type": "array"}, None, "Any"),
        ({}, "/what/ever", "Any"),
        ({"$ref": "#/components/schemas/Page"}, "/any", "Any"),
        ({"type": "array", "items": THING}, None, "models.ListThingsResponseItem"),
        ({"anyOf": [{"$ref": "#/components/schemas/Things"}, {"type": "null"}]}, None, "models.Thing"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Page"}}, "/0/data", "models.Thing"),
    ],
)  # fmt: skip
def test_the_type_of_an_item(tmp_path: Path, schema: Any, items: Any, annotation: str) -> None:
    extension = {"by": "link", **({"items": items} if items else {})}
    operation, found = lowered(tmp_path, extension, responses=gives(schema))
    assert found == []
    assert operation.paging is not None
    assert operation.paging.item.annotation == annotation


CURSOR = {"by": "cursor", "parameter": "after", "next": "/next", "items": "/data"}


@pytest.mark.parametrize(
    ("extension", "place", "message"),
    [
        (None, "", "a mapping is expected"),
        ("cursor", "", "a mapping is expected"),
        ([CURSOR], "", "a mapping is expected"),
        ({}, "", "the key 'by' is missing"),
        ({"by": "magic"}, "/by", "'magic' is unknown"),
        ({"by": 7}, "/by", "a text is expected"),
        ({**CURSOR, "size": "n"}, "/size", "there is no key 'size' here"),
        ({**CURSOR, "parameter": "afer"}, "/parameter", "there is no parameter 'afer'"),
        ({**CURSOR, "parameter": "/from"}, "/parameter", "takes no body"),
        ({"by": "cursor", "parameter": "after", "items": "/data"}, "", "'next' and 'last'"),
        ({**CURSOR, "last": "/id"}, "", "'next' and 'last'"),
        ({**CURSOR, "next": "/nxt"}, "/next", "the document describes no 'nxt' there"),
        ({**CURSOR, "next": "next"}, "/next", "'next' is no place in the response"),
        ({**CURSOR, "next": "$response.header."}, "/next", "is no place"),
        ({**CURSOR, "next": "/next/deep"}, "/next", "describes no 'deep'"),
        ({**CURSOR, "items": "/dta"}, "/items", "describes no 'dta'"),
        ({**CURSOR, "items": "/next"}, "/items", "'/next' is no list"),
        ({**CURSOR, "items": "$response.header.X"}, "/items", "no header"),
        ({"by": "cursor", "parameter": "after", "next": "/next"}, "", "the answer is no list"),
        ({"by": "page", "items": "/data"}, "", "the key 'parameter' is missing"),
        ({"by": "page", "parameter": "after", "first": -1, "items": "/data"}, "/first", "from 0 on"),
        ({"by": "page", "parameter": "after", "first": "1", "items": "/data"}, "/first", "whole number"),
        ({"by": "page", "parameter": "after", "first": True, "items": "/data"}, "/first", "whole number"),
        ({"by": "next-url", "items": "/data"}, "", "the key 'next' is missing"),
        ({**WINDOW, "items": "/data", "min": "after"}, "/min", "'after' is no date-time"),
        ({**WINDOW, "items": "/data", "time": "/id"}, "/time", "'/id' is no date-time"),
        ({**WINDOW, "items": "/data", "id": "/identity"}, "/id", "describes no 'identity'"),
        ({**WINDOW, "items": "/data", "cap": 1}, "/cap", "from 2 on"),
        ({**WINDOW, "items": "/data", "cap": None}, "/cap", "whole number"),
        ({**WINDOW, "items": "/data", "resolution": 0}, "/resolution", "seconds"),
        ({key: value for key, value in WINDOW.items() if key != "cap"} | {"items": "/data"}, "", "'cap'"),
        ({key: value for key, value in WINDOW.items() if key != "id"} | {"items": "/data"}, "", "'id'"),
    ],
)  # fmt: skip
def test_paging_that_cannot_be_is_told_and_left_out(
    tmp_path: Path, extension: Any, place: str, message: str
) -> None:
    operation, found = lowered(tmp_path, extension)
    assert operation.paging is None
    (finding,) = found
    assert (finding.rule, finding.severity) == ("bad-extension", "warning")
    assert message in finding.message
    assert finding.message.startswith("x-paging: ")
    assert finding.location is not None
    assert finding.location.pointer == f"/paths/~1things/get/x-paging{place}"


def test_an_operation_without_json_has_no_pages(tmp_path: Path) -> None:
    operation, (finding,) = lowered(tmp_path, {"by": "link"}, responses=DONE)
    assert operation.paging is None
    assert "gives no JSON" in finding.message


def test_what_there_is_instead_is_told(tmp_path: Path) -> None:
    _, (finding,) = lowered(tmp_path, {**CURSOR, "items": "/dta"})
    assert finding.hint == "there is 'data', 'meta', 'any', 'next'"


def names(folder: Path, *ids: str) -> list[str | None]:
    paths = {
        f"/{number}": {
            "get": {"operationId": id_, "responses": gives({"type": "array"}), "x-paging": {"by": "link"}}
        }
        for number, id_ in enumerate(ids)
    }  # fmt: skip
    operations = described(folder, paths).api.operations
    return [each.paging.method if each.paging else None for each in operations]


def test_the_name_of_the_method_that_iterates(tmp_path: Path) -> None:
    ids = ["listThings", "things", "list", "getAllPets", "iterThings", "class"]
    assert names(tmp_path, *ids) == [
        "iter_things_items",
        "iter_things_items_2",
        "iter_list",
        "iter_get_all_pets",
        "iter_iter_things",
        "iter_class",
    ]


def waited(folder: Path, extension: Any, **more: Any) -> tuple[list[Operation], list[Diagnostic]]:
    paths: dict[str, Any] = {
        "/start": {"post": {"operationId": "start", "responses": DONE, "x-waiting": extension}},
        "/things/{id}": {
            "get": {
                "operationId": "getThing",
                "tags": ["other"],
                "responses": gives({"$ref": "#/components/schemas/Thing"}),
            }
        },
        "/find": {"post": {"operationId": "find", "requestBody": {"content": {"application/json": {}}},
                           "responses": gives({})}},
    }  # fmt: skip
    found = described(folder, {**paths, **more}, components=COMPONENTS)
    return [*found.api.operations], found.diagnostics


WAITING = {"operation": "getThing", "field": "/state", "finished": "done", "failed": ["lost"]}


def test_waiting_is_with_the_operation_that_is_asked(tmp_path: Path) -> None:
    operations, found = waited(tmp_path, {**WAITING, "name": "bigThing"})
    assert found == []
    by_name = {str(each.name): each for each in operations}
    (wait,) = by_name["get_thing"].waits
    assert (wait.method, wait.requested_by) == ("wait_for_big_thing", "start")
    assert by_name["start"].waits == ()
    operations, _ = waited(tmp_path, WAITING)
    assert [wait.method for each in operations for wait in each.waits] == ["wait_for_start"]


@pytest.mark.parametrize(
    ("extension", "place", "message"),
    [
        (True, "", "a mapping is expected"),
        ({**WAITING, "until": 1}, "/until", "there is no key 'until'"),
        ({**WAITING, "operation": "getThings"}, "/operation", "no operation with the operationId"),
        ({**WAITING, "operation": "find"}, "", "takes a body"),
        ({key: value for key, value in WAITING.items() if key != "operation"}, "", "gives no JSON"),
        ({key: value for key, value in WAITING.items() if key != "field"}, "", "'field' is missing"),
        ({key: value for key, value in WAITING.items() if key != "finished"}, "", "'finished' is missing"),
        ({**WAITING, "field": "/status"}, "/field", "describes no 'status'"),
        ({**WAITING, "field": "state"}, "/field", "no place in the response"),
        ({**WAITING, "finished": []}, "/finished", "texts, numbers or booleans"),
        ({**WAITING, "finished": [None]}, "/finished", "texts, numbers or booleans"),
        ({**WAITING, "finished": {"a": 1}}, "/finished", "texts, numbers or booleans"),
        ({**WAITING, "failed": ["lost", "done"]}, "/failed", "'done' is among the finished ones too"),
    ],
)  # fmt: skip
def test_waiting_that_cannot_be_is_told_and_left_out(
    tmp_path: Path, extension: Any, place: str, message: str
) -> None:
    operations, (finding,) = waited(tmp_path, extension)
    assert not any(each.waits for each in operations)
    assert message in finding.message
    assert finding.location is not None
    assert finding.location.pointer == f"/paths/~1start/post/x-waiting{place}"


def test_a_value_that_the_document_does_not_know_is_told_and_kept(tmp_path: Path) -> None:
    operations, (finding,) = waited(tmp_path, {**WAITING, "finished": ["done", "dnoe"]})
    assert any(each.waits for each in operations)
    assert "'dnoe' is a value of this field" in finding.message


def test_validate_tells_of_extensions_too(tmp_path: Path) -> None:
    lowered(tmp_path, {"by": "magic"})
    configuration = Configuration(spec=tmp_path / "document.json", root=tmp_path)
    assert [each.rule for each in validate(configuration)] == ["bad-extension"]


def test_an_operation_of_several_tags_has_them_with_each(tmp_path: Path) -> None:
    whole = {
        "get": {
            "operationId": "listThings",
            "tags": ["a", "b"],
            "responses": gives({"type": "array"}),
            "x-paging": {"by": "link"},
            "x-waiting": {"field": "/0", "finished": 1},
        }
    }
    found = described(tmp_path, {"/things": whole})
    for resource in found.api.resources:
        (operation,) = resource.operations
        assert operation.paging is not None
        assert operation.paging.method == "iter_things"
        assert [wait.method for wait in operation.waits] == ["wait_for_list_things"]
    assert len(found.api.resources) == 2


PART: dict[str, Any] = {
    "operation": "readText",
    "when": "/state",
    "is": "done",
    "arguments": {"thing": "/id"},
}
EXPORT: dict[str, Any] = {
    "x-paging": {"by": "link", "items": "/data"},
    "x-export": {"id": "/id", "parts": {"text": PART}},
}
READ_TEXT = {
    "operationId": "readText",
    "x-command": "text",
    "parameters": [
        {"name": "thing", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "account", "in": "path", "required": True, "schema": {"type": "string"}},
    ],
    "responses": DONE,
}


def commands(
    folder: Path, listing: dict[str, Any], reading: dict[str, Any] | None = None
) -> tuple[Any, list[str]]:
    """Return the client of a list and of an operation on an item, and what was found."""
    whole = {
        "operationId": "listThings",
        "parameters": [
            {"name": "account", "in": "path", "required": True, "schema": {"type": "string"}}
        ],
        "responses": gives({"$ref": "#/components/schemas/Page"}),
        **listing,
    }
    paths = {
        "/{account}/things": {"get": whole},
        "/{account}/things/{thing}": {"get": {**READ_TEXT, **(reading or {})}},
    }
    found = described(folder, paths, components=COMPONENTS)
    return found.api, [one.message for one in found.diagnostics]


def test_each_operation_is_a_command_that_the_document_may_name_otherwise(tmp_path: Path) -> None:
    api, found = commands(tmp_path, EXPORT)
    assert found == []
    assert [(one.name, one.method, one.items, one.alias) for one in api.commands] == [
        ("list-things", "list_things", "iter_things", None),
        ("read-text", "read_text", None, "text"),
    ]


def test_a_list_is_exported_with_what_other_operations_give(tmp_path: Path) -> None:
    api, _ = commands(tmp_path, EXPORT)
    (export,) = api.exporting
    assert (export.name, export.items, opened(export.id)) == ("export", "iter_things", "/id")
    assert export.fixed == ("account",)
    (part,) = export.parts
    assert (part.name, part.method) == ("text", "read_text")
    assert dict(part.arguments) == {"thing": Text("/id"), "account": "account"}
    assert (part.when, part.values) == (Text("/state"), (Text("done"),))


def parts(**changed: Any) -> dict[str, Any]:
    return {**EXPORT, "x-export": {"id": "/id", "parts": {"text": {**PART, **changed}}}}


@pytest.mark.parametrize(
    ("listing", "message"),
    [
        ({"x-export": {"id": "/id"}}, "x-export: the operation is no list"),
        ({**EXPORT, "x-export": {}}, "x-export: the key 'id' is missing"),
        ({**EXPORT, "x-export": {"id": "/no"}}, "x-export: id: the document describes no 'no'"),
        ({**EXPORT, "x-export": {"id": "/id", "part": {}}}, "x-export: there is no key 'part'"),
        (parts(operation="none"), "no operation with the operationId 'none'"),
        (parts(when="/no"), "when: the document describes no 'no'"),
        (parts(arguments={}), "nothing says what the parameter 'thing' is"),
        (parts(arguments={"other": "/id"}), "there is no key 'other' here"),
        (
            {**EXPORT, "x-export": {"id": "/id", "parts": {"metadata": {"operation": "readText"}}}},
            "this is what an item itself is called",
        ),
    ],
)
def test_an_export_that_cannot_be_made_is_told(
    tmp_path: Path, listing: dict[str, Any], message: str
) -> None:
    api, found = commands(tmp_path, listing)
    assert api.exporting == ()
    assert any(message in one for one in found), found


def test_a_name_that_another_command_has_is_told(tmp_path: Path) -> None:
    api, found = commands(tmp_path, EXPORT, {"x-command": "list things"})
    assert [one.alias for one in api.commands] == [None, None]
    assert found == ["x-command: another command is called 'list-things'"]


def test_an_export_leaves_its_name_to_an_operation(tmp_path: Path) -> None:
    changed = {"operationId": "export", "x-command": "save"}
    api, _ = commands(tmp_path, parts(operation="export"), changed)
    assert [one.name for one in api.commands] == ["list-things", "export"]
    assert [one.name for one in api.exporting] == ["export-list-things"]
