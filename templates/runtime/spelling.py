"""Values that remember the text they were read from, so that what was read is sent back as it came.

Each kind of value has one canonical text, which is what is written for a value made in Python. A
value read from its canonical text is an ordinary `datetime`, `timedelta`, ...; one read from any
other text ("+00:00" for "Z", "PT90S" for "PT1M30S") is an instance of a subclass here, equal to the
ordinary one. What is computed from it (`replace`, arithmetic) has no text and is written
canonically.

Datetimes share a style instead where the text has one of the usual ones, because lists are full of
them: nothing is kept but the value, and what is computed from it is written alike. One with
milliseconds has pydantic's `TzInfo` for its time zone, which is made as fast as the text is read; a
datetime that a user's own pydantic model gave is written like it. The others have classes.

Dates and times are those of RFC 3339, durations those of ISO 8601 that a `timedelta` can hold: no
years, no months.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, ClassVar, Literal, Self, SupportsIndex
from uuid import UUID

from pydantic_core import SchemaValidator, TzInfo, core_schema

_FRACTION = r"(?:\.(?:[0-9]{3})?(?:[1-9][0-9]{2}|0[1-9][0-9]|00[1-9]))?"
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}" + _FRACTION
_OFFSET = r"(?:Z|[+-](?:0[1-9]|1[0-9]|2[0-3]):[0-5][0-9]|[+-]00:(?:0[1-9]|[1-5][0-9]))"
_HOURS = r"(?:[1-9]|1[0-9]|2[0-3])H"
_MINUTES = r"(?:[1-9]|[1-5][0-9])M"
_SECONDS = r"(?:(?:[1-9]|[1-5][0-9])(?:\.[0-9]{0,5}[1-9])?|0\.[0-9]{0,5}[1-9])S"
_HOURS_ON = rf"(?:{_HOURS}(?:{_MINUTES})?(?:{_SECONDS})?|{_MINUTES}(?:{_SECONDS})?|{_SECONDS})"

DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
"""The canonical text of a date, for pydantic's regular expressions. So for the others."""
DATETIME_PATTERN = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}{_OFFSET}$"
TIME_PATTERN = rf"^{_CLOCK}{_OFFSET}?$"
DURATION_PATTERN = rf"^(?:PT0S|-?P(?:[1-9][0-9]{{0,8}}D(?:T{_HOURS_ON})?|T{_HOURS_ON}))$"
UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

_ANY_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,18})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_ANY_TIME = re.compile(
    r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,18})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_AMOUNT = r"([0-9]{1,12}(?:[.,][0-9]{1,18})?)"
_ANY_DURATION = re.compile(
    rf"([+-]?)[Pp](?=.)(?:{_AMOUNT}[Ww])?(?:{_AMOUNT}[Dd])?"
    rf"(?:[Tt](?=.)(?:{_AMOUNT}[Hh])?(?:{_AMOUNT}[Mm])?(?:{_AMOUNT}[Ss])?)?"
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?"
)

_DATETIME = SchemaValidator(core_schema.datetime_schema(microseconds_precision="truncate"))
_TIME = SchemaValidator(core_schema.time_schema(microseconds_precision="truncate"))


