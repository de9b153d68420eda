"""The version of the package and its changelog, from one run to the next."""

from __future__ import annotations

import hashlib
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from clientsmith.cli import main

DOCUMENT = """\
openapi: 3.1.0
info: {title: Zoo, version: 1.2.0}
paths:
  /animals:
    get:
      operationId: listAnimals
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
      responses: {"204": {description: Nothing.}}
"""
ADDED = DOCUMENT.replace(
    "      responses", "        - {name: kind, in: query, schema: {type: string}}\n      responses"
)
REMOVED = DOCUMENT.replace("name: limit", "name: most")
RENAMED = DOCUMENT.replace("operationId: listAnimals", "operationId: listAllAnimals")
DESCRIBED = DOCUMENT.replace("description: Nothing.", "description: Nothing at all.")


class Zoo:
    """A document, and the package that is made from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changelog = folder / "out" / "CHANGELOG.md"
        self.write(DOCUMENT)

    def write(self, document: str) -> None:
        (self.folder / "zoo.yaml").write_text(document, encoding="utf-8")

    def generate(self, *options: str, status: int = 0) -> None:
        assert main(["generate", *options]) == status

    @property
    def version(self) -> str:
        content = (self.folder / "out" / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(content)["project"]["version"])

    @property
    def text(self) -> str:
        return self.changelog.read_text(encoding="utf-8")

    @property
    def headings(self) -> list[str]:
        return re.findall(r"^## (.*)$", self.text, re.MULTILINE)

    def configure(self, *lines: str) -> None:
        table = ("[tool.clientsmith]", 'spec = "zoo.yaml"', 'output = "out"', *lines)
        (self.folder / "pyproject.toml").write_text("\n".join(table), encoding="utf-8")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the first version; every test begins with a copy."""
    folder = tmp_path_factory.mktemp("first")
    made = Zoo(folder)
    made.configure()
    made.generate("--config", str(folder / "pyproject.toml"))
    return folder


@pytest.fixture
def zoo(tmp_path: Path, first: Path, monkeypatch: pytest.MonkeyPatch) -> Zoo:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(tmp_path / "cache"))
    shutil.copytree(first, tmp_path, dirs_exist_ok=True)
    return Zoo(tmp_path)


def test_the_first_version_is_that_of_the_document(zoo: Zoo) -> None:
    assert zoo.version == "1.2.0"
    assert zoo.headings == ["1.2.0"]
    assert "The first version." in zoo.text


@pytest.mark.parametrize(
    ("document", "version", "told"),
    [
        (ADDED, "1.3.0", "DefaultApi.list_animals(kind) is new"),
        (REMOVED, "2.0.0", "listAnimals parameter limit is gone"),
        (RENAMED, "2.0.0", "DefaultApi.list_animals is called DefaultApi.list_all_animals"),
        (DESCRIBED, "1.2.1", "listAnimals response 204 has another description"),
        (ADDED.replace("1.2.0", "1.9.0"), "1.9.0", "DefaultApi.list_animals(kind) is new"),
        (REMOVED.replace("1.2.0", "1.9.0"), "2.0.0", "listAnimals parameter limit is gone"),
        (REMOVED.replace("1.2.0", "2.0.0-rc.1"), "2.0.0rc1", "listAnimals parameter limit is gone"),
    ],
)
def test_the_changes_choose_the_version_unless_the_document_goes_further(
    zoo: Zoo, document: str, version: str, told: str
) -> None:
    zoo.write(document)
    zoo.generate()
    assert zoo.version == version
    assert zoo.headings == [f"{version} - unreleased", "1.2.0"]
    assert told in zoo.text
    assert f'__version__ = "{version}"' in (zoo.folder / "out/src/zoo/__init__.py").read_text()


def test_a_configured_version_is_pinned(zoo: Zoo, capsys: pytest.CaptureFixture[str]) -> None:
    zoo.configure('version = "1.2.5"')
    zoo.write(REMOVED)
    zoo.generate()
    assert zoo.version == "1.2.5"
    assert zoo.headings == ["1.2.5 - unreleased", "1.2.0"]
    assert "calls for version 2.0.0, but the new version is 1.2.5" in capsys.readouterr().out


def test_how_often_the_package_was_generated_makes_no_difference(zoo: Zoo) -> None:
    zoo.write(REMOVED)
    zoo.generate()
    zoo.write(ADDED)
    zoo.generate()
    first = {path: path.read_bytes() for path in (zoo.folder / "out").rglob("*") if path.is_file()}
    zoo.generate("--force")
    assert zoo.version == "1.3.0"
    assert first == {path: path.read_bytes() for path in first}
    assert main(["check"]) == 0


