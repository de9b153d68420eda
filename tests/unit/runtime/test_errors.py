"""Errors that a person can use at three in the morning."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from bandwidth_recordings._runtime import errors
from bandwidth_recordings._runtime.errors import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    ApiTimeoutError,
    ClientError,
    NotFoundError,
    RequestValidationError,
    ResponseValidationError,
    ServerError,
    TooManyRequestsError,
    status_error_class,
)
from bandwidth_recordings._runtime.headers import Headers
from bandwidth_recordings._runtime.operation import Operation
from bandwidth_recordings._runtime.request import build
from bandwidth_recordings._runtime.secrecy import without_secrets


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "UnauthorizedError"),
        (403, "ForbiddenError"),
        (404, "NotFoundError"),
        (405, "MethodNotAllowedError"),
        (409, "ConflictError"),
        (415, "UnsupportedMediaTypeError"),
        (422, "UnprocessableContentError"),
        (429, "TooManyRequestsError"),
        (500, "InternalServerError"),
        (503, "ServiceUnavailableError"),
        (402, "ClientError"),
        (499, "ClientError"),
        (502, "ServerError"),
        (599, "ServerError"),
        (302, "ApiStatusError"),
        (600, "ApiStatusError"),
    ],
)
def test_each_status_has_its_class(status: int, name: str) -> None:
    cls = status_error_class(status)
    assert cls.__name__ == name
    base = ClientError if status < 500 else ServerError
    assert issubclass(cls, base) or cls is ApiStatusError
    assert name in (errors.__doc__ or "")


def test_every_error_is_an_api_error() -> None:
    for cls in (
        RequestValidationError,
        ApiConnectionError,
        ApiStatusError,
        ResponseValidationError,
    ):
        assert issubclass(cls, ApiError)
    assert issubclass(RequestValidationError, ValueError)
    assert issubclass(ApiTimeoutError, ApiConnectionError)


def test_an_error_is_one_line_with_all_that_is_known() -> None:
    error = NotFoundError(
        status=404,
        headers={"X-Request-Id": "req-1"},
        error={"description": "no such\nrecording"},
        operation="getCallRecording",
        method="GET",
        url="https://h/accounts/1?secret=x",
        attempts=3,
        elapsed=1.23456,
    )
    assert str(error) == (
        "GET https://h/accounts/1?secret=...: 404 Not Found: no such recording "
        "(request id req-1, getCallRecording, 3 attempts, 1.23 s)"
    )


def test_a_long_message_is_cut() -> None:
    assert len(str(ApiError("word " * 1000))) < 400


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pa@ss@h:8080/a?b=c#d", "https://h:8080/a?b=c"),
        ("https://h/a?api_key=1&monkey=2&key=3", "https://h/a?api_key=...&monkey=2&key=..."),
        (
            "https://h/a?access_token=1&X-Amz-Signature=2",
            "https://h/a?access_token=...&X-Amz-Signature=...",
        ),
        ("https://h/a?design=1&sig=2&Password=3", "https://h/a?design=1&sig=...&Password=..."),
        (
            "https://h/a?pwd=1&jwt=2&code=3&sessionId=4&user_pwd=5&pin=6&otp=7&sid=8&zip_code=9",
            "https://h/a?pwd=...&jwt=...&code=...&sessionId=...&user_pwd=...&pin=...&otp=...&sid=..."
            "&zip_code=9",
        ),
        (
            "https://h/a?AWSAccessKeyId=1&X-Amz-Credential=2&X-Amz-Date=3&X-Goog-Signature=4",
            "https://h/a?AWSAccessKeyId=...&X-Amz-Credential=...&X-Amz-Date=3&X-Goog-Signature=...",
        ),
        (
            "https://h/a?subscriptionKey=1&passcode=2&pass=3&hmac=4&nonce=5&samlResponse=6&a[key]=7",
            "https://h/a?subscriptionKey=...&passcode=...&pass=...&hmac=...&nonce=5"
            "&samlResponse=...&a[key]=...",
        ),
        (
            "https://h/a?%70wd=1&a%5Bjwt%5D=2&encode=3&compass=4&spin=5&keyboard=6&inside=7",
            "https://h/a?%70wd=...&a%5Bjwt%5D=...&encode=3&compass=4&spin=5&keyboard=6&inside=7",
        ),
        ("https://[bad/a?key=1", "(a URL that cannot be read)"),
    ],
)
def test_a_url_is_shown_without_secrets(url: str, shown: str) -> None:
    assert without_secrets(url) == shown
    assert ApiError(url=url).url == shown


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "9" * 400}, 1e9),
        (
            {
                "Retry-After": "Fri, 17 Jun 2022 22:20:40 GMT",
                "Date": "Fri, 17 Jun 2022 22:19:40 GMT",
            },
            60.0,
        ),
        ({"Retry-After": "Fri, 17 Jun 2022 22:20:40 GMT"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "nan"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert TooManyRequestsError(status=429, headers=headers).retry_after == seconds


def test_of_several_retry_after_the_longest_holds() -> None:
    given = [("Retry-After", "1"), ("retry-after", "soon"), ("Retry-After", "3")]
    assert TooManyRequestsError(status=429, headers=given).retry_after == 3


def test_a_message_of_the_service_cannot_steer_a_terminal() -> None:
    error = TooManyRequestsError(status=429, body=b'{"message": "a\\u001b[31m\\u202eb\\nc"}')
    assert str(error) == "429 Too Many Requests: a\ufffd[31m\ufffdb c"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("text/plain; charset=utf-8", b"slow down"), ("", b'{"errors": [{"msg": "slow down"}]}')],
)
def test_what_the_service_says_is_told(content_type: str, body: bytes) -> None:
    error = TooManyRequestsError(status=429, headers={"Content-Type": content_type}, body=body)
    assert str(error) == "429 Too Many Requests: slow down"


def pickled(error: ApiError) -> Any:
    return pickle.loads(pickle.dumps(error))


def full(cls: type[ApiStatusError] = TooManyRequestsError) -> ApiStatusError:
    return cls(
        "said",
        status=429,
        headers=[("Retry-After", "7"), ("Set-Cookie", "a"), ("Set-Cookie", "b")],
        body=b"\xff",
        error={"a": [1]},
        operation="op",
        method="GET",
        url="https://h/",
        attempts=2,
        elapsed=0.5,
    )


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
@pytest.mark.parametrize(
    "error",
    [
        full(),
        ApiError("a", operation="op", attempts=1),
        RequestValidationError("b", method="GET"),
        ApiTimeoutError("c", elapsed=2.0),
        ResponseValidationError("d", status=200, headers={"a": "b"}, body=b"x"),
    ],
)
def test_errors_copy_and_pickle_with_all_they_know(
    error: ApiError, again: Callable[[Any], Any]
) -> None:
    error.__cause__ = ApiConnectionError("cause")
    other = again(error)
    assert type(other) is type(error)
    assert vars(other) == vars(error)
    assert other.args == error.args
    assert str(other) == str(error)
    assert str(other.__cause__) == "cause"


def test_a_pickle_keeps_the_cause_but_not_the_request_with_its_credentials() -> None:
    request = httpx2.Request("GET", "https://h", headers={"Authorization": "Basic c2VjcmV0"})
    error = ApiConnectionError("broken")
    error.__cause__ = httpx2.ConnectError("refused", request=request)
    error.__cause__.__cause__ = OSError(111, "Connection refused")
    data = pickle.dumps(error)
    assert b"c2VjcmV0" not in data
    cause = pickle.loads(data).__cause__
    assert isinstance(cause, httpx2.ConnectError)
    assert str(cause) == "refused"
    assert isinstance(cause.__cause__, ConnectionRefusedError)


class Theirs(ApiError):
    """A class of an application's own."""


