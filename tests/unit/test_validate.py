from pathlib import Path
from textwrap import dedent

import pytest

from clientsmith.diagnostics import Diagnostic
from clientsmith.read.loading import read
from clientsmith.validate import SEVERITIES, VERSIONS, check_openapi, validate

MINIMAL = """
openapi: {version}
info: {{title: t, version: "1"}}
paths: {{}}
"""


def findings(folder: Path, text: str, name: str = "api.yaml") -> list[Diagnostic]:
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return validate(read(path))


def operation(body: str, version: str = "3.1.0", path: str = "/a", more: str = "") -> str:
    head = (
        f'openapi: {version}\ninfo: {{title: t, version: "1"}}\n{dedent(more)}paths:\n  {path}:\n'
    )
    lines = dedent(body).strip("\n").splitlines()
    return head + "    get:\n" + "".join(f"      {line}\n" for line in lines)


def brief(found: list[Diagnostic]) -> list[tuple[str, int, str]]:
    return [(item.rule, item.location.line if item.location else 0, item.message) for item in found]


def only(found: list[Diagnostic]) -> Diagnostic:
    assert len(found) == 1, brief(found)
    return found[0]


# Is it OpenAPI


@pytest.mark.parametrize(
    ("text", "rule", "words", "line"),
    [
        ("just text\n", "not-openapi", "and this is 'just text'", 1),
        ("- 1\n", "not-openapi", "and this is a list", 1),
        ("info: {}\n", "not-openapi", "it has no 'openapi' key", 1),
        ("info: {}\nswagger: '2.0'\n", "swagger-2", "this is Swagger '2.0'", 2),
        ("openapi: 2.0.0\n", "unsupported-version", "version '2.0.0' is not supported", 1),
        ("openapi: 4.0.0\n", "unsupported-version", "version '4.0.0'", 1),
        ("openapi: 3.10.0\n", "unsupported-version", "version '3.10.0'", 1),
        ("openapi: latest\n", "unsupported-version", "version 'latest'", 1),
        ("openapi: ~\n", "unsupported-version", "version null", 1),
        ("openapi: [3]\n", "unsupported-version", "version a list", 1),
    ],
)
def test_what_is_not_openapi_is_one_error(
    tmp_path: Path, text: str, rule: str, words: str, line: int
) -> None:
    found = only(findings(tmp_path, text))
    assert (found.severity, found.rule) == ("error", rule)
    assert words in found.message
    assert found.location is not None
    assert found.location.line == line


def test_swagger_is_refused_with_a_converter(tmp_path: Path) -> None:
    assert "npx swagger2openapi" in (only(findings(tmp_path, "swagger: '2.0'\n")).hint or "")


@pytest.mark.parametrize("version", [f"{major}.{minor}.1" for major, minor in VERSIONS])
def test_a_minimal_document_of_every_version_is_valid(tmp_path: Path, version: str) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(MINIMAL.format(version=version), encoding="utf-8")
    assert check_openapi(read(path)) == []
    assert validate(read(path)) == []


@pytest.mark.parametrize("version", ["'3.1'", "3.1.x", "3.1.0.1", "'3.1.\"print()'"])
def test_a_version_is_that_of_its_first_two_numbers(tmp_path: Path, version: str) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(MINIMAL.format(version=version), encoding="utf-8")
    assert check_openapi(read(path)) == []
    assert only(validate(read(path))).rule == "openapi-version"