def test_what_is_taken_back_leaves_nothing(zoo: Zoo) -> None:
    before = zoo.text
    zoo.write(REMOVED)
    zoo.generate()
    zoo.write(DOCUMENT)
    zoo.generate()
    assert zoo.text == before
    assert zoo.version == "1.2.0"


def test_a_release_dates_the_entry_and_is_what_the_next_one_is_compared_with(zoo: Zoo) -> None:
    zoo.write(ADDED)
    zoo.generate()
    zoo.generate("--release", "2026-11-23")
    assert zoo.headings == ["1.3.0 - 2026-11-23", "1.2.0"]
    assert "<!--" not in zoo.text
    assert main(["check"]) == 0
    released = zoo.text
    zoo.generate()
    assert zoo.text == released
    zoo.write(ADDED.replace("name: limit", "name: most"))
    zoo.generate()
    assert zoo.version == "2.0.0"
    assert zoo.headings == ["2.0.0 - unreleased", "1.3.0 - 2026-11-23", "1.2.0"]
    assert zoo.text.endswith(released.partition("\n## ")[2])


def test_a_release_of_nothing_new_changes_nothing(zoo: Zoo) -> None:
    before = zoo.text
    zoo.generate("--release", "2026-11-23")
    assert zoo.text == before


def test_a_release_needs_a_date(zoo: Zoo, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["generate", "--release", "tomorrow"])
    assert ended.value.code == 2
    assert "'tomorrow' is not a date such as 2026-11-23" in capsys.readouterr().err


def test_what_people_write_in_the_changelog_is_kept(zoo: Zoo) -> None:
    zoo.write(ADDED)
    zoo.generate()
    note = "\nAsk the keepers first.\n"
    zoo.changelog.write_text(f"Hello.\n\n{zoo.text}".replace("\n## 1.2.0", f"{note}\n## 1.2.0"))
    assert main(["check"]) == 0
    zoo.write(REMOVED)
    zoo.generate()
    assert zoo.headings == ["2.0.0 - unreleased", "1.2.0"]
    assert zoo.text.startswith("Hello.\n")
    zoo.generate("--release", "2026-11-23")
    assert zoo.headings == ["2.0.0 - 2026-11-23", "1.2.0"]
    assert note in zoo.text
    assert zoo.text.startswith("Hello.\n")


def test_line_breaks_of_two_characters_stay(zoo: Zoo) -> None:
    zoo.changelog.write_bytes(zoo.changelog.read_bytes().replace(b"\n", b"\r\n"))
    zoo.write(ADDED)
    zoo.generate()
    content = zoo.changelog.read_bytes()
    assert b"1.3.0" in content
    assert content.count(b"\n") == content.count(b"\r\n")
    assert main(["check"]) == 0


def test_a_changelog_that_was_there_first_is_added_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = Zoo(tmp_path)
    made.configure()
    made.changelog.parent.mkdir()
    made.changelog.write_text("# Ours\n\n## 0.9\n\nOld.\n")
    made.generate()
    assert made.text == "# Ours\n\n## 0.9\n\nOld.\n"
    made.write(ADDED)
    made.generate()
    assert made.headings == ["1.3.0 - unreleased", "0.9"]


def test_an_entry_that_was_edited_is_kept_and_reported_unless_forced(
    zoo: Zoo, capsys: pytest.CaptureFixture[str]
) -> None:
    zoo.write(ADDED)
    zoo.generate()
    zoo.changelog.write_text(zoo.text.replace("is new", "is wonderful"))
    assert main(["check"]) == 1
    zoo.write(REMOVED)
    zoo.generate(status=1)
    assert "out/CHANGELOG.md was edited" in capsys.readouterr().err
    assert "is wonderful" in zoo.text
    zoo.generate("--force")
    assert "is wonderful" not in zoo.text


def test_an_entry_that_was_edited_is_released_as_it_was_edited(zoo: Zoo) -> None:
    zoo.write(ADDED)
    zoo.generate()
    zoo.changelog.write_text(zoo.text.replace("is new", "is wonderful"))
    zoo.generate("--release", "2026-11-23")
    assert zoo.headings == ["1.3.0 - 2026-11-23", "1.2.0"]
    assert zoo.text.count("is wonderful") == 2
    assert "<!--" not in zoo.text
    assert main(["check"]) == 0


