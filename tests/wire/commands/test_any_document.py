"""The command of another document: its types, its names and its bodies become options."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ..generated import generate
from ..servers import JSON, Action, Connection, FaultServer, Received, answer
from .conftest import Ran
from .conftest import Run as RunProgram


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return generate("commands", tmp_path_factory.mktemp("commands"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    with FaultServer() as server:
        monkeypatch.setenv("MANY_BASE_URL", server.url)
        monkeypatch.setenv("MANY_API_KEY", "key-of-the-command")
        yield server


class Program:
    """The command of the package."""

    def __init__(self, package: ModuleType, run: RunProgram) -> None:
        from importlib import import_module

        self._program = import_module(f"{package.__name__}.cli").PROGRAM
        self._run = run

    def __call__(self, *arguments: str) -> Ran:
        return self._run(*arguments, program=self._program)


@pytest.fixture
def program(package: ModuleType, run: RunProgram) -> Program:
    return Program(package, run)


def query(server: FaultServer) -> dict[str, list[str]]:
    return parse_qs(urlsplit(server.requests[-1].target).query)


def test_arguments_are_read_as_their_types(program: Program, server: FaultServer) -> None:
    ran = program(
        "list-reports",
        *("--label", "a", "--label", "b", "--most", "3", "--ratio", "0.5", "--all"),
        *("--where", '{"owner": "me"}', "--since", "2026-01-01T00:00:00+01:00", "--format", "odd"),
    )
    assert ran.status == 0, ran.err
    assert query(server) == {
        "label": ["a", "b"],
        "most": ["3"],
        "ratio": ["0.5"],
        "all": ["true"],
        "where[owner]": ["me"],
        "since": ["2026-01-01T00:00:00+01:00"],
        "format": ["odd"],
    }


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--most", "many", "not a valid integer"),
        ("--ratio", "much", "is not a number"),
        ("--where", "{", "this is not JSON"),
        ("--since", "2026", "is not a time"),
    ],
)
def test_a_value_of_another_type_is_refused(
    program: Program, server: FaultServer, option: str, value: str, said: str
) -> None:
    ran = program("list-reports", option, value)
    assert ran.status == 2
    assert said in ran.err
    assert server.requests == []


def test_an_argument_wins_over_an_option_of_the_program(
    program: Program, server: FaultServer
) -> None:
    ran = program("list-reports", "--help")
    assert b"--format pdf|html" in ran.out
    assert b"--all / --no-all" in ran.out
    server.script = [answer(200, b'{"total": 1, "data": [{"number": 1, "title": "One"}]}')]
    table = program("--format", "table", "list-reports", "--all-", "--format", "pdf")
    assert table.out.decode().splitlines() == ["number  title", "1       One"]
    assert query(server) == {"format": ["pdf"]}


def test_operations_of_the_same_name_are_told_apart(program: Program, server: FaultServer) -> None:
    for name, path in (("search", "/reports/search"), ("events-search", "/search")):
        assert program(name).status == 0
        assert server.requests[-1].target == path


def test_the_properties_of_a_body_are_options(program: Program, server: FaultServer) -> None:
    options = ("--title", "A", "--kind", "short", "--pages", "3", "--ratio", "2", "--draft")
    more = ("--due-date", "2026-01-02", "--tags", "x", "--tags", "y", "--owner", '{"name": "N"}')
    ran = program("create-report", *options, *more, "--body-body", "B", "--pass-phrase", "hush")
    assert ran.status == 0, ran.err
    assert json.loads(server.requests[-1].body) == {
        "title": "A",
        "kind": "short",
        "pages": 3,
        "ratio": 2,
        "draft": True,
        "dueDate": "2026-01-02",
        "tags": ["x", "y"],
        "owner": {"name": "N"},
        "body": "B",
        "passPhrase": "hush",
    }


def test_a_value_of_an_enumeration_has_the_type_of_the_enumeration(
    program: Program, server: FaultServer
) -> None:
    for given, target in (
        (("2", "--exact", "true"), "/levels/2?exact=true"),
        (("7", "--exact", "3"), "/levels/7?exact=3"),
        (("--level", "-1", "--exact", "new"), "/levels/-1?exact=new"),
        (("--", "-1"), "/levels/-1"),
        (("-1",), "/levels/-1"),
        (("-1", "--exact", "maybe"), "/levels/-1?exact=maybe"),
        (("--exact", "maybe", "-q", "-1"), "/levels/-1?exact=maybe"),
        (("--timeout", "5", "-qo", "-", "-1", "--exact=3"), "/levels/-1?exact=3"),
    ):
        ran = program("set-level", *given)
        assert ran.status == 0, ran.err
        assert server.requests[-1].target == target
    assert program("set-level", "high").status == 2


def test_a_command_without_a_summary_is_told_by_its_description(program: Program) -> None:
    assert b"set-level      Sets the \\x1b[1mlevel.\n" in program("--help").out


def test_a_body_that_is_missing_is_named(program: Program, server: FaultServer) -> None:
    for name in (("write-text", "1"), ("send-bytes",)):
        ran = program(*name)
        assert ran.status == 2
        assert "--body is missing" in ran.err
    assert server.requests == []


def test_a_property_that_is_missing_is_named(program: Program, server: FaultServer) -> None:
    ran = program("create-report", "--pass-phrase", "hush")
    assert ran.status == 2
    assert "title" in ran.err
    assert "hush" not in ran.err
    assert server.requests == []


def test_a_text_is_sent_and_printed_as_it_is(
    program: Program, server: FaultServer, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("from a file", encoding="utf-8")
    for given, sent in (("plain", b"plain"), (f"@{tmp_path}/text", b"from a file")):
        assert program("write-text", "1", "--body", given).status == 0
        assert server.requests[-1].body == sent
    server.script = [answer(200, "grüezi\n".encode(), {"Content-Type": "text/plain"})]
    assert program("read-text", "1").out == "grüezi\n".encode()


def test_files_are_sent(program: Program, server: FaultServer, tmp_path: Path) -> None:
    file = tmp_path / "picture.bin"
    file.write_bytes(b"\x00\x01\xff")
    assert program("send-file", "--file", str(file), "--title", "T").status == 0
    assert b"\x00\x01\xff" in server.requests[-1].body
    assert b'filename="picture.bin"' in server.requests[-1].body
    assert program("send-bytes", "--body", str(file)).status == 0
    assert server.requests[-1].body == b"\x00\x01\xff"
    assert program("send-bytes", "--body", f"{file}.not").status == 2


def test_events_are_printed_as_they_come(program: Program, server: FaultServer) -> None:
    body = b'data: {"at": 1}\n\ndata: {"at": 2}\n\n'
    server.script = [answer(200, body, {"Content-Type": "text/event-stream"})]
    ran = program("watch")
    assert ran.status == 0, ran.err
    assert [json.loads(line)["data"]["at"] for line in ran.out.splitlines()] == [1, 2]


def test_the_server_is_chosen_by_its_variables(
    program: Program, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MANY_BASE_URL")
    ran = program("--region", "mars", "search")
    assert ran.status == 2
    assert "region" in ran.err


def test_the_version_is_that_of_the_package(program: Program) -> None:
    assert program("--version").out == b"commands 2.5\n"


REPORTS: list[dict[str, Any]] = [
    {"number": n, "title": f"Größe {n}", "format": None} for n in range(5)
]


def reports(broken: str = "") -> Action:
    """Serve five reports, two on a page, and their texts but for one."""

    def serve(connection: Connection, request: Received) -> None:
        path = urlsplit(request.target).path
        number = int(query_of(request).get("page", ["1"])[0])
        act: Action = answer(200, f"text of {path}".encode(), {"Content-Type": "text/plain"})
        if path == "/reports":
            page = {"total": 5, "data": REPORTS[2 * number - 2 : 2 * number]}
            act = answer(200, json.dumps(page).encode(), JSON)
        elif path == broken:
            act = answer(500)
        act(connection, request)

    return serve


def test_a_list_in_pages_is_saved(program: Program, server: FaultServer, tmp_path: Path) -> None:
    """The export goes by numbers of pages; the command is named by the document, as is another one `verify`."""
    server.script = [reports()]
    ran = program("save-reports", "--format", "pdf", str(tmp_path / "saved"))
    assert ran.status == 0, ran.err
    assert (tmp_path / "saved" / "3" / "text.txt").read_text() == "text of /reports/3/text"
    metadata = json.loads((tmp_path / "saved" / "3" / "metadata.json").read_bytes())
    assert metadata == REPORTS[3]
    assert "format=pdf" in server.requests[0].target
    assert program("verify-export", str(tmp_path / "saved")).status == 0


def test_an_export_goes_on_at_the_page_that_was_not_done(
    program: Program, server: FaultServer, tmp_path: Path
) -> None:
    server.script = [reports(broken="/reports/3/text")]
    arguments = ("save-reports", str(tmp_path / "saved"))
    assert program("--max-retries=0", *arguments).status == 1
    server.script = [reports()]
    server.requests.clear()
    ran = program(*arguments)
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["items"] == 5
    asked = [request.target for request in server.requests]
    assert asked[0] == "/reports?page=2"
    assert [target for target in asked if "text" in target] == ["/reports/3/text"]
    assert program("verify-export", str(tmp_path / "saved")).status == 0


def query_of(request: Received) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.target).query)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (("--body", '{"text": "a"}'), b'{"text":"a"}'),
        (("--content-type", "text/plain", "--body", "plain"), b"plain"),
        (("--content-type", "application/octet-stream", "--body", "FILE"), b"\x00bytes"),
    ],
)
def test_a_body_is_read_as_the_media_type_that_is_chosen(
    program: Program, server: FaultServer, tmp_path: Path, given: tuple[str, ...], sent: bytes
) -> None:
    (tmp_path / "file").write_bytes(b"\x00bytes")
    server.script = [answer(204)]
    ran = program("send-note", *(str(tmp_path / "file") if a == "FILE" else a for a in given))
    assert ran.status == 0, ran.err
    assert server.requests[-1].body == sent
