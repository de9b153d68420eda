"""What is serialised is read back: by a parser written from the specification, which knows nothing of the serialiser.

The parser takes each style apart as OpenAPI 3.1, section 4.8.12.4 ("Style Examples") and RFC 6570 put
it together. Texts are any text; where a style cannot tell its separators from the text (RFC 6570 encodes
them, a header does not), the text has none of them.
"""

from __future__ import annotations

import json
from email.parser import BytesParser
from itertools import pairwise
from typing import Any
from urllib.parse import unquote, unquote_plus

import pytest
from bandwidth_recordings._runtime.bodies import body_content
from bandwidth_recordings._runtime.operation import (
    Body,
    Encoding,
    Location,
    MediaType,
    Operation,
    Parameter,
    Response,
    Style,
)
from bandwidth_recordings._runtime.parameters import (
    cookie_text,
    header_text,
    path_text,
    query_pairs,
)
from bandwidth_recordings._runtime.request import build
from hypothesis import assume, given, settings
from hypothesis import strategies as some

CHECKED = settings(max_examples=60, derandomize=True, deadline=None, database=None)

characters = some.characters(codec="utf-8")
texts = some.text(characters, max_size=12)
words = some.text(characters, min_size=1, max_size=12)
names = some.text(some.sampled_from("abcXYZ019_-.~ é&=+%#?/"), min_size=1, max_size=8)
visible = some.text(
    some.sampled_from("abzAZ019-._~!#$&'*+/:?@^`|()<>{}[]\\\""), min_size=1, max_size=12
)
arrays = some.lists(words, min_size=1, max_size=4)
objects = some.dictionaries(names, words, min_size=1, max_size=4)
LOCATIONS: tuple[Location, ...] = ("query", "path", "header", "cookie")
BOTH = pytest.mark.parametrize("explode", [False, True])


def flat(pieces: list[str]) -> dict[str, str]:
    """The object that is laid out as names and values in turn."""
    return dict(list(pairwise(pieces))[::2])


def named(pieces: list[str], separator: str = "=") -> dict[str, str]:
    """The object that is laid out as pairs of a name and a value."""
    return {
        unquote(name): unquote(text) for name, _, text in (p.partition(separator) for p in pieces)
    }


def decoded(pieces: list[str]) -> list[str]:
    return [unquote(piece) for piece in pieces]


def parsed_path(text: str, style: Style, explode: bool, kind: object) -> Any:
    """Take the expansion of a path parameter named "color" apart (RFC 6570, sections 3.2.2, 3.2.5, 3.2.7)."""
    if style == "label":
        assert text.startswith(".")
        text = text[1:]
        separator = "." if explode else ","
    elif style == "matrix":
        assert text.startswith(";")
        if explode and kind is not str:
            pieces = text[1:].split(";")
            if kind is dict:
                return named(pieces)
            assert all(piece.partition("=")[0] == "color" for piece in pieces)
            return [unquote(piece.partition("=")[2]) for piece in pieces]
        name, _, text = text[1:].partition("=")
        assert name == "color"
        separator = ","
    else:
        separator = ","
    if kind is str:
        return unquote(text)
    pieces = text.split(separator)
    if kind is list:
        return decoded(pieces)
    return named(pieces) if explode else flat(decoded(pieces))


@BOTH
@pytest.mark.parametrize("style", ["simple", "label", "matrix"])
@given(value=some.one_of(words, arrays, objects))
@CHECKED
def test_a_path_parameter_is_read_back(style: Style, explode: bool, value: Any) -> None:
    # RFC 6570 does not encode the dot, which is the separator there
    assume(not (style == "label" and explode and "." in json.dumps(value)))
    parameter = Parameter("color", "color", "path", style=style, explode=explode)
    text = path_text(parameter, value)
    kind: object = value.__class__
    assert "/" not in text
    assert "?" not in text
    assert "#" not in text
    assert parsed_path(text, style, explode, kind) == value


