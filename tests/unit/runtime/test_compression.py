"""Compressed bodies: read to their end or refused, in pieces of a bounded size."""

from __future__ import annotations

import gzip
import zlib

import pytest
from bandwidth_recordings._runtime.compression import Undecodable, decoder
from bandwidth_recordings._runtime.headers import Headers

TEXT = bytes(range(256)) * 2000


def decoded(coding: str, body: bytes, step: int = 1000) -> bytes:
    decode = decoder(Headers({"Content-Encoding": coding}))
    if decode is None:
        return body
    pieces: list[bytes] = []
    for start in range(0, len(body), step):
        pieces += decode.feed(body[start : start + step])
    pieces += decode.finish()
    return b"".join(pieces)


def bare_deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


@pytest.mark.parametrize("step", [1, 1000, 10_000_000])
@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("GZip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare_deflate(TEXT)),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
        ("identity, gzip", gzip.compress(TEXT)),
    ],
)
def test_what_was_compressed_is_read(coding: str, body: bytes, step: int) -> None:
    assert decoded(coding, body, step) == TEXT


@pytest.mark.parametrize("step", [1, 1000, 10_000_000])
def test_a_gzip_body_may_have_several_members_and_something_behind_them(step: int) -> None:
    members = gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:])
    assert decoded("gzip", members, step) == TEXT
    assert decoded("gzip", members + b"\0\0\0", step) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip"])
def test_a_body_that_ends_early_is_no_body(coding: str) -> None:
    body = zlib.compress(TEXT) if coding == "deflate" else gzip.compress(TEXT)
    body = gzip.compress(body) if coding == "gzip, gzip" else body
    for end in (1, len(body) // 2, len(body) - 1):
        with pytest.raises(Undecodable, match="ends early"):
            decoded(coding, body[:end])
    assert decoded(coding, b"") == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip"])
def test_something_else_is_not_decoded(coding: str) -> None:
    with pytest.raises(Undecodable):
        decoded(coding, b"not compressed at all")


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "compress"])
def test_a_coding_that_the_client_does_not_read_is_refused_rather_than_handed_on(
    coding: str,
) -> None:
    with pytest.raises(Undecodable, match="does not read"):
        decoded(coding, b"\x1b\x03\x00")
    assert decoded(coding, b"") == b""


@pytest.mark.parametrize("coding", ["identity", "utf-8", "aws-chunked", ""])
def test_what_is_no_coding_is_passed_over(coding: str) -> None:
    assert decoder(Headers({"Content-Encoding": coding})) is None


def test_more_codings_than_anybody_needs_are_refused() -> None:
    with pytest.raises(Undecodable, match="6 times"):
        decoded(", ".join(["gzip"] * 6), b"x")


def test_a_bomb_is_given_in_pieces_of_a_mebibyte() -> None:
    decode = decoder(Headers({"Content-Encoding": "gzip, gzip"}))
    assert decode is not None
    bomb = gzip.compress(gzip.compress(bytes(40 * 1024 * 1024)))
    pieces = decode.feed(bomb)
    assert max(len(next(pieces)) for _ in range(30)) <= 1024 * 1024
