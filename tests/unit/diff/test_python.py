"""What changes for the code that uses a package."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from clientsmith import pipeline
from clientsmith.config import Configuration
from clientsmith.diff.annotations import relation
from clientsmith.diff.changes import Change
from clientsmith.diff.package import Package
from clientsmith.diff.rules import PYTHON

from .cases import NUMBER, TEXT, model, parameter
from .documents import Json, calling, described, receiving, sending

Compare = Callable[[Json, Json], tuple[Change, ...]]


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def echoing(schema: Json, name: str = "Animal") -> Json:
    """Return a document that sends and receives a model."""
    content = {"content": {"application/json": {"schema": ref(name)}}}
    responses = {"200": {"description": "", **content}}
    components = {"components": {"schemas": {name: schema}}}
    return calling(requestBody={"required": True, **content}, responses=responses) | components


def getting(schema: Json) -> Json:
    """Return a document that receives a model."""
    return receiving(ref("Animal"), components={"schemas": {"Animal": schema}})


ENUM = {"type": "string", "enum": ["a", "b"]}

CASES: dict[str, tuple[Json, Json, str]] = {
    "python-added": (getting(model(a=TEXT)), getting(model(a=TEXT, b=TEXT)), "models.Animal.b"),
    "python-removed": (getting(model(a=TEXT, b=TEXT)), getting(model(a=TEXT)), "models.Animal.b"),
    "python-renamed": (calling(), calling(operationId="summon"), "DefaultApi.call"),
    "python-changed": (getting(ENUM), getting(model(a=TEXT)), "models.Animal"),
    "python-parameter-added": (calling(), parameter(), "DefaultApi.call(p)"),
    "python-parameter-added-required": (calling(), parameter(required=True), "DefaultApi.call(p)"),
    "python-parameter-removed": (parameter(), calling(), "DefaultApi.call(p)"),
    "python-parameter-required": (parameter(), parameter(required=True), "DefaultApi.call(p)"),
    "python-parameter-moved": (
        calling(
            parameters=[{"name": n, "in": "query", "required": True, "schema": TEXT} for n in "ab"]
        ),
        calling(
            parameters=[{"name": n, "in": "query", "required": True, "schema": TEXT} for n in "ba"]
        ),
        "DefaultApi.call(a)",
    ),
    "python-parameter-changed": (parameter(required=True), parameter(), "DefaultApi.call(p)"),
    "python-type-widened": (
        parameter(schema=TEXT),
        parameter(schema={"type": ["string", "integer"]}),
        "DefaultApi.call(p)",
    ),
    "python-type-narrowed": (
        parameter(schema={"type": ["string", "integer"]}),
        parameter(schema=TEXT),
        "DefaultApi.call(p)",
    ),
    "python-type-changed": (parameter(schema=TEXT), parameter(schema=NUMBER), "DefaultApi.call(p)"),
    "python-type-opened": (
        getting(model(a={"const": "x"})),
        getting(model(a={"enum": ["x", "y"]})),
        "models.Animal.a",
    ),
    "python-attribute-required": (
        echoing(model(a=TEXT)),
        echoing(model("b", a=TEXT, b=TEXT)),
        "models.Animal.b",
    ),
}


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    def compare_documents(old: Json, new: Json) -> tuple[Change, ...]:
        for name, content in (("old", old), ("new", new)):
            (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

        def load(spec: str | None) -> Configuration:
            return Configuration(spec=tmp_path / (spec or "new.json"), root=tmp_path, package="zoo")

        found = pipeline.diff("old.json", "new.json", load, tmp_path).changes
        return tuple(change for change in found if change.level == "python")

    return compare_documents


@pytest.mark.parametrize("rule", [rule.name for rule in PYTHON])
def test_a_rule_of_the_table(compare: Compare, rule: str) -> None:
    old, new, subject = CASES[rule]
    (row,) = (each for each in PYTHON if each.name == rule)
    found = {(change.rule, change.subject): change for change in compare(old, new)}
    assert (rule, subject) in found
    assert found[rule, subject].kind == row.sent
    place = found[rule, subject].new
    assert place is not None
    assert re.fullmatch(r".*new\.json:1:\d+", str(place))


def test_what_is_only_received_may_be_promised_more_narrowly(compare: Compare) -> None:
    changes = compare(getting(model(a=TEXT)), getting(model("a", a=TEXT)))
    assert [(change.rule, change.kind) for change in changes] == [
        ("python-type-narrowed", "compatible")
    ]
    changes = compare(getting(model("a", a=TEXT)), getting(model(a=TEXT)))
    assert [(change.rule, change.kind) for change in changes] == [
        ("python-type-widened", "breaking")
    ]


def test_a_renamed_model_is_told_once_and_not_wherever_it_is_used(compare: Compare) -> None:
    changes = compare(echoing(model(a=TEXT)), echoing(model(a=TEXT), "Beast"))
    assert [(change.rule, change.subject, change.message) for change in changes] == [
        ("python-renamed", "models.Animal", "is called models.Beast")
    ]


def test_a_method_in_one_more_class_breaks_nobody(compare: Compare) -> None:
    changes = compare(calling(tags=["A"]), calling(tags=["A", "B"]))
    assert {change.subject for change in changes} == {"Client.b", "BApi"}
    assert {change.rule for change in changes} == {"python-added"}


def test_a_credential_need_not_be_given(compare: Compare) -> None:
    key = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    secured = {**calling(security=[{"key": []}, {}]), "components": {"securitySchemes": key}}
    changes = compare(calling(), secured)
    assert "ClientOptions.api_key" in {change.subject for change in changes}
    assert {change.kind for change in changes} == {"compatible"}


def test_an_api_that_needs_no_credential_any_more_breaks_nobody(compare: Compare) -> None:
    key = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    bare: Json = {**calling(), "components": {"securitySchemes": key}, "security": []}
    assert compare({**bare, "security": [{"key": []}]}, bare) == ()


def test_what_the_client_is_told_has_its_place_in_the_document(
    compare: Compare, tmp_path: Path
) -> None:
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    server = {"url": "https://{place}.example", "variables": {"place": {"default": "a"}}}
    new: Json = {**calling(tags=["A"]), "components": {"securitySchemes": {"key": scheme}}}
    changes = compare(calling(), {**new, "servers": [server]})
    text = (tmp_path / "new.json").read_text(encoding="utf-8")
    begun = {
        change.subject: text[change.new.column - 1 :]
        for change in changes
        if change.new is not None and change.rule == "python-added"
    }
    for holder in ("Configuration", "ClientOptions"):
        assert begun[f"{holder}.api_key"].startswith('{"type": "apiKey"')
        assert begun[f"{holder}.place"].startswith('{"url"')
    assert begun["Client.a"].startswith('{"operationId"')


def test_an_attribute_that_has_to_be_given_is_told_once(compare: Compare) -> None:
    for old, new in (
        (model(a=TEXT), model("a", a=TEXT)),
        (model(b=TEXT), model("a", a=TEXT, b=TEXT)),
    ):
        changes = [change.rule for change in compare(echoing(old), echoing(new))]
        assert changes == ["python-attribute-required"]


def test_an_argument_is_told_once_for_all_methods_that_share_it(compare: Compare) -> None:
    def listing(schema: Json) -> Json:
        limit = {"name": "limit", "in": "query", "schema": schema}
        operation: Json = {"parameters": [{"$ref": "#/components/parameters/L"}], "responses": {}}
        paths = {f"/{n}": {"get": {"operationId": n, **operation}} for n in ("first", "second")}
        return described(paths, components={"parameters": {"L": limit}})

    (change,) = compare(listing(TEXT), listing(NUMBER))
    assert (change.rule, change.subject) == ("python-type-changed", "the argument limit")
    assert change.operations == ("DefaultApi.first", "DefaultApi.second")


def test_a_module_that_goes_is_told_by_what_was_in_it(compare: Compare) -> None:
    hook = {"post": {"requestBody": {"content": {"application/json": {"schema": TEXT}}}}}
    old = {**calling(), "webhooks": {"ping": {"post": {**hook["post"], "responses": {}}}}}
    assert "webhooks.parse_ping" in {change.subject for change in compare(old, calling())}


def test_what_a_class_inherits_is_compared_where_the_class_itself_is_as_it_was(
    compare: Compare,
) -> None:
    def zoo(**fields: Json) -> Json:
        dog = {"allOf": [ref("Animal"), {"properties": {"name": TEXT}}]}
        document = getting(ref("Dog"))
        schemas = {"Animal": model(**fields), "Dog": dog}
        return {**document, "components": {"schemas": schemas}}

    changes = compare(zoo(age=NUMBER, legs=NUMBER), zoo(age=NUMBER))
    gone = {change.subject for change in changes if change.rule == "python-removed"}
    assert gone == {"models.Animal.legs", "models.Dog.legs"}


def test_a_package_that_offers_the_same_is_not_read(
    compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(package: Package, folder: Path, leave_out: frozenset[str]) -> None:
        pytest.fail(f"{package.name} is read, without {leave_out}, in {folder}")

    monkeypatch.setattr("clientsmith.diff.python.load", load)
    assert compare(calling(), calling(**{"x-owner": "us"})) == ()


def test_what_a_name_of_a_union_stands_for_is_compared(compare: Compare) -> None:
    def union(*names: str) -> Json:
        kinds = {n: model("k", k=TEXT, **{n.lower(): TEXT}) for n in ("A", "B", "C")}
        pet = {"oneOf": [ref(name) for name in names], "discriminator": {"propertyName": "k"}}
        return receiving(ref("Pet"), components={"schemas": {**kinds, "Pet": pet}})

    changes = compare(union("A", "B"), union("A", "B", "C"))
    assert [(change.rule, change.subject) for change in changes] == [
        ("python-type-widened", "models.Pet")
    ]


def test_a_file_of_a_form_is_one_in_the_words_of_either_version(compare: Compare) -> None:
    def uploading(version: str, **file: str) -> Json:
        content = {"multipart/form-data": {"schema": model(a={"type": "string", **file})}}
        return {**calling(requestBody={"content": content}), "openapi": version}

    old = uploading("3.0.3", format="binary")
    assert compare(old, uploading("3.1.0", contentMediaType="application/octet-stream")) == ()
    assert compare(old, uploading("3.1.0", contentMediaType="application/json")) != ()


def test_a_new_description_changes_nothing_in_python(compare: Compare) -> None:
    assert compare(sending(TEXT), sending({**TEXT, "description": "A text."})) == ()


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("str", "str", "same"),
        ("str | None", "None | str", "same"),
        ("str", "str | None", "widened"),
        ("str | None", "str", "narrowed"),
        ("str", "int", "changed"),
        ("int", "float", "widened"),
        ("list[str]", "list[str | int]", "widened"),
        ("list[str]", "set[str]", "changed"),
        ("dict[str, int]", "dict[str, int | None]", "widened"),
        ("Annotated[str, Field(alias='a')]", "str", "same"),
        ("str", "Any", "widened"),
        ("Literal['a']", "Literal['a', 'b']", "widened"),
        ("Literal['a', 'b']", "Literal['b']", "narrowed"),
        ("Literal['a']", "Literal['b']", "changed"),
        ("Literal['a'] | None", "Open[E] | None", "opened"),
        ("Literal[1]", "int", "opened"),
        ("Literal['a']", "int", "changed"),
        ("Open[E]", "Literal['a']", "narrowed"),
        ("Open[E]", "str", "same"),
        ("models.A | None", "models.B | None", "same"),
        ("list[models.A]", "list[models.B]", "same"),
    ],
)
def test_how_annotations_differ(old: str, new: str, found: str) -> None:
    assert relation(old, new, {"A": "B"}) == found
