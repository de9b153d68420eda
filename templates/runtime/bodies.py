"""From the body that a caller gives to the content of a request (OpenAPI 3.1, sections 4.8.13 to 4.8.15)."""

from __future__ import annotations

import math
import mimetypes
import os
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypeGuard

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from .adapters import adapter
from .content import BytesContent, Content, StreamContent, stream
from .kinds import is_list, is_mapping, is_path
from .media_types import charset, is_range, kind_of, matching
from .model import fields_of
from .multipart import FormPart, multipart
from .operation import Body, Encoding, MediaType, Parameter
from .parameters import form_pairs, query_pairs
from .rechecking import taken_apart
from .secrecy import without_input
from .spelling import Spelled
from .types import FilePart
from .values import items, json_text, jsonable, properties, scalar_text

_NO_ENCODING = Encoding()


def body_content(
    body: Body,
    value: object,
    *,
    content_type: str | None = None,
    extra: Mapping[str, object] | None = None,
) -> Content:
    """Return the content of a request.

    Args:
        body: What the operation takes.
        value: The body as the caller gave it: a model or a mapping with either spelling of its
            keys, a value of JSON, text, or a file. Bytes are sent as they are, whatever the media
            type.
        content_type: The media type to use; None to choose one by the value.
        extra: Properties to add to a body that is an object.

    Raises:
        ValueError: If the body is not what the operation takes; the message names each field as it
            was written.
    """
    media = _chosen(body, value, content_type)
    name = _concrete(media, value, content_type)
    kind = kind_of(name)
    if isinstance(value, (bytes, bytearray)) and kind != "multipart":
        return BytesContent(name, bytes(value))
    if kind == "bytes" or media.binary or (kind == "text" and _is_file(value)):
        if isinstance(value, str) and (kind == "text" or "json" in name):  # lines of JSON
            return BytesContent(name, value.encode(charset(name)))
        source: object = value.source if isinstance(value, FilePart) else value
        read = stream(source)
        return BytesContent(name, read) if isinstance(read, bytes) else StreamContent(name, (read,))
    if kind == "json":
        return BytesContent(name, _json(media, value, extra))
    if kind == "text":
        text = scalar_text(value if is_range(media.content_type) else _checked(media, value))
        if text is None:
            raise ValueError(f"text is needed, not {type(value).__name__}")
        return BytesContent(name, text.encode(charset(name)))
    fields = _form(media, value, extra)
    if kind == "form":
        pairs = [pair for key, item in fields for pair in _urlencoded(key, item, media.encoding)]
        return BytesContent(name, "&".join(pairs).encode("ascii"))
    return multipart(part for key, item in fields for part in _parts(key, item, media.encoding))


def takes_null(body: Body, content_type: str | None = None) -> bool:
    """Return whether the documented JSON may be null."""
    media = _chosen(body, None, content_type)
    if media.type is None or kind_of(media.content_type) != "json":
        return False
    try:
        _checked(media, None)
    except ValueError:
        return False
    return True


def _chosen(body: Body, value: object, content_type: str | None) -> MediaType:
    content = body.content
    if content_type is not None:
        return matching(content, content_type) or MediaType(content_type)
    if len(content) == 1:
        return content[0]
    fitting = _fitting(content, value)
    if fitting is not None:
        return fitting
    wanted: tuple[str, ...]
    named = properties(value)
    if named is not None:
        files = any(_is_file(item) for _, item in named)
        wanted = ("multipart", "json", "form") if files else ("json", "form", "multipart")
    elif _is_file(value):
        wanted = ("bytes", "text", "multipart")
    elif isinstance(value, str):
        wanted = ("text", "json")
    else:
        wanted = ("json",)
    concrete_first = sorted(content, key=lambda media: is_range(media.content_type))
    by_kind = {kind_of(media.content_type): media for media in concrete_first[::-1]}
    return next((by_kind[kind] for kind in wanted if kind in by_kind), content[0])


