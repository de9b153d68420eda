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


HARMLESS = {
    "src/p/__init__.py": "x = getattr(1, 'a')\n",
    "src/p/api/a.py": "from .. import models\nfrom .._runtime import Operation\n\n_A = Operation(a=1)\n_A.parse()\n",
    "src/p/models/a.py": "class A:\n    a: int\n",
    "pyproject.toml": "[project.scripts]\np = 'p.cli:main'\n",
}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/p/api/a.py", "import os\n"),
        ("src/p/api/a.py", "x = eval('1')\n"),
        ("src/p/api/a.py", "x = getattr(1, 'a')\n"),
        ("src/p/api/a.py", "_A.run()\n"),
        ("src/p/api/a.py", "from . import os\n"),
        ("src/p/api/a.py", "from .._runtime import run\n"),
        ("src/p/api/a.py", "from .._runtime import Operation as A\n"),
        ("src/p/api/a.py", "class eval:\n    a: int\n\n\n_A = eval(1)\n"),
        ("src/p/api/a.py", "x = ''.__class__\n"),
        ("src/p/api/a.py", "x = '\n"),
        ("src/p/api/a.py", "# a\u202eb\n"),
        ("src/p/api/a.py", "x = 1\x0c\n"),
        ("src/p/models/a.py", "x = getattr(1, 'a')\n"),
        ("src/p/testing/document.json", "{'a': 1}\n"),
        ("src/p/nul.py", ""),
        ("src/p/../a.py", ""),
        ("pyproject.toml", "[tool.PWNED]\n"),
        ("pyproject.toml", "x = '\n"),
        ("pyproject.toml", "[project.scripts]\np = 'os:abort'\n"),
        ("pyproject.toml", "[project.scripts]\n'a b' = 'p.cli:main'\n"),
        ("README.md", "<script>\n"),
        ("README.md", "```\n"),
    ],
)
def test_the_probe_finds_what_must_not_be_there(path: str, text: str) -> None:
    known = Known()
    known.learn(HARMLESS)
    assert not list(findings(HARMLESS, known))
    assert list(findings({**HARMLESS, path: text}, known))


def test_the_probe_knows_what_a_package_has_of_its_own() -> None:
    known = Known()
    known.learn(HARMLESS)
    assert not list(
        findings(
            {
                "src/q/api/b.py": "from .. import models\n\n_B.parse()\nClassOfB(1)\n",
                "src/q/models/b.py": "class ClassOfB:\n    b: int\n",
                "pyproject.toml": "[project.scripts]\nq-r = 'q.cli:main'\n",
            },
            known,
        )
    )
