"""Bodies: JSON, forms, files; what is refused, and how it is said."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

import pytest
from bandwidth_recordings._runtime.bodies import body_content
from bandwidth_recordings._runtime.content import CHUNK, Content
from bandwidth_recordings._runtime.enums import Open, OpenEnum
from bandwidth_recordings._runtime.model import Model
from bandwidth_recordings._runtime.multipart import FormPart, multipart
from bandwidth_recordings._runtime.operation import Body, Encoding, MediaType
from bandwidth_recordings._runtime.types import File, FilePart
from pydantic import Field


class Method(OpenEnum):
    GET = "GET"


class Nested(Model):
    some_count: Annotated[int | None, Field(alias="someCount")] = None
    at: datetime | None = None


class Job(Model):
    callback_url: Annotated[str | None, Field(alias="callbackUrl")] = None
    timeout: Annotated[Annotated[float, Field(ge=1, le=25)] | None, Field(alias="theTimeout")] = (
        None
    )
    method: Open[Method] | None = None
    nested: Nested | None = None
    many: list[Nested] | None = None


class Required(Model):
    state_now: Annotated[str, Field(alias="stateNow")]


class Upload(Model):
    a_file: Annotated[File | None, Field(alias="aFile")] = None
    title: str | None = None


JOB = Body((MediaType("application/json", lambda: Job),), required=True)


def sent(body: Body, value: object, **options: Any) -> bytes:
    return b"".join(body_content(body, value, **options))


@pytest.mark.parametrize(
    "value",
    [
        {"callback_url": "u", "nested": {"some_count": 1}},
        {"callbackUrl": "u", "nested": {"someCount": 1}},
        {"callbackUrl": "u", "nested": Nested(some_count=1)},
        Job(callback_url="u", nested=Nested(some_count=1)),
    ],
)
def test_a_body_is_a_model_or_a_mapping_in_either_spelling(value: object) -> None:
    assert sent(JOB, value) == b'{"callbackUrl":"u","nested":{"someCount":1}}'


def test_null_is_sent_where_the_caller_set_none_and_nothing_where_not() -> None:
    assert sent(JOB, Job(callback_url=None)) == b'{"callbackUrl":null}'
    assert sent(JOB, {"callback_url": None}) == b'{"callbackUrl":null}'
    assert sent(JOB, Job()) == b"{}"


def test_members_strings_and_datetimes_are_written() -> None:
    value = {"method": Method.GET, "nested": {"at": datetime(2022, 6, 17, tzinfo=UTC)}, "new": [1]}
    assert sent(JOB, value) == b'{"method":"GET","nested":{"at":"2022-06-17T00:00:00Z"},"new":[1]}'
    assert sent(JOB, {"method": "PATCH"}) == b'{"method":"PATCH"}'


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        ({"timeout": 26}, ["timeout: Input should be less than or equal to 25"]),
        ({"theTimeout": 26}, ["theTimeout: Input should be less than or equal to 25"]),
        ({"timeout": "soon"}, ["timeout: Input should be a valid number"]),
        ({"nested": {"some_count": "x"}}, ["nested.some_count: Input should be a valid integer"]),
        ({"many": [{}, {"someCount": "x"}]}, ["many.1.someCount: Input should be"]),
        ({"method": 5}, ["method: Input should be 'GET'"]),
        ({"nested": {"at": datetime(2022, 1, 1)}}, ["nested.at: a datetime with a time zone"]),
        ({"callback_url": 5, "timeout": 0}, ["callback_url: ", "; timeout: "]),
        ([1], ["Input should be a valid dictionary"]),
    ],
)
def test_a_wrong_field_is_named_as_the_caller_wrote_it(value: object, messages: list[str]) -> None:
    with pytest.raises(ValueError, match=r"Input should|datetime") as caught:
        body_content(JOB, value)
    said = str(caught.value)
    assert [message for message in messages if message not in said] == []
    assert said.count("; ") == len(messages) - 1


def test_a_missing_field_is_named() -> None:
    body = Body((MediaType("application/json", lambda: Required),))
    with pytest.raises(ValueError, match="stateNow: Field required"):
        body_content(body, {})


def test_json_without_a_type_takes_any_value() -> None:
    body = Body((MediaType("application/merge-patch+json"),))
    content = body_content(body, {"a": [None, 1.0, "é", datetime(2022, 1, 1, tzinfo=UTC)]})
    assert content.content_type == "application/merge-patch+json"
    assert content.data == rb'{"a":[null,1.0,"\u00e9","2022-01-01T00:00:00Z"]}'
    with pytest.raises(ValueError, match="not a number that can be sent"):
        body_content(body, [float("nan")])


def test_a_list_of_models_is_written_as_they_are() -> None:
    body = Body((MediaType("application/json", lambda: list[Job]),))
    assert sent(body, [{"callback_url": "u"}, Job()]) == b'[{"callbackUrl":"u"},{}]'


def test_bytes_are_sent_as_they_are() -> None:
    assert sent(JOB, b'{"a" : 1}') == b'{"a" : 1}'


def test_text_is_encoded_by_its_charset() -> None:
    assert sent(Body((MediaType("text/plain"),)), "é") == "é".encode()
    latin = Body((MediaType('text/plain; charset="iso-8859-1"'),))
    assert sent(latin, "é") == b"\xe9"
    assert sent(Body((MediaType("application/xml"),)), "<a/>") == b"<a/>"
    with pytest.raises(ValueError, match="text is needed"):
        body_content(latin, [1])


FORM = Body(
    (
        MediaType(
            "application/x-www-form-urlencoded",
            encoding={
                "deep": Encoding(style="deepObject"),
                "comma": Encoding(style="form", explode=False),
                "json": Encoding("application/json"),
                "raw": Encoding(allow_reserved=True),
            },
        ),
    )
)


def test_a_form_is_urlencoded_by_its_encoding() -> None:
    value = {
        "a b": "c&d=e+f",
        "list": [1, 2],
        "deep": {"x": {"y": True}},
        "comma": ["a", "b"],
        "json": {"k": [1]},
        "object": {"k": "v"},
        "raw": "a/b:c",
        "unset": None,
    }
    text = sent(FORM, value).decode()
    assert text.isascii()
    assert parse_qsl(text, strict_parsing=True) == [
        ("a b", "c&d=e+f"),
        ("list", "1"),
        ("list", "2"),
        ("deep[x][y]", "true"),
        ("comma", "a,b"),
        ("json", '{"k":[1]}'),
        ("object", '{"k":"v"}'),
        ("raw", "a/b:c"),
    ]
    assert "comma=a,b" in text
    assert "raw=a/b:c" in text


def parts_of(content: Content) -> list[Message]:
    head = f"Content-Type: {content.content_type}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + b"".join(content))
    assert message.is_multipart()
    return list(message.walk())[1:]


def described(part: Message) -> tuple[object, ...]:
    header = "content-disposition"
    return (
        part.get_param("name", header=header),
        part.get_filename(),
        part["content-type"],
        part.get_payload(decode=True),
    )


MULTIPART = Body(
    (
        MediaType(
            "multipart/form-data",
            encoding={
                "image": Encoding("image/png, image/jpeg"),
                "meta": Encoding("application/vnd.x+json"),
                "deep": Encoding(style="deepObject"),
            },
        ),
    )
)


def test_a_multipart_form_has_a_part_for_each_value(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"from disk")
    named = io.BytesIO(b"jpeg")
    named.name = "/somewhere/photo.jpeg"
    value = {
        "text": "é",
        "number": 5,
        "flag": True,
        "list": ["a", "b"],
        "object": {"x": 1},
        "meta": {"m": None},
        "deep": {"k": "v"},
        "raw": b"\0\xff",
        "path": path,
        "image": [named, b"unnamed"],
        "part": FilePart(b"p", "p.bin", "x/y"),
        "unset": None,
    }
    assert [described(part) for part in parts_of(body_content(MULTIPART, value))] == [
        ("text", None, None, "é".encode()),
        ("number", None, None, b"5"),
        ("flag", None, None, b"true"),
        ("list", None, None, b"a"),
        ("list", None, None, b"b"),
        ("object", None, "application/json", b'{"x":1}'),
        ("meta", None, "application/vnd.x+json", b'{"m":null}'),
        ("deep[k]", None, None, b"v"),
        ("raw", "raw", "application/octet-stream", b"\0\xff"),
        ("path", "notes.txt", "text/plain", b"from disk"),
        ("image", "photo.jpeg", "image/jpeg", b"jpeg"),
        ("image", "image", "image/png", b"unnamed"),
        ("part", "p.bin", "x/y", b"p"),
    ]


def test_a_multipart_form_may_be_a_model_with_files() -> None:
    body = Body((MediaType("multipart/form-data", lambda: Upload),))
    for value in (Upload(a_file=b"x", title="t"), {"a_file": b"x", "title": "t"}):
        names = [described(part)[0] for part in parts_of(body_content(body, value))]
        assert names == ["aFile", "title"]
    with pytest.raises(ValueError, match=r"a_file: .*pathlib.Path"):
        body_content(body, {"a_file": "a path?"})


def test_the_names_of_a_multipart_form_cannot_break_out() -> None:
    content = multipart([FormPart('a"\r\nX: y', b"", 'b"\r\n\r\nbody')], "limit")
    head = b"".join(content).split(b"\r\n\r\n")[0]
    assert head.split(b"\r\n") == [
        b"--limit",
        b'Content-Disposition: form-data; name="a%22%0D%0AX: y"; filename="b%22%0D%0A%0D%0Abody"',
    ]
    with pytest.raises(ValueError, match="header value"):
        multipart([FormPart("a", b"", "b", "text/plain\r\nX: y")])
    with pytest.raises(ValueError, match="header value"):
        multipart([FormPart("a", b"", "b", None, {"X": "y\r\nZ: z"})])


@pytest.mark.parametrize(
    ("value", "chosen"),
    [
        ({"a": 1}, "application/json"),
        ({"a": b"file"}, "multipart/form-data"),
        ([1], "application/json"),
        ("text", "text/plain"),
        (Path(__file__), "application/octet-stream"),
    ],
)
def test_the_media_type_is_chosen_by_the_value(value: object, chosen: str) -> None:
    names = ["multipart/form-data", "text/plain", "application/octet-stream", "application/json"]
    body = Body(tuple(MediaType(name) for name in names))
    assert body_content(body, value).content_type.partition(";")[0] == chosen


def test_the_caller_may_choose_the_media_type() -> None:
    body = Body((MediaType("application/json"), MediaType("application/x-www-form-urlencoded")))
    content = body_content(body, {"a": "b"}, content_type="application/x-www-form-urlencoded")
    assert content.data == b"a=b"
    wildcard = Body((MediaType("audio/*"),))
    assert body_content(wildcard, b"x", content_type="audio/mpeg").content_type == "audio/mpeg"
    assert body_content(wildcard, b"x").content_type == "application/octet-stream"


def test_a_range_is_made_concrete_by_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    assert body_content(Body((MediaType("image/*"),)), path).content_type == "image/png"


@pytest.mark.parametrize(
    ("value", "chosen"),
    [({"a": 1}, "text/json"), ("<a/>", "application/xml"), (b"x", "application/xml")],
)
def test_a_media_type_wins_over_a_range_of_its_kind(value: object, chosen: str) -> None:
    names = ["application/*+json", "application/*+xml", "text/json", "application/xml"]
    body = Body(tuple(MediaType(name) for name in names))
    assert body_content(body, value).content_type == chosen


def test_a_range_of_a_suffix_is_made_concrete_by_that() -> None:
    body = Body((MediaType("application/*+json"),))
    assert body_content(body, {"a": 1}).content_type == "application/json"


def test_text_that_the_document_calls_a_file_may_be_text() -> None:
    body = Body((MediaType("text/csv; charset=latin-1", binary=True),))
    assert sent(body, "é") == sent(body, b"\xe9") == b"\xe9"


RAW = Body((MediaType("application/octet-stream", binary=True),))


class Unseekable(io.RawIOBase):
    """A file that gives its bytes once."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def read(self, size: int = -1) -> bytes:
        size = len(self._rest) if size < 0 else size
        chunk, self._rest = self._rest[:size], self._rest[size:]
        return chunk

    def seekable(self) -> bool:
        return False


