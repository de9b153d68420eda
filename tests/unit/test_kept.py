"""The extensions x-resources and x-resource, and the description that the fake is made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clientsmith.lower import Lowered
from clientsmith.text import opened

from .lowering import DONE, described

PET: dict[str, Any] = {"pet": {"schema": "Pet", "key": {"id": "petId"}, "order": "-age"}}
SCHEMAS: dict[str, Any] = {
    "Pet": {
        "description": "A pet.",
        "type": "object",
        "properties": {
            "description": {"type": "string", "title": "T"},
            "friend": {"$ref": "#/components/schemas/Pet"},
        },
    }
}


def described_with(
    folder: Path, resources: Any = None, resource: Any = None, **keys: Any
) -> Lowered:
    operation = {"responses": DONE} | ({} if resource is None else {"x-resource": resource})
    return described(
        folder,
        {"/pets": {"get": operation}},
        **{"x-resources": PET if resources is None else resources},
        components={"schemas": SCHEMAS},
        **keys,
    )


def document(lowered: Lowered) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(opened(lowered.api.document))
    return found


def test_the_description_has_no_prose_and_each_schema_once(tmp_path: Path) -> None:
    lowered = described_with(
        tmp_path, resource={"list": "pet", "limit": 5, "filters": ["age >= min"]}
    )
    found = document(lowered)
    assert lowered.diagnostics == []
    assert found["schemas"] == {
        "Pet": {
            "type": "object",
            "properties": {"description": {"type": "string"}, "friend": {"$ref": "Pet"}},
        }
    }
    assert found["resources"]["pet"] == {
        "key": {"id": "petId"},
        "order": "age",
        "descending": True,
        "model": "Pet",
        "schema": {"$ref": "Pet"},
    }
    (operation,) = found["operations"]
    assert operation["resource"] == {
        "verb": "list",
        "resource": "pet",
        "limit": 5,
        "filters": [["age", ">=", "min"]],
    }


def test_references_to_the_same_name_elsewhere_do_not_clash(tmp_path: Path) -> None:
    other = {"components": {"schemas": {"Pet": {"type": "integer"}}}}
    (tmp_path / "other.json").write_text(json.dumps(other), encoding="utf-8")
    responses = {
        status: {
            "description": "",
            "content": {"application/json": {"schema": {"$ref": reference}}},
        }
        for status, reference in (
            ("200", "#/components/schemas/Pet"),
            ("201", "other.json#/components/schemas/Pet"),
        )
    }
    lowered = described(
        tmp_path, {"/pets": {"get": {"responses": responses}}}, components={"schemas": SCHEMAS}
    )
    found = document(lowered)
    assert found["schemas"]["Pet_2"] == {"type": "integer"}
    media = found["operations"][0]["responses"]["201"]["content"]["application/json"]
    assert media == {"schema": {"$ref": "Pet_2"}}


@pytest.mark.parametrize(
    ("resources", "resource", "message", "pointer"),
    [
        ([], None, "x-resources is not a mapping", "/x-resources"),
        ({"pet": {}}, None, "a resource needs a key", "/x-resources/pet"),
        (
            {"pet": {"key": ["id"], "schema": "Cat"}},
            None,
            "components/schemas has no 'Cat'",
            "/x-resources/pet/schema",
        ),
        (
            {"pet": {"key": ["id"], "limit": 1}},
            None,
            "'limit' is not known here",
            "/x-resources/pet/limit",
        ),
        (
            {"a": {"part-of": "b"}},
            None,
            "x-resources has no 'b' with a key",
            "/x-resources/a/part-of",
        ),
        (
            {"pet": {"key": ["id"]}, "a": {"part-of": "pet", "pending": -1}},
            None,
            "pending is not a count",
            "/x-resources/a/pending",
        ),
        (
            {"pet": {"key": ["id"]}, "a": {"part-of": "pet", "shows": {"f": {"done": 1}}}},
            None,
            "'done' is not known here",
            "/x-resources/a/shows/f/done",
        ),
        (None, {"list": "cat"}, "x-resources has no 'cat'", "/paths/~1pets/get/x-resource/list"),
        (None, {}, "x-resource has not exactly one verb", "/paths/~1pets/get/x-resource"),
        (None, "pet", "x-resource has not exactly one verb", "/paths/~1pets/get/x-resource"),
        (
            None,
            {"read": "pet", "limit": 1},
            "'limit' is not known here",
            "/paths/~1pets/get/x-resource/limit",
        ),
        (
            None,
            {"list": "pet", "filters": ["age"]},
            "this is no filter",
            "/paths/~1pets/get/x-resource/filters/0",
        ),
        (
            None,
            {"list": "pet", "limit": "all"},
            "limit is not a count",
            "/paths/~1pets/get/x-resource/limit",
        ),
        (
            None,
            {"update": "pet", "where": 1},
            "where is not a mapping",
            "/paths/~1pets/get/x-resource/where",
        ),
        (
            None,
            {"list": "pet", "items": 1},
            "items is not a name",
            "/paths/~1pets/get/x-resource/items",
        ),
    ],
)
def test_what_cannot_be_used_is_reported(
    tmp_path: Path, resources: Any, resource: Any, message: str, pointer: str
) -> None:
    lowered = described_with(tmp_path, resources, resource)
    (finding,) = lowered.diagnostics
    assert (finding.rule, finding.severity) == ("bad-extension", "warning")
    assert finding.message == message
    assert finding.hint
    assert finding.location is not None
    assert finding.location.pointer == pointer