def pairs_of(query: str) -> list[tuple[str, str]]:
    """The pairs of a query, still encoded."""
    found = (pair.partition("=") for pair in query.split("&"))
    return [(name, text) for name, _, text in found]


@given(value=some.dictionaries(some.text("abcXYZ09_ é", min_size=1), texts, min_size=1, max_size=4))
@CHECKED
def test_a_deep_object_is_read_back(value: dict[str, str]) -> None:
    parameter = Parameter("value", "value", "query", style="deepObject", explode=True)
    found: dict[str, str] = {}
    for key, text in pairs_of("&".join(query_pairs(parameter, value))):
        name = unquote(key)
        assert name.startswith("value[")
        assert name.endswith("]")
        found[name[6:-1]] = unquote(text)
    assert found == value


@given(value=texts)
@CHECKED
def test_reserved_characters_that_are_left_do_not_end_the_value(value: str) -> None:
    """Section 4.8.12.2: allowReserved leaves what RFC 3986 reserves, but a value stays one value."""
    parameter = Parameter("value", "value", "query", allow_reserved=True)
    ((name, text),) = pairs_of("&".join(query_pairs(parameter, value)))
    assert name == "value"
    assert "#" not in text
    for sign in ":/?@!$'()*,;":
        assert f"%{ord(sign):02X}" not in text or f"%{ord(sign):02x}" in value.lower()


@BOTH
@given(
    value=some.one_of(
        visible, some.lists(visible, min_size=1), some.dictionaries(visible, visible, min_size=1)
    )
)
@CHECKED
def test_a_header_is_read_back(explode: bool, value: Any) -> None:
    """Section 4.8.12.2: a header is `simple`, and not percent-encoded, so that it holds no separators."""
    assume("=" not in str(value))
    parameter = Parameter("value", "X-Value", "header", explode=explode)
    text = header_text(parameter, value)
    if isinstance(value, str):
        assert text == value
        return
    pieces = text.split(",")
    if isinstance(value, list):
        assert pieces == value
    else:
        assert value == (dict(piece.split("=") for piece in pieces) if explode else flat(pieces))


SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def parsed_query(query: str, name: str, style: Style, explode: bool, kind: object) -> Any:
    """Take a query that one parameter makes up apart, by the table of OpenAPI 3.1, 4.8.12.4."""
    pairs = [(unquote(key), unquote(text)) for key, text in pairs_of(query)] if query else []
    if style == "deepObject":
        assert all(key.startswith(f"{name}[") and key.endswith("]") for key, _ in pairs)
        found = {key[len(name) + 1 : -1]: text for key, text in pairs}
        return found if kind is dict else [found[str(index)] for index in range(len(found))]
    if explode and kind is dict:
        return dict(pairs)
    assert {key for key, _ in pairs} == {name}
    if explode or kind is str:
        read = [text for _, text in pairs]
        return read[0] if kind is str else read
    ((_, text),) = pairs
    pieces = text.split(SEPARATORS[style])
    return flat(pieces) if kind is dict else pieces


@BOTH
@pytest.mark.parametrize("reserved", [False, True])
@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited", "deepObject"])
@given(value=some.one_of(texts, arrays, objects), name=names)
@CHECKED
def test_a_query_parameter_of_every_kind_is_read_back(
    style: Style, reserved: bool, explode: bool, value: Any, name: str
) -> None:
    """Every style, exploded or not, with and without allowReserved; a text is not laid out by deepObject (n/a in the table)."""
    kind: object = value.__class__
    said = json.dumps(value, ensure_ascii=False, separators=("\0", "\0"))
    assume(style != "deepObject" or (kind is not str and "[" not in said and "]" not in said))
    if not explode and style in SEPARATORS and kind is not str:
        members: list[str] = [*value, *(value[key] for key in value if kind is dict)]
        assume(not any(SEPARATORS[style] in member for member in members))
    assume(not (reserved and "%" in said))  # what is percent-encoded already stays so
    parameter = Parameter(
        "value", name, "query", style=style, explode=explode, allow_reserved=reserved
    )
    query = "&".join(query_pairs(parameter, value))
    assert "#" not in query
    assert parsed_query(query, name, style, explode, kind) == value


