"""What was read is written as it was read."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, Any
from uuid import UUID

import pytest
from bandwidth_recordings._runtime.model import Model
from bandwidth_recordings._runtime.spelling import Spelled, datetime_text, duration_text
from bandwidth_recordings._runtime.types import Base64
from bandwidth_recordings._runtime.unset import UNSET
from pydantic import Field, TypeAdapter, ValidationError


class Scalars(Model):
    at: Annotated[datetime | None, Field(alias="theTime")] = None
    times: list[datetime] | None = None
    by_name: dict[str, datetime] | None = None
    day: date | None = None
    clock: time | None = None
    lasts: timedelta | None = None
    key: UUID | None = None
    data: Base64 | None = None
    ratio: float | None = None
    bounded: Annotated[float, Field(ge=0.5, lt=10.5)] | None = None
    count: int | None = None
    flag: bool | None = None


def values(document: object) -> str:
    """The JSON values of a document, whatever the order of its properties; 1 is not 1.0 here."""
    return json.dumps(document, sort_keys=True)


def round_trip(text: str) -> Scalars:
    """Read a document, check that it is written as the same JSON values, and return what was read."""
    model = Scalars.model_validate_json(text)
    written = model.model_dump_json(exclude_unset=True, warnings="error")
    assert values(json.loads(written)) == values(json.loads(text))
    plain = model.model_dump(mode="json", exclude_unset=True)
    assert values(plain) == values(json.loads(text))
    return model


@pytest.mark.parametrize(
    "text",
    [
        "2022-06-17T22:19:40.375Z",
        "2022-06-17T22:19:40Z",
        "2022-06-17T22:19:40.375123Z",
        "2022-06-17T22:19:40+02:00",
        "2022-06-17T22:19:40.5-05:30",
        "2022-06-17T22:19:40.000Z",
        "2022-06-17T22:19:40.100000Z",
        "2022-06-17T22:19:40.1Z",
        "2022-06-17T22:19:40.123456789Z",
        "2022-06-17T22:19:40+00:00",
        "2022-06-17T22:19:40-00:00",
        "2022-06-17T22:19:40+0200",
        "2022-06-17t22:19:40z",
        "2022-06-17 22:19:40",
        "2022-06-17T22:19:40",
        "2022-06-17T22:19",
        "2022-06-17",
    ],
)
def test_a_datetime_keeps_its_text(text: str) -> None:
    model = round_trip(json.dumps({"theTime": text, "times": [text], "by_name": {"a": text}}))
    assert isinstance(model.at, datetime)
    assert model.at == datetime.fromisoformat(text.upper()).replace(
        microsecond=model.at.microsecond
    )


def test_a_datetime_without_a_zone_stays_without() -> None:
    model = round_trip('{"theTime": "2022-06-17T22:19:40"}')
    assert model.at is not None
    assert model.at.tzinfo is None


def test_the_canonical_text_is_read_without_a_subclass() -> None:
    model = round_trip('{"theTime": "2022-06-17T22:19:40.375Z", "lasts": "PT13.67S"}')
    assert type(model.at) is datetime
    assert type(model.lasts) is timedelta
    assert model.at == datetime(2022, 6, 17, 22, 19, 40, 375000, tzinfo=UTC)
    assert model.lasts == timedelta(seconds=13.67)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2022, 6, 17, 22, 19, 40, tzinfo=UTC), "2022-06-17T22:19:40Z"),
        (datetime(2022, 6, 17, 22, 19, 40, 375000, tzinfo=UTC), "2022-06-17T22:19:40.375Z"),
        (datetime(2022, 6, 17, 22, 19, 40, 375001, tzinfo=UTC), "2022-06-17T22:19:40.375001Z"),
        (
            datetime(1, 1, 1, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
            "0001-01-01T00:00:00-03:30",
        ),
    ],
)
def test_a_datetime_made_in_python_has_its_canonical_text(moment: datetime, text: str) -> None:
    assert json.loads(Scalars(at=moment).model_dump_json(exclude_unset=True)) == {"theTime": text}
    read = Scalars.model_validate_json(json.dumps({"theTime": text})).at
    assert type(read) is datetime
    assert datetime_text(read) == text


def test_a_datetime_made_in_python_needs_a_zone() -> None:
    with pytest.raises(ValidationError, match="a datetime with a time zone"):
        Scalars(at=datetime(2022, 6, 17))


@pytest.mark.parametrize(
    ("text", "later", "at_once"),
    [
        ("2022-06-17T22:19:40.000Z", "2022-06-17T22:19:41.000Z", "2022-06-17T22:00:40.000001Z"),
        (
            "2022-06-17T22:19:40.000000Z",
            "2022-06-17T22:19:41.000000Z",
            "2022-06-17T22:00:40.000001Z",
        ),
        (
            "2022-06-17T22:19:40+00:00",
            "2022-06-17T22:19:41+00:00",
            "2022-06-17T22:00:40.000001+00:00",
        ),
        (
            "2022-06-17T22:19:40.000+00:00",
            "2022-06-17T22:19:41.000+00:00",
            "2022-06-17T22:00:40.000001+00:00",
        ),
        (
            "2022-06-17T22:19:40.000+02:00",
            "2022-06-17T22:19:41.000+02:00",
            "2022-06-17T22:00:40.000001+02:00",
        ),
    ],
)
def test_what_is_computed_from_a_datetime_is_written_in_its_style(
    text: str, later: str, at_once: str
) -> None:
    at = round_trip(json.dumps({"theTime": text})).at
    assert at is not None
    assert datetime_text(at + timedelta(seconds=1)) == later
    assert datetime_text(at.replace(minute=0, microsecond=1)) == at_once
    assert datetime_text(copy.deepcopy(at)) == datetime_text(pickle.loads(pickle.dumps(at))) == text


def test_datetimes_of_every_style_are_compared_and_computed_with_one_another() -> None:
    texts = ["2022-06-17T22:19:40Z", "2022-06-17T22:19:40.000Z", "2022-06-18T00:19:40.000+02:00"]
    times = round_trip(json.dumps({"times": texts})).times
    assert times is not None
    assert len({*times, datetime(2022, 6, 17, 22, 19, 40, tzinfo=UTC)}) == 1
    assert {one - other for one in times for other in times} == {timedelta()}
    assert {at.astimezone(UTC).isoformat() for at in times} == {"2022-06-17T22:19:40+00:00"}


def test_a_datetime_of_a_users_own_pydantic_model_is_written_with_milliseconds() -> None:
    at = TypeAdapter(datetime).validate_python("2022-06-17T22:19:40Z")
    assert json.loads(Scalars(at=at).model_dump_json(exclude_unset=True)) == {
        "theTime": "2022-06-17T22:19:40.000Z"
    }


def test_what_is_computed_from_other_values_forgets_the_text() -> None:
    model = round_trip('{"theTime": "2022-06-17t22:19:40z", "lasts": "PT90S"}')
    assert model.at is not None
    assert datetime_text(model.at + timedelta(seconds=1)) == "2022-06-17T22:19:41Z"
    assert model.lasts is not None
    assert duration_text(model.lasts + timedelta(seconds=1)) == "PT1M31S"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT13.67S", 13.67),
        ("PT0S", 0),
        ("PT1M30S", 90),
        ("PT90S", 90),
        ("PT0H1M", 60),
        ("PT1.5H", 5400),
        ("PT0.5M", 30),
        ("P1D", 86400),
        ("P1DT2H3M4.5S", 93784.5),
        ("P2W", 1209600),
        ("-PT13S", -13),
        ("+PT13S", 13),
        ("PT13,5S", 13.5),
        ("pt1s", 1),
        ("PT00.10S", 0.1),
        ("PT36H", 129600),
        ("P0D", 0),
    ],
)
def test_a_duration_keeps_its_text(text: str, seconds: float) -> None:
    assert round_trip(json.dumps({"lasts": text})).lasts == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["P1M", "P1Y", "P1Y2M", "PT", "P", "P1DT", "1", "00:01:00", "soon", ""]
)
def test_what_a_timedelta_cannot_hold_is_no_duration(text: str) -> None:
    with pytest.raises(ValidationError, match="a timedelta"):
        Scalars.model_validate_json(json.dumps({"lasts": text}))


@pytest.mark.parametrize("microseconds", [0, 1, 10, 13_670_000, 59_999_999, 86_400_000_000 * 3 + 5])
def test_the_canonical_text_of_a_duration_is_read_back(microseconds: int) -> None:
    for value in (timedelta(microseconds=microseconds), -timedelta(microseconds=microseconds)):
        read = Scalars.model_validate_json(json.dumps({"lasts": duration_text(value)})).lasts
        assert read == value
        assert type(read) is timedelta


@pytest.mark.parametrize(
    "fields",
    [
        {"day": "2022-06-17"},
        {"clock": "22:19:40Z"},
        {"clock": "22:19:40"},
        {"clock": "22:19"},
        {"clock": "22:19:40.50+00:00"},
        {"key": "04e88489-df02-4e34-a0ee-27a91849555f"},
        {"key": "04E88489-DF02-4E34-A0EE-27A91849555F"},
        {"key": "urn:uuid:04e88489-df02-4e34-a0ee-27a91849555f"},
        {"key": "04e88489df024e34a0ee27a91849555f"},
        {"data": "aGk="},
        {"data": "aGk"},
        {"data": "_-8="},
        {"data": ""},
        {"ratio": 1},
        {"ratio": 1.0},
        {"ratio": 0.1},
        {"ratio": 12345678901234567890},
        {"bounded": 1},
        {"bounded": 0.5},
        {"bounded": 10},
        {"count": 2**70},
        {"flag": True},
        {"theTime": None, "ratio": None, "lasts": None},
    ],
)
def test_other_scalars_keep_their_form(fields: dict[str, Any]) -> None:
    round_trip(json.dumps(fields))


def test_base64_is_bytes() -> None:
    assert round_trip('{"data": "aGk"}').data == b"hi"
    assert json.loads(Scalars(data=b"hi").model_dump_json(exclude_unset=True)) == {"data": "aGk="}
    with pytest.raises(ValidationError):
        Scalars.model_validate_json('{"data": "a*"}')


@pytest.mark.parametrize(
    "fields",
    [
        {"ratio": "1"},
        {"ratio": True},
        {"count": "1"},
        {"count": 1.0},
        {"count": True},
        {"flag": 1},
        {"flag": "true"},
        {"bounded": 0},
        {"bounded": 11},
        {"bounded": 10.5},
        {"theTime": 1655504380},
        {"theTime": "1655504380"},
        {"day": "2022-06-17T00:00:00Z"},
        {"day": datetime(2022, 6, 17, tzinfo=UTC)},
        {"lasts": 5},
    ],
)
def test_a_model_made_by_the_caller_takes_the_documented_types_alone(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError):
        Scalars(**fields)


@pytest.mark.parametrize(
    "text",
    [
        '{"theTime": "2022-06-17T22:19:40+0000"}',
        '{"clock": "22:19"}',
        '{"lasts": "PT90S"}',
        '{"key": "04E88489-DF02-4E34-A0EE-27A91849555F"}',
        '{"data": "aGk"}',
    ],
)
def test_a_value_keeps_its_text_in_copies_and_pickles(text: str) -> None:
    model = Scalars.model_validate_json(text)
    (value,) = (item for item in dict(model).values() if item is not None)
    assert isinstance(value, Spelled)
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert other == value
        assert other.text == value.text
    for twin in (model.model_copy(deep=True), pickle.loads(pickle.dumps(model))):
        assert json.loads(twin.model_dump_json(exclude_unset=True)) == json.loads(text)


def test_a_model_describes_itself_in_json_schema() -> None:
    assert "theTime" in TypeAdapter(Scalars).json_schema()["properties"]


def test_unset_is_neither_true_nor_none() -> None:
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert copy.deepcopy(UNSET) is UNSET
