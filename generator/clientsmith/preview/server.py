"""The server of the preview: it can be reached from this machine alone, reads, and answers nobody but its own page.

A page of another origin cannot read what it answers (it allows no origin), and a name that somebody lets lead to this machine is
refused by the Host header (DNS rebinding). The page's policy lets no script run but its own.
"""

from __future__ import annotations

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Final, cast
from urllib.parse import parse_qsl

from .pages import Pages

HOST: Final = "127.0.0.1"

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Server(ThreadingHTTPServer):
    """The server.

    Args:
        pages: the answers.
        port: the port; 0 for any that is free.

    Raises:
        OSError: the port cannot be had.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, pages: Pages, port: int) -> None:
        self.pages: Final = pages
        super().__init__((HOST, port), _Request)
        self.names: Final = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    def handle_error(
        self, request: socket | tuple[bytes, socket], client_address: tuple[str, int]
    ) -> None:
        """Say nothing of a page that was closed before its answer came."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "clientsmith"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        server = cast(Server, self.server)
        if self.headers.get("Host") not in server.names:
            self._send(HTTPStatus.FORBIDDEN, "text/plain", b"this is a preview for its own machine")
            return
        path, _, query = self.path.partition("?")
        answer = server.pages.answer(path, dict(parse_qsl(query)))
        if answer is None:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"there is nothing of that name")
        else:
            self._send(HTTPStatus.OK, *answer)

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object, **__: object) -> None:
        """Say nothing: the terminal is for what happens to the files."""
