"""Who is answered by the preview's server, and with what."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import httpx2
import pytest

from clientsmith.preview import pages

from .conftest import Preview

PAGE = Path(pages.__file__).parent / "page"


def test_it_can_be_reached_from_this_machine_alone(preview: Preview) -> None:
    assert preview.server.socket.getsockname()[0] == "127.0.0.1"
    assert preview.server.socket.family == socket.AF_INET


@pytest.mark.parametrize("host", ["attacker.example", "attacker.example:{port}", "127.0.0.1", ""])
def test_another_name_for_this_machine_is_refused(preview: Preview, host: str) -> None:
    name = host.format(port=preview.server.server_port)
    for path in ("/", "/picture?after=0", "/preview.js"):
        answer = preview.client.get(path, headers={"Host": name})
        assert answer.status_code == 403
        assert "Zoo" not in answer.text


def test_both_names_of_this_machine_are_answered(preview: Preview) -> None:
    for name in ("localhost", "127.0.0.1"):
        host = f"{name}:{preview.server.server_port}"
        assert preview.client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_asked_but_to_read(preview: Preview, method: str) -> None:
    assert preview.client.request(method, "/picture?after=0").status_code == 501


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/page.html",
        "/../preview.py",
        "/%2e%2e/live.py",
        "/lines?kind=template&file=/etc/passwd",
        "/lines?kind=document&file=../clientsmith.toml",
        "/lines?kind=output&file=../zoo.yaml",
        "/lines?kind=secret&file=zoo.yaml",
        "/lines?kind=document",
        "/found?kind=document&file=zoo.yaml&line=x",
        "/picture?after=x",
    ],
)
def test_only_the_files_of_the_picture_are_shown(preview: Preview, path: str) -> None:
    assert preview.client.get(path).status_code == 404


def test_a_request_for_no_path_is_answered(
    preview: Preview, capsys: pytest.CaptureFixture[str]
) -> None:
    host, port = "127.0.0.1", preview.server.server_port
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(f"GET http://[ HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        assert connection.recv(64).startswith(b"HTTP/1.1 404 ")
    assert not capsys.readouterr().err


def test_no_script_runs_but_that_of_the_page(preview: Preview) -> None:
    for path in ("/", "/preview.js", "/picture?after=0"):
        answer = preview.client.get(path)
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert preview.client.get("/picture?after=0").headers["Content-Type"] == "application/json"
    html = (PAGE / "page.html").read_text()
    assert re.findall(r"<script\b[^>]*>(.*?)</script>", html) == [""]
    assert not re.search(r"\son\w+=|javascript:|https?:", html)


def test_a_head_has_no_body(preview: Preview) -> None:
    answer = preview.client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len((PAGE / "page.html").read_bytes())


def test_a_port_that_is_taken_is_told(
    preview: Preview, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from clientsmith.cli import main

    monkeypatch.chdir(preview.root)
    for port in (preview.server.server_port, 70000):
        assert main(["preview", "--port", str(port)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert f"the port {port} cannot be had" in captured.err


def test_a_page_that_was_closed_is_no_matter(preview: Preview) -> None:
    with socket.create_connection(("127.0.0.1", preview.server.server_port)) as connection:
        connection.sendall(b"GET /picture?after=0 HTTP/1.1\r\nHost: x\r\n")
    assert httpx2.get(preview.server.url).status_code == 200
