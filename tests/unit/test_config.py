"""Where the configuration of a run comes from, and what is said when it cannot be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clientsmith.config import Configuration, ConfigurationError, load

SPEC = "openapi: 3.1.0\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, which has two documents and a folder of templates."""
    folder = tmp_path / "project"
    for name in ("spec/api.yaml", "other.yaml", "templates/README.md.jinja"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(SPEC)
    monkeypatch.chdir(folder)
    return folder


def pyproject(folder: Path, text: str) -> Path:
    file = folder / "pyproject.toml"
    file.write_text(text)
    return file


def refused(cwd: Path, **options: Any) -> tuple[str, str]:
    """Return the headline and the hint with which a configuration is refused."""
    with pytest.raises(ConfigurationError) as error:
        load(cwd, **options)
    (diagnostic,) = error.value.diagnostics
    assert error.value.exit_status == 2
    return str(diagnostic), diagnostic.hint or ""


# Where it comes from


def test_the_table_of_the_nearest_pyproject_is_used(project: Path) -> None:
    file = pyproject(
        project,
        """
        [tool.clientsmith]
        spec = "spec/api.yaml"
        output = "generated"
        package = "shop"
        distribution = "shop-client"
        version = "1.2.0"
        environment-prefix = "SHOP"
        templates = "templates"
        """,
    )
    below = project / "spec"
    assert load(below) == Configuration(
        spec=project / "spec/api.yaml",
        root=project,
        output=project / "generated",
        package="shop",
        distribution="shop-client",
        version="1.2.0",
        environment_prefix="SHOP",
        templates=project / "templates",
        source=file,
    )


@pytest.mark.parametrize(
    "text",
    [
        "[tool.clientsmith]\nspec = 'other.yaml'",
        "tool.clientsmith.spec = 'other.yaml'",
        "[tool]\nclientsmith.spec = 'other.yaml'",
        "[tool]\nclientsmith = { spec = 'other.yaml' }",
        "[tool.'clientsmith']\n'spec' = 'other.yaml'",
        "\ufeff[tool.clientsmith]\r\nspec = 'other.yaml'\r\n",
    ],
)
def test_every_spelling_of_the_table_is_read(project: Path, text: str) -> None:
    pyproject(project, text)
    assert load(project).spec == project / "other.yaml"


def test_a_pyproject_without_the_table_is_passed_over(project: Path) -> None:
    pyproject(project, "[tool.clientsmith]\nspec = 'other.yaml'")
    pyproject(project / "spec", "[tool.other]\nabout = 'clientsmith'")
    assert load(project / "spec").source == project / "pyproject.toml"


def test_a_pyproject_of_somebody_else_may_be_broken(project: Path) -> None:
    pyproject(project, "not TOML")
    assert load(project, spec="other.yaml").source is None


def test_clientsmith_toml_has_its_keys_at_the_top(project: Path) -> None:
    (project / "clientsmith.toml").write_text("spec = 'other.yaml'")
    pyproject(project, "[tool.other]")
    assert load(project).spec == project / "other.yaml"
    assert load(project).source == project / "clientsmith.toml"


def test_two_configurations_in_one_folder_are_refused(project: Path) -> None:
    (project / "clientsmith.toml").write_text("spec = 'other.yaml'")
    pyproject(project, "[tool.clientsmith]\nspec = 'spec/api.yaml'")
    message, hint = refused(project)
    assert "clientsmith.toml and pyproject.toml" in message
    assert "--config clientsmith.toml" in hint
    assert load(project, config="clientsmith.toml").spec == project / "other.yaml"


def test_a_named_configuration_is_used_instead_of_the_nearest(project: Path) -> None:
    pyproject(project, "[tool.clientsmith]\nspec = 'spec/api.yaml'")
    (project / "spec/mine.toml").write_text("spec = 'api.yaml'\noutput = '../out'")
    configuration = load(project, config="spec/mine.toml")
    assert configuration.root == project / "spec"
    assert configuration.output == project / "out"


def test_a_document_alone_is_enough(project: Path) -> None:
    configuration = load(project, spec="other.yaml")
    assert configuration == Configuration(spec=project / "other.yaml", root=project)
    assert configuration.output_for("shop-client") == project / "shop-client"


# The command line against the file


def test_the_command_line_wins(project: Path) -> None:
    pyproject(
        project,
        "[tool.clientsmith]\nspec = 'spec/api.yaml'\noutput = 'a'\npackage = 'a'\ntemplates = 'no'",
    )
    configuration = load(project, output="../b", package="b", templates="templates")
    assert configuration.output == project.parent / "b"
    assert configuration.package == "b"
    assert configuration.templates == project / "templates"


def test_paths_of_the_command_line_are_relative_to_the_current_folder(project: Path) -> None:
    pyproject(project, "[tool.clientsmith]\nspec = 'spec/api.yaml'")
    configuration = load(project / "spec", spec="api.yaml", output="out")
    assert configuration.spec == project / "spec/api.yaml"
    assert configuration.output == project / "spec/out"


def test_another_document_does_not_get_the_output_and_names_of_the_configured_one(
    project: Path,
) -> None:
    pyproject(
        project,
        "[tool.clientsmith]\nspec = 'spec/api.yaml'\noutput = 'out'\npackage = 'shop'\n"
        "distribution = 'shop'\nversion = '1'\nenvironment-prefix = 'SHOP'\ntemplates = 'templates'",
    )
    other = load(project, spec="other.yaml")
    assert other.output is None
    assert other.options() == {}
    assert other.templates == project / "templates"
    (project / "link.yaml").symlink_to("spec/api.yaml")
    for same in ("spec/api.yaml", "./spec/../spec/api.yaml", "link.yaml"):
        assert load(project, spec=same).package == "shop"


def test_a_table_without_a_document_is_about_the_one_that_is_named(project: Path) -> None:
    pyproject(project, "[tool.clientsmith]\noutput = 'out'\npackage = 'shop'")
    configuration = load(project, spec="other.yaml")
    assert configuration.output == project / "out"
    assert configuration.package == "shop"


def test_the_options_hold_no_place(project: Path) -> None:
    pyproject(
        project,
        "[tool.clientsmith]\nspec = 'other.yaml'\noutput = 'out'\npackage = 'shop'\n"
        "templates = 'templates'",
    )
    assert load(project).options() == {"package": "shop"}


# What cannot be used


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[tool.clientsmith]\nspec = \n", "pyproject.toml:2:8", "this is not TOML: Invalid value"),
        ("[tool.clientsmith\nspec = 1", "pyproject.toml:1:18", "this is not TOML"),
        ("[tool.clientsmith]\nspec = '", "pyproject.toml:2:9", "this is not TOML"),
        ("[tool.clientsmith]\n\n  spce = 'a'", "pyproject.toml:3:3", "there is no key 'spce'"),
        ("tool.clientsmith.spce = 'a'", "pyproject.toml:1:1", "there is no key 'spce'"),
        ("[tool]\nclientsmith = {spce = 'a'}", "pyproject.toml:2:16", "there is no key 'spce'"),
        ("[tool.clientsmith]\n[tool.clientsmith.spce]", "pyproject.toml:2:1", "no key 'spce'"),
        ("[tool.clientsmith]\nspec = 5", "pyproject.toml:2:8", "spec has to be a string"),
        ("[tool.clientsmith]\nspec = ['a']", "pyproject.toml:2:8", "spec has to be a string"),
        ("[tool.clientsmith]\nspec = ''", "pyproject.toml:2:8", "spec is empty"),
        ("[tool.clientsmith]\nspec = 'no.yaml'", "pyproject.toml:2:8", "no file 'no.yaml'"),
        ("[tool.clientsmith]\noutput = 'out'", "pyproject.toml:1:1", "no document is named"),
        ("tool.clientsmith = 1", "pyproject.toml:1:20", "tool.clientsmith has to be a table"),
        ("tool = 'clientsmith'", "pyproject.toml:1:8", "tool has to be a table"),
        (
            "[a]\ntext = '''\n[tool.clientsmith]\nspce = 'a'\n'''\n[tool.clientsmith]\nspce = 'a'",
            "pyproject.toml:7:1",
            "there is no key 'spce'",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(
    project: Path, text: str, place: str, message: str
) -> None:
    pyproject(project, text)
    headline, _ = refused(project)
    assert headline.startswith(f"{place}: error: ")
    assert message in headline


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("package = 'class'", "package is 'class', a Python keyword"),
        ("package = 'my-shop'", "package is 'my-shop', which is not a Python identifier"),
        ("package = 'a.b'", "not a Python identifier"),
        ("package = 'café'", "not a Python identifier"),
        ("package = '../../x'", "not a Python identifier"),
        ("distribution = '-shop'", "not the name of a distribution"),
        ("distribution = 'a/b'", "not the name of a distribution"),
        ("version = 'one'", "not a version, such as 1.4.0"),
        ("version = '1.0\"\\nx = \"'", "not a version"),
        ("environment-prefix = 'A-B'", "not the beginning of a variable's name"),
        ('output = "a\\u0000b"', "output has a null character"),
        ("templates = 'other.yaml'", "there is no folder 'other.yaml'"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(project: Path, setting: str, message: str) -> None:
    pyproject(project, f"[tool.clientsmith]\nspec = 'other.yaml'\n{setting}")
    headline, _ = refused(project)
    assert headline.startswith(f"pyproject.toml:3:{setting.index('=') + 3}: error: ")
    assert message in headline


@pytest.mark.parametrize("version", ["1", "1.0.0", "2!1.0rc1.post2.dev3+local.1"])
def test_a_version_may_have_every_part(project: Path, version: str) -> None:
    pyproject(project, f"[tool.clientsmith]\nspec = 'other.yaml'\nversion = '{version}'")
    assert load(project).version == version


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("spce", "did you mean spec?"),
        ("environment_prefix", "did you mean environment-prefix?"),
        (
            "zzz",
            "the keys are allow-remote, distribution, document-root, environment-prefix, handwritten, output, "
            "overlays, package, plugins",
        ),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest(project: Path, key: str, hint: str) -> None:
    pyproject(project, f"[tool.clientsmith]\n{key} = 'a'")
    assert hint in refused(project)[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "error: no document is named"),
        ({"spec": "no.yaml"}, "error: there is no file 'no.yaml'"),
        ({"spec": "spec"}, "error: 'spec' is a folder"),
        ({"spec": "-"}, "error: '-' is not a file"),
        ({"spec": "/dev/null"}, "error: '/dev/null' is not a file"),
        ({"spec": "https://example.com/api.yaml"}, "error: there is no file 'https://example.com"),
        ({"spec": ""}, "error: a path is empty"),
        ({"spec": "other.yaml", "output": ""}, "error: a path is empty"),
        ({"spec": "other.yaml", "package": "for"}, "error: --package is 'for', a Python keyword"),
        ({"spec": "other.yaml", "templates": "no"}, "error: there is no folder 'no'"),
        ({"spec": "other.yaml", "document_root": "no"}, "error: there is no folder 'no'"),
        ({"config": "no.toml"}, "error: no.toml cannot be read: No such file or directory"),
        ({"config": "spec"}, "error: spec cannot be read: Is a directory"),
    ],
)
def test_a_wrong_option_is_refused(project: Path, options: dict[str, str], message: str) -> None:
    assert message in refused(project, **options)[0]


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("https://example.com/api.yaml", "download it, and name the file"),
        ("spec", "name the document that is in it"),
        ("/dev/null", "a document is read from a file"),
    ],
)
def test_what_is_no_document_is_answered_with_what_to_do(
    project: Path, spec: str, hint: str
) -> None:
    assert hint in refused(project, spec=spec)[1]


