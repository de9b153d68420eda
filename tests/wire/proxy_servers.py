"""Proxies on the loopback: one for HTTP, which forwards and makes tunnels, and one for SOCKS 5 (RFC 1928)."""

from __future__ import annotations

import base64
import socket
import struct
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

PATIENCE = 20.0
USERNAME, PASSWORD = "proxy-user", "proxy-s3cret"
_BASIC = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()


class Proxy:
    """A proxy that wants a user name and a password.

    Attributes:
        url: Its URL with user name and password.
        heads: The first bytes of each connection, of an HTTP proxy as text.
    """

    scheme = "http"

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        port = self._listener.getsockname()[1]
        self.url = f"{self.scheme}://{USERNAME}:{PASSWORD}@127.0.0.1:{port}"
        self.heads: list[str] = []
        self._open: list[socket.socket] = []
        self._acceptor = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            _end(connection)
        self._acceptor.join(PATIENCE)

    def serve(self, client: socket.socket) -> None:
        """Serve a connection."""
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(65536)
        text = head.decode("latin-1")
        self.heads.append(text)
        if _BASIC not in text:
            client.sendall(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
            )
            return
        method, target, _ = text.split(" ", 2)
        if method == "CONNECT":
            host, _, port = target.partition(":")
            origin = self.connect(host, int(port))
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            authority, _, path = target.removeprefix("http://").partition("/")
            host, _, port = authority.partition(":")
            origin = self.connect(host, int(port))
            lines = text.replace(target, f"/{path}", 1).split("\r\n")
            kept = [line for line in lines if not line.lower().startswith("proxy-")]
            origin.sendall("\r\n".join(kept).encode("latin-1"))
        self.join(client, origin)

    def connect(self, host: str, port: int) -> socket.socket:
        """Connect to an origin."""
        origin = socket.create_connection((host, port), timeout=PATIENCE)
        self._open.append(origin)
        return origin

    def join(self, one: socket.socket, other: socket.socket) -> None:
        """Pass the bytes of each to the other until one of them ends."""
        with other:
            back = threading.Thread(target=_pass, args=(other, one), daemon=True)
            back.start()
            _pass(one, other)
            back.join(PATIENCE)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.settimeout(PATIENCE)
            self._open.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client:
                self.serve(client)
        except OSError:  # one of the two ended
            return


class SocksProxy(Proxy):
    """A SOCKS 5 proxy (RFC 1928) with user name and password (RFC 1929)."""

    scheme = "socks5"

    def serve(self, client: socket.socket) -> None:
        """Serve a connection."""
        _, methods = client.recv(2)
        client.recv(methods)
        client.sendall(b"\x05\x02")
        _, length = client.recv(2)
        username = client.recv(length)
        password = client.recv(client.recv(1)[0])
        accepted = [username.decode(), password.decode()] == [USERNAME, PASSWORD]
        client.sendall(b"\x01\x00" if accepted else b"\x01\x01")
        if not accepted:
            return
        kind: Sequence[int] = client.recv(4)
        host = (
            socket.inet_ntoa(client.recv(4))
            if kind[3] == 1
            else client.recv(client.recv(1)[0]).decode()
        )
        (port,) = struct.unpack("!H", client.recv(2))
        self.heads.append(f"{host}:{port}")
        origin = self.connect(host, port)
        client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        self.join(client, origin)


def _pass(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:  # one of the two ended
        pass
    _end(target)


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has ended already
        return