class Spelled:
    """A value with the text it was read from.

    Attributes:
        text: The text as it came; empty if the value was computed.
    """

    text: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the value from a text; raises ValueError if it is none."""
        raise NotImplementedError

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        return (self.read, (self.text,)) if self.text else super().__reduce_ex__(protocol)


class SpelledDatetime(Spelled, datetime):
    """A datetime read from a text that is not the canonical one; without a zone if the text had none."""

    @classmethod
    def read(cls, text: str) -> Self:
        if not _ANY_DATETIME.fullmatch(text):
            raise ValueError(f"not a date and time of RFC 3339: {text[:64]!r}")
        try:
            value = cls.fromisoformat(text)
        except ValueError:  # small letters, or a fraction longer than it reads
            moment: datetime = _DATETIME.validate_python(text)
            offset = moment.utcoffset()
            zone = None if offset is None else timezone(offset)
            value = cls.combine(moment.date(), moment.time(), zone)
        value.text = text
        return value


class StyledDatetime(datetime):
    """A datetime read from a text in a style that is not the canonical one.

    Attributes:
        fraction: The digits of its seconds; None for as many as there are.
        utc: How it writes UTC.
    """

    __slots__ = ()
    fraction: ClassVar[Literal["milliseconds", "microseconds"] | None] = None
    utc: ClassVar[str] = "Z"


class MicrosecondsZ(StyledDatetime):
    """As in 2022-06-17T22:20:00.000000Z."""

    __slots__ = ()
    fraction = "microseconds"


class AnyFractionZero(StyledDatetime):
    """As in 2022-06-17T22:20:00+00:00."""

    __slots__ = ()
    utc = "+00:00"


class MillisecondsZero(StyledDatetime):
    """As in 2022-06-17T22:20:00.000+00:00."""

    __slots__ = ()
    fraction = "milliseconds"
    utc = "+00:00"


_SECOND = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
DATETIME_MILLISECONDS_PATTERN = rf"{_SECOND}\.[0-9]{{3}}{_OFFSET}$"
"""What a text looks like whose value has pydantic's time zone: as in 2022-06-17T22:20:00.000Z."""
DATETIME_STYLES: tuple[tuple[str, type[StyledDatetime]], ...] = (
    (rf"{_SECOND}{_FRACTION}\+00:00$", AnyFractionZero),
    (rf"{_SECOND}\.[0-9]{{3}}\+00:00$", MillisecondsZero),
    (rf"{_SECOND}\.[0-9]{{6}}{_OFFSET}$", MicrosecondsZ),
)
"""What the texts of each other style look like, when they are not canonical."""


class SpelledTime(Spelled, time):
    """A time of day read from a text that is not the canonical one."""

    @classmethod
    def read(cls, text: str) -> Self:
        if not _ANY_TIME.fullmatch(text):
            raise ValueError(f"not a time of RFC 3339: {text[:64]!r}")
        moment: time = _TIME.validate_python(text)
        value = cls(
            moment.hour, moment.minute, moment.second, moment.microsecond, tzinfo=moment.tzinfo
        )
        value.text = text
        return value


