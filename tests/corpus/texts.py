"""Strings that schemas ask for: one of each format, one for each pattern."""

from __future__ import annotations

from functools import cache

FORMATS = {
    "date-time": "2024-02-29T12:30:45Z",
    "date": "2024-02-29",
    "time": "12:30:45Z",
    "duration": "P1DT2H",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "email": "someone@example.com",
    "idn-email": "someone@example.com",
    "hostname": "host.example.com",
    "idn-hostname": "host.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "ip": "192.0.2.1",
    "uri": "https://example.com/a",
    "iri": "https://example.com/a",
    "url": "https://example.com/a",
    "uri-reference": "/a/b",
    "iri-reference": "/a/b",
    "uri-template": "/a/{b}",
    "json-pointer": "/a",
    "relative-json-pointer": "1/a",
    "regex": "a+",
    "byte": "aGVsbG8=",
    "base64": "aGVsbG8=",
    "binary": "hello",
    "password": "secret",
    "phone": "+15555551212",
    "mac": "00:00:5e:00:53:01",
    "unix": "1709209845",
    "unix-seconds": "1709209845",
    "decimal": "1.5",
}


class NoText(Exception):
    """No string does what the schema asks for, or none was found."""


def text(form: str, patterns: tuple[str, ...], shortest: int, longest: int | None) -> str:
    """Return a string of a format, that matches patterns, of a length.

    Raises:
        NoText: None was found.
    """
    if patterns:
        return matching(patterns, shortest, longest)
    found = FORMATS.get(form, "text")
    if len(found) < shortest and form not in FORMATS:
        found = found.ljust(shortest, "x")
    if longest is not None and len(found) > longest:
        found = found[:longest]
    return found


@cache
def matching(patterns: tuple[str, ...], shortest: int, longest: int | None) -> str:
    """Return a string in ASCII that matches all patterns, always the same one.

    Raises:
        NoText: None was found.
    """
    import re

    from hypothesis import HealthCheck, find, settings
    from hypothesis import strategies as some
    from hypothesis.errors import HypothesisException

    def fits(found: str) -> bool:
        return (
            shortest <= len(found)
            and (longest is None or len(found) <= longest)
            and found.isprintable()
            and found.strip() == found
            and all(re.search(pattern, found) for pattern in patterns)
        )

    try:
        found = next((made for made in FORMATS.values() if fits(made)), None)
        return found or find(
            some.from_regex(patterns[0], alphabet=some.characters(codec="ascii")),
            lambda made: made != "" and fits(made),
            settings=settings(
                database=None,
                derandomize=True,
                max_examples=2000,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            ),
        )
    except (re.error, HypothesisException) as error:
        raise NoText(f"nothing matches {patterns[0]!r}") from error
