import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any, ClassVar, TypeAlias

import pytest

from clientsmith.diagnostics import Diagnostic, DiagnosticError, SpecError
from clientsmith.read import references, remote
from clientsmith.read.document import Document
from clientsmith.read.loading import read

HEAD = "openapi: 3.1.0\n"


def load(folder: Path, text: str, **others: str) -> Document:
    for name, content in others.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    path = folder / "api.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read(path)


def failure(document: Document, key: str = "a") -> Diagnostic:
    with pytest.raises(SpecError) as raised:
        document.root[key].follow()
    return raised.value.diagnostics[0]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("#/c/plain", 1),
        ("#/c/a~1b", 2),
        ("#/c/a~0b", 3),
        ("#/c/%7Ewith%20space", 4),
        ("#/c/~0with space", 4),
        ("#/c/%25", 5),
        ("#/c/list/1", 7),
        ("#/c/", 8),
        ("#/c/~01", 9),
        ("#/c/a%2Fb", None),
        ("#/c/list/01", None),
        ("#/c/list/-", None),
        ("#/c/list/2", None),
        ("#/c/list/1/x", None),
        ("#c", None),
        ("#/d", None),
    ],
)
def test_a_pointer_is_followed_as_rfc_6901_says(
    tmp_path: Path, reference: str, expected: int | None
) -> None:
    entries = "{plain: 1, a/b: 2, a~b: 3, '~with space': 4, '%': 5, list: [6, 7], '': 8, '~1': 9}"
    document = load(tmp_path, f"a: {{$ref: '{reference}'}}\nc: {entries}\n")
    if expected is None:
        assert failure(document).rule == "dangling-reference"
    else:
        assert document.root["a"].follow().value == expected


def test_an_empty_fragment_is_the_whole_file(tmp_path: Path) -> None:
    document = load(tmp_path, "a: {$ref: '#'}\n")
    assert document.root["a"].follow() == document.root


def test_a_chain_is_followed_to_its_end_and_one_step_is_one_step(tmp_path: Path) -> None:
    root = load(tmp_path, "a: {$ref: '#/b', description: mine}\nb: {$ref: '#/c'}\nc: {x: 1}\n").root
    assert root["a"].follow() == root["c"]
    assert root["a"].target() == root["b"]
    assert root["a"]["description"].value == "mine"
    assert root["c"].follow() == root["c"]


def test_a_mapping_under_a_key_named_ref_is_no_reference(tmp_path: Path) -> None:
    node = load(tmp_path, "a: {$ref: {type: string}}\n").root["a"]
    assert node.ref is None
    assert node.follow() is node


@pytest.mark.parametrize("text", ["a: {$ref: '#/a'}\n", "a: {$ref: '#/b'}\nb: {$ref: '#/a'}\n"])
def test_references_in_a_circle_are_an_error(tmp_path: Path, text: str) -> None:
    found = failure(load(tmp_path, text))
    assert found.rule == "circular-reference"


@pytest.mark.parametrize("backwards", [False, True])
def test_a_chain_may_be_long_however_it_ends(tmp_path: Path, backwards: bool) -> None:
    links = "".join(f"n{n}: {{$ref: '#/n{n + 1}'}}\n" for n in range(5000))
    names = [f"n{n}" for n in range(5000)][:: -1 if backwards else 1]
    document = load(tmp_path, links + "n5000: {}\n")
    assert {document.root[name].follow() for name in names} == {document.root["n5000"]}
    for end, rule in {
        "n5000: {$ref: '#/n0'}\n": "circular-reference",
        "": "dangling-reference",
    }.items():
        document = load(tmp_path, links + end)
        assert {failure(document, name).rule for name in names} == {rule}


def test_a_reference_into_what_contains_it_is_fine(tmp_path: Path) -> None:
    root = load(tmp_path, "a: {items: {$ref: '#/a'}}\n").root
    assert root["a"]["items"].follow() == root["a"]


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("#/components/schemas/Pett", "did you mean '#/components/schemas/Pet'?"),
        ("#/components/schema/Pet", "did you mean '#/components/schemas'?"),
        ("#/definitions/Pet", "did you mean '#/components/schemas/Pet'?"),
        ("#/components/schemas/Other", None),
    ],
)
def test_a_dangling_reference_names_its_place_and_the_nearest_name(
    tmp_path: Path, reference: str, hint: str | None
) -> None:
    found = failure(
        load(tmp_path, f"components: {{schemas: {{Pet: {{}}}}}}\na:\n  $ref: '{reference}'\n")
    )
    assert found.rule == "dangling-reference"
    assert found.location is not None
    assert (found.location.line, found.location.column, found.location.pointer) == (4, 9, "/a/$ref")
    assert found.hint == hint


