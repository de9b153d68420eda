"""The bodies of requests that the service sends."""

from __future__ import annotations

from typing import Annotated

import pytest
from bandwidth_recordings._runtime.incoming import Incoming, WebhookValidationError
from bandwidth_recordings._runtime.model import Model
from bandwidth_recordings._runtime.types import File
from pydantic import Field


class Upload(Model):
    name: str
    size: int | None = None
    file: File | None = None
    tags: list[str] | None = None
    details: Annotated[dict[str, int] | None, Field(alias="moreDetails")] = None


FORM = b"\r\n".join(
    [
        b"--limit",
        b'Content-Disposition: form-data; name="name"',
        b"",
        b"a name",
        b"--limit",
        b'Content-Disposition: form-data; name="size"',
        b"",
        b"5",
        b"--limit",
        b'Content-Disposition: form-data; name="file"; filename="a.bin"',
        b"Content-Type: application/octet-stream",
        b"",
        b"\x00\xff\r\n--lim",
        b"--limit",
        b'Content-Disposition: form-data; name="tags"',
        b"",
        b"one",
        b"--limit",
        b'Content-Disposition: form-data; name="tags"',
        b"",
        b"two",
        b"--limit",
        b'Content-Disposition: form-data; name="moreDetails"',
        b"Content-Type: application/json",
        b"",
        b'{"a": 1}',
        b"--limit--",
        b"",
    ]
)


def test_a_multipart_form_is_read_part_by_part() -> None:
    """RFC 7578; the boundary is that of the body's first line (RFC 2046, 5.1.1)."""
    incoming: Incoming[Upload] = Incoming("upload", "multipart/form-data", lambda: Upload)
    read = incoming.parse(FORM)
    assert (read.name, read.size, read.file) == ("a name", 5, b"\x00\xff\r\n--lim")
    assert (read.tags, read.details) == (["one", "two"], {"a": 1})


@pytest.mark.parametrize("body", [b"", b"name=a", FORM[:200], b"--limit\r\n\r\nx\r\n--limit--\r\n"])
def test_what_is_no_such_form_is_refused(body: bytes) -> None:
    incoming: Incoming[Upload] = Incoming("upload", "multipart/form-data", lambda: Upload)
    with pytest.raises(WebhookValidationError) as caught:
        incoming.parse(body)
    assert caught.value.body == body


def test_a_urlencoded_form_is_read_as_its_types(caplog: pytest.LogCaptureFixture) -> None:
    incoming: Incoming[Upload] = Incoming(
        "form", "application/x-www-form-urlencoded", lambda: Upload
    )
    read = incoming.parse(b"name=a+b&size=5&tags=one&tags=two")
    assert (read.name, read.size, read.tags) == ("a b", 5, ["one", "two"])
    assert caplog.records == []


def test_other_content_is_handed_over_as_it_came() -> None:
    binary: Incoming[bytes] = Incoming("binary", "application/octet-stream", lambda: bytes)
    assert binary.parse(b"\x00\xff") == b"\x00\xff"
    text: Incoming[str] = Incoming("text", "application/xml", lambda: str)
    assert text.parse("<é/>") == "<é/>"
    nothing: Incoming[None] = Incoming("ping", "", lambda: None)
    nothing.parse(b"")
