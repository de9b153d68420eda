"""The fake as a server on the loopback."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ..closing import Closing
from ..headers import Headers
from .messages import Answer, Incoming

_PATIENCE = 60.0


class LoopbackServer(Closing):
    """Serves on 127.0.0.1 until it is closed. It is a context manager.

    Args:
        answer: Gives the answer of a request.
        port: The port; 0 for a free one.
        prefix: The path that goes before those of operations.

    Raises:
        OSError: The port cannot be had.
    """

    def __init__(
        self, answer: Callable[[Incoming], Answer], port: int = 0, prefix: str = ""
    ) -> None:
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", port), _handler(answer, self._stopping))
        self.port: int = self._server.server_address[1]
        """The port that it listens on."""
        self.url = f"http://127.0.0.1:{self.port}{prefix}"
        """The `base_url` of clients."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop, and end the connections."""
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_PATIENCE)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that clients end."""


def _handler(
    answer_of: Callable[[Incoming], Answer], stopping: threading.Event
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _PATIENCE
        disable_nagle_algorithm = True

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self._take
            raise AttributeError(name)

        def _take(self) -> None:
            headers = Headers([(name, str(value)) for name, value in self.headers.items()])
            url = f"http://{headers.get('host', '127.0.0.1')}{self.path}"
            answer = answer_of(Incoming(self.command, url, headers, self._body(headers)))
            if answer.delay:
                stopping.wait(answer.delay)
            if answer.reset:
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.close_connection = True
                return
            self._give(answer)

        def _body(self, headers: Headers) -> bytes:
            if "chunked" not in headers.get("transfer-encoding", "").lower():
                return self.rfile.read(int(headers.get("content-length") or 0))
            pieces: list[bytes] = []
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                continue
            return b"".join(pieces)

        def _give(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status not in (204, 304):
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD" and answer.status not in (204, 304):
                self.wfile.write(answer.body[: answer.truncate])
                self.close_connection |= answer.truncate is not None

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    return Handler
