"""Every style of OpenAPI 3.1, section 4.8.12, as RFC 6570 expands it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any
from urllib.parse import parse_qsl, unquote
from uuid import UUID

import pytest
from bandwidth_recordings._runtime.operation import Parameter, Style
from bandwidth_recordings._runtime.parameters import (
    cookie_text,
    header_text,
    path_text,
    query_pairs,
)

ARRAY = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200, "B": 150}


def query(value: object, style: Style | None = None, explode: bool | None = None) -> str:
    parameter = Parameter("color", "color", "query", style=style, explode=explode)
    return "&".join(query_pairs(parameter, value))


def path(value: object, style: Style | None = None, explode: bool | None = None) -> str:
    return path_text(Parameter("color", "color", "path", style=style, explode=explode), value)


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("form", False, "", "color="),
        ("form", False, "blue", "color=blue"),
        ("form", False, ARRAY, "color=blue,black,brown"),
        ("form", False, OBJECT, "color=R,100,G,200,B,150"),
        ("form", True, "", "color="),
        ("form", True, "blue", "color=blue"),
        ("form", True, ARRAY, "color=blue&color=black&color=brown"),
        ("form", True, OBJECT, "R=100&G=200&B=150"),
        ("spaceDelimited", False, ARRAY, "color=blue%20black%20brown"),
        ("spaceDelimited", False, OBJECT, "color=R%20100%20G%20200%20B%20150"),
        ("spaceDelimited", True, ARRAY, "color=blue&color=black&color=brown"),
        ("pipeDelimited", False, ARRAY, "color=blue%7Cblack%7Cbrown"),
        ("pipeDelimited", False, OBJECT, "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("pipeDelimited", True, ARRAY, "color=blue&color=black&color=brown"),
        ("deepObject", True, OBJECT, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ],
)
def test_a_query_is_laid_out_as_in_the_table(
    style: Style, explode: bool, value: object, expected: str
) -> None:
    assert query(value, style, explode) == expected


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("simple", False, "blue", "blue"),
        ("simple", False, ARRAY, "blue,black,brown"),
        ("simple", False, OBJECT, "R,100,G,200,B,150"),
        ("simple", True, ARRAY, "blue,black,brown"),
        ("simple", True, OBJECT, "R=100,G=200,B=150"),
        ("label", False, "", "."),
        ("label", False, "blue", ".blue"),
        ("label", False, ARRAY, ".blue,black,brown"),
        ("label", False, OBJECT, ".R,100,G,200,B,150"),
        ("label", True, ARRAY, ".blue.black.brown"),
        ("label", True, OBJECT, ".R=100.G=200.B=150"),
        ("matrix", False, "", ";color"),
        ("matrix", False, "blue", ";color=blue"),
        ("matrix", False, ARRAY, ";color=blue,black,brown"),
        ("matrix", False, OBJECT, ";color=R,100,G,200,B,150"),
        ("matrix", True, ARRAY, ";color=blue;color=black;color=brown"),
        ("matrix", True, OBJECT, ";R=100;G=200;B=150"),
    ],
)
def test_a_path_is_laid_out_as_in_the_table(
    style: Style, explode: bool, value: object, expected: str
) -> None:
    assert path(value, style, explode) == expected


@pytest.mark.parametrize(
    ("explode", "value", "expected"),
    [
        (False, "blue", "blue"),
        (False, ARRAY, "blue,black,brown"),
        (False, OBJECT, "R,100,G,200,B,150"),
        (True, OBJECT, "R=100,G=200,B=150"),
        (False, "a b/c?", "a b/c?"),
        (False, True, "true"),
    ],
)
def test_a_header_is_simple_and_not_percent_encoded(
    explode: bool, value: object, expected: str
) -> None:
    assert header_text(Parameter("h", "X-Color", "header", explode=explode), value) == expected


@pytest.mark.parametrize(
    ("explode", "value", "expected"),
    [
        (None, "blue", "color=blue"),
        (None, "a=b==", "color=a=b=="),
        (None, "a;b c,d", "color=a%3Bb%20c%2Cd"),
        (False, ARRAY, "color=blue,black,brown"),
        (None, ARRAY, "color=blue; color=black; color=brown"),
        (False, OBJECT, "color=R,100,G,200,B,150"),
        (True, OBJECT, "R=100; G=200; B=150"),
    ],
)
def test_a_cookie_is_a_form_of_cookie_octets(
    explode: bool | None, value: object, expected: str
) -> None:
    assert cookie_text(Parameter("c", "color", "cookie", explode=explode), value) == expected


def test_arrays_in_a_query_explode_by_default_and_others_do_not() -> None:
    assert query(ARRAY) == "color=blue&color=black&color=brown"
    assert query(ARRAY, "pipeDelimited") == "color=blue%7Cblack%7Cbrown"
    assert path(ARRAY) == "blue,black,brown"
    assert path(ARRAY, "matrix") == ";color=blue,black,brown"


def test_a_deep_object_is_nested_in_brackets() -> None:
    value = {"a": {"b": [1, {"c": "d e"}]}, "none": None}
    text = query(value, "deepObject")
    assert parse_qsl(text) == [("color[a][b][0]", "1"), ("color[a][b][1][c]", "d e")]
    assert "[" not in text


def test_what_is_nested_elsewhere_is_json() -> None:
    assert parse_qsl(query([{"a": [1, None]}, "x"])) == [
        ("color", '{"a":[1,null]}'),
        ("color", "x"),
    ]


@pytest.mark.parametrize(
    ("value", "expected"), [([], ""), ({}, ""), ([None], ""), ({"a": None}, "")]
)
def test_an_array_or_object_without_members_is_not_sent(value: object, expected: str) -> None:
    assert query(value) == expected
    assert query(value, "form", False) == expected


@pytest.mark.parametrize("value", [[], {}, [None]])
def test_an_empty_value_that_is_allowed_is_sent_as_the_name(value: object) -> None:
    parameter = Parameter("color", "color", "query", allow_empty_value=True)
    assert query_pairs(parameter, value) == ["color="]


@pytest.mark.parametrize("value", ["", [], {}, [None]])
def test_an_empty_path_parameter_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="empty"):
        path(value)


class Color(StrEnum):
    BLUE = "light blue"


class Size(Enum):
    SMALL = 1


@dataclass
class Point:
    x: int
    y: int | None = None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a b+c:d/e?f#g%h&i=j,k", "a%20b%2Bc%3Ad%2Fe%3Ff%23g%25h%26i%3Dj%2Ck"),
        ("A-z_0.9~", "A-z_0.9~"),
        ("é\N{GRINNING FACE}", "%C3%A9%F0%9F%98%80"),
        ("a\r\n\0", "a%0D%0A%00"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (10**25, "1" + "0" * 25),
        (1.5, "1.5"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        (Color.BLUE, "light%20blue"),
        (Size.SMALL, "1"),
        (date(2022, 6, 17), "2022-06-17"),
        (timedelta(seconds=90), "PT1M30S"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\xff\xfe", "%2F%2F4%3D"),
        (datetime(2022, 6, 17, 22, 19, 40, tzinfo=UTC), "2022-06-17T22%3A19%3A40Z"),
        (datetime(2022, 6, 17, 22, 19, 40, 375000, tzinfo=UTC), "2022-06-17T22%3A19%3A40.375Z"),
        (datetime(2022, 6, 17, 22, 19, 40, 1, tzinfo=UTC), "2022-06-17T22%3A19%3A40.000001Z"),
        (
            datetime(2022, 6, 17, 22, 19, 40, tzinfo=timezone(timedelta(hours=-5, minutes=-30))),
            "2022-06-17T22%3A19%3A40-05%3A30",
        ),
    ],
)
def test_a_scalar_has_one_exact_text(value: object, expected: str) -> None:
    assert query(value) == f"color={expected}"
    assert path(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [({3, 1, 2}, "1,2,3"), ((1, 2), "1,2"), (range(2), "0,1"), (Point(1), "x,1")],
)
def test_sets_tuples_iterables_and_dataclasses_are_arrays_and_objects(
    value: Any, expected: str
) -> None:
    assert path(value) == expected


@pytest.mark.parametrize(
    "value", [datetime(2022, 6, 17), float("nan"), float("inf"), object(), "\ud800"]
)
def test_a_value_without_a_certain_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"time zone|can(not)? be sent|surrogates"):
        query(value)


def test_reserved_characters_are_kept_where_allowed_except_those_that_end_the_value() -> None:
    parameter = Parameter("color", "color", "query", allow_reserved=True)
    assert query_pairs(parameter, "a/b:c?d@e;f,g=h") == ["color=a/b:c?d@e;f,g=h"]
    assert query_pairs(parameter, "a&b#c+d[e]%20 %") == ["color=a%26b%23c%2Bd%5Be%5D%20%20%25"]


def test_a_content_parameter_is_sent_as_its_media_type() -> None:
    value = {"a": [1, None, "é"]}
    json_query = Parameter("q", "q", "query", content_type="application/json")
    json_header = Parameter("h", "h", "header", content_type="application/json")
    json_path = Parameter("p", "p", "path", content_type="application/json")
    json_cookie = Parameter("c", "c", "cookie", content_type="application/json")
    (pair,) = query_pairs(json_query, value)
    assert unquote(pair) == r'q={"a":[1,null,"\u00e9"]}'
    assert header_text(json_header, value) == r'{"a":[1,null,"\u00e9"]}'
    assert unquote(path_text(json_path, value)) == r'{"a":[1,null,"\u00e9"]}'
    assert ";" not in cookie_text(json_cookie, {"a": "b;c"}).partition("=")[2]
    assert query_pairs(json_query, "text") == ["q=%22text%22"]
    with pytest.raises(ValueError, match="text/plain"):
        query_pairs(Parameter("q", "q", "query", content_type="text/plain"), value)


@pytest.mark.parametrize("value", ["a\r\nb", "a\nb", "a\0b", " a", "a ", "é", "\x7f", "a\r"])
def test_a_header_value_cannot_break_out_of_its_field(value: str) -> None:
    with pytest.raises(ValueError, match="header value"):
        header_text(Parameter("h", "h", "header"), value)


def test_the_name_of_a_query_parameter_is_encoded_too() -> None:
    assert query_pairs(Parameter("f", "filter[a b]", "query"), "x") == ["filter%5Ba%20b%5D=x"]
