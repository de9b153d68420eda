"""Text of the document is not a string, and each filter makes it safe at its place."""

from __future__ import annotations

import ast
import html
import json
import pickle
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from clientsmith.api import Value
from clientsmith.literal import literal
from clientsmith.render import filters
from clientsmith.render.filters import refuse_text
from clientsmith.text import Code, Name, Text

HOSTILE = [
    '"',
    "'",
    '"""',
    "'''",
    '""""',
    "\\",
    "\\\\",
    'end"',
    "end\\",
    'x\\"""',
    "a\nb",
    "a\r\nb",
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    "NUL\0",
    "\x1b[31m",
    "\u202e\u2066 reversed",
    "\ud800 lone",
    "{{ x }}{% y %}",
    "{x!r}%s",
    '"""\nimport os\n"""',
    "' + __import__('os').name + '",
    "# comment",
    "é 日本 🎉",
    "\ufeff",
    "",
]
every_text = pytest.mark.parametrize("text", HOSTILE, ids=ascii)


USES: list[Callable[[Any], object]] = [
    str,
    "{}".format,
    "a".__add__,
    lambda text: f"{text}",
    lambda text: "".join([text]),
    lambda text: text + "a",
    lambda text: text[0],
    len,
    list,
]


@pytest.mark.parametrize("use", USES)
def test_text_cannot_be_used_as_a_string(use: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError):
        use(Text("harmless"))


def test_text_shows_nothing_of_itself_and_survives_pickling() -> None:
    assert "secret" not in repr(Text("secret"))
    assert pickle.loads(pickle.dumps(Text("a"))) == Text("a")
    assert Text("a") != "a"
    assert len({Text("a"), Text("a")}) == 1


def test_what_is_printed_must_have_passed_a_filter() -> None:
    assert refuse_text(Code("x")) == "x"
    assert refuse_text(Name("x")) == "x"
    assert refuse_text(3) == 3
    refusals: list[object] = [Text("harmless"), None, (), Text]
    for refused in refusals:
        with pytest.raises(TypeError):
            refuse_text(refused)


@every_text
def test_a_literal_is_one_line_of_ascii_or_plain_text_that_evaluates_to_the_text(text: str) -> None:
    made = literal(Text(text))
    assert ast.literal_eval(made) == text
    assert made.isprintable()


@every_text
def test_values_of_every_kind_have_literals(text: str) -> None:
    value: Value = (Text(text), {Text(text): (1, 2.5, None, True)})
    assert ast.literal_eval(literal(value)) == [text, {text: [1, 2.5, None, True]}]


@every_text
def test_a_docstring_is_one_string_that_reads_as_the_text(text: str) -> None:
    source = f'"""{filters.doc(Text(text), 0, used=3)}"""\n'
    (statement,) = ast.parse(source).body
    assert isinstance(statement, ast.Expr)
    read = ast.literal_eval(statement.value)
    whole = text.encode("utf-8", "replace").decode()
    assert "".join(read.split()) == "".join(whole.split())
    exec(f"class Described:\n    {source}")  # CPython wants docstrings of classes in UTF-8
    assert all(line.isprintable() for line in source.split("\n"))


@pytest.mark.parametrize("code", ["A", "Literal['a']", 'Literal["a\'b"]', 'Literal["\\""]'])
def test_a_quoted_annotation_is_the_annotation(code: str) -> None:
    assert ast.literal_eval(filters.quoted(code)) == code


@every_text
def test_a_comment_stays_on_its_line(text: str) -> None:
    source = f"x = 1  # {filters.comment(Text(text))}\n"
    assert source.count("\n") == 1
    assert len(ast.parse(source).body) == 1
    assert source[:-1].isprintable()


@every_text
def test_a_toml_string_is_one_value(text: str) -> None:
    parsed = tomllib.loads(f"x = {filters.toml(Text(text))}\n")
    assert parsed == {"x": text.encode("utf-8", "replace").decode()}


@every_text
def test_inline_markdown_is_one_line_without_markup(text: str) -> None:
    line = filters.inline_markdown(Text(f"{text} <b>[a](b)"))
    assert "\n" not in line
    assert line.isprintable()
    assert "<" not in line.replace("\\<", "")
    assert "[" not in line.replace("\\[", "")


@pytest.mark.parametrize("text", ["", "x", "{'a': 1}", '{"a": 1},', '"a" "b"'])
def test_what_is_not_json_cannot_stand_in_a_file_of_json(text: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        filters.json(Text(text))
    assert filters.json(Text('{"a": [1]}')) == '{"a": [1]}'


@every_text
def test_block_markdown_has_no_raw_html(text: str) -> None:
    assert "<" not in filters.markdown(Text(text + " <script>alert(1)</script>"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\r\n\r\nb\rc", "# A\n\nb\nc"),
        ("```\ncode", "```\ncode\n```"),
        ("~~~\n```\n~~~\n```js\n# x", "~~~\n```\n~~~\n```js\n# x\n```"),
    ],
)
def test_block_markdown_has_lines_and_an_end(text: str, expected: str) -> None:
    assert filters.markdown(Text(text)) == expected


def test_headings_are_moved_below_those_of_the_section() -> None:
    text = "# A\n## B\n##### C\n#no\n```\n# code\n```"
    expected = "### A\n#### B\n###### C\n#no\n```\n# code\n```"
    assert filters.markdown(Text(text), 3) == expected
    assert filters.markdown(Text("#### A"), 3) == "#### A"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A\n===\nx\n\nB\nb\n---\ny", "### A\nx\n\n#### B b\ny"),
        ("# A\nB\n-\n---\nC\n==", "### A\n#### B\n---\n### C"),
        ("```\nA\n---\n```\n\n    a\n---", "```\nA\n---\n```\n\n    a\n---"),
        ("- a\nb\n---\n> c\n===\n| d |\n---", "- a\nb\n---\n> c\n===\n| d |\n---"),
        ("a | b\n--|--\n\n---\n\n===", "a | b\n--|--\n\n---\n\n==="),
        ("***\nA\n===", "***\n### A"),
    ],
)
def test_an_underlined_heading_is_moved_like_any_other(text: str, expected: str) -> None:
    assert filters.markdown(Text(text), 3) == expected


def test_paragraphs_are_wrapped_and_lists_and_code_are_kept() -> None:
    text = Text("word " * 40 + "\n\n- one\n- two\n\n```\ncode   stays\n```\n| a | b |")
    lines = filters.doc(text, 4).split("\n")
    assert max(map(len, lines)) <= 100
    assert lines[-6:] == [
        "    - two",
        "",
        "    ```",
        "    code   stays",
        "    ```",
        "    | a | b |",
    ]


def test_a_sentence_ends_at_its_stop_and_gets_one_if_it_has_none() -> None:
    first = filters.sentence(Text("Lists it. And more.\n\nMuch more"))
    assert literal(first) == '"Lists it."'
    assert literal(filters.ended(Text("Lists it"))) == '"Lists it."'
    assert literal(filters.ended(Text("Really?"))) == '"Really?"'


@every_text
def test_text_is_itself_in_json_and_in_html(text: str) -> None:
    assert json.loads(filters.json_literal({"a": [Text(text)]})) == {"a": [text]}
    escaped = filters.html(Text(text))
    assert html.unescape(escaped) == text.encode("utf-8", "replace").decode()
    assert not set(escaped) & set("<>\"'")
