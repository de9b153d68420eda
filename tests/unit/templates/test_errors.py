"""What is said of a template that fails: its place, what it was rendered for, the nearest name. Nothing is written."""

from __future__ import annotations

import pytest

from clientsmith.diagnostics import format_text
from clientsmith.render import renamed

from .conftest import Project

METHOD = "package/api/method.jinja"
EXTENDS = '{% extends "default/package/api/method.jinja" %}\n'


def summary(code: str) -> str:
    return f"{EXTENDS}{{% block summary %}}\n{code}{{% endblock %}}"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "{{ operation.sumary | doc }}",
            ["method.jinja:3:14: error: Operation has no field 'sumary'; did you mean summary?"],
        ),
        (
            "{{ operation.sumary | literal }}",
            ["method.jinja:3:14: error: Operation has no field 'sumary'; did you mean summary?"],
        ),
        (
            "{{ operation | literal }}",
            ["method.jinja:3:1: error: TypeError: Operation has no literal"],
        ),
        (
            "{{ opertion.summary | doc }}",
            ["method.jinja:3:4: error: there is no variable opertion", "did you mean operation?"],
        ),
        (
            "{{ operation.summary | dok }}",
            ["method.jinja:3:24: error: there is no filter dok", "did you mean doc?"],
        ),
        (
            "{{ 1 if operation.summary is texd }}",
            ["method.jinja:3:30: error: there is no test texd", "did you mean text?"],
        ),
        ("{{ operation.summary | doc('a') }}", ["method.jinja:3:1: error: TypeError: "]),
        ("{{ operation.summary | doc(nope=1) }}", ["method.jinja:3:1: error: TypeError: ", "nope"]),
        (
            "{{ operation.parameters }}",
            ["method.jinja:3:1: error: TypeError: tuple cannot be printed"],
        ),
        ("{{ operation.body }}", ["None cannot be printed; test for it first"]),
        (
            "{% include 'package/api/metod.jinja' %}",
            [
                "there is no template 'package/api/metod.jinja'",
                "did you mean package/api/method.jinja?",
            ],
        ),
        (
            "{% import 'package/api/macros.jinja' as m %}{{ m.respons() }}",
            ["the imported template has no macro 'respons'; did you mean response?"],
        ),
        ("{{ 1 / 0 }}", ["method.jinja:3:1: error: ZeroDivisionError"]),
    ],
)
def test_a_mistake_is_told_with_its_place_its_subject_and_the_nearest_name(
    project: Project, code: str, said: list[str]
) -> None:
    project.template(METHOD, summary(code))
    told = project.refused()
    for part in [*said, f"    3 | {code[:90]}"]:
        assert part in told
    if "there is no filter" not in told and "there is no test" not in told:
        assert "while rendering src/zoo/api/animals.py for the operation list_animals" in told
        assert "zoo.yaml:7:7: note: the operation list_animals is described here" in told


@pytest.mark.parametrize(
    ("template", "text", "filtered"),
    [
        (METHOD, summary("{{ operation.summary }}"), "operation.summary | doc"),
        ("package/x.py.jinja", "X = {{ api.title }}", "api.title | literal"),
        ("package/x.py.jinja", "# {{ api.title }}", "api.title | comment"),
        (
            "package/x.py.jinja",
            "X = '{{ api.title }}'",
            "api.title | literal }}, without the quotes",
        ),
        ("x.toml.jinja", "x = {{ api.title }}", "api.title | toml"),
        ("x.md.jinja", "{{ api.version }}", "api.version | inline_markdown"),
        ("x.md.jinja", "{{ api.title | sentence }}", "api.title | sentence | inline_markdown"),
    ],
)
def test_text_that_passed_no_filter_is_told_which_one_it_needs(
    project: Project, template: str, text: str, filtered: str
) -> None:
    project.template(template, text)
    told = project.refused()
    assert "text of the document must pass a filter" in told
    assert f"hint: write {{{{ {filtered}{'' if '}}' in filtered else ' }}'}\n" in told