# Shape


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("body", "rule", "message"),
    [
        (
            "responses: {'200': {description: ok}}\nparameters: {}",
            "wrong-kind",
            "'parameters' is a mapping; a list is expected",
        ),
        (
            "responses: {'200': {description: ok}}\nparameters: [7]",
            "wrong-kind",
            "element 1 of 'parameters' is 7; a mapping is expected",
        ),
        (
            "responses: {'200': {description: ok}}\nparameters: [{in: query, schema: {}}]",
            "missing-required",
            "this parameter has no 'name'",
        ),
        (
            "responses: {'200': {description: ok}}\ndescription: 5",
            "wrong-value",
            "'description' is 5; text is expected",
        ),
        (
            "responses: {'200': {description: ok}}\ntags: ~",
            "wrong-value",
            "'tags' is null; a list is expected",
        ),
        (
            "responses: {'200': {description: ok}}\nparameter: []",
            "unknown-key",
            "'parameter' is not a key of an operation",
        ),
        (
            "responses: {'200': {description: ok}}\nparameters: [{name: q, in: query}]",
            "missing-key",
            "this parameter has no 'schema' or 'content'",
        ),
        (
            "responses: {'200': {description: ok, content: {a/b: {schema: 5}}}}",
            "schema-keyword",
            "'schema' is 5; a mapping is expected",
        ),
        (
            "responses: {'200': {description: ok, content: {a/b: {schema: {minimum: a}}}}}",
            "schema-keyword",
            "'minimum' is 'a'; a number is expected",
        ),
    ],
)
def test_a_flaw_of_shape_is_one_sentence(
    tmp_path: Path, version: str, body: str, rule: str, message: str
) -> None:
    found = only(findings(tmp_path, operation(body, version)))
    assert (found.rule, found.message, found.severity) == (rule, message, SEVERITIES[rule])


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_choice_that_is_none_is_told_with_the_choices(tmp_path: Path, version: str) -> None:
    body = """
        responses: {'200': {description: ok}}
        parameters: [{name: q, in: body, schema: {type: strng}}]
        """
    where, kind = findings(tmp_path, operation(body, version))
    assert where.rule == "unknown-location"
    assert where.message.startswith("'in' is 'body'; '")
    assert where.message.endswith(" is expected")
    assert all(option in where.message for option in ("'query'", "'path'", "'header'", "'cookie'"))
    assert kind.rule == "schema-keyword"
    assert kind.message.startswith("'type' is 'strng'; 'array', 'boolean'")
    assert kind.hint == "did you mean 'string'?"


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_security_scheme_is_held_against_its_own_type(tmp_path: Path, version: str) -> None:
    text = MINIMAL.format(version=version) + """
components:
  securitySchemes:
    one: {type: http}
    two: {type: apiKey, in: body, name: x}
    three: {type: magic}
    four: {$ref: 5}
"""
    messages = [item.message for item in findings(tmp_path, text)]
    assert messages[0] == "the security scheme 'one' has no 'scheme'"
    assert messages[1].startswith("'in' is 'body'; ")
    assert "http" not in messages[1]
    assert messages[2].startswith("'type' is 'magic'; 'apiKey', 'http', ")
    assert messages[3] == "'$ref' is 5; text is expected"
    assert len(messages) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openapi: 3.1.0\npaths: {}\n", ("missing-required", 1, "the document has no 'info'")),
        (
            "openapi: 3.1.0\ninfo: {title: t}\npaths: {}\n",
            ("missing-required", 2, "the info has no 'version'"),
        ),
        (
            "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n",
            ("missing-required", 1, "the document has no 'paths', 'components' or 'webhooks'"),
        ),
        (
            "openapi: 3.0.0\ninfo: {title: t, version: '1'}\n",
            ("missing-required", 1, "the document has no 'paths'"),
        ),
        (
            "openapi: 3.0.0\ninfo: {title: t, version: '1'}\ncomponents: {}\n",
            ("missing-key", 1, "the document has no 'paths'"),
        ),
        (
            "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: []\n",
            ("wrong-kind", 3, "'paths' is a list; a mapping is expected"),
        ),
        (
            "openapi: 3.0.0\ninfo: {title: t, version: '1'}\npaths: {pets: {}}\n",
            ("path-slash", 3, "the path 'pets' does not begin with '/'"),
        ),
        (
            "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {pets: {}}\n",
            ("path-slash", 3, "the path 'pets' does not begin with '/'"),
        ),
        (
            "openapi: 3.0.0\ninfo: {title: t, version: '1'}\npaths: {}\n"
            "components: {schemas: {A B: {}}}\n",
            ("bad-name", 4, "'A B' is not a name for a component"),
        ),
        (
            "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" "components: {schemas: {A B: {}}}\n",
            ("bad-name", 3, "'A B' is not a name for a component"),
        ),
    ],
)
def test_the_top_of_a_document(tmp_path: Path, text: str, expected: tuple[str, int, str]) -> None:
    assert expected in brief(findings(tmp_path, text))


