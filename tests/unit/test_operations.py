"""How operations, their arguments and their results are lowered: names, types, and what is left out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from clientsmith.api import Operation
from clientsmith.literal import literal
from clientsmith.text import opened

from .lowering import DONE, described, strings

JSON_PET: dict[str, Any] = {"content": {"application/json": {"schema": {"type": "string"}}}}


def only(folder: Path, operation: dict[str, Any], path: str = "/x", **keys: Any) -> Operation:
    """Return the only operation of a document."""
    whole = {"responses": DONE, **operation}
    (found,) = described(folder, {path: {"post": whole}}, **keys).api.operations
    return found


def test_an_operation_without_an_id_is_named_after_its_method_and_path(tmp_path: Path) -> None:
    lowered = described(tmp_path, {"/a/{b}": {"get": {"responses": DONE}}})
    assert [operation.name for operation in lowered.api.operations] == ["get_a_b"]


def test_another_operation_renames_none(tmp_path: Path) -> None:
    paths = {f"/{name}": {"get": {"responses": DONE}} for name in ("b", "c")}
    before = {op.path: op.name for op in described(tmp_path, paths).api.operations}
    more = {"/a": {"get": {"responses": DONE}}, **paths}
    after = {op.path: op.name for op in described(tmp_path, more).api.operations}
    assert before.items() <= after.items()


def test_ids_that_are_the_same_word_are_told_apart_by_method_and_path(tmp_path: Path) -> None:
    item = {
        "get": {"operationId": "doIt", "responses": DONE},
        "post": {"operationId": "do_it", "responses": DONE},
    }
    names = [op.name for op in described(tmp_path, {"/a": item}).api.operations]
    assert names == ["do_it", "do_it_post_a"]


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("class", "class_"),
        ("list", "list_"),
        ("models", "models_"),
        ("with_response", "with_response_"),
        ("2fa", "operation_2fa"),
        ("__init__", "init"),
        ("🐍", "snake"),
        ("os.system('x')", "os_system_x"),
    ],
)
def test_an_id_never_hides_what_the_class_needs(tmp_path: Path, identifier: str, name: str) -> None:
    assert only(tmp_path, {"operationId": identifier}).name == name


def test_tags_that_clash_have_resources_of_their_own(tmp_path: Path) -> None:
    tags = ["Pets", "pets", "async pets", "request", "close", "con", "", "models"]
    paths = {
        f"/{number}": {"get": {"tags": [tag], "responses": DONE}} for number, tag in enumerate(tags)
    }
    resources = described(tmp_path, paths).api.resources
    assert [resource.attribute for resource in resources] == [
        "pets",
        "pets_3be1d422",
        "async_pets",
        "request_",
        "close_",
        "con",
        "empty",
        "models",
    ]
    classes = [name for each in resources for name in (each.class_name, each.async_class_name)]
    assert len(set(classes)) == 2 * len(tags)
    assert len({each.module.casefold() for each in resources}) == len(tags)
    assert "con" not in {each.module for each in resources}


def test_an_operation_of_several_tags_is_a_method_of_each(tmp_path: Path) -> None:
    tagged = {"operationId": "both", "tags": ["one", "two", "one"], "responses": DONE}
    other = {"operationId": "both", "tags": ["two"], "responses": DONE}
    api = described(tmp_path, {"/a": {"get": tagged}, "/b": {"get": other}}).api
    names = {each.attribute: [op.name for op in each.operations] for each in api.resources}
    assert names == {"one": ["both"], "two": ["both", "both_get_b"]}
    assert [operation.name for operation in api.operations] == ["both", "both_get_b"]


def test_what_only_the_path_names_is_a_string(tmp_path: Path) -> None:
    (parameter,) = only(tmp_path, {}, path="/x/{petId}").parameters
    assert (parameter.argument, parameter.type.annotation) == ("pet_id", "str")


def test_what_the_query_of_a_path_names_is_the_declared_query_parameter(tmp_path: Path) -> None:
    query = {"name": "q", "in": "query", "schema": {"type": "string"}}
    found = only(tmp_path, {"parameters": [query]}, path="/x?q={q}&page={page}").parameters
    assert [(item.argument, item.location) for item in found] == [("page", "path"), ("q", "query")]


def test_what_the_path_does_not_name_is_left_out(tmp_path: Path) -> None:
    stray = {"name": "stray", "in": "path", "required": True, "schema": {"type": "string"}}
    assert only(tmp_path, {"parameters": [stray]}).parameters == ()


def test_required_ones_come_first(tmp_path: Path) -> None:
    parameters = [
        {"name": "a", "in": "query", "schema": {"type": "string"}},
        {"name": "b", "in": "query", "required": True, "schema": {"type": "string"}},
    ]
    operation = only(tmp_path, {"parameters": parameters})
    assert [each.argument for each in operation.parameters] == ["b", "a"]


@pytest.mark.parametrize("name", ["self", "options", "timeout", "base_url", "body"])
def test_names_that_the_method_has_taken(tmp_path: Path, name: str) -> None:
    parameter = {"name": name, "in": "query", "schema": {"type": "string"}}
    operation = only(tmp_path, {"parameters": [parameter], "requestBody": JSON_PET})
    assert operation.parameters[0].argument == f"{name}_"


@pytest.mark.parametrize("flaw", [{}, {"name": "a"}, {"in": "query"}, {"name": 1, "in": "no"}, 5])
def test_a_parameter_that_cannot_be_sent_is_left_out(tmp_path: Path, flaw: Any) -> None:
    assert only(tmp_path, {"parameters": [flaw]}).parameters == ()


def test_the_default_and_the_deprecation_are_told(tmp_path: Path) -> None:
    parameter = {
        "name": "size",
        "in": "query",
        "description": "How many",
        "deprecated": True,
        "schema": {"type": "integer", "default": 20},
    }
    (found,) = only(tmp_path, {"parameters": [parameter]}).parameters
    assert strings((found.documentation,)) == [
        "How many. The service's default is `20`. The API deprecates it."
    ]


def test_one_media_type_leaves_nothing_to_choose(tmp_path: Path) -> None:
    body = only(tmp_path, {"requestBody": JSON_PET}).body
    assert body is not None
    assert body.content_type is None
    assert body.overloads == ()


def test_types_that_tell_the_media_type_are_overloads(tmp_path: Path) -> None:
    content: dict[str, Any] = {**JSON_PET["content"], "image/png": {}}
    body = only(tmp_path, {"requestBody": {"content": content}}).body
    assert body is not None
    assert [(each.type.annotation, each.content_type.annotation) for each in body.overloads] == [
        ("str | None", 'Literal["application/json"] | None'),
        ("File", 'Literal["image/png"] | None'),
    ]


def test_the_same_inline_schema_is_one_model(tmp_path: Path) -> None:
    media = {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}
    content = {"application/json": media, "application/x-www-form-urlencoded": media}
    body = only(tmp_path, {"operationId": "go", "requestBody": {"content": content}}).body
    assert body is not None
    assert body.type.annotation == "models.GoRequest | Mapping[str, Any] | None"


@pytest.mark.parametrize("schema", [{"type": "string"}, {"type": ["array", "null"]}])
def test_a_form_without_fields_takes_any_and_is_told(tmp_path: Path, schema: Any) -> None:
    content = {"multipart/form-data": {"schema": schema}}
    lowered = described(tmp_path, {"/a": {"post": {"requestBody": {"content": content}}}})
    body = lowered.api.operations[0].body
    assert body is not None
    assert body.type.annotation == "Mapping[str, Any] | None"
    assert [finding.rule for finding in lowered.diagnostics] == ["form-schema"]


def test_text_that_is_called_a_file_may_be_given_as_text(tmp_path: Path) -> None:
    content = {"text/csv": {"schema": {"type": "string", "format": "binary"}}}
    body = only(tmp_path, {"requestBody": {"content": content, "required": True}}).body
    assert body is not None
    assert body.type.annotation == "str | File"


@pytest.mark.parametrize(
    ("content_type", "schema", "expected"),
    [
        ("application/json", {"type": "integer"}, "int"),
        ("application/hal+json", {"type": "integer"}, "int"),
        ("application/json", None, "Any"),
        ("application/json; charset=utf-8", {"type": "boolean"}, "bool"),
        ("text/plain", {"type": "string"}, "str"),
        ("text/plain", {"type": "integer"}, "int"),
        ("text/html", None, "str"),
        ("application/xml", {"type": "object", "properties": {"a": {}}}, "str"),
        ("application/xml", {"type": "integer"}, "str"),
        ("application/soap+xml", {"type": "string", "format": "byte"}, "str"),
        ("text/xml", {"type": "string", "format": "binary"}, "Download"),
        ("application/x-www-form-urlencoded", {"type": "object"}, "str"),
        ("application/octet-stream", None, "Download"),
        ("application/json", {"type": "string", "format": "binary"}, "Download"),
        ("application/json", {"type": "object", "format": "binary"}, "dict[str, Any]"),
        ("image/*", None, "Download"),
        ("multipart/mixed", None, "Download"),
        ("*/*", None, "Any"),
        ("*/*", {"type": "string"}, "str"),
        ("*/*", {"type": "integer"}, "int"),
        ("text/event-stream", None, "Stream[ServerSentEvent[str]]"),
        ("text/event-stream", {"type": "integer"}, "Stream[ServerSentEvent[int]]"),
        ("application/x-ndjson", {"type": "integer"}, "Stream[int]"),
        ("application/jsonl", {"type": "array", "items": {"type": "integer"}}, "Stream[int]"),
        ("application/json-seq", None, "Stream[Any]"),
    ],
)
def test_the_type_of_a_media_type(
    tmp_path: Path, content_type: str, schema: Any, expected: str
) -> None:
    media = {} if schema is None else {"schema": schema}
    responses = {"200": {"description": "", "content": {content_type: media}}}
    operation = only(tmp_path, {"responses": responses})
    assert operation.returns.annotation == expected
    asynchronous = expected.replace("Download", "AsyncDownload").replace(
        "Stream[", "AsyncStream[", 1
    )
    assert operation.async_returns.annotation == asynchronous


OBJECT: dict[str, Any] = {"schema": {"type": "object", "properties": {"a": {}}}}


@pytest.mark.parametrize(
    ("beside", "media", "expected", "requested"),
    [
        ("application/xml", OBJECT, "models.GoResponse", False),
        ("application/vnd.pet+xml", {}, "models.GoResponse", False),
        ("application/yaml", {}, "models.GoResponse", False),
        ("text/plain", OBJECT, "models.GoResponse", False),
        ("application/x-protobuf", OBJECT, "models.GoResponse", False),
        ("text/json", OBJECT, "models.GoResponse", True),
        ("text/csv", {"schema": {"type": "string"}}, "models.GoResponse | str", True),
        ("text/html", {}, "models.GoResponse | str", True),
        ("image/png", {}, "models.GoResponse | Download", True),
    ],
)
def test_another_form_of_what_comes_as_json_is_not_asked_for(
    tmp_path: Path, beside: str, media: Any, expected: str, requested: bool
) -> None:
    content = {"application/json": OBJECT, beside: media}
    responses = {"200": {"description": "", "content": content}}
    operation = only(tmp_path, {"operationId": "go", "responses": responses})
    assert operation.returns.annotation == expected
    asked = {opened(each.content_type): each.requested for each in operation.successes[0].content}
    assert asked == {beside: requested, "application/json": True}


def test_what_needs_no_name_leaves_it_to_the_first_that_does(tmp_path: Path) -> None:
    other: dict[str, Any] = {"schema": {"type": "object", "properties": {"b": {}}}}
    content: dict[str, Any] = {"image/png": {}, "text/csv": {"schema": {"type": "string"}}}
    jsons = {"application/json": OBJECT, "application/hal+json": other}
    responses: dict[str, Any] = {"200": {"description": "", "content": {**content, **jsons}}}
    operation = only(tmp_path, {"operationId": "go", "responses": responses})
    models = "models.GoResponse | models.GoResponseApplicationHalJson"
    assert operation.returns.annotation == f"Download | str | {models}"


def test_json_under_its_own_name_is_what_is_sent_first(tmp_path: Path) -> None:
    names = ("application/json-patch+json", "application/json", "text/json")
    content: dict[str, Any] = dict.fromkeys(names, OBJECT)
    body = only(tmp_path, {"requestBody": {"content": content}}).body
    assert body is not None
    first = ["application/json", "application/json-patch+json", "text/json"]
    assert strings(tuple(media.content_type for media in body.content)) == first
    other: dict[str, Any] = {"application/vnd.patch+json": JSON_PET["content"]["application/json"]}
    body = only(tmp_path, {"requestBody": {"content": {**other, names[1]: OBJECT}}}).body
    assert body is not None
    kept = ["application/vnd.patch+json", "application/json"]
    assert strings(tuple(media.content_type for media in body.content)) == kept


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["200"], "str"),
        (["2XX"], "str"),
        (["2xx"], "str"),
        (["default"], "str"),
        (["200", "default"], "str"),
        (["404", "default"], "str"),
        (["302"], "None"),
        (["404"], "None"),
        (["what"], "Any"),
        ([], "Any"),
    ],
)
def test_which_responses_are_results(tmp_path: Path, statuses: list[str], expected: str) -> None:
    responses = {status: {"description": "", **JSON_PET} for status in statuses}
    assert only(tmp_path, {"responses": responses}).returns.annotation == expected


def test_a_response_that_never_has_content_gives_none(tmp_path: Path) -> None:
    responses: dict[str, Any] = {
        "200": {"description": "", **JSON_PET},
        "204": {"description": "", **JSON_PET},
        "205": {"description": "", "content": {"image/png": {}}},
    }
    operation = only(tmp_path, {"responses": responses})
    assert (operation.returns.annotation, operation.streamed) == ("str | None", False)


def test_several_successes_are_a_union(tmp_path: Path) -> None:
    responses: dict[str, Any] = {
        "200": {"description": "", **JSON_PET},
        "201": {"description": "", "content": {"image/png": {}}},
        "204": {"description": ""},
    }
    operation = only(tmp_path, {"responses": responses})
    assert operation.returns.annotation == "str | Download | None"
    assert (operation.streamed, operation.download) == (True, False)


@pytest.mark.parametrize(
    ("value", "retry"), [("always", True), ("never", False), ("by-method", None)]
)
def test_what_may_be_repeated(tmp_path: Path, value: str, retry: bool | None) -> None:
    assert only(tmp_path, {"x-retry": value}).retry is retry


def test_an_operation_wins_over_its_path(tmp_path: Path) -> None:
    item = {"x-retry": "always", "get": {"x-retry": "never", "responses": DONE}}
    (operation,) = described(tmp_path, {"/a": item}).api.operations
    assert operation.retry is False


@pytest.mark.parametrize("value", ["sometimes", True, None, ["always"]])
def test_another_value_is_reported(tmp_path: Path, value: Any) -> None:
    lowered = described(tmp_path, {"/a": {"get": {"x-retry": value, "responses": DONE}}})
    assert lowered.api.operations[0].retry is None
    (finding,) = lowered.diagnostics
    assert (finding.rule, finding.severity) == ("bad-extension", "warning")
    assert finding.location is not None
    assert finding.location.pointer == "/paths/~1a/get/x-retry"


def test_those_of_the_document_are_not_repeated(tmp_path: Path) -> None:
    servers = [{"url": "https://a.test"}]
    assert only(tmp_path, {"servers": servers}, servers=servers).servers == ()


def test_a_server_that_begins_with_its_host_is_https(tmp_path: Path) -> None:
    (server,) = described(tmp_path, {}, servers=[{"url": "//a.test/v1"}]).api.servers
    assert opened(server.url) == "https://a.test/v1"


def test_several_have_names(tmp_path: Path) -> None:
    servers = [
        {"url": "https://a.test", "description": "Production"},
        {"url": "https://b.test/x", "description": "y" * 80},
        {"url": "/relative"},
        {"url": "https://b.test/z"},
    ]
    api = described(tmp_path, {}, servers=servers).api
    assert [each.name for each in api.servers] == [
        "production",
        "b_test",
        "default",
        "b_test_2",
    ]
    assert api.server_fields[0].name == "server"


def test_a_variable_never_takes_the_name_of_another_field(tmp_path: Path) -> None:
    servers = [{"url": "https://{timeout}.{token}.test/{str}"}]
    schemes = {"a": {"type": "http", "scheme": "bearer"}}
    api = described(tmp_path, {}, servers=servers, components={"securitySchemes": schemes}).api
    names = [each.name for each in api.server_fields]
    assert names == ["timeout_server", "token_server", "str_server"]


def test_time_grows_with_the_number_of_operations(tmp_path: Path) -> None:
    def seconds(count: int) -> float:
        paths = {
            f"/things/{number}": {
                "get": {
                    "operationId": f"getThing{number}",
                    "responses": {"200": {"description": "", **JSON_PET}},
                }
            }
            for number in range(count)
        }
        begun = time.perf_counter()
        assert len(described(tmp_path, paths).api.operations) == count
        return time.perf_counter() - begun

    seconds(10)
    assert seconds(3000) < 40 * seconds(300)


def test_an_operation_that_is_called_like_the_errors_leaves_them_their_name(tmp_path: Path) -> None:
    failing = {"operationId": "errors", "responses": {**DONE, "404": {"description": "None"}}}
    (resource,) = described(tmp_path, {"/x": {"get": failing}}).api.resources
    assert [operation.constant for operation in resource.operations] == ["_ERRORS"]
    assert [group.constant for group in resource.errors] == ["_ERRORS_2"]


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding"])
def test_a_header_parameter_that_the_client_sets_is_told(tmp_path: Path, name: str) -> None:
    odd = {"name": name, "in": "header", "required": True, "schema": {"type": "integer"}}
    found = described(tmp_path, {"/a": {"put": {"parameters": [odd], "responses": DONE}}})
    assert found.api.operations[0].parameters == ()
    assert [told.rule for told in found.diagnostics] == ["header-of-client"]


@pytest.mark.parametrize("name", ["Authorization", "ACCEPT", "content-type"])
def test_a_header_parameter_that_openapi_has_ignored_is_told(tmp_path: Path, name: str) -> None:
    odd = {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
    paths = {"/a": {"get": {"operationId": "get_a", "parameters": [odd], "responses": DONE}}}
    found = described(tmp_path, paths)
    assert found.api.operations[0].parameters == ()
    (told,) = found.diagnostics
    assert (told.rule, told.severity) == ("header-of-client", "note")
    assert "extra_headers" in (told.hint or "")


@pytest.mark.parametrize("name", ["header param", "", "é", "a:b", "a\nb"])
def test_a_header_parameter_that_no_header_can_have_is_left_out_and_told(
    tmp_path: Path, name: str
) -> None:
    parameters = [{"name": name, "in": "header", "schema": {"type": "string"}}]
    lowered = described(tmp_path, {"/x": {"get": {"parameters": parameters, "responses": DONE}}})
    (operation,) = lowered.api.operations
    (told,) = lowered.diagnostics
    assert operation.parameters == ()
    assert told.rule == "header-name"
    assert told.location is not None
    assert told.location.pointer == "/paths/~1x/get/parameters/0"


def test_the_headers_of_errors_are_described_too(tmp_path: Path) -> None:
    headers = {
        "x-limit": {"schema": {"type": "integer"}},
        "X-Json": {"content": {"application/json": {"schema": {"type": "boolean"}}}},
    }
    responses = {**DONE, "429": {"description": "Slow down", "headers": headers}}
    (resource,) = described(tmp_path, {"/x": {"get": {"responses": responses}}}).api.resources
    (group,) = resource.errors
    (shared,) = group.shared
    assert [str(header.type.annotation) for header in shared.headers] == ["int", "bool"]
    assert strings(tuple(header.name for header in shared.headers)) == ["x-limit", "X-Json"]


@pytest.mark.parametrize(
    ("schema", "sample"),
    [
        ({"type": "integer", "minimum": 5}, "5"),
        ({"type": "string", "format": "date-time"}, '"2024-01-31T12:30:00Z"'),
        ({"type": "string", "enum": ["b", "a"]}, '"b"'),
        ({"type": "array", "items": {"type": "boolean"}}, "[True]"),
        ({"type": "string", "minLength": 6}, '"some--"'),
        ({"type": "string", "example": "e"}, '"e"'),
        ({"type": "integer", "example": "19"}, "1"),
        ({"type": "integer", "examples": ["19", 20]}, "20"),
        ({"oneOf": [{"type": "number"}, {"type": "string"}]}, "1"),
        ({"$ref": "#/components/schemas/Node"}, '{"value": "value", "next": {}}'),
    ],
)
def test_an_argument_without_an_example_has_a_sample_of_its_schema(
    tmp_path: Path, schema: dict[str, Any], sample: str
) -> None:
    node = {"$ref": "#/components/schemas/Node"}
    recursive = {
        "required": ["value", "next"],
        "properties": {"value": {"type": "string"}, "next": node},
    }
    parameters = [{"name": "some", "in": "query", "required": True, "schema": schema}]
    components = {"schemas": {"Node": recursive}}
    operation = only(tmp_path, {"parameters": parameters}, components=components)
    shown = str(literal(operation.parameters[0].sample.value))
    if "Node" in str(schema):
        assert shown.startswith('{"value": "value", "next": {"value": ')
        assert shown.endswith("{}" + "}" * shown.count("next"))
    else:
        assert shown == sample


def test_a_parameter_with_several_media_types_is_sent_as_json(tmp_path: Path) -> None:
    content = {"application/xml": OBJECT, "application/json": OBJECT}
    parameter = {"name": "filter", "in": "query", "content": content}
    (found,) = only(tmp_path, {"parameters": [parameter]}).parameters
    assert found.content_type is not None
    assert opened(found.content_type) == "application/json"


@pytest.mark.parametrize(("value", "kind"), [(100, "int"), (True, "bool"), ("a", 'Literal["a"]')])
def test_a_header_of_one_value_is_read_as_its_type(
    tmp_path: Path, value: object, kind: str
) -> None:
    headers = {"X-Rate": {"schema": {"enum": [value]}}}
    operation = only(tmp_path, {"responses": {"204": {"description": "", "headers": headers}}})
    assert operation.successes[0].headers[0].type.annotation == kind


def test_the_sample_of_a_choice_with_a_discriminator_has_the_tag_of_its_first(
    tmp_path: Path,
) -> None:
    pet = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    choice = {
        "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog")],
        "discriminator": {"propertyName": "kind"},
    }
    body = only(
        tmp_path,
        {"requestBody": {"content": {"application/json": {"schema": choice}}}},
        components={"schemas": {"Cat": pet, "Dog": pet}},
    ).body
    assert body is not None
    sample = body.content[0].sample
    assert sample is not None
    assert str(literal(sample.value)) == '{"kind": "Cat"}'
