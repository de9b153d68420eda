"""A package of many files is rendered by two processes, and is the same."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clientsmith import pipeline
from clientsmith.config import Configuration
from clientsmith.pipeline import sharing
from clientsmith.render import TemplateError


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    spec = tmp_path / "openapi.json"
    schemas = {f"Model{n}": {"properties": {"a": {"type": "string"}}} for n in range(20)}
    info = {"title": "T", "version": "1"}
    spec.write_text(
        json.dumps({"openapi": "3.1.0", "info": info, "components": {"schemas": schemas}})
    )
    return Configuration(spec=spec, root=tmp_path)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that are started while two of them are worth it for any package."""
    started: list[int] = []
    fork = os.fork

    def forking() -> int:
        child = fork()
        if child:
            started.append(child)
        return child

    monkeypatch.setattr(os, "fork", forking)
    monkeypatch.setattr(sharing, "MANY", 0)
    monkeypatch.setattr(sharing, "processors", lambda: 2)
    return started


def test_two_processes_give_what_one_gives(
    configuration: Configuration, processes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = pipeline.make(configuration).files
    assert len(processes) == 2  # findings, some of the files
    monkeypatch.setattr(sharing, "processors", lambda: 1)
    alone = pipeline.make(configuration).files
    assert len(processes) == 3  # findings
    assert list(shared.items()) == list(alone.items())


@pytest.mark.parametrize("failing", [("Model3", "Model4"), ("Model4", "Model5")])
def test_the_first_of_the_files_that_fail_is_told(
    configuration: Configuration, processes: list[int], tmp_path: Path, failing: tuple[str, ...]
) -> None:
    templates = tmp_path / "templates"
    (templates / "extra").mkdir(parents=True)
    (templates / "extra" / "each.md.jinja").write_text(
        "---\nfor: model\npath: docs/{{ model.name }}.md\n---\n"
        f"{{% if model.name in {failing!r} %}}{{{{ model.nothing }}}}{{% endif %}}\n"
    )
    own = Configuration(spec=configuration.spec, root=tmp_path, templates=templates)
    with pytest.raises(TemplateError, match=min(failing)):
        pipeline.make(own)