def test_what_came_with_3_1_is_told_in_3_0(tmp_path: Path) -> None:
    text = MINIMAL.format(version="3.0.3") + """
components:
  schemas:
    A: {type: [string, 'null']}
    B: {const: 1}
    C: {exclusiveMinimum: 5}
"""
    hints = [item.hint or "" for item in findings(tmp_path, text)]
    assert len(hints) == 3
    assert all("3.1" in hint for hint in hints)
    assert findings(tmp_path, text.replace("3.0.3", "3.1.0")) == []


def test_lone_surrogates_do_not_stop_the_validation(tmp_path: Path) -> None:
    text = (
        '{"openapi": "3.1.0", "info": {"title": "\\ud800", "version": "1"},\n'
        '"paths": {"/\\udfff": {"get": {"operationId": "\\ud800", "bad": 1}}}}'
    )
    assert only(findings(tmp_path, text, "api.json")).rule == "unknown-key"


# Rules


def test_dangling_references_are_found_everywhere_but_in_data(tmp_path: Path) -> None:
    text = operation("""
        parameters: [{$ref: '#/components/parameters/no'}]
        requestBody: {$ref: '#/components/requestBodies/no'}
        responses:
          '200':
            description: ok
            headers: {X: {$ref: '#/components/headers/no'}}
            links: {l: {$ref: '#/components/links/no'}}
            content:
              application/json:
                schema: {items: {allOf: [{properties: {a: {$ref: '#/components/schemas/no'}}}]}}
                example: {$ref: '#/not/a/reference'}
                examples: {e: {$ref: '#/components/examples/no'}}
          '400': {$ref: '#/components/responses/no'}
        callbacks: {c: {$ref: '#/components/callbacks/no'}}
        """)
    found = findings(tmp_path, text)
    assert {item.rule for item in found} == {"dangling-reference"}
    assert {item.severity for item in found} == {"error"}
    lines = [item.location.line for item in found if item.location]
    assert len(lines) == 8
    assert lines == sorted(lines)


def test_a_discriminator_mapping_is_a_reference_or_a_name(tmp_path: Path) -> None:
    text = MINIMAL.format(version="3.1.0") + """
components:
  schemas:
    A:
      oneOf: [{$ref: '#/components/schemas/B'}]
      discriminator:
        propertyName: kind
        mapping: {b: B, c: '#/components/schemas/B', d: '#/components/schemas/D'}
    B: {type: object}
"""
    assert "'#/components/schemas/D' leads nowhere" in only(findings(tmp_path, text)).message


