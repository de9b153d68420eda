"""Documents whose sections stand in other files."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientsmith.config import Configuration
from clientsmith.diagnostics import Diagnostic
from clientsmith.lower import Lowered, lower
from clientsmith.read.document import Document
from clientsmith.read.loading import read
from clientsmith.text import opened
from clientsmith.validate import validate

SPLIT = {
    "api.yaml": """
openapi: 3.0.3
info: {$ref: info.yaml}
tags: {$ref: '#/x-tags'}
x-tags: [{name: pets, description: All of them.}]
servers: [{url: 'https://a.test'}]
paths: {$ref: 'parts/paths.yaml'}
components:
  schemas: {$ref: 'parts/schemas.yaml'}
""",
    "info.yaml": "{title: Split, version: '1.10'}",
    "parts/paths.yaml": """
/pets:
  get:
    operationId: listPets
    tags: [pets]
    responses:
      '200': {description: ok, content: {application/json: {schema: {$ref: '../api.yaml#/components/schemas/Pet'}}}}
/pets/{id}: {$ref: pet.yaml}
""",
    "parts/pet.yaml": """
delete:
  operationId: deletePet
  parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
  responses: {'204': {description: gone}}
""",
    "parts/schemas.yaml": """
Pet: {type: object, properties: {owner: {$ref: '#/Owner'}}}
Owner: {type: object, properties: {name: {type: string}}}
""",
}


def written(folder: Path, **changed: str) -> Document:
    for name, text in {**SPLIT, **changed}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read(folder / "api.yaml")


def lowered(document: Document) -> Lowered:
    path = document.root.file.path
    assert path is not None
    return lower(document, Configuration(spec=path, root=path.parent))


def told(document: Document, rule: str) -> list[Diagnostic]:
    return [found for found in validate(document) if found.rule == rule]


def test_sections_in_other_files_are_taken(tmp_path: Path) -> None:
    found = lowered(written(tmp_path))
    assert (opened(found.api.title), opened(found.api.version)) == ("Split", "1.10")
    assert [str(operation.name) for operation in found.api.operations] == [
        "list_pets",
        "delete_pet",
    ]
    assert found.definitions.keys() == {"Pet", "Owner"}
    assert found.api.operations[0].returns.annotation == "models.Pet"
    assert opened(found.api.resources[0].description) == "All of them."


def test_what_was_taken_keeps_its_place_and_is_told(tmp_path: Path) -> None:
    document = written(tmp_path, **{"parts/schemas.yaml": "Pet: {default: {a: 1}, type: string}\n"})
    places = [
        (Path(found.location.file).name, found.location.line)
        for found in told(document, "misplaced-reference")
        if found.location is not None
    ]
    assert places == [("api.yaml", line) for line in (3, 4, 7, 9)]
    (wrong,) = told(document, "wrong-default")
    assert wrong.location is not None
    assert (Path(wrong.location.file).name, wrong.location.column) == ("schemas.yaml", 7)
    names = {Path(file.name).name for file in document.files}
    assert names == {"api.yaml", "info.yaml", "paths.yaml", "pet.yaml", "schemas.yaml"}


@pytest.mark.parametrize("name", ["parts/paths.yaml", "info.yaml"])
def test_a_section_that_is_nowhere_is_told_and_the_rest_taken(tmp_path: Path, name: str) -> None:
    document = written(tmp_path)
    (tmp_path / name).unlink()
    document = read(tmp_path / "api.yaml")
    assert len(told(document, "dangling-reference")) == 1
    assert lowered(document).definitions.keys() == {"Pet", "Owner"}


def test_a_component_in_another_file_has_its_own_name(tmp_path: Path) -> None:
    text = """
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: 'pet.v2.yaml'}}}}}}}
components:
  schemas:
    Animal: {$ref: 'pet.v2.yaml'}
    Error: {$ref: 'parts/errors.yaml#/Error'}
    Alias: {$ref: '#/components/schemas/Error'}
    Local: {$ref: '#/x-schemas/Local'}
x-schemas:
  Local: {type: object, properties: {a: {type: string}}}
"""
    others = {
        "pet.v2.yaml": "{type: object, properties: {error: {$ref: 'parts/errors.yaml#/Error'}}}",
        "parts/errors.yaml": "Error: {type: object, properties: {code: {type: integer}}}",
    }
    found = lowered(written(tmp_path, **{"api.yaml": text, **others}))
    assert found.definitions.keys() == {"Animal", "Error", "Local"}
    assert found.api.operations[0].returns.annotation == "models.Animal"
