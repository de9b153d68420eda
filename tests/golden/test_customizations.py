"""The worked customizations of docs/customize.md: what each gives, byte for byte, and that it works.

`nox -s golden -- --update` rewrites the expected files.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import httpx2
import pytest

from .records import compare, generate, tree

REPOSITORY = Path(__file__).parents[2]
CUSTOMIZATIONS = REPOSITORY / "docs" / "customize"
NAMES = sorted(path.parent.name for path in CUSTOMIZATIONS.glob("*/clientsmith.toml"))
BOOKS = [{"isbn": "1", "shelfMark": "A 3", "cover": "leather", "sequel": {"isbn": "2"}}]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The output of each customization, and that without any."""
    folder = tmp_path_factory.mktemp("customizations")
    for name in NAMES:
        generate(folder / name, CUSTOMIZATIONS / name)
    generate(folder / "default", folder, str(CUSTOMIZATIONS / "library.yaml"))
    return {path.name: path for path in folder.iterdir()}


@pytest.mark.parametrize("name", NAMES)
def test_a_customization_gives_the_expected_files(name: str, made: dict[str, Path]) -> None:
    default, custom = tree(made["default"]), tree(made[name])
    changed = {path: text for path, text in custom.items() if default.get(path) != text}
    changed.pop(".clientsmith.json")
    if name == "company":  # its header stands in every module of the runtime
        changed = {path: text for path, text in changed.items() if "/_runtime/" not in path}
    compare(changed, REPOSITORY / "tests/golden/expected/customize" / name)


def test_a_header_stands_in_every_module(made: dict[str, Path]) -> None:
    modules = {path: text for path, text in tree(made["company"]).items() if path.endswith(".py")}
    assert len(modules) > 20
    without = [
        path
        for path, text in modules.items()
        if text and not text.startswith(b"# Copyright Example")
    ]
    assert without == []


@pytest.fixture
def package(request: pytest.FixtureRequest, made: dict[str, Path]) -> Iterator[ModuleType]:
    """The package of a customization."""
    name: str = request.param
    sys.path.insert(0, str(made[name] / "src"))
    try:
        yield import_module("library")
    finally:
        sys.path.remove(str(made[name] / "src"))
        for module in [each for each in sys.modules if each.partition(".")[0] == "library"]:
            del sys.modules[module]


def answer(request: httpx2.Request) -> httpx2.Response:
    if request.method == "POST":
        return httpx2.Response(201, json=json.loads(request.content))
    return httpx2.Response(200, json=BOOKS)


@pytest.mark.parametrize("package", NAMES, indirect=True)
def test_each_subcommand_calls_a_method_that_is_there(package: ModuleType) -> None:
    program = import_module(f"{package.__name__}.cli").PROGRAM
    for command in program.commands:
        resource = getattr(package, program.resources[command.resource])
        assert callable(getattr(resource, command.method))


@pytest.mark.parametrize("package", ["company"], indirect=True)
def test_every_method_logs_a_line(package: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="library")
    with package.Client(
        http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
    ) as client:
        client.reading.list_loans("7")
    assert "GET /members/{memberId}/loans" in caplog.messages


@pytest.mark.parametrize("package", ["by-path"], indirect=True)
def test_resources_are_grouped_by_path_and_have_constants(package: ModuleType) -> None:
    with package.Client(
        http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
    ) as client:
        assert [book.isbn for book in client.members.list_loans("7")] == ["1"]
        assert client.books.add_book({"isbn": "3"}).isbn == "3"
    assert import_module("library.paths").LIST_LOANS_PATH == "/members/{memberId}/loans"


@pytest.mark.parametrize("package", ["dataclasses"], indirect=True)
def test_methods_return_dataclasses_and_take_them(package: ModuleType) -> None:
    with package.Client(
        http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
    ) as client:
        (book,) = client.reading.list_books()
        assert "shelf_mark" in {field.name for field in dataclasses.fields(book)}
        assert (book.isbn, book.shelf_mark, book.sequel.isbn) == ("1", "A 3", "2")
        assert book.cover == "leather"
        added = client.staff.add_book(package.models.Book(isbn="4", shelf_mark="B"))
        assert added == package.models.Book(isbn="4", shelf_mark="B")
