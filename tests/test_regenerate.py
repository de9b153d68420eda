"""docs/regenerate.md, from its first command to its last.

`CLIENTSMITH_UPDATE_GOLDEN=1 pytest tests/test_regenerate.py` writes the outputs into the page, for a person to read.
"""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PAGE = REPOSITORY / "docs" / "regenerate.md"
PACKAGE = "generated/bandwidth-recordings"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CONFIGURATION = """\
[tool.clientsmith]
spec = "spec/recordings.yaml"
output = "generated/bandwidth-recordings"
handwritten = "extras"
"""


class Afternoon:
    """A repository in which the page is followed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "CLIENTSMITH_CACHE_DIR": str(folder.parent / "cache"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{
                f"GIT_{who}_{what}": "x@example.com"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }
        shutil.copytree(REPOSITORY / "spec", folder / "spec")
        ignored = shutil.ignore_patterns(
            "__pycache__", "*.egg-info", "CHANGELOG.md", ".clientsmith.release.json"
        )
        shutil.copytree(REPOSITORY / PACKAGE, folder / PACKAGE, ignore=ignored)
        (folder / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")
        self.run(
            "clientsmith generate && git init --quiet . && git add . && git commit --quiet -m Start"
        )

    def run(self, command: str) -> str:
        """Run a command, and return what it prints."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stdout + (f"(exit status {done.returncode})\n" if done.returncode else "")

    def edit(self, difference: str) -> None:
        """Apply a difference to the file it names, wherever its lines stand there."""
        lines = difference.splitlines(keepends=True)
        file = self.folder / lines[0].removeprefix("--- a/").strip()
        before = "".join(line[1:] for line in lines[3:] if line[0] != "+")
        after = "".join(line[1:] for line in lines[3:] if line[0] != "-")
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1, difference
        file.write_text(text.replace(before, after), encoding="utf-8")

    def follow(self, page: str) -> Iterator[str]:
        """Do what the blocks of a page say, and yield the page as it should be."""
        end = 0
        for block in BLOCK.finditer(page):
            yield page[end : block.start(2)]
            end = block.end(2)
            if block[1] == "diff":
                self.edit(block[2])
            if block[1] != "console":
                yield block[2]
                continue
            for command in re.findall(r"^\$ (.*)$", block[2], re.MULTILINE):
                yield f"$ {command}\n{steady(self.run(command))}"
        yield page[end:]


def steady(output: str) -> str:
    """Return an output without the time that it took."""
    return re.sub(r"\d+\.\d\d s$", "0.50 s", output, flags=re.MULTILINE)


def test_every_command_prints_what_the_page_says(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    followed = "".join(Afternoon(tmp_path / "afternoon").follow(page))
    if os.environ.get("CLIENTSMITH_UPDATE_GOLDEN"):
        PAGE.write_text(followed, encoding="utf-8")
    assert page == followed


def test_the_configuration_is_the_one_that_is_tested() -> None:
    assert f"```toml\n{CONFIGURATION}```" in PAGE.read_text(encoding="utf-8")


def test_a_resource_can_be_extended(tmp_path: Path) -> None:
    extension, use = (
        text for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if kind == "python"
    )
    source = tmp_path / "src" / "bandwidth_recordings"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / PACKAGE / "src" / "bandwidth_recordings", source, ignore=ignored)
    (source / "extras").mkdir()
    (source / "extras" / "__init__.py").write_text(extension, encoding="utf-8")
    quickstart = runpy.run_path(str(REPOSITORY / "docs" / "quickstart.py"))
    program = tmp_path / "use.py"
    with quickstart["serve"]() as url:
        given = use.replace('username="..."', f'base_url={url!r}, username="..."')
        program.write_text(given, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(program)],
            env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.stdout == f"{quickstart['RECORDING']['recordingId']}\n", done.stderr