def test_other_files_are_read_relative_to_the_file_that_refers(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        "a: {$ref: 'sub/one.yaml#/x'}\nz: 5\n",
        sub__one_yaml="x: {$ref: 'two.json'}\n",
        sub__two_json='{"$ref": "../api.yaml#/z"}',
    )
    assert document.root["a"].follow() == document.root["z"]
    assert [Path(file.name).name for file in document.files] == ["api.yaml", "one.yaml", "two.json"]


def test_the_files_of_a_document_are_read_when_they_are_needed(tmp_path: Path) -> None:
    document = load(tmp_path, "a: {$ref: 'b.yaml'}\n", b_yaml="x: 1\n")
    assert [file.content for file in document.files] == [b"openapi: 3.1.0\na: {$ref: 'b.yaml'}\n"]
    first = document.root["a"].follow()
    assert first.file is document.root["a"].follow().file
    assert [file.content for file in document.files][1:] == [b"x: 1\n"]


@pytest.mark.parametrize(
    "reference",
    [
        "../secret.yaml",
        "sub/../../secret.yaml",
        "%2e%2e/secret.yaml",
        "..%2fsecret.yaml",
        "link.yaml",
        "folder/secret.yaml",
        "/etc/hostname",
        "//host/share/x.yaml",
        "\\\\host\\share\\x.yaml",
        "..\\secret.yaml",
        "%5C%5Chost%5Cx.yaml",
        "C:/x.yaml",
        "c%3A/x.yaml",
        "file:///etc/hostname",
        "FILE:secret.yaml",
        "a%00b.yaml",
        "data:text/plain,x",
        "ftp://example.com/x.yaml",
    ],
)
def test_a_reference_cannot_leave_the_folder_of_the_document(
    tmp_path: Path, reference: str
) -> None:
    (tmp_path / "secret.yaml").write_text("x: 1\n", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (inside / "folder").symlink_to(tmp_path)
    found = failure(load(inside, f"a: {{$ref: '{reference}'}}\n"))
    assert found.rule == "reference-outside"
    assert found.location is not None
    assert found.location.line == 2


def test_a_wider_root_lets_references_reach_it(tmp_path: Path) -> None:
    (tmp_path / "shared.yaml").write_text("x: 1\n", encoding="utf-8")
    folder = tmp_path / "inside"
    folder.mkdir()
    load(folder, "a: {$ref: '../shared.yaml'}\n")
    document = read(folder / "api.yaml", root=tmp_path)
    assert document.root["a"].follow().value == {"x": 1}


def test_a_folder_whose_name_begins_alike_is_outside(tmp_path: Path) -> None:
    (tmp_path / "in-secret").mkdir()
    (tmp_path / "in-secret" / "x.yaml").write_text("x: 1\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    document = load(tmp_path / "in", "a: {$ref: '../in-secret/x.yaml'}\n")
    assert failure(document).rule == "reference-outside"


def test_a_name_alone_is_told_what_it_may_mean(tmp_path: Path) -> None:
    text = "a: {$ref: Pet}\nb: {$ref: Dog}\ncomponents: {schemas: {Pet: {type: object}}}\n"
    document = load(tmp_path, text)
    assert failure(document).hint == "did you mean '#/components/schemas/Pet'?"
    assert (failure(document).rule, failure(document, "b").hint) == ("dangling-reference", None)


@pytest.mark.parametrize(
    ("reference", "words"), [("none.yaml", "no such file"), (".", "directory"), ("", None)]
)
def test_a_file_that_cannot_be_read_is_told_at_the_reference(
    tmp_path: Path, reference: str, words: str | None
) -> None:
    document = load(tmp_path, f"a: {{$ref: 'sub/{reference}'}}\n", sub__x_yaml="x: 1\n")
    found = failure(document)
    assert found.location is not None
    assert found.location.pointer == "/a/$ref"
    assert words is None or words in found.message


@pytest.mark.parametrize(
    "reference",
    ["\ud800.yaml", "a/\udc80", "http://[::1", "http://[x#/y", "//[", "https://\udfff/x"],
)
@pytest.mark.parametrize("above", [{}, {"$id": "http://[x#y"}, {"$self": "https://[", "$id": 1}])
def test_a_reference_that_is_no_address_is_told(
    tmp_path: Path, reference: str, above: dict[str, Any]
) -> None:
    path = tmp_path / "api.json"
    path.write_text(json.dumps({"openapi": "3.1.0", **above, "a": {"$ref": reference}}))
    for allowed in (False, True):
        found = failure(read(path, allow_remote=allowed))
        assert found.rule in ("reference-outside", "remote-reference", "dangling-reference")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "not a regular file" in failure(load(tmp_path, "a: {$ref: pipe.yaml}\n")).message


def test_a_flaw_in_another_file_is_told_there_with_the_way_to_it(tmp_path: Path) -> None:
    document = load(tmp_path, "a: {$ref: 'b.yaml'}\nc: {$ref: 'b.yaml'}\n", b_yaml="x: [\n")
    for key, line in (("a", 2), ("c", 3)):
        found = failure(document, key)
        assert found.location is not None
        assert Path(found.location.file).name == "b.yaml"
        assert found.hint is not None
        assert f"api.yaml:{line}:11" in found.hint


def test_the_number_of_files_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "MAX_FILES", 2)
    document = load(
        tmp_path, "a: {$ref: b.yaml}\nb: {$ref: c.yaml}\n", b_yaml="x: 1", c_yaml="x: 1"
    )
    document.root["a"].follow()
    assert failure(document, "b").rule == "limit"


def test_files_that_cannot_be_read_count_as_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "MAX_FILES", 3)
    document = load(tmp_path, "a: {$ref: b.yaml}\nb: {$ref: c.yaml}\nc: {$ref: d.yaml}\n")
    rules = [failure(document, key).rule for key in "abc"]
    assert rules == ["dangling-reference", "dangling-reference", "limit"]


