"""From a status, headers and bytes to a value; data that is not quite as documented breaks nothing."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import pytest
from bandwidth_recordings._runtime.enums import Open, OpenEnum
from bandwidth_recordings._runtime.errors import (
    ApiStatusError,
    BadRequestError,
    ClientError,
    ResponseValidationError,
    ServerError,
)
from bandwidth_recordings._runtime.model import Model
from bandwidth_recordings._runtime.operation import (
    Header,
    MediaType,
    Operation,
    Parameter,
    Response,
)
from bandwidth_recordings._runtime.parameters import query_pairs
from bandwidth_recordings._runtime.request import build
from bandwidth_recordings._runtime.response import (
    decode,
    select,
    status_error,
    streamed,
    typed_headers,
)
from pydantic import Field

JSON = {"content-type": "application/json"}


class Direction(OpenEnum):
    INBOUND = "inbound"


class Part(Model):
    the_id: Annotated[int | None, Field(alias="theId")] = None
    parent: Part | None = None


class Cat(Model):
    kind: Literal["cat"]
    lives: int | None = None


class Dog(Model):
    kind: Literal["dog"]
    bark: str | None = None


class Meter(Model):
    value: int | None = None


class Label(Model):
    value: str | None = None


class Call(Model):
    call_id: Annotated[str, Field(alias="callId")]
    to: Annotated[str | None, Field(max_length=5)] = None
    count: int | None = None
    ratio: float | None = None
    flag: bool | None = None
    direction: Open[Direction] | None = None
    start: datetime | None = None
    lasts: timedelta | None = None
    parts: Annotated[list[Part] | None, Field(max_length=2)] = None
    named: dict[str, Part] | None = None
    part: Part | None = None
    strict: list[int] | None = None
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    either: Cat | Dog | None = None
    reading: Meter | Label | None = None


class Problem(Model):
    type: str | None = None
    description: str | None = None


def operation(**responses: Response) -> Operation[Any]:
    named = {name.removeprefix("s"): response for name, response in responses.items()}
    return Operation(id="getCall", name="get_call", method="GET", path="/", responses=named)


def of(*media: MediaType) -> Response:
    return Response(media)


CALL = operation(s200=of(MediaType("application/json", lambda: Call)))
CALLS = operation(s200=of(MediaType("application/json", lambda: list[Call])))
PROBLEM = of(MediaType("application/problem+json", lambda: Problem))


def read(fields: dict[str, Any]) -> Any:
    """Read a response, check that it is written as it came, and return it."""
    text = json.dumps({"callId": "c", **fields})
    value = decode(CALL, 200, JSON, text.encode())
    assert isinstance(value, Call)
    written = json.loads(value.model_dump_json(exclude_unset=True, warnings=False))
    assert json.dumps(written, sort_keys=True) == json.dumps(json.loads(text), sort_keys=True)
    return value


@pytest.mark.parametrize(
    ("status", "found"),
    [(200, "200"), (404, "404"), (418, "4XX"), (500, "default"), (301, "default")],
)
def test_the_exact_status_comes_before_its_range_and_the_default(status: int, found: str) -> None:
    responses = {name: Response() for name in ("default", "4XX", "404", "200")}
    described: Operation[Any] = Operation(
        id="x", name="x", method="GET", path="/", responses=responses
    )
    assert select(described, status) is responses[found]


def test_a_range_may_be_written_small_and_there_may_be_no_response() -> None:
    described = operation(s4xx=Response())
    assert select(described, 400) is described.responses["4xx"]
    assert select(described, 200) is None


@pytest.mark.parametrize(
    ("content_type", "value"),
    [
        ("application/json", {"a": 1}),
        ("Application/JSON; charset=utf-8", {"a": 1}),
        ("application/hal+json", {"a": 1}),
        ("text/plain", {"a": 1}),
        ("application/octet-stream", {"a": 1}),
        (None, {"a": 1}),
    ],
)
def test_json_is_read_under_any_name(content_type: str | None, value: object) -> None:
    described = operation(s200=of(MediaType("application/json")))
    headers = {"Content-Type": content_type} if content_type else {}
    assert decode(described, 200, headers, b'\xef\xbb\xbf{"a": 1}') == value


def test_json_of_another_name_is_not_taken_for_what_is_documented_before_it() -> None:
    described = operation(s200=of(MediaType("text/plain"), MediaType("application/json")))
    assert decode(described, 200, {"content-type": "application/hal+json"}, b"[1]") == [1]


def test_the_media_type_that_came_decides() -> None:
    described = operation(
        s200=of(
            MediaType("application/json", lambda: Problem),
            MediaType("application/vnd.call+json", lambda: Call),
            MediaType("text/*"),
            MediaType("image/png"),
            MediaType("*/*"),
        )
    )

    def decoded(content_type: str, body: bytes = b'{"callId": "c"}') -> object:
        return decode(described, 200, {"content-type": content_type}, body)

    assert isinstance(decoded("application/json"), Problem)
    assert isinstance(decoded("application/vnd.call+json"), Call)
    assert decoded("text/csv; charset=latin-1", b"\xe9") == "é"
    assert decoded("text/csv; charset=unheard-of", b"a") == "a"
    assert decoded("image/png", b"\xe9") == b"\xe9"
    assert decoded("video/mp4", b"\xe9") == b"\xe9"


@pytest.mark.parametrize(
    ("came", "body", "expected"),
    [
        ("text/plain", b'{"callId": "c"}', Call),
        ("text/plain", b"no JSON", "no JSON"),
        ("application/xml", b"<call/>", "<call/>"),
        ("application/x-protobuf", b"\x0a\x01c", b"\x0a\x01c"),
    ],
)
def test_a_form_that_was_not_asked_for_is_read_if_it_is_json_and_else_given_as_it_came(
    came: str, body: bytes, expected: object
) -> None:
    described = operation(
        s200=of(MediaType("application/json", lambda: Call), MediaType(came, requested=False))
    )
    value = decode(described, 200, {"content-type": came}, body)
    assert isinstance(value, Call) if expected is Call else value == expected
    assert streamed(described, 200, came) is None


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        ("application/json; version=1", Problem),
        ('application/JSON;charset=utf-8; Version="2"', Call),
        ("application/json; version=3", Problem),
        ("application/json", Problem),
    ],
)
def test_of_media_types_that_differ_by_a_parameter_the_one_that_came_decides(
    came: str, expected: type[object]
) -> None:
    described = operation(
        s200=of(
            MediaType("application/json; version=1", lambda: Problem),
            MediaType("application/json; version=2", lambda: Call),
        )
    )
    assert isinstance(decode(described, 200, {"content-type": came}, b"{}"), expected)


@pytest.mark.parametrize(
    ("described", "status", "body"),
    [
        (operation(s204=Response()), 204, b""),
        (operation(s200=Response()), 200, b"whatever"),
        (operation(), 200, b""),
        (operation(default=PROBLEM), 204, b""),
        (operation(), 200, b'{"a": 1}'),
    ],
)
def test_an_empty_or_undocumented_body_is_none(
    described: Operation[Any], status: int, body: bytes
) -> None:
    assert decode(described, status, JSON, body) is None


@pytest.mark.parametrize("status", [200, 204])
def test_nothing_where_something_is_always_promised_is_no_value_of_that_type(status: int) -> None:
    with pytest.raises(ResponseValidationError, match="nothing came instead of application/json"):
        decode(CALL, status, JSON, b"")


def test_nothing_is_a_text_too() -> None:
    described = operation(s200=Response.of("text/plain", lambda: str))
    assert decode(described, 200, {"content-type": "text/plain"}, b"") == ""


def test_json_is_read_in_the_charset_that_the_service_names() -> None:
    latin = {"content-type": "application/json; charset=iso-8859-1"}
    read = decode(CALL, 200, latin, '{"callId": "é"}'.encode("latin-1"))
    assert isinstance(read, Call)
    assert read.call_id == "é"


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "ascii", "nonsense", "hex"])
def test_json_in_utf_8_is_that_whatever_the_service_names(charset: str) -> None:
    named = {"content-type": f"application/json; charset={charset}"}
    read = decode(CALL, 200, named, '{"callId": "é"}'.encode())
    assert isinstance(read, Call)
    assert read.call_id == "é"


def test_json_in_utf_16_is_read_if_the_service_names_it() -> None:
    named = {"content-type": "application/json; charset=utf-16le"}
    read = decode(CALL, 200, named, '{"callId": "c"}'.encode("utf-16le"))
    assert isinstance(read, Call)
    assert read.call_id == "c"


def test_an_undocumented_success_is_read_as_the_documented_one() -> None:
    assert isinstance(decode(CALL, 201, JSON, b'{"callId": "c"}'), Call)


def test_a_recursive_list_is_read() -> None:
    text = b'[{"callId": "c", "part": {"parent": {"parent": {"theId": 3}}}}]'
    value: Any = decode(CALLS, 200, JSON, text)
    assert value[0].part.parent.parent.the_id == 3


def test_what_is_as_documented_is_typed() -> None:
    value = read({"start": "2022-06-17T22:19:40.375Z", "direction": "inbound", "lasts": "PT13.67S"})
    assert value.start == datetime(2022, 6, 17, 22, 19, 40, 375000, tzinfo=UTC)
    assert value.direction is Direction.INBOUND
    assert value.lasts == timedelta(seconds=13.67)


@pytest.mark.parametrize(
    ("name", "came", "kept"),
    [
        ("to", None, None),
        ("to", 5, 5),
        ("to", "longer than five", "longer than five"),
        ("count", "12", 12),
        ("count", "many", "many"),
        ("ratio", "0.5", 0.5),
        ("ratio", {"a": 1}, {"a": 1}),
        ("flag", 1, 1),
        ("direction", "sideways", "sideways"),
        ("direction", 5, 5),
        ("start", "2022-06-17T22:19:40", datetime(2022, 6, 17, 22, 19, 40)),
        ("start", "yesterday", "yesterday"),
        ("start", 1655504380, 1655504380),
        ("lasts", "P1M", "P1M"),
        ("parts", "none", "none"),
        ("parts", [None, 5], [None, 5]),
        ("strict", [1, "2", None, "x"], [1, 2, None, "x"]),
        ("named", [], []),
        ("part", "p", "p"),
        ("pet", {"kind": "fish"}, {"kind": "fish"}),
        ("either", 5, 5),
        ("call_id", "an unknown field", None),
    ],
)
def test_what_is_not_as_documented_is_kept_as_it_came(
    name: str, came: object, kept: object
) -> None:
    value = read({name: came})
    if name == "call_id":
        assert value.model_extra == {name: came}
    else:
        assert getattr(value, name) == kept


def test_the_rest_is_typed_where_something_does_not_fit() -> None:
    value = read(
        {
            "to": 5,
            "start": "2022-06-17T22:19:40Z",
            "parts": [{"theId": 1}, {"theId": "x", "new": 1}, {"theId": 3}],
            "named": {"a": {"parent": {"theId": []}}},
            "pet": {"kind": "dog", "bark": 5},
            "either": {"kind": "dog", "bark": 5},
            "reading": {"value": "a"},
            "new": {"x": None},
        }
    )
    assert isinstance(value.start, datetime)
    assert [type(part) for part in value.parts] == [Part, Part, Part]
    assert [part.the_id for part in value.parts] == [1, "x", 3]
    assert value.parts[1].model_extra == {"new": 1}
    assert isinstance(value.named["a"].parent, Part)
    assert isinstance(value.pet, Dog)
    assert isinstance(value.either, Dog)
    assert isinstance(value.reading, Label)
    assert value.model_extra == {"new": {"x": None}}


def test_a_number_that_came_as_a_string_is_a_number() -> None:
    value = read({"count": "12", "ratio": "1.50"})
    assert value.count + 1 == 13
    assert value.ratio * 2 == 3.0


@pytest.mark.parametrize(("text", "flag"), [("false", False), ("true", True), ("True", True)])
def test_a_boolean_that_came_as_a_string_counts_as_that_boolean_and_goes_back_as_it_came(
    text: str, flag: bool
) -> None:
    document = b'{"callId":"c","flag":"%s"}' % text.encode()
    value = decode(CALL, 200, JSON, document)
    assert isinstance(value, Call)
    assert value.flag == flag
    assert bool(value.flag) is flag
    assert repr(value.flag) == repr(flag)
    assert copy.deepcopy(value).model_dump_json(exclude_unset=True).encode() == document
    assert query_pairs(Parameter("flag", "flag", "query"), value.flag) == [f"flag={flag}".lower()]


def test_a_required_value_may_be_missing_or_null() -> None:
    missing = decode(CALL, 200, JSON, b'{"to": "x"}')
    null = decode(CALL, 200, JSON, b'{"callId": null}')
    assert isinstance(missing, Call)
    assert isinstance(null, Call)
    assert missing.call_id is None
    assert missing.model_fields_set == {"to"}
    assert null.model_fields_set == {"call_id"}


def test_what_does_not_fit_is_logged_once_without_its_value(
    caplog: pytest.LogCaptureFixture,
) -> None:
    described = operation(s200=of(MediaType("application/json", lambda: Seldom)))
    with caplog.at_level(logging.WARNING, "bandwidth_recordings"):
        for _ in range(3):
            decode(described, 200, JSON, b'{"a_secret": ["hunter2"]}')
    (record,) = caplog.records
    assert "Seldom.a_secret" in record.getMessage()
    assert "hunter2" not in record.getMessage()


class Seldom(Model):
    a_secret: str | None = None


@pytest.mark.parametrize(
    "body", [b"[]", b'"text"', b"null", b'{"callId": "c"', b"<html></html>", b"\xff\xfe", b"{}x"]
)
def test_what_cannot_be_read_at_all_keeps_its_bytes(body: bytes) -> None:
    headers = {"Content-Type": "application/json", "X-Request-Id": "r"}
    with pytest.raises(ResponseValidationError) as caught:
        decode(CALL, 200, headers, body)
    error = caught.value
    assert (error.status, error.body, error.request_id) == (200, body, "r")
    assert error.headers["content-type"] == "application/json"
    assert error.__cause__ is not None


def test_html_instead_of_json_is_named() -> None:
    with pytest.raises(ResponseValidationError, match="text/html"):
        decode(CALL, 200, {"content-type": "text/html"}, b"<html></html>")


def test_html_instead_of_text_is_refused() -> None:
    described = operation(s200=of(MediaType("text/csv")))
    with pytest.raises(ResponseValidationError, match="text/html came instead of text/csv"):
        decode(described, 200, {"content-type": "text/html"}, b"<html></html>")


AUDIO = operation(
    s200=of(MediaType("audio/mpeg", binary=True), MediaType("audio/vnd.wave", binary=True)),
    default=PROBLEM,
)


@pytest.mark.parametrize(
    ("described", "status", "content_type", "expected"),
    [
        (AUDIO, 200, "audio/mpeg", True),
        (AUDIO, 200, "audio/vnd.wave; rate=8000", True),
        (AUDIO, 206, "audio/mpeg", True),
        (AUDIO, 200, "application/octet-stream", True),
        (AUDIO, 200, None, True),
        (AUDIO, 200, "text/html", False),
        (AUDIO, 200, "application/json", False),
        (operation(s200=of(MediaType("audio/mpeg", binary=True))), 204, None, False),
        (AUDIO, 404, "audio/mpeg", False),
        (AUDIO, 302, "audio/mpeg", False),
        (CALL, 200, "application/json", False),
        (CALL, 200, "audio/mpeg", False),
    ],
)
def test_binary_successes_are_streamed(
    described: Operation[Any], status: int, content_type: str | None, expected: bool
) -> None:
    assert (streamed(described, status, content_type) is not None) is expected


def test_html_instead_of_binary_is_refused() -> None:
    with pytest.raises(ResponseValidationError, match="text/html came instead of audio/mpeg"):
        decode(AUDIO, 200, {"content-type": "text/html"}, b"<html></html>")


def failed(
    described: Operation[Any], status: int, headers: dict[str, str], body: bytes
) -> ApiStatusError:
    request = build(described, {}, base_url="https://user:pass@h/v1?token=abc&a=b")
    return status_error(described, request, status, headers, body, attempts=2, elapsed=1.5)


def test_an_error_is_parsed_to_the_documented_model() -> None:
    body = b'{"type": "validation", "description": "Bad\\ncall", "new": 1}'
    error = failed(operation(s4XX=PROBLEM), 400, JSON, body)
    assert type(error) is BadRequestError
    assert error.error == Problem.model_validate_json(body)
    assert (error.status, error.body, error.operation) == (400, body, "getCall")
    assert (error.method, error.attempts, error.elapsed) == ("GET", 2, 1.5)
    assert error.url == "https://h/v1/?token=...&a=b"
    assert "400 Bad Request: Bad call" in str(error)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<html>"),
        ("application/json", b"{"),
        ("application/json", b""),
        ("", b"\xff"),
    ],
)
def test_an_error_that_cannot_be_parsed_is_still_an_error(content_type: str, body: bytes) -> None:
    error = failed(operation(default=PROBLEM), 502, {"content-type": content_type}, body)
    assert type(error) is ServerError
    assert error.error is None
    assert error.body == body


def test_an_undocumented_error_is_explained_by_its_body() -> None:
    error = failed(operation(), 418, JSON, b'{"error": {"message": "short and stout"}}')
    assert type(error) is ClientError
    assert error.error == {"error": {"message": "short and stout"}}
    assert "short and stout" in str(error)


def test_an_error_that_is_not_as_documented_is_there_as_its_values() -> None:
    error = failed(operation(default=PROBLEM), 400, JSON, b'["no", "good"]')
    assert error.error == ["no", "good"]


def test_a_redirect_that_is_not_followed_is_an_error() -> None:
    error = failed(CALL, 302, {"location": "https://elsewhere"}, b"")
    assert type(error) is ApiStatusError


def test_documented_headers_are_typed() -> None:
    response = Response(
        headers={
            "X-Count": Header(lambda: int),
            "X-When": Header(lambda: datetime),
            "X-None": Header(lambda: str),
        }
    )
    headers = {"x-count": "5", "x-when": "someday", "x-other": "1"}
    assert typed_headers(operation(s200=response), 200, headers) == {
        "X-Count": 5,
        "X-When": "someday",
    }


class Point(Model):
    x: int | None = None
    y: int | None = None


@pytest.mark.parametrize(
    ("header", "text", "value"),
    [
        (Header(lambda: list[int]), "1,2, 3", [1, 2, 3]),
        (Header(lambda: bool), "true", True),
        (Header(lambda: Point), "x,1,y,2", Point(x=1, y=2)),
        (Header(lambda: Point, explode=True), "x=1,y=2", Point(x=1, y=2)),
        (Header(lambda: dict[str, str]), "a,b", {"a": "b"}),
        (Header(lambda: Point, content_type="application/json"), '{"x":1}', Point(x=1)),
        (Header(lambda: Point, content_type="application/json"), "{", "{"),
        (Header(lambda: int), "many", "many"),
    ],
)
def test_a_header_is_read_in_simple_style_or_by_its_content(
    header: Header, text: str, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    """OpenAPI 3.1, 4.8.21 and the table of 4.8.12.4."""
    response = Response(headers={"X-A": header})
    found = typed_headers(operation(s200=response), 200, {"x-a": text})["X-A"]
    assert found == value
    assert type(found) is type(value)
    assert caplog.records == []


def test_the_headers_of_an_error_are_typed_too() -> None:
    described = operation(s429=Response(headers={"X-Limit": Header(lambda: int)}))
    request = build(described, {}, base_url="https://example.com")
    error = status_error(described, request, 429, {"x-limit": "5", "x-other": "1"}, b"")
    assert error.typed_headers == {"X-Limit": 5}
    assert pickle.loads(pickle.dumps(error)).typed_headers == {"X-Limit": 5}