def test_what_another_file_holds_is_checked_there(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(
        "get:\n  operationId: a\n  responses: {}\n", encoding="utf-8"
    )
    text = MINIMAL.format(version="3.1.0").replace("{}", "{/a: {$ref: other.yaml}}")
    found = only(findings(tmp_path, text))
    assert found.rule == "missing-response"
    assert found.location is not None
    assert Path(found.location.file).name == "other.yaml"


def test_a_duplicate_operation_id_names_both_places(tmp_path: Path) -> None:
    text = MINIMAL.format(version="3.1.0").replace(
        "{}",
        """
  /a: {get: {operationId: x, responses: {default: {description: d}}}}
  /b: {get: {operationId: x, responses: {default: {description: d}}}}""",
    )
    found = only(findings(tmp_path, text))
    assert (found.severity, found.rule) == ("error", "duplicate-operation-id")
    assert found.location is not None
    assert (found.location.line, found.location.column) == (6, 27)
    assert f"{found.location.file}:5:27" in (found.hint or "")


def test_a_path_item_used_twice_is_one_operation(tmp_path: Path) -> None:
    text = MINIMAL.format(version="3.1.0").replace(
        "{}", "{/a: {$ref: '#/components/pathItems/P'}, /b: {$ref: '#/components/pathItems/P'}}"
    )
    text += """
components:
  pathItems: {P: {get: {operationId: x, responses: {default: {description: d}}}}}
"""
    assert findings(tmp_path, text) == []


PATH_PARAMETER = "{name: id, in: path, required: true, schema: {type: string}}"
OK = "responses: {default: {description: d}}"


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("/{id}", f"[{PATH_PARAMETER}]", []),
        ("/{id}", "[]", ["undefined-path-parameter"]),
        ("/x", f"[{PATH_PARAMETER}]", ["unused-path-parameter"]),
        ("/{ID}", f"[{PATH_PARAMETER}]", ["undefined-path-parameter", "unused-path-parameter"]),
        ("/{id}", f"[{PATH_PARAMETER}, {PATH_PARAMETER}]", ["duplicate-parameter"]),
        ("/{id}", "[{$ref: '#/components/parameters/id'}]", []),
        (
            "/x",
            "[{name: q, in: query, schema: {}}, {name: q, in: header, schema: {}}]",
            [],
        ),
    ],
)
def test_the_parameters_of_a_path_are_those_of_its_template(
    tmp_path: Path, path: str, parameters: str, expected: list[str]
) -> None:
    text = operation(
        f"parameters: {parameters}\n{OK}",
        path=f"'{path}'",
        more=f"components: {{parameters: {{id: {PATH_PARAMETER}}}}}\n",
    )
    rules = [item.rule for item in findings(tmp_path, text) if item.rule != "duplicate-element"]
    assert rules == expected


def test_a_query_parameter_in_the_path_is_told_to_be_sent_as_that(tmp_path: Path) -> None:
    query = "parameters: [{name: q, in: query, schema: {}}]\n"
    (finding,) = findings(tmp_path, operation(f"{query}{OK}", path="'/x?q={q}'"))
    assert finding.rule == "undefined-path-parameter"
    assert finding.hint is not None
    assert "it is sent in the query" in finding.hint


def test_a_path_parameter_may_stand_beside_the_operations(tmp_path: Path) -> None:
    text = operation(OK, path="'/{id}'") + f"    parameters: [{PATH_PARAMETER}]\n"
    assert findings(tmp_path, text) == []


def test_paths_that_differ_in_parameter_names_only_are_told(tmp_path: Path) -> None:
    text = MINIMAL.format(version="3.1.0").replace("{}", "{'/a/{b}': {}, '/a/{c}': {}, '/a/c': {}}")
    found = only(findings(tmp_path, text))
    assert found.rule == "duplicate-path"
    assert found.message == "the path '/a/{c}' cannot be told from '/a/{b}'"


def test_an_unknown_security_scheme_is_told_with_the_known(tmp_path: Path) -> None:
    text = operation(
        f"security: [{{basci: []}}, {{basic: []}}, {{}}]\n{OK}",
        more="components: {securitySchemes: {basic: {type: http, scheme: basic}}}\n",
    )
    found = only(findings(tmp_path, text))
    assert found.rule == "unknown-security-scheme"
    assert "'basic'" in (found.hint or "")


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ("{'200': {description: d}}", []),
        ("{200: {description: d}}", []),
        ("{4XX: {description: d}, default: {description: d}, x-a: 1}", []),
        ("{ok: {description: d}}", ["bad-status"]),
        ("{'600': {description: d}}", ["bad-status"]),
        ("{4xx: {description: d}}", ["bad-status"]),
        ("{}", ["missing-response"]),
        ("{'200': {}}", ["missing-key"]),
        ("{'204': {description: d, content: {text/plain: {}}}}", ["unsent-content"]),
        ("{'204': {description: d, content: {}}}", []),
    ],
)
def test_responses_have_statuses(
    tmp_path: Path, version: str, responses: str, expected: list[str]
) -> None:
    found = findings(tmp_path, operation(f"responses: {responses}", version))
    assert [item.rule for item in found] == expected


