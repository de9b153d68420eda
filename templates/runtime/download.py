"""The content of a file as it comes from the service: read like a file, or saved to one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from .closing import Closing
from .compression import Undecodable
from .exchange import Exchange
from .faults import Fault
from .headers import Headers
from .partial_file import PartialFile, PathLike, destination
from .progress import Progress, reporting
from .resumption import resume, truncated, undecodable
from .steps import Flow
from .transfer import Transfer, file_name

if TYPE_CHECKING:
    from .attempt import Answer
    from .call import Call

T = TypeVar("T")


class _Runner(Protocol):
    """The client, as far as a download needs it."""

    def run(self, flow: Flow[T]) -> T: ...

    def abandon(self, exchange: Exchange) -> None: ...


class _Source:
    """Where the bytes come from. Apart from the download, so that one that is dropped is noticed at once."""

    __slots__ = ("call", "closed", "ended", "exchange", "headers", "transfer")

    def __init__(self, call: Call, answer: Answer) -> None:
        self.call = call
        self.exchange = cast(Exchange, answer.body)
        self.headers = answer.headers
        self.transfer = Transfer.of(
            answer.status,
            answer.headers,
            encoded=self.exchange.encoded,
            ranged="range" in call.request.headers,
        )
        self.closed = False
        self.ended = False

    def check_open(self) -> None:
        if self.closed and not self.ended:
            raise ValueError("the download was closed before it was read to its end")

    def chunks(self) -> Iterator[bytes]:
        """Give each chunk as it comes, and an error in place of an end that comes too early."""
        try:
            for chunk in self.exchange:
                self.transfer.received += len(chunk)
                yield chunk
            shortfall = self.transfer.shortfall()
            if shortfall is not None:
                raise truncated(shortfall)
            self.ended = True
        except Fault as fault:
            raise self.call.failure(fault) from fault.__cause__
        except Undecodable as error:
            raise undecodable(self.call, self.exchange.status, self.headers, error) from error
        finally:
            self.close()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.exchange.close()


class Download(Closing):
    """A file that is being downloaded. It holds a connection until it is read to its end, saved, or closed.

    Reading and iterating give the file's content once, and raise rather than end early. `save` continues a
    transfer that breaks; they do not.

    Attributes:
        status: The HTTP status.
        headers: The header fields.
        content_type: The media type, or None if the service names none.
        size: The length in bytes, or None if the service does not tell.
        filename: What the service calls the file, or else what it was asked for by, made safe.
    """

    def __init__(self, client: _Runner, call: Call, answer: Answer, fallback: str) -> None:
        self._client = client
        self._source = _Source(call, answer)
        self._chunks: Iterator[bytes] = self._source.chunks()
        self._rest = b""
        self.status: int = answer.status
        self.headers: Headers = answer.headers
        self.content_type: str | None = answer.headers.get("content-type")
        self.size: int | None = self._source.transfer.size
        self.filename: str = file_name(answer.headers, fallback)

    @property
    def closed(self) -> bool:
        """Whether the connection was given back: the file was read to its end or saved, or the download closed."""
        return self._source.closed

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes.

        Args:
            size: How many at most, and exactly so many unless the file ends; below zero or None for all that is left.

        Returns:
            The bytes; b"" at the end.

        Raises:
            ApiConnectionError: The transfer broke.
            ValueError: The download is closed and was not read to its end.
        """
        self._source.check_open()
        if size is None or size < 0:
            chunks = [self._rest, *self._chunks]
            self._rest = b""
            return b"".join(chunks)
        chunks = [self._rest]
        length = len(self._rest)
        while length < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            chunks.append(chunk)
            length += len(chunk)
        joined = b"".join(chunks)
        self._rest = joined[size:]
        return joined[:size]

    def readable(self) -> bool:
        """Return True, as a file open for reading does."""
        return True

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Iterate over the bytes that have not been read.

        Args:
            chunk_size: The size of each chunk but the last; None for chunks as they come.

        Raises:
            ApiConnectionError: The transfer broke.
        """
        if chunk_size is not None:
            while chunk := self.read(chunk_size):
                yield chunk
            return
        self._source.check_open()
        if self._rest:
            rest, self._rest = self._rest, b""
            yield rest
        yield from self._chunks

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_bytes()

    def save(self, path: PathLike, *, progress: Progress | bool | None = None) -> Path:
        """Write the file, whole or not at all.

        It is written beside its place under another name, brought to the disk, and then put in its place; until then
        whatever was there stays. A transfer that breaks is continued where it stopped if the file is still the same, else
        begun again. Each break counts as a retry; the count starts anew when another MiB has come.

        Args:
            path: The file, or a directory in which it is to be called `filename`.
            progress: A function that is told the bytes so far and the size or None; or True, for a bar on the
                terminal (needs the `progress` extra).

        Returns:
            The path of the file.

        Raises:
            ApiError: The transfer failed for good.
            OSError: The file cannot be written. Where that can be known before, nothing is transferred.
            ValueError: The download was read before, in part or whole, or is closed.
        """
        try:
            if self.closed or self._source.transfer.received:
                raise ValueError("the download was read before; save() needs it from its beginning")
            target = destination(path, self.filename)
            with reporting(progress, self.filename) as tell, PartialFile(target) as file:
                file.create(self.size)
                self._store(file, tell)
                file.commit()
            return target
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back. What has not been read is lost."""
        self._source.close()

    def __del__(self) -> None:
        source = getattr(self, "_source", None)
        if source is not None and not source.closed:
            self._client.abandon(source.exchange)

    def __repr__(self) -> str:
        return f"<Download {self.filename!r}, {self.content_type}, size {self.size}>"

    def _store(self, file: PartialFile, tell: Progress) -> None:
        source = self._source
        transfer = source.transfer
        while True:
            try:
                for chunk in source.exchange:
                    file.write(chunk)
                    transfer.received += len(chunk)
                    tell(transfer.received, transfer.size)
                shortfall = transfer.shortfall()
                if shortfall is None:
                    return
                raise truncated(shortfall)
            except Undecodable as error:
                raise undecodable(source.call, self.status, self.headers, error) from error
            except Fault as fault:
                broken = fault
            source.exchange.close()
            rest = self._client.run(resume(source.call, transfer, broken))
            source.exchange = cast(Exchange, rest)
            file.keep(transfer.received)
