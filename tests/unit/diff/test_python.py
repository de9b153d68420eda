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
from clientsmith.diff.rules import PYTHON

from .cases import NUMBER, TEXT, model, parameter
from .documents import Json, calling, receiving, sending

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
        ("models.A | None", "models.B | None", "same"),
        ("list[models.A]", "list[models.B]", "same"),
    ],
)
def test_how_annotations_differ(old: str, new: str, found: str) -> None:
    assert relation(old, new, {"A": "B"}) == found
