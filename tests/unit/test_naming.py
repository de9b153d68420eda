"""Names: whatever the text, an identifier in the case that Python asks for."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

import pytest

from clientsmith import naming
from clientsmith.text import Name, Text

RUNTIME = Path(__file__).parents[2] / "templates" / "runtime"
HOSTILE = [
    "",
    " ",
    "🙂",
    "1",
    "1st",
    "class",
    "None",
    "__init__",
    "a\nb",
    "..",
    "a" * 500,
    "\ud800",
    "é",
    "ключ",
    "中文",
    "-1",
    "a.b",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_gives_identifiers(text: str) -> None:
    for name in (
        naming.snake(Text(text), digit_prefix="field"),
        naming.pascal(Text(text)),
        naming.constant(Text(text)),
        naming.module(Text(text)),
    ):
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert len(name) < 200


@pytest.mark.parametrize("text", HOSTILE)
def test_modules_have_names_that_every_file_system_takes(text: str) -> None:
    name = naming.module(Text(text))
    assert name.isascii()
    assert name == name.lower()


@pytest.mark.parametrize("device", ["con", "prn", "aux", "nul", "com1", "lpt9"])
def test_modules_are_no_devices(device: str) -> None:
    assert naming.module(Text(device)) == f"{device}_"


@pytest.mark.parametrize(
    ("text", "snake", "pascal"),
    [
        ("callId", "call_id", "CallId"),
        ("HTTPError", "http_error", "HTTPError"),
        ("foo-bar.baz", "foo_bar_baz", "FooBarBaz"),
        ("X-Trace", "x_trace", "XTrace"),
        ("$top", "top", "Top"),
        ("2fa", "field_2fa", "Model2fa"),
        ("from", "from_", "From"),
        ("listAPIs", "list_apis", "ListAPIs"),
        ("userIDsInOrder", "user_ids_in_order", "UserIDsInOrder"),
        ("IDsubject", "i_dsubject", "IDsubject"),
        ("IPv4Address", "ipv4_address", "IPv4Address"),
        ("callAPIv2", "call_apiv2", "CallAPIv2"),
        ("OVote", "o_vote", "OVote"),
    ],
)
def test_words_are_cut_at_case_changes_and_signs(text: str, snake: str, pascal: str) -> None:
    assert naming.snake(Text(text), digit_prefix="field") == snake
    assert naming.pascal(Text(text)) == pascal


def test_a_name_that_is_taken_gets_a_qualifier_and_then_a_number() -> None:
    taken = {Name("User"), Name("UserModel"), Name("AB"), Name("user")}
    assert naming.distinct(Name("Other"), taken, ("Model",)) == "Other"
    assert naming.distinct(Name("User"), taken, ("Model",)) == "UserModel2"
    assert naming.distinct(Name("AB"), taken, ("Model",)) == "ABModel"
    assert naming.distinct(Name("user"), taken, ("field",)) == "user_field"


@pytest.mark.parametrize(
    ("stated", "version"),
    [
        ("2.0.0-rc.1", "2.0.0rc1"),
        ("v1.0.0-Beta", "1.0.0b0"),
        ("1.0alpha2", "1.0a2"),
        ("1.2.3", "1.2.3"),
        ("v2", "2"),
        ("2025-11-10", "2025.11.10"),
        ("latest", "1.0.0"),
        ("1.0; import os", "1.0.0"),
        ("", "1.0.0"),
    ],
)
def test_a_version_of_numbers_is_the_distributions(stated: str, version: str) -> None:
    assert naming.version(stated) == version


@pytest.mark.parametrize("title", ["Calendar", "pydantic", "HTTPX2", "email", "Click", "Test"])
def test_a_package_hides_no_module_that_python_or_the_package_imports(title: str) -> None:
    assert naming.distribution(title) == f"{title.lower()}-client"
    assert naming.distribution(f"{title} service") == f"{title.lower()}-service"


def test_no_package_is_called_like_a_module_that_the_runtime_imports() -> None:
    imports = re.compile(r"^ *(?:import|from) (\w+)", re.MULTILINE)
    texts = [path.read_text(encoding="utf-8") for path in RUNTIME.rglob("*.py")]
    imported = {name for text in texts for name in imports.findall(text)} - {"__future__"}
    assert {"asyncio", "httpx2"} <= imported
    assert [name for name in imported if naming.distribution(name) == name.replace("_", "-")] == []