@BOTH
@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited", "deepObject"])
@pytest.mark.parametrize("empty", [[], {}, [None], {"a": None}])
def test_an_empty_value_is_sent_only_where_it_is_allowed(
    style: Style, explode: bool, empty: object
) -> None:
    """RFC 6570, 2.3: an undefined value has no expansion; OpenAPI 3.1, 4.8.12.2: allowEmptyValue sends the name alone."""
    for allowed, expected in ((False, []), (True, ["value="])):
        parameter = Parameter(
            "value", "value", "query", style=style, explode=explode, allow_empty_value=allowed
        )
        assert query_pairs(parameter, empty) == expected


cookie_words = some.text("abzAZ019-._~!$'*+/:@^`|(){}<>[]?&=# ,;é\\\"", min_size=1, max_size=8)


@BOTH
@pytest.mark.parametrize("style", ["form", "cookie"])
@given(
    value=some.one_of(
        cookie_words,
        some.lists(cookie_words, min_size=1, max_size=3),
        some.dictionaries(some.text("abcXYZ", min_size=1), cookie_words, min_size=1, max_size=3),
    )
)
@CHECKED
def test_a_cookie_of_every_kind_is_read_back(style: Style, explode: bool, value: Any) -> None:
    """Section 4.8.12.4; OpenAPI 3.2, 4.12.3: pairs are separated as RFC 6265, 4.2.1 says."""
    parameter = Parameter("value", "color", "cookie", style=style, explode=explode)
    field = cookie_text(parameter, value)
    pairs = [(key, text) for key, _, text in (piece.partition("=") for piece in field.split("; "))]
    if isinstance(value, str) or (explode and isinstance(value, list)):
        assert {key for key, _ in pairs} == {"color"}
        assert [unquote(text) for _, text in pairs] == (
            [value] if isinstance(value, str) else value
        )
    elif explode:
        assert {key: unquote(text) for key, text in pairs} == value
    else:
        ((key, text),) = pairs
        assert key == "color"
        pieces = decoded(text.split(","))
        assert (flat(pieces) if isinstance(value, dict) else pieces) == value


@given(value=some.dictionaries(names, words, min_size=1, max_size=4))
@CHECKED
def test_a_parameter_that_is_the_whole_query_is_read_back(value: dict[str, str]) -> None:
    """OpenAPI 3.2, 4.12.2.3: `in: querystring` has a media type; a form is the query itself, JSON is encoded in it."""
    form = Parameter("q", "q", "querystring", content_type="application/x-www-form-urlencoded")
    query = "&".join(query_pairs(form, value))
    assert {unquote(key): unquote(text) for key, text in pairs_of(query)} == value
    (text,) = query_pairs(
        Parameter("q", "q", "querystring", content_type="application/json"), value
    )
    assert json.loads(unquote(text)) == value


