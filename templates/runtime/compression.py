"""Bodies that came compressed (RFC 9110, section 8.4): gzip and deflate, which are all that the client asks for."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

_PIECE = 1024 * 1024
"""The most bytes that are decompressed at a time, so that a small body cannot fill the memory."""

_GZIP = b"\x1f\x8b"
_MOST_CODINGS = 5
_UNREADABLE = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})


class Undecodable(Exception):
    """A body that is not in the Content-Encoding that its headers give.

    Attributes:
        body: What came of it, as it came, unless it was handed on.
    """

    body: bytes = b""


class Decoder(Protocol):
    """Takes a body apart as it comes."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what the next bytes hold.

        Raises:
            Undecodable: They are no continuation of the body.
        """
        ...

    def finish(self) -> Iterator[bytes]:
        """Give what is left at the end of the body.

        Raises:
            Undecodable: It is not its end.
        """
        ...


class _Inflater(Protocol):
    """What zlib takes deflated bytes apart with."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def decoder(headers: Mapping[str, str]) -> Decoder | None:
    """Return what decodes a body, or None if it came as it is.

    A coding that nobody knows is passed over: some services give a charset there.

    Args:
        headers: The response's header fields.
    """
    given = headers.get("content-encoding")
    if given is None:
        return None
    codings = [coding.strip().lower() for coding in given.split(",")]
    known = [coding for coding in codings if coding in _DECODERS or coding in _UNREADABLE]
    if not known:
        return None
    if len(known) > _MOST_CODINGS:
        return _Unreadable(f"it is compressed {len(known)} times")
    unreadable = next((coding for coding in known if coding in _UNREADABLE), None)
    if unreadable is not None:
        return _Unreadable(f"the client does not read {unreadable}")
    chain = _DECODERS[known[-1]]()
    for coding in reversed(known[:-1]):
        chain = _Chain(chain, _DECODERS[coding]())
    return chain


class _Gzip:
    """The gzip format (RFC 1952): members, one after another. What follows the last one is passed over."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._held = b""
        self._began = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._began = self._began or bool(data)
        data = self._held + data
        self._held = b""
        while data:
            if self._member.eof:
                if not data.startswith(_GZIP[: len(data)]):
                    return
                if len(data) < len(_GZIP):
                    self._held = data
                    return
                self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            yield from _pieces(self._member, data)
            data = self._member.unused_data

    def finish(self) -> Iterator[bytes]:
        if self._began and not self._member.eof:
            raise Undecodable("it ends early")
        yield from ()


class _Deflate:
    """The zlib format (RFC 1950), or the bare deflate format (RFC 1951) that some services send in its place."""

    def __init__(self) -> None:
        self._inflater: _Inflater | None = None
        self._held = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._inflater is None:
            data = self._held + data
            if len(data) < 2:
                self._held = data
                return
            wrapped = data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2]) % 31 == 0
            self._inflater = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        if not self._inflater.eof:
            yield from _pieces(self._inflater, data)

    def finish(self) -> Iterator[bytes]:
        if self._held if self._inflater is None else not self._inflater.eof:
            raise Undecodable("it ends early")
        yield from ()


class _Chain:
    """Two codings, of which the outer one was applied last."""

    def __init__(self, outer: Decoder, inner: Decoder) -> None:
        self._outer = outer
        self._inner = inner

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._outer.feed(data):
            yield from self._inner.feed(piece)

    def finish(self) -> Iterator[bytes]:
        for piece in self._outer.finish():
            yield from self._inner.feed(piece)
        yield from self._inner.finish()


class _Unreadable:
    """A coding that cannot be read, which matters only if there is a body."""

    def __init__(self, problem: str) -> None:
        self._problem = problem

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data:
            raise Undecodable(self._problem)
        yield from ()

    def finish(self) -> Iterator[bytes]:
        yield from ()


_DECODERS: Mapping[str, Callable[[], Decoder]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
}


def _pieces(inflater: _Inflater, data: bytes) -> Iterator[bytes]:
    try:
        piece = inflater.decompress(data, _PIECE)
        while piece:
            yield piece
            piece = inflater.decompress(inflater.unconsumed_tail, _PIECE)
    except zlib.error as error:
        raise Undecodable(str(error)) from error
