"""How security schemes and requirements are lowered: credentials, their names, and what is left to the caller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientsmith.api import Api
from clientsmith.text import opened

from .lowering import described, strings

KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
BASIC = {"type": "http", "scheme": "basic"}
FLOW = {"tokenUrl": "https://a.test/token", "scopes": {"read": "Read", "write": "Write"}}


def api_of(folder: Path, schemes: dict[str, Any], **keys: Any) -> Api:
    return described(folder, {}, components={"securitySchemes": schemes}, **keys).api


@pytest.mark.parametrize(
    ("scheme", "kind", "fields"),
    [
        (KEY, "ApiKey", ["api_key"]),
        (BASIC, "HttpBasic", ["username", "password"]),
        ({"type": "http", "scheme": "BEARER"}, "HttpBearer", ["token"]),
        ({"type": "http", "scheme": "Token"}, "HttpAuthorization", ["authorization"]),
        ({"type": "openIdConnect", "openIdConnectUrl": "x"}, "HttpBearer", ["access_token"]),
        ({"type": "oauth2", "flows": {"implicit": {"scopes": {}}}}, "HttpBearer", ["access_token"]),
        ({"type": "oauth2"}, "HttpBearer", ["access_token"]),
        (
            {"type": "oauth2", "flows": {"clientCredentials": FLOW}},
            "OAuth2ClientCredentials",
            ["client_id", "client_secret"],
        ),
    ],
)
def test_a_scheme_has_the_credentials_it_needs(
    tmp_path: Path, scheme: dict[str, Any], kind: str, fields: list[str]
) -> None:
    (found,) = api_of(tmp_path, {"s": scheme}).security
    assert found.kind == kind
    assert [credential.name for credential in found.credentials] == fields
    assert [credential.variable for credential in found.credentials] == [
        f"T_{field.upper()}" for field in fields
    ]


def test_the_second_of_a_kind_is_named_after_its_key(tmp_path: Path) -> None:
    schemes = {"first": KEY, "X-Other": KEY, "third_api_key": KEY, "Ключ": KEY, "X_Other": KEY}
    names = [credential.name for credential in api_of(tmp_path, schemes).credentials]
    assert names[:3] == ["api_key", "x_other_api_key", "third_api_key"]
    assert len(set(names)) == 5
    assert all(name.isascii() for name in names)


def test_a_key_never_takes_the_name_of_another_option(tmp_path: Path) -> None:
    bearer = {"type": "http", "scheme": "bearer"}
    api = api_of(tmp_path, {"a": bearer, "base_url": bearer, "http": bearer})
    assert [each.name for each in api.credentials] == ["token", "base_url_token", "http_token"]


def test_alternatives_and_what_is_needed_together(tmp_path: Path) -> None:
    schemes = {"a": KEY, "b": BASIC, "c": {"type": "http", "scheme": "bearer"}}
    security: list[dict[str, list[str]]] = [{"a": [], "b": []}, {"c": []}, {}]
    api = api_of(tmp_path, schemes, security=security)
    assert [strings(each) for each in api.requirements] == [["a", "b"], ["c"], []]


def test_what_the_client_cannot_do_asks_nothing_of_it(tmp_path: Path) -> None:
    schemes = {"a": KEY, "tls": {"type": "mutualTLS"}, "odd": {"type": "odd"}}
    security: list[dict[str, list[str]]] = [{"a": [], "tls": []}, {"odd": []}, {"missing": []}]
    api = api_of(tmp_path, schemes, security=security)
    assert [strings(each) for each in api.requirements] == [["a"], []]
    assert [(opened(each.key), each.certificate) for each in api.foreign_security] == [
        ("tls", True),
        ("odd", False),
    ]


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        ({"type": "http", "scheme": "digest"}, True),
        ({"type": "odd"}, True),
        ({}, True),
        ({"type": "mutualTLS"}, False),
    ],
)
def test_what_is_left_to_the_caller_is_reported(
    tmp_path: Path, scheme: dict[str, Any], told: bool
) -> None:
    lowered = described(tmp_path, {}, components={"securitySchemes": {"s": scheme}})
    assert [(each.rule, each.severity) for each in lowered.diagnostics] == [
        ("foreign-security-scheme", "note")
    ] * told


def test_a_flow_that_a_person_completes_takes_its_token_besides_credentials(
    tmp_path: Path,
) -> None:
    flows: dict[str, Any] = {"clientCredentials": FLOW, "authorizationCode": {"scopes": {}}}
    api = api_of(
        tmp_path, {"o": {"type": "oauth2", "flows": flows}, "k": KEY}, security=[{"o": [], "k": []}]
    )
    assert [each.name for each in api.credentials] == [
        "client_id",
        "client_secret",
        "access_token",
        "api_key",
    ]
    assert [strings(each) for each in api.requirements] == [["o", "k"], ["o (access token)", "k"]]


def test_a_requirement_may_name_a_scheme_by_a_reference_since_3_2(tmp_path: Path) -> None:
    reference = "#/components/securitySchemes/key"
    paths: dict[str, Any] = {"/a": {"get": {"security": [{reference: []}], "responses": {}}}}
    components = {"securitySchemes": {"key": KEY}}
    for version, expected in (("3.2.0", [("key",)]), ("3.1.0", [()])):
        found = described(tmp_path, paths, components=components, openapi=version)
        (operation,) = found.api.operations
        assert [tuple(strings(each)) for each in operation.security or ()] == expected
