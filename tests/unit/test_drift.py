"""How the output on disk differs from what a run gives."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from clientsmith.paths import MANIFEST
from clientsmith.write import OutputError, write
from clientsmith.write.drift import compare
from clientsmith.write.manifest import Manifest

RUN = Manifest(
    clientsmith="1.0.0",
    tools={"black": "26.1.0"},
    spec="openapi.yaml",
    options={},
    inputs={"openapi.yaml": "0" * 64},
)
APPLYING = (("git", "apply", "-"), ("patch", "-p1", "-s"))
FILES = {"README.md": "shop\n", "src/shop/__init__.py": "shop\n", "src/shop/empty": ""}


@pytest.fixture
def output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "shop", FILES, RUN)
    return tmp_path / "shop"


def test_an_output_that_is_right_has_no_drift(output: Path) -> None:
    drift = compare(output, FILES, RUN)
    assert (drift.diff, drift.edited, drift.unowned, drift.versions) == ("", (), (), ())


def test_the_difference_is_from_the_output_to_what_the_run_gives(output: Path) -> None:
    (output / "README.md").write_text("mine\n")
    drift = compare(output, FILES, RUN)
    assert drift.diff == (
        "diff --git a/shop/README.md b/shop/README.md\n"
        "--- a/shop/README.md\n"
        "+++ b/shop/README.md\n"
        "@@ -1 +1 @@\n"
        "-mine\n"
        "+shop\n"
    )
    assert drift.edited == ("README.md",)


@pytest.mark.parametrize(
    "files",
    [
        {**FILES, "README.md": "changed\nand no line break"},
        {"README.md": "form\ffeed\u2028and\x85more\r\n"},
        {**FILES, "src/shop/new.py": "new\n", "src/shop/new-and-empty": ""},
        {"src/shop/__init__.py": "shop\n"},
    ],
)
def test_the_difference_can_be_applied(output: Path, files: dict[str, str]) -> None:
    diff = compare(output, files, RUN).diff
    subprocess.run(["git", "apply", "-"], input=diff.encode(), check=True, cwd=output.parent)
    assert compare(output, files, RUN).diff == ""


@pytest.mark.parametrize("name", ["my shop", 'a "shop"', "b\\shop", "shöp", "tab\tand shop"])
@pytest.mark.parametrize("command", [each for each in APPLYING if shutil.which(each[0])])
def test_the_difference_can_be_applied_under_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / name, FILES, RUN)
    files = {"README.md": "changed\n", "src/shop/new.py": "new\n", "src/shop/empty": ""}
    diff = compare(tmp_path / name, files, RUN).diff
    subprocess.run(command, input=diff.encode(), check=True, cwd=tmp_path)
    assert compare(tmp_path / name, files, RUN).diff == ""


def test_an_output_that_is_not_there_is_all_new(tmp_path: Path) -> None:
    drift = compare(tmp_path / "none", FILES, RUN)
    assert drift.diff.count("--- /dev/null\n") == 3
    assert "/src/shop/empty\nnew file mode 100644\n" in drift.diff
    assert not (tmp_path / "none").exists()


def test_a_version_is_told_apart_from_drift(output: Path) -> None:
    other = replace(RUN, clientsmith="1.1.0", tools={"black": "26.2.0"})
    drift = compare(output, FILES, other)
    assert drift.diff == ""
    assert drift.versions == (("black", "26.1.0", "26.2.0"), ("clientsmith", "1.0.0", "1.1.0"))


def test_a_document_that_gives_the_same_files_is_drift_of_the_manifest(output: Path) -> None:
    other = replace(RUN, inputs={"openapi.yaml": "1" * 64})
    drift = compare(output, FILES, other)
    assert f"--- a/shop/{MANIFEST}\n" in drift.diff
    assert drift.edited == ()


def test_a_file_among_those_of_clientsmith_is_named(output: Path) -> None:
    for name in ("src/shop/mine.py", "dist/wheel", "LICENSE", "src/shop/__pycache__/a.pyc"):
        (output / name).parent.mkdir(exist_ok=True)
        (output / name).touch()
    drift = compare(output, FILES, RUN)
    assert drift.unowned == ("src/shop/mine.py",)
    assert drift.diff == ""


def test_the_folder_for_handwritten_code_may_be_a_link(output: Path) -> None:
    (output / "extras").mkdir()
    (output / "src/shop/extras").symlink_to("../../extras")
    (output / "src/shop/more").symlink_to("../../extras")
    drift = compare(output, FILES, RUN, left_alone="src/shop/extras")
    assert drift.unowned == ("src/shop/more",)


def test_what_is_no_text_file_is_shown_as_what_it_is(output: Path) -> None:
    (output / "README.md").unlink()
    (output / "README.md").symlink_to("elsewhere")
    (output / "src/shop/__init__.py").write_bytes(b"\xff\n")
    drift = compare(output, FILES, RUN)
    assert "-link to elsewhere\n" in drift.diff
    assert "-\\xff\n" in drift.diff
    assert drift.edited == ("README.md", "src/shop/__init__.py")


def test_an_output_that_cannot_be_read_is_an_error(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path) -> bytes:
        raise OSError(5, os.strerror(5), str(path))

    monkeypatch.setattr(Path, "read_bytes", broken)
    with pytest.raises(OutputError, match="cannot be read: Input/output error"):
        compare(output, FILES, RUN)
