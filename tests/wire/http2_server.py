"""An HTTP/2 server on the loopback that fails as it is told: the counterpart of `FaultServer`."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import h2.config
import h2.connection
import h2.events

PATIENCE = 20.0


@dataclass(frozen=True)
class Request:
    """A request as it came.

    Attributes:
        connection: The number of its connection, from 1.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass
class Stream:
    """The stream of one request, for actions."""

    id: int
    state: h2.connection.H2Connection
    socket: ssl.SSLSocket
    stopping: threading.Event

    def head(self, status: int, length: int | None) -> None:
        """Send the status and the header fields."""
        fields = [(":status", str(status)), ("content-type", "application/json")]
        if length is not None:
            fields.append(("content-length", str(length)))
        self.state.send_headers(self.id, fields)
        self.flush()

    def data(self, data: bytes, *, end: bool = True) -> None:
        """Send a piece of the body."""
        self.state.send_data(self.id, data, end_stream=end)
        self.flush()

    def flush(self) -> None:
        """Send what has been prepared."""
        self.socket.sendall(self.state.data_to_send())

    def pause(self, seconds: float) -> None:
        """Wait, unless the server is closing."""
        self.stopping.wait(min(seconds, PATIENCE))


Action = Callable[[Stream], bool | None]
"""Answers a request; True if the connection ends with it."""


def answer(status: int = 200, body: bytes = b"{}") -> Action:
    """A proper answer."""

    def act(stream: Stream) -> None:
        stream.head(status, len(body))
        stream.data(body)

    return act


def reset_stream(stream: Stream) -> None:
    """The stream is reset, the connection goes on."""
    stream.state.reset_stream(stream.id, 2)
    stream.flush()


def goodbye(stream: Stream) -> bool:
    """The connection is closed in place of an answer."""
    stream.state.close_connection(1)
    stream.flush()
    return True


def refuse_stream(stream: Stream) -> None:
    """The request is refused and was not looked at (RFC 9113, section 8.7); the connection goes on."""
    stream.state.reset_stream(stream.id, 7)
    stream.flush()


def goodbye_unheard(stream: Stream) -> bool:
    """The connection is closed, and no request of it was looked at."""
    stream.state.close_connection(0, last_stream_id=0)
    stream.flush()
    return True


def hang_up(_: Stream) -> bool:
    """The connection ends without a word."""
    return True


def silence(stream: Stream) -> bool:
    """No answer at all."""
    stream.pause(PATIENCE)
    return True


def stalling(body: bytes) -> Action:
    """An answer that stops before its end."""

    def act(stream: Stream) -> bool:
        stream.head(200, len(body) + 1)
        stream.data(body, end=False)
        stream.pause(PATIENCE)
        return True

    return act


def trickle(body: bytes, interval: float) -> Action:
    """A body that comes a byte at a time."""

    def act(stream: Stream) -> None:
        stream.head(200, len(body))
        for index in range(len(body)):
            if stream.stopping.is_set():
                return
            stream.data(body[index : index + 1], end=index + 1 == len(body))
            stream.pause(interval)

    return act


@dataclass
class Http2Server:
    """Serves by its script, over TLS on a free port of 127.0.0.1, until it is closed.

    Attributes:
        tls: Its certificate, and the protocols that it offers.
        script: The action for each request; the last one serves all later ones too.
        requests: What was received.
        connections: How many connections were made.
    """

    tls: ssl.SSLContext
    script: Sequence[Action] = field(default_factory=lambda: [answer()])
    requests: list[Request] = field(default_factory=list[Request])
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
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

    def received(self, expected: int) -> int:
        """Return how many requests came, after a wait for as many as expected."""
        with self._lock:
            self._lock.wait_for(lambda: len(self.requests) >= expected, PATIENCE)
            return len(self.requests)

    @property
    def open_connections(self) -> int:
        """How many connections are open."""
        with self._lock:
            return len(self._open)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with self._lock:
                self._open.add(accepted)
            number = self.connections
            threading.Thread(target=self._serve, args=(accepted, number), daemon=True).start()

    def _serve(self, plain: socket.socket, number: int) -> None:
        plain.settimeout(PATIENCE)
        try:
            with self.tls.wrap_socket(plain, server_side=True) as encrypted:
                self._converse(encrypted, number)
        except OSError:  # the connection ended
            pass
        finally:
            with self._lock:
                self._open.discard(plain)
            plain.close()

    def _converse(self, encrypted: ssl.SSLSocket, number: int) -> None:
        state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        state.initiate_connection()
        encrypted.sendall(state.data_to_send())
        heads: dict[int, dict[str, str]] = {}
        bodies: dict[int, bytes] = {}
        while not self._stopping.is_set() and (data := encrypted.recv(65536)):
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    pairs = event.headers or []
                    heads[event.stream_id] = {
                        name.decode(): value.decode() for name, value in pairs
                    }
                    bodies[event.stream_id] = b""
                elif isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] += event.data or b""
                    state.acknowledge_received_data(
                        event.flow_controlled_length or 0, event.stream_id
                    )
                elif isinstance(event, h2.events.StreamEnded):
                    head, body = heads.pop(event.stream_id), bodies.pop(event.stream_id)
                    action = self._take(head, body, number)
                    if action(Stream(event.stream_id, state, encrypted, self._stopping)):
                        return
            encrypted.sendall(state.data_to_send())

    def _take(self, head: dict[str, str], body: bytes, number: int) -> Action:
        method, target = head.pop(":method"), head.pop(":path")
        with self._lock:
            self.requests.append(Request(method, target, head, body, number))
            self._lock.notify_all()
            return self.script[min(len(self.requests), len(self.script)) - 1]
