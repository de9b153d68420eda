"""A server on the loopback that fails as it is told, byte by byte, and remembers what it was sent.

It speaks HTTP/1.1 over plain sockets, so that it can do what no proper server does. A test gives it a script: an action
for each request, the last of which also serves all later ones. Nothing in it waits longer than `PATIENCE`, and closing it
ends every wait.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

PATIENCE = 20.0
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Connection:
    """One connection of a client, for actions.

    Attributes:
        socket: The connected socket.
        stopping: Set when the server is closing.
        usable: Whether another request may follow.
    """

    socket: socket.socket
    stopping: threading.Event
    usable: bool = True

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.socket.sendall(data)

    def pause(self, seconds: float) -> None:
        """Wait, unless the server is closing."""
        self.stopping.wait(min(seconds, PATIENCE))

    def trickle(self, data: bytes, interval: float) -> None:
        """Send bytes one at a time."""
        for index in range(len(data)):
            if self.stopping.is_set():
                break
            self.send(data[index : index + 1])
            self.pause(interval)

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.usable = False


Action = Callable[[Connection, Received], None]


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Return a status line and header fields."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Status\r\n{fields}\r\n".encode("latin-1")


def answer(status: int = 200, body: bytes = b"{}", headers: Mapping[str, str] = JSON) -> Action:
    """A proper answer."""

    def act(connection: Connection, _: Received) -> None:
        length = {} if status == 204 else {"Content-Length": str(len(body))}
        connection.send(head(status, {**headers, **length}) + (b"" if status == 204 else body))

    return act


def reset(connection: Connection, _: Received) -> None:
    """A reset in place of an answer."""
    connection.reset()


def hang_up(connection: Connection, _: Received) -> None:
    """The end of the connection in place of an answer."""
    connection.usable = False


def silence(connection: Connection, _: Received) -> None:
    """No answer at all."""
    connection.pause(PATIENCE)
    connection.usable = False


def broken(
    body: bytes,
    after: int,
    headers: Mapping[str, str] = JSON,
    *,
    end: str = "close",
    status: int = 200,
) -> Action:
    """An answer that stops in the middle of its body.

    Args:
        body: What the answer promises.
        after: How many bytes of it are sent.
        headers: The header fields.
        end: "close", "reset", or "stall", in which nothing more comes.
        status: The status.
    """

    def act(connection: Connection, _: Received) -> None:
        connection.send(head(status, {**headers, "Content-Length": str(len(body))}) + body[:after])
        if end == "reset":
            connection.pause(0.05)
            connection.reset()
        elif end == "stall":
            connection.pause(PATIENCE)
        connection.usable = False

    return act


def slow_head(interval: float) -> Action:
    """Header fields that come a byte at a time."""

    def act(connection: Connection, _: Received) -> None:
        connection.trickle(head(200, {**JSON, "Content-Length": "2"}) + b"{}", interval)

    return act


def slow_body(body: bytes, interval: float, headers: Mapping[str, str] = JSON) -> Action:
    """A body that comes a byte at a time."""

    def act(connection: Connection, _: Received) -> None:
        connection.send(head(200, {**headers, "Content-Length": str(len(body))}))
        connection.trickle(body, interval)

    return act


def raw(data: bytes) -> Action:
    """Exactly these bytes, and the end of the connection."""

    def act(connection: Connection, _: Received) -> None:
        connection.send(data)
        connection.usable = False

    return act


def bomb(size: int) -> Action:
    """A small compressed body that holds `size` bytes."""
    body = gzip.compress(b"[" + b" " * size + b"]")
    return answer(200, body, {**JSON, "Content-Encoding": "gzip"})


@dataclass
class FaultServer:
    """Serves by its script, on a free port of 127.0.0.1, until it is closed.

    Attributes:
        script: The action for each request; the last one serves all later ones too.
        requests: What was received.
        connections: How many connections were made.
        refuse: How many connections are reset before anything is read.
        tls: What makes it speak TLS; plain text if None.
    """

    script: Sequence[Action] = field(default_factory=lambda: [answer()])
    requests: list[Received] = field(default_factory=list[Received])
    connections: int = 0
    refuse: int = 0
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"
        self._stopping = threading.Event()
        self._lock = threading.Condition()
        self._open: set[socket.socket] = set()
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
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            left = list(self._open)
        for connection in left:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._acceptor.join(PATIENCE)

    @property
    def open_connections(self) -> int:
        """How many connections are open."""
        with self._lock:
            return len(self._open)

    def received(self, expected: int) -> int:
        """Return how many requests came. A client that gives up may be ahead of it: as many as expected are waited for."""
        with self._lock:
            self._lock.wait_for(lambda: len(self.requests) >= expected, PATIENCE)
            return len(self.requests)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.refuse:
                self.refuse -= 1
                accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                accepted.close()
                continue
            with self._lock:
                self._open.add(accepted)
            threading.Thread(target=self._serve, args=(accepted,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        accepted = plain
        accepted.settimeout(PATIENCE)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.tls is not None:
                accepted = self.tls.wrap_socket(accepted, server_side=True)
            connection = Connection(accepted, self._stopping)
            with accepted.makefile("rb") as stream:
                while connection.usable and not self._stopping.is_set():
                    request = _read(stream.readline, stream.read)
                    if request is None:
                        break
                    with self._lock:
                        self.requests.append(request)
                        self._lock.notify_all()
                        place = min(len(self.requests), len(self.script)) - 1
                        action = self.script[place]
                    action(connection, request)
        except (OSError, ValueError):  # the connection ended, maybe within a request
            pass
        finally:
            with self._lock:
                self._open.discard(plain)
            accepted.close()


def _read(readline: Callable[[], bytes], read: Callable[[int], bytes]) -> Received | None:
    line = readline()
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    body = b""
    if headers.get("transfer-encoding") == "chunked":
        while size := int(readline(), 16):
            body += read(size)
            readline()
        readline()
    else:
        body = read(int(headers.get("content-length", "0")))
    return Received(method, target, headers, body)
