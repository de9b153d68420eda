"""What clientsmith writes, byte for byte.

`nox -s golden -- --update` rewrites the expected files; the difference is for a person to read before it is committed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
PACKAGE = REPOSITORY / "generated" / "bandwidth-recordings"
DOCUMENTS = sorted((HERE / "documents").glob("*.yaml"))


def generate(spec: Path, output: Path, folder: Path, **environment: str) -> None:
    """Run clientsmith in a folder without configuration, with its own cache."""
    run = subprocess.run(
        [sys.executable, "-m", "clientsmith", "generate", str(spec), "-o", str(output)],
        cwd=folder,
        env={**os.environ, "CLIENTSMITH_CACHE_DIR": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, without what tools leave there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(is_of_a_tool(part) for part in path.relative_to(folder).parent.parts)
    }


def is_of_a_tool(folder: str) -> bool:
    """Say whether a folder is one in which Python or a checker keeps what it made."""
    return (
        folder in ("__pycache__", "dist") or folder.startswith(".") or folder.endswith(".egg-info")
    )


def continued(output: Path) -> None:
    """Begin an output with what the committed package remembers of its releases."""
    output.mkdir(parents=True)
    for name in (".clientsmith.release.json", "CHANGELOG.md"):
        shutil.copyfile(PACKAGE / name, output / name)


def test_the_committed_package_is_what_the_spec_gives(tmp_path: Path) -> None:
    continued(tmp_path / "out")
    generate(REPOSITORY / "spec" / "recordings.yaml", tmp_path / "out", tmp_path)
    committed, generated = tree(PACKAGE), tree(tmp_path / "out")
    assert committed.keys() == generated.keys()
    different = [path for path in committed if committed[path] != generated[path]]
    assert different == []


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
        {
            "PYTHONHASHSEED": "4242",
            "LC_ALL": "tr_TR.UTF-8",
            "TZ": "America/St_Johns",
            "PYTHONUTF8": "0",
        },
        {"PYTHONHASHSEED": "7", "LANG": "ja_JP.EUC-JP", "COLUMNS": "40"},
    ],
    ids=["seed 1 in C", "seed 4242 in Turkish", "seed 7 in Japanese"],
)
def test_place_hash_seed_locale_and_time_zone_do_not_show(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = tmp_path / "another place"
    folder.mkdir()
    spec = folder / "recordings.yaml"
    shutil.copyfile(REPOSITORY / "spec" / "recordings.yaml", spec)
    continued(folder / "out")
    generate(spec, folder / "out", folder, **environment)
    assert tree(folder / "out") == tree(PACKAGE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.stem for path in DOCUMENTS])
def test_a_small_document_gives_the_expected_files(document: Path, tmp_path: Path) -> None:
    generate(document, tmp_path / "out", tmp_path)
    generated = {
        path: text for path, text in tree(tmp_path / "out").items() if is_of_templates(path)
    }
    expected = HERE / "expected" / document.stem
    if os.environ.get("CLIENTSMITH_UPDATE_GOLDEN"):
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in generated.items():
            target = expected / f"{path}.txt"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    recorded = {path.removesuffix(".txt"): content for path, content in tree(expected).items()}
    assert {path: text.decode() for path, text in generated.items()} == {
        path: text.decode() for path, text in recorded.items()
    }


def is_of_templates(path: str) -> bool:
    """Say whether a file comes from a template: not the runtime, which is the same in every package, nor what is remembered."""
    return "/_runtime/" not in path and not path.startswith(".") and path != "CHANGELOG.md"