def test_the_bytes_of_all_files_together_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "MAX_BYTES", 100)
    document = load(tmp_path, "a: {$ref: b.yaml}\n", b_yaml="x: " + "y" * 90)
    assert "too large" in failure(document).message


def test_anchors_and_ids_are_known_within_a_file(tmp_path: Path) -> None:
    root = load(
        tmp_path,
        "a: {$ref: '#here'}\n"
        "b: {$ref: 'https://example.com/s#inner'}\n"
        "c: {$id: 'https://example.com/s', x: {$ref: '#/y'}, y: {$anchor: inner}, z: {$ref: '#/d'}}\n"
        "d: {$anchor: here}\n",
    ).root
    assert root["a"].follow() == root["d"]
    assert root["b"].follow() == root["c"]["y"]
    assert root["c"]["x"].follow() == root["c"]["y"]
    assert root["c"]["z"].follow() == root["d"]


def test_the_network_is_not_asked_unless_allowed(tmp_path: Path) -> None:
    found = failure(load(tmp_path, "a: {$ref: 'https://example.com/x.yaml'}\n"))
    assert found.rule == "remote-reference"
    assert found.hint is not None


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "localhost",
            "10.1.2.3",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
        ),
        *(
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "ff02::1",
        ),
        *("2130706433", "0x7f.1", "224.0.0.1", "255.255.255.255"),
    ],
)
def test_an_address_that_is_not_public_is_refused(host: str) -> None:
    with pytest.raises(OSError, match="not on the public internet"):
        remote.public_address(host, 80)


