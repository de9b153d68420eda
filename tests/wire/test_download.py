"""Downloads over a real socket: whole or not at all, and continued where they broke."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
import signal
import stat
import tempfile
import threading
import tracemalloc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from bandwidth_recordings import (
    ApiConnectionError,
    ApiTimeoutError,
    AsyncClient,
    Client,
    ResponseValidationError,
    ServiceUnavailableError,
)

from .callers import IDS, Caller
from .conftest import MakeCaller
from .servers import (
    Action,
    Connection,
    FaultServer,
    Received,
    answer,
    broken,
    head,
    raw,
    reset,
    slow_body,
)
from .stopwatch import stopwatch

WAV = {"Content-Type": "audio/vnd.wave", "ETag": '"v1"'}
CHANGED = "Fri, 17 Jun 2022 22:19:40 GMT"
MEDIA = bytes(range(256)) * 4096


def ranged(media: bytes, *breaks: int, etag: str = '"v1"', reset_at: bool = False) -> Action:
    """A service that keeps ranges, and breaks its first answers after so many bytes."""
    left = list(breaks)

    def act(connection: Connection, request: Received) -> None:
        start, status = 0, 200
        headers = {"Content-Type": "audio/vnd.wave", "ETag": etag, "Accept-Ranges": "bytes"}
        if "range" in request.headers and request.headers.get("if-range") == etag:
            start, status = (
                int(request.headers["range"].removeprefix("bytes=").removesuffix("-")),
                206,
            )
            headers["Content-Range"] = f"bytes {start}-{len(media) - 1}/{len(media)}"
        part = memoryview(media)[start:]
        connection.send(head(status, {**headers, "Content-Length": str(len(part))}))
        connection.send(bytes(part[: left[0]]) if left else bytes(part))
        if left:
            left.pop(0)
            connection.pause(0.02)
            if reset_at:
                connection.reset()
            connection.usable = False

    return act


def only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_save_writes_the_file_and_returns_its_path(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    server.script = [answer(200, MEDIA, WAV)]
    assert api.save(tmp_path / "call.wav") == tmp_path / "call.wav"
    assert (tmp_path / "call.wav").read_bytes() == MEDIA
    assert only(tmp_path) == ["call.wav"]
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_an_empty_file_is_a_file(api: Caller, server: FaultServer, tmp_path: Path) -> None:
    server.script = [answer(200, b"", WAV)]
    assert api.save(tmp_path / "call.wav").read_bytes() == b""


@pytest.mark.parametrize("reset_at", [False, True], ids=["closed", "reset"])
def test_a_broken_transfer_is_continued_where_it_stopped(
    api: Caller, server: FaultServer, tmp_path: Path, reset_at: bool
) -> None:
    server.script = [ranged(MEDIA, 300_000, 200_000, reset_at=reset_at)]
    api.save(tmp_path / "call.wav")
    assert (tmp_path / "call.wav").read_bytes() == MEDIA
    ranges = [request.headers.get("range") for request in server.requests]
    assert ranges[0] is None
    assert len(ranges) == 3
    if not reset_at:
        assert ranges[1:] == ["bytes=300000-", "bytes=500000-"]
    assert server.requests[1].headers["if-range"] == '"v1"'


def test_a_file_that_changed_meanwhile_is_begun_again(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    new = b"new" * 1000
    server.script = [ranged(MEDIA, 300_000), ranged(new, etag='"v2"')]
    api.save(tmp_path / "call.wav")
    assert (tmp_path / "call.wav").read_bytes() == new


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "audio/vnd.wave"},
        {"Content-Type": "audio/vnd.wave", "ETag": 'W/"v1"'},
        {"Content-Type": "audio/vnd.wave", "ETag": 'W/"v1"', "Last-Modified": CHANGED},
        {"Content-Type": "audio/vnd.wave", "Last-Modified": CHANGED, "Date": CHANGED},
        {"Content-Type": "audio/vnd.wave", "ETag": '"v1"', "Accept-Ranges": "none"},
    ],
    ids=["no validator", "weak validator", "weak validator and date", "just changed", "no ranges"],
)
def test_without_a_strong_validator_the_transfer_begins_again(
    api: Caller, server: FaultServer, tmp_path: Path, headers: dict[str, str]
) -> None:
    server.script = [broken(MEDIA, 300_000, headers), answer(200, MEDIA, headers)]
    api.save(tmp_path / "call.wav")
    assert (tmp_path / "call.wav").read_bytes() == MEDIA
    assert "range" not in server.requests[1].headers


def test_last_modified_serves_where_there_is_no_etag(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    dated = {
        "Content-Type": "audio/vnd.wave",
        "Last-Modified": CHANGED,
        "Date": "Fri, 17 Jun 2022 22:19:41 GMT",
    }
    server.script = [broken(MEDIA, 300_000, dated), answer(200, MEDIA, dated)]
    api.save(tmp_path / "call.wav")
    assert server.requests[1].headers["if-range"] == dated["Last-Modified"]
    assert (tmp_path / "call.wav").read_bytes() == MEDIA


@pytest.mark.parametrize("content_range", ["bytes 5-9/10", "bytes 0-9/10", "nonsense", ""])
def test_a_wrong_range_is_not_believed(
    api: Caller, server: FaultServer, tmp_path: Path, content_range: str
) -> None:
    wrong = answer(206, b"xxxxx", {**WAV, "Content-Range": content_range})
    server.script = [broken(MEDIA, 300_000, WAV), wrong, answer(200, MEDIA, WAV)]
    api.save(tmp_path / "call.wav")
    assert (tmp_path / "call.wav").read_bytes() == MEDIA
    assert len(server.requests) == 3


def test_a_range_that_is_refused_is_asked_for_as_a_whole(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    server.script = [broken(MEDIA, 300_000, WAV), answer(416), answer(200, MEDIA, WAV)]
    api.save(tmp_path / "call.wav")
    assert (tmp_path / "call.wav").read_bytes() == MEDIA


def test_a_transfer_that_breaks_too_often_leaves_what_was_there(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    (tmp_path / "call.wav").write_bytes(b"old")
    server.script = [broken(MEDIA, 300_000, WAV)]
    with pytest.raises(ApiConnectionError) as caught:
        api.save(tmp_path / "call.wav")
    assert (tmp_path / "call.wav").read_bytes() == b"old"
    assert only(tmp_path) == ["call.wav"]
    assert len(server.requests) == caught.value.attempts == 4


def test_a_service_that_fails_in_between_is_waited_for(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    server.script = [broken(MEDIA, 300_000, WAV), answer(503), reset, ranged(MEDIA)]
    api.save(tmp_path / "call.wav")
    assert (tmp_path / "call.wav").read_bytes() == MEDIA
    server.requests.clear()
    server.script = [broken(MEDIA, 300_000, WAV), answer(503)]
    with pytest.raises(ServiceUnavailableError):
        api.save(tmp_path / "other.wav")
    assert only(tmp_path) == ["call.wav"]


def test_no_download_outlives_its_deadline(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    for fault in (slow_body(MEDIA, 0.05, WAV), broken(MEDIA, len(MEDIA) - 1, WAV, end="stall")):
        server.requests.clear()
        server.script = [fault]
        with stopwatch() as watch:
            with pytest.raises(ApiTimeoutError, match="deadline"):
                api.save(tmp_path / "call.wav", deadline=0.5)
            assert watch.running < 1.0
        assert only(tmp_path) == []


def test_a_timeout_bounds_the_wait_for_each_piece_and_not_the_whole(
    make: MakeCaller, server: FaultServer, tmp_path: Path
) -> None:
    api = make(timeout=0.4)
    server.script = [slow_body(b"x" * 10, 0.1, WAV)]
    assert api.save(tmp_path / "call.wav").read_bytes() == b"x" * 10
    server.requests.clear()
    server.script = [broken(MEDIA, 1000, WAV, end="stall"), ranged(MEDIA)]
    assert api.save(tmp_path / "call.wav").read_bytes() == MEDIA


def test_a_directory_gets_the_name_that_the_service_gives(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    server.script = [
        answer(200, MEDIA, {**WAV, "Content-Disposition": 'attachment; filename="call 1.wav"'})
    ]
    assert api.save(tmp_path) == tmp_path / "call 1.wav"


def test_a_directory_gets_the_recording_as_a_name_otherwise(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    server.script = [answer(200, MEDIA, {"Content-Type": "audio/mpeg"})]
    assert api.save(tmp_path) == tmp_path / "r-1.mp3"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.wav",
        "/etc/evil.wav",
        "..\\\\evil.wav",
        "..",
        "C:\\\\evil.wav",
        "%2e%2e%2fevil.wav",
        "a\\x00b",
    ],
)
@pytest.mark.parametrize("form", ['filename="{}"', "filename*=UTF-8''{}"])
def test_a_name_cannot_leave_its_directory(
    api: Caller, server: FaultServer, tmp_path: Path, name: str, form: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    server.script = [
        answer(200, MEDIA, {**WAV, "Content-Disposition": f"attachment; {form.format(name)}"})
    ]
    saved = api.save(folder)
    assert saved.resolve().parent == folder.resolve()
    assert only(tmp_path) == ["in"]


def test_progress_is_told_the_bytes_and_the_size(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    told: list[tuple[int, int | None]] = []

    def tell(received: int, total: int | None) -> None:
        told.append((received, total))

    server.script = [ranged(MEDIA, 300_000)]
    api.save(tmp_path / "call.wav", progress=tell)
    assert told[-1] == (len(MEDIA), len(MEDIA))
    assert [received for received, _ in told] == sorted(received for received, _ in told)


def test_an_exception_in_progress_ends_the_download_and_leaves_nothing(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    def stop(*_: object) -> None:
        raise KeyError("enough")

    server.script = [answer(200, MEDIA, WAV)]
    with pytest.raises(KeyError):
        api.save(tmp_path / "call.wav", progress=stop)
    assert only(tmp_path) == []
    assert api.save(tmp_path / "call.wav").read_bytes() == MEDIA


def test_a_file_of_many_breaks_arrives_whole_with_flat_memory(
    make: MakeCaller, server: FaultServer, tmp_path: Path
) -> None:
    media = hashlib.sha256(b"seed").digest() * (1024 * 1024)
    server.script = [ranged(media, *[3 * 1024 * 1024 // 2] * 10)]
    api = make(max_retries=1)
    api.save(tmp_path / "warm.wav")
    server.requests.clear()
    server.script = [ranged(media, *[3 * 1024 * 1024 // 2] * 10, reset_at=False)]
    tracemalloc.start()
    try:
        saved = api.save(tmp_path / "call.wav")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert hashlib.sha256(saved.read_bytes()).digest() == hashlib.sha256(media).digest()
    assert len(server.requests) == 11
    assert peak < len(media) + 16 * 1024 * 1024


def test_reading_like_a_file(server: FaultServer) -> None:
    server.script = [answer(200, MEDIA, WAV)]
    with Client(base_url=server.url, username="u", password="p") as client:
        download = client.recordings.download_call_recording(*IDS)
        assert (download.content_type, download.size, download.filename) == (
            "audio/vnd.wave",
            len(MEDIA),
            "r-1.wav",
        )
        assert download.read(10) == MEDIA[:10]
        assert download.read(0) == b""
        assert download.read(100_000) == MEDIA[10:100_010]
        assert download.read() == MEDIA[100_010:]
        assert download.read() == download.read(5) == b""
        assert download.closed
        with client.recordings.download_call_recording(*IDS) as chunks:
            assert b"".join(chunks) == MEDIA
        assert {
            len(part)
            for part in client.recordings.download_call_recording(*IDS).iter_bytes(1 << 18)
        } == {1 << 18}
        with client.recordings.download_call_recording(*IDS) as left:
            left.read(10)
        with pytest.raises(ValueError, match="closed"):
            left.read()
        with pytest.raises(ValueError, match="read before"):
            left.save("nowhere")


def test_reading_like_a_file_asynchronously(server: FaultServer) -> None:
    async def main() -> None:
        async with AsyncClient(base_url=server.url, username="u", password="p") as client:
            download = await client.recordings.download_call_recording(*IDS)
            assert await download.read(10) == MEDIA[:10]
            assert await download.read() == MEDIA[10:]
            assert await download.read() == b""
            async with await client.recordings.download_call_recording(*IDS) as chunks:
                assert b"".join([chunk async for chunk in chunks]) == MEDIA
            async with await client.recordings.download_call_recording(*IDS) as left:
                await left.read(10)
            with pytest.raises(ValueError, match="closed"):
                await left.read()

    server.script = [answer(200, MEDIA, WAV)]
    asyncio.run(main())


def test_reading_never_ends_short(make: MakeCaller, server: FaultServer) -> None:
    api = make()
    server.script = [broken(MEDIA, 300_000, WAV)]
    download: Any = api("download_call_recording", *IDS)
    with pytest.raises(ApiConnectionError):
        api.wait(download.read())
    assert download.closed
    assert len(server.requests) == 1


def test_a_download_that_is_dropped_gives_its_connection_back(
    make: MakeCaller, server: FaultServer
) -> None:
    api = make(max_connections=1, timeout=2, max_retries=0)
    server.script = [answer(200, MEDIA, WAV)]
    for _ in range(3):
        api("download_call_recording", *IDS)
    server.script = [answer()]
    api.get()


def test_a_document_in_place_of_the_rest_is_not_taken_for_it(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    target = tmp_path / "call.wav"
    target.write_bytes(b"what was there")
    server.script = [broken(MEDIA, 1000, WAV), answer(200, b"{}")]
    with pytest.raises(ApiConnectionError, match="something else"):
        api.save(target)
    assert target.read_bytes() == b"what was there"


def test_a_service_that_changes_the_file_and_knows_no_if_range_does_not_mix_the_two(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    changed = bytes(reversed(MEDIA))
    rest = {
        "Content-Type": "audio/vnd.wave",
        "ETag": '"v2"',
        "Content-Range": f"bytes 1000-{len(MEDIA) - 1}/{len(MEDIA)}",
    }
    server.script = [
        broken(MEDIA, 1000, WAV),
        answer(206, changed[1000:], rest),
        answer(200, changed, {**WAV, "ETag": '"v2"'}),
    ]
    assert api.save(tmp_path / "call.wav").read_bytes() == changed


def test_a_service_that_always_sends_another_part_is_not_asked_for_ever(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    part = {"Content-Type": "audio/vnd.wave", "Content-Range": "bytes 7-8/9"}
    server.script = [broken(MEDIA, 1000, WAV), answer(206, b"ab", part)]
    with pytest.raises(ApiConnectionError, match="another part"):
        api.save(tmp_path / "call.wav")
    assert len(server.requests) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_compressed_file_that_ends_early_is_not_saved(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    part = gzip.compress(MEDIA)[:-10]
    server.script = [answer(200, part, {**WAV, "Content-Encoding": "gzip"})]
    with pytest.raises(ResponseValidationError, match="ends early"):
        api.save(tmp_path / "call.wav")
    assert list(tmp_path.iterdir()) == []


def test_a_file_keeps_its_permissions(api: Caller, server: FaultServer, tmp_path: Path) -> None:
    target = tmp_path / "call.wav"
    target.touch(mode=0o600)
    server.script = [answer(200, MEDIA, WAV)]
    api.save(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_device_or_a_pipe_is_not_replaced(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    server.script = [answer(200, MEDIA, WAV)]
    with pytest.raises(FileExistsError, match="iter_bytes"):
        api.save(pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_full_disk_leaves_what_was_there_and_nothing_beside_it(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    target = tmp_path / "call.wav"
    target.write_bytes(b"what was there")
    server.script = [answer(200, MEDIA[:151_000], WAV)]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"large: '.*call\.wav'"):
            api.save(target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert os.listdir(tmp_path) == ["call.wav"]
    assert target.read_bytes() == b"what was there"


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user may write to, and in which only the owner of a file may replace it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o1777)
        yield Path(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_where_only_the_owner_may_replace_a_file_nothing_is_transferred(
    api: Caller, server: FaultServer, shared: Path
) -> None:
    target = shared / "call.wav"
    target.write_bytes(b"what was there")
    server.script = [answer(200, MEDIA, WAV)]
    api.save(shared / "another.wav")  # imports what it needs
    told: list[object] = []

    def tell(received: int, size: int | None) -> None:
        told.append((received, size))

    os.seteuid(65534)
    try:
        with pytest.raises(PermissionError, match=r"not permitted.*call\.wav") as caught:
            api.save(target, progress=tell)
    finally:
        os.seteuid(0)
    assert ".part" not in str(caught.value)
    assert told == []
    assert sorted(os.listdir(shared)) == ["another.wav", "call.wav"]
    assert target.read_bytes() == b"what was there"


UNWRITABLE = {
    "a name that is too long": ("n" * 300, OSError, "too long"),
    "a directory that is not there": ("nowhere/call.wav", FileNotFoundError, r"nowhere.call\.wav"),
    "a directory that is to be there": ("nowhere/", FileNotFoundError, "nowhere.r-1"),
    "a link to itself for a directory": ("link/", OSError, r"symbolic links.*link.r-1"),
    "a file for a directory": ("file/call.wav", NotADirectoryError, r"file.call\.wav"),
}


@pytest.mark.parametrize(("path", "error", "message"), UNWRITABLE.values(), ids=UNWRITABLE.keys())
def test_where_nothing_can_be_written_nothing_is_transferred(
    api: Caller,
    server: FaultServer,
    tmp_path: Path,
    path: str,
    error: type[OSError],
    message: str,
) -> None:
    (tmp_path / "file").write_bytes(b"what was there")
    (tmp_path / "link").symlink_to(tmp_path / "link")
    told: list[object] = []

    def tell(received: int, size: int | None) -> None:
        told.append((received, size))

    server.script = [answer(200, MEDIA, WAV)]
    with pytest.raises(error, match=message) as caught:
        api.save(f"{tmp_path}/{path}", progress=tell)
    assert ".part" not in str(caught.value)
    assert told == []
    assert sorted(os.listdir(tmp_path)) == ["file", "link"]
    assert len(api.save(tmp_path / "call.wav").read_bytes()) == len(MEDIA)


def test_a_file_that_the_disk_has_no_room_for_is_not_begun(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    told: list[object] = []

    def tell(received: int, size: int | None) -> None:
        told.append((received, size))

    server.script = [raw(head(200, {**WAV, "Content-Length": str(1 << 60)}) + MEDIA)]
    with pytest.raises(OSError, match=f"for {1 << 60} bytes"):
        api.save(tmp_path / "call.wav", progress=tell)
    assert told == []
    assert os.listdir(tmp_path) == []


def test_an_empty_path_is_no_directory(
    api: Caller, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server.script = [answer(200, MEDIA, WAV)]
    with pytest.raises(ValueError, match="the path is empty"):
        api.save("")


SHORT = b"0123456789"
TAGGED = {**WAV, "ETag": '"1"'}


def part(given: str, body: bytes, headers: Mapping[str, str] = TAGGED) -> Action:
    return answer(206, body, {**headers, "Content-Range": given})


MULTIPART = {"Content-Type": "multipart/byteranges; boundary=x", "ETag": '"1"'}
RESTS: dict[str, Action] = {
    "of a file of another length": part("bytes 6-10/11", b"67890"),
    "that is the whole": part("bytes 0-9/10", SHORT),
    "that says not which": answer(206, SHORT[6:], TAGGED),
    "in parts": answer(206, b"--x\r\nContent-Range: bytes 6-9/10\r\n\r\n6789\r\n--x--", MULTIPART),
    "that is compressed": part(
        "bytes 6-9/10", gzip.compress(SHORT[6:]), {**TAGGED, "Content-Encoding": "gzip"}
    ),
    "of another file": part("bytes 6-9/10", b"abcd", {**WAV, "ETag": '"2"'}),
    "that cannot be had": answer(416, b"", {}),
    "of what has changed": answer(412, b"", {}),
}


@pytest.mark.parametrize("rest", RESTS.values(), ids=RESTS.keys())
def test_a_rest_that_does_not_fit_is_never_joined(
    api: Caller, server: FaultServer, tmp_path: Path, rest: Action
) -> None:
    server.script = [broken(SHORT, 6, TAGGED), rest, answer(200, SHORT, TAGGED)]
    assert api.save(tmp_path / "call.wav").read_bytes() == SHORT
    asked = [request.headers.get("range") for request in server.requests]
    assert asked == [None, "bytes=6-", None]


def test_a_rest_that_is_too_long_is_begun_again(
    api: Caller, server: FaultServer, tmp_path: Path
) -> None:
    longer = part("bytes 6-9/10", SHORT[6:] + b"XX")
    server.script = [broken(SHORT, 6, TAGGED), longer, answer(200, SHORT, TAGGED)]
    assert api.save(tmp_path / "call.wav").read_bytes() == SHORT
    asked = [request.headers.get("range") for request in server.requests]
    assert asked == [None, "bytes=6-", None]


def test_two_that_save_to_one_path_leave_one_whole_file(
    server: FaultServer, tmp_path: Path
) -> None:
    files = [b"A" * 30, b"B" * 30]
    server.script = [slow_body(content, 0.01, WAV) for content in files]
    with Client(base_url=server.url, username="u", password="p") as client:

        def save() -> None:
            client.recordings.download_call_recording(*IDS).save(tmp_path / "call.wav")

        threads = [threading.Thread(target=save) for _ in files]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert os.listdir(tmp_path) == ["call.wav"]
    assert (tmp_path / "call.wav").read_bytes() in files
