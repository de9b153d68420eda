"""What of a changelog is whose: clientsmith's part is found and replaced, and people's text stays to the byte."""

from __future__ import annotations

import pytest

from clientsmith.write.changelog import Changelog, own_part

RELEASED = "## 1.2.0\n\nThe first version.\n"
ENTRY = "## 1.3.0 - unreleased\n\n- x\n"
CHANGED = Changelog("1.2.0", "", RELEASED, ENTRY)
DATED = Changelog("1.3.0", "1.2.0", "## 1.3.0 - 2026-11-23\n\n- x\n", None)
OWN = CHANGED.own


def merged(text: str, changelog: Changelog = CHANGED) -> str:
    once = changelog.merged(text.encode())
    assert changelog.merged(once) == once
    assert own_part(once) == changelog.own.encode()
    return once.decode()


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("# Ours\n\n", "## [Unreleased]\n\n- mine\n\n## 1.2.0\n\n[1.2.0]: https://a.example\n"),
        ("\ufeff# Ours\n\n", "## 1.2.0\n\nno line break at the end"),
        ("```\n## code\n```\n\n", "## 1.2.0\n"),
        ("~~~~md\n```\n## code\n~~~~\n\n", "## 1.2.0\n"),
        ("<!--\n## to be written\n-->\n\n", "## 1.2.0\n"),
    ],
)
def test_an_entry_stands_above_those_that_are_there(above: str, below: str) -> None:
    assert merged(above + below) == f"{above}{OWN}\n{below}"


@pytest.mark.parametrize("text", ["", "Hello.", "# Ours\n\n[a]: https://a.example\n\n"])
def test_an_entry_stands_at_the_end_where_there_is_no_other(text: str) -> None:
    above = text.rstrip("\n")
    assert merged(text) == (f"{above}\n\n{OWN}" if above else OWN)


def test_line_breaks_of_people_stay_as_they_are() -> None:
    text = "# Ours\r\n\r\nwith\nboth\r\n\r\n## 1.2.0\r\n\nold\n"
    found = merged(text)
    own = OWN.replace("\n", "\r\n") + "\r\n"
    assert found == text.replace("## 1.2.0", f"{own}## 1.2.0")
    assert merged(found.replace("- x", "- y")) == found
    assert merged(found, DATED) == found.replace(own, DATED.released.replace("\n", "\r\n") + "\r\n")


def test_text_that_is_no_utf_8_stays() -> None:
    assert CHANGED.merged(b"caf\xe9\n\n## 1.2.0\n").startswith(b"caf\xe9\n\n<!-- ")


def test_text_around_the_entry_stays() -> None:
    text = f"# Ours\n\nabove\n{OWN}below\n\n## 1.2.0\n"
    assert merged(text) == text
    assert merged(text.replace("- x", "- old")) == text
    taken_back = Changelog("1.2.0", "", RELEASED, None)
    assert merged(text, taken_back) == "# Ours\n\nabove\nbelow\n\n## 1.2.0\n"
    assert merged(text, DATED) == f"# Ours\n\nabove\n{DATED.released}\nbelow\n\n## 1.2.0\n"


@pytest.mark.parametrize("end", ["", "<!-- clientsmith: end -->", "<!-- clientsmith: end -->  \n"])
def test_an_entry_ends_where_its_mark_was_changed(end: str) -> None:
    entry = OWN.replace("<!-- clientsmith: end -->\n", end)
    text = f"# Ours\n\n{entry}"
    assert merged(text) == f"# Ours\n\n{OWN}"
    assert "- theirs" in merged(f"{text}\n\n## 1.2.0\n\n- theirs\n")


def test_an_entry_that_was_edited_is_released_under_the_date() -> None:
    text = f"# Ours\n\n{OWN}".replace("- x", "- much better")
    found = DATED.merged(text.encode(), is_edited=True).decode()
    assert found == "# Ours\n\n## 1.3.0 - 2026-11-23\n\n- much better\n"
