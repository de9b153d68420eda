"""What a document says in keys of its own, as templates and plugins find it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clientsmith.api import Api, Entries
from clientsmith.config import Configuration
from clientsmith.diagnostics import format_text
from clientsmith.pipeline import lowered
from clientsmith.plugins.changes import with_operations
from clientsmith.render import Renderer, TemplateError, find_templates
from clientsmith.text import Text, opened

DOCUMENT = """\
openapi: 3.1.0
x-owner: Zoo Ltd
info: {title: Zoo, version: "1", x-tier: gold}
servers: [{url: "https://zoo.example"}]
tags: [{name: animals, x-icon: paw}]
paths:
  /animals:
    x-team: outer
    x-audience: [public, partner]
    get:
      operationId: listAnimals
      tags: [animals]
      x-team: {name: "keepers\\"; import os", size: 3, active: true, none: null, rate: 0.5}
      parameters: [{name: limit, in: query, schema: {type: integer}, x-page: true}]
      responses:
        "200":
          description: The animals.
          x-cache: 60
          content:
            application/json: {schema: {$ref: "#/components/schemas/Animal"}}
components:
  schemas:
    Animal:
      type: object
      x-table: animals
      properties: {name: {type: string, x-column: nom}}
"""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    file = tmp_path_factory.mktemp("zoo") / "zoo.yaml"
    file.write_text(DOCUMENT)
    api = lowered(Configuration(spec=file, root=file.parent)).api
    assert api.models
    return api


def rendered(api: Api, folder: Path, template: str) -> str:
    (folder / "x.txt.jinja").write_text(template)
    renderer = Renderer(api, find_templates(folder))
    return next(renderer.text(output) for output in renderer.outputs() if output.path == "x.txt")


def refused(api: Api, folder: Path, template: str) -> str:
    with pytest.raises(TemplateError) as error:
        rendered(api, folder, template)
    return format_text(error.value.diagnostics)


OPERATION = "{% set operation = api.operations[0] %}"


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('api.extensions["x-owner"] | literal', '"Zoo Ltd"'),
        ('api.extensions["x-tier"] | literal', '"gold"'),
        ('api.resources[0].extensions["x-icon"] | literal', '"paw"'),
        ('operation.extensions["x-audience"] | literal', '["public", "partner"]'),
        ('operation.extensions["x-team"].name | comment', 'keepers"; import os'),
        ('operation.extensions["x-team"]["size"] + 1', "4"),
        ('operation.extensions["x-team"].active', "True"),
        (
            'operation.extensions["x-team"] | literal',
            """{"name": 'keepers"; import os', "size": 3, "active": True, "none": None, "rate": 0.5}""",
        ),
        ('operation.extensions.get("x-nope", "none")', "none"),
        ('"yes" if "x-team" in operation.extensions', "yes"),
        ('operation.parameters[0].extensions["x-page"]', "True"),
        ('operation.responses[0].extensions["x-cache"]', "60"),
        ('api.models[0].extensions["x-table"] | literal', '"animals"'),
        ('api.models[0].fields[0].extensions["x-column"] | literal', '"nom"'),
        ("operation.extensions | length", "2"),
    ],
)
def test_a_template_finds_an_extension_by_its_name(
    api: Api, tmp_path: Path, expression: str, text: str
) -> None:
    assert rendered(api, tmp_path, f"{OPERATION}{{{{ {expression} }}}}") == text


@pytest.mark.parametrize(
    "code",
    [
        '{{ operation.extensions["x-team"].name }}',
        '{{ operation.extensions["x-audience"][0] }}',
        "{% for name in operation.extensions %}{{ name }}{% endfor %}",
        '{% for name, value in operation.extensions["x-team"].items() %}{{ name }}{% endfor %}',
        '{{ operation.extensions["x-audience"] | join }}',
        '{{ operation.extensions["x-team"].name ~ "" }}',
        "{{ operation.extensions._entries }}",
    ],
)
def test_text_of_an_extension_must_pass_a_filter(api: Api, tmp_path: Path, code: str) -> None:
    assert "error" in refused(api, tmp_path, OPERATION + code)


def test_an_extension_that_is_not_there_is_told_with_the_nearest_that_is(
    api: Api, tmp_path: Path
) -> None:
    told = refused(api, tmp_path, OPERATION + '{{ operation.extensions["x-teem"] | literal }}')
    assert "the document has no 'x-teem' here; did you mean x-team?" in told


def test_a_plugin_finds_an_extension_and_leaves_what_it_makes_of_it(api: Api) -> None:
    def change(api: Api) -> Iterator[object]:
        team = api.operations[0].extensions.get("x-team")
        assert isinstance(team, Entries)
        name = team["name"]
        assert isinstance(name, Text)
        changed = with_operations(
            api, lambda operation: replace(operation, extra={"team": opened(name).split('"')[0]})
        )
        yield from changed.operations

    (operation,) = change(api)
    assert getattr(operation, "extra", None) == {"team": "keepers"}