def answering(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names have addresses, other ones each time they are asked for; return the names that were asked for."""
    asked: list[str] = []
    left = list(answers)

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(0, 0, 0, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["93.184.216.34", "fe80::1%eth0"], ["::1"]],
)
def test_a_name_that_is_also_at_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    answering(monkeypatch, addresses)
    with pytest.raises(OSError, match="not on the public internet"):
        remote.public_address("rebinding.test", 80)


def test_a_name_cannot_change_its_address_between_the_check_and_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> None:
        connected.append(address)
        raise OSError("as far as the test goes")

    monkeypatch.setattr(socket, "create_connection", connect)
    found = failure(fetched(tmp_path, "http://rebinding.test/x.yaml"))
    assert "as far as the test goes" in found.message
    assert (asked, connected) == (["rebinding.test"], [("93.184.216.34", 80)])


@pytest.mark.parametrize("variable", ["http_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_no_proxy_of_the_environment_is_used(
    tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    _Site.answers = {"/a.yaml": (200, {}, b"x: 1\n")}
    assert fetched(tmp_path, f"{site}/a.yaml#/x").root["a"].follow().value == 1


Answer: TypeAlias = tuple[int, dict[str, str], bytes]


class _Site(StreamRequestHandler):
    answers: ClassVar[dict[str, Answer]] = {}

    def handle(self) -> None:
        path = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        status, headers, body = self.answers.get(path, (404, {}, b""))
        head = "".join(f"{name}: {content}\r\n" for name, content in headers.items())
        self.wfile.write(f"HTTP/1.1 {status} x\r\n{head}Connection: close\r\n\r\n".encode() + body)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on the loopback, which alone is let through for the test."""
    server = ThreadingTCPServer(("127.0.0.1", 0), _Site)
    Thread(target=server.serve_forever, daemon=True).start()
    check: Callable[[str, int], str] = remote.public_address

    def address(host: str, port: int) -> str:
        return "127.0.0.1" if host == "api.test" else check(host, port)

    monkeypatch.setattr(remote, "public_address", address)
    yield f"http://api.test:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def loopback(*_: object) -> str:
    return "127.0.0.1"


def fetched(folder: Path, url: str) -> Document:
    path = folder / "api.yaml"
    path.write_text(f"{HEAD}a: {{$ref: '{url}'}}\n", encoding="utf-8")
    return read(path, allow_remote=True)


def test_a_file_from_the_network_is_read_if_allowed(tmp_path: Path, site: str) -> None:
    _Site.answers = {
        "/a.yaml": (302, {"Location": "/b/c.yaml"}, b""),
        "/b/c.yaml": (200, {}, b"x: {$ref: 'd.json#/y'}\n"),
        "/d.json": (200, {}, b'{"y": 1}'),
    }
    document = fetched(tmp_path, f"{site}/a.yaml#/x")
    assert document.root["a"].follow().value == 1
    assert [file.path is None for file in document.files] == [False, True, True]


ASTRAY: list[tuple[Answer, str]] = [
    ((302, {"Location": "http://127.0.0.1/x"}, b""), "not on the public internet"),
    ((302, {"Location": "http://169.254.169.254/latest"}, b""), "not on the public internet"),
    ((302, {"Location": "file:///etc/passwd"}, b""), "neither an http nor an https"),
    ((302, {"Location": "/a.yaml"}, b""), "more than 5 redirects"),
    ((302, {"Location": "http://[half"}, b""), "Invalid IPv6 URL"),
    ((500, {}, b""), "answered 500"),
    ((200, {}, b"x" * 2000), "too large"),
    ((200, {}, b"x: {$ref: 'file:///etc/passwd'}"), "not on the network"),
    ((200, {}, b"x: {$ref: 'http://[::1]/'}"), "not on the public internet"),
    ((302, {"Location": "http://[::ffff:10.0.0.1]/x"}, b""), "not on the public internet"),
    ((302, {"Location": "//localhost/x"}, b""), "not on the public internet"),
    ((302, {"Location": "gopher://api.test/x"}, b""), "neither an http nor an https"),
    ((302, {"Location": "http://api.test:99999/"}, b""), "out of range"),
    ((200, {"Content-Length": "9"}, b"x: 1\n"), "4 bytes of it did not arrive"),
]


@pytest.mark.parametrize(("answer", "words"), ASTRAY)
def test_what_the_network_answers_cannot_lead_astray(
    tmp_path: Path,
    site: str,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    words: str,
) -> None:
    monkeypatch.setattr(remote, "MAX_REMOTE_BYTES", 1000)
    _Site.answers = {"/a.yaml": answer}
    assert words in failure(fetched(tmp_path, f"{site}/a.yaml#/x")).message


def test_a_server_that_drips_is_left_when_the_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "TIMEOUT", 0.3)
    monkeypatch.setattr(remote, "public_address", loopback)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    for _ in range(100):
                        connection.sendall(b"H")
                        connection.settimeout(0.1)
                        try:
                            if not connection.recv(1000):
                                return
                        except TimeoutError:
                            continue
                except OSError:
                    return

        thread = Thread(target=drip)
        thread.start()
        document = fetched(tmp_path, f"http://api.test:{server.getsockname()[1]}/x")
        start = time.monotonic()
        with pytest.raises(DiagnosticError):
            document.root["a"].follow()
        assert time.monotonic() - start < 3
        thread.join(5)
        assert not thread.is_alive()


def test_looking_up_a_name_counts_as_time_of_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = Event()

    def look_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        answered.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(remote, "TIMEOUT", 0.3)
    document = fetched(tmp_path, "http://api.test/x")
    start = time.monotonic()
    assert "more than 0.3 seconds" in failure(document).message
    assert time.monotonic() - start < 3
    answered.set()


def test_the_network_takes_no_longer_than_it_may_for_all_files_together(
    tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "MAX_SECONDS", 0)
    _Site.answers = {"/a.yaml": (200, {}, f"x: {{$ref: '{site}/b.yaml'}}\n".encode())}
    assert failure(fetched(tmp_path, f"{site}/a.yaml#/x")).rule == "limit"
