"""The body of an answer that is read into memory, up to a bound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .compression import Undecodable
from .faults import BodyTooLarge, Fault

if TYPE_CHECKING:
    from .compression import Decoder


class WholeBody:
    """A body that is being read into memory.

    Args:
        decode: What decompresses it, if it is compressed; then what came is kept too, for an error.
        most: How many bytes it may hold.
    """

    __slots__ = ("_chunks", "_decoder", "_most", "_raw", "_raw_size", "_size")

    def __init__(self, decode: Decoder | None, most: int) -> None:
        self._decoder = decode
        self._most = most
        self._chunks: list[bytes] = []
        self._raw: list[bytes] = []
        self._raw_size = 0
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Take what came.

        Raises:
            BodyTooLarge, Undecodable: It cannot be read.
        """
        if self._decoder is None:
            self._keep(chunk)
            return
        self._raw.append(chunk)
        self._raw_size += len(chunk)
        if self._raw_size > self._most:  # compressed bytes may stand for nothing, without end
            raise self._too_large()
        self._decode(self._decoder.feed(chunk))

    def whole(self) -> bytes:
        """Return the body after its end.

        Raises:
            BodyTooLarge, Undecodable: It cannot be read.
        """
        if self._decoder is not None:
            self._decode(self._decoder.finish())
        return b"".join(self._chunks)

    def broken(self, error: Exception) -> Fault:
        """Return the fault of a body that broke off, with what came of it."""
        fault = Fault.of(error)
        fault.body = b"".join(self._chunks)
        return fault

    def _decode(self, pieces: Iterable[bytes]) -> None:
        try:
            for piece in pieces:
                self._keep(piece)
        except Undecodable as error:
            error.body = b"".join(self._raw)
            raise

    def _keep(self, piece: bytes) -> None:
        self._chunks.append(piece)
        self._size += len(piece)
        if self._size > self._most:
            raise self._too_large()

    def _too_large(self) -> BodyTooLarge:
        error = BodyTooLarge()
        error.body = b"".join(self._raw or self._chunks)[: self._most]
        return error