class SpelledDuration(Spelled, timedelta):
    """A duration read from a text that is not the canonical one."""

    @classmethod
    def read(cls, text: str) -> Self:
        match = _ANY_DURATION.fullmatch(text)
        if match is None:
            raise ValueError(
                f"not a duration of ISO 8601 in days, hours, minutes and seconds: {text[:64]!r}"
            )
        sign = -1 if match[1] == "-" else 1
        weeks, days, hours, minutes, seconds = (
            sign * float((amount or "0").replace(",", ".")) for amount in match.groups()[1:]
        )
        try:
            value = cls(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        except OverflowError as error:
            raise ValueError(f"longer than a timedelta can be: {text[:64]!r}") from error
        value.text = text
        return value


class SpelledUUID(Spelled, UUID):
    """A UUID read from a text that is not the canonical one (RFC 9562, section 4)."""

    @classmethod
    def read(cls, text: str) -> Self:
        value = cls(text)
        object.__setattr__(value, "text", text)
        return value


class SpelledInteger(Spelled, int):
    """An integer that came as a string."""

    @classmethod
    def read(cls, text: str) -> Self:
        if not _INTEGER.fullmatch(text):
            raise ValueError("not an integer")
        value = cls(text)
        value.text = text
        return value


class SpelledBoolean(Spelled, int):
    """A boolean that came as a string; an integer for Python, because a bool can have no subclass."""

    @classmethod
    def read(cls, text: str) -> Self:
        if text.lower() not in ("true", "false"):
            raise ValueError("not a boolean")
        value = cls(text.lower() == "true")
        value.text = text
        return value

    def __repr__(self) -> str:
        return repr(bool(self))


class WholeNumber(int):
    """An integer that came with a fraction, as in 2.0."""


class SpelledNumber(Spelled, float):
    """A number that came as a string."""

    @classmethod
    def read(cls, text: str) -> Self:
        if not _NUMBER.fullmatch(text):
            raise ValueError("not a number")
        value = cls(text)
        value.text = text
        return value


class SpelledBytes(Spelled, bytes):
    """Bytes read from a base64 text that is not the canonical one: without padding, in the URL alphabet, in lines."""

    @classmethod
    def read(cls, text: str) -> Self:
        compact = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
        value = cls(b64decode(compact + "=" * (-len(compact) % 4), validate=True))
        value.text = text
        return value


def datetime_text(value: datetime) -> str:
    """Return the RFC 3339 text: "Z" for UTC, milliseconds or microseconds only if there are any.

    A value without a zone gives a text without one.
    """
    if isinstance(value, Spelled) and value.text:
        return value.text
    precision, utc = _precision(value), "Z"
    if precision == "seconds" and isinstance(value.tzinfo, TzInfo):
        precision = "milliseconds"
    if isinstance(value, StyledDatetime):
        utc = value.utc
        if value.fraction == "microseconds" or (value.fraction and precision == "seconds"):
            precision = value.fraction
    return _with_offset(value.replace(tzinfo=None).isoformat(timespec=precision), value, utc)


def time_text(value: time) -> str:
    """Return the RFC 3339 text of a time of day, as for a datetime."""
    if isinstance(value, Spelled) and value.text:
        return value.text
    return _with_offset(value.replace(tzinfo=None).isoformat(timespec=_precision(value)), value)


def duration_text(value: timedelta) -> str:
    """Return the ISO 8601 text: days, hours, minutes and seconds, without those that are zero; "PT0S" for none."""
    if isinstance(value, Spelled) and value.text:
        return value.text
    size = abs(value)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{size.microseconds:06}".rstrip("0") if size.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += f"{seconds}{fraction}S"
    days = f"{size.days}D" if size.days else ""
    if not days and not clock:
        return "PT0S"
    return ("-P" if value < timedelta() else "P") + days + (f"T{clock}" if clock else "")


def uuid_text(value: UUID) -> str:
    """Return the text of a UUID, in small letters unless it came otherwise."""
    return value.text if isinstance(value, Spelled) else str(value)


def bytes_text(value: bytes) -> str:
    """Return the base64 text of bytes (RFC 4648, section 4), unless they came as another one."""
    if isinstance(value, Spelled) and value.text:
        return value.text
    return b64encode(value).decode("ascii")


def read_datetime(value: object) -> datetime:
    """Check a datetime or read its text.

    Raises:
        ValueError: If it is neither, or if a datetime made in Python has no zone, which leaves open
            which moment it is.
    """
    if isinstance(value, str):
        return SpelledDatetime.read(value)
    if not isinstance(value, datetime):
        raise ValueError("neither a datetime nor a text of RFC 3339")
    if value.tzinfo is None and not (isinstance(value, Spelled) and value.text):
        raise ValueError("a datetime needs a time zone")
    return value


def read_date(value: object) -> date:
    """Check a date that is not a datetime; raises ValueError otherwise."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("neither a date nor a full-date of RFC 3339")


def read_time(value: object) -> time:
    """Check a time of day or read its text; raises ValueError otherwise."""
    if isinstance(value, time):
        return value
    if isinstance(value, str):
        return SpelledTime.read(value)
    raise ValueError("neither a time nor a text of RFC 3339")


def read_duration(value: object) -> timedelta:
    """Check a timedelta or read its text; raises ValueError otherwise."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        return SpelledDuration.read(value)
    raise ValueError("neither a timedelta nor a text of ISO 8601")


def read_uuid(value: object) -> UUID:
    """Check a UUID or read its text; raises ValueError otherwise."""
    if isinstance(value, UUID):
        return value
    if isinstance(value, str):
        return SpelledUUID.read(value)
    raise ValueError("neither a UUID nor its text")


def read_bytes(value: object) -> bytes:
    """Check bytes or read their base64 text; raises ValueError otherwise."""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise ValueError("neither bytes nor a base64 text")
    decoded = SpelledBytes.read(value)
    canonical = bytes(decoded)
    return canonical if bytes_text(canonical) == value else decoded


def _precision(value: datetime | time) -> str:
    if not value.microsecond:
        return "seconds"
    return "microseconds" if value.microsecond % 1000 else "milliseconds"


def _with_offset(text: str, value: datetime | time, utc: str = "Z") -> str:
    offset = value.utcoffset()
    if offset is None:
        return text
    if not offset:
        return text + utc
    minutes = round(abs(offset).total_seconds() / 60)
    return f"{text}{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
