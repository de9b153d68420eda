"""The hooks for pre-commit and the workflow of docs/ci.md, at work on a repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from clientsmith import __version__

REPOSITORY = Path(__file__).parents[2]
HOOKS = REPOSITORY / ".pre-commit-hooks.yaml"
PAGE = (REPOSITORY / "docs" / "ci.md").read_text(encoding="utf-8")
DOCUMENT = """\
openapi: 3.1.0
info: {title: Zoo, version: 1.0.0}
servers: [{url: "https://zoo.example"}]
paths:
  /animals:
    get:
      operationId: listAnimals
      summary: List the animals
      responses: {"204": {description: Nobody.}}
"""
CONFIGURATION = 'spec = "openapi.yaml"\noutput = "client"\nstrict = true\n'


def block(beginning: str) -> Any:
    """Return the YAML of the page that begins so."""
    found = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return yaml.safe_load(next(text for text in found if text.startswith(beginning)))


class Project:
    """A repository with a document and its package, and a clone of it.

    Args:
        folder: Where both are made.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "zoo"
        self.summary = folder / "summary.md"
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "CLIENTSMITH_CACHE_DIR": str(folder / "cache"),
            "PRE_COMMIT_HOME": str(folder / "pre-commit"),
            "GITHUB_BASE_REF": "main",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{
                f"GIT_{who}_{what}": "x@example.com"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }
        origin = folder / "origin"
        origin.mkdir()
        (origin / "openapi.yaml").write_text(DOCUMENT)
        (origin / "clientsmith.toml").write_text(CONFIGURATION)
        self.succeeds("clientsmith generate", origin)
        self.succeeds("git init -q -b main . && git add . && git commit -q -m Start", origin)
        self.succeeds(f"git clone -q {origin} {self.root} && cd {self.root} && git switch -qc mine")

    def run(self, command: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command as a step of a workflow is run."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
            cwd=folder or (self.root if self.root.exists() else None),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def succeeds(self, command: str, folder: Path | None = None) -> str:
        """Run a command that has to succeed, and return what it prints."""
        done = self.run(command, folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def edit(self, old: str, new: str) -> None:
        """Change the document."""
        text = (self.root / "openapi.yaml").read_text()
        assert old in text
        (self.root / "openapi.yaml").write_text(text.replace(old, new))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def steps() -> list[str]:
    """Return the commands of the workflow that need nothing from outside."""
    given = block("name: client")["jobs"]["client"]["steps"]
    return [step["run"] for step in given if "run" in step and "pip install" not in step["run"]]


def test_the_workflow_passes_a_change_that_is_whole_and_tells_what_it_is(project: Project) -> None:
    project.edit("List the animals", "List all animals")
    project.succeeds("clientsmith generate && git commit -qam Change")
    assert len(steps()) == 3
    for step in steps():
        project.succeeds(step)
    assert "summary" in project.summary.read_text().lower()
    assert "listAnimals" in project.summary.read_text()


def test_the_workflow_stops_at_each_kind_of_fault(project: Project) -> None:
    validate, check, diff = steps()
    project.edit("/animals:\n    get:", "/animals:\n    put:")
    project.succeeds("git commit -qam Change")
    project.succeeds(validate)
    checked = project.run(check)
    assert checked.returncode == 1
    assert "+++ " in checked.stdout
    compared = project.run(diff)
    assert "breaking" in project.summary.read_text().lower()
    assert compared.returncode in (0, 1)
    project.edit("{description: Nobody.}", "{}")
    found = project.run(validate)
    assert found.returncode == 1
    assert found.stdout.startswith("::error file=openapi.yaml,line=9,")


def test_the_versions_of_the_page_are_this_one() -> None:
    assert set(re.findall(r"rev: v(\S+)|clientsmith==(\S+)", PAGE)) == {
        (__version__, ""),
        ("", __version__),
    }


def test_the_hooks_are_run_by_pre_commit(project: Project, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    shutil.copy(HOOKS, hooks)
    tag = f"git init -q . && git add . && git commit -q -m Hooks && git tag v{__version__}"
    project.succeeds(tag, hooks)
    configuration = block("repos:")
    (repository,) = configuration["repos"]
    repository["repo"] = str(hooks)
    repository["hooks"].append({"id": "clientsmith-check"})
    for hook in repository["hooks"]:
        hook["language"] = "system"  # what it would install is installed
    (project.root / ".pre-commit-config.yaml").write_text(json.dumps(configuration))
    project.succeeds("git add . && pre-commit validate-manifest " + str(HOOKS))
    project.succeeds("pre-commit run --all-files")

    project.edit("List the animals", "List all animals")
    project.succeeds("git add openapi.yaml")
    refused = project.run("pre-commit run clientsmith-check")
    assert refused.returncode == 1
    assert "is not what the document gives" in refused.stdout
    written = project.run("pre-commit run clientsmith-generate")
    assert written.returncode == 1
    assert "files were modified by this hook" in written.stdout
    project.succeeds("git add . && pre-commit run --all-files")

    project.edit("{description: Nobody.}", "{}")
    project.succeeds("git add openapi.yaml")
    assert project.run("pre-commit run clientsmith-validate").returncode == 1
