"""A document, a folder for templates, and what a run with them gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientsmith.api import Api
from clientsmith.cli import main
from clientsmith.config import Configuration
from clientsmith.diagnostics import Diagnostic, format_text
from clientsmith.format import format_files
from clientsmith.pipeline import lowered
from clientsmith.render import Renderer, TemplateError, find_templates

DOCUMENT = """\
openapi: 3.1.0
info: {title: Zoo, version: "1"}
servers: [{url: "https://zoo.example"}]
paths:
  /animals:
    get:
      operationId: listAnimals
      summary: List the "animals"
      tags: [animals]
      responses:
        "200":
          description: The animals.
          content:
            application/json:
              schema:
                type: array
                items: {$ref: "#/components/schemas/Animal"}
  /keepers:
    get:
      operationId: listKeepers
      tags: [keepers]
      deprecated: true
      responses: {"204": {description: Nobody.}}
components:
  schemas:
    Animal:
      type: object
      properties:
        name: {type: string, description: What it is called.}
"""


class Project:
    """A folder with a configuration, a document and templates.

    Args:
        root: The folder.
        api: The document, lowered.
        capsys: What reads the output of commands.
    """

    def __init__(self, root: Path, api: Api, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.api = api
        self.templates = root / "templates"
        self.warnings: list[Diagnostic] = []
        self._capsys = capsys

    def template(self, name: str, text: str) -> Path:
        """Write a template."""
        file = self.templates / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def plugin(self, text: str, *, templates: bool = True) -> None:
        """Write a plugin, and a configuration that names it."""
        (self.root / "plugin.py").write_text(text)
        folder = 'templates = "templates"\n' if templates else ""
        (self.root / "clientsmith.toml").write_text(
            f'spec = "zoo.yaml"\noutput = "out"\nplugins = ["plugin.py"]\n{folder}'
        )

    @property
    def renderer(self) -> Renderer:
        """The templates at work."""
        return Renderer(self.api, find_templates(self.templates), report=self.warnings.append)

    def paths(self) -> set[str]:
        """Return the paths of the files that the templates give."""
        return {output.path for output in self.renderer.outputs()}

    def text(self, path: str) -> str:
        """Return the text of a file, not formatted."""
        renderer = self.renderer
        return next(renderer.text(output) for output in renderer.outputs() if output.path == path)

    def refused(self, *, compiled: bool = False) -> str:
        """Make all files, and compile and format them, which has to fail; return what is said."""
        with pytest.raises(TemplateError) as error:
            self._make(compiled=compiled)
        return format_text(error.value.diagnostics)

    def _make(self, *, compiled: bool) -> None:
        renderer = self.renderer
        if not compiled:
            assert list(renderer.files())
            return
        try:
            format_files(renderer.files(), thorough=True)
        except TemplateError as error:
            raise renderer.blamed(error) from error

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command; return its exit status, its results and its messages."""
        status = main(arguments)
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err


def lower(folder: Path) -> Api:
    """Return the document in a folder, lowered, with its models."""
    api = lowered(Configuration(spec=folder / "zoo.yaml", root=folder)).api
    assert len(api.models) == 1
    return api


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Api:
    """The document, lowered once for all tests."""
    folder = tmp_path_factory.mktemp("zoo")
    (folder / "zoo.yaml").write_text(DOCUMENT)
    return lower(folder)


@pytest.fixture
def project(
    zoo: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Project:
    """The current folder: a project with a document and no templates yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "zoo.yaml").write_text(DOCUMENT)
    (tmp_path / "clientsmith.toml").write_text(
        'spec = "zoo.yaml"\noutput = "out"\ntemplates = "templates"\n'
    )
    (tmp_path / "templates").mkdir()
    return Project(tmp_path, zoo, capsys)