def test_responses_may_be_left_out_since_3_1(tmp_path: Path) -> None:
    body = "operationId: x"
    assert only(findings(tmp_path, operation(body, "3.0.3"))).rule == "missing-response"
    assert findings(tmp_path, operation(body, "3.1.0")) == []


@pytest.mark.parametrize(
    ("media_type", "valid"),
    [
        ("application/json", True),
        ('application/vnd.x+json; charset=utf-8; v="1 2"', True),
        ("*/*", True),
        ("audio/*", True),
        ("text/plain;", True),
        ("json", False),
        ("a/b/c", False),
        ("a/b; c", False),
        ("", False),
        ("a/b" + "; " * 400 + "?", False),
    ],
)
def test_media_types_are_parsed(tmp_path: Path, media_type: str, valid: bool) -> None:
    text = operation(f"responses: {{'200': {{description: d, content: {{'{media_type}': {{}}}}}}}}")
    assert [item.rule for item in findings(tmp_path, text)] == ([] if valid else ["bad-media-type"])


@pytest.mark.parametrize(
    ("schema", "messages"),
    [
        ("{type: integer, default: 1}", []),
        ("{type: integer, default: 1.0}", []),
        ("{type: number, default: 1}", []),
        ("{type: [integer, 'null'], default: ~}", []),
        ("{default: {a: 1}}", []),
        ("{type: string, example: 1.10}", []),
        ("{type: string, enum: [1.10], default: '1.10'}", []),
        (
            "{type: string, default: 1}",
            ["'default' is 1, and its schema asks for text"],
        ),
        (
            "{type: integer, default: a}",
            ["'default' is 'a', and its schema asks for a whole number"],
        ),
        (
            "{type: integer, default: ~}",
            ["'default' is null, and its schema asks for a whole number"],
        ),
        ("{enum: [a, b], default: c}", ["'default' is 'c', which is not in its schema's enum"]),
        ("{enum: [1, 2], default: true}", ["'default' is true, which is not in its schema's enum"]),
        ("{enum: [1, 2], default: 1.0}", []),
        (
            "{type: array, items: {type: integer}, example: [1, a]}",
            ["element 2 of 'example' is 'a', and its schema asks for a whole number"],
        ),
        (
            "{type: object, properties: {n: {$ref: '#/components/schemas/I'}}, examples: [{n: x}]}",
            ["'n' is 'x', and its schema asks for a whole number"],
        ),
    ],
)
def test_defaults_and_examples_are_of_the_type_of_their_schema(
    tmp_path: Path, schema: str, messages: list[str]
) -> None:
    text = MINIMAL.format(version="3.1.0")
    text += f"components:\n  schemas:\n    S: {schema}\n    I: {{type: integer}}\n"
    found = findings(tmp_path, text)
    assert [item.message for item in found] == messages
    assert {item.severity for item in found} <= {"warning"}


def test_examples_of_parameters_and_media_types_are_checked(tmp_path: Path) -> None:
    text = operation("""
        parameters: [{name: q, in: query, schema: {type: integer}, example: x}]
        responses:
          '200':
            description: d
            content: {a/b: {schema: {type: integer}, examples: {e: {value: y}, f: {value: 1}}}}
        """)
    assert [item.message[:14] for item in findings(tmp_path, text)] == [
        "'example' is '",
        "'value' is 'y'",
    ]