def test_an_error_of_the_applications_own_keeps_the_error_that_caused_it() -> None:
    error = Theirs("broken")
    error.__cause__ = full()
    cause = pickled(error).__cause__
    assert isinstance(cause, TooManyRequestsError)
    assert cause.retry_after == 7


class Odd(Exception):
    """A cause that is not made from its arguments."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__("odd")
        self.both = (first, second)


class Peculiar(Exception):
    """A cause that asks for something else than its arguments."""

    def __init__(self, answer: Any) -> None:
        super().__init__(f"status {answer.status}")


@pytest.mark.parametrize(
    ("cause", "words"), [(Odd(1, 2), "Odd: odd"), (Peculiar(full()), "Peculiar: status 429")]
)
def test_a_cause_that_cannot_be_made_again_is_told_in_words(cause: Exception, words: str) -> None:
    error = ApiError("broken")
    error.__cause__ = cause
    assert str(pickle.loads(pickle.dumps(error)).__cause__) == words


def test_attach_adds_what_is_not_known_yet() -> None:
    operation: Operation[Any] = Operation(
        id="op", name="op", method="POST", path="/a", responses={}
    )
    request = build(operation, {}, base_url="https://user:pass@h", extra_query={"token": "t"})
    error = ApiConnectionError("reset", method="PUT").attach(request, attempts=2, elapsed=1.0)
    assert (error.operation, error.method, error.url) == ("op", "PUT", "https://h/a?token=...")
    assert (error.attempts, error.elapsed) == (2, 1.0)
    assert error.attach(request, attempts=9).attempts == 2


def test_headers_are_found_whatever_their_case() -> None:
    headers = Headers([("Set-Cookie", "a"), ("X", "1"), ("set-cookie", "b")])
    assert headers["SET-COOKIE"] == "a, b"
    assert headers.values_of("Set-cookie") == ("a", "b")
    assert list(headers) == ["set-cookie", "x"]
    assert "sEt-CoOkIe" in headers
    assert headers.replaced({"set-cookie": "c"}).pairs == (("X", "1"), ("set-cookie", "c"))
    assert Headers({"A": "1"}) == Headers([("a", "1")])
    assert hash(Headers({"A": "1"})) == hash(Headers([("a", "1")]))
