"""Templates that were compiled before give the same as those that are compiled now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from jinja2 import Environment

from clientsmith.api import Api, Value
from clientsmith.cache import NOTHING, Cache
from clientsmith.literal import literal
from clientsmith.places import RUNTIME
from clientsmith.plugins import Plugin
from clientsmith.render import Renderer, building, compiled, find_templates
from clientsmith.render.environment import TemplateEnvironment
from clientsmith.style import formatted
from clientsmith.text import Code


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of compiled default templates, as the build makes it, in place of the installed one."""
    folder = tmp_path / "built"
    folder.mkdir()
    for name, text in building.modules():
        folder.joinpath(f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(compiled, "BUILT", folder)
    return folder


@pytest.fixture
def compilations(built: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the templates that are compiled, as they come."""
    names: list[str] = []
    compile_ = cast(Callable[..., object], Environment.compile)

    def noted(self: TemplateEnvironment, *arguments: Any) -> object:
        names.extend(name for name in arguments[1:2] if name is not None)
        return compile_(self, *arguments)

    monkeypatch.setattr(TemplateEnvironment, "compile", noted)
    return names


def rendered(
    api: Api, folder: Path | None = None, kept: Cache = NOTHING, plugins: Sequence[Plugin] = ()
) -> dict[str, str]:
    """Return what the templates give."""
    return dict(Renderer(api, find_templates(folder), plugins, kept=kept).files())


def test_no_default_template_is_compiled_again(zoo: Api, compilations: list[str]) -> None:
    assert rendered(zoo)
    assert compilations == []


def test_what_was_built_gives_the_same(zoo: Api, built: Path, compilations: list[str]) -> None:
    texts = rendered(zoo)
    for module in built.glob("*.py"):
        module.unlink()
    assert rendered(zoo) == texts
    assert len(compilations) > 20


def test_only_what_differs_from_what_was_built_is_compiled(
    zoo: Api, compilations: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "header.jinja").write_text(
        '{% extends "default/header.jinja" %}{% block header %}# Mine{% endblock %}'
    )
    assert rendered(zoo, folder)["pyproject.toml"].startswith("# Mine")
    assert compilations == ["header.jinja"]


def test_a_template_of_the_user_is_compiled_once(
    zoo: Api, compilations: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    kept = Cache(tmp_path / "cache")
    (folder / "header.jinja").write_text("# Mine")
    first = rendered(zoo, folder, kept)
    assert rendered(zoo, folder, kept) == first
    assert compilations == ["header.jinja"]
    (folder / "header.jinja").write_text("# Still mine")
    assert rendered(zoo, folder, kept) != first
    assert compilations == ["header.jinja"] * 2


def test_code_that_was_kept_and_is_damaged_is_compiled_anew(
    zoo: Api, compilations: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    kept = Cache(tmp_path / "cache")
    (folder / "header.jinja").write_text("# Mine")
    first = rendered(zoo, folder, kept)
    (entry,) = (tmp_path / "cache" / "templates").iterdir()
    entry.write_bytes(entry.read_bytes()[:-10])
    assert rendered(zoo, folder, kept) == first
    assert compilations == ["header.jinja"] * 2


def test_a_filter_that_takes_the_place_of_another_is_not_overlooked(
    zoo: Api, compilations: list[str]
) -> None:
    def shouted(value: Value) -> Code:
        return Code(literal(value).upper())

    plugin = Plugin("mine", None, None, {"literal": shouted}, {}, {})
    assert rendered(zoo, plugins=[plugin]) != rendered(zoo)
    assert len(compilations) > 20


def test_the_runtime_is_in_the_formatters_style_although_no_run_formats_it() -> None:
    for module in RUNTIME.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert formatted(text) == text, module
