"""Uploads over a real socket: streamed from where they are, repeated only if they can be read again."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from bandwidth_recordings import ApiConnectionError, ApiError
from bandwidth_recordings._runtime import Body, FilePart, MediaType, Operation, Parameter, Response

from .callers import Caller
from .servers import PATIENCE, FaultServer, answer, reset

MEDIA = bytes(range(256)) * 1024
UPLOAD: Operation[None] = Operation(
    id="uploadMedia",
    name="upload_media",
    method="PUT",
    path="/media/{name}",
    parameters=(Parameter("name", "name", "path", required=True),),
    body=Body((MediaType("audio/vnd.wave", binary=True),), required=True),
    responses={"204": Response()},
)
FORM: Operation[None] = Operation(
    id="uploadForm",
    name="upload_form",
    method="PUT",
    path="/form",
    body=Body((MediaType("multipart/form-data"),), required=True),
    responses={"204": Response()},
)


def upload(api: Caller, body: object, operation: Operation[None] = UPLOAD, **options: Any) -> None:
    api.wait(api.client.call(operation, {"name": "call"}, options, body))


def chunks() -> Iterator[bytes]:
    for start in range(0, len(MEDIA), 10_000):
        yield MEDIA[start : start + 10_000]


async def chunks_later() -> AsyncIterator[bytes]:
    for chunk in chunks():
        yield chunk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "call.wav").write_bytes(MEDIA)
    return tmp_path / "call.wav"


@pytest.mark.parametrize("source", ["bytes", "path", "file", "list", "iterator", "async"])
def test_every_source_is_sent_whole(
    api: Caller, server: FaultServer, path: Path, source: str
) -> None:
    if source == "async" and api.kind == "sync":
        with pytest.raises(TypeError, match="asynchronous"):
            upload(api, chunks_later())
        return
    server.script = [answer(204)]
    with path.open("rb") as file:
        sources = {
            "bytes": MEDIA,
            "path": path,
            "file": file,
            "list": list(chunks()),
            "iterator": chunks(),
            "async": chunks_later(),
        }
        upload(api, sources[source])
    (request,) = server.requests
    assert request.body == MEDIA
    assert request.headers["content-type"] == "audio/vnd.wave"
    if source in ("bytes", "path", "file"):
        assert request.headers["content-length"] == str(len(MEDIA))
    else:
        assert request.headers["transfer-encoding"] == "chunked"


@pytest.mark.parametrize("source", ["path", "file", "list"])
def test_what_can_be_read_again_is_sent_again_from_its_start(
    api: Caller, server: FaultServer, path: Path, source: str
) -> None:
    server.script = [reset, answer(503), answer(204)]
    with path.open("rb") as file:
        file.seek(256)
        upload(api, {"path": path, "file": file, "list": list(chunks())}[source])
    expected = MEDIA[256:] if source == "file" else MEDIA
    assert [request.body for request in server.requests] == [expected] * 3


def test_what_can_be_read_once_is_sent_once(api: Caller, server: FaultServer) -> None:
    server.script = [reset]
    with pytest.raises(ApiConnectionError) as caught:
        upload(api, chunks())
    assert caught.value.attempts == len(server.requests) == 1


def test_a_form_with_a_file_is_streamed(api: Caller, server: FaultServer, path: Path) -> None:
    server.script = [answer(204)]
    upload(api, {"note": "hello", "media": FilePart(path, filename="a.wav")}, FORM)
    (request,) = server.requests
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert int(request.headers["content-length"]) == len(request.body)
    assert MEDIA in request.body
    assert b'filename="a.wav"' in request.body


def test_memory_stays_flat_while_a_large_file_is_sent(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    large = tmp_path / "large.wav"
    size = 64 * 1024 * 1024
    with large.open("wb") as file:
        file.truncate(size)
    server.script = [answer(204)]
    upload(api, large)
    server.requests.clear()
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        upload(api, large)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    received = len(server.requests[0].body)
    assert received == size
    assert peak < received + 8 * 1024 * 1024


def test_a_file_that_becomes_shorter_while_it_is_sent_is_an_error(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    class Shrinking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(size)[:10] if self.tell() < 10 else b""

    server.script = [answer(204)]
    with pytest.raises(ApiConnectionError, match="shorter") as caught:
        upload(api, Shrinking(MEDIA))
    assert caught.value.attempts == 1
    upload(api, MEDIA)


STEADY = 1_500_000  # bytes a second


@pytest.fixture
def steady() -> Iterator[str]:
    """A server that reads one request slowly but steadily, and then answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        listener.settimeout(PATIENCE)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.settimeout(PATIENCE)
                data, end = b"", b"0\r\n\r\n"
                while not data.endswith(end):
                    data = data[-len(end) :] + connection.recv(32 * 1024)
                    time.sleep(32 * 1024 / STEADY)
                connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

        serving = threading.Thread(target=serve)
        serving.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving.join(PATIENCE)


@pytest.mark.parametrize("transport", ["sync", "async", "aiohttp"])
def test_a_timeout_bounds_each_step_of_an_upload_and_not_the_whole(
    steady: str, transport: str
) -> None:
    api = Caller(
        "sync" if transport == "sync" else "async",
        transport="aiohttp" if transport == "aiohttp" else "httpx2",
        base_url=steady,
        username="u",
        password="p",
        max_retries=0,
    )
    block = b"\0" * 64 * 1024
    try:
        upload(api, (block for _ in range(64)), timeout=0.8)
    finally:
        api.close()


@pytest.mark.parametrize("transport", ["sync", "async", "aiohttp"])
def test_what_the_source_of_a_body_raises_ends_the_call(
    server: FaultServer, transport: str
) -> None:
    def broken() -> Iterator[bytes]:
        yield MEDIA
        raise KeyError("the source broke")

    api = Caller(
        "sync" if transport == "sync" else "async",
        transport="aiohttp" if transport == "aiohttp" else "httpx2",
        base_url=server.url,
        username="u",
        password="p",
    )
    server.script = [answer(204)]
    with pytest.raises(KeyError, match="the source broke"):
        upload(api, broken())
    assert server.requests == []  # not one that looks whole
    upload(api, MEDIA)
    assert [request.body for request in server.requests] == [MEDIA]
    api.close()


def established(port: int) -> int:
    """How many connections to a port are open on the side that made them."""
    rows = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    return sum(row.split()[2:4] == [f"0100007F:{port:04X}", "01"] for row in rows)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="the system does not tell")
@pytest.mark.parametrize("transport", ["sync", "async", "aiohttp"])
@pytest.mark.parametrize("ahead", [b"", b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"])
def test_a_connection_ends_with_its_call_though_the_body_was_not_taken(
    transport: str, ahead: bytes
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        api = Caller(
            "sync" if transport == "sync" else "async",
            transport="aiohttp" if transport == "aiohttp" else "httpx2",
            base_url=f"http://127.0.0.1:{port}",
            username="u",
            password="p",
            max_retries=0,
        )
        connections: list[socket.socket] = []

        def serve() -> None:
            connections.append(listener.accept()[0])
            connections[0].sendall(ahead)

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            with pytest.raises(ApiError):
                upload(api, bytes(32 << 20), deadline=0.4)
            serving.join(PATIENCE)
            if transport != "sync":
                api.wait(asyncio.sleep(0.1))
            assert established(port) == 0
        finally:
            api.close()
            connections[0].close()
