"""What a downloaded file is called, and how a broken transfer goes on: no socket, no disk."""

from __future__ import annotations

import pytest
from bandwidth_recordings._runtime.headers import Headers
from bandwidth_recordings._runtime.redirect import is_insecure, is_loopback, location, same_origin
from bandwidth_recordings._runtime.transfer import Transfer, file_name, safe_name


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        ('attachment; filename="a b.wav"', "a b.wav"),
        ("attachment; filename=a.wav", "a.wav"),
        ("attachment; filename=plain.wav; filename*=UTF-8''%e2%82%ac.wav", "€.wav"),
        ('attachment; filename="a\\"b.wav"', "a_b.wav"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename*=UTF-8''..%2F..%2Fevil", "evil"),
        ("attachment; filename*=nonsense''%ff; filename=b.wav", "b.wav"),
        ('attachment; filename=".."', "r-1.wav"),
        ("attachment", "r-1.wav"),
        ("", "r-1.wav"),
    ],
)
def test_the_name_of_a_file(disposition: str, expected: str) -> None:
    headers = Headers({"Content-Disposition": disposition, "Content-Type": "audio/vnd.wave"})
    assert file_name(headers, "r-1") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b", "b"),
        ("a\\b", "b"),
        ("..", ""),
        (" . ", ""),
        ("nul", "_nul"),
        ("COM1.wav", "_COM1.wav"),
        ("a:b", "a_b"),
        ("a\x00b\n", "a_b_"),
        (".hidden", "hidden"),
        ("\u202egnp.exe", "_gnp.exe"),
    ],
)
def test_a_name_means_nothing_to_a_file_system(name: str, expected: str) -> None:
    assert safe_name(name) == expected


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("ü" * 300 + ".wav")
    assert name.endswith("ü.wav")
    assert len(name.encode()) <= 200


def test_a_fallback_cannot_leave_its_directory_either() -> None:
    assert file_name(Headers({"Content-Type": "audio/mpeg"}), "../r-1") == "r-1.mp3"


def test_a_transfer_is_continued_by_its_strong_validator() -> None:
    transfer = Transfer.of(200, Headers({"Content-Length": "10", "ETag": '"a"'}), encoded=False)
    assert transfer.continuation() == ()
    transfer.received = 4
    assert transfer.continuation() == (("Range", "bytes=4-"), ("If-Range", '"a"'))
    assert transfer.shortfall() == "4 of 10 bytes came"


def test_a_compressed_body_is_not_continued() -> None:
    transfer = Transfer.of(200, Headers({"Content-Length": "10", "ETag": '"a"'}), encoded=True)
    transfer.received = 4
    assert transfer.continuation() == ()
    assert transfer.shortfall() is None


@pytest.mark.parametrize(
    ("content_range", "accepted"),
    [
        ("bytes 4-9/10", True),
        ("bytes 4-9/*", True),
        ("bytes 3-9/10", False),
        ("bytes 4-9/11", False),
        ("", False),
    ],
)
def test_a_range_must_be_the_rest_of_the_same_file(content_range: str, accepted: bool) -> None:
    transfer = Transfer(10, '"a"', received=4)
    assert (
        transfer.accept(206, Headers({"Content-Range": content_range}), encoded=False) is accepted
    )
    assert transfer.received == 4


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        ('attachment; filename="abc', "abc.wav"),
        ('attachment; x="; filename=evil.wav"; filename=good.wav', "good.wav"),
        ('attachment; filename="CONIN$"', "_CONIN$.wav"),
        ('attachment; filename="COM\u00b9.wav"', "_COM\u00b9.wav"),
        ("attachment; filename*=UTF-8''a%E2%80%8Fb.wav", "a_b.wav"),
        ("attachment; filename*=UTF-8''; filename=plain.wav", "plain.wav"),
    ],
)
def test_an_odd_disposition_gives_a_name_too(disposition: str, expected: str) -> None:
    headers = Headers({"Content-Disposition": disposition, "Content-Type": "audio/wav"})
    assert file_name(headers, "r-1").removesuffix(".wav") == expected.removesuffix(".wav")


@pytest.mark.parametrize("target", ["http://127.0.0.1:99999/", "http://127.0.0.1:port/"])
def test_a_redirect_to_no_port_is_not_followed(target: str) -> None:
    assert location("GET", "https://a.example/x", 302, {"location": target}) is None


