"""Documents that are made to exhaust the machine end in a finding, within limits that the system enforces.

The limits are generous: they tell what is bounded from what is not, and are no measure of speed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
SECONDS = 60
"""Of processor time, for all documents of a test together."""
MEGABYTES = 2048
"""Of address space: Python, the libraries and two copies of the largest document."""

PATTERNS = [
    "^(a+)+$",
    "(.*)*" * 200 + "$",
    "((a{0,1000}){0,1000}){0,1000}",
    "(" * 5000 + ")" * 5000,
    "(?:" * 3000 + "a" + ")*" * 3000,
    "(?=(a+)+$)b",
    "[" + "a-z" * 20_000 + "]",
    r"\p{L}{1000}{1000}",
    r"(a)\1{500}$",
]


def runs(
    folder: Path, command: str, files: Mapping[str, str | bytes]
) -> dict[str, tuple[int, str]]:
    """Return how a command ended on each document: the status, and what was told."""
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
    limits = [str(SECONDS), str(MEGABYTES), command]
    paths = [str(folder / name) for name in files]
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.bounded", *limits, *paths],
        cwd=REPOSITORY,
        env={**os.environ, "CLIENTSMITH_CACHE_DIR": str(folder / "cache")},
        capture_output=True,
        text=True,
        timeout=SECONDS * 10,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"{done.returncode} in {lines[-1:]}: {done.stderr[-2000:]}"
    ended = [line for line in lines if "status" in line]
    assert len(ended) == len(files)
    return {Path(line["file"]).name: (line["status"], line["told"]) for line in ended}


def bomb() -> str:
    """A billion laughs: each line stands for nine times the one before."""
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)]
    return "a0: &a0 [x, x, x]\n" + "".join(levels)


def merged_bomb() -> str:
    """Mappings that merge one another."""
    levels = (f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" for n in range(1, 3000))
    return "a0: &a0 {k: 1}\n" + "".join(levels)


READ: dict[str, tuple[Callable[[], str | bytes], int, str]] = {
    "bomb.yaml": (bomb, 2, "[limit]"),
    "merged.yaml": (merged_bomb, 2, "[limit]"),
    "aliases.yaml": (lambda: "a: &a x\nb: [" + "*a, " * 1_000_000 + "*a]\n", 2, "[limit]"),
    "cycle.yaml": (lambda: "a: &a\n  b: {c: [*a]}\n", 1, "stands inside"),
    "merged-cycle.yaml": (lambda: "a: &a\n  <<: *a\n", 1, "stands inside"),
    "flow.yaml": (lambda: "[" * 10_000, 2, "[limit]"),
    "flow-map.yaml": (lambda: "{a: " * 10_000, 2, "[limit]"),
    "block.yaml": (lambda: "- " * 10_000, 2, "[limit]"),
    "block-map.yaml": (lambda: "\n".join(" " * n + "a:" for n in range(2000)), 2, "[limit]"),
    "deep.json": (lambda: '{"a":' * 10_000 + "1" + "}" * 10_000, 2, "[limit]"),
    "deep-list.json": (lambda: "[" * 10_000 + "]" * 10_000, 2, "[limit]"),
    "directives.yaml": (
        lambda: "".join(f"%TAG !a{n}! x:\n" for n in range(200_000)) + "---\na: 1\n",
        2,
        "[limit]",
    ),
    "scalar.yaml": (lambda: "a: " + "9" * 10_000_000, 2, "not a number"),
    "number.json": (lambda: '{"a": ' + "9" * 10_000_000 + "}", 2, "not a number"),
    "values.json": (lambda: "[" + "[]," * 2_000_100 + "1]", 2, "[limit]"),
    "duplicates.yaml": (lambda: "a: 1\n" * 100_000, 1, "[duplicate-key]"),
    "large.yaml": (lambda: b"a: 1  \n" * 15_000_000, 2, "too large"),
    "large.json": (lambda: b" " * 100_000_000 + b"{}", 2, "too large"),
    "blank.yaml": (lambda: b"\n" * 20_000_000, 2, "empty"),
}


def test_a_text_that_would_exhaust_the_machine_is_refused(tmp_path: Path) -> None:
    ended = runs(tmp_path, "validate", {name: make() for name, (make, _, _) in READ.items()})
    for name, (_, status, words) in READ.items():
        assert (ended[name][0], words in ended[name][1]) == (status, True), (name, ended[name])


def ref(name: str, kind: str = "schemas") -> dict[str, Any]:
    return {"$ref": f"#/components/{kind}/{name}"}


KINDS = (
    *("callbacks", "examples", "headers", "links", "parameters"),
    *("pathItems", "requestBodies", "responses", "schemas", "securitySchemes"),
)
CYCLES: dict[str, Any] = {
    "AllOf": {"allOf": [ref("AllOfOther")]},
    "AllOfOther": {"allOf": [ref("AllOf"), {"properties": {"a": {}}}]},
    "OneOf": {"oneOf": [ref("OneOf"), ref("AnyOf")]},
    "AnyOf": {"anyOf": [ref("OneOf"), ref("AnyOf")]},
    "Items": {"type": "array", "items": ref("Items")},
    "Tuple": {"type": "array", "prefixItems": [ref("Tuple"), ref("Items")]},
    "Contains": {"type": "array", "contains": ref("Contains"), "unevaluatedItems": ref("Items")},
    "Value": {"type": "object", "additionalProperties": ref("Value")},
    "Pattern": {"type": "object", "patternProperties": {"^a": ref("Pattern")}},
    "Property": {"type": "object", "required": ["a"], "properties": {"a": ref("Property")}},
    "Not": {"not": ref("Not")},
    "If": {"if": ref("If"), "then": ref("If"), "else": ref("Not")},
    "Inside": ref("Inside/properties/a"),
    "Within": {"type": "object", "properties": {"a": ref("Within/properties/a/properties/b")}},
    "Dynamic": {"$dynamicAnchor": "x", "properties": {"a": {"$dynamicRef": "#x"}}},
    "Id": {"$id": "https://example.com/id", "$ref": "https://example.com/id"},
    "Tagged": {
        "oneOf": [ref("Tagged"), ref("Property")],
        "discriminator": {"propertyName": "k", "mapping": {"a": "Tagged", "b": "Property"}},
    },
    "Doubled": {"allOf": [ref("Doubled1"), ref("Doubled1")]},
    **{
        f"Doubled{n}": {key: [ref(f"Doubled{n + 1}"), ref(f"Doubled{n + 1}")]}
        for n in range(1, 60)
        for key in [("allOf", "oneOf", "anyOf")[n % 3]]
    },
    "Doubled60": {"type": "object"},
    **{
        f"Paired{n}": {"type": "array", "prefixItems": [ref(f"Paired{n + 1}")] * 2}
        for n in range(60)
    },
    "Paired60": {"type": "string"},
    **{f"Chain{n}": ref(f"Chain{n + 1}") for n in range(400)},
    "Chain400": {"type": "string"},
}


def cyclic() -> dict[str, Any]:
    """A document in which everything that can be a reference leads back to itself."""
    components: dict[str, Any] = {
        kind: {"Self": ref("Self", kind), "One": ref("Two", kind), "Two": ref("One", kind)}
        for kind in KINDS
    }
    components["schemas"] |= CYCLES
    media = {
        "application/json": {"schema": ref("Self"), "examples": {"e": ref("Self", "examples")}}
    }
    properties = {name.lower(): ref(name) for name in components["schemas"]}
    operation: dict[str, Any] = {
        "parameters": [ref("Self", "parameters"), ref("One", "parameters")],
        "requestBody": ref("One", "requestBodies"),
        "responses": {
            "200": ref("Self", "responses"),
            "default": {
                "description": "d",
                "headers": {"H": ref("Self", "headers")},
                "links": {"l": ref("Self", "links")},
                "content": media,
            },
        },
        "callbacks": {"c": ref("Self", "callbacks")},
        "security": [{"Self": []}],
    }
    whole = {"type": "object", "properties": properties}
    other = {
        "requestBody": {"content": {"application/json": {"schema": whole}}},
        "responses": {
            "200": {"description": "d", "content": {"application/json": {"schema": whole}}}
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cycles", "version": "1"},
        "paths": {
            "/self": {"$ref": "#/paths/~1self"},
            "/one": {"$ref": "#/paths/~1two"},
            "/two": {"$ref": "#/paths/~1one"},
            "/item": ref("Self", "pathItems"),
            "/a": {"get": operation, "post": other},
        },
        "webhooks": {"w": ref("One", "pathItems")},
        "components": components,
    }


def exhausting() -> dict[str, Any]:
    """A document whose patterns, texts and values are costly to look at."""
    text = "a" * 20_000 + "!"
    properties: dict[str, Any] = {
        f"p{n}": {"type": "string", "pattern": pattern, "default": text, "example": text}
        for n, pattern in enumerate(PATTERNS)
    }
    properties |= {"_" * n: {} for n in range(1, 500)}
    properties["enum"] = {"enum": ["-" * n for n in range(1, 500)]}
    deep: list[Any] = reduce(lambda inner, _: [inner], range(150), [])
    properties["deep"] = {"default": deep}
    properties["numbers"] = {"type": "integer", "minimum": 10**900, "maximum": -(10**900)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Costly",
            "version": "1",
            "description": "word\n" * 200_000 + "9" * 10_000 + ". " + "word " * 10_000,
        },
        "paths": {
            "/" + "{" * 50_000: {"get": {"responses": {"200": {"description": '"' * 50_000}}}}
        },
        "components": {
            "schemas": {
                "Costly": {
                    "type": "object",
                    "properties": properties,
                    "patternProperties": {pattern: {} for pattern in PATTERNS},
                }
            }
        },
    }


BUILD = """
import {package}
from pydantic import TypeAdapter
for name in {package}.models.__all__:
    TypeAdapter(getattr({package}.models, name))
