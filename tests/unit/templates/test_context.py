"""What can be known of the templates: their list, their context, and the page of reference."""

from __future__ import annotations

import json
import os
from pathlib import Path

from clientsmith.customize import reference
from clientsmith.render import find_templates

from .conftest import Project

PAGE = Path(__file__).parents[3] / "docs" / "templates.md"


def test_the_reference_is_what_the_code_says() -> None:
    """`nox -s golden -- --update` rewrites it."""
    page = reference.page()
    if os.environ.get("CLIENTSMITH_UPDATE_GOLDEN"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def test_every_template_and_every_block_says_what_it_is() -> None:
    templates = [each for each in find_templates().templates if each.kind != "copy"]
    blocks = [(each.name, block) for each in templates for block in reference.blocks_of(each)]
    assert len(blocks) > 80
    assert [name for name, block in blocks if not block.description] == []
    assert [each.name for each in templates if not reference.description_of(each)] == []


def test_the_reference_has_every_field_filter_and_block() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for entry in (
        "| `operationId`",
        "### Operation",
        "| `summary` | `Text`",
        "`doc(indent=4, hanging=0, used=0)`",
        "| `docstring` |",
    ):
        assert (entry in page) is (entry != "| `operationId`")


def test_the_list_has_a_name_first_on_each_line(project: Project) -> None:
    project.template("extra.txt.jinja", "a")
    project.template("header.jinja", "b")
    project.template("README.md.jinja", "")
    status, out, _ = project.run("templates", "list")
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in out.splitlines()}
    assert status == 0
    assert lines["extra.txt.jinja"] == "once: extra.txt; yours, added"
    assert lines["header.jinja"] == "included; yours"
    assert lines["README.md.jinja"] == "dropped; yours"
    assert lines["package/api/method.jinja"].startswith(
        "included; blocks: overloads, signature, docstring"
    )
    assert lines["package/models/model.py.jinja"].startswith(
        "each model: src/{{ api.package }}/models/"
    )
    assert lines["runtime/retry.py"] == "copied: src/{{ api.package }}/_runtime/retry.py"


def test_the_context_is_printed_as_a_tree(project: Project) -> None:
    status, out, _ = project.run("templates", "context")
    assert status == 0
    assert out.startswith("api: Api\n  title: Text 'Zoo'\n")
    assert (
        "      operations: 1 of Operation\n        [0]: Operation\n          name: Name list_animals\n"
        in out
    )
    assert "          source: zoo.yaml:7:7\n" in out
    assert "\n  models: 1 of Model\n" in out


def test_the_context_is_printed_as_json_with_every_node_once(project: Project) -> None:
    status, out, _ = project.run("templates", "context", "--format", "json")
    api = json.loads(out)["api"]
    assert status == 0
    assert api["resources"][0]["operations"][0]["summary"] == 'List the "animals"'
    assert api["operations"][0] == {"see": "api.resources[0].operations[0]"}
    assert api["models"][0]["fields"][0]["wire_name"] == "name"
    assert api["resources"][0]["class"] == "Resource"


def test_the_context_is_that_after_the_plugins(project: Project) -> None:
    project.plugin(
        "from dataclasses import replace\n\n\ndef change_api(api):\n    return replace(api, extra={'team': 'voice'})\n"
    )
    assert "  extra: 1 entries\n    'team': 'voice'\n" in project.run("templates", "context")[1]
