"""When a run may be left out because it would change nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from clientsmith import installation
from clientsmith.config import Configuration
from clientsmith.diagnostics import Diagnostic, format_text
from clientsmith.freshness import current, manifest_of, record
from clientsmith.paths import MANIFEST
from clientsmith.read.loading import read
from clientsmith.write import write

DAMAGED = '{"manifest": "", "operations": 1, "models": 1, "files": 1, "diagnostics": [{"x": 1}]}'
FILES = {"README.md": "shop\n", "src/shop/__init__.py": "shop\n"}


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configuration:
    """Return the configuration of a run that ended well, and left its stamp."""
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/README.md.jinja").write_text("shop\n")
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec/api.yaml").write_text("a: {$ref: 'parts/b.yaml'}\n")
    (tmp_path / "spec/parts").mkdir()
    (tmp_path / "spec/parts/b.yaml").write_text("b: 1\n")
    configuration = Configuration(
        spec=tmp_path / "spec/api.yaml",
        root=tmp_path,
        output=tmp_path / "shop",
        package="shop",
        templates=tmp_path / "templates",
    )
    generate(configuration)
    return configuration


def generate(configuration: Configuration) -> None:
    """Do what a run does."""
    document = read(configuration.spec)
    document.root["a"].follow()
    assert configuration.output is not None
    done = write(configuration.output, FILES, manifest_of(configuration, document.files))
    record(configuration, done.manifest, operations=2, models=3)


def test_the_same_run_again_is_left_out(configuration: Configuration) -> None:
    stamp = current(configuration)
    assert stamp is not None
    assert (stamp.operations, stamp.models, stamp.files) == (2, 3, 3)


def test_what_was_found_in_the_document_is_told_again_from_wherever_it_is_asked(
    configuration: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    document = read(configuration.spec)
    place = document.root["a"].follow()["b"].location
    found = [
        Diagnostic("warning", "it is odd", place, "mend it", "odd"),
        Diagnostic("note", "it is all there"),
    ]
    assert configuration.output is not None
    done = write(configuration.output, FILES, manifest_of(configuration, document.files))
    record(configuration, done.manifest, operations=2, models=3, diagnostics=found)
    stamp = current(configuration)
    assert stamp is not None
    assert format_text(stamp.diagnostics) == format_text(found)
    monkeypatch.chdir(tmp_path / "spec")
    stamp = current(configuration)
    assert stamp is not None
    assert stamp.diagnostics[0].location is not None
    assert Path(stamp.diagnostics[0].location.file) == Path("parts/b.yaml")


def test_a_copy_elsewhere_is_as_fresh(configuration: Configuration, tmp_path: Path) -> None:
    for name in ("spec", "shop", "templates"):
        shutil.copytree(tmp_path / name, tmp_path / "copy" / name)
    copy = Configuration(
        spec=tmp_path / "copy/spec/api.yaml",
        root=tmp_path / "copy",
        output=tmp_path / "copy/shop",
        package="shop",
        templates=tmp_path / "copy/templates",
    )
    assert current(copy) == current(configuration) is not None


def append(path: Path) -> None:
    with path.open("a") as file:
        file.write("\n")


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (append, "spec/api.yaml"),
        (append, "spec/parts/b.yaml"),
        (append, "templates/README.md.jinja"),
        (append, "templates/new.jinja"),
        (append, "shop/README.md"),
        (append, f"shop/{MANIFEST}"),
        (remove, "spec/parts/b.yaml"),
        (remove, "shop/README.md"),
        (remove, f"shop/{MANIFEST}"),
        (remove, "shop"),
        (remove, "cache"),
        (Path.mkdir, ".shop.clientsmith"),
    ],
)
def test_a_change_calls_for_a_run(
    configuration: Configuration, tmp_path: Path, change: Callable[[Path], None], path: str
) -> None:
    change(tmp_path / path)
    assert current(configuration) is None


def test_another_option_calls_for_a_run(configuration: Configuration) -> None:
    assert current(replace(configuration, package="store")) is None
    assert current(replace(configuration, version="2")) is None
    assert current(replace(configuration, templates=None)) is None
    assert current(replace(configuration, output=None)) is None
    assert current(replace(configuration, document_root=configuration.root)) is None
    assert current(replace(configuration, allow_remote=True)) is None


@pytest.mark.parametrize("fact", ["digest", "distributions"])
def test_another_installation_calls_for_a_run(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch, fact: str
) -> None:
    monkeypatch.setattr(installation, fact, lambda: ["another"])
    assert current(configuration) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "{", '{"manifest": 1}', "\0", DAMAGED])
def test_a_damaged_stamp_is_no_stamp(
    configuration: Configuration, tmp_path: Path, text: str
) -> None:
    (stamp,) = (tmp_path / "cache/runs").iterdir()
    stamp.write_text(text)
    assert current(configuration) is None


def test_a_stamp_that_cannot_be_written_is_done_without(
    configuration: Configuration, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "cache").write_text("in the way")
    generate(configuration)
    assert current(configuration) is None


def test_old_stamps_are_forgotten(configuration: Configuration, tmp_path: Path) -> None:
    stamps = tmp_path / "cache/runs"
    for number in range(600):
        (stamps / str(number)).touch()
        os.utime(stamps / str(number), (number, number))
    generate(configuration)
    assert current(configuration) is not None
    assert len(list(stamps.iterdir())) < 300


def test_the_manifest_names_its_inputs_from_the_document(configuration: Configuration) -> None:
    document = read(configuration.spec)
    document.root["a"].follow()
    manifest = manifest_of(configuration, document.files)
    assert manifest.spec == "api.yaml"
    assert sorted(manifest.inputs) == ["api.yaml", "parts/b.yaml"]
    assert sorted(manifest.templates) == ["README.md.jinja"]
    assert manifest.options == {"package": "shop"}
    assert sorted(manifest.tools) == ["black", "datamodel-code-generator"]


def test_versions_are_those_that_the_metadata_gives() -> None:
    from importlib import metadata

    assert installation.tool_versions() == {
        tool: metadata.version(tool) for tool in installation.SHAPING_TOOLS
    }