"""
RULES = {"cyclic.json": "[circular-reference]", "costly.json": "[unchecked-pattern]"}


def test_references_in_circles_and_costly_values_still_give_a_client(tmp_path: Path) -> None:
    files = {"cyclic.json": json.dumps(cyclic()), "costly.json": json.dumps(exhausting())}
    for name, (status, told) in runs(tmp_path, "generate", files).items():
        assert status == 0, (name, told)
        assert RULES[name] in told
        sources = tmp_path / f"{name}.output" / "src"
        (package,) = (path.name for path in sources.iterdir())
        program = BUILD.format(package=package)
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=sources,
            capture_output=True,
            text=True,
            timeout=SECONDS * 10,
        )
        assert done.returncode == 0, done.stderr[-2000:]


def test_files_that_refer_to_one_another_in_circles_end(tmp_path: Path) -> None:
    head = 'openapi: 3.1.0\ninfo: {title: t, version: "1"}\npaths: {}\ncomponents: {schemas: {A: '
    files = {
        "one.yaml": head + "{$ref: 'two.yaml#/components/schemas/A'}}}\n",
        "two.yaml": head + "{$ref: 'one.yaml#/components/schemas/A'}}}\n",
        "three.yaml": head + "{type: array, items: {$ref: 'four.yaml#/components/schemas/A'}}}}\n",
        "four.yaml": head + "{type: array, items: {$ref: 'three.yaml#/components/schemas/A'}}}}\n",
    }
    ended = runs(tmp_path, "validate", files)
    for name in ("one.yaml", "two.yaml"):
        assert ended[name][0] == 1
        assert "[circular-reference]" in ended[name][1]
    for name in ("three.yaml", "four.yaml"):
        assert ended[name][0] == 0, ended[name]


def unions(release: int) -> dict[str, Any]:
    """Unions of which each has the next two as members, so that there are very many ways to the last one."""
    schemas: dict[str, Any] = {
        f"U{n}": {
            "oneOf": [
                ref(f"U{n + 1}"),
                ref(f"U{n + 2}"),
                {"type": "object", "properties": {f"p{n + release}": ref("U0")}},
            ]
        }
        for n in range(40)
    }
    schemas |= {"U40": {"type": "object"}, "U41": {"type": "string"}}
    content = {"application/json": {"schema": ref("U0")}}
    answer = {"200": {"description": "The first union.", "content": content}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Unions", "version": "1"},
        "paths": {"/u": {"get": {"operationId": "getU", "responses": answer}}},
        "components": {"schemas": schemas},
    }


def test_unions_that_share_their_members_are_compared(tmp_path: Path) -> None:
    (tmp_path / "unions.json.new").write_text(json.dumps(unions(1)), encoding="utf-8")
    ended = runs(tmp_path, "diff", {"unions.json": json.dumps(unions(0))})
    status, told = ended["unions.json"]
    assert status == 1
    assert "variant-added" in told
