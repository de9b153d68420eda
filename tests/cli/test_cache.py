"""The cache on disk: the output never depends on it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SHELF = Path(__file__).parents[1] / "golden" / "documents" / "shelf.yaml"
RARE = """
            place:
              type: array
              prefixItems: [{type: integer}, {type: integer}, {type: integer}, {type: integer}, {type: integer}]
              items: false
              minItems: 5
              maxItems: 5
            shelfmark: {type: string, pattern: "^(eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)$", minLength: 1}
"""
"""Properties of whose types the models' generator is asked, and a wide field that is not in ASCII, so that black is asked."""

GENERATE = (sys.executable, "-m", "clientsmith", "generate", "shelf.yaml")


@pytest.fixture(autouse=True)
def document(tmp_path: Path) -> Path:
    """Return a document beside the outputs."""
    path = tmp_path / "shelf.yaml"
    path.write_text(SHELF.read_text(encoding="utf-8").rstrip() + RARE, encoding="utf-8")
    return path


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the cache, which is not there yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(folder))
    return folder


def generate(output: Path, *options: str) -> dict[str, str]:
    """Generate a package; return the digest of each file."""
    command = [*GENERATE, "-o", str(output), *options]
    subprocess.run(command, check=True, capture_output=True, cwd=output.parent)
    return digests(output)


def digests(output: Path) -> dict[str, str]:
    return {
        str(file.relative_to(output)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in output.rglob("*")
        if file.is_file()
    }


def test_without_a_cache_the_bytes_are_the_same_and_nothing_is_kept(
    cache: Path, tmp_path: Path
) -> None:
    without = generate(tmp_path / "without", "--no-cache")
    assert not cache.exists()
    assert generate(tmp_path / "first") == without
    assert {folder.name for folder in cache.iterdir()} >= {"runs", "types", "formatted"}
    assert generate(tmp_path / "second") == without


def test_a_run_after_an_edit_imports_neither_the_formatter_nor_the_models_generator(
    cache: Path, tmp_path: Path, document: Path
) -> None:
    generating = ["-m", "clientsmith", "generate", str(document), "-o", str(tmp_path / "shelf")]
    subprocess.run([sys.executable, *generating], check=True, capture_output=True)
    with document.open("a", encoding="utf-8") as more:
        more.write("x-edited: 1\n")
    command = [sys.executable, "-X", "importtime", *generating]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    imported = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    assert "clientsmith.models" in imported
    assert imported.isdisjoint({"black", "pydantic", "datamodel_code_generator"})


def test_a_folder_without_templates_is_none(cache: Path, tmp_path: Path) -> None:
    def formatted() -> set[str]:
        return {entry.name for entry in (cache / "formatted").glob("*")}

    files = generate(tmp_path / "without")
    kept = formatted()
    (tmp_path / "templates").mkdir()
    assert generate(tmp_path / "with", "--templates", str(tmp_path / "templates")) == files
    assert formatted() == kept


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def overwrite(file: Path) -> None:
    file.write_bytes(b"\xff" * 100)


def swap(file: Path) -> None:
    """Put the text of an older form in place of an entry: one that does not begin with its digest."""
    file.write_bytes(file.read_bytes()[32:])


def replace_by_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [cut, empty, overwrite, swap, replace_by_a_folder])
def test_a_damaged_cache_changes_nothing(
    cache: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    good = generate(tmp_path / "good")
    for entry in list(cache.rglob("*")):
        if entry.is_file():
            damage(entry)
    assert generate(tmp_path / "good") == good
    assert generate(tmp_path / "other") == good


def test_two_runs_at_once_may_share_a_cache(cache: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / name for name in ("one", "two")]
    runs = [
        subprocess.Popen(
            [*GENERATE, "-o", str(output)], stdout=subprocess.PIPE, text=True, cwd=tmp_path
        )
        for output in outputs
    ]
    for run in runs:
        said, _ = run.communicate()
        assert run.returncode == 0, said
    assert digests(outputs[0]) == digests(outputs[1]) == generate(tmp_path / "again")
