import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clientsmith.diagnostics import DiagnosticError, InputError, SpecError
from clientsmith.read import source
from clientsmith.read.document import Document, Node
from clientsmith.read.file import File
from clientsmith.read.loading import read
from clientsmith.read.source import Value

HEAD = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n"


def write(folder: Path, text: str | bytes, name: str = "api.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def load(folder: Path, text: str | bytes, name: str = "api.yaml") -> Document:
    return read(write(folder, text, name))


def value(folder: Path, scalar: str) -> Value:
    return load(folder, f"a: {scalar}\n").root["a"].value


def failure(folder: Path, text: str | bytes, name: str = "api.yaml") -> DiagnosticError:
    with pytest.raises(DiagnosticError) as raised:
        load(folder, text, name)
    return raised.value


def place(error: DiagnosticError) -> tuple[int, int]:
    location = error.diagnostics[0].location
    assert location is not None
    return location.line, location.column


# Scalars of YAML


@pytest.mark.parametrize(
    "text",
    [
        *("no", "on", "Yes", "off", "y", "2020-01-01", "2001-12-14t21:59:43.10-05:00", "1_000"),
        *("1:30", "0b1", ".inf", "-.inf", ".NaN", "1e", "0o8", "0x", "+", ".", "truE", "nuLL"),
        *("=", "1.2.3"),
    ],
)
def test_what_only_yaml_1_1_takes_for_something_else_is_text(tmp_path: Path, text: str) -> None:
    assert value(tmp_path, text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("Null", None),
        ("", None),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("-5", -5),
        ("+1", 1),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("'1'", "1"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ("!!int 5", 5),
        ("! 5", "5"),
        ("|\n  5", "5\n"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(
    tmp_path: Path, text: str, expected: object
) -> None:
    found = value(tmp_path, text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("name", ["api.yaml", "api.json"])
@pytest.mark.parametrize("text", ["1.10", "1.0", "1e3", "-0.0", "7", "true", "false", "1.5E+2"])
def test_a_scalar_remembers_how_it_is_written(tmp_path: Path, name: str, text: str) -> None:
    root = load(tmp_path, f'{{"a": {{"b": [0, {text}]}}, "c": {text}}}', name).root
    assert root["a"]["b"][1].text == text
    assert root["c"].text == text


@pytest.mark.parametrize("text", ["012", "0o17", "0x1F", "TRUE", "+1", "-.5", "1.10"])
def test_a_yaml_scalar_remembers_how_it_is_written(tmp_path: Path, text: str) -> None:
    root = load(tmp_path, f"a: &x {text}\nb: *x\nc: [{text}]\n").root
    assert [root["a"].text, root["b"].text, root["c"][0].text] == [text] * 3


def test_null_mappings_and_lists_have_no_text(tmp_path: Path) -> None:
    root = load(tmp_path, "a: ~\nb: {}\nc: []\n").root
    assert [root.text_of(key) for key in "abcd"] == [None] * 4


def test_keys_are_text_as_written(tmp_path: Path) -> None:
    root = load(tmp_path, "200: a\ntrue: b\n~: c\n1.10: d\nno: e\n012: f\n").root
    assert [key for key, _ in root.items()] == ["200", "true", "~", "1.10", "no", "012"]


# Places


@pytest.mark.parametrize("name", ["api.yaml", "api.json"])
def test_places_of_keys_and_values_are_those_of_an_editor(tmp_path: Path, name: str) -> None:
    text = '{\n  "a\\n": {"é": [1, {"b": "x"}]},\n  "c": []\n}\n'
    root = load(tmp_path, text, name).root
    b = root["a\n"]["é"][1]["b"]
    assert (b.location.line, b.location.column) == (2, 26)
    assert (b.key_location.line, b.key_location.column) == (2, 21)
    assert b.location.pointer == "/a\n/é/1/b"
    assert b.location.source == '  "a\\n": {"é": [1, {"b": "x"}]},'
    assert (root["c"].key_location.line, root["c"].location.column) == (3, 8)
    assert (root.location.line, root.location.column) == (1, 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_break_counts_once(tmp_path: Path, newline: str) -> None:
    root = load(tmp_path, f"a: 1{newline}b:{newline}  c: 2{newline}".encode()).root
    assert root["b"]["c"].location.line == 3
    assert root["b"]["c"].location.source == "  c: 2"


def test_a_unicode_line_separator_is_no_new_line(tmp_path: Path) -> None:
    assert load(tmp_path, 'a: "x\u2028y\x85z"\nb: 1\n').root["b"].location.line == 2


def test_a_pointer_escapes_slash_and_tilde(tmp_path: Path) -> None:
    node = load(tmp_path, "paths: {/a~b/c: 1}\n").root["paths"]["/a~b/c"]
    assert node.location.pointer == "/paths/~1a~0b~1c"


def test_a_place_is_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a: 1\n", "sub/api.yaml")
    monkeypatch.chdir(tmp_path)
    assert read(path).root.location.file == os.path.join("sub", "api.yaml")
    monkeypatch.chdir(tmp_path / "sub")
    assert read(Path("../sub/api.yaml")).root.location.file == os.path.join("..", "sub", "api.yaml")


def test_a_part_from_another_file_has_its_place_there(tmp_path: Path) -> None:
    document = load(tmp_path, "a:\n  b: 1\n  c: 2\n")
    other = load(tmp_path, "\n\nx: {y: 1.50}\n", "overlay.yaml")
    origin: File = other.root.file
    document.root.file.origins["a", "b"] = (origin, ("x", "y"))
    place = document.root["a"]["b"].location
    assert (Path(place.file).name, place.line, place.pointer) == ("overlay.yaml", 3, "/x/y")
    assert document.root["a"]["b"].text == "1.50"
    assert document.root["a"]["c"].location.line == 3


# Nodes


def test_a_node_of_another_kind_has_no_entries(tmp_path: Path) -> None:
    root = load(tmp_path, "a: [1]\nb: {c: 1}\nd: text\n").root
    assert list(root["a"].items()) == []
    assert list(root["b"].elements()) == []
    assert root["d"].get("x") is None
    assert "c" not in root["a"]
    assert "c" in root["b"]
    with pytest.raises(KeyError):
        root["missing"]
    with pytest.raises(KeyError):
        root["a"][1]


def test_a_node_knows_its_kind(tmp_path: Path) -> None:
    root = load(tmp_path, "a: {}\nb: []\nc: x\nd: 1\ne: 1.5\nf: true\ng: ~\n").root

    def kinds(node: Node) -> list[bool]:
        return [
            *(node.is_mapping, node.is_list, node.is_text),
            *(node.is_number, node.is_boolean, node.is_null),
        ]

    assert [kinds(node).index(True) for _, node in root.items()] == [0, 1, 2, 3, 3, 4, 5]
    assert all(sum(kinds(node)) == 1 for _, node in root.items())


@pytest.mark.parametrize(
    ("head", "version"),
    [
        ("openapi: 3.1.0", (3, 1)),
        ("openapi: 3.0", (3, 0)),
        ("openapi: '3.2.0-rc1'", (3, 2)),
        ("swagger: '2.0'", (2, 0)),
        ("swagger: 2.0", (2, 0)),
        ("openapi: three", (0, 0)),
        ("openapi: {}", (0, 0)),
        ("a: 1", (0, 0)),
        ("- 1", (0, 0)),
    ],
)
def test_the_version_is_read_however_it_is_written(
    tmp_path: Path, head: str, version: tuple[int, int]
) -> None:
    assert load(tmp_path, head + "\n").version == version


# Text that is not a document


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b"\xff\xfe\0\0"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
@pytest.mark.parametrize("name", ["api.yaml", "api.json"])
def test_every_encoding_of_unicode_is_read(
    tmp_path: Path, encoding: str, mark: bytes, name: str
) -> None:
    root = load(tmp_path, mark + '{"a": "é😀"}\r\n'.encode(encoding), name).root
    assert root["a"].value == "é😀"
    assert root["a"].location.column == 7


@pytest.mark.parametrize(
    ("content", "words", "where"),
    [
        (b"", "is empty", (1, 1)),
        (b" \n\t\n", "is empty", (1, 1)),
        (b"# only\n", "is empty", (1, 1)),
        (b"a: 1\nb: caf\xe9\n", "0xE9 is not UTF-8", (2, 7)),
        (b"a: 1\nb: 2\n\xef\xbb\xbfc: 3\n", "a byte order mark stands in the middle", (3, 1)),
        (b"a: 1\nb: caf\xc3", "0xC3 is not UTF-8", (2, 7)),
        (b"a: 1\n\x1a", "'\\x1a' that YAML does not allow", (2, 1)),
        (b"a: 1\n\0", "NUL", (2, 1)),
        (b'a: "\x07"\n', "'\\x07' that YAML does not allow", (1, 5)),
        (b"a:\n\tb: 1\n", "a tab", (2, 1)),
        (b"a: b: c\n", "mapping values are not allowed", (1, 5)),
        (b"a: [1\n", "did not find expected", (2, 1)),
        (b"a: %x\n", "cannot start any token", (1, 4)),
        (b'x: 1\na: "b\n', "end of stream", (2, 4)),
        (b"a: 1e999\n", "not a number", (1, 4)),
        (b"a: " + b"9" * 5000, "not a number", (1, 4)),
    ],
)
def test_text_that_is_not_yaml_is_told_with_its_place(
    tmp_path: Path, content: bytes, words: str, where: tuple[int, int]
) -> None:
    error = failure(tmp_path, content)
    assert isinstance(error, InputError)
    assert words in str(error)
    assert place(error) == where


@pytest.mark.parametrize(
    ("content", "words", "where"),
    [
        ('{"a": 1,}', "a comma before '}'", (1, 9)),
        ("{'a': 1}", "single quotes", (1, 2)),
        ('{\n// x\n"a": 1}', "a comment", (2, 1)),
        ('{"a":', "ends in the middle", (1, 6)),
        ('{"a": "x\ny"}', "control character '\\n'", (1, 9)),
        ("openapi: 3.1.0", "not JSON", (1, 1)),
        ('{"a": NaN}', "'NaN' is not a number", (1, 7)),
        ('{"a": -Infinity}', "not a number", (1, 7)),
        ('{"a": 1e999}', "not a number", (1, 7)),
        ('{"a": ' + "9" * 5000 + "}", "not a number", (1, 7)),
    ],
)
def test_text_that_is_not_json_is_told_with_its_place(
    tmp_path: Path, content: str, words: str, where: tuple[int, int]
) -> None:
    error = failure(tmp_path, content, "api.json")
    assert isinstance(error, InputError)
    assert words in str(error)
    assert place(error) == where


@pytest.mark.parametrize(
    ("content", "words", "where"),
    [
        ("a: 1\n---\nb: 2\n", "second YAML document", (2, 1)),
        ("a: *b\n", "nothing is anchored", (1, 4)),
        ("a: &a\n  b: *a\n", "stands inside", (2, 6)),
        ("a: !Ref b\n", "'!Ref' has no meaning", (1, 4)),
        ("a: !!python/object:os.system {}\n", "has no meaning", (1, 4)),
        ("a: !!int x\n", "not of its tag", (1, 4)),
        ("a: !!bool yes\n", "not of its tag", (1, 4)),
        ("a: !!set {b, c}\n", "has no meaning", (1, 4)),
        ("a: 1\n'a': 2\n", "stands twice", (2, 1)),
        ("200: 1\n'200': 2\n", "stands twice", (2, 1)),
        ("{? [a] : 1}\n", "where a key is wanted", (1, 4)),
        ("{a: 1}: 2\n", "where a key is wanted", (1, 1)),
        ("a: {{b}}\n", "where a key is wanted", (1, 5)),
        ("a: {<<: 1}\n", "merges mappings only", (1, 9)),
    ],
)
def test_yaml_that_cannot_be_a_document_is_told_with_its_place(
    tmp_path: Path, content: str, words: str, where: tuple[int, int]
) -> None:
    error = failure(tmp_path, content)
    assert isinstance(error, SpecError)
    assert words in str(error)
    assert place(error) == where


def test_duplicate_keys_name_both_places(tmp_path: Path) -> None:
    error = failure(tmp_path, "a: 1\nb: {c: 1, c: 2}\n'a': 3\n")
    assert isinstance(error, SpecError)
    assert [finding.rule for finding in error.diagnostics] == ["duplicate-key"] * 2
    assert place(error) == (2, 11)
    assert "the key 'c' stands twice in one mapping; the first is at line 2, column 5" in str(error)
    assert "the key 'a' stands twice in one mapping; the first is at line 1, column 1" in str(error)


def test_duplicate_keys_of_json_are_found_behind_escapes(tmp_path: Path) -> None:
    error = failure(tmp_path, '{"x": ["a", {"a": 1,\n "\\u0061" : 2}]}', "api.json")
    assert isinstance(error, SpecError)
    assert place(error) == (2, 2)
    assert "the key 'a' stands twice in one object; the first is at line 1, column 14" in str(error)


def test_every_duplicate_key_of_json_is_told_at_its_place(tmp_path: Path) -> None:
    error = failure(tmp_path, '{"a": {"b": 1, "b": 2},\n "c": 1,\n "a": 3, "a": 4}', "api.json")
    assert isinstance(error, SpecError)
    places = [finding.location for finding in error.diagnostics]
    assert [(at.line, at.column) for at in places if at] == [(1, 16), (3, 2), (3, 10)]


def test_of_very_many_duplicate_keys_of_json_the_first_are_told(tmp_path: Path) -> None:
    error = failure(tmp_path, "{" + '"a": 1, ' * 50_000 + '"b": 2}', "api.json")
    assert len(error.diagnostics) == source.MAX_DUPLICATES


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.yaml", "missing.yaml: no such file"),
        ("", "is a directory"),
        ("a\0b", "not the name of a file"),
    ],
)
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(tmp_path / name)


# Anchors, aliases and merge keys


def test_an_alias_is_the_anchored_value_itself(tmp_path: Path) -> None:
    root = load(tmp_path, "a: &x {b: 1}\nc: *x\n&k d: *k\n").root
    assert root["a"].value is root["c"].value
    assert root["c"]["b"].location.line == 1
    assert root["d"].value == "d"


def test_merge_keys_fill_in_what_is_not_said(tmp_path: Path) -> None:
    text = "a: &a {x: 1.10, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  y: 3\n  <<: [*a, *b]\n  w: 3\n"
    merged = load(tmp_path, text).root["c"]
    assert merged.value == {"y": 3, "w": 3, "x": 1.1, "z": 2}
    assert merged["x"].text == "1.10"
    assert (merged["x"].location.line, merged["z"].location.line) == (1, 2)


def test_a_quoted_merge_key_is_a_key(tmp_path: Path) -> None:
    assert load(tmp_path, "a: {'<<': 1}\n").root["a"].value == {"<<": 1}


# Bounds


def bomb() -> str:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)]
    return "a0: &a0 [x, x, x]\n" + "".join(levels)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (bomb(), "api.yaml"),
        ("a: &a x\nb: [" + "*a, " * (source.MAX_ALIASED + 1) + "*a]\n", "api.yaml"),
        (
            "a0: &a0 {k: 1}\n"
            + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" for n in range(1, 2000)),
            "api.yaml",
        ),
        ("[" * 10_000, "api.yaml"),
        ("{a: " * 10_000, "api.yaml"),
        ("- " * 10_000, "api.yaml"),
        ("\n".join(" " * n + "a:" for n in range(1000)), "api.yaml"),
        ("[" * 100_000, "api.json"),
        ("[" * 300 + "]" * 300, "api.json"),
        ('{"a":' * 300 + "1" + "}" * 300, "api.yaml"),
    ],
)
def test_a_document_that_would_exhaust_the_machine_is_refused_in_place(
    tmp_path: Path, content: str, name: str
) -> None:
    error = failure(tmp_path, content, name)
    assert isinstance(error, InputError)
    assert error.diagnostics[0].rule == "limit"
    assert error.diagnostics[0].location is not None


