"""Overlays: what they change, and where what they put into a document comes from."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from clientsmith.diagnostics import SpecError
from clientsmith.read.document import Document
from clientsmith.read.loading import read
from clientsmith.validate import validate

SPEC = """\
openapi: 3.1.0
info: {title: Zoo, version: 1.10}
paths:
  /animals:
    get:
      tags: [a, b, c]
      parameters:
        - {name: one, in: query, schema: {type: string}}
        - {name: two, in: query, schema: {type: string}}
      responses: {"204": {description: Nothing.}}
  /keepers:
    get:
      operationId: listKeepers
      responses: {"204": {description: Nobody.}}
"""


def overlaid(folder: Path, *actions: str, version: str = "1.0.0", head: str = "") -> Document:
    """Return the document with one overlay applied to it."""
    (folder / "zoo.yaml").write_text(SPEC)
    listed = "".join(f"  - {action}\n" for action in actions)
    text = f"overlay: {version}\ninfo: {{title: O, version: '1'}}\n{head}actions:\n{listed}"
    (folder / "overlay.yaml").write_text(text)
    return read(folder / "zoo.yaml", overlays=[folder / "overlay.yaml"])


def refused(folder: Path, *actions: str, **keys: str) -> str:
    """Return the headline with which an overlay is refused."""
    with pytest.raises(SpecError) as error:
        overlaid(folder, *actions, **keys)
    (diagnostic,) = error.value.diagnostics
    return str(diagnostic).removeprefix(f"{folder}/")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("action", "pointer", "value"),
    [
        ("{target: $.info, update: {title: Park}}", ("info", "title"), "Park"),
        ("{target: $.info, update: {license: {name: MIT}}}", ("info", "license", "name"), "MIT"),
        (
            "{target: '$', update: {paths: {/animals: {get: {summary: S}}}}}",
            ("paths", "/animals", "get", "summary"),
            "S",
        ),
        (
            "{target: '$.paths.*.get', update: {x-safe: true}}",
            ("paths", "/keepers", "get", "x-safe"),
            True,
        ),
        (
            "{target: '$.paths[\"/animals\"].get.parameters', update: {name: three, in: query}}",
            ("paths", "/animals", "get", "parameters", 2, "name"),
            "three",
        ),
        (
            "{target: '$.paths[\"/animals\"].get', update: {tags: [d]}}",
            ("paths", "/animals", "get", "tags"),
            ["a", "b", "c", "d"],
        ),
        (
            "{target: \"$.paths['/animals'].get.parameters[?@.name=='one']\", remove: true}",
            ("paths", "/animals", "get", "parameters", 0, "name"),
            "two",
        ),
        (
            "{target: '$.paths[\"/animals\"].get.tags[0,2]', remove: true}",
            ("paths", "/animals", "get", "tags"),
            ["b"],
        ),
        *(
            (
                f"{{target: '$.paths[\"/animals\"].get.tags[{selected}]', remove: true}}",
                ("paths", "/animals", "get", "tags"),
                ["b"],
            )
            for selected in ("2,0", "-1,0,-1", "::-2", '?@ != "b"')
        ),
        ("{target: '$.paths..*', remove: true}", ("paths", "/animals"), None),
        (
            "{target: '$.paths[\"/keepers\"].get', update: {deprecated: true}}",
            ("paths", "/keepers", "get", "deprecated"),
            True,
        ),
        ("{target: $.info.version, update: false}", ("info", "version"), False),
        ("{target: $.info, remove: false, update: {title: Y}}", ("info", "title"), "Y"),
        ("{target: $.info, update: {title: null}}", ("info", "title"), None),
        *(
            (
                f"{{target: '$..parameters[?{chosen}]', remove: true}}",
                ("paths", "/animals", "get", "parameters", 0, "name"),
                "two",
            )
            for chosen in (
                '@.name == "one" || @.in != "query"',
                'search(@.name, "n")',
                'match(@.name, "o.e") && length(@.name) == 3',
                'value(@..name) == "one" && count(@.*) == 3',
            )
        ),
        ("{target: '$.paths[\"/animals\"]', remove: true}", ("paths", "/animals"), None),
        ("{target: $.info.title, update: Park}", ("info", "title"), "Park"),
        (
            "{target: '$.paths[\"/keepers\"]', copy: '$.paths[\"/animals\"]'}",
            ("paths", "/keepers", "get", "tags", 1),
            "b",
        ),
        ("{target: $.info, update: {title: No}, remove: true}", ("info",), None),
    ],
)
def test_an_action_changes_the_document(
    tmp_path: Path, action: str, pointer: tuple[str | int, ...], value: object
) -> None:
    node = overlaid(tmp_path, action, version="1.1.0").root
    for token in pointer[:-1]:
        node = node[token]
    found = node.get(pointer[-1])
    assert (found.value if found is not None else None) == value


def test_actions_follow_one_another(tmp_path: Path) -> None:
    moved = overlaid(
        tmp_path,
        "{target: $.paths, update: {/all: {}}}",
        "{target: '$.paths[\"/all\"]', copy: '$.paths[\"/animals\"]'}",
        "{target: '$.paths[\"/animals\"]', remove: true}",
        version="1.1.0",
    ).root["paths"]
    assert [key for key, _ in moved.items()] == ["/keepers", "/all"]
    assert str(moved["/all"]["get"]["tags"][0].location) == "zoo.yaml:6:14"


def test_every_value_keeps_the_place_where_it_was_read(tmp_path: Path) -> None:
    root = overlaid(
        tmp_path,
        "{target: $.info, update: {title: Park, summary: S}}",
        "{target: \"$.paths['/animals'].get.parameters[0]\", remove: true}",
    ).root
    info = root["info"]
    assert str(info["title"].location) == "overlay.yaml:4:38"
    assert str(info["summary"].key_location) == "overlay.yaml:4:44"
    assert str(info["version"].location) == "zoo.yaml:2:29"
    assert info.text_of("version") == "1.10"
    left = root["paths"]["/animals"]["get"]["parameters"][0]
    assert str(left["name"].location) == "zoo.yaml:9:18"
    assert str(root["paths"]["/keepers"].key_location) == "zoo.yaml:11:3"


def test_a_finding_points_into_the_overlay(tmp_path: Path) -> None:
    action = "{target: '$.paths[\"/keepers\"].get', update: {operationId: 5}}"
    found = {
        finding.message: str(finding.location) for finding in validate(overlaid(tmp_path, action))
    }
    assert found["'operationId' is 5; text is expected"].startswith("overlay.yaml:4:")


def test_a_target_that_selects_nothing_is_a_warning(tmp_path: Path) -> None:
    (finding,) = overlaid(tmp_path, "{target: $.nothing, remove: true}").findings
    assert (finding.severity, finding.rule) == ("warning", "overlay-target")
    assert str(finding.location) == "overlay.yaml:4:14"


def test_an_overlay_for_another_document_is_a_warning(tmp_path: Path) -> None:
    action = "{target: $.info, update: {title: Park}}"
    (finding,) = overlaid(tmp_path, action, head="extends: ./park.yaml\n").findings
    assert finding.rule == "overlay-extends"
    assert overlaid(tmp_path, action, head="extends: ./zoo.yaml\n").findings == ()


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("{update: {}}", "overlay.yaml:4:5: error: an action needs a 'target'"),
        ("{target: 5, update: {}}", "overlay.yaml:4:14: error: an action needs a 'target'"),
        ("{target: $.info}", "overlay.yaml:4:5: error: this action does nothing"),
        ("{target: $.info, remove: false}", "overlay.yaml:4:5: error: this action does nothing"),
        ("{target: $.info, remove: yes}", "overlay.yaml:4:30: error: 'remove' is 'yes'; true or"),
        ("{target: '', remove: true}", "overlay.yaml:4:14: error: '' is not a JSONPath"),
        (
            f"{{target: \"$.a{'[0]' * 3000}\", remove: true}}",
            "overlay.yaml:4:14: error: '$.a[0][0]",
        ),
        ("{target: 'info', remove: true}", "overlay.yaml:4:14: error: 'info' is not a JSONPath"),
        ("{target: '$.a[', remove: true}", "overlay.yaml:4:14: error: '$.a[' is not a JSONPath"),
        ("{target: $, remove: true}", "overlay.yaml:4:14: error: the whole document cannot"),
        (
            "{target: $.info, update: {title: {x: 1}}}",
            "overlay.yaml:4:38: error: a mapping cannot be merged into 'Zoo', which stands at zoo.yaml:2:15",
        ),
        ("{target: $.info, update: [1]}", "overlay.yaml:4:30: error: a list cannot be merged"),
        (
            "{target: $.info, copy: $.paths.*}",
            "overlay.yaml:4:28: error: '$.paths.*' selects 2 values",
        ),
    ],
)
def test_an_action_that_cannot_be_carried_out_is_refused(
    tmp_path: Path, action: str, message: str
) -> None:
    assert refused(tmp_path, action).startswith(message)


def test_another_version_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, version="2.0.0").startswith(
        "overlay.yaml:1:10: error: version '2.0.0'"
    )


@pytest.mark.parametrize(
    "text", ["openapi: 3.1.0", "[]", "overlay: 1.0.0", "overlay: 1.0.0\nactions: {}"]
)
def test_what_is_no_overlay_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "zoo.yaml").write_text(SPEC)
    (tmp_path / "overlay.yaml").write_text(text)
    with pytest.raises(SpecError, match=r"overlay\.yaml:"):
        read(tmp_path / "zoo.yaml", overlays=[tmp_path / "overlay.yaml"])


def test_a_reference_in_an_overlay_is_one_of_the_document(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "zoo.yaml").write_text(SPEC)
    (tmp_path / "more.yaml").write_text("{name: three, in: query}")
    action = "{target: '$.paths[\"/animals\"].get.parameters', update: {$ref: more.yaml}}"
    overlay = tmp_path / "sub" / "overlay.yaml"
    overlay.write_text(f"overlay: 1.0.0\nactions: [{action}]\n")
    root = read(tmp_path / "zoo.yaml", overlays=[overlay]).root
    added = root["paths"]["/animals"]["get"]["parameters"][2]
    assert str(added.location).startswith("sub/overlay.yaml:2:")
    assert added.target().text_of("name") == "three"


NESTED = "[" * 120 + "]" * 120


def test_an_overlay_that_adds_very_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientsmith.read.overlay.MAX_NODES", 1000)
    doubled = ["{target: $.info.x-a, copy: $.info.x-a}"] * 16
    start = "{target: $.info, update: {x-a: [1, 2, 3, 4]}}"
    told = refused(tmp_path, start, *doubled, version="1.1.0")
    assert "the overlay adds more than 1,000 keys and values" in told


def test_values_are_nested_no_deeper_than_in_a_file(tmp_path: Path) -> None:
    start = f"{{target: $.info, update: {{x-a: {NESTED}}}}}"
    overlaid(tmp_path, start, f"{{target: $.info, update: {{x-b: {NESTED}}}}}")
    inside = f"{{target: '$..x-a{'[0]' * 119}', update: {NESTED}}}"
    assert "nested more than 200 deep" in refused(tmp_path, start, inside)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("$[?@.a == 1e999999]", "is not a JSONPath"),
        (f"$[?@.a == {'9' * 400}]", "is not a JSONPath"),
        ("$" + ".a" * 500_000, "has more than 1,000 characters"),
    ],
)
def test_a_target_that_no_query_can_be_is_told(tmp_path: Path, target: str, words: str) -> None:
    assert words in refused(tmp_path, f"{{target: '{target}', remove: true}}")


@pytest.mark.parametrize("function", ["match", "search"])
def test_a_pattern_takes_time_linear_in_the_text(tmp_path: Path, function: str) -> None:
    text = "a" * 40 + "!"
    document = overlaid(
        tmp_path,
        f"{{target: $.info, update: {{description: '{text}'}}}}",
        f"{{target: '$[?{function}(@.description, \"^(a|aa)+$\")]', remove: true}}",
        f"{{target: '$[?{function}(@.description, \"^(a|aa)+!$\")]', update: {{x-found: true}}}}",
    )
    found = document.root["info"].get("x-found")
    assert found is not None


def test_each_of_very_many_values_is_removed_in_time_linear_in_their_number(tmp_path: Path) -> None:
    count = 20_000
    entries = ", ".join(f"x-{number}: {{a: 1, b: 2}}" for number in range(count))
    began = time.process_time()
    document = overlaid(
        tmp_path,
        f"{{target: $.info, update: {{{entries}}}}}",
        "{target: $.info.*.a, remove: true}",
    )
    assert document.root["info"]["x-7"].value == {"b": 2}
    assert time.process_time() - began < 20
