"""What a filter made of a text of the document cannot be taken apart, nor can what it became a part of.

`test_errors.py` has what is told of it, and what is tried with a text that passed no filter.
"""

from __future__ import annotations

import pytest
from jinja2 import ChoiceLoader, DictLoader, TemplateAssertionError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS

from clientsmith.render.catalogue import find_templates
from clientsmith.render.environment import TemplateEnvironment
from clientsmith.render.operations import FILTERS_OF_JINJA
from clientsmith.render.trace import TracingEnvironment
from clientsmith.text import Code, Text, UnfilteredText, hidden

REFUSALS = (UnfilteredText, UndefinedError, TemplateAssertionError, SecurityError)
OTHER = {"y.jinja": "{{ t | literal }}"}
ENVIRONMENTS = [kind(find_templates()) for kind in (TemplateEnvironment, TracingEnvironment)]

PRINTED = [
    '("" ~ (t | literal))[1:-1]',
    '(t | literal ~ "")[1:-1]',
    "(\"\" ~ (t | literal)) | replace('\"', '')",
    '("a" + (t | literal))[2:-1]',
    '((t | literal) + "a")[1:-2]',
    "((t | literal) * 2)[1]",
    '("%s" % (t | literal))[1:-1]',
    '("%s" % [t | literal])[3:-3]',
    '"%.3s" % (t | literal)',
    '"%r" % (t | literal)',
    '("%(a)s" % {"a": t | literal})[1:-1]',
    '"%(a).2s" % {"a": t | literal}',
    '("{}".format(t | literal))[1:-1]',
    '"{:.2}".format(t | literal)',
    '"{!r}".format(t | literal)',
    '"{0[0]}".format(t | literal)',
    '("{a}".format(a=t | literal))[1:-1]',
    '("{a}".format_map({"a": t | literal}))[1:-1]',
    '("%s" | format(t | literal))[1:-1]',
    '("%(a)s" | format(a=t | literal))[1:-1]',
    "([t | literal] | join)[1:-1]",
    '([t, t] | map("literal") | join(","))[1:-1]',
    '(["a", "b"] | join(t | literal))[2:-2]',
    '(", ".join([t | literal]))[1:-1]',
    '("x".replace("x", t | literal))[1:-1]',
    '("x" | replace("x", t | literal))[1:-1]',
    '"x".translate({120: t | literal})[1:-1]',
    '"".maketrans(t | literal, t | literal) | list | string',
    "[t | literal] | string",
    '{"a": t | literal} | string',
    "[t | literal] | tojson",
    "t | literal | tojson",
    "t | literal | e",
    "t | literal | safe",
    "t | literal | forceescape",
    "t | literal | striptags",
    "t | literal | title",
    "t | literal | urlencode",
    "t | literal | urlize",
    "t | literal | wordwrap(2)",
    "t | literal | center(40)",
    "t | literal | pprint",
    "(t | json_literal)[1:-1]",
    '(t | html) | replace("Z", "")',
    "t | literal | lower",
    "t | literal | reverse",
    "t | literal | last",
    "t | literal | random",
    "t | literal | batch(2) | list",
    't | literal | map("upper") | join',
    "t | literal | sort | join",
    "(t | literal).splitlines()[0][1:-1]",
    "(t | literal | indent)[1:-1]",
    "(t | literal | trim)[1:-1]",
    "(t | literal | string)[1:-1]",
    "t | literal | trim('\"')",
    "t | literal | replace('\"', '')",
    't | comment | replace("o", "")',
    't | markdown | replace("Z", "")',
    't | inline_markdown | replace("Z", "")',
    "(t | literal | quoted)[3:-3]",
    "t | literal | sentence",
    '{"a": t | literal} | xmlattr',
    '("" | safe + (t | literal))[1:-1]',
    '(("" | safe) ~ (t | literal))[1:-1]',
    '(("" | safe).join([t | literal]))[1:-1]',
    "(t | literal)[::-1]",
    '(t | literal) | attr("replace")("\\"", "")',
    '[t | literal] | map("replace", \'"\', "") | join',
    '[t | literal] | map("trim", \'"\') | first',
    "namespace(a=t | literal).a[1:-1]",
    'namespace(a="" ~ t | literal).a[1:-1]',
    "dict(a=t | literal) | string",
    "cycler(t | literal).next()[1:-1]",
    "([1, t | literal] | join) | upper",
    '(t | literal | default("x"))[1:-1]',
    '"x" | truncate(0, true, t | literal) | upper',
    '([["a", t | literal] | join] | join)[1:]',
    '(t | toml ~ "")[1:-1]',
    '(t | doc ~ "") | upper',
]
STATEMENTS = [
    '{% set x = t | literal %}{{ x | replace(\'"\', "") }}',
    "{% set x %}{{ t | literal }}{% endset %}{{ x[1:-1] }}",
    "{% set x | upper %}{{ t | literal }}{% endset %}{{ x }}",
    '{% filter replace(\'"\', "") %}{{ t | literal }}{% endfilter %}',
    "{% filter upper %}a{{ t | literal }}{% endfilter %}",
    "{% macro m(a) %}{{ a | literal }}{% endmacro %}{{ m(t)[1:-1] }}",
    "{% macro m(a) %}x{{ a | literal }}y{% endmacro %}{{ m(t) | upper }}",
    "{% macro m() %}{{ caller() | upper }}{% endmacro %}{% call m() %}{{ t | literal }}{% endcall %}",
    "{% macro m() %}{{ caller()[1:-1] }}{% endmacro %}{% call m() %}{{ t | literal }}{% endcall %}",
    "{% block b %}{{ t | literal }}{% endblock %}{{ self.b()[1:-1] }}",
    '{% for c in "" ~ t | literal %}{{ c }}{% endfor %}',
    "{% for c in t | literal | list %}{{ c }}{% endfor %}",
    "{% set a, b, c, d, e = t | literal %}{{ b }}",
    '{% set ns = namespace(a="") %}{% for x in [1] %}{% set ns.a = ns.a ~ t | literal %}{% endfor %}{{ ns.a[1:-1] }}',
    "{% for x in [t] recursive %}{% if loop.depth0 %}{{ x | literal }}{% else %}{{ loop([t]) | upper }}{% endif %}{% endfor %}",
    '{% autoescape true %}{{ (t | literal ~ "")[1:-1] }}{% endautoescape %}',
    "{% autoescape true %}{% set x %}{{ t | literal }}{% endset %}{{ x[1:-1] }}{% endautoescape %}",
    '{% with a = t | literal %}{{ a ~ "" | upper }}{{ (a ~ "") | upper }}{% endwith %}',
    '{% set f = "{}".format %}{{ f(t | literal) | upper }}',
    '{% set f = ", ".join %}{{ f([t | literal]) | upper }}',
    '{% set x %}{% include "y.jinja" %}{% endset %}{{ x[1:-1] }}',
    '{% import "y.jinja" as y with context %}{{ (y | string)[1:-1] }}',
    '{% import "y.jinja" as y with context %}{{ (y ~ "")[1:-1] }}',
    '{% import "y.jinja" as y with context %}{{ ("%s" % y)[1:-1] }}',
    '{% import "y.jinja" as y with context %}{{ ("{}".format(y))[1:-1] }}',
    '{% import "y.jinja" as y with context %}{{ ([y] | join)[1:-1] }}',
]
WHOLE = {
    '{{ "x = " ~ t | literal }}': 'x = "Zoo"',
    '{{ "x = " + t | literal }}': 'x = "Zoo"',
    '{{ "x = %s" | format(t | literal) }}': 'x = "Zoo"',
    '{{ "%(a)s%%" % {"a": t | literal} }}': '"Zoo"%',
    '{{ "{} = {!s}".format(code, t | literal) }}': 'x_y = "Zoo"',
    '{{ [t, "a"] | map("literal") | join(", ") }}': '"Zoo", "a"',
    '{{ ", ".join([t | literal, "a"]) }}': '"Zoo", a',
    '{{ "a, b" | replace("a", t | literal) }}': '"Zoo", b',
    '{{ ("a\\n" ~ t | literal) | indent }}': 'a\n    "Zoo"',
    '{{ (" " ~ t | literal) | trim }}': '"Zoo"',
    '{{ ("Default: " ~ t | literal) | doc }}': 'Default: "Zoo\\"',
    '{{ ("Default: " ~ t | literal) | ended | comment }}': 'Default: "Zoo".',
    '{{ ("-" ~ t | literal) | toml }}': '"-\\"Zoo\\""',
    "{{ t | literal | literal }}": "'\"Zoo\"'",
    "{{ (t | literal) * 2 }}": '"Zoo""Zoo"',
    "{% set x %}{{ t | literal }}{% endset %}{{ x | length }}": "5",
    "{% filter indent %}a\n{{ t | literal }}{% endfilter %}": 'a\n    "Zoo"',
    "{% macro m() %}({{ caller() }}){% endmacro %}{% call m() %}{{ t | literal }}{% endcall %}": '("Zoo")',
    '{{ (code ~ "") | upper }}{{ ["a", code] | join("-") | replace("-", "+") }}': "X_Ya+x_y",
    '{{ ("%s-%d" % (code, 1)).upper() }}{{ "{}".format(code)[0] }}': "X_Y-1x",
    '{{ "%s" | format(code) | title }}{{ [1, 2] | join | list | length }}': "X_y2",
    '{{ 1 + 2 }}{{ [1] + [2] == [1, 2] }}{{ 2 * 3 }}{{ 7 % 4 }}{{ "ab" * 2 }}': "3True63abab",
    '{{ "a b" | wordwrap(1) }}{{ "<" | e }}{{ [1] | tojson }}': "a\nb&lt;[1]",
}
GIVEN_AS_THEY_ARE = {
    *(
        "abs",
        "attr",
        "batch",
        "count",
        "d",
        "default",
        "dictsort",
        "filesizeformat",
        "first",
        "float",
    ),
    *("groupby", "int", "items", "last", "length", "list", "map", "max", "min", "random", "reject"),
    *("rejectattr", "reverse", "round", "select", "selectattr", "slice", "sort", "sum", "unique"),
    "wordcount",
}
"""The filters of Jinja that make no text of what they are given."""


