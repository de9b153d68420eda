"""Names are stable: a further operation or schema renames none that was there, nor does one less, or another order.

Where several would have the same name, the first has it, and the others have a name each that depends on nothing but themselves.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientsmith.lower import Lowered
from clientsmith.text import Text, opened

from .lowering import described

_WORDS = ["a", "b", "aB", "a_b", "AB", "get", "list", "b response", "1", "é"]
_IDS = st.sampled_from([None, *_WORDS, "getA", "get_a", "models", "self"])
_TAGS = st.lists(st.sampled_from(["x", "X", "y z", "y-z", "default"]), max_size=3)
_PATHS = st.sampled_from(["/a", "/A", "/a/b", "/a-b", "/a/{b}", "/b", "/get/a"])
_METHODS = st.sampled_from(["get", "put", "post", "delete"])

Operation = tuple[str, str, dict[str, Any]]


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    properties = st.dictionaries(st.sampled_from(_WORDS), inner, max_size=3)
    return st.builds(_object, properties) | st.builds(
        _union, st.lists(inner, min_size=1, max_size=2)
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _union(variants: list[Any]) -> dict[str, Any]:
    return {"oneOf": [*variants, _object({"v": {}})]}


_LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "readOnly": True},
        {"type": "string", "writeOnly": True},
        {"enum": ["p", "q"]},
        {"$ref": "#/components/schemas/a"},
        {"$ref": "#/components/schemas/AB"},
        {"$ref": "#/paths/~1a/get/responses/200/content/application~1json/schema"},
        {"$ref": "#/paths/~1b/put/responses/200/content/application~1json/schema/properties/a"},
    ]
)
_SCHEMAS = st.recursive(_LEAVES, _objects, max_leaves=5)
_COMPONENTS = st.dictionaries(st.sampled_from(_WORDS), _objects(_SCHEMAS), max_size=4)


@st.composite
def _operations(draw: st.DrawFn) -> Operation:
    operation: dict[str, Any] = {
        "tags": draw(_TAGS),
        "responses": {
            "200": {"description": "d", "content": {"application/json": {"schema": draw(_SCHEMAS)}}}
        },
    }
    identifier = draw(_IDS)
    if identifier is not None:
        operation["operationId"] = identifier
    if draw(st.booleans()):
        operation["requestBody"] = {"content": {"application/json": {"schema": draw(_SCHEMAS)}}}
    return draw(_PATHS), draw(_METHODS), operation


_LISTS = st.lists(_operations(), min_size=1, max_size=5, unique_by=lambda found: found[:2])


def _lowered(operations: list[Operation], schemas: dict[str, Any]) -> Lowered:
    paths: dict[str, dict[str, Any]] = {}
    for path, method, operation in operations:
        paths.setdefault(path, {})[method] = operation
    with tempfile.TemporaryDirectory() as folder:
        return described(Path(folder), paths, components={"schemas": schemas})


def _methods(lowered: Lowered) -> dict[str, str]:
    """Return where each operation is: its attribute of the client and its name."""
    return {
        f"{operation.method} {operation.path!r} {operation.source.pointer} {resource.tag!r}": (
            f"{resource.attribute}.{operation.name}"
        )
        for resource in lowered.api.resources
        for operation in resource.operations
    }


def _models(lowered: Lowered) -> dict[str, str]:
    """Return which schema each model is of."""
    return {
        f"{name} {definition.module}": definition.source.pointer
        for name, definition in lowered.definitions.items()
    }


@settings(max_examples=60, deadline=None)
@given(_LISTS, _COMPONENTS)
def test_an_operation_at_the_end_renames_nothing(
    operations: list[Operation], schemas: dict[str, Any]
) -> None:
    known = dict.fromkeys(path for path, _, _ in operations[:-1])
    further = operations[-1]
    if further[0] in known:  # the operations of a path are in the order of their methods
        further = (f"{further[0]}/further", *further[1:])
    before = _lowered(operations[:-1], schemas)
    after = _lowered([*operations[:-1], further], schemas)
    assert _methods(before).items() <= _methods(after).items()
    assert _models(before).items() <= _models(after).items()


@settings(max_examples=40, deadline=None)
@given(_LISTS, _COMPONENTS, _operations(), st.integers(0, 5))
def test_an_operation_with_other_words_renames_nothing_wherever_it_is(
    operations: list[Operation], schemas: dict[str, Any], further: Operation, at: int
) -> None:
    path, method, operation = further
    added = (f"/other{path}", method, {**operation, "operationId": "another", "tags": ["another"]})
    before = _lowered(operations, schemas)
    after = _lowered([*operations[:at], added, *operations[at:]], schemas)
    assert _methods(before).items() <= _methods(after).items()
    assert _models(before).items() <= _models(after).items()


@settings(max_examples=60, deadline=None)
@given(_LISTS, _COMPONENTS, _objects(_SCHEMAS), st.integers(0, 4))
def test_a_schema_with_other_words_renames_nothing_wherever_it_is(
    operations: list[Operation], schemas: dict[str, Any], further: dict[str, Any], at: int
) -> None:
    entries = list(schemas.items())
    entries.insert(at, ("Another", further))
    before, after = _lowered(operations, schemas), _lowered(operations, dict(entries))
    assert _methods(before) == _methods(after)
    assert _models(before).items() <= _models(after).items()


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "responses": {"200": {"description": "d", "content": {"text/json": {"schema": schema}}}}
    }


def test_a_schema_of_an_operation_is_called_after_it_wherever_references_to_it_come_from() -> None:
    place = "#/paths/~1b/get/responses/200/content/text~1json/schema"
    part = {"$ref": f"{place}/properties/part"}
    own = _answer(_object({"part": _object({"p": {}})})) | {"operationId": "readB"}
    b = ("/b", "get", own)
    alone = {"ReadBResponse read_b_response", "ReadBResponsePart read_b_response_part"}
    assert _models(_lowered([b], {})).keys() == alone
    referring = [
        ("/a", "get", _answer(part) | {"operationId": "readA"}),
        ("/c", "get", {"responses": {"200": {"$ref": "#/paths/~1b/get/responses/200"}}}),
    ]
    for operations in permutations([*referring, b]):
        assert _models(_lowered(list(operations), {})).keys() == alone
    inside = _models(_lowered([b], {"Inside": _object({"part": part})}))
    assert inside.keys() == {"Inside inside", *alone}


def test_what_operations_share_is_called_after_itself(tmp_path: Path) -> None:
    answer = _answer(_object({"p": {}}))["responses"]["200"]
    (tmp_path / "fault.json").write_text(json.dumps(answer), encoding="utf-8")
    (tmp_path / "shared.json").write_text(json.dumps({"answers": {"Thing": answer}}), "utf-8")
    components = {"responses": {"Thing": answer}, "requestBodies": {"Thing": answer}}
    operations = {
        "/a": {"post": {"requestBody": {"$ref": "#/components/requestBodies/Thing"}}},
        "/b": {"get": {"responses": {"200": {"$ref": "#/components/responses/Thing"}}}},
        "/c": {"get": {"responses": {"200": {"$ref": "shared.json#/answers/Thing"}}}},
        "/d": {"get": {"responses": {"404": {"$ref": "fault.json"}}}},
    }
    for order in permutations(operations.items()):
        found = described(tmp_path, dict(order), components=components)
        assert found.definitions.keys() == {"Thing", "ThingRequest", "AnswersThing", "Fault"}


_FIRST, _CLASHING = "a_b", ["aB", "a-b", "A_B"]
_DONE = {"204": {"description": "Done"}}


def _schema_names(keys: Iterable[str]) -> dict[str, str]:
    lowered = _lowered([], {key: _object({"p": {}}) for key in keys})
    return {pointer.rpartition("/")[2]: name for name, pointer in _models(lowered).items()}


def _operation_names(keys: Iterable[str]) -> dict[str, str]:
    paths = {key: f"/p{index}" for index, key in enumerate([_FIRST, *_CLASHING])}
    operations = [(paths[key], "get", {"operationId": key, "responses": _DONE}) for key in keys]
    return {opened(one.id): one.name for one in _lowered(operations, {}).api.operations}


def _parameter_names(keys: Iterable[str]) -> dict[str, str]:
    stated = [{"name": key, "in": "query"} for key in keys]
    lowered = _lowered([("/x", "get", {"parameters": stated, "responses": _DONE})], {})
    return {opened(one.name): one.argument for one in lowered.api.operations[0].parameters}


def _member_names(keys: Iterable[str]) -> dict[str, str]:
    (definition,) = _lowered([], {"E": {"enum": [*keys, "other"]}}).definitions.values()
    return {
        opened(one.value): one.name for one in definition.members if isinstance(one.value, Text)
    }


def _tag_names(keys: Iterable[str]) -> dict[str, str]:
    operations = [(f"/{key}", "get", {"tags": [key], "responses": _DONE}) for key in keys]
    resources = _lowered(operations, {}).api.resources
    return {opened(one.tag): f"{one.attribute} {one.module} {one.class_name}" for one in resources}


@pytest.mark.parametrize(
    "names", [_schema_names, _operation_names, _parameter_names, _member_names, _tag_names]
)
def test_of_many_that_would_have_one_name_each_keeps_its_own(
    names: Callable[[Iterable[str]], dict[str, str]],
) -> None:
    every = names([_FIRST, *_CLASHING])
    assert len(set(every.values())) == len(every)
    for count in range(len(_CLASHING) + 1):
        for some in permutations(_CLASHING, count):
            found = names([_FIRST, *some])
            assert found.items() <= {**every, "other": "OTHER"}.items()
