"""What clientsmith writes, byte for byte.

`nox -s golden -- --update` rewrites the expected files; the difference is for a person to read before it is committed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .records import compare, generate, tree

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
PACKAGE = REPOSITORY / "generated" / "bandwidth-recordings"
DOCUMENTS = sorted((HERE / "documents").glob("*.yaml"))


def continued(output: Path) -> None:
    """Begin an output with what the committed package remembers of its releases."""
    output.mkdir(parents=True)
    for name in (".clientsmith.release.json", "CHANGELOG.md"):
        shutil.copyfile(PACKAGE / name, output / name)


def test_the_committed_package_is_what_the_spec_gives(tmp_path: Path) -> None:
    continued(tmp_path / "out")
    generate(tmp_path / "out", tmp_path, str(REPOSITORY / "spec" / "recordings.yaml"))
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
    generate(folder / "out", folder, str(spec), **environment)
    assert tree(folder / "out") == tree(PACKAGE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.stem for path in DOCUMENTS])
def test_a_small_document_gives_the_expected_files(document: Path, tmp_path: Path) -> None:
    generate(tmp_path / "out", tmp_path, str(document))
    generated = {
        path: text for path, text in tree(tmp_path / "out").items() if is_of_templates(path)
    }
    compare(generated, HERE / "expected" / document.stem)


def is_of_templates(path: str) -> bool:
    """Say whether a file comes from a template; the runtime is the same in every package, and the manifest only lists."""
    return "/_runtime/" not in path and path != ".clientsmith.json"
