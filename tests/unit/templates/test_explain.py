"""Which line of which template, and of the document, made a line of the output."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientsmith.config import load
from clientsmith.explain import Explained, explain
from clientsmith.format import format_files
from clientsmith.pipeline import generate, lowered
from clientsmith.render.alignment import aligned

from .conftest import DOCUMENT, Project

ANIMALS = "out/src/zoo/api/animals.py"
ANIMAL = "out/src/zoo/models/animal.py"
METHOD = "package/api/method.jinja"
RETRY = "out/src/zoo/_runtime/retry.py"
OPERATION = "the operation list_animals"


class Generated:
    """A folder whose output is written, with a template of its own; each file is explained once.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._explained: dict[str, Explained] = {}

    def explain(self, file: str) -> Explained:
        """Explain a file."""
        if file not in self._explained:
            self._explained[file] = explain(load(self.root), self.root / file)
        return self._explained[file]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    root = tmp_path_factory.mktemp("explained")
    (root / "zoo.yaml").write_text(DOCUMENT)
    (root / "clientsmith.toml").write_text(
        'spec = "zoo.yaml"\noutput = "out"\ntemplates = "templates"\n'
    )
    method = root / "templates" / METHOD
    method.parent.mkdir(parents=True)
    method.write_text(
        '{% extends "default/package/api/method.jinja" %}\n{% block body %}\n'
        '        print({{ operation.summary | literal }},\n            "called")\n{{ super() }}{% endblock %}'
    )
    generate(load(root))
    return Generated(root)


@pytest.mark.parametrize(
    ("file", "text", "template", "block", "subject", "spec"),
    [
        (ANIMALS, 'List the "animals"', "/method.jinja:20", "summary", OPERATION, 8),
        (ANIMALS, "print(", "templates/package/api/method.jinja:3", "body", OPERATION, 8),
        (ANIMALS, "The animals.", "/method.jinja:", "returns", OPERATION, 12),
        (ANIMALS, "return self._call", "/method.jinja:", "body", OPERATION, 6),
        (ANIMALS, 'id="listAnimals"', "/descriptor.jinja:", "request_line", OPERATION, 7),
        (ANIMALS, "Response.of(", "/macros.jinja:", "macro response", OPERATION, 14),
        (ANIMALS, "def with_response", "/resource.py.jinja:", "with_response", "the resource", 2),
        (ANIMALS, "# Generated", "/header.jinja:3", "header", "the resource animals", 2),
        (ANIMAL, "name: str", "/object.jinja:", "field", "the model Animal", 29),
        (ANIMAL, "What it is called.", "/object.jinja:", "field", "the model Animal", 29),
        (ANIMAL, "class Animal", "/object.jinja:", "class", "the model Animal", 26),
        ("out/README.md", "**List the", "/README.md.jinja:", "operations", OPERATION, 8),
        ("out/pyproject.toml", "name = ", "/pyproject.toml.jinja:", "project", None, 2),
        (RETRY, "import annotations", "/runtime/retry.py:", None, None, None),
    ],
)
def test_a_line_is_explained_after_it_was_formatted(
    generated: Generated,
    file: str,
    text: str,
    template: str,
    block: str | None,
    subject: str | None,
    spec: int | None,
) -> None:
    line = next(line for line in generated.explain(file).lines if text in line.text)
    source = line.sources[0]
    place = f"{source.template.file}:{source.template.line}"
    assert template in place
    assert (source.block, source.spec.line if source.spec else None) == (block, spec)
    assert (source.subject or "").startswith(subject or "")


def test_every_line_of_the_output_has_a_source(generated: Generated) -> None:
    for path in (ANIMALS, ANIMAL, "out/src/zoo/client.py", "out/README.md", RETRY):
        explained = generated.explain(path)
        assert explained.is_current
        assert [line.number for line in explained.lines if not line.sources] == []


def test_a_line_and_a_file_are_told_by_the_command(project: Project) -> None:
    assert project.run("generate")[0] == 0
    number = next(
        number
        for number, line in enumerate((project.root / ANIMAL).read_text().split("\n"), 1)
        if "name: str" in line
    )
    status, out, err = project.run("explain", f"{ANIMAL}:{number}")
    assert (status, err) == (0, "")
    assert out.startswith(f"{ANIMAL}:{number}: name: str | None = None\n  template:     ")
    assert "\n  rendered for: the model Animal\n  spec:         zoo.yaml:29\n" in out
    status, out, _ = project.run("explain", ANIMAL)
    head, first, *rows = out.splitlines()
    assert status == 0
    assert head.split() == ["lines", "template", "block", "rendered", "for", "spec"]
    assert first.split()[0] == "1"
    assert "/header.jinja:3" in first
    assert any("the model Animal" in row and row.endswith("zoo.yaml:29") for row in rows)


