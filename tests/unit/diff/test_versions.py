"""Which version a change calls for."""

from __future__ import annotations

import re

import pytest

from clientsmith.diff import versions
from clientsmith.diff.rules import KINDS, Kind
from clientsmith.diff.versions import called_for, following, is_enough, later

TABLE = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in re.findall(r"^\| \d.*\|$", versions.__doc__ or "", re.MULTILINE)
]


@pytest.mark.parametrize(
    ("version", "kind", "wanted"),
    [(row[0], kind, cell) for row in TABLE for kind, cell in zip(KINDS, row[1:], strict=True)],
)
def test_a_row_of_the_table(version: str, kind: Kind, wanted: str) -> None:
    if wanted == "any later date":
        assert is_enough(version, "2025.11.11", kind)
        assert is_enough(version, "2025.12", kind)
        assert not is_enough(version, version, kind)
        assert called_for(version, kind) == f"{version}.1"
    else:
        assert called_for(version, kind) == wanted
        assert is_enough(version, wanted, kind)
        assert not is_enough(version, version, kind)


@pytest.mark.parametrize(
    ("version", "kind", "wanted"),
    [
        ("1", "breaking", "2.0.0"),
        ("1.2", "documentation", "1.2.1"),
        ("1.2.3", None, "1.2.3"),
        ("2.0.0rc1", "breaking", "2.0.0"),
        ("1.0.0+local", "compatible", "1.1.0"),
        ("2025-11-10", "breaking", "2025.11.10.1"),
        ("2025.11.10.1", "breaking", "2025.11.10.2"),
        ("20251110", "breaking", "20251110.1"),
        ("latest", "breaking", "0.1.0"),
    ],
)
def test_other_versions(version: str, kind: Kind | None, wanted: str) -> None:
    assert called_for(version, kind) == wanted


def test_more_than_is_called_for_is_enough() -> None:
    assert is_enough("1.2.0", "3.0.0", "breaking")
    assert not is_enough("1.2.0", "1.9.0", "breaking")
    assert is_enough("1.2.0", "1.3", "compatible")


def test_the_later_of_two() -> None:
    assert later("1.10.0", "1.9.0") == "1.10.0"
    assert later("1.0", "1.0.0") == "1.0"
    assert later("2.0.0rc1", "2.0.0") == "2.0.0"


@pytest.mark.parametrize(
    ("old", "stated", "wanted"),
    [
        ("1.4.2", "1.4.2", "2.0.0"),
        ("1.4.2", "2.0.0rc1", "2.0.0rc1"),
        ("1.4.2", "1.5.0rc1", "2.0.0"),
        ("2.0.0rc1", "2.0.0rc2", "2.0.0rc2"),
        ("2.0.0rc9", "2.0.0rc10", "2.0.0rc10"),
        ("2.0.0b2", "2.0.0rc1", "2.0.0rc1"),
        ("2.0.0rc1", "2.0.0rc1", "2.0.0"),
        ("2.0.0rc1", "2.0.0.dev5", "2.0.0"),
        ("0.4.2", "0.5.0a1", "0.5.0a1"),
        ("2.0.0", "2.0.0rc1", "3.0.0"),
    ],
)
def test_a_pre_release_announces_what_its_release_will(old: str, stated: str, wanted: str) -> None:
    assert following(old, stated, "breaking") == wanted
    assert is_enough(old, stated, "breaking") == (wanted == stated)