@pytest.mark.parametrize(
    "said",
    [{"ETag": '"b"'}, {"ETag": 'W/"a"'}, {"Last-Modified": "Wed, 21 Oct 2026 07:28:00 GMT"}],
)
def test_a_range_of_another_entity_is_not_taken_although_the_service_knows_no_if_range(
    said: dict[str, str],
) -> None:
    first = {
        "Content-Length": "10",
        "ETag": '"a"',
        "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT",
    }
    transfer = Transfer.of(200, Headers(first), encoded=False)
    transfer.received = 4
    rest = Headers({"Content-Range": "bytes 4-9/10", **said})
    assert not transfer.accept(206, rest, encoded=False)
    assert transfer.continuation() == ()


def test_a_range_of_absurd_size_is_not_taken() -> None:
    transfer = Transfer(None, '"a"', received=4)
    rest = Headers({"Content-Range": f"bytes 4-9/{'9' * 5000}"})
    assert not transfer.accept(206, rest, encoded=False)


def test_a_part_that_nobody_asked_for_is_not_the_file() -> None:
    part = Headers({"Content-Length": "4", "Content-Range": "bytes 0-3/10", "ETag": '"a"'})
    transfer = Transfer.of(206, part, encoded=False)
    transfer.received = 4
    assert transfer.shortfall() == "4 of 10 bytes came"
    asked_for = Transfer.of(206, part, encoded=False, ranged=True)
    asked_for.received = 4
    assert asked_for.shortfall() is None


def test_a_part_that_was_asked_for_is_begun_again_by_the_same_part_alone() -> None:
    part = Headers({"Content-Length": "4", "Content-Range": "bytes 0-3/10", "ETag": '"a"'})
    transfer = Transfer.of(206, part, encoded=False, ranged=True)
    transfer.received = 2
    assert transfer.continuation() == ()
    other = Headers({"Content-Length": "4", "Content-Range": "bytes 2-5/10"})
    assert not transfer.accept(206, other, encoded=False)
    assert transfer.accept(206, part, encoded=False)
    assert transfer.received == 0


def test_a_whole_answer_begins_the_transfer_again() -> None:
    transfer = Transfer(10, '"a"', received=4)
    assert transfer.accept(200, Headers({"Content-Length": "12", "ETag": '"b"'}), encoded=False)
    assert (transfer.size, transfer.validator, transfer.received) == (12, '"b"', 0)


def test_retries_are_counted_anew_when_a_mebibyte_has_come() -> None:
    transfer = Transfer(None, None, received=1024 * 1024 - 1)
    assert not transfer.has_progressed()
    transfer.received += 1
    assert transfer.has_progressed()
    assert not transfer.has_progressed()
    transfer.received = 0
    assert not transfer.has_progressed()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/b", "https://h/b"),
        ("https://o/b#f", "https://o/b"),
        ("//o/b", "https://o/b"),
        ("ftp://o/b", None),
        ("javascript:x", None),
        ("https://u:p@o/", None),
        ("/a b", "https://h/a%20b"),
        ("/b?c=\u00fc", "https://h/b?c=%C3%BC"),
        ("//a b/", None),
        ("//\u00fc.test/", None),
        ("/a\x00b", None),
        ("/a\tb", None),
        ("", None),
        ("https://[", None),
    ],
)
def test_where_a_redirect_leads(target: str, expected: str | None) -> None:
    assert location("GET", "https://h/a", 302, Headers({"Location": target})) == expected
    assert location("POST", "https://h/a", 302, Headers({"Location": target})) is None


def test_origins() -> None:
    assert same_origin("https://h/a", "https://h:443/b")
    assert not same_origin("https://h", "http://h")
    assert not same_origin("https://h", "https://h:444")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]
)
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["example.com", "localhost.example.com", "10.0.0.1", "0.0.0.0", "127.0.0.1.example", ""]
)
def test_another_machine(host: str) -> None:
    assert not is_loopback(host)


def test_what_is_insecure() -> None:
    assert is_insecure("http://example.com/")
    assert not is_insecure("https://example.com/")
    assert not is_insecure("http://[::1]:8000/")