def _fitting(content: Sequence[MediaType], value: object) -> MediaType | None:
    """Return the media type that is the model given, or that a file says it has."""
    if isinstance(value, BaseModel):
        fitting = [media for media in content if media.type and media.type() is type(value)]
        return fitting[0] if len(fitting) == 1 else None
    if not _is_file(value):
        return None
    stated = value.content_type if isinstance(value, FilePart) else None
    stated = stated or _guessed(_filename(value))
    return matching(content, stated) if stated else None


def _concrete(media: MediaType, value: object, content_type: str | None) -> str:
    """Return the media type to name in the request, where the documented one may be a range."""
    if content_type is not None:
        return content_type
    if not is_range(media.content_type) or "/*+" in media.content_type:
        return media.content_type.replace("/*+", "/")
    guessed = value.content_type if isinstance(value, FilePart) else None
    guessed = guessed or _guessed(_filename(value))
    if guessed and matching((media,), guessed):
        return guessed
    if not isinstance(value, str) and not _is_file(value):
        return "application/json"
    return "text/plain; charset=utf-8" if isinstance(value, str) else "application/octet-stream"


def _checked(media: MediaType, value: object) -> Any:
    if media.type is None:
        return value
    try:
        return adapter(media.type).check(value)
    except ValidationError as error:
        raise ValueError(explained(error, taken_apart(value))) from without_input(error)


def explained(error: ValidationError, value: object) -> str:
    """Return what is wrong in one line: each field by its path, as the caller wrote it, and what is needed there."""
    problems: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        place = _place(problem["loc"], value, problem["type"] == "missing")
        problems.setdefault(place, problem["msg"].removeprefix("Value error, "))
    return "; ".join(f"{place}: {text}" if place else text for place, text in problems.items())


def _place(location: Sequence[int | str], value: Any, missing: bool) -> str:
    """Return the path into a value that pydantic means, without its names for the choices of unions."""
    path: list[str] = []
    for part in location:
        if is_mapping(value) and part in value:
            value = value[part]
        elif isinstance(part, int) and (listed := items(value)) is not None and part < len(listed):
            value = listed[part]
        elif not (missing and part is location[-1]):
            continue
        path.append(str(part))
    return ".".join(path)


def _json(media: MediaType, value: object, extra: Mapping[str, object] | None) -> bytes:
    checked = _checked(media, value)
    if media.type is not None and not extra:
        try:
            text = adapter(media.type).write(checked)
        except PydanticSerializationError as error:
            raise ValueError(f"{_unwritable(taken_apart(value))}: it has no JSON form") from error
        _refuse_ambiguity(taken_apart(value), checked)
        return text
    plain = jsonable(checked) if media.type is None else adapter(media.type).plain(checked)
    if extra:
        if not is_mapping(plain):
            raise ValueError("extra_body can only be added to a body that is an object")
        plain = {**plain, **jsonable(extra)}
    text = json_text(plain).encode("ascii")
    _refuse_ambiguity(taken_apart(value), checked)
    return text


def _unwritable(value: object, place: str = "") -> str:
    """Return the path to what cannot be written in a value of which something cannot."""
    named = value.items() if is_mapping(value) else enumerate(value) if is_list(value) else ()
    for name, item in named:
        try:
            to_json(item)
        except PydanticSerializationError:
            return _unwritable(item, f"{place}.{name}" if place else str(name))
    return place


def _refuse_ambiguity(value: object, checked: object, place: str = "") -> None:
    """Refuse what would be sent, but not as it was meant: a field in both spellings, and a number that JSON has not.

    Args:
        value: What the caller gave; it can be written.
        checked: What became of it.
        place: Where it is in the body.
    """
    if isinstance(value, float) and not math.isfinite(value) and not isinstance(value, Spelled):
        raise ValueError(f"{place.rstrip('.')}: {value} is not a number that can be sent")
    if is_mapping(value):
        fields: dict[object, str] = {}
        for name, field in fields_of(type(checked)).items() if _is_model(checked) else ():
            wire = field.alias or name
            if name != wire and name in value and wire in value:
                raise ValueError(f"{place}{name}: it is given twice, as {name} and as {wire}")
            fields[name] = fields[wire] = name
        for key, item in value.items():
            inner = (
                checked.get(key)
                if is_mapping(checked)
                else getattr(checked, fields.get(key, ""), None)
            )
            _refuse_ambiguity(item, inner, f"{place}{key}.")
    elif is_list(value):
        inners = checked if is_list(checked) else ()
        for index, (item, inner) in enumerate(zip_longest(value, inners)):
            _refuse_ambiguity(item, inner, f"{place}{index}.")


