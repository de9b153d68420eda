"""A type that is a choice of itself says nothing, and no validator can be built of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .lowering import described

A, B, C = ({"$ref": f"#/components/schemas/{name}"} for name in "ABC")
OBJECT: dict[str, Any] = {"type": "object", "properties": {"x": {"type": "string"}}}


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        ({"A": {"oneOf": [A, B]}, "B": OBJECT}, {"$ref": "#/$defs/B"}),
        ({"A": {"anyOf": [B, C]}, "B": {"oneOf": [A, C]}, "C": OBJECT}, {"$ref": "#/$defs/C"}),
        ({"A": {"oneOf": [A, B]}, "B": {"anyOf": [A, B]}}, {}),
    ],
)
def test_a_choice_of_itself_is_left_out_and_told(
    tmp_path: Path, schemas: dict[str, Any], expected: dict[str, Any]
) -> None:
    lowered = described(tmp_path, {}, components={"schemas": schemas})
    found = {str(name): definition.schema for name, definition in lowered.definitions.items()}
    assert found["A"] == expected
    assert "circular-schema" in [finding.rule for finding in lowered.diagnostics]


def chained(tmp_path: Path, schemas: dict[str, Any], names: list[str]) -> int:
    """Return how many of the schemas take any value, and see that it is told of each."""
    given = {name: schemas[name] for name in names}
    lowered = described(tmp_path, {}, components={"schemas": given})
    told = [finding.rule for finding in lowered.diagnostics].count("deep-schema")
    assert told == sum(not one.schema for one in lowered.definitions.values() if one.kind == "root")
    return told


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("end", [{"type": "string"}, {"$ref": "#/components/schemas/C0"}])
def test_a_long_chain_of_choices_is_cut_and_told(
    tmp_path: Path, step: int, end: dict[str, Any]
) -> None:
    links = {
        f"C{n}": {"oneOf": [{"$ref": f"#/components/schemas/C{n + 1}"}, B]} for n in range(300)
    }
    schemas = {"B": OBJECT, **links, "C300": {"oneOf": [{"type": "array", "items": end}, B]}}
    assert 300 // 41 <= chained(tmp_path, schemas, [*schemas][::step]) <= 300 // 20
    assert chained(tmp_path, schemas, ["B", *(f"C{n}" for n in range(270, 301))][::step]) == 0


def test_a_choice_with_a_list_of_itself_is_kept(tmp_path: Path) -> None:
    schemas = {"A": {"oneOf": [{"type": "array", "items": A}, B]}, "B": OBJECT}
    lowered = described(tmp_path, {}, components={"schemas": schemas})
    (schema,) = (found.schema for name, found in lowered.definitions.items() if name == "A")
    assert len(schema["anyOf"]) == 2
    assert lowered.diagnostics == []


def test_a_choice_of_very_many_is_any_value_and_told(tmp_path: Path) -> None:
    cases = {f"M{n}": {**OBJECT, "properties": {"k": {"const": f"v{n}"}}} for n in range(301)}
    choices = [{"$ref": f"#/components/schemas/{name}"} for name in cases]
    mapping = {f"v{n}": choice["$ref"] for n, choice in enumerate(choices)}
    tagged = {"discriminator": {"propertyName": "k", "mapping": mapping}}
    schemas = {"A": {"oneOf": choices, **tagged}, "B": {"oneOf": choices[1:]}, **cases}
    lowered = described(tmp_path, {}, components={"schemas": schemas})
    assert [finding.rule for finding in lowered.diagnostics] == ["wide-choice"]
    found = {str(name): definition for name, definition in lowered.definitions.items()}
    assert (found["A"].schema, found["A"].tags) == ({}, ())
    assert len(found["B"].schema["anyOf"]) == 300
