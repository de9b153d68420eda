"""multipart/form-data bodies (RFC 7578), written as browsers do and streamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from secrets import token_hex

from .content import BytesContent, Content, Stream, StreamContent
from .parameters import checked_header_name, checked_header_value

_NAME_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part of a form.

    Attributes:
        name: The name of its field.
        content: Its bytes, or the stream that gives them.
        filename: Its filename, or None if it is no file.
        content_type: Its media type; None for the default, text/plain (RFC 7578, section 4.4).
        headers: Its further header fields.
    """

    name: str
    content: bytes | Stream
    filename: str | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def multipart(parts: Iterable[FormPart], boundary: str | None = None) -> Content:
    """Return the body that holds the parts, in their order.

    Args:
        parts: The parts.
        boundary: What separates them; None for a random one.

    Raises:
        ValueError: If a header field of a part cannot be sent.
    """
    boundary = boundary or token_hex(16)
    pieces: list[bytes | Stream] = []
    for part in parts:
        pieces += [f"--{boundary}\r\n".encode("ascii") + _head(part), part.content, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode("ascii"))
    content_type = f"multipart/form-data; boundary={boundary}"
    joined = _joined(pieces)
    if len(joined) == 1 and isinstance(joined[0], bytes):
        return BytesContent(content_type, joined[0])
    return StreamContent(content_type, tuple(joined))


def _head(part: FormPart) -> bytes:
    disposition = f'form-data; name="{part.name.translate(_NAME_ESCAPES)}"'
    if part.filename is not None:
        disposition += f'; filename="{part.filename.translate(_NAME_ESCAPES)}"'
    lines = [f"Content-Disposition: {disposition}"]
    if part.content_type is not None:
        lines.append(f"Content-Type: {checked_header_value(part.content_type)}")
    lines += [
        f"{checked_header_name(name)}: {checked_header_value(value)}"
        for name, value in part.headers.items()
    ]
    return "\r\n".join([*lines, "", ""]).encode("utf-8")


def _joined(pieces: list[bytes | Stream]) -> list[bytes | Stream]:
    joined: list[bytes | Stream] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, bytes) and isinstance(last, bytes):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    return joined