def test_a_path_is_streamed_and_can_be_sent_again(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(bytes(CHUNK * 2 + 5))
    content = body_content(RAW, path)
    assert (content.data, content.length, content.replayable) == (None, CHUNK * 2 + 5, True)
    assert [len(chunk) for chunk in content] == [CHUNK, CHUNK, 5]
    assert [len(chunk) for chunk in content] == [CHUNK, CHUNK, 5]


def test_no_more_is_sent_than_was_announced(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"12345")
    content = body_content(RAW, path)
    path.write_bytes(b"1234567890")
    assert b"".join(content) == b"12345"


def test_a_file_object_is_sent_from_where_it_stands_each_time() -> None:
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    content = body_content(RAW, file)
    assert (content.length, content.replayable) == (6, True)
    assert (b"".join(content), b"".join(content)) == (b"456789", b"456789")
    assert not file.closed


def test_what_can_be_read_once_says_so() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    for source in (Unseekable(b"ab"), chunks()):
        content = body_content(RAW, source)
        assert (content.length, content.replayable) == (None, False)
        assert b"".join(content) == b"ab"
        with pytest.raises(RuntimeError):
            b"".join(content)


def test_a_list_of_chunks_can_be_sent_again() -> None:
    content = body_content(RAW, [b"a", b"b"])
    assert content.replayable
    assert (b"".join(content), b"".join(content)) == (b"ab", b"ab")


@pytest.mark.parametrize("source", ["text", io.StringIO("x"), Path("/no/such/file"), 5, {"a": 1}])
def test_what_gives_no_bytes_is_refused(source: object) -> None:
    with pytest.raises(ValueError, match=r"bytes|binary mode|cannot be read"):
        body_content(RAW, source)


def test_every_source_can_be_sent_asynchronously(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(CHUNK + 1))

    async def chunks() -> AsyncIterator[bytes]:
        yield b"x"
        yield b"y"

    async def read(content: Content) -> bytes:
        return b"".join([chunk async for chunk in content])

    assert asyncio.run(read(body_content(RAW, path))) == bytes(CHUNK + 1)
    assert asyncio.run(read(body_content(RAW, b"abc"))) == b"abc"
    assert asyncio.run(read(body_content(RAW, io.BytesIO(b"abc")))) == b"abc"
    content = body_content(RAW, chunks())
    assert content.asynchronous
    assert asyncio.run(read(content)) == b"xy"
    with pytest.raises(TypeError, match="asynchronous"):
        b"".join(content)
    form = body_content(MULTIPART, {"file": path, "a": 1})
    assert asyncio.run(read(form)) == b"".join(form)
    assert form.length == len(b"".join(form))
