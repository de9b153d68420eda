"""No text of a document becomes code, breaks a module, or leaves the output folder.

The ordinary run takes a sample; `nox -s hostile` takes every string at every place.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .__main__ import probed_in
from .changes import Case, every_string, few_at_a_time, possible
from .inspection import Known, findings

SAMPLE = 6
"""Documents, each with twenty strings; half of them are released between others."""


def test_nothing_of_a_document_leaves_the_strings_of_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(tmp_path / "cache"))
    sample = few_at_a_time(every_string(possible()))[:SAMPLE]
    cases = [Case(case.changes, released=index % 2 == 0) for index, case in enumerate(sample)]
    assert probed_in(tmp_path, cases) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/p/a.py", "import os\n"),
        ("src/p/a.py", "x = eval('1')\n"),
        ("src/p/a.py", "x = ''.__class__\n"),
        ("src/p/a.py", "x = '\n"),
        ("src/p/a.py", "# a\u202eb\n"),
        ("src/p/a.py", "x = 1\x0c\n"),
        ("src/p/nul.py", ""),
        ("src/p/../a.py", ""),
        ("pyproject.toml", "[tool.PWNED]\n"),
        ("pyproject.toml", "x = '\n"),
        ("README.md", "<script>\n"),
        ("README.md", "```\n"),
    ],
)
def test_the_probe_finds_what_must_not_be_there(path: str, text: str) -> None:
    known = Known(
        statements={"Module", "Import", "alias", "Assign", "Name", "Store", "Call", "Load"}
    )
    known.statements |= {"Constant", "Attribute"}
    assert list(findings({path: text}, known))
