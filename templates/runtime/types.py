"""Types that generated models and methods are written with.

Of the formats of JSON Schema, most are plain Python types in a field of a model: `datetime`,
`date`, `time`, `timedelta` (duration), `UUID`, `int`, `float`, and `str` for the rest (uri, email,
...). The base class of models sees to it that they are written as they were read. Only bytes have
names of their own here: `Base64` in JSON, and `File` in a form. A field that holds a secret is kept
out of `repr` by `Field(repr=False)`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .spelling import bytes_text, read_bytes

FileSource = (
    bytes | bytearray | os.PathLike[str] | IO[bytes] | Iterable[bytes] | AsyncIterable[bytes]
)
"""What a body or a part can be read from: bytes, a path, a file opened in binary mode, or a stream of bytes.

Bytes, paths, rewindable files, and iterables that are no iterators can be sent again after a
failure. A `str` is none of these: a path is a `pathlib.Path`. An asynchronous iterable can be sent
by the asynchronous client only.
"""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file in a form, with what is said about it.

    Attributes:
        source: Where its bytes come from.
        filename: The name that the server is told; None for the name of the file itself, if it has
            one.
        content_type: Its media type; None to go by the description of the form, then by the
            filename.
        headers: Further header fields of the part.
    """

    source: FileSource
    filename: str | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class _FileSchema:
    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_file)


class _Base64Schema:
    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            read_bytes,
            json_schema_input_schema=core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _base64, when_used="json-unless-none"
            ),
        )


Base64 = Annotated[bytes, _Base64Schema()]
"""Bytes that are base64 text in JSON (OpenAPI 3.1, section 4.4.1: contentEncoding; `format: byte`)."""

File = Annotated[FileSource | FilePart, _FileSchema()]
"""A file in a form (`format: binary`)."""


def _file(value: object) -> object:
    if not _is_file(value):
        raise ValueError(
            "bytes, a pathlib.Path, a binary file, an iterable of bytes or a FilePart is needed"
        )
    return value


def _is_file(value: object) -> bool:
    kinds = (FilePart, bytes, bytearray, os.PathLike, Iterable, AsyncIterable)
    given = isinstance(value, kinds) or callable(getattr(value, "read", None))
    return given and not isinstance(value, (str, Mapping))


def _base64(value: object) -> object:
    return bytes_text(value) if isinstance(value, bytes) else value