def rendered(environment: TemplateEnvironment, code: str) -> str:
    environment.loader = ChoiceLoader([DictLoader(OTHER)])
    with hidden():
        text = environment.from_string(code).render(t=Text("Zoo"), code=Code("x_y"))
    return environment.whole(text)


@pytest.mark.parametrize("code", [*(f"{{{{ {code} }}}}" for code in PRINTED), *STATEMENTS])
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda each: type(each).__name__)
def test_what_a_filter_made_is_not_taken_out_of_what_it_became_a_part_of(
    environment: TemplateEnvironment, code: str
) -> None:
    with pytest.raises(REFUSALS):
        rendered(environment, code)


@pytest.mark.parametrize(("code", "text"), WHOLE.items())
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda each: type(each).__name__)
def test_text_is_put_together_as_jinja_does(
    environment: TemplateEnvironment, code: str, text: str
) -> None:
    assert rendered(environment, code) == text


def test_it_is_known_of_each_filter_of_jinja_whether_it_makes_text() -> None:
    assert FILTERS_OF_JINJA.keys().isdisjoint(GIVEN_AS_THEY_ARE)
    assert FILTERS.keys() == FILTERS_OF_JINJA.keys() | GIVEN_AS_THEY_ARE


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ('t == "Zoo"', "True"),
        ('t != "Zoo"', "False"),
        ('t in ["Zoo"]', "True"),
        ('"zoo" == t', "False"),
        ('[t] | select("equalto", "Zoo") | list | length', "1"),
    ],
)
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda each: type(each).__name__)
def test_a_template_can_compare_text_with_a_string(
    environment: TemplateEnvironment, code: str, text: str
) -> None:
    assert rendered(environment, f"{{{{ {code} }}}}") == text
