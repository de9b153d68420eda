"""The style of the output is black's, wherever black is asked for a part of a module alone."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientsmith import pipeline
from clientsmith.cache import Cache
from clientsmith.config import Configuration
from clientsmith.literal import literal
from clientsmith.style import fitted, formatted
from clientsmith.text import Text

TESTS = Path(__file__).parents[1]
AWKWARD = ("forms", "idioms", "parameter_names", "responses", "styles", "version_32")
DOCUMENTS = [
    TESTS.parent / "spec" / "recordings.yaml",
    *sorted((TESTS / "golden" / "documents").glob("*.yaml")),
    *(TESTS / "corpus" / "documents" / f"{name}.yaml" for name in AWKWARD),
]

LONG = ", ".join(f"argument_{number}" for number in range(12))
UNION = LONG.replace(", ", " | ")
CALL = f"call({LONG})"
ADDRESS = "https://example.com/" + "long/" * 20


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_the_default_templates_give_what_black_would(document: Path) -> None:
    configuration = Configuration(spec=document, root=document.parent)
    for path, text in pipeline.lowered(configuration).renderer.files():
        if path.endswith(".py") and "/_runtime/" not in path:
            expected, given = formatted(text), fitted(text)
            difference = difflib.unified_diff(expected.split("\n"), given.split("\n"), lineterm="")
            assert given == expected, "\n".join([path, *difference])


@pytest.mark.parametrize(
    "module",
    [
        f"x = {CALL}\n",
        f"x: {UNION} = None\n",
        f"def function({LONG}) -> None: ...\n",
        f"def function({LONG}) -> None:\n    return None\n",
        f"def function(\n    a,\n) -> Some[{LONG}]:\n    return None\n",
        f"@decorated({LONG})\ndef function() -> None:\n    return None\n",
        f"class Model(Base, {LONG}):\n    x: int\n",
        f"class Model:\n    x: int\n\n    async def method(self, {LONG}) -> None:\n        await {CALL}\n",
        f"class Model:\n    @overload\n    def method(\n        self, {LONG}\n    ) -> None: ...\n",
        f"if TYPE_CHECKING:\n    from package import ({LONG})\nelse:\n    pass\n",
        f"def function() -> None:\n    if x:\n        return {CALL}\n    else:\n        return None\n",
        f'class Model:\n    """{ADDRESS}"""\n\n    x: int\n    """{ADDRESS}"""\n',
        f'def function() -> None:\n    """First.\n\n    {ADDRESS}"""\n    x = {CALL}\n',
        f'class Model:\n    x: int\n    """First.\n\n    {ADDRESS}"""\n',
        f'"""First.\n\n{ADDRESS}"""\n\nx = 1\n',
        f"# {ADDRESS}\nx = 1  # {ADDRESS}\n",
        f'x = ["{"宽" * 48}", 1]\n',
        f"x = call(\n    1,\n    {CALL},\n    name={CALL},\n)\n",
        f'x: int = {{\n    "a": 1,\n    "b": {CALL},\n}}\n',
        f"x = call(\n    [\n        {CALL},\n        2,\n    ],\n    {{\n        {CALL}: {CALL},\n    }},\n)\n",
        f"x = call({LONG})(\n    {CALL},\n)\n",
        f"x = call(\n    1,\n    {CALL})\n",
        f"x = (\n    {CALL},\n)\n",
        f"x = call(\n    *{CALL},\n    **{CALL},\n)\n",
        f"x = call(\n    (lambda: {CALL}),\n    é={CALL},\n)\n",
        f"x = call(\n    {LONG},\n)\n",
        f"x: Some[{LONG}] = call(\n    {CALL},\n)\n",
        f"def function() -> None:\n    return call(\n        {CALL},  # {ADDRESS}\n        2,\n    )\n",
        f"if not TYPE_CHECKING:\n    x = call(\n        {CALL},\n    )\n",
        f"if {CALL}:\n    x = {CALL}\n",
        f"if TYPE_CHECKING:\n    {CALL}\nelif x:\n    {CALL}\n",
        f'x = "{"é" * 80}"\n',
        f'class A:\n    """One.\n\n    {"é" * 92}"""\n\n    é: Some["{"é" * 80}"] = None\n    x: Some["{"宽" * 44}"] = None\n',
        f'class A:\n    """One.\n\n    {"é" * 96}"""\n\n    é: Some["{"é" * 90}"] = None\n    x: Some["{"宽" * 36}"] = None\n',
        f'class A:\n    """One.\u2028Two.\n\n    {"é" * 96}"""\n',
        f'def function() -> None:\n    """{"word " * 30}."""\n',
        f'def function() -> None:\n    """{"word " * 30}"""; {CALL}\n',
        f'def function() -> None:\n    """Two.\u2028{"word " * 30}."""\n',
        f'def function() -> None:\n    """Two.\n\n    {"word " * 30}."""\n',
        f"x: Some[{LONG}] = call(\n    one,\n    two,\n)\n",
        f"x: Some[{LONG}] = call(\n    one,\n    **more,\n)\n",
        f'x: Some[{LONG}] = {{\n    "a": 1,\n    **more,\n}}\n',
        f"x: Some[{LONG}] = (\n    one,\n)\n",
        f"x: Some[{LONG}] = [\n    one,\n    {CALL},\n]\n",
        f"def function(\n    one,\n    *two: Any,\n    **more: {UNION},\n) -> Some[{LONG}]: ...\n",
        f"class Model:\n    def f(\n        self,\n        *,\n        one: {UNION} = None,\n    ) -> {UNION}:\n        pass\n",
        f"@decorated({LONG})\ndef function(\n    one,\n    /,\n    two,\n) -> Some[{LONG}]:\n    return 1\n",
        f'x = call(\n    "{ADDRESS}",\n    a="",\n    b={{\n        "{ADDRESS}": "",\n        "b": {CALL},\n    }},\n)\n',
    ],
)
def test_statements_with_long_lines_are_laid_out_as_in_their_module(module: str) -> None:
    assert fitted(module) == formatted(module)


@pytest.mark.parametrize(
    "module",
    [
        "from package.{name} import One\n",
        "from .{name} import Two, One\n",
        "from .{name} import (\n    Two,\n    One,\n)\n",
        "from .{name} import One as Other\n",
        "if TYPE_CHECKING:\n    from ._{name} import {name}\n",
        "class {name}(Model):\n    x: int\n",
        "class A({name}):\n    x: int\n",
        "class {name}(Model, Other):\n    x: int\n",
        'class A(Model):\n    {name}: Annotated[str | None, Field(alias="a")] = None\n',
        'class A(Model):\n    a: Annotated[{name} | None, Field(alias="a")] = None\n',
        'class A(Model):\n    a: Annotated[str, Field(alias="{name}"), Other] = None\n',
        'class A(Model):\n    a: Annotated[{name} | None, Field(alias="a")]\n',
        'A: Operation[{name}] = Operation(\n    id="a",\n    name="b",\n)\n',
        'A: Operation[{name} | B] = Operation(\n    id="a",\n    response=Response("{name}", lambda: {name}),\n)\n',
        "{name}: Operation[A] = Operation(\n    {name},\n    b={{\n        **{name},\n        1: f({name}, 2),\n    }},\n)\n",
        'A: Operation[{name}] = Operation(\n    id="""a\nb""",\n    name="b",\n)\n',
        "A: Operation[{name}] = Operation(\n    [a, b],\n)\n",
        "class A:\n    @overload\n    def f(\n        self,\n        a: {name} | None = None,\n    ) -> {name} | B: ...\n",
        "if TYPE_CHECKING:\n    from .{name} import (\n        Two,\n        One,\n    )\n",
        "class A(Model):\n    {name}: Open[B] | None = None\n    a: Open[{name}] | None = None\n",
        "class A(Model):\n    a: {name}\n    b: B | list[{name}] | None\n    {name}b: {name} | None = None\n",
        "class A(Model):\n    a: B | Open[{name}] | C = None  # {name}\n    a: {name} | {name}b | None = None\n",
        'A = call(\n    body=Body.of("application/json", lambda: {name}, required=True),\n    b=f({name}, {name})(1),\n)\n',
        'A = {{\n    "200": Response.of("application/json", lambda: list[{name} | B]),\n    "{name}": f(),\n}}\n',
        "A = call(\n    {name}(1),\n    {name}[0].of(a, *b, **c),\n    not f({name}),\n    f(a for a in {name}),\n)\n",
        "class A(Model):\n    a: list[Open[{name}]] | None = None\n    {name}: B | dict[str, {name}] | None = None\n",
        "class A(Model):\n    a: list[{name} | list[{name}]] | models.{name} | None\n    {name}: Open[{name}]\n",
        "class A(Model):\n    a: list[Open[{name}]]\n    b: list[{name} | B]\n    c: dict[str, {name}]  # c\n    d: {name}\n",
        'A = call(\n    MediaType("application/json", {name}, lambda: list[B | {name}]),\n    f({name}, *a, b=1),\n)\n',
        "A = call(\n    (lambda: 1)({name}, b),\n    f((a, {name}), (b + c), d={name}),\n    g({name}, h=(yield)),\n)\n",
        "A_{name}: Operation[B] = Operation(\n    a,\n    b,\n)\n",
        "A_{name}: Operation[B | list[{name}]] = Operation(\n    a,\n    b=f({name}, {name}),\n)\n",
    ],
)
def test_what_large_documents_have_much_of_is_laid_out_without_black_as_black_does(
    module: str,
) -> None:
    for length in range(20, 130):
        text = module.format(name="N" * length)
        assert fitted(text) == formatted(text)


@pytest.mark.parametrize(
    "module",
    [
        'class A(Model):\n    a: Annotated[list[{name}{name}] | None, Field(alias="a", pattern="{name}")] = None\n',
        (
            'class A(Model):\n    a: Annotated[list[{name}{name}], Field(alias="{name}{name}")]\n'
            '    {name}: Literal["{name}", "b"]\n'
        ),
        (
            'class A(Model):\n    a: Literal["{name}", "b", "{name}"] | None = None\n'
            "    b: Annotated[{name}, f()(1), {name}] = None\n"
        ),
        (
            'A = Alias("A", {name} | {name}b | list[{name}])\n'
            '{name} = Alias("A", Annotated[A | {name}, Tagged("{name}", {{"{name}": A, "b": {name}}})])\n'
        ),
        (
            'A = Alias("A", {name}, *{name}, **{name})\nB = Alias("{name}", b, **{name})\n'
            'C = Alias(("{name}", b), {{**{name}, 1: {name}}})\n'
        ),
        (
            "A = call(\n"
            '    Server("https://{name}", "{name}", variables=(Variable("{name}", values=("a", "{name}")),)),\n'
            "    f((1, {name}, b)),\n)\n"
        ),
        (
            'A = call(\n    f({{"{name}": (1, "{name}"), "b": {{"c": {name}, "d": 2}}}}),\n'
            '    f({{"{name}{name}": (1, {name})}}),\n)\n'
        ),
        (
            "class A:\n    def f(\n        self,\n        *,\n        a: {name} | B = None,\n"
            "        b: list[{name} | B],\n        c: {name} = {name},\n        d,\n    ) -> {name}: ...\n"
        ),
        (
            "class A:\n    def f(\n        self,\n        a: B[{name}] | {name} | C[{name}],\n"
            "    ) -> {name} | {name}b:\n        pass\n"
        ),
        (
            "class A:\n    async def f(\n        self,\n    ) -> list[{name} | {name}b]:\n"
            "        return await f(\n            {{\n                1: {name},\n            }},\n        )\n"
        ),
        (
            'class A:\n    """One.\n\n    {name}."""\n\n    b: {name}\n    """One.\n\n    {name}"""\n\n'
            "    async def f(\n        self,\n    ) -> A:\n        pass\n"
        ),
        'class A:\n    """One.\n\n    Two.\n\n      - {name}.\n        {name}"""\n',
        'class A:\n    def f(self):\n        """One. {name}."""\n\n    def f(self):\n        """One.\n\n        {name}\\\\"""\n',
        (
            'class A(str):\n    {name} = "{name}"\n    {name} = "n"\n    A = "n{name}"\n'
            '    {name}{name} = "{name}"\n    B = """{name}"""\n'
        ),
        (
            'A = {{\n    "200": f("a", lambda: {name} | list[{name}], b=1),\n'
            '    "a": f(lambda: list[{name} | B], {name}),\n    "{name}": {name},\n}}\n'
        ),
        (
            'A = call(\n    a=(Parameter("{name}", "{name}", b),),\n    b=lambda: {name} | B | {name},\n'
            '    c={{"a": {name}}},\n    d={name} | {name},\n)\n'
        ),
        (
            'class A(Model):\n    a: Annotated[Literal["{name}"], Field(alias="a")] = "{name}"\n'
            '    b: {name} = {name}\n    c: {name} | B = "c"\n'
        ),
        (
            "class A(Model):\n    a: dict[str, Open[{name}]] = Field(init=False)\n"
            "    b: {name} = models.f(a, {name})\n    c: {name} | B = f(b)\n"
        ),
        "A: Operation[{name} | {name}b] = Operation(\n    a,\n    b,\n)\n",
        "A: Operation[list[{name}, {name}b]] = Operation(\n    a,\n    b={name},\n)\n",
    ],
)
def test_values_types_and_heads_of_functions_are_laid_out_without_black_as_black_does(
    module: str,
) -> None:
    for length in range(20, 130, 3):
        text = module.format(name="N" * length)
        assert fitted(text) == formatted(text)


NAMES = st.integers(1, 95).map(lambda length: "A" * length)
TEXTS = NAMES.map('"{}"'.format)


def listed(parts: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=least, max_size=most).map(", ".join)


def types_of(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(parts, min_size=2, max_size=4).map(" | ".join),
        parts.map("list[{}]".format),
        parts.map("dict[str, {}]".format),
        listed(TEXTS, 1, 3).map("Literal[{}]".format),
        st.builds("Annotated[{}, Field(alias={})]".format, parts, TEXTS),
    )


def values_of(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        listed(parts, 0, 3).map("f({})".format),
        st.builds("f({}, a={}, b={})".format, parts, parts, parts),
        parts.map("({},)".format),
        listed(parts, 2, 4).map("({})".format),
        listed(st.builds("{}: {}".format, TEXTS, parts), 1, 2).map("{{{}}}".format),
        TYPES.map("lambda: {}".format),
    )


TYPES = st.recursive(st.one_of(NAMES, NAMES.map("models.{}".format)), types_of, max_leaves=6)
VALUES = st.recursive(st.one_of(NAMES, TEXTS, st.just("None"), TYPES), values_of, max_leaves=6)
MODULES = st.one_of(
    st.builds("class A:\n    {}: {}\n".format, NAMES, TYPES),
    st.builds("class A:\n    {}: {} = None\n".format, NAMES, TYPES),
    st.builds("class A:\n    {}: {} = {}\n".format, NAMES, TYPES, VALUES),
    st.builds("{} = f({}, {})\n".format, NAMES, VALUES, VALUES),
    st.builds("{}: {} = f(\n    {},\n    a={},\n)\n".format, NAMES, TYPES, VALUES, VALUES),
    st.builds("{} = {{\n    {}: {},\n    1: 2,\n}}\n".format, NAMES, TEXTS, VALUES),
    st.builds(
        (
            "class A:\n    def f(\n        self,\n        {}: {} = None,\n        *,\n        b: {},\n"
            "    ) -> {}:\n        pass\n"
        ).format,
        NAMES,
        TYPES,
        TYPES,
        TYPES,
    ),
)


@given(MODULES)
def test_whatever_is_wide_is_laid_out_as_black_does(module: str) -> None:
    assert fitted(module) == formatted(module)


def test_black_is_given_the_element_that_does_not_fit_and_not_what_it_stands_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[str] = []

    def formatting(text: str, kept: Cache) -> str:
        del kept
        given.append(text)
        return formatted(text)

    monkeypatch.setattr("clientsmith.style.formatted", formatting)
    wide = "the_only_one_that_is_long_" * 4
    module = f"if x:\n    x = call(\n        one,\n        [\n            two({wide} + 1),\n        ],\n    )\n"
    assert fitted(module) == formatted(module)
    assert len(given) == 1
    assert wide in given[0]
    assert "one," not in given[0]


def test_black_is_not_asked_for_a_string_that_it_leaves_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clientsmith.style.formatted", pytest.fail)
    module = f'"""{"word " * 30}."""\n\n\ndef function() -> None:\n    """{"word " * 30}."""\n'
    assert fitted(module) == module


@pytest.mark.parametrize(
    "module",
    [
        f"x: Some[{LONG}] = call(\n    one,\n    two,\n)\n",
        f"def function(\n    one,\n    two,\n) -> Some[{LONG}]:\n    return 1\n",
        f'x = call(\n    one="{ADDRESS}",\n    two,\n)\n'.replace("two", "three=4"),
    ],
)
def test_black_is_not_given_the_elements_that_fit_nor_those_that_nothing_can_split(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    def formatting(text: str, kept: Cache) -> str:
        del kept
        assert "one" not in text
        assert ADDRESS not in text
        return formatted(text)

    expected = formatted(module)
    monkeypatch.setattr("clientsmith.style.formatted", formatting)
    assert fitted(module) == expected


def test_a_module_is_left_alone_where_it_fits() -> None:
    assert fitted("x = [ 1,2 ]\n") == "x = [ 1,2 ]\n"


def test_what_is_not_python_is_refused() -> None:
    with pytest.raises(SyntaxError):
        fitted("x = (\n")


def test_a_docstring_that_is_one_list_item_is_laid_out_as_black_does(tmp_path: Path) -> None:
    item = {"type": "string", "enum": ["a"], "description": f"- item: {'long ' * 40}"}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "components": {"schemas": {"Item": item}},
    }
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    test_the_default_templates_give_what_black_would(tmp_path / "openapi.json")


@given(
    st.one_of(st.text(), st.text("ab'\"\\\n"), st.floats(), st.integers(), st.booleans(), st.none())
)
def test_literals_are_written_as_black_has_them(value: str | float | bool | None) -> None:
    written = f"x = {literal(Text(value) if isinstance(value, str) else value)}\n"
    if len(written) <= 100:
        assert formatted(written) == written