PRINTED = [
    *("t ~ 'a'", "'' ~ t", "'%s' % t", "'%r' % t", "'{}'.format(t)", "'{!r}'.format(t)", "[t]"),
    *("'{0._value}'.format(t)", "'{0.title}'.format(api)", "[t] ~ ''", "'%s' | format(t)"),
    *("t | upper", "t | string", "t | trim", "t | e", "t | safe", "t | tojson", "t | pprint"),
    *("t | replace('a', 'b')", "'a' | replace('a', t)", "t | default('a')", "t | urlencode"),
    *("[t] | join", "[[t]] | join", "[t] | string", "[t] | first", "{'a': t} | string"),
    *("{t: 1} | join", "dict(a=t) | string", "[api] | map(attribute='title') | join"),
    *("t._value", "t['_value']", "t | attr('_value')", "[t] | map(attribute='_value') | first"),
    *("t.__str__()", "t.__reduce__()[1][0]", "api | string", "api ~ ''", "api | pprint"),
    *("cycler(t).next()", "namespace(a=t).a", "t if t else ''", "t or ''", "(t, t) | first"),
    *(
        "(t | literal)[1:-1]",
        "(t | literal)[1]",
        "t | literal | trim('\"')",
        "t | doc | truncate(2)",
    ),
    *("t | literal | replace('\"', '')", "(t | literal).strip('\"')", "t | literal | list | join"),
    *("t | toml | first", "t | literal | upper", "(t | doc).format(1)", "(t | literal) % 1"),
    *("('' ~ (t | literal))[1:-1]", "t | comment | replace('o', '')", "'%.3s' % (t | literal)"),
]
STATEMENTS = [
    "{% for c in t %}{{ c }}{% endfor %}",
    "{% for c in t | literal %}{{ c }}{% endfor %}",
    "{% set x = t | literal %}{{ x | replace('\"', '') }}",
    "{% set x %}{{ t | literal }}{% endset %}{{ x[1:-1] }}",
    "{% for x in [t] %}{{ loop.cycle(t) }}{% endfor %}",
    "{% for x in [1, 2] %}{{ loop.changed(t) and t }}{% endfor %}",
    "{% for key, value in {'a': t}.items() %}{{ value }}{% endfor %}",
    "{% set x %}{{ t }}{% endset %}{{ x }}",
    "{% set ns = namespace(a=t) %}{{ ns.a }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(t) }}",
    "{% macro m() %}{{ varargs | string }}{% endmacro %}{{ m(t) }}",
    "{% filter upper %}{{ t }}{% endfilter %}",
    "{% with a = t %}{{ a }}{% endwith %}",
    "{% autoescape true %}{{ t }}{% endautoescape %}",
    "{% include t %}",
    "{% extends t %}",
    "{% import t as x %}",
]


@pytest.mark.parametrize("code", [*(f"{{{{ {code} }}}}" for code in PRINTED), *STATEMENTS])
def test_text_cannot_be_printed_without_a_filter_whatever_is_tried(
    project: Project, code: str
) -> None:
    template = project.template("x.md.jinja", f"{{% set t = api.title %}}{code}")
    told = project.refused()
    assert f"{template.name}:1:" in told
    assert "error: " in told
    assert "Zoo" not in told


def test_what_a_filter_gave_is_put_beside_other_text_and_indented(project: Project) -> None:
    project.template(
        "x.txt.jinja", "{{ 'x = ' ~ api.title | literal }}\n{{ api.title | doc | indent }}"
    )
    assert project.text("x.txt") == 'x = "Zoo"\nZoo'


def test_a_path_of_a_file_cannot_be_text_either(project: Project) -> None:
    project.template("x.txt.jinja", "---\npath: '{{ [api.title] | string }}'\n---\n")
    assert "must pass a filter" in project.refused()


def test_filters_and_globals_of_plugins_give_no_text_either(project: Project) -> None:
    project.plugin("FILTERS = {'same': lambda x: x}\nGLOBALS = {'listed': lambda x: [x]}\n")
    for code in ("api.title | same", "listed(api.title) | string", "listed(api.title) | join"):
        project.template("x.txt.jinja", f"{{{{ {code} }}}}")
        status, _, told = project.run("generate")
        assert (status, "must pass a filter" in told) == (2, True)


def test_a_syntax_error_is_told_with_its_place(project: Project) -> None:
    project.template(METHOD, "{% block a %}\n{% endblok %}")
    told = project.refused()
    assert "method.jinja:2:1: error: Encountered unknown tag 'endblok'" in told


def test_a_template_that_extends_itself_is_told_how_to_extend_the_default(project: Project) -> None:
    project.template(METHOD, '{% extends "package/api/method.jinja" %}')
    assert f'hint: write {{% extends "default/{METHOD}" %}}' in project.refused()


def test_a_block_that_does_not_exist_is_refused(project: Project) -> None:
    project.template(METHOD, EXTENDS + "{% block docstrng %}{% endblock %}")
    told = project.refused()
    assert (
        "method.jinja:2:10: error: default/package/api/method.jinja has no block docstrng" in told
    )
    assert "did you mean docstring?" in told