def _is_model(value: object) -> TypeGuard[BaseModel]:
    return isinstance(value, BaseModel)


def _form(
    media: MediaType, value: object, extra: Mapping[str, object] | None
) -> list[tuple[str, Any]]:
    checked = _checked(media, value)
    fields = properties(checked)
    if fields is None:
        raise ValueError(f"a model or a mapping is needed, not {type(value).__name__}")
    _refuse_ambiguity(taken_apart(value), checked)
    return [*(pair for pair in fields if pair[0] not in (extra or {})), *(extra or {}).items()]


def _urlencoded(name: str, value: object, encodings: Mapping[str, Encoding]) -> list[str]:
    """Return the pairs of a property of an application/x-www-form-urlencoded body."""
    encoding = encodings.get(name, _NO_ENCODING)
    if value is None:
        return []
    by_content = encoding.content_type if encoding.style is None else None
    nested = by_content is None and encoding.style is None and properties(value) is not None
    parameter = Parameter(
        name,
        name,
        "query",
        style=encoding.style,
        explode=encoding.explode,
        allow_reserved=encoding.allow_reserved,
        content_type="application/json" if nested else by_content,
    )
    return query_pairs(parameter, value)


def _parts(name: str, value: object, encodings: Mapping[str, Encoding]) -> Iterable[FormPart]:
    """Return the parts of a property of a multipart/form-data body: one for each item of an array."""
    encoding = encodings.get(name, _NO_ENCODING)
    if value is None:
        return
    if encoding.style is not None and not _is_file(value):
        parameter = Parameter(name, name, "query", style=encoding.style, explode=encoding.explode)
        for key, text in form_pairs(parameter, value, str):
            yield FormPart(key, text.encode("utf-8"))
        return
    for item in _each(value):
        yield _part(name, item, encoding)


def _each(value: object) -> list[Any]:
    """Return the items of an array; a file is one value, although some can be iterated."""
    listed = None if _is_file(value) or properties(value) is not None else items(value)
    return [value] if listed is None else listed


def _part(name: str, value: Any, encoding: Encoding) -> FormPart:
    documented = (encoding.content_type or "").split(",")[0].strip() or None
    if _is_file(value):
        file = value if isinstance(value, FilePart) else FilePart(value)
        filename = file.filename or _filename(file.source) or name
        content_type = file.content_type or _file_type(encoding, filename)
        return FormPart(name, stream(file.source), filename, content_type, file.headers)
    text = scalar_text(value)
    if text is None or (documented and kind_of(documented) == "json"):
        return FormPart(name, json_text(value).encode(), None, documented or "application/json")
    return FormPart(name, text.encode(charset(documented or "")), None, documented)


def _file_type(encoding: Encoding, filename: str) -> str:
    """Return the type of a file: the one its name has, if the description allows it, else the first that it names."""
    guessed = _guessed(filename)
    documented = [name.strip() for name in (encoding.content_type or "").split(",") if name.strip()]
    if guessed and (not documented or matching([MediaType(name) for name in documented], guessed)):
        return guessed
    concrete = [name for name in documented if not is_range(name)]
    return concrete[0] if concrete else guessed or "application/octet-stream"


def _is_file(value: object) -> bool:
    if isinstance(value, (FilePart, bytes, bytearray, os.PathLike)):
        return True
    if isinstance(value, (str, Mapping, BaseModel, list, tuple, set, frozenset)):
        return False
    return callable(getattr(value, "read", None)) or isinstance(value, (AsyncIterable, Iterable))


def _filename(value: object) -> str | None:
    if isinstance(value, FilePart):
        return value.filename or _filename(value.source)
    name: object = os.fspath(value) if is_path(value) else getattr(value, "name", None)
    return os.path.basename(name) or None if isinstance(name, str) else None


def _guessed(filename: str | None) -> str | None:
    return mimetypes.guess_type(filename)[0] if filename else None
