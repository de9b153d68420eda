"""What a plugin may change and add, and what is said of one that cannot be used."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from clientsmith.api import Api, Model, Operation
from clientsmith.config import load as load_configuration
from clientsmith.pipeline import lowered
from clientsmith.plugins.changes import (
    class_named,
    grouped,
    named,
    with_model_names,
    with_models,
    with_operations,
)
from clientsmith.plugins.following import followed
from clientsmith.plugins.loading import changed, load
from clientsmith.plugins.soundness import flaws
from clientsmith.render import Renderer, find_templates
from clientsmith.text import Name, opened

from .conftest import Project

SPEC = Path(__file__).parents[3] / "spec" / "recordings.yaml"
RENAMING = """\
from dataclasses import replace

from clientsmith.plugins.changes import named, with_operations


def change_api(api):
    return with_operations(api, lambda operation: replace(operation, name=named("all " + operation.name)))


FILTERS = {"shout": lambda text: text.upper() + "!"}
TESTS = {"listing": lambda operation: "list" in operation.name}
GLOBALS = {"team": "Voice"}
"""


CHANGING = """\
from dataclasses import replace
def change_api(api):
    return replace(api, {})
"""
MODELS = """\
from dataclasses import replace
def change_api(api): return with_models(api, lambda model: {})
from clientsmith.plugins.changes import with_models
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
        (
            "x = 1\ny = (",
            "plugin.py:2:5: error: the plugin plugin.py cannot be imported: SyntaxError",
        ),
        (
            "import sys\nsys.exit(3)",
            "plugin.py:2:1: error: the plugin plugin.py cannot be imported: SystemExit: 3",
        ),
        ("FILTERS = {'a': 1}", "FILTERS['a'] of the plugin plugin.py has to be a function"),
        ("TESTS = {'a': None}", "TESTS['a'] of the plugin plugin.py has to be a function"),
        (
            "def change_api(api):\n    exit()",
            "plugin.py:2:5: error: the plugin plugin.py fails: SystemExit",
        ),
        (
            CHANGING.format("resources=list(api.resources)"),
            "api.resources is a list, and not a tuple of Resource",
        ),
        (CHANGING.format("title=None"), "plugin.py api.title is None, and not a Text"),
        (
            CHANGING.format("package='my-zoo/..'"),
            "the client has the package 'my-zoo/..', which is no Python identifier",
        ),
        (
            CHANGING.format("build_models=lambda: ()"),
            "after the plugin plugin.py a type refers to Animal, and no model has that name",
        ),
        (
            CHANGING.format("resources=(replace(api.resources[0], module=api.title),)"),
            "api.resources[0].module is a Text, and not a Name",
        ),
        (
            RENAMING.replace('named("all " + operation.name)', "'with_response'"),
            "has the name 'with_response', which its class has already",
        ),
        (
            MODELS.format("None"),
            "after the plugin plugin.py api.models is a tuple of NoneType, and not a tuple of Model",
        ),
        (MODELS.format("1 / 0"), "plugin.py:2:1: error: the plugin plugin.py fails: ZeroDiv"),
        (
            MODELS.format("replace(model, name='None')"),
            "a model has the name 'None', which is no Python identifier",
        ),
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


def test_the_subcommands_follow_the_operations_to_other_names_and_resources(
    project: Project,
) -> None:
    change = (
        "def change_api(api):\n"
        "    api = with_operations(api, lambda each: None if each.deprecated else"
        " replace(each, name=named('all ' + each.name)))\n"
        "    return grouped(api, lambda _: 'whole')\n"
    )
    imports = "from dataclasses import replace\nfrom clientsmith.plugins.changes import *\n"
    project.plugin(imports + change)
    assert project.run("generate")[0] == 0
    program = (project.root / "out/src/zoo/cli.py").read_text()
    assert 'name="all-list-animals"' in program
    assert 'resource="whole"' in program
    assert 'method="all_list_animals"' in program
    assert "keepers" not in program


def test_a_list_that_is_saved_and_a_method_that_waits_follow_their_operations() -> None:
    api = lowered(load_configuration(SPEC.parent, spec=str(SPEC))).api

    def change(operation: Operation) -> Operation | None:
        name = operation.name.replace("call_recording", "clip")
        return (
            None
            if operation.name.startswith("get_recording_t")
            else replace(operation, name=Name(name))
        )

    after = with_operations(api, change)
    assert followed(api, after) == after
    assert list(flaws(after)) == []
    (export,) = after.exporting
    assert export.method == "list_account_clips"
    assert [(part.name, part.method) for part in export.parts] == [("media", "download_clip")]
    waiting = next(waits for each in after.operations for waits in each.waits)
    assert waiting.requested_by == "transcribe_clip"
    methods = {command.method for command in after.commands}
    assert {"get_clip", "wait_for_transcription"} <= methods
    assert len(after.commands) == len(api.commands) - 1
    assert next(each for each in after.commands if each.method == "get_clip").name == "get-clip"
    assert next(each for each in after.commands if each.alias).method == "download_clip"


def test_a_subcommand_that_calls_nothing_is_refused(zoo: Api) -> None:
    command, *_ = zoo.commands
    lost = replace(zoo, commands=(replace(command, method=Name("nothing")),))
    assert list(flaws(lost)) == [
        "the subcommand list-animals calls animals.nothing, which is not there"
    ]


def test_a_plugin_in_a_file_may_have_dataclasses(project: Project) -> None:
    project.plugin(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Team:\n    name: str\nGLOBALS = {'team': Team('Voice')}\n"
    )
    project.template("team.txt.jinja", "{{ team.name }}")
    assert project.run("generate")[0] == 0
    assert (project.root / "out/team.txt").read_text() == "Voice"


def test_plugins_change_one_after_the_other(tmp_path: Path, zoo: Api) -> None:
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    first.write_text(RENAMING)
    second.write_text(RENAMING.replace("all ", "really "))
    api = changed(zoo, load({"first": first, "second": second}))
    assert operations(api)["animals"] == ["really_all_list_animals"]
