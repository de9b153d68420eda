"""Whatever a service sends, it can be read, and what was read is sent back as the same JSON values."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from bandwidth_recordings import ResponseValidationError, models
from bandwidth_recordings._runtime.adapters import adapter
from bandwidth_recordings._runtime.bodies import body_content
from bandwidth_recordings._runtime.operation import Body, Operation, Response
from bandwidth_recordings._runtime.response import decode
from hypothesis import given, settings
from hypothesis import strategies as st

RECORDINGS: Operation[Any] = Operation(
    id="list",
    name="list",
    method="GET",
    path="/",
    responses={
        "200": Response.of("application/json", lambda: list[models.CallRecordingMetadata]),
    },
)
ONE = Body.of("application/json", lambda: models.CallRecordingMetadata)

THOROUGH = settings(max_examples=100, deadline=None, derandomize=True, database=None)

digits = st.text("0123456789", min_size=1, max_size=9)
offsets = st.sampled_from(
    ["Z", "+00:00", "z", "", "-00:00", "+0000", "+02:00", "-05:30", "+23:59", "+24:00", " "]
)
fractions = st.one_of(
    st.sampled_from(["", ".000", ".375", ".000000"]),
    digits.map(".{}".format),
    digits.map(",{}".format),
)
dates = st.builds(
    "{:04}-{:02}-{:02}".format, st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32)
)
clocks = st.builds(
    "{:02}:{:02}:{:02}".format, st.integers(0, 24), st.integers(0, 60), st.integers(0, 60)
)
odd_datetimes = st.builds(
    "{}{}{}{}{}".format, dates, st.sampled_from("TTt _"), clocks, fractions, offsets
)
usual_datetimes = st.builds(
    "{:%Y-%m-%dT%H:%M:%S}{}{}".format,
    st.datetimes(datetime(1000, 1, 1)),
    st.sampled_from(["", ".000", ".375", ".000000", ".123456"]),
    st.sampled_from(["Z", "+00:00", "+02:00", "-05:30"]),
)
datetimes = st.one_of(usual_datetimes, odd_datetimes)
amounts = st.builds("{}{}".format, digits, fractions)


@st.composite
def durations(draw: st.DrawFn) -> str:
    def some(units: str) -> str:
        chosen = draw(st.lists(st.sampled_from(units), unique=True, max_size=3))
        return "".join(f"{draw(amounts)}{unit}" for unit in units if unit in chosen)

    clock = some("HMS")
    sign = draw(st.sampled_from(["", "-", "+"]))
    return f"{sign}P{some('YMWD')}{'T' if clock else ''}{clock}"


floats = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.one_of(st.integers(-(2**63), 2**64), floats, st.booleans())
texts = st.one_of(
    st.text(max_size=12),
    datetimes,
    dates,
    durations(),
    numbers.map(str),
    st.sampled_from(["inbound", "INBOUND", "wav", "complete", "true", "PT13.67S", ""]),
)
values = st.recursive(
    st.one_of(st.none(), numbers, texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)
FIELDS = (
    *("recordingId", "from", "duration", "direction", "channels", "startTime", "endTime"),
    *("fileFormat", "status", "mediaUrl", "transcription", "aNewField", "a_new_field", "class"),
)
transcriptions = st.fixed_dictionaries(
    {}, optional={"id": values, "status": values, "completedTime": values, "new": values}
)
records: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FIELDS, values),
        **dict.fromkeys(("startTime", "endTime"), st.one_of(datetimes, values)),
        "duration": st.one_of(durations(), values),
        "channels": st.one_of(numbers, numbers.map(str), values),
        "transcription": st.one_of(transcriptions, values),
    },
)


def exact(document: object) -> str:
    """The JSON values of a document; 1, 1.0 and true are three."""
    return json.dumps(document, sort_keys=True)


def read(document: object) -> list[models.CallRecordingMetadata]:
    body = json.dumps(document).encode()
    found = decode(RECORDINGS, 200, {"content-type": "application/json"}, body)
    return cast("list[models.CallRecordingMetadata]", found)


@THOROUGH
@given(st.lists(records, max_size=3))
def test_any_record_is_read_and_sent_back_the_same(sent: list[dict[str, Any]]) -> None:
    found = read(sent)
    assert [type(one) for one in found] == [models.CallRecordingMetadata] * len(sent)
    written = adapter(lambda: list[models.CallRecordingMetadata]).write(found)
    assert exact(json.loads(written)) == exact(sent)
    for record, one in zip(sent, found, strict=True):
        content = body_content(ONE, one).data
        assert content is not None
        assert exact(json.loads(content)) == exact(record)
        dumped = one.model_dump_json(exclude_unset=True, warnings=False)
        assert exact(json.loads(dumped)) == exact(record)


@THOROUGH
@given(datetimes)
def test_any_spelling_of_a_time_is_kept(text: str) -> None:
    one = read([{"startTime": text}])[0]
    assert isinstance(one.start_time, datetime | str)
    assert json.loads(one.model_dump_json(exclude_unset=True)) == {"startTime": text}
    copied = one.model_copy(deep=True)
    assert json.loads(copied.model_dump_json(exclude_unset=True)) == {"startTime": text}


@THOROUGH
@given(durations())
def test_any_spelling_of_a_duration_is_kept(text: str) -> None:
    one = read([{"duration": text}])[0]
    assert isinstance(one.duration, timedelta | str)
    assert json.loads(one.model_dump_json(exclude_unset=True)) == {"duration": text}


@THOROUGH
@given(st.datetimes(datetime(1900, 1, 2), datetime(9000, 1, 1), timezones=st.timezones()))
def test_a_time_that_is_sent_is_the_time_that_is_read(moment: datetime) -> None:
    written = models.CallRecordingMetadata(start_time=moment).model_dump(mode="json")
    found = read([{"startTime": written["startTime"]}])[0].start_time
    assert isinstance(found, datetime)
    offset = moment.utcoffset()
    if offset is not None and not offset.seconds % 60:
        assert found.astimezone(UTC) == moment.astimezone(UTC)


@THOROUGH
@given(st.timedeltas())
def test_a_duration_that_is_sent_is_the_duration_that_is_read(length: timedelta) -> None:
    written = models.CallRecordingMetadata(duration=length).model_dump(mode="json")
    assert read([{"duration": written["duration"]}])[0].duration == length


@THOROUGH
@given(values.filter(lambda value: not isinstance(value, list)))
def test_what_is_no_list_at_all_keeps_its_bytes(document: object) -> None:
    with pytest.raises(ResponseValidationError) as caught:
        read(document)
    assert json.loads(caught.value.body) == document
    assert caught.value.status == 200


@THOROUGH
@given(st.binary(min_size=1, max_size=40))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    found: object = None
    kept: bytes | None = None
    try:
        found = decode(RECORDINGS, 200, {"content-type": "application/json"}, body)
    except ResponseValidationError as error:
        kept = error.body
    assert kept == body if found is None else isinstance(found, list)


@THOROUGH
@given(st.lists(records, min_size=1, max_size=2), st.integers(0, 400))
def test_a_document_that_is_cut_off_keeps_its_bytes(sent: list[dict[str, Any]], end: int) -> None:
    body = json.dumps(sent).encode()
    body = body[: min(end, len(body) - 1)]
    if body.strip():
        with pytest.raises(ResponseValidationError) as caught:
            decode(RECORDINGS, 200, {"content-type": "application/json"}, body)
        assert caught.value.body == body
