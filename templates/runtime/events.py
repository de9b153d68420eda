"""Streams of values in a response body, taken apart as the bytes come: pure, no transport.

Server-sent events are those of the HTML standard, section 9.2; lines of JSON are those of jsonlines.org, and JSON text
sequences those of RFC 7464.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .operation import MediaType

T = TypeVar("T")

_LINE_END = re.compile(rb"\r\n|\n|\r")
_RECORD_END = re.compile(rb"[\n\x1e]")
_BOM = b"\xef\xbb\xbf"
_LAST_WORD = b"[DONE]"


@dataclass(frozen=True, slots=True)
class ServerSentEvent(Generic[T]):
    """An event that the service sent.

    Attributes:
        data: What it says, as the type that the document gives.
        event: Its kind; "message" if the service names none.
        id: The id of the last event that had one, or None.
        retry: Milliseconds to wait before connecting again, if the service said so with this event.
    """

    data: T
    event: str = "message"
    id: str | None = None
    retry: int | None = None


class ItemTooLarge(Exception):
    """An item that holds more than may be kept in memory."""


class UnreadableItem(ValueError):
    """An item that is not what it should be.

    Attributes:
        content: Its bytes.
    """

    def __init__(self, message: str, content: bytes) -> None:
        super().__init__(message)
        self.content = content


class CutOff(Exception):
    """A stream that ends within an item."""


class ItemReader:
    """Takes the bytes of a body and gives the items that are complete.

    Args:
        media: What the items are.
        most: The bytes that one item may hold.
    """

    def __init__(self, media: MediaType, most: int) -> None:
        self._media = media
        self._most = most
        self._end = _LINE_END if media.stream == "events" else _RECORD_END
        self._event = _EventFields()
        self._line_pieces: list[bytes] = []
        self._line_size = 0
        self._held = b""
        self._began = False
        self.ended = False

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """Yield the items that this chunk completes.

        Raises:
            ItemTooLarge: An item is over the bound.
            UnreadableItem: An item is not what it should be.
        """
        text = self._held + chunk
        self._held = b""
        if not self._began:
            if len(text) < len(_BOM) and _BOM.startswith(text):
                self._held = text
                return
            self._began, text = True, text.removeprefix(_BOM)
        if self._media.stream == "events" and text.endswith(b"\r"):
            self._held, text = b"\r", text[:-1]
        *complete, rest = self._end.split(text)
        for piece in complete:
            yield from self._line(self._joined(piece))
        self._line_pieces.append(rest)
        self._line_size += len(rest)
        if self._line_size + self._event.size > self._most:
            raise ItemTooLarge

    def finish(self) -> Iterator[Any]:
        """Yield what the end of the body completes: a last line of JSON.

        Raises:
            CutOff: It ends within an event.
            UnreadableItem: An item is not what it should be.
        """
        if self._held or self._media.stream == "lines":
            yield from self._line(self._joined(b""))
        if self._media.stream == "events" and not self.ended:
            line = self._joined(b"")
            data = self._event.data()
            if data != _LAST_WORD and (data is not None or (line and not line.startswith(b":"))):
                raise CutOff

    def _joined(self, last: bytes) -> bytes:
        line = b"".join([*self._line_pieces, last])
        self._line_pieces, self._line_size = [], 0
        return line

    def _line(self, line: bytes) -> Iterator[Any]:
        if self.ended:
            return
        if self._media.stream == "lines":
            if line.strip():
                yield self._read(line)
        elif line:
            self._event.add(line)
        elif (data := self._event.data()) is not None:
            if data == _LAST_WORD:
                self.ended = True
                return
            yield self._event.dispatched(self._read(data))
        else:
            self._event.reset()

    def _read(self, content: bytes) -> Any:
        from .adapters import adapter  # here, so that importing the package loads no pydantic
        from .surrogates import from_json

        media = self._media
        try:
            if media.type is not None:
                typed = adapter(media.type)
                try:
                    return typed.read(content)
                except ValueError:
                    if media.stream == "lines":
                        raise
                    return typed.read_texts(content.decode())  # a date, one of an enum: no JSON
            return (
                content.decode("utf-8", "replace")
                if media.stream == "events"
                else from_json(content)
            )
        except ValueError as error:
            raise UnreadableItem("it is not what the API documents", content) from error


class _EventFields:
    """The fields of the event that is being received."""

    def __init__(self) -> None:
        self._id: str | None = None
        self.reset()

    def reset(self) -> None:
        self._data: list[bytes] = []
        self._kind = ""
        self._retry: int | None = None
        self.size = 0

    def add(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
            self.size += len(value) + 1  # for the line end, which is held for empty lines too
        elif name == b"event":
            self._kind = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace") or None
        elif name == b"retry" and value.isdigit():
            self._retry = int(value[:18])

    def data(self) -> bytes | None:
        return b"\n".join(self._data) if self._data else None

    def dispatched(self, data: Any) -> ServerSentEvent[Any]:
        event = ServerSentEvent(data, self._kind or "message", self._id, self._retry)
        self.reset()
        return event
