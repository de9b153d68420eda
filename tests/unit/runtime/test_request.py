"""From arguments to the bytes of a request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from bandwidth_recordings._runtime.errors import ApiError, RequestValidationError
from bandwidth_recordings._runtime.operation import (
    Body,
    MediaType,
    Operation,
    Parameter,
    Response,
)
from bandwidth_recordings._runtime.request import Request, build

BASE = "https://api.example.com/v2"


def operation(
    *parameters: Parameter,
    path: str = "/items/{id}/media",
    body: Body | None = None,
    responses: dict[str, Response] | None = None,
) -> Operation[Any]:
    return Operation(
        id="getItem",
        name="get_item",
        method="GET",
        path=path,
        parameters=(Parameter("id_", "id", "path", required=True), *parameters),
        body=body,
        responses=responses or {},
    )


def url(value: object, path: str = "/items/{id}/media") -> str:
    return build(operation(path=path), {"id_": value}, base_url=BASE).url


def sent_path(url: str) -> bytes:
    """The path as the HTTP library sends it, after its own normalisation."""
    return httpx2.Request("GET", url).url.raw_path


@pytest.mark.parametrize(
    "value",
    [
        "a/b",
        "a?b",
        "a#b",
        "a%b",
        "%2e%2e",
        "a\\b",
        "../x",
        "a/../b",
        "...",
        ".a",
        "a;b",
        "é",
        " ",
        "\n",
    ],
)
def test_a_path_parameter_cannot_leave_its_segment(value: str) -> None:
    expected = f"/v2/items/{quote(value, safe='')}/media"
    assert url(value) == f"https://api.example.com{expected}"
    assert sent_path(url(value)) == expected.encode()


@pytest.mark.parametrize("value", [".", ".."])
@pytest.mark.parametrize("path", ["/items/{id}/media", "/items/{id}", "/{id}?x=1"])
def test_a_dot_segment_is_refused(value: str, path: str) -> None:
    with pytest.raises(RequestValidationError, match="id_"):
        url(value, path)


def test_dots_that_only_make_a_dot_segment_together_are_refused() -> None:
    parameters = (
        Parameter("a", "a", "path", required=True),
        Parameter("b", "b", "path", style="label"),
    )
    both: Operation[Any] = Operation(
        id="x", name="x", method="GET", path="/{a}{b}", parameters=parameters, responses={}
    )
    with pytest.raises(RequestValidationError, match="name another path"):
        build(both, {"a": ".", "b": ""}, base_url=BASE)


@pytest.mark.parametrize("value", ["", None, []])
def test_an_empty_or_missing_path_argument_is_an_error_before_anything_is_sent(
    value: object,
) -> None:
    with pytest.raises(RequestValidationError, match="id_") as caught:
        url(value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, ApiError)
    assert caught.value.operation == "getItem"


def test_a_query_is_exact_and_in_the_documented_order() -> None:
    described = operation(
        Parameter("from_", "from", "query"),
        Parameter("since", "minStartTime", "query"),
        Parameter("unset", "unset", "query"),
        Parameter("tags", "tag", "query"),
    )
    arguments = {
        "tags": ["a b", "c"],
        "id_": "1",
        "unset": None,
        "from_": "+15555551212",
        "since": datetime(2022, 6, 17, 22, 19, 40, 375000, tzinfo=UTC),
    }
    built = build(described, arguments, base_url=BASE).url
    assert built == (
        f"{BASE}/items/1/media?from=%2B15555551212"
        "&minStartTime=2022-06-17T22%3A19%3A40.375Z&tag=a%20b&tag=c"
    )
    assert str(httpx2.URL(built)) == built


@pytest.mark.parametrize(
    ("given", "query"),
    [({}, "?v=2"), ({"q": "a b"}, "?v=2&q=a%20b"), ({"q": "a", "page": 3}, "?v=2&q=a&page=3")],
)
def test_a_query_parameter_that_the_path_names_too_is_sent_once(
    given: dict[str, object], query: str
) -> None:
    described = operation(
        Parameter("q", "q", "query"),
        Parameter("page", "page", "query"),
        path="/items/{id}?q={q}&v=2&page={page}",
    )
    built = build(described, {"id_": "1", **given}, base_url=BASE).url
    assert built == f"{BASE}/items/1{query}"


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("https://h", "/a", "https://h/a"),
        ("https://h/", "/a", "https://h/a"),
        ("https://h/v2/", "/a", "https://h/v2/a"),
        ("https://h/v2?key=1#f", "/a", "https://h/v2/a?key=1&q=x"),
        ("https://h", "/a?action=go", "https://h/a?action=go&q=x"),
        ("https://h", "/a b/é", "https://h/a%20b/%C3%A9"),
        ("https://h", "/#X-Target=a", "https://h/"),
        ("https://h", "/{unknown}", "https://h/%7Bunknown%7D"),
    ],
)
def test_the_path_is_appended_to_the_server(base: str, path: str, expected: str) -> None:
    described: Operation[Any] = Operation(
        id="x",
        name="x",
        method="GET",
        path=path,
        parameters=(Parameter("q", "q", "query"),),
        responses={},
    )
    arguments = {"q": "x"} if "?" in expected else {}
    assert build(described, arguments, base_url=base).url == expected


def test_what_cannot_be_sent_names_the_argument() -> None:
    described = operation(Parameter("since", "minStartTime", "query"))
    with pytest.raises(RequestValidationError, match="since: a datetime needs a time zone"):
        build(described, {"id_": "1", "since": datetime(2022, 1, 1)}, base_url=BASE)


def test_an_argument_is_checked_against_its_type() -> None:
    described = operation(Parameter("count", "count", "query", type=lambda: int))
    assert build(described, {"id_": "1", "count": 3}, base_url=BASE).url.endswith("?count=3")
    with pytest.raises(RequestValidationError, match="count: Input should be a valid integer"):
        build(described, {"id_": "1", "count": "many"}, base_url=BASE)


def test_a_required_parameter_must_be_given() -> None:
    described = operation(Parameter("q", "q", "query", required=True))
    with pytest.raises(RequestValidationError, match="q: it is required"):
        build(described, {"id_": "1", "q": None}, base_url=BASE)


def test_accept_names_the_documented_media_types_successes_first() -> None:
    described = operation(
        responses={
            "400": Response((MediaType("application/problem+json"),)),
            "200": Response((MediaType("audio/mpeg"), MediaType("audio/vnd.wave"))),
            "default": Response((MediaType("audio/mpeg"),)),
        }
    )
    built = build(described, {"id_": "1"}, base_url=BASE)
    assert built.headers["accept"] == "audio/mpeg, audio/vnd.wave, application/problem+json"
    assert build(operation(), {"id_": "1"}, base_url=BASE).headers["Accept"] == "*/*"


def test_accept_does_not_name_another_form_of_what_comes_as_json() -> None:
    forms = (MediaType("application/json"), MediaType("application/xml", requested=False))
    built = build(operation(responses={"200": Response(forms)}), {"id_": "1"}, base_url=BASE)
    assert built.headers["accept"] == "application/json"


def with_options(**options: Any) -> Request:
    described = operation(
        Parameter("q", "q", "query"),
        Parameter("deep", "deep", "query", style="deepObject"),
        Parameter("trace", "X-Trace", "header"),
        Parameter("a", "a", "cookie"),
        Parameter("b", "b", "cookie"),
        body=Body((MediaType("application/json"),)),
    )
    arguments = {"id_": "1", "q": "1", "deep": {"x": 1}, "trace": "t", "a": "1", "b": "2"}
    return build(described, arguments, base_url=BASE, **options)


def test_headers_and_cookies_are_sent() -> None:
    assert with_options().headers.pairs == (
        ("Accept", "*/*"),
        ("X-Trace", "t"),
        ("Cookie", "a=1; b=2"),
    )
    assert with_options().content is None


def test_extra_headers_replace_those_of_the_same_name() -> None:
    headers = with_options(extra_headers={"x-trace": "u", "New": "n"}, idempotency_key="k").headers
    assert headers.values_of("X-Trace") == ("u",)
    assert headers["new"] == "n"
    assert headers["Idempotency-Key"] == "k"


def test_extra_query_replaces_adds_and_removes() -> None:
    assert with_options(extra_query={"q": [2, 3], "new": "a b"}).url.endswith(
        "?deep%5Bx%5D=1&q=2&q=3&new=a%20b"
    )
    assert with_options(extra_query={"deep": None}).url.endswith("?q=1")


@pytest.mark.parametrize(
    "headers", [{"a\r\nb": "c"}, {"a": "b\r\nc: d"}, {"": "x"}, {"a:": "b"}, {"a": "\0"}]
)
def test_headers_cannot_be_injected(headers: dict[str, str]) -> None:
    with pytest.raises(RequestValidationError):
        with_options(extra_headers=headers)


def test_an_idempotency_key_cannot_inject_a_header() -> None:
    with pytest.raises(RequestValidationError, match="Idempotency-Key"):
        with_options(idempotency_key="a\r\nb: c")


def test_extra_body_is_merged_or_sent_alone() -> None:
    def sent(request: Request) -> bytes | None:
        return request.content.data if request.content else None

    assert sent(with_options(body={"a": 1, "b": 2}, extra_body={"b": 3})) == b'{"a":1,"b":3}'
    assert sent(with_options(extra_body={"b": 3})) == b'{"b":3}'
    with pytest.raises(RequestValidationError, match="extra_body"):
        with_options(body=[1], extra_body={"b": 3})


def test_a_required_body_must_be_given() -> None:
    described = operation(body=Body((MediaType("application/json"),), required=True))
    with pytest.raises(RequestValidationError, match="body: it is required"):
        build(described, {"id_": "1"}, base_url=BASE)


def test_none_is_sent_as_null_where_the_body_must_be_given_and_may_be_null() -> None:
    def sent(type_: Any, **options: Any) -> bytes | None:
        body = Body((MediaType("application/json", lambda: type_),), required=True)
        request = build(operation(body=body), {"id_": "1"}, None, base_url=BASE, **options)
        return request.content.data if request.content else None

    assert sent(str | None) == b"null"
    assert sent(dict[str, int] | None, extra_body={"a": 1}) == b'{"a":1}'
    with pytest.raises(RequestValidationError, match="body: it is required"):
        sent(str)
    optional = operation(body=Body((MediaType("application/json", lambda: str | None),)))
    assert build(optional, {"id_": "1"}, None, base_url=BASE).content is None


def test_the_same_call_gives_the_same_request() -> None:
    first, second = with_options(body={"b": 1, "a": 2}), with_options(body={"b": 1, "a": 2})
    assert (first.url, first.headers.pairs) == (second.url, second.headers.pairs)
    assert first.content == second.content
    assert first.headers["content-type"] == "application/json"


def test_the_repr_of_a_request_does_not_show_its_body() -> None:
    assert "secret" not in repr(with_options(body={"password": "secret"}))