def test_nesting_up_to_the_bound_is_read(tmp_path: Path) -> None:
    depth = source.MAX_DEPTH
    for name in ("api.yaml", "api.json"):
        load(tmp_path, "[" * depth + "]" * depth, name)
        failure(tmp_path, "[" * (depth + 1) + "]" * (depth + 1), name)


@pytest.mark.parametrize("name", ["api.yaml", "api.json"])
def test_the_number_of_values_is_bounded(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientsmith.read.yaml_text.MAX_NODES", 1000)
    monkeypatch.setattr("clientsmith.read.json_text.MAX_NODES", 1000)
    content = json.dumps({"a": [[] for _ in range(2000)]})
    if name == "api.yaml":
        content = content.replace('"', "")
    error = failure(tmp_path, content, name)
    assert "more than 1,000 keys and values" in str(error)


def test_commas_in_text_do_not_count_as_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientsmith.read.json_text.MAX_NODES", 10)
    assert load(tmp_path, '{"a": "' + "," * 100 + '"}', "api.json").root["a"].is_text


def test_a_large_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD)
    with path.open("ab") as stream:
        stream.truncate(100 * 1024 * 1024)
    with pytest.raises(InputError, match="too large: more than 67,108,864 bytes"):
        read(path)


def test_the_pure_python_parser_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "a: &x [1.10, é, 'b']\nb: *x\nc:\n  d: |\n    text\n"
    fast = load(tmp_path, text)
    monkeypatch.setattr("yaml.__with_libyaml__", False)
    slow = load(tmp_path, text)
    assert slow.root.value == fast.root.value
    assert slow.root["c"]["d"].location == fast.root["c"]["d"].location
    assert slow.root["b"][0].text == "1.10"
    assert "YAML does not allow" in str(failure(tmp_path, "a: \x07"))


def test_reading_json_does_not_import_yaml(tmp_path: Path) -> None:
    path = write(tmp_path, '{"a": 1}', "api.json")
    code = (
        "import sys, pathlib; from clientsmith.read.loading import read;"
        f"print(read(pathlib.Path({str(path)!r})).root['a'].location.line, 'yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1 False\n"
