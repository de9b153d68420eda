"""The headers of a request or a response: ordered, case-insensitive, immutable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from typing import TypeGuard, cast

from .secrecy import shown_field

HeaderSource = Mapping[str, str] | Iterable[tuple[str, str]]

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_FOR_EVER = 1e9


class Headers(Mapping[str, str]):
    """Header fields by name, whatever the case (RFC 9110, section 5.1).

    A field that came several times reads as its values joined by ", " (RFC 9110, section 5.2);
    `pairs` keeps them apart. The values of fields that are named like secrets are not in the `repr`.

    Args:
        source: A mapping, or the fields as pairs of name and value in their order.
    """

    __slots__ = ("_pairs", "_values")

    def __init__(self, source: HeaderSource = ()) -> None:
        self._pairs = _pairs_of(source)
        self._values: dict[str, str] | None = None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The fields in their order, each with the case in which it was given."""
        return self._pairs

    def values_of(self, name: str) -> tuple[str, ...]:
        """Return the values of every field of that name, in their order."""
        wanted = name.lower()
        return tuple(value for key, value in self._pairs if key.lower() == wanted)

    def replaced(self, source: HeaderSource) -> Headers:
        """Return these headers with those of `source` in place of the ones of the same names."""
        others = Headers(source).pairs
        names = {name.lower() for name, _ in others}
        kept = [pair for pair in self._pairs if pair[0].lower() not in names]
        return Headers((*kept, *others))

    def __getitem__(self, name: str) -> str:
        return self._joined()[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._joined()

    def __iter__(self) -> Iterator[str]:
        return iter(self._joined())

    def __len__(self) -> int:
        return len(self._joined())

    def __eq__(self, other: object) -> bool:
        return self._joined() == other._joined() if isinstance(other, Headers) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._joined().items()))

    def __repr__(self) -> str:
        shown = {name: shown_field(name, value) for name, value in self._joined().items()}
        return f"Headers({shown!r})"

    def __reduce__(self) -> tuple[type[Headers], tuple[tuple[tuple[str, str], ...]]]:
        return Headers, (self._pairs,)

    def _joined(self) -> dict[str, str]:
        if self._values is None:
            values: dict[str, str] = {}
            for name, value in self._pairs:
                key = name.lower()
                values[key] = f"{values[key]}, {value}" if key in values else value
            self._values = values
        return self._values


def _pairs_of(source: HeaderSource) -> tuple[tuple[str, str], ...]:
    if type(source) in (list, tuple):  # which is said sooner than whether it is a Mapping
        return tuple(cast("Iterable[tuple[str, str]]", source))
    if isinstance(source, Headers):
        return source.pairs
    if _is_mapping(source):
        return tuple(source.items())
    return tuple(cast("Iterable[tuple[str, str]]", source))


def _is_mapping(source: object) -> TypeGuard[Mapping[str, str]]:
    return isinstance(source, Mapping)


def retry_after(headers: Mapping[str, str], *, now: float) -> float | None:
    """Return the seconds that Retry-After asks to wait (RFC 9110, section 10.2.3).

    Args:
        headers: The response's header fields.
        now: The present, in seconds since the epoch; used for a date if the response has no Date of
            its own.

    Returns:
        Seconds, not negative, the longest where there are several fields; None if there is none that can be read.
    """
    fields = Headers(headers)
    asked = (_seconds(text.strip(), fields, now) for text in fields.values_of("retry-after"))
    return max((seconds for seconds in asked if seconds is not None), default=None)


def _seconds(text: str, fields: Headers, now: float) -> float | None:
    if _SECONDS.fullmatch(text):
        return min(float(text), _FOR_EVER)
    then = http_date(text)
    if then is None:
        return None
    present = http_date(fields.get("date", ""))
    return min(max(0.0, then - (now if present is None else present)), _FOR_EVER)


def http_date(text: str) -> float | None:
    """Return a date of HTTP (RFC 9110, section 5.6.7) in seconds since the epoch, or None if it cannot be read."""
    from email.utils import parsedate_to_datetime  # slow to import, and dates are rare

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