def test_a_named_pyproject_needs_the_table(project: Path) -> None:
    pyproject(project, "[project]\nname = 'a'")
    headline, _ = refused(project, spec="other.yaml", config="pyproject.toml")
    assert headline == "pyproject.toml:1:1: error: there is no [tool.clientsmith] table"


def test_a_configuration_that_is_not_utf_8_is_refused(project: Path) -> None:
    (project / "clientsmith.toml").write_bytes(b"spec = 'a'\noutput = '\xff'")
    assert refused(project)[0] == "clientsmith.toml:2:1: error: this is not UTF-8"


def test_the_line_of_a_mistake_is_quoted(project: Path) -> None:
    pyproject(project, "[tool.clientsmith]\nspec = 5")
    with pytest.raises(ConfigurationError) as error:
        load(project)
    location = error.value.diagnostics[0].location
    assert location is not None
    assert location.source == "spec = 5"


def test_strict_is_true_or_false(project: Path) -> None:
    pyproject(project, '[tool.clientsmith]\nspec = "spec/api.yaml"\nstrict = "yes"\n')
    headline, hint = refused(project)
    assert headline == "pyproject.toml:3:10: error: strict has to be true or false"
    assert hint == "write strict = true"


@pytest.mark.parametrize(("given", "expected"), [(None, True), (False, False), (True, True)])
def test_the_command_line_says_whether_a_run_is_strict(
    project: Path, given: bool | None, expected: bool
) -> None:
    pyproject(project, '[tool.clientsmith]\nspec = "spec/api.yaml"\nstrict = true\n')
    assert load(project, strict=given).strict is expected


def test_what_a_document_may_read_is_said_for_that_document_alone(project: Path) -> None:
    text = 'spec = "spec/api.yaml"\ndocument-root = "."\nallow-remote = true\n'
    pyproject(project, f"[tool.clientsmith]\n{text}")
    allowed = load(project)
    assert (allowed.document_root, allowed.allow_remote) == (project, True)
    assert allowed.options() == {"document-root": "..", "allow-remote": "true"}
    assert load(project, allow_remote=False, document_root="spec") == replace(
        allowed, document_root=project / "spec", allow_remote=False
    )
    other = load(project, spec="other.yaml")
    assert (other.document_root, other.allow_remote) == (None, False)