def test_text_outside_of_the_blocks_is_told_to_be_lost(project: Project) -> None:
    project.template(METHOD, EXTENDS + "\nlost\n")
    assert project.renderer is not None
    assert "method.jinja:3:1: warning: text outside of the blocks" in format_text(project.warnings)


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        (METHOD, EXTENDS + "{% block body %}\n        log(\n{% endblock %}", "method.jinja:3:9"),
        (
            "package/models/object.jinja",
            "class {{ model.name }}:\n    x = = 1\n",
            "object.jinja:2:5",
        ),
        ("package/names.py.jinja", "X = 1\n\nreturn X\n", "names.py.jinja:3:1"),
        ("runtime/retry.py", "X = 1\n\nreturn X\n", "retry.py:3:1"),
        (
            "package/client.py.jinja",
            "{% for each in api.resources %}\ndef {{ each.attribute }}(:\n{% endfor %}",
            "client.py.jinja:2:1",
        ),
    ],
)
def test_output_that_is_not_valid_python_is_told_with_the_line_of_the_template(
    project: Project, name: str, text: str, place: str
) -> None:
    project.template(name, text)
    told = project.refused(compiled=True)
    assert f"{place}: error: " in told
    assert "not valid Python" in told


def test_output_that_lacks_what_a_template_of_the_user_should_give_names_that_template(
    project: Project,
) -> None:
    project.template(METHOD, EXTENDS + "{% block signature %}{% endblock %}")
    told = project.refused(compiled=True)
    assert "method.jinja:20:9: error: this is not valid Python: unexpected indent" in told
    assert "it is printed by the block docstring of a default template" in told
    assert f"should come from yours: templates/{METHOD}" in told


def test_a_model_is_named_by_what_fails_for_it(project: Project) -> None:
    project.template("package/models/object.jinja", "{{ model.nam }}")
    assert "for the model Animal" in project.refused()


@pytest.mark.parametrize(
    ("matter", "said"),
    [
        (
            "for: operations",
            "x.py.jinja:2:1: error: a template cannot be rendered for 'operations'",
        ),
        ("fro: operation", "x.py.jinja:2:1: error: front matter has no key fro"),
        ("for: operation", "x.py.jinja:2:1: error: each operation needs a path of its own"),
        (
            "for: operation\npath: a.py",
            "x.py.jinja:3:1: error: package/x.py.jinja gives a.py more than once",
        ),
        (
            "path: {{ api.titel }}.py",
            "x.py.jinja:2:14: error: Api has no field 'titel'; did you mean title?",
        ),
        ("path: {{ api.title }}.py", "text of the document must pass a filter"),
        ("path: src/{{ api.package }}/client.py", "give src/zoo/client.py more than once"),
        ("when: api.", "x.py.jinja:2:1: error: "),
        ("when: api.nope", "x.py.jinja:2:11: error: Api has no field 'nope'"),
        ("just words", "x.py.jinja:2:1: error: 'just words' is not `key: value`"),
        ("for: package\nfor: model", "x.py.jinja:3:1: error: for is given twice"),
        ("path:", "x.py.jinja:2:1: error: path has no value"),
    ],
)
def test_front_matter_that_is_wrong_is_told_with_its_line(
    project: Project, matter: str, said: str
) -> None:
    project.template("package/x.py.jinja", f"---\n{matter}\n---\nX = 1\n")
    assert said in project.refused()


def test_front_matter_needs_an_end(project: Project) -> None:
    project.template("x.txt.jinja", "---\nfor: package\n")
    assert "x.txt.jinja:1:1: error: the front matter has no end" in project.refused()


def test_two_files_for_one_output_are_refused(project: Project) -> None:
    project.template("NOTICE", "a")
    project.template("NOTICE.jinja", "---\nfor: package\n---\nb")
    assert "give the same file" in project.refused()


def test_a_file_that_is_no_text_is_refused(project: Project) -> None:
    project.template("logo.png", "").write_bytes(b"\x89PNG\xff")
    assert "logo.png is not UTF-8 text" in project.refused()


