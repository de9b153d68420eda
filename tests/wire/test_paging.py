"""Pages over real sockets, both clients: each kind of pager against a server of its kind, and waiting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bandwidth_recordings import (
    ApiTimeoutError,
    Page,
    PagingError,
    WaitError,
    WaitTimeoutError,
)

from .callers import IDS, Kind
from .callers import Caller as RecordingsCaller
from .generated import Caller, generate
from .servers import JSON, Action, Connection, FaultServer, Received, answer, reset

THINGS = [{"id": n, "name": f"thing {n}"} for n in range(7)]
SIZE = 3

Serve = Callable[[Received, dict[str, str]], tuple[Any, dict[str, str]]]


def served(serve: Serve) -> Action:
    """Answer with what a function of the request and its query gives: a value for the body, and headers."""

    def act(connection: Connection, request: Received) -> None:
        query = {name: values[0] for name, values in parse_qs(_query(request)).items()}
        body, headers = serve(request, query)
        answer(200, json.dumps(body).encode(), {**JSON, **headers})(connection, request)

    return act


def _query(request: Received) -> str:
    return urlsplit(request.target).query


def page(start: int) -> list[Any]:
    return THINGS[start : start + SIZE]


def by_cursor(request: Received, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
    given = json.loads(request.body).get("from") if request.body else query.get("after")
    start = int(given or 0)
    following = str(start + SIZE) if start + SIZE < len(THINGS) else None
    return {"data": page(start), "meta": {"next": following}}, {}


def by_wrapped_cursor(request: Received, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
    body, headers = by_cursor(request, query)
    return {"thingList": body["data"], "pageInfo": {"endCursor": body["meta"]["next"]}}, headers


def by_last(_: Received, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
    start = int(query.get("after", -1)) + 1
    return {"data": page(start), "more": start + SIZE < len(THINGS)}, {}


def by_number(_: Received, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
    return page((int(query.get("page", 1)) - 1) * SIZE), {"X-Total": str(len(THINGS))}


def by_offset(_: Received, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
    return {"data": page(int(query.get("skip", 0)))}, {}


def always(body: Any, **headers: str) -> Action:
    return answer(200, json.dumps(body).encode(), {**JSON, **headers})


def by_link(_: Received, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
    start = int(query.get("start", 0))
    links = f'</link?start={start + SIZE}&size=3>; rel="next"' if start + SIZE < 7 else "<>; rel=up"
    return page(start), {"Link": links}


def by_url(server: FaultServer) -> Serve:
    def serve(_: Received, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
        start = int(query.get("start", 0))
        url = f"{server.url}/next?start={start + SIZE}&api_key=secret"
        return {"data": page(start), "meta": {"next": url if start + SIZE < 7 else None}}, {}

    return serve


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return generate("paging", tmp_path_factory.mktemp("paging"))


@pytest.fixture
def call(package: ModuleType, kind: Kind, server: FaultServer) -> Iterator[Caller]:
    caller = Caller(package, kind, base_url=server.url, api_key="secret", max_retries=0)
    yield caller
    caller.close()


def ids(call: Caller, method: str, *arguments: Any, **options: Any) -> list[int]:
    paged = getattr(call.client.default, method)(*arguments, **options)
    return [thing.id for thing in call.items(paged)]


@pytest.mark.parametrize(
    ("method", "arguments", "serve", "queries"),
    [
        ("iter_things", (), by_cursor, ["", "after=3", "after=6"]),
        ("iter_wrapped", (), by_wrapped_cursor, ["", "after=3", "after=6"]),
        ("iter_by_last", (), by_last, ["", "after=2", "after=5"]),
        ("iter_search_things", ({"text": "x"},), by_cursor, ["", "", ""]),
        ("iter_pages", ("s",), by_number, ["", "page=2", "page=3"]),
        ("iter_from", (), by_offset, ["", "skip=3", "skip=6", "skip=7"]),
        ("iter_linked", (), by_link, ["", "start=3&size=3", "start=6&size=3"]),
        ("iter_next", (), by_url, ["", "start=3", "start=6"]),
    ],
)
def test_every_item_of_every_page(
    call: Caller,
    server: FaultServer,
    method: str,
    arguments: tuple[Any, ...],
    serve: Any,
    queries: list[str],
) -> None:
    server.script = [served(serve(server) if serve is by_url else serve)]
    assert ids(call, method, *arguments) == [*range(7)]
    key = "api_key=secret"
    assert [_query(request).removesuffix(key).rstrip("&") for request in server.requests] == queries
    assert all(_query(request).count(key) == 1 for request in server.requests)


def test_a_search_sends_its_body_with_every_page(call: Caller, server: FaultServer) -> None:
    server.script = [served(by_cursor)]
    assert ids(call, "iter_search_things", {"text": "x"}, extra_body={"y": 1}) == [*range(7)]
    assert [json.loads(request.body) for request in server.requests] == [
        {"text": "x", "y": 1},
        {"text": "x", "y": 1, "from": "3"},
        {"text": "x", "y": 1, "from": "6"},
    ]


def test_arguments_options_and_headers_go_with_every_page(
    call: Caller, server: FaultServer
) -> None:
    server.script = [served(by_link)]
    assert ids(call, "iter_linked", x_trace="t", extra_headers={"X-More": "m"}) == [*range(7)]
    headers = [
        (request.headers["x-trace"], request.headers["x-more"]) for request in server.requests
    ]
    assert headers == [("t", "m")] * 3


def test_an_iteration_begins_where_the_caller_says(call: Caller, server: FaultServer) -> None:
    server.script = [served(by_cursor)]
    assert ids(call, "iter_things", after="3") == [3, 4, 5, 6]
    assert ids(call, "iter_search_things", {"from": "6"}) == [6]


def test_no_page_is_asked_for_before_it_is_needed(call: Caller, server: FaultServer) -> None:
    server.script = [served(by_cursor)]
    paged = call.client.default.iter_things()
    assert server.requests == []
    taken = [call.next(paged) for _ in range(SIZE)]
    assert ([thing.id for thing in taken], len(server.requests)) == ([0, 1, 2], 1)


def test_page_by_page(call: Caller, server: FaultServer) -> None:
    server.script = [served(by_cursor)]
    pages = call.items(call.client.default.iter_things().pages())
    assert [[thing.id for thing in each.items] for each in pages] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [each.has_next for each in pages] == [True, True, False]
    assert [each.resume for each in pages] == [{"after": "3"}, {"after": "6"}, None]
    assert [each.response.status for each in pages] == [200] * 3
    again = call.wait(pages[0].next_page())
    assert [thing.id for thing in again.items] == [3, 4, 5]
    assert call.wait(pages[2].next_page()) is None
    assert ids(call, "iter_things", **pages[1].resume) == [6]
    assert repr(again).endswith("Page of 3 items>")


def test_an_iteration_goes_on_after_an_error(call: Caller, server: FaultServer) -> None:
    good = served(by_cursor)
    server.script = [good, answer(500), reset, good]
    paged = call.client.default.iter_things()
    found = [call.next(paged).id for _ in range(SIZE)]
    for _ in range(2):
        with pytest.raises((call.package.ApiConnectionError, call.package.InternalServerError)):
            call.next(paged)
    assert found + [thing.id for thing in call.items(paged)] == [*range(7)]


def test_a_page_that_fails_is_retried_as_any_call_is(
    package: ModuleType, kind: Kind, server: FaultServer
) -> None:
    retry = package.RetryPolicy(base=0.001)
    caller = Caller(package, kind, base_url=server.url, api_key="k", max_retries=2, retry=retry)
    good = served(by_cursor)
    server.script = [good, reset, answer(503), good]
    try:
        assert ids(caller, "iter_things") == [*range(7)]
    finally:
        caller.close()


@pytest.mark.parametrize("how", ["link", "next"])
def test_another_host_is_not_asked_and_gets_no_credentials(
    call: Caller, server: FaultServer, how: str
) -> None:
    with FaultServer() as other:
        url = f"{other.url}/{how}"
        body = page(0) if how == "link" else {"data": page(0), "meta": {"next": url}}
        server.script = [always(body, Link=f"<{url}>; rel=next")]
        paged = getattr(call.client.default, f"iter_{how}ed" if how == "link" else "iter_next")()
        assert [call.next(paged).id for _ in range(SIZE)] == [0, 1, 2]
        with pytest.raises(call.package.PagingError, match="another origin") as caught:
            call.next(paged)
        assert other.requests == []
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("iter_things", {"data": THINGS[:2], "meta": {"next": "same"}}),
        ("iter_next", {"data": THINGS[:2], "meta": {"next": "/next?same"}}),
        ("iter_from", {"data": THINGS[:2]}),
    ],
)
def test_a_service_that_leads_in_a_circle_is_an_error(
    call: Caller, server: FaultServer, method: str, body: Any
) -> None:
    server.script = [always(body)]
    with pytest.raises(call.package.PagingError) as caught:
        ids(call, method)
    assert caught.value.operation is not None
    assert len(server.requests) <= 3


def test_a_page_without_items_is_not_the_end(call: Caller, server: FaultServer) -> None:
    pages = [{"data": None, "meta": {"next": "b"}}, {"data": page(0)}]
    server.script = [answer(200, json.dumps(each).encode()) for each in pages]
    assert ids(call, "iter_things") == [0, 1, 2]


# The recordings API


BASE = datetime(2024, 3, 1, tzinfo=UTC)


def recordings(count: int) -> list[dict[str, Any]]:
    return [
        {
            "recordingId": f"r-{n}",
            "callId": f"c-{n % 7}",
            "startTime": (BASE + timedelta(seconds=n)).isoformat().replace("+00:00", "Z"),
        }
        for n in range(count)
    ]


def capped(found: list[dict[str, Any]], cap: int) -> Serve:
    """List recordings as the service does: at most so many, the newest first, by a window of start times."""

    def serve(_: Received, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
        low, high = (
            datetime.fromisoformat(query[name]) if name in query else default
            for name, default in (
                ("minStartTime", datetime.min.replace(tzinfo=UTC)),
                ("maxStartTime", datetime.max.replace(tzinfo=UTC)),
            )
        )
        inside = [
            one for one in reversed(found) if low <= datetime.fromisoformat(one["startTime"]) < high
        ]
        return inside[:cap], {}

    return serve


@pytest.mark.parametrize("bounds", ["none", "since", "both"])
def test_every_recording_although_a_call_gives_a_thousand(
    api: RecordingsCaller, server: FaultServer, bounds: str
) -> None:
    server.script = [served(capped(recordings(4500), 1000))]
    given: dict[str, Any] = {"from_": "+15555551212"}
    if bounds != "none":
        given["min_start_time"] = BASE + timedelta(seconds=10)
    if bounds == "both":
        given["max_start_time"] = "2024-03-01T01:10:00Z"
    found = api.items(api.client.recordings.iter_account_call_recordings("9900000", **given))
    wanted = range(0 if bounds == "none" else 10, 4200 if bounds == "both" else 4500)
    assert [one.recording_id for one in found] == [f"r-{n}" for n in wanted]
    assert all("from=%2B15555551212" in request.target for request in server.requests)
    assert len(server.requests) < 80


def test_the_pages_of_recordings_are_smaller_than_the_cap(
    api: RecordingsCaller, server: FaultServer
) -> None:
    server.script = [served(capped(recordings(2500), 1000))]
    pages = api.items(api.client.recordings.iter_account_call_recordings("9900000").pages())
    assert max(len(each.items) for each in pages) < 1000
    starts = [each.resume["min_start_time"] for each in pages[:-1] if each.items]
    assert starts == sorted(starts)


def test_a_thousand_recordings_at_one_instant_are_an_error(
    api: RecordingsCaller, server: FaultServer
) -> None:
    same = [{**one, "startTime": "2024-03-01T00:00:00.005Z"} for one in recordings(1000)]
    server.script = [served(capped(same, 1000))]
    with pytest.raises(PagingError, match=r"1000 items or more begin at 2024-03-01 00:00:00\.005"):
        api.items(api.client.recordings.iter_account_call_recordings("9900000"))


def test_a_break_in_the_middle_of_the_recordings_is_retried(
    api: RecordingsCaller, server: FaultServer
) -> None:
    good = served(capped(recordings(2500), 1000))
    server.script = [good, reset, good, answer(503), good, good, reset, good]
    found = api.items(api.client.recordings.iter_account_call_recordings("9900000"))
    assert len({one.recording_id for one in found}) == len(found) == 2500


def states(*found: Any) -> list[Action]:
    """Answer with a recording whose transcription has one state after another; None is a recording without one."""
    bodies = [
        {"recordingId": "r-1", "transcription": None if one is None else {"status": one}}
        for one in found
    ]
    return [answer(200, json.dumps(body).encode()) for body in bodies]


def wait(api: RecordingsCaller, **options: Any) -> Any:
    return api("wait_for_transcription", *IDS, **{"poll_interval": 0.001, **options})


def test_waiting_ends_with_the_finished_recording(
    api: RecordingsCaller, server: FaultServer
) -> None:
    server.script = states(None, "none", "processing", "brand-new-state", "available")
    found = wait(api)
    assert (found.recording_id, found.transcription.status) == ("r-1", "available")
    assert [request.target for request in server.requests] == [
        "/accounts/9900000/calls/c-1/recordings/r-1"
    ] * 5


@pytest.mark.parametrize("state", ["error", "timeout", "file-size-too-big", "file-size-too-small"])
def test_waiting_for_what_has_failed_is_an_error(
    api: RecordingsCaller, server: FaultServer, state: str
) -> None:
    server.script = states("processing", state)
    with pytest.raises(WaitError, match=state) as caught:
        wait(api)
    assert (caught.value.state, caught.value.attempts) == (state, 2)
    assert caught.value.answer.recording_id == "r-1"
    assert "getCallRecording" in str(caught.value)


def test_waiting_ends_at_the_deadline(api: RecordingsCaller, server: FaultServer) -> None:
    server.script = states("processing")
    with pytest.raises(WaitTimeoutError, match="processing") as caught:
        wait(api, deadline=0.2)
    assert isinstance(caught.value, ApiTimeoutError)
    assert caught.value.state == "processing"
    assert len(server.requests) > 1


def test_a_call_that_outlives_the_deadline_ends_the_wait(
    api: RecordingsCaller, server: FaultServer
) -> None:
    server.script = [*states("processing"), lambda connection, _: connection.pause(5)]
    with pytest.raises(WaitTimeoutError, match=r"deadline of 0\.3 s"):
        wait(api, deadline=0.3)


def test_the_service_says_how_long_to_wait(api: RecordingsCaller, server: FaultServer) -> None:
    slow = answer(200, b"{}", {**JSON, "Retry-After": "3600"})
    server.script = [slow, *states("available")]
    with pytest.raises(WaitTimeoutError):
        wait(api, deadline=60)
    assert len(server.requests) == 1
    soon = answer(200, b"{}", {**JSON, "Retry-After": "0"})
    server.script = [slow, soon, *states("available")]
    assert wait(api, deadline=60).transcription.status == "available"


def test_waiting_asks_through_what_can_be_retried(
    api: RecordingsCaller, server: FaultServer
) -> None:
    server.script = [reset, *states("processing"), answer(503), *states("available")]
    assert wait(api).transcription.status == "available"


@pytest.mark.parametrize("options", [{"poll_interval": 0}, {"deadline": -1}, {"poll_interval": -1}])
def test_times_that_mean_nothing_are_refused(
    api: RecordingsCaller, server: FaultServer, options: dict[str, float]
) -> None:
    with pytest.raises(ValueError, match="above zero"):
        wait(api, **options)
    assert server.requests == []


def test_a_boolean_may_tell_and_the_method_is_with_the_operation_that_is_asked(
    call: Caller, server: FaultServer
) -> None:
    bodies: list[dict[str, Any]] = [{}, {"done": None}, {"done": True, "result": "x"}]
    server.script = [answer(200, json.dumps(body).encode()) for body in bodies]
    waited = call.client.jobs.wait_for_job("1", poll_interval=0.001)
    assert call.wait(waited).result == "x"
    server.script = [answer(200, b'{"done": false}')] * 4
    with pytest.raises(call.package.WaitError):
        call.wait(call.client.jobs.wait_for_job("1", poll_interval=0.001))


@pytest.mark.parametrize(
    ("state", "ends"), [("ready", True), (2, True), ("2", False), (True, False)]
)
def test_a_value_is_the_one_that_the_document_names(
    call: Caller, server: FaultServer, state: Any, ends: bool
) -> None:
    body = json.dumps({"state": state}).encode()
    server.script = [answer(200, body), answer(200, b'{"state": "broken"}')]
    waited = call.client.default.wait_for_get_state
    if ends:
        assert call.wait(waited(poll_interval=0.001)).state == state
    else:
        with pytest.raises(call.package.WaitError):
            call.wait(waited(poll_interval=0.001))


def test_pages_are_typed_objects(api: RecordingsCaller, server: FaultServer) -> None:
    server.script = [answer(200, b"[]")]
    (only,) = api.items(api.client.recordings.iter_account_call_recordings("9900000").pages())
    assert isinstance(only, Page) is (api.kind == "sync")
    assert (
        only.items,
        only.has_next,
        api.wait(only.next_page()) if api.kind == "sync" else None,
    ) == ([], False, None)
