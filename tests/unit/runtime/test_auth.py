"""Which credentials are chosen, and how a token is asked for: no socket."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import parse_qs

import pytest
from bandwidth_recordings import ApiStatusError, RequestValidationError, ResponseValidationError
from bandwidth_recordings._runtime import (
    ApiKey,
    BaseConfiguration,
    HttpBasic,
    HttpBearer,
    OAuth2ClientCredentials,
    SecurityScheme,
    Server,
)
from bandwidth_recordings._runtime.auth import ANONYMOUS, Grant, choose
from bandwidth_recordings._runtime.headers import Headers
from bandwidth_recordings._runtime.request import Request
from bandwidth_recordings._runtime.tokens import Reply, Token, token_flow


@dataclass(frozen=True, kw_only=True)
class Configuration(BaseConfiguration):
    """A configuration with a scheme of each kind."""

    environment: ClassVar[str] = "SHOP"
    servers: ClassVar[tuple[Server, ...]] = (Server("https://example.com/v1"),)
    security_schemes: ClassVar[Mapping[str, SecurityScheme]] = {
        "basic": HttpBasic("username", "password"),
        "bearer": HttpBearer("token"),
        "header": ApiKey("api_key", name="X-Key", location="header"),
        "query": ApiKey("api_key", name="key", location="query"),
        "cookie": ApiKey("api_key", name="sid", location="cookie"),
        "oauth": OAuth2ClientCredentials(
            "client_id", "client_secret", token_url="/token", scopes=("a", "b")
        ),
    }

    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    client_id: str | None = field(default=None, repr=False)
    client_secret: str | None = field(default=None, repr=False)


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "TOKEN", "API_KEY", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"SHOP_{name}", raising=False)


def test_basic() -> None:
    chosen = choose((("basic",),), Configuration(username="Aladdin", password="öpen:sesame"))
    value = chosen.headers[0][1].removeprefix("Basic ")
    assert base64.b64decode(value).decode() == "Aladdin:öpen:sesame"


def test_a_user_name_with_a_colon_cannot_be_sent() -> None:
    with pytest.raises(RequestValidationError, match="colon"):
        choose((("basic",),), Configuration(username="a:b", password="p"))


def test_bearer_and_keys() -> None:
    configuration = Configuration(token="t", api_key="k")
    assert choose((("bearer",),), configuration).headers == (("Authorization", "Bearer t"),)
    assert choose((("header",),), configuration).headers == (("X-Key", "k"),)
    assert choose((("query",),), configuration).query == (("key", "k"),)
    assert choose((("cookie",),), configuration).cookies == (("sid", "k"),)


def test_a_secret_with_a_line_break_cannot_be_sent_and_is_not_shown() -> None:
    with pytest.raises(RequestValidationError) as caught:
        choose((("bearer",),), Configuration(token="s3cret\r\nX: y"))
    assert "s3cret" not in str(caught.value)


def test_schemes_that_are_needed_together_are_sent_together() -> None:
    chosen = choose((("bearer", "query"),), Configuration(token="t", api_key="k"))
    assert (chosen.headers, chosen.query) == ((("Authorization", "Bearer t"),), (("key", "k"),))


def test_the_first_alternative_that_is_complete_is_chosen() -> None:
    security = (("basic",), ("bearer",), ("header",))
    assert (
        choose(security, Configuration(username="u", token="t", api_key="k")).headers[0][1]
        == "Bearer t"
    )


def test_what_was_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_USERNAME", "u")
    monkeypatch.setenv("SHOP_PASSWORD", "p")
    security = (("basic",), ("bearer",))
    assert choose(security, Configuration(token="t")).headers[0][1] == "Bearer t"
    assert choose(security, Configuration()).headers[0][1].startswith("Basic ")


def test_given_and_environment_complete_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "p")
    assert choose((("basic",),), Configuration(username="u")).headers


def test_an_empty_variable_is_no_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "")
    with pytest.raises(RequestValidationError):
        choose((("bearer",),), Configuration())


def test_anonymous_access_where_the_document_allows_it() -> None:
    assert choose((), Configuration(token="t")) is ANONYMOUS
    assert choose(((), ("bearer",)), Configuration()) is ANONYMOUS
    assert choose(((), ("bearer",)), Configuration(token="t")).headers


def test_what_is_missing_is_named() -> None:
    with pytest.raises(RequestValidationError) as caught:
        choose((("basic",), ("header", "bearer")), Configuration(username="s3cret"))
    message = str(caught.value)
    for name in ("username", "SHOP_USERNAME", "password", "SHOP_PASSWORD", "api_key", "SHOP_TOKEN"):
        assert name in message
    assert "s3cret" not in message


def test_a_scheme_that_the_client_does_not_know_is_named() -> None:
    with pytest.raises(RequestValidationError, match="mutualTLS"):
        choose((("mutualTLS",),), Configuration(token="t"))


def test_no_secret_is_shown() -> None:
    configuration = Configuration(
        username="s3cret", password="s3cret", client_id="s3cret", client_secret="s3cret"
    )
    shown = [
        choose((("basic",),), configuration),
        choose((("oauth",),), configuration),
        configuration,
    ]
    assert "s3cret" not in repr(shown)


GRANT = Grant("/token", "me", "s3cret", ("a", "b"))


def ask(reply: Reply, now: float = 100.0) -> tuple[Request, Token]:
    flow = token_flow(GRANT, "https://example.com/v1", now)
    request = next(flow)
    try:
        flow.send(reply)
    except StopIteration as done:
        token: Token = done.value
        return request, token
    raise AssertionError


def reply(body: bytes, status: int = 200) -> Reply:
    return Reply(status, Headers({"Content-Type": "application/json"}), body)


def test_a_token_is_asked_for_with_the_clients_credentials() -> None:
    request, token = ask(
        reply(b'{"access_token": "t", "token_type": "bearer", "expires_in": 3600}')
    )
    assert (request.method, request.url) == (
        "POST",
        "https://example.com/v1/token",
    ) or request.url.endswith("/token")
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"me:s3cret").decode()
    assert request.content is not None
    assert request.content.data is not None
    assert parse_qs(request.content.data.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
    }
    assert token == Token("t", 100 + 3600 - 60)
    assert "t" not in repr(token).replace("Token", "").replace("renew_at", "")


@pytest.mark.parametrize(
    ("life", "renew_at"),
    [
        (b"100", 190.0),
        (b'"100"', 190.0),
        (b"null", float("inf")),
        (b'"soon"', float("inf")),
        (b"0", 100.0),
    ],
)
def test_a_token_is_renewed_before_it_expires(life: bytes, renew_at: float) -> None:
    _, token = ask(reply(b'{"access_token": "t", "expires_in": %b}' % life))
    assert token.renew_at == renew_at


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"access_token": 5}',
        b'{"access_token": "t", "token_type": "mac"}',
        b"<html>",
    ],
)
def test_what_is_no_token_is_an_error_without_its_body(body: bytes) -> None:
    with pytest.raises(ResponseValidationError, match="token endpoint") as caught:
        ask(reply(body))
    assert caught.value.body == b""


def test_a_refusal_names_the_error_of_the_endpoint() -> None:
    with pytest.raises(ApiStatusError, match="invalid_client") as caught:
        ask(reply(b'{"error": "invalid_client", "error_description": "s3cret"}', 401))
    assert caught.value.status == 401
    assert "s3cret" not in f"{caught.value} {vars(caught.value)}"
