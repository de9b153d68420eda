"""Options of a call over those of the client, and what a configuration refuses."""

from __future__ import annotations

from typing import Any

import pytest
from bandwidth_recordings import Client, Configuration, RetryPolicy, Timeout
from bandwidth_recordings._runtime.options import defaults, resolve


def test_a_call_overrides_the_client() -> None:
    default = defaults(
        Configuration(timeout=5, deadline=9, max_retries=1, extra_headers={"A": "1", "B": "1"})
    )
    resolved = resolve(
        default, {"timeout": None, "max_retries": 0, "extra_headers": {"b": "2"}}, "get"
    )
    assert (resolved.timeout, resolved.deadline, resolved.max_retries) == (None, 9, 0)
    assert resolved.extra_headers == {"A": "1", "b": "2"}


def test_a_call_without_options_has_those_of_the_client() -> None:
    default = defaults(Configuration())
    assert resolve(default, {}, "get") is default


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(TypeError, match=r"get\(\) got an unexpected keyword argument 'timout'"):
        resolve(defaults(Configuration()), {"timout": 5}, "get")


def test_an_unknown_option_of_a_client_is_named() -> None:
    options: Any = {"usrname": "u"}
    with pytest.raises(TypeError, match="usrname"):
        Client(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": "5"},
        {"timeout": float("nan")},
        {"timeout": Timeout(connect=-1)},
        {"deadline": 0},
        {"deadline": True},
        {"max_retries": -1},
        {"max_retries": 1.5},
        {"max_retries": None},
        {"retry": None},
    ],
)
def test_values_out_of_range_are_refused(options: dict[str, Any]) -> None:
    name = next(iter(options))
    with pytest.raises(ValueError, match=name):
        resolve(defaults(Configuration()), options, "get")
    with pytest.raises(ValueError, match=name):
        Configuration(**options)


def test_options_of_a_client_are_laid_over_its_configuration() -> None:
    configuration = Configuration(username="u", timeout=5)
    made = Configuration.of(configuration, {"timeout": 6})
    assert (made.username, made.timeout, configuration.timeout) == ("u", 6, 5)
    assert Configuration.of(configuration, {}) is configuration


def test_a_configuration_shows_no_secret() -> None:
    configuration = Configuration(
        password="s3cret", extra_headers={"X": "s3cret"}, extra_query={"k": "s3cret"}
    )
    assert "s3cret" not in repr(configuration)


@pytest.mark.parametrize(
    "options",
    [
        {"max_connections": 0},
        {"max_keepalive_connections": -1},
        {"keepalive_expiry": "5"},
        {"max_response_bytes": None},
        {"base_url": 5},
        {"base_url": "http://[::1"},
        {"base_url": "https://"},
        {"base_url": "https://example.com:99999"},
        {"base_url": "https://exa mple.com"},
        {"base_url": "https://example.com\r\nX: y"},
        {"base_url": "https://user:word@example.com"},
    ],
)
def test_a_client_that_could_not_work_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))) as caught:
        Configuration(**options)
    assert "word" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize("policy", [{"base": -1}, {"cap": "8"}, {"statuses": {"503"}}])
def test_a_retry_policy_that_means_nothing_is_refused(policy: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(policy))):
        RetryPolicy(**policy)


def test_none_adds_nothing() -> None:
    default = defaults(Configuration(extra_query={"a": "1"}))
    resolved = resolve(
        default, {"extra_query": None, "extra_body": None, "extra_headers": None}, "get"
    )
    assert resolved == default
