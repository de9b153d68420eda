"""Spans and metrics, as OpenTelemetry's conventions for HTTP clients want them, and the trace that travels along."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from bandwidth_recordings import (
    ApiError,
    Event,
    Hooks,
    NotFoundError,
    ResponseValidationError,
    Telemetry,
)
from opentelemetry import context, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from .callers import IDS, Caller, Kind
from .conftest import MakeCaller
from .servers import JSON, FaultServer, answer, broken, reset, silence

GOOD = answer(200, b'{"recordingId": "r-1"}')
TEMPLATE = "/accounts/{accountId}/calls/{callId}/recordings/{recordingId}"


class Recorded:
    """What a client recorded.

    Attributes:
        telemetry: What the client is given.
    """

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        self._metrics = InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._meters = MeterProvider([self._metrics])
        self.telemetry = Telemetry(tracer_provider=self.tracers, meter_provider=self._meters)

    def spans(self, kind: SpanKind = SpanKind.CLIENT) -> list[ReadableSpan]:
        """Return the spans of a kind that have ended, in the order in which they began."""
        ended = [span for span in self._spans.get_finished_spans() if span.kind is kind]
        return sorted(ended, key=lambda span: span.start_time or 0)

    def durations(self) -> list[HistogramDataPoint]:
        """Return what was measured."""
        data = self._metrics.get_metrics_data()
        assert data is not None
        (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
        assert (metric.name, metric.unit) == ("http.client.request.duration", "s")
        points: Any = metric.data.data_points
        return list(points)

    def close(self) -> None:
        """Stop recording."""
        self.tracers.shutdown()
        self._meters.shutdown()


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    recorded = Recorded()
    yield recorded
    recorded.close()


@pytest.fixture
def traced(make: MakeCaller, recorded: Recorded) -> Caller:
    return make(telemetry=recorded.telemetry, max_retries=2)


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_call_is_a_span_with_its_request_below(
    traced: Caller, server: FaultServer, recorded: Recorded
) -> None:
    server.script = [GOOD]
    with recorded.tracers.get_tracer("test").start_as_current_span("the caller's") as outer:
        traced.get()
    (request,) = recorded.spans()
    assert request.name == f"GET {TEMPLATE}"
    assert attributes(request) == {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "url.full": f"{server.url}/accounts/9900000/calls/c-1/recordings/r-1",
        "url.template": TEMPLATE,
        "http.response.status_code": 200,
    }
    assert request.status.status_code is StatusCode.UNSET
    call = next(span for span in recorded.spans(SpanKind.INTERNAL) if span.name != "the caller's")
    assert call.name == "getCallRecording"
    assert call.parent == outer.get_span_context()
    assert request.parent == call.context
    assert request.instrumentation_scope is not None
    assert request.instrumentation_scope.name == "bandwidth_recordings"
    assert request.instrumentation_scope.version == "1.0.0"


def test_the_service_is_told_of_the_trace(
    traced: Caller, server: FaultServer, recorded: Recorded
) -> None:
    traced.get()
    (request,) = recorded.spans()
    assert request.context is not None
    ids = f"{request.context.trace_id:032x}-{request.context.span_id:016x}"
    assert server.requests[0].headers["traceparent"].startswith(f"00-{ids}-")


def test_each_attempt_has_a_span(traced: Caller, server: FaultServer, recorded: Recorded) -> None:
    server.script = [answer(503), reset, GOOD]
    traced.get()
    first, second, third = map(attributes, recorded.spans())
    assert (first["http.response.status_code"], first["error.type"]) == (503, "503")
    assert second["error.type"].startswith("httpcore2.")
    assert "error.type" not in third
    counts = [span.get("http.request.resend_count") for span in (first, second, third)]
    assert counts == [None, 1, 2]
    statuses = [span.status.status_code for span in recorded.spans()]
    assert statuses == [StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET]
    (call,) = recorded.spans(SpanKind.INTERNAL)
    assert call.status.status_code is StatusCode.UNSET
    sent = [request.headers["traceparent"] for request in server.requests]
    assert len(set(sent)) == 3


@pytest.mark.parametrize(
    ("fault", "kind", "error"),
    [
        (answer(404), "404", "NotFoundError"),
        (silence, "timeout", "ApiTimeoutError"),
        (broken(b"{}", 1, end="stall"), "timeout", "ApiTimeoutError"),
        (answer(200, b"nonsense"), None, "ResponseValidationError"),
    ],
    ids=["404", "silence", "stalled body", "unreadable"],
)
def test_a_call_that_fails_says_so(
    traced: Caller,
    server: FaultServer,
    recorded: Recorded,
    fault: Any,
    kind: str | None,
    error: str,
) -> None:
    server.script = [fault]
    with pytest.raises(ApiError):
        traced.get(timeout=0.2, max_retries=0)
    (request,) = recorded.spans()
    assert attributes(request).get("error.type") == kind
    (call,) = recorded.spans(SpanKind.INTERNAL)
    assert call.status.status_code is StatusCode.ERROR
    assert attributes(call) == {"error.type": error}
    assert call.events == ()


def test_the_span_of_a_download_ends_with_its_body(
    traced: Caller, server: FaultServer, recorded: Recorded, tmp_path: Path
) -> None:
    content = b"x" * 200_000
    kind = {"Content-Type": "audio/mpeg", "ETag": '"1"'}
    server.script = [answer(200, content, kind)]
    download = traced("download_call_recording", *IDS)
    assert recorded.spans() == []
    traced.wait(download.read())
    assert len(recorded.spans()) == 1
    rest = {**kind, "Content-Range": f"bytes 1000-{len(content) - 1}/{len(content)}"}
    server.requests.clear()
    server.script = [broken(content, 1000, kind), answer(206, content[1000:], rest)]
    traced.save(tmp_path / "a.mp3")
    _, cut, rest_of_it = recorded.spans()
    assert attributes(cut)["error.type"].startswith("httpcore2.")
    assert attributes(rest_of_it)["http.request.resend_count"] == 1
    assert cut.parent == rest_of_it.parent
    server.requests.clear()
    server.script = [answer(200, content, kind)]
    traced.wait(traced("download_call_recording", *IDS).close())
    assert len(recorded.spans()) == 4


def test_a_redirect_and_a_token_have_spans_of_their_own(
    make: MakeCaller, server: FaultServer, recorded: Recorded
) -> None:
    token = answer(200, b'{"access_token": "t0ken-s3cret", "token_type": "bearer"}')
    with FaultServer(script=[token]) as endpoint, FaultServer(script=[GOOD]) as other:
        server.script = [answer(302, b"", {"Location": f"{other.url}/x?signature=s3cret&who=me"})]
        api = make(
            client_id="me",
            client_secret="s3cret",
            token_url=f"{endpoint.url}/token",
            telemetry=recorded.telemetry,
        )
        api.get()
        asked, redirected, followed = recorded.spans()
        assert (asked.name, redirected.name, followed.name) == ("POST", f"GET {TEMPLATE}", "GET")
        assert attributes(followed)["url.full"] == f"{other.url}/x?..."
        spans = map(attributes, (asked, redirected, followed))
        assert [span.get("http.request.resend_count") for span in spans] == [None, None, 1]
        assert "traceparent" not in other.requests[0].headers
        (call,) = recorded.spans(SpanKind.INTERNAL)
        assert asked.parent == redirected.parent == followed.parent == call.context


def test_requests_are_measured(traced: Caller, server: FaultServer, recorded: Recorded) -> None:
    server.script = [GOOD, GOOD, answer(404)]
    traced.get()
    traced.get()
    with pytest.raises(NotFoundError):
        traced.get()
    good, bad = sorted(recorded.durations(), key=lambda point: -point.count)
    assert dict(good.attributes or {}) == {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "url.template": TEMPLATE,
        "http.response.status_code": 200,
    }
    assert (good.count, bad.count) == (2, 1)
    assert dict(bad.attributes or {})["error.type"] == "404"
    assert good.explicit_bounds[0] == 0.005
    assert good.explicit_bounds[-1] == 10
    assert 0 < good.sum < 5


def test_a_request_that_is_not_described_has_a_name_of_low_cardinality(
    traced: Caller, recorded: Recorded
) -> None:
    traced.wait(traced.client.request("GET", "/things/4711"))
    traced.wait(traced.client.request("LINK", "/things/4711"))
    known, unknown = recorded.spans()
    assert (known.name, unknown.name) == ("GET", "HTTP")
    assert attributes(unknown)["http.request.method"] == "_OTHER"
    assert attributes(unknown)["http.request.method_original"] == "LINK"


def test_the_span_is_current_while_the_request_is_sent(
    make: MakeCaller, recorded: Recorded
) -> None:
    seen: list[Any] = []

    def note(_: Event) -> None:
        seen.append(trace.get_current_span())

    make(telemetry=recorded.telemetry, hooks=Hooks(request=note)).get()
    (call,) = recorded.spans(SpanKind.INTERNAL)
    assert seen[0].get_span_context() == call.context
    assert not trace.get_current_span().get_span_context().is_valid


def test_others_are_kept_from_making_a_second_span(
    kind: Kind, make: MakeCaller, recorded: Recorded, server: FaultServer
) -> None:
    suppressed: list[object] = []
    key: Any = getattr(context, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", None)

    def note(_: httpx2.Request) -> None:
        suppressed.append(context.get_value(key))

    async def note_async(request: httpx2.Request) -> None:
        note(request)

    own: Any = (
        httpx2.Client(event_hooks={"request": [note]})
        if kind == "sync"
        else httpx2.AsyncClient(event_hooks={"request": [note_async]})
    )
    api = make(telemetry=recorded.telemetry, http_client=own)

    async def under_suppression() -> None:
        context.attach(context.set_value(key, True))
        await api.client.recordings.get_call_recording(*IDS)

    api.get()
    assert suppressed == [True]
    if kind == "async":
        api.wait(under_suppression())
        api.wait(own.aclose())
    else:
        token = context.attach(context.set_value(key, True))
        api.get()
        context.detach(token)
        own.close()
    assert len(server.requests) == 2
    assert len(recorded.spans()) == 1


def test_the_providers_of_the_application_are_used_if_none_are_given(server: FaultServer) -> None:
    program = f"""
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from bandwidth_recordings import Client
with Client(base_url={server.url!r}, username="u", password="p", telemetry=True) as client:
    spans = InMemorySpanExporter()
    trace.set_tracer_provider(TracerProvider())
    trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(spans))
    client.recordings.get_call_recording("1", "2", "3")
    print(*(span.name for span in spans.get_finished_spans()), sep="|")
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == f"GET {TEMPLATE}|getCallRecording"


def test_without_telemetry_opentelemetry_is_not_imported(server: FaultServer) -> None:
    program = f"""
import sys
from bandwidth_recordings import Client
with Client(base_url={server.url!r}, username="u", password="p") as client:
    client.recordings.get_call_recording("1", "2", "3")
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == "[]"


def test_an_unreadable_answer_is_told_to_the_hooks_too(
    make: MakeCaller, server: FaultServer
) -> None:
    told: list[Event] = []
    api = make(hooks=Hooks(error=told.append))
    server.script = [answer(200, b"nonsense", JSON)]
    with pytest.raises(ResponseValidationError):
        api.get()
    assert [(event.kind, type(event.error)) for event in told] == [
        ("error", ResponseValidationError)
    ]