def test_a_tag_described_twice_is_told(tmp_path: Path) -> None:
    text = MINIMAL.format(version="3.1.0") + "tags: [{name: a}, {name: b}, {name: a}]\n"
    assert only(findings(tmp_path, text)).message == "the tag 'a' is described twice"


# Order and bounds


def test_findings_come_in_document_order_and_once(tmp_path: Path) -> None:
    text = operation("""
        wrong: 1
        parameters: [{$ref: '#/no'}, {name: a, in: nowhere, schema: {}}]
        responses: {abc: {description: d}}
        security: [{none: []}]
        """)
    found = findings(tmp_path, text)
    places = [(item.location.line, item.location.column) for item in found if item.location]
    assert places == sorted(places)
    assert len(set(brief(found))) == len(found) == 5


CYCLES = [
    "{schemas: {A: {$ref: '#/components/schemas/A'}}}",
    "{schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}], default: 1}}}",
    "{schemas: {A: {properties: {a: {$ref: '#/components/schemas/A'}}, example: {a: {a: {}}}}}}",
    "{pathItems: {A: {$ref: '#/components/pathItems/A'}}}",
    "{responses: {A: {$ref: '#/components/responses/A'}}}",
    "{callbacks: {A: {$ref: '#/components/callbacks/A'}}}",
    "{parameters: {A: {$ref: '#/components/parameters/B'}, B: {$ref: '#/components/parameters/A'}}}",
    "{schemas: {A: {items: {$ref: '#/components'}}}}",
    "{schemas: {A: {$ref: '#'}}}",
]


@pytest.mark.parametrize("components", CYCLES)
def test_cycles_of_every_kind_come_to_an_end(tmp_path: Path, components: str) -> None:
    text = MINIMAL.format(version="3.1.0").replace(
        "paths: {}", "paths: {/a: {$ref: '#/paths/~1a'}}"
    )
    found = findings(tmp_path, f"{text}components: {components}\n")
    assert {item.rule for item in found} <= {
        "circular-reference",
        "circular-schema",
        "unknown-key",
        "wrong-default",
    }


def test_a_document_of_nothing_but_flaws_is_told_in_linear_time(tmp_path: Path) -> None:
    lines = [
        f"  /a{n}: {{get: {{operationId: x, bad{n}: 1, "
        f"responses: {{default: {{$ref: '#/components/responses/R{n}'}}}}}}}}"
        for n in range(2000)
    ]
    text = MINIMAL.format(version="3.1.0").replace("{}", "\n" + "\n".join(lines))
    found = findings(tmp_path, text)
    assert len([item for item in found if item.rule == "dangling-reference"]) == 2000


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3.1.0\ninfo: []\npaths: {/a: 1, /b: [], /c: {get: x, parameters: 1}}\n",
        "openapi: 3.1.0\ninfo: 1\ncomponents: []\nsecurity: 1\ntags: {}\n",
        "openapi: 3.0.0\npaths: {/a: {get: {responses: [], parameters: [[]], callbacks: {a: {b: 1}}}}}\n",
        "openapi: 3.0.0\ncomponents: {schemas: {A: [], B: {type: [], enum: {}, properties: []}}}\n",
        "openapi: 3.1.0\ncomponents: {schemas: {A: {discriminator: 1, allOf: 1, items: 1, example: 1}}}\n",
        "openapi: 3.1.0\nsecurity: [1, {a: 1}]\ntags: [1, {name: []}]\n",
        "openapi: 3.2.0\npaths: {/a: {additionalOperations: {COPY: 1}, query: {responses: 1}}}\n",
    ],
)
def test_a_document_of_the_wrong_kinds_is_told_and_not_stumbled_over(
    tmp_path: Path, text: str
) -> None:
    assert any(item.severity == "error" for item in findings(tmp_path, text))
