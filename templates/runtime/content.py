"""The content of a request: bytes in memory or a stream, and whether it can be sent again."""

from __future__ import annotations

import inspect
import io
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Protocol, cast

from .faults import Fault
from .kinds import is_async_iterable, is_iterable, is_path
from .retry import Outcome

CHUNK = 64 * 1024
"""How many bytes are read from a file at a time."""


class Content(Protocol):
    """The body of a request.

    For a transport: `data` if it is not None, else iterate (`for` or `async for`), which gives
    chunks of bytes.

    Attributes:
        content_type: The value of Content-Type, with its parameters.
        data: The whole body when it is in memory, else None.
        length: The length in bytes, or None if it is not known before the end (then the transfer is
            chunked).
        replayable: Whether it may be iterated again, from the start, for another attempt.
        asynchronous: Whether it can only be iterated with `async for`.
    """

    @property
    def content_type(self) -> str: ...

    @property
    def data(self) -> bytes | None: ...

    @property
    def length(self) -> int | None: ...

    @property
    def replayable(self) -> bool: ...

    @property
    def asynchronous(self) -> bool: ...

    def __iter__(self) -> Iterator[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class BytesContent:
    """A body in memory; see `Content`."""

    content_type: str
    data: bytes = field(repr=False)

    @property
    def length(self) -> int:
        return len(self.data)

    @property
    def replayable(self) -> bool:
        return True

    @property
    def asynchronous(self) -> bool:
        return False

    def __iter__(self) -> Iterator[bytes]:
        yield self.data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.data


@dataclass(frozen=True, slots=True)
class StreamContent:
    """A body that is read while it is sent: bytes and streams, one after the other; see `Content`."""

    content_type: str
    parts: tuple[bytes | Stream, ...] = field(repr=False)

    @property
    def data(self) -> None:
        return None

    @property
    def length(self) -> int | None:
        total = 0
        for part in self.parts:
            length = len(part) if isinstance(part, bytes) else part.length
            if length is None:
                return None
            total += length
        return total

    @property
    def replayable(self) -> bool:
        return all(isinstance(part, bytes) or part.replayable for part in self.parts)

    @property
    def asynchronous(self) -> bool:
        return any(isinstance(part, AsyncChunks) for part in self.parts)

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
            elif isinstance(part, AsyncChunks):
                async for chunk in part:
                    yield chunk
            else:
                chunks = iter(part)
                while (read := await _in_thread(chunks)) is not None:
                    yield read


class PathStream:
    """The bytes of a file that is opened each time it is sent.

    Args:
        path: The file.

    Raises:
        OSError: If there is no such file.
    """

    replayable = True

    def __init__(self, path: os.PathLike[str]) -> None:
        self._path = path
        with open(path, "rb") as file:
            self.length: int | None = os.fstat(file.fileno()).st_size

    def __iter__(self) -> Iterator[bytes]:
        with open(self._path, "rb") as file:
            yield from _chunks(file, self.length)


class FileStream:
    """The rest of a file object, from where it stands; it can be sent again if it can be rewound.

    Args:
        file: A file object that gives bytes. It is left open.

    Raises:
        ValueError: If it gives text.
    """

    def __init__(self, file: IO[bytes]) -> None:
        if isinstance(file, io.TextIOBase):
            raise ValueError("a file that is sent must be opened in binary mode")
        self._file = file
        self._begun = False
        seekable = getattr(file, "seekable", None)
        self.replayable = bool(seekable()) if seekable is not None else False
        self.length: int | None = None
        self._start = 0
        if self.replayable:
            self._start = file.tell()
            self.length = max(0, file.seek(0, os.SEEK_END) - self._start)
            file.seek(self._start)

    def __iter__(self) -> Iterator[bytes]:
        if self.replayable:
            self._file.seek(self._start)
        elif self._begun:
            raise RuntimeError("a stream that cannot be rewound was sent already")
        self._begun = True
        yield from _chunks(self._file, self.length)


class Chunks:
    """An iterable of bytes; it can be sent again if it is not an iterator."""

    length: int | None = None

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._begun = False
        self.replayable = not isinstance(chunks, Iterator)

    def __iter__(self) -> Iterator[bytes]:
        if self._begun and not self.replayable:
            raise RuntimeError("an iterator was sent already")
        self._begun = True
        for chunk in self._chunks:
            yield _checked(chunk)


class AsyncChunks:
    """An asynchronous iterable of bytes; it can be sent again if it is not an iterator, and by the async client only."""

    length: int | None = None

    def __init__(self, chunks: AsyncIterable[bytes]) -> None:
        self._chunks = chunks
        self._begun = False
        self.replayable = not isinstance(chunks, AsyncIterator)

    def __iter__(self) -> Iterator[bytes]:
        raise TypeError("an asynchronous stream can only be sent by the asynchronous client")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._begun and not self.replayable:
            raise RuntimeError("an iterator was sent already")
        self._begun = True
        async for chunk in self._chunks:
            yield _checked(chunk)


Stream = PathStream | FileStream | Chunks | AsyncChunks


def stream(source: object) -> bytes | Stream:
    """Return bytes as they are, and anything else that gives bytes as a stream.

    Args:
        source: bytes, a `pathlib.Path`, a binary file object, or an iterable of bytes, asynchronous
            or not.

    Raises:
        ValueError: If it is none of these, or if there is no such file.
    """
    kind = type(source).__name__
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(cast("bytes", source))
    if is_path(source):
        try:
            return PathStream(source)
        except OSError as error:
            raise ValueError(
                f"the file {os.fspath(source)!r} cannot be read: {error.strerror}"
            ) from error
    read = getattr(source, "read", None)
    if callable(read) and not inspect.iscoroutinefunction(read):
        return FileStream(cast("IO[bytes]", source))
    if is_async_iterable(source):
        return AsyncChunks(source)
    if is_iterable(source) and not isinstance(source, (str, Mapping)):
        return Chunks(source)
    raise ValueError(
        f"bytes, a pathlib.Path, a binary file or an iterable of bytes is needed, not {kind}"
    )


def _chunks(file: IO[bytes], length: int | None) -> Iterator[bytes]:
    left = length
    while left is None or left > 0:
        chunk = _checked(file.read(CHUNK if left is None else min(CHUNK, left)))
        if not chunk:
            if left:
                raise Fault(
                    f"the file became shorter while it was sent: {left} bytes are missing",
                    Outcome.FINAL,
                )
            return
        if left is not None:
            left -= len(chunk)
        yield chunk


def _checked(chunk: Any) -> bytes:
    if not isinstance(chunk, (bytes, bytearray)):
        raise TypeError(f"a stream must give bytes, not {type(chunk).__name__}")
    return bytes(chunk)


async def _in_thread(chunks: Iterator[bytes]) -> bytes | None:
    """Return the next chunk, read without holding up the event loop (that of asyncio; another one waits)."""
    import asyncio  # slow to import, and only here for the asynchronous client

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return next(chunks, None)
    return await asyncio.to_thread(next, chunks, None)
