"""Modules in parts: put together they are the module, and what is found of all parts is what is found of the whole."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from clientsmith.statements import parts

MODULE = '''\
"""A module.

Of two paragraphs.
"""

from a import b

LIMIT: Final = 3


@decorated
@twice
class One(Base):
    """A class."""

    field: int = 1

    @property
    def first(self) -> int:
        """The first."""
        return b

    async def second(self) -> None: ...


def third() -> None:
    def inner() -> None: ...
'''


def test_definitions_assignments_and_methods_are_parts() -> None:
    found = parts(MODULE)
    assert [part.text.strip().partition("\n")[0] for part in found] == [
        '"""A module.',
        "LIMIT: Final = 3",
        "@decorated",
        "@property",
        "async def second(self) -> None: ...",
        "def third() -> None:",
    ]
    assert [part.is_method for part in found] == [False, False, False, True, True, False]
    assert [part.is_head for part in found] == [False, False, True, False, False, False]
    assert "\n".join(part.text for part in found) == MODULE


@pytest.mark.parametrize(
    "module",
    [
        "class One: ...\n    def first(self): ...\n",
        'class One:\n    """A\n    def first\n    """\n',
    ],
    ids=["a class on one line", "a docstring"],
)
def test_what_is_no_part_is_no_valid_python(module: str) -> None:
    with pytest.raises(SyntaxError):
        [part.parsed() for part in parts(module)]


def test_the_parts_of_a_module_are_what_the_whole_is(request: pytest.FixtureRequest) -> None:
    read = 0
    for file in Path(request.config.rootpath, "generated").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        found = parts(text)
        assert "\n".join(part.text for part in found) == text
        try:
            trees = [(part.parsed(), part.is_method) for part in found]
        except SyntaxError:
            continue
        names = {
            node.id for tree, _ in trees for node in ast.walk(tree) if isinstance(node, ast.Name)
        }
        assert names == {
            node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)
        }
        read += 1
    assert read > 100