def test_a_renamed_block_and_a_renamed_field_work_with_a_warning(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = renamed.Renamed("summary", "0.2", "0.4")
    monkeypatch.setitem(renamed.BLOCKS, (METHOD, "headline"), change)
    monkeypatch.setitem(renamed.FIELDS, ("Operation", "headline"), change)
    project.template(
        METHOD, EXTENDS + "{% block headline %}Now: {{ operation.headline | doc }}\n{% endblock %}"
    )
    module = project.text("src/zoo/api/animals.py")
    told = format_text(project.warnings)
    renamed_block = "warning: the block headline is called summary since 0.2 [renamed]"
    assert f"method.jinja:2:10: {renamed_block}" in told
    assert "method.jinja:2:39: warning: Operation.headline is called summary since 0.2" in told
    assert "the old name goes with 0.4" in told
    assert '"""Now: List the "animals' in module


def test_nothing_is_written_where_a_template_fails(project: Project) -> None:
    project.template("package/models/object.jinja", "{{ model.nam }}")
    status, out, err = project.run("generate")
    assert (status, out) == (2, "")
    assert "did you mean name?" in err
    assert not (project.root / "out").exists()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("../x.txt", "'../x.txt' cannot be an output file: it leaves the output"),
        ("/x.txt", "'/x.txt' cannot be an output file: it is not relative"),
        ("{{ '..' }}/x.txt", "'../x.txt' cannot be an output file: it leaves the output"),
        ("{{ '' }}", "'' cannot be an output file"),
        ("readme.md", "'README.md' and 'readme.md' are the same file on some systems"),
        ("src/zoo/api", "'src/zoo/api' is both a file and a folder of the output"),
        ("README.md/x.txt", "'README.md' is both a file and a folder of the output"),
        (".clientsmith.json", "'.clientsmith.json' cannot be an output file: clientsmith keeps"),
        ("CHANGELOG.md", "'CHANGELOG.md' cannot be an output file: clientsmith keeps its books"),
        (".clientsmith/x", "'.clientsmith/x' cannot be an output file: clientsmith keeps"),
    ],
)
def test_a_path_that_no_output_file_can_have_is_told_with_its_line(
    project: Project, path: str, said: str
) -> None:
    project.template("x.txt.jinja", f"---\npath: {path}\n---\n")
    status, _, err = project.run("generate")
    assert status == 2
    assert f"templates/x.txt.jinja:2:1: error: {said}" in err
    assert not (project.root / "x.txt").exists()
    assert not (project.root / "out").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "{{ 'a ' ~ api.title }}",
            ["1:11: error: text of the document", "write (api.title | literal) in"],
        ),
        ("{{ 'a' + api.title }}", ["1:10: error: text of the document", "(api.title | literal)"]),
        ("{{ '%s' | format(api.title) }}", ["1:18: error: text", "write (api.title | literal) in"]),
        ("{{ '{}'.format(api.title) }}", ["1:16: error: text", "write (api.title | literal) in"]),
        ("{{ [api.title] | join }}", ["1:5: error: text", "write (api.title | literal) in place"]),
        ("# {% set x = 'a' ~ api.title %}", ["write (api.title | comment) in place of api.title"]),
        ("{% set t = [api.title] %}{{ t | join }}", ["write (t | map('literal')) in place of t"]),
        (
            "{{ api.title.upper() }}",
            ["text of the document cannot be used as a string", "a filter of a plugin"],
        ),
        ("{{ api.title | comment | upper }}", ["change the text before it passes the filter"]),
        ("{{ 5 | doc }}", ["TypeError: this filter takes text, and not a int"]),
        ("{{ operation.name }}", ["no variable operation", "that say `for: operation` in their"]),
        ("{% fro x in y %}", ["unknown tag 'fro'", "hint: did you mean from?"]),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", ["includes, extends or calls itself"]),
        (
            "{% set a = {'team': 1} %}{{ a.taem }}",
            ["there is no 'taem' in the mapping; did you mean team?"],
        ),
    ],
)
def test_what_templates_get_wrong_is_told_with_what_to_write(
    project: Project, code: str, said: list[str]
) -> None:
    project.template("package/x.py.jinja", code)
    told = project.refused()
    for part in said:
        assert part in told
    assert "write (api.title | literal)" not in told or "literal" in " ".join(said)


@pytest.mark.parametrize(
    ("name", "filtered"),
    [("x.json", "json_literal"), ("x.yaml", "json_literal"), ("x.html", "html")],
)
def test_the_filter_follows_from_the_kind_of_file(
    project: Project, name: str, filtered: str
) -> None:
    project.template(f"{name}.jinja", "a: {{ api.title }}")
    assert f"write {{{{ api.title | {filtered} }}}}" in project.refused()
    project.template(f"{name}.jinja", f"a: {{{{ api.title | {filtered} }}}}")
    assert project.text(name) in ('a: "Zoo"', "a: Zoo")


def test_a_macro_without_the_context_is_told_how_to_have_a_variable(project: Project) -> None:
    project.template("m.jinja", "{% macro f() %}{{ operation.name }}{% endmacro %}")
    project.template(METHOD, summary('{% import "m.jinja" as m %}{{ m.f() }}'))
    assert "hint: an imported macro sees what it is given: give it operation" in project.refused()


def test_an_expression_in_braces_is_told_to_stand_without(project: Project) -> None:
    project.template("x.txt.jinja", '---\nwhen: "{{ api.incoming }}"\n---\n')
    assert "x.txt.jinja:2:1: error: when is an expression as it is" in project.refused()
    assert "hint: write when: api.incoming" in project.refused()


def test_an_exception_of_a_plugin_is_told_with_its_place(project: Project) -> None:
    project.plugin("def shout(text):\n    return text[9]\nFILTERS = {'shout': shout}\n")
    project.template("x.txt.jinja", "{{ 'a' | shout }}")
    status, _, err = project.run("generate")
    assert status == 2
    assert "templates/x.txt.jinja:1:1: error: IndexError" in err
    assert "plugin.py:2:5: note: the exception was raised here" in err
