"""The formats of JSON Schema that are checked, and an example of each (JSON Schema Validation 2020-12, section 7.3)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?")
_DURATION = re.compile(
    r"[+-]?P(?=.)(\d+([.,]\d+)?[YMWD])*(T(?=.)(\d+([.,]\d+)?H)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?S)?)?"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        needed: What is needed, in words.
        example: A text or number of this format.
        fits: Whether a value is of this format; one of a type that it does not speak of is.
    """

    needed: str
    example: str | int
    fits: Callable[[object], bool]


def _text(fits: Callable[[str], object]) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, str):
            return True
        try:
            return bool(fits(value))
        except ValueError:
            return False

    return check


def _integer(bits: int) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        return not isinstance(value, int) or -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)

    return check


def _moment(text: str) -> bool:
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return False
    datetime.fromisoformat(text[:19].replace(" ", "T").upper().replace(":60", ":59"))
    return True


def _has_scheme(text: str) -> bool:
    return bool(urlsplit(text).scheme) and not any(character.isspace() for character in text)


FORMATS: Mapping[str, Format] = {
    "date-time": Format(
        "a date and time of RFC 3339 with a zone, such as 2022-06-17T22:20:00Z,",
        "2022-06-17T22:20:00Z",
        _text(_moment),
    ),
    "date": Format(
        "a date, such as 2022-06-17,",
        "2022-06-17",
        _text(lambda text: date.fromisoformat(text) and len(text) == 10),
    ),
    "time": Format("a time of day, such as 22:20:00Z,", "22:20:00Z", _text(_TIME.fullmatch)),
    "duration": Format(
        "a duration of ISO 8601, such as PT14S,", "PT14S", _text(_DURATION.fullmatch)
    ),
    "uuid": Format("a UUID", "04e88489-df02-4e34-a0ee-27a91849555f", _text(_UUID.fullmatch)),
    "uri": Format("a URI with its scheme", "https://example.com/", _text(_has_scheme)),
    "url": Format("a URL with its scheme", "https://example.com/", _text(_has_scheme)),
    "email": Format(
        "an email address", "someone@example.com", _text(lambda text: "@" in text[1:-1])
    ),
    "ipv4": Format("an IPv4 address", "192.0.2.1", _text(ipaddress.IPv4Address)),
    "ipv6": Format("an IPv6 address", "2001:db8::1", _text(ipaddress.IPv6Address)),
    "hostname": Format("a host name", "example.com", _text(lambda text: text and " " not in text)),
    "int32": Format("an integer of 32 bits", 1, _integer(32)),
    "int64": Format("an integer of 64 bits", 1, _integer(64)),
}
