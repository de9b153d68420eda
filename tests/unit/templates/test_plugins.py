"""What a plugin may change and add, and what is said of one that cannot be used."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from clientsmith.api import Api, Model, Operation
from clientsmith.plugins.changes import (
    class_named,
    grouped,
    named,
    with_model_names,
    with_models,
    with_operations,
)
from clientsmith.plugins.loading import changed, load
from clientsmith.plugins.soundness import flaws
from clientsmith.render import Renderer, find_templates
from clientsmith.text import Name, opened

from .conftest import Project

RENAMING = """\
from dataclasses import replace

from clientsmith.plugins.changes import named, with_operations


def change_api(api):
    return with_operations(api, lambda operation: replace(operation, name=named("all " + operation.name)))


FILTERS = {"shout": lambda text: text.upper() + "!"}
TESTS = {"listing": lambda operation: "list" in operation.name}
GLOBALS = {"team": "Voice"}
"""


def texts(api: Api) -> dict[str, str]:
    """Return the files of a client."""
    return dict(Renderer(api, find_templates()).files())


def operations(api: Api) -> dict[str, list[str]]:
    return {
        each.attribute: [operation.name for operation in each.operations] for each in api.resources
    }


def test_a_plugin_changes_the_client_and_adds_to_the_templates(project: Project) -> None:
    project.plugin(RENAMING)
    line = "{{ team | shout }} {{ api.operations | select('listing') | list | length }}\n"
    project.template("team.txt.jinja", line)
    assert project.run("generate")[0] == 0
    out = project.root / "out"
    assert "def all_list_animals(" in (out / "src/zoo/api/animals.py").read_text()
    assert "client.animals.all_list_animals()" in (out / "README.md").read_text()
    assert (out / "team.txt").read_text() == "VOICE! 2\n"


def test_a_change_of_a_plugin_is_noticed(project: Project) -> None:
    project.plugin(RENAMING, templates=False)
    assert project.run("generate")[0] == 0
    assert "nothing has changed" in project.run("generate")[1]
    project.plugin(RENAMING.replace("all ", "every "), templates=False)
    assert project.run("check")[0] == 1
    assert project.run("generate")[0] == 0
    assert "def every_list_animals(" in (project.root / "out/src/zoo/api/animals.py").read_text()


def test_a_plugin_in_the_folder_of_templates_is_no_template(project: Project) -> None:
    project.template("plugin.py", RENAMING)
    (project.root / "clientsmith.toml").write_text(
        'spec = "zoo.yaml"\noutput = "out"\nplugins = "templates/plugin.py"\ntemplates = "templates"\n'
    )
    assert project.run("generate")[0] == 0
    assert not (project.root / "out" / "plugin.py").exists()


def test_a_plugin_can_be_a_module_or_an_entry_point(
    zoo: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zoo_plugins.py").write_text("GLOBALS = {'a': 1}\n")
    info = tmp_path / "zoo_plugins-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zoo-plugins\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[clientsmith.plugins]\nzoo = zoo_plugins\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert [plugin.globals for plugin in load({"zoo_plugins": None, "zoo": None})] == [{"a": 1}] * 2
    sys.modules.pop("zoo_plugins")


@pytest.mark.parametrize(
    ("plugin", "said"),
    [
        (
            "import nothing_of_the_kind",
            "plugin.py:1:1: error: the plugin plugin.py cannot be imported: ModuleNotFoundError",
        ),
        ("x = (", "the plugin plugin.py cannot be imported: SyntaxError"),
        ("x = 1", "the plugin plugin.py has neither change_api nor FILTERS, TESTS or GLOBALS"),
        ("change_api = 1", "change_api of the plugin plugin.py has to be a function"),
        ("FILTERS = [1]", "FILTERS of the plugin plugin.py has to be a mapping from names"),
        (
            "FILTERS = {'doc': str}",
            "FILTERS of the plugin plugin.py has doc, a name that clientsmith uses itself",
        ),
        (
            "GLOBALS = {'api': 1}",
            "GLOBALS of the plugin plugin.py has api, a name that clientsmith uses itself",
        ),
        (
            "def change_api(api):\n    pass",
            "change_api of the plugin plugin.py returns None, and not an Api",
        ),
        (
            "def change_api(api):\n    return api.nope",
            "plugin.py:2:5: error: the plugin plugin.py fails: AttributeError",
        ),
        (
            RENAMING.replace('named("all " + operation.name)', '"class"'),
            "after the plugin plugin.py an operation of animals has the name 'class', which is no Python identifier",
        ),
    ],
)
def test_a_plugin_that_cannot_be_used_is_told_with_its_place(
    project: Project, plugin: str, said: str
) -> None:
    project.plugin(plugin)
    status, _, err = project.run("generate")
    assert status == 2
    assert said in err
    assert not (project.root / "out").exists()


def test_a_plugin_that_is_not_there_is_told_with_its_place(project: Project) -> None:
    configuration = 'spec = "zoo.yaml"\nplugins = ["./nope.py"]\n'
    (project.root / "clientsmith.toml").write_text(configuration)
    status, _, err = project.run("generate")
    assert status == 2
    assert "clientsmith.toml:2:11: error: there is no file 'nope.py'" in err
    (project.root / "clientsmith.toml").write_text(configuration.replace("./nope.py", "nope"))
    status, _, err = project.run("generate")
    assert status == 2
    assert "there is no plugin 'nope'" in err


def test_operations_are_dropped_and_their_resource_with_the_last(zoo: Api) -> None:
    api = with_operations(zoo, lambda operation: None if operation.deprecated else operation)
    assert operations(api) == {"animals": ["list_animals"]}
    assert "src/zoo/api/keepers.py" not in texts(api)


def test_operations_are_grouped_anew_and_keep_apart_what_has_one_name(zoo: Api) -> None:
    same = with_operations(zoo, lambda operation: replace(operation, name=Name("list")))
    api = grouped(same, lambda _: "Whole zoo", lambda label: f"All of the {label}.")
    (resource,) = api.resources
    assert (resource.attribute, resource.class_name) == ("whole_zoo", "WholeZooApi")
    assert opened(resource.description) == "All of the Whole zoo."
    assert len(set(operations(api)["whole_zoo"])) == 2
    assert list(flaws(api)) == []


def test_models_get_other_names_wherever_they_are_referred_to(zoo: Api) -> None:
    files = texts(with_model_names(zoo, {"Animal": "Beast"}))
    assert "class Beast(Model)" in files["src/zoo/models/beast.py"]
    assert "list[models.Beast]" in files["src/zoo/api/animals.py"]
    assert not [path for path, text in files.items() if "Animal]" in text]


def test_what_a_plugin_annotates_is_there_for_templates(project: Project) -> None:
    def mark(operation: Operation) -> Operation:
        return replace(operation, extra={"team": "voice"})

    def describe(model: Model) -> Model:
        return replace(model, extra={"table": "animals"})

    project.api = with_models(with_operations(project.api, mark), describe)
    project.template(
        "x.txt.jinja", "{{ api.operations[0].extra.team }} {{ api.models[0].extra.table }}"
    )
    assert project.text("x.txt") == "voice animals"


def test_names_are_made_by_the_rules_of_the_generator() -> None:
    assert (named("List all"), named("class"), class_named("big cat")) == (
        "list_all",
        "class_",
        "BigCat",
    )


def test_plugins_change_one_after_the_other(tmp_path: Path, zoo: Api) -> None:
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    first.write_text(RENAMING)
    second.write_text(RENAMING.replace("all ", "really "))
    api = changed(zoo, load({"first": first, "second": second}))
    assert operations(api)["animals"] == ["really_all_list_animals"]
