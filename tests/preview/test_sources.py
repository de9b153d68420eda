"""Where the lines of the output come from, and what comes from the lines of the document and of the templates."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Preview

ANIMALS = "src/zoo/api/animals.py"
ANIMAL = "src/zoo/models/animal.py"


def sources(preview: Preview, file: str, text: str) -> list[Any]:
    answer = preview.get("lines", kind="output", file=file)
    index = next(i for i, line in enumerate(answer["lines"]) if text in line)
    return [answer["sources"][number] for number in answer["origins"][index]]


@pytest.mark.parametrize(
    ("file", "text", "template", "block", "subject", "document", "spec"),
    [
        (
            ANIMALS,
            "print(",
            "api/method.jinja",
            "body",
            "the operation list_animals",
            "zoo.yaml",
            6,
        ),
        (
            ANIMALS,
            "List the",
            "api/method.jinja",
            "summary",
            "the operation list_animals",
            "zoo.yaml",
            8,
        ),
        (ANIMAL, "What it is", "object.jinja", "field", "the model Animal", "parts.yaml", 6),
        (ANIMAL, "class Animal", "object.jinja", "class", "the model Animal", "parts.yaml", 1),
    ],
)
def test_a_line_of_the_output_has_its_sources(
    preview: Preview,
    file: str,
    text: str,
    template: str,
    block: str,
    subject: str,
    document: str,
    spec: int,
) -> None:
    first = sources(preview, file, text)[0]
    assert first["template"][0].endswith(template)
    assert (first["block"], first["subject"]) == (block, subject)
    assert first["document"][0].endswith(document)
    assert preview.lines("document", first["document"][0])
    assert first["document"][1] == spec


@pytest.mark.parametrize(
    ("document", "text", "output"),
    [
        ("zoo.yaml", "  /animals:", ANIMALS),
        ("zoo.yaml", "    get:", ANIMALS),
        ("zoo.yaml", "summary: List", ANIMALS),
        ("zoo.yaml", "The animals.", ANIMALS),
        ("parts.yaml", "Animal:", ANIMAL),
        ("parts.yaml", "type: string", ANIMAL),
        ("parts.yaml", "What it is", ANIMAL),
    ],
)
def test_a_line_of_the_document_leads_to_the_output(
    preview: Preview, document: str, text: str, output: str
) -> None:
    file = preview.name("document", document)
    number = preview.number("document", file, text)
    found = preview.get("found", kind="document", file=file, line=number)
    assert output in found["outputs"][:2]
    meant = {(file, line) for line in found["lines"]}
    answer = preview.get("lines", kind="output", file=output)
    lit = [
        line
        for line, numbers in zip(answer["lines"], answer["origins"], strict=True)
        if any(tuple(answer["sources"][each]["document"] or ()) in meant for each in numbers)
    ]
    assert any(line.strip() for line in lit)
    assert len(lit) < len(answer["lines"])


def test_a_line_of_a_template_leads_to_the_output(preview: Preview) -> None:
    file = preview.name("template", "templates/package/api/method.jinja")
    assert (
        preview.get("lines", kind="template", file=file)["lines"][2].strip() == 'print("calling")'
    )
    found = preview.get("found", kind="template", file=file, line=3)
    assert found == {"outputs": [ANIMALS], "lines": [3]}


def test_a_line_of_a_template_that_prints_nothing_stands_for_its_block(preview: Preview) -> None:
    file = preview.name("template", "templates/package/api/method.jinja")
    found = preview.get("found", kind="template", file=file, line=2)
    assert found["outputs"] == [ANIMALS]
    assert 3 in found["lines"]
    assert preview.get("found", kind="template", file=file, line=1) == {"outputs": [], "lines": []}


def test_all_templates_are_offered_the_users_and_the_default_ones(preview: Preview) -> None:
    labels = [label for _, label in preview.get("picture", after=0)["files"]["template"]]
    assert {"package/api/method.jinja", "default/package/api/method.jinja"} <= set(labels)
    assert "package/models/object.jinja" in labels
    assert len(set(labels)) == len(labels)


def test_what_the_page_shows_is_what_would_be_written(preview: Preview) -> None:
    from clientsmith.config import load
    from clientsmith.pipeline import generate

    shown = {
        path: "\n".join(preview.lines("output", path))
        for path, _ in preview.get("picture", after=0)["files"]["output"]
        if "/_runtime/" not in path
    }
    assert not (preview.root / "out").exists()
    generate(load(preview.root, output=str(preview.root / "elsewhere")))
    assert shown
    for path, text in shown.items():
        assert (preview.root / "elsewhere" / path).read_text() == text