scalars = some.one_of(some.none(), some.booleans(), some.integers(), texts)
json_values = some.recursive(
    scalars,
    lambda inner: some.one_of(
        some.lists(inner, max_size=3), some.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(value=json_values)
@CHECKED
def test_a_parameter_with_content_is_read_back_as_json(value: Any) -> None:
    assume(value is not None)
    query, path, header, cookie = (
        Parameter("value", "value", location, content_type="application/json")
        for location in LOCATIONS
    )
    ((_, text),) = pairs_of("&".join(query_pairs(query, value)))
    assert json.loads(unquote(text)) == value
    assert json.loads(unquote(path_text(path, value))) == value
    assert json.loads(header_text(header, value)) == value
    assert json.loads(unquote(cookie_text(cookie, value).partition("=")[2])) == value


def sent(media: MediaType, value: object) -> tuple[str, bytes]:
    content = body_content(Body((media,)), value)
    return content.content_type, b"".join(content)


@given(value=json_values)
@CHECKED
def test_a_json_body_is_read_back(value: Any) -> None:
    _, body = sent(MediaType("application/json"), value)
    assert json.loads(body) == value


@given(value=some.dictionaries(words, some.one_of(texts, arrays), min_size=1, max_size=4))
@CHECKED
def test_a_urlencoded_form_is_read_back(value: dict[str, Any]) -> None:
    """Section 4.8.14.4 and the URL Standard, 5.1: a form is parsed with plus as the space."""
    _, body = sent(MediaType("application/x-www-form-urlencoded"), value)
    found: dict[str, list[str]] = {}
    for key, text in pairs_of(body.decode("ascii")):
        found.setdefault(unquote_plus(key), []).append(unquote_plus(text))
    assert found == {key: item if isinstance(item, list) else [item] for key, item in value.items()}


fields = some.dictionaries(
    some.text(some.sampled_from("abcXYZ019_-. é"), min_size=1, max_size=8).filter(str.strip),
    some.one_of(texts, some.binary(max_size=40), some.dictionaries(texts, scalars, max_size=3)),
    min_size=1,
    max_size=4,
)


@given(value=fields)
@CHECKED
def test_a_multipart_form_is_read_back(value: dict[str, Any]) -> None:
    """Section 4.8.14.5 and RFC 7578: a part for each property, JSON for an object."""
    content_type, body = sent(MediaType("multipart/form-data"), value)
    boundary = content_type.partition("boundary=")[2].encode("ascii")
    first, *parts, last = (b"\r\n" + body).split(b"\r\n--" + boundary)
    assert (first, last) == (b"", b"--\r\n")
    found: dict[str, Any] = {}
    for part in parts:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        message = BytesParser().parsebytes(head + b"\r\n\r\n")
        disposition = head.decode("utf-8").partition('name="')[2]
        name = disposition.partition('"')[0]
        if "filename" in disposition:
            found[name] = content
        elif message.get_content_type() == "application/json":
            found[name] = json.loads(content)
        else:
            found[name] = content.decode("utf-8")
    assert found == value


@pytest.mark.parametrize(
    ("style", "explode"), [("form", True), ("form", False), ("deepObject", True)]
)
@given(value=some.dictionaries(some.text("abcXYZ", min_size=1), words, min_size=1, max_size=3))
@CHECKED
def test_a_property_of_a_form_with_a_style_is_laid_out_like_a_query(
    style: Style, explode: bool, value: dict[str, str]
) -> None:
    """Section 4.8.15.1: style, explode and allowReserved are as for a query parameter."""
    encoding = {"value": Encoding(style=style, explode=explode)}
    media = MediaType("application/x-www-form-urlencoded", encoding=encoding)
    _, body = sent(media, {"value": value})
    parameter = Parameter("value", "value", "query", style=style, explode=explode)
    assert body.decode("ascii") == "&".join(query_pairs(parameter, value))


@given(texts=some.tuples(words, words, words), names=some.tuples(names, names))
@CHECKED
def test_no_parameter_changes_what_stands_beside_it(
    texts: tuple[str, str, str], names: tuple[str, str]
) -> None:
    """RFC 3986, section 3: path, query and fragment stay where they are whatever is in them."""
    assume(texts[0] not in (".", ".."))
    first, second = (f"{index}{name}" for index, name in enumerate(names))
    operation: Operation[Any] = Operation(
        id="op",
        name="op",
        method="GET",
        path="/a/{p}/z",
        parameters=(
            Parameter("p", "p", "path", required=True),
            Parameter("one", first, "query"),
            Parameter("two", second, "query"),
        ),
        responses={"200": Response()},
    )
    arguments = {"p": texts[0], "one": texts[1], "two": texts[2]}
    url = build(operation, arguments, base_url="https://example.com/v1").url
    path, _, query = url.removeprefix("https://example.com").partition("?")
    assert "#" not in url
    assert [unquote(part) for part in path.split("/")] == ["", "v1", "a", texts[0], "z"]
    assert [(unquote(key), unquote(text)) for key, text in pairs_of(query)] == [
        (first, texts[1]),
        (second, texts[2]),
    ]
