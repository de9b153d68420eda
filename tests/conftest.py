"""The order of the tests: the modules that take longest come first, so that no process is left with one of them at the end."""

from __future__ import annotations

import pytest

LONGEST = (
    "test_readme.py",
    "test_regenerate.py",
    "test_bounds.py",
    "test_hostile_documents.py",
    "test_ci.py",
    "test_golden.py",
    "test_watch.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the tests of these modules to the front, the modules in this order."""
    last = len(LONGEST)
    items.sort(
        key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else last
    )
