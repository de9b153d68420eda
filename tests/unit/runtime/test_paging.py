"""How pages follow one another: no socket, only answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from bandwidth_recordings._runtime.adapters import adapter
from bandwidth_recordings._runtime.api_response import ApiResponse
from bandwidth_recordings._runtime.errors import PagingError
from bandwidth_recordings._runtime.headers import Headers
from bandwidth_recordings._runtime.links import followed, next_link
from bandwidth_recordings._runtime.model import Model
from bandwidth_recordings._runtime.operation import Operation
from bandwidth_recordings._runtime.paging import Ask, Listing, Paging, Taken
from bandwidth_recordings._runtime.paging_cursor import CursorPaging
from bandwidth_recordings._runtime.paging_link import LinkPaging
from bandwidth_recordings._runtime.paging_number import NumberPaging

Service = Callable[[Ask], ApiResponse[Any]]


def answer(data: object, **headers: str) -> ApiResponse[Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ApiResponse(data, status=200, headers=Headers(named), attempts=1, elapsed=0.0)


def walk(
    paging: Paging[Any],
    service: Service,
    arguments: Mapping[str, Any] | None = None,
    body: object = None,
    most: int = 1000,
) -> tuple[list[Any], list[Ask]]:
    """Return the items, and what was asked for."""
    position = paging.start(arguments or {}, body)
    items: list[Any] = []
    asked: list[Ask] = []
    for _ in range(most):
        asked.append(position.ask())
        taken = position.take(service(asked[-1]))
        if not isinstance(taken, Taken):
            position = taken
            continue
        items += taken.items
        if taken.following is None:
            return items, asked
        position = taken.following
    raise AssertionError("the walk does not end")


def scripted(*answers: ApiResponse[Any]) -> Service:
    """Serve answers one after another, the last one for ever."""
    waiting = itertools.chain(answers, itertools.repeat(answers[-1]))
    return lambda _: next(waiting)


CURSOR: Paging[Any] = CursorPaging(argument="after", next="/next", items="/data")


def test_a_cursor_is_carried_from_each_answer_to_the_next_request() -> None:
    service = scripted(
        answer({"data": [1, 2], "next": "b"}),
        answer({"data": [], "next": "c"}),
        answer({"data": [3], "next": None}),
    )
    items, asked = walk(CURSOR, service)
    assert items == [1, 2, 3]
    assert [ask.arguments for ask in asked] == [{}, {"after": "b"}, {"after": "c"}]


@pytest.mark.parametrize("end", [None, "", 0, False, "missing"])
def test_no_cursor_is_the_end(end: object) -> None:
    last = {"data": [1]} if end == "missing" else {"data": [1], "next": end}
    assert walk(CURSOR, scripted(answer(last)))[0] == [1]


def test_a_walk_begins_at_the_cursor_that_is_given() -> None:
    _, asked = walk(CURSOR, scripted(answer({"data": []})), {"after": "m"})
    assert asked[0].arguments == {"after": "m"}


@pytest.mark.parametrize("length", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("lead", [0, 1, 5])
def test_a_circle_of_cursors_is_an_error(length: int, lead: int) -> None:
    places = [*range(1, lead + 1)]
    circle = itertools.cycle(range(lead + 1, lead + length + 1))
    cursors = itertools.chain(places, circle)
    with pytest.raises(PagingError, match="in a circle"):
        walk(CURSOR, lambda _: answer({"data": [0], "next": f"c{next(cursors)}"}))


def test_the_same_cursor_again_is_an_error_at_once() -> None:
    calls = itertools.count()

    def service(_: Ask) -> ApiResponse[Any]:
        next(calls)
        return answer({"data": [0], "next": "same"})

    with pytest.raises(PagingError):
        walk(CURSOR, service)
    assert next(calls) == 2
    with pytest.raises(PagingError):
        walk(CURSOR, service, {"after": "same"})
    assert next(calls) == 4


@pytest.mark.parametrize("lead", [1, 2, 3, 5, 6])
def test_a_cursor_that_repeats_later_is_an_error_at_once_too(lead: int) -> None:
    given: list[str] = []

    def service(_: Ask) -> ApiResponse[Any]:
        given.append(f"c{min(len(given), lead)}")
        return answer({"data": [0], "next": given[-1]})

    with pytest.raises(PagingError):
        walk(CURSOR, service)
    assert len(given) == lead + 2


def test_a_long_walk_that_is_no_circle_is_none() -> None:
    cursors = iter(range(1, 900))
    items, _ = walk(CURSOR, lambda _: answer({"data": [0], "next": next(cursors, None)}))
    assert len(items) == 900


def test_the_last_item_may_be_the_cursor() -> None:
    paging: Paging[Any] = CursorPaging(argument="after", last="/id", more="/more", items="/data")
    service = scripted(
        answer({"data": [{"id": 1}, {"id": 2}], "more": True}),
        answer({"data": [{"id": 3}], "more": False}),
    )
    items, asked = walk(paging, service)
    assert [item["id"] for item in items] == [1, 2, 3]
    assert asked[1].arguments == {"after": 2}


def test_more_without_a_cursor_is_an_error() -> None:
    paging: Paging[Any] = CursorPaging(argument="after", next="/next", more="/more", items="/data")
    with pytest.raises(PagingError, match="no cursor"):
        walk(paging, scripted(answer({"data": [1], "more": True})))


def test_no_more_wins_over_a_cursor() -> None:
    paging: Paging[Any] = CursorPaging(argument="after", next="/next", more="/more", items="/data")
    assert walk(paging, scripted(answer({"data": [1], "next": "x", "more": False})))[0] == [1]


class Page(Model):
    data: list[int]
    next: str | None = None
    more: bool | None = None


def test_a_boolean_that_came_as_text_says_whether_there_is_more() -> None:
    paging: Paging[Any] = CursorPaging(argument="after", next="/next", more="/more", items="/data")
    page = adapter(lambda: Page).read(b'{"data": [1], "next": "x", "more": "false"}')
    assert walk(paging, scripted(answer(page)))[0] == [1]
    page = adapter(lambda: Page).read(b'{"data": [1], "more": "true"}')
    with pytest.raises(PagingError):
        walk(paging, scripted(answer(page)))


def test_a_cursor_may_come_in_a_header_and_go_in_the_body() -> None:
    paging: Paging[Any] = CursorPaging(
        argument="from", in_body=True, next="$response.header.X-Next"
    )
    items, asked = walk(paging, scripted(answer([1], x_next="b"), answer([2])))
    assert items == [1, 2]
    assert [ask.properties for ask in asked] == [{}, {"from": "b"}]
    assert asked[1].resume == {"extra_body": {"from": "b"}}


def counted(total: int, size: int, **names: Any) -> Service:
    """Serve `total` numbers in pages of `size`, which begin at 1."""

    def service(ask: Ask) -> ApiResponse[Any]:
        page = int(ask.arguments.get("page", 1))
        found = [{"n": n} for n in range(total)[(page - 1) * size : page * size]]
        pages = -(-total // size)
        return answer({"data": found, "total": total, "pages": pages, "more": page < pages})

    return service


@pytest.mark.parametrize("total", [0, 1, 9, 10, 11, 30])
@pytest.mark.parametrize("told", ["nothing", "total", "pages", "more"])
def test_pages_are_counted_until_there_are_no_more(total: int, told: str) -> None:
    places: dict[str, Any] = {} if told == "nothing" else {told: f"/{told}"}
    paging: Paging[Any] = NumberPaging(argument="page", first=1, items="/data", **places)
    items, asked = walk(paging, counted(total, 10))
    assert [item["n"] for item in items] == [*range(total)]
    full = -(-total // 10)
    assert len(asked) == (full + 1 if told == "nothing" else max(full, 1))


def test_pages_begin_at_the_one_that_is_given() -> None:
    paging: Paging[Any] = NumberPaging(argument="page", first=1, total="/total", items="/data")
    items, asked = walk(paging, counted(30, 10), {"page": 3})
    assert [item["n"] for item in items] == [*range(20, 30)]
    assert len(asked) == 1


def test_a_total_that_comes_as_text_counts() -> None:
    paging: Paging[Any] = NumberPaging(argument="page", first=1, total="$response.header.X-Total")
    assert len(walk(paging, scripted(answer([{"n": 1}, {"n": 2}], x_total="2")))[1]) == 1


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("total", [0, 9, 10, 25])
@pytest.mark.parametrize("told", [False, True])
def test_offsets_go_on_by_what_came(first: int, total: int, told: bool) -> None:
    def service(ask: Ask) -> ApiResponse[Any]:
        start = int(ask.arguments.get("skip", first)) - first
        return answer({"data": [{"n": n} for n in range(total)[start : start + 10]], "t": total})

    paging: Paging[Any] = NumberPaging(
        argument="skip", counts_items=True, first=first, items="/data", total="/t" if told else None
    )
    items, asked = walk(paging, service)
    assert [item["n"] for item in items] == [*range(total)]
    assert asked[-1].arguments == ({} if len(asked) == 1 else {"skip": len(items) + first - (
        0 if not told else total % 10 or 10)})  # fmt: skip
    resumed, _ = walk(paging, service, {"skip": first + 7})
    assert [item["n"] for item in resumed] == [*range(7, total)]


def test_a_service_that_does_not_heed_the_number_is_an_error() -> None:
    paging: Paging[Any] = NumberPaging(argument="page", first=1)
    with pytest.raises(PagingError, match="does not heed page"):
        walk(paging, scripted(answer([{"n": 1}])))


def test_pages_of_equal_scalars_are_no_error() -> None:
    paging: Paging[Any] = NumberPaging(argument="page", first=1)
    service = scripted(answer(["ok", "ok"]), answer(["ok", "ok"]), answer([]))
    assert walk(paging, service)[0] == ["ok"] * 4


def test_links_lead_from_page_to_page() -> None:
    service = scripted(
        answer([1], link='</a?page=2>; rel="next", </a>; rel=first'), answer([2], link="<3>; rel=next"),
        answer([3], link='</a>; rel="first"'),
    )  # fmt: skip
    items, asked = walk(LinkPaging(), service)
    assert items == [1, 2, 3]
    assert [ask.link for ask in asked] == [None, "/a?page=2", "/3"]


def test_the_url_of_the_next_page_may_be_a_field() -> None:
    service = scripted(answer({"v": [1], "next": "https://a.test/2"}), answer({"v": [2]}))
    items, asked = walk(LinkPaging(next="/next", items="/v"), service)
    assert items == [1, 2]
    assert asked[1].link == "https://a.test/2"


def test_a_circle_of_links_is_an_error() -> None:
    with pytest.raises(PagingError, match="circle"):
        walk(LinkPaging(), scripted(answer([1], link="<?page=2>; rel=next")))


@pytest.mark.parametrize(
    ("field", "target"),
    [
        ('<https://a.test/x?a=1,2;b>; rel="next"', "https://a.test/x?a=1,2;b"),
        ("<x>; rel=next", "x"),
        ("<x>;rel=NEXT", "x"),
        ('<x>; title="a, <y>; rel=\\"next\\""; rel="prev", <z>; rel="last next"', "z"),
        ("<x>; rel=prev , <y> ; rel = next", "y"),
        ("<x>; rel=prev; rel=next", None),
        ("<x>; rev=next", None),
        ('<x>; rel="nexts"', None),
        ("<x>", None),
        ("", None),
        ("rel=next", None),
        ("<x; rel=next", None),
        ("< x >; rel=next", "x"),
        ('<x>; rel=next; anchor="#of-something-else", <y>; rel=next', "y"),
        ('<x>;; crossorigin ; rel="next";', "x"),
        ('<x>; rel="ne\\xt"', "x"),
        ("<a>" + " ;" * 20_000 + "<" * 20_000, None),
    ],
)
def test_the_link_header_is_read_as_rfc_8288_says(field: str, target: str | None) -> None:
    assert next_link([field]) == target


def test_several_link_headers_are_one() -> None:
    assert next_link(["<x>; rel=prev", "<y>; rel=next"]) == "y"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("?page=2", "https://a.test/v1/things?page=2"),
        ("/v1/things?page=2", "https://a.test/v1/things?page=2"),
        ("https://a.test/v2/other#part", "https://a.test/v2/other"),
        ("https://A.test:443/v1", "https://A.test:443/v1"),
    ],
)
def test_a_link_is_relative_to_the_operation(link: str, expected: str) -> None:
    assert followed("https://a.test/v1/things?size=1", link) == expected


@pytest.mark.parametrize(
    "link",
    ["https://b.test/x", "http://a.test/x", "https://a.test:8443/", "//b.test/x", "https://a.test.b.test/"],
)  # fmt: skip
def test_a_link_to_another_origin_is_refused(link: str) -> None:
    with pytest.raises(PagingError, match="another origin"):
        followed("https://a.test/v1", link)


@pytest.mark.parametrize(
    "link", ["https://u:p@a.test/", "ftp://a.test/", "https://a.test/ x", "https://[::1", "\n", "é",
             "https://a.test:99999/"]
)  # fmt: skip
def test_what_is_no_url_is_refused(link: str) -> None:
    with pytest.raises(PagingError, match="cannot be read"):
        followed("https://a.test/v1", link)


def test_credentials_in_the_query_are_not_sent_twice() -> None:
    url = followed("https://a.test/x", "?api_key=k&page=2&api%5Fkey=k", ["api_key"])
    assert url == "https://a.test/x?page=2"


FIELD: Paging[Any] = LinkPaging(next="/next", items="/data")


@pytest.mark.parametrize("paging", [CURSOR, FIELD])
def test_what_is_no_list_is_an_error_and_nothing_is_no_items(paging: Paging[Any]) -> None:
    assert walk(paging, scripted(answer({"data": None})))[0] == []
    assert walk(paging, scripted(answer(None)))[0] == []
    with pytest.raises(PagingError, match="no list at /data"):
        walk(paging, scripted(answer({"data": {"a": 1}})))


def test_properties_of_the_body_are_added_to_those_of_the_caller() -> None:
    operation: Operation[Any] = Operation(
        id="find", name="find", method="POST", path="/", responses={}
    )
    paging: Paging[Any] = CursorPaging(argument="from", in_body=True, next="/next")
    listing = Listing(operation, paging, {"a": 1}, {"extra_body": {"x": 1}}, {"from": "m"})
    request = listing.request(listing.start())
    assert request["options"] == {"extra_body": {"x": 1, "from": "m"}}
    assert request["arguments"] == {"a": 1}
