"""Every Python block of the generated package's README runs, against a server on the loopback."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from bandwidth_recordings import Client, Configuration, RecordingsApi
from bandwidth_recordings._runtime import Server

README = Path(__file__).parents[2] / "generated" / "bandwidth-recordings" / "README.md"
BLOCKS = re.findall(
    r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """The requests that a server gets which stands in for the service."""
    seen: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append((self.command, self.path.partition("?")[0]))
            last = self.path.partition("?")[0].rpartition("/")[2]
            empty = self.command != "GET"
            kind = "audio/mpeg" if last == "media" else "application/json"
            contents = {"media": b"ID3", "recordings": b"[]"}
            available = b'{"transcription": {"status": "available"}}'
            content = b"" if empty else contents.get(last, available)
            self.send_response_only(204 if empty else 200)
            if not empty:
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setattr(
        Configuration, "servers", (Server(f"http://127.0.0.1:{server.server_address[1]}"),)
    )
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def test_every_example_runs_and_every_operation_has_one(
    requests: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    opened: set[Client | RecordingsApi] = set()
    for block in BLOCKS:
        exec(compile(block, str(README), "exec"), names)
        opened |= {value for value in names.values() if isinstance(value, (Client, RecordingsApi))}
    for client in opened:
        client.close()
    assert len(set(requests)) == 10
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"ID3"]
