import json
from pathlib import Path

import pytest

from clientsmith.diagnostics import (
    MAX_MESSAGE,
    Diagnostic,
    InputError,
    Location,
    SpecError,
    format_github,
    format_json,
    format_text,
    printable,
    quoted,
    shown,
)

PLACE = Location("api.yaml", 12, 7, "/paths/~1pets", "      operationId: list")


def test_text_names_the_place_the_severity_the_message_and_the_rule() -> None:
    finding = Diagnostic("error", "it is used twice", PLACE, "rename one", "duplicate-operation-id")
    assert format_text([finding]) == (
        "api.yaml:12:7: error: it is used twice [duplicate-operation-id]\n"
        "    12 |       operationId: list\n"
        "       |       ^\n"
        "    hint: rename one\n"
    )


def test_text_of_a_finding_without_a_place_is_one_line() -> None:
    assert format_text([Diagnostic("error", "cannot read a.yaml")]) == "error: cannot read a.yaml\n"


def test_text_of_nothing_is_empty() -> None:
    assert format_text([]) == ""


def test_a_long_source_line_is_shown_around_the_place() -> None:
    line = "a" * 5000 + "HERE" + "b" * 5000
    shown = format_text([Diagnostic("note", "m", Location("f", 1, 5001, "", line))]).splitlines()
    assert len(shown[1]) < 130
    assert shown[1][shown[2].index("^") :].startswith("HERE")


def test_the_caret_stands_under_the_place_behind_escaped_characters() -> None:
    place = Location("f", 1, 4, "", "\x1b\ta: x")
    shown = format_text([Diagnostic("note", "m", place)]).splitlines()
    assert shown[1].endswith("\\x1b a: x")
    assert shown[1][shown[2].index("^")] == ":"


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[31m", "\r\n", "\n", "\x00", "\u202e", "\u2028", "\x85", "\x9b", "\ud800", "\ufeff"],
)
def test_text_of_a_document_cannot_control_a_terminal(hostile: str) -> None:
    finding = Diagnostic("error", hostile, Location(hostile, 1, 1, "", hostile + "x"), hostile, "r")
    for text in (format_text([finding]), format_github([finding]), str(finding), quoted(hostile)):
        assert hostile not in text.rstrip("\n").replace("\n    ", "|")
        assert all(line.isprintable() for line in text.splitlines())


def test_long_text_is_cut() -> None:
    finding = Diagnostic("error", "x" * 100_000, None, "y" * 100_000)
    assert len(format_text([finding])) < 2 * MAX_MESSAGE + 100
    assert printable("abc", 2) == "a…"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a", "'a'"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        ({}, "a mapping"),
        ([1], "a list"),
        ("x" * 200, "'" + "x" * 79 + "…'"),
    ],
)
def test_a_quoted_value_is_short_and_in_the_notation_of_json(value: object, shown: str) -> None:
    assert quoted(value) == shown


def test_json_is_ascii_and_has_a_key_for_everything() -> None:
    text = format_json(
        [Diagnostic("warning", "ä\n", PLACE, None, "r"), Diagnostic("error", "no place")]
    )
    assert text.isascii()
    first, second = json.loads(text)
    assert first == {
        "severity": "warning",
        "rule": "r",
        "message": "ä\n",
        "hint": None,
        "file": "api.yaml",
        "line": 12,
        "column": 7,
        "pointer": "/paths/~1pets",
    }
    assert second["line"] is None


def test_a_github_command_escapes_what_would_end_it() -> None:
    place = Location("a,b:c%.yaml", 3, 4)
    finding = Diagnostic("error", "100% ::warning::x", place, "do this", "some-rule")
    assert format_github([finding]) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=3,col=4,title=some-rule"
        "::100%25 ::warning::x%0Ado this\n"
    )


def test_a_github_note_is_a_notice_and_needs_no_place() -> None:
    assert format_github([Diagnostic("note", "m")]) == "::notice::m\n"


def test_errors_carry_their_findings_and_exit_statuses() -> None:
    finding = Diagnostic("error", "m", PLACE)
    assert (SpecError.exit_status, InputError.exit_status) == (1, 2)
    assert SpecError(finding).diagnostics == (finding,)
    assert str(SpecError(finding)) == "api.yaml:12:7: error: m"


def test_a_path_is_shown_as_its_user_would_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path) == "."
    assert shown(tmp_path / "spec" / ".." / "a.yaml") == "a.yaml"
    assert shown(Path("spec", "a.yaml")) == "spec/a.yaml"
    assert shown(tmp_path.parent) == str(tmp_path.parent)
    assert shown(tmp_path.with_name(f"{tmp_path.name}b")) == f"{tmp_path}b"