def test_a_file_that_was_edited_is_explained_as_far_as_it_is_what_was_generated(
    project: Project,
) -> None:
    assert project.run("generate")[0] == 0
    file = project.root / ANIMALS
    file.write_text("# mine\n" + file.read_text())
    status, out, err = project.run("explain", f"{ANIMALS}:1")
    assert status == 0
    assert "somebody else wrote this line" in out
    assert f"{ANIMALS} is not what the document and the templates give now" in err
    assert "/header.jinja:3" in project.run("explain", f"{ANIMALS}:2")[1]
    status, out, err = project.run("explain", f"{ANIMALS}:99999")
    assert (status, out) == (2, "")
    assert f"{ANIMALS} has " in err


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("zoo.yaml", "zoo.yaml is not in the output, out"),
        ("out/.clientsmith.json", "is not made of a template"),
        ("out/src/zoo/nothing.py:3", "out/src/zoo/nothing.py is not made of a template"),
        ("out/src/zoo/nothing.py:3", "hint: there is no such file"),
        ("nothing.py", "there is no file nothing.py"),
        ("templates", "templates is a folder"),
        ("", ". is a folder"),
        ("clientsmith.toml:1-2", "'1-2' is no number of a line"),
        ("clientsmith.toml:-1", "'-1' is no number of a line"),
        ("clientsmith.toml:1e3", "'1e3' is no number of a line"),
        ("clientsmith.toml:3:", "clientsmith.toml is not in the output, out"),
    ],
)
def test_what_cannot_be_explained_is_told(project: Project, place: str, said: str) -> None:
    status, out, err = project.run("explain", place)
    assert (status, out) == (2, "")
    assert said in err


def test_a_place_may_be_written_as_compilers_do(project: Project) -> None:
    assert project.run("generate")[0] == 0
    told = project.run("explain", f"{ANIMALS}:1")
    assert told[0] == 0
    for place in (
        f"{ANIMALS}:1:",
        f"{ANIMALS}:1:5",
        f"{ANIMALS}:1:5:",
        project.root / f"{ANIMALS}:1",
    ):
        assert project.run("explain", str(place)) == told
    assert project.run("explain", f"{ANIMALS}:")[1] == project.run("explain", ANIMALS)[1]
    for line in (0, 99999):
        assert project.run("explain", f"{ANIMALS}:{line}")[0] == 2


def test_a_file_in_which_a_template_prints_nothing_is_of_that_template(project: Project) -> None:
    project.template("empty.txt.jinja", "{# nothing #}")
    assert project.run("generate")[0] == 0
    for file, template in (
        ("out/src/zoo/py.typed", "templates/package/py.typed:1"),
        ("out/empty.txt", "templates/empty.txt.jinja:1"),
    ):
        table = project.run("explain", file)[1].splitlines()
        assert template in table[1]
        assert template in project.run("explain", f"{file}:1")[1]


def test_an_expression_of_several_lines_is_told_with_its_first(project: Project) -> None:
    project.template("x.txt.jinja", 'a\n{{ "b"\n ~ "c"\n ~ api.package | upper }}\n')
    assert project.run("generate")[0] == 0
    assert "templates/x.txt.jinja:2" in project.run("explain", "out/x.txt:2")[1]


@pytest.mark.parametrize("spec", ["polymorphism", "several_bodies"])
def test_tracing_changes_no_character_and_finds_every_token(spec: str, tmp_path: Path) -> None:
    document = Path(__file__).parents[2] / "golden" / "documents" / f"{spec}.yaml"
    renderer = lowered(load(tmp_path, spec=str(document))).renderer
    plain = dict(renderer.files())
    traced = dict(renderer.tracing().files())
    assert plain == traced
    rendered = {path: text for path, text in traced.items() if "/_runtime/" not in path}
    for path, text in format_files(rendered.items()).items():
        lines = text.split("\n")
        found = aligned(rendered[path], text)
        assert len(found) == len(lines)
        for line, pieces in zip(lines, found, strict=True):
            for start, end in pieces:
                words = "".join(rendered[path][start:end].split()).strip("\"'")
                assert words.replace("'", '"') in "".join(text.split()).replace("'", '"'), line
            assert pieces or not line.strip(" ,()[]")


def test_what_a_document_refers_to_is_read_as_by_generate(project: Project) -> None:
    inner = project.root / "api"
    inner.mkdir()
    (project.root / "zoo.yaml").rename(inner / "zoo.yaml")
    parts = "Animal: {type: object, properties: {legs: {type: integer}}}\n"
    (project.root / "parts.yaml").write_text(parts)
    document = DOCUMENT.replace("#/components/schemas/", "../parts.yaml#/")
    (inner / "zoo.yaml").write_text(document.partition("components:")[0])
    configuration = 'spec = "api/zoo.yaml"\noutput = "out"\ndocument-root = "."\n'
    (project.root / "clientsmith.toml").write_text(configuration)
    assert project.run("generate")[0] == 0
    _, out, err = project.run("explain", ANIMAL)
    assert err == ""
    assert "parts.yaml:1" in out
    assert "legs" in project.run("templates", "context")[1]
