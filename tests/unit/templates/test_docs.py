"""The snippets of docs/customize.md work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clientsmith.plugins.loading import changed, load
from clientsmith.render import Renderer, find_templates

from .conftest import Project

PAGE = (Path(__file__).parents[3] / "docs" / "customize.md").read_text(encoding="utf-8")


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("snippet", snippets("python"))
def test_a_plugin_of_the_page_works(snippet: str, project: Project) -> None:
    file = project.root / "plugin.py"
    file.write_text(snippet)
    plugins = load({"plugin.py": file})
    api = changed(project.api, plugins)
    files = dict(Renderer(api, find_templates(), plugins).files())
    assert plugins[0].change is not None
    assert "src/zoo/client.py" in files


@pytest.mark.parametrize("snippet", snippets("jinja"))
def test_a_template_of_the_page_works(snippet: str, project: Project) -> None:
    before = dict(project.renderer.files())
    extended = re.match(r'\{% extends "default/(.+)" %\}', snippet)
    project.template(extended[1] if extended else "new.md.jinja", snippet)
    assert dict(project.renderer.files()) != before
    assert project.warnings == []


def test_the_page_has_snippets_of_both_kinds() -> None:
    assert (len(snippets("python")), len(snippets("jinja"))) == (2, 4)