@pytest.mark.parametrize("lost", ["<!-- clientsmith: end -->\n", "<!-- clientsmith: end -->"])
def test_an_entry_whose_end_is_lost_is_kept_and_reported_unless_forced(
    zoo: Zoo, lost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    zoo.write(ADDED)
    zoo.generate()
    zoo.changelog.write_text(zoo.text.replace(lost, ""))
    kept = zoo.text
    zoo.write(REMOVED)
    zoo.generate(status=1)
    assert zoo.text == kept
    assert "out/CHANGELOG.md was edited" in capsys.readouterr().err
    zoo.generate("--force")
    assert zoo.headings == ["2.0.0 - unreleased", "1.2.0"]
    assert main(["check"]) == 0


def test_a_default_of_true_is_not_the_one_of_the_release(zoo: Zoo) -> None:
    typed = "schema: {type: integer, default: %s}"
    zoo.write(DOCUMENT.replace("schema: {type: integer}", typed % "1"))
    zoo.generate()
    zoo.generate("--release", "2026-11-23")
    assert zoo.version == "1.3.0"
    zoo.write(DOCUMENT.replace("schema: {type: integer}", typed % "true"))
    zoo.generate()
    assert zoo.version == "2.0.0"
    assert "has the default true, and had 1" in zoo.text


def test_a_changelog_that_was_removed_comes_back(zoo: Zoo) -> None:
    before = zoo.text
    zoo.changelog.unlink()
    assert main(["check"]) == 1
    zoo.generate()
    assert zoo.text == before


@pytest.mark.parametrize("content", ["", "<<<<<<< ours\n{}", "[]", '{"format": 9}'])
def test_a_record_that_cannot_be_read_is_said_and_nothing_is_written(
    zoo: Zoo, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = zoo.folder / "out" / ".clientsmith.release.json"
    record.write_text(content)
    zoo.write(ADDED)
    before = zoo.text
    zoo.generate(status=2)
    error = capsys.readouterr().err
    assert "out/.clientsmith.release.json:1:1" in error
    assert "restore it" in error
    assert zoo.text == before


def test_text_of_the_document_is_no_markup_in_the_changelog(zoo: Zoo) -> None:
    zoo.write(ADDED.replace("name: kind", "name: '<b>*x*</b>\u202e `y`'"))
    zoo.generate()
    assert r"\<b\>\*x\*\</b\>\u202e \`y\`" in zoo.text.replace("\\\\u", "\\u")


def test_a_document_of_several_files_is_remembered_whole(zoo: Zoo) -> None:
    (zoo.folder / "out" / ".clientsmith.release.json").unlink()
    zoo.write(DOCUMENT.replace("schema: {type: integer}", "schema: {$ref: parts/limit.yaml}"))
    parts = zoo.folder / "parts"
    parts.mkdir()
    (parts / "limit.yaml").write_text("type: integer\nmaximum: 9\n")
    zoo.generate()
    (parts / "limit.yaml").write_text("type: integer\nmaximum: 5\n")
    zoo.generate()
    assert zoo.version == "2.0.0"
    assert "maximum is 5, and was 9" in zoo.text


def nothing(_: Path) -> None:
    """Leave an entry as it is."""


def damage(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes()[:-1])


def put_another(entry: Path) -> None:
    """Put something in its place that is whole and is no package."""
    content = b'{"name": "zoo"}'
    entry.write_bytes(hashlib.sha256(content).digest() + content)


@pytest.mark.parametrize("change", [nothing, damage, put_another, Path.unlink])
def test_what_the_released_package_offers_is_kept_and_never_believed_blindly(
    zoo: Zoo, change: Callable[[Path], None]
) -> None:
    zoo.write(RENAMED)
    zoo.generate()
    (entry,) = (zoo.folder / "cache" / "packages").iterdir()
    change(entry)
    zoo.write(RENAMED.replace("{type: integer}", "{type: string}"))
    zoo.generate()
    kept = zoo.text
    zoo.generate("--no-cache")
    assert zoo.text == kept
    assert "is called DefaultApi.list_all_animals" in kept


def test_the_released_package_is_not_rendered_again(
    zoo: Zoo, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoo.write(RENAMED)
    zoo.generate()
    monkeypatch.setattr("clientsmith.pipeline.comparing._package", None)
    zoo.write(RENAMED.replace("{type: integer}", "{type: string}"))
    zoo.generate()
    assert "is called DefaultApi.list_all_animals" in zoo.text


def test_the_released_package_is_rendered_again_with_another_name(zoo: Zoo) -> None:
    zoo.write(RENAMED)
    zoo.generate()
    zoo.configure('package = "park"')
    zoo.generate()
    assert len(list((zoo.folder / "cache" / "packages").iterdir())) == 2
    assert "is imported as" not in zoo.text
