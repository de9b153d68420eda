"""Spans and metrics of calls, by OpenTelemetry's semantic conventions for HTTP clients.

A call is an internal span, named by its operationId. Each request of it (attempts, redirects, requests for access tokens) is a
client span below it, named by method and path template, which lasts until the body of its answer has been read or given up. No
message of an error is recorded, because it may repeat what a server said.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from time import perf_counter
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from opentelemetry import context as contexts
from opentelemetry import metrics, propagate, trace
from opentelemetry.trace import SpanKind, StatusCode

from .faults import Fault
from .telemetry import Telemetry
from .wire import Outgoing

_SCHEMA = "https://opentelemetry.io/schemas/1.37.0"
_METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"}
)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_OF_SPANS_ALONE = ("url.full", "http.request.resend_count", "http.request.method_original")

# By these keys of the context, instrumentations tell each other that a request has its span already.
_SUPPRESSED: Any = getattr(contexts, "_SUPPRESS_INSTRUMENTATION_KEY", "suppress_instrumentation")
_HTTP_SUPPRESSED: Any = getattr(
    contexts, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", "suppress_http_instrumentation"
)


class Recorder:
    """Makes the spans and metrics of one client.

    Args:
        telemetry: Where they go.
        name: The package.
        version: Its version.
    """

    def __init__(self, telemetry: Telemetry, name: str, version: str) -> None:
        self.tracer = trace.get_tracer(name, version, telemetry.tracer_provider, _SCHEMA)
        meter = metrics.get_meter(name, version, telemetry.meter_provider, _SCHEMA)
        self.duration = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )

    def call(self, operation: str, template: str | None) -> CallSpan | None:
        """Return the span of a call that begins, or None if the application suppresses such spans.

        Args:
            operation: The operationId.
            template: The path with its expressions; None if there is none.
        """
        if contexts.get_value(_SUPPRESSED) or contexts.get_value(_HTTP_SUPPRESSED):
            return None
        return CallSpan(self, operation, template)


class CallSpan:
    """The span of a call; as a context manager it is current, and ends, with the error that comes out."""

    def __init__(self, recorder: Recorder, operation: str, template: str | None) -> None:
        self._recorder = recorder
        self._template = template
        self._span = recorder.tracer.start_span(operation)
        self._context = trace.set_span_in_context(self._span)

    def __enter__(self) -> Self:
        self._token = contexts.attach(self._context)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        contexts.detach(self._token)
        if exc is not None:
            self.fail(exc)
        self._span.end()

    def fail(self, error: BaseException) -> None:
        """Mark the call as failed."""
        self._span.set_attribute("error.type", type(error).__qualname__)
        self._span.set_status(StatusCode.ERROR)

    def request(self, outgoing: Outgoing, url: str, *, templated: bool, resent: int) -> RequestSpan:
        """Return the span of a request that is about to be sent.

        Args:
            outgoing: The request.
            url: Its URL without secrets.
            templated: Whether it goes where the operation's path says.
            resent: How often it was sent before.
        """
        template = self._template if templated else None
        method = outgoing.method if outgoing.method in _METHODS else "_OTHER"
        parts = urlsplit(outgoing.url)
        attributes: dict[str, str | int] = {
            "http.request.method": method,
            "server.address": parts.hostname or "",
            "server.port": parts.port or {"http": 80}.get(parts.scheme, 443),
            "url.full": url,
        }
        if method == "_OTHER":
            attributes["http.request.method_original"] = outgoing.method
        if template:
            attributes["url.template"] = template
        if resent:
            attributes["http.request.resend_count"] = resent
        shown = "HTTP" if method == "_OTHER" else method
        name = f"{shown} {template}" if template else shown
        return RequestSpan(self._recorder, name, attributes, self._context)


class RequestSpan:
    """The span of one request, and its place in the metrics."""

    def __init__(
        self,
        recorder: Recorder,
        name: str,
        attributes: dict[str, str | int],
        parent: contexts.Context,
    ) -> None:
        self._recorder = recorder
        self._attributes = attributes
        self._started = perf_counter()
        self._span = recorder.tracer.start_span(
            name, parent, kind=SpanKind.CLIENT, attributes=attributes
        )
        self._context = trace.set_span_in_context(self._span, parent)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The header fields that tell the service of the trace, as the application propagates it."""
        carrier: dict[str, str] = {}
        propagate.inject(carrier, self._context)
        return tuple(carrier.items())

    @contextmanager
    def current(self) -> Generator[None]:
        """Make it the current span while the request is sent, and keep others from making a second one."""
        token = contexts.attach(contexts.set_value(_HTTP_SUPPRESSED, True, self._context))
        try:
            yield
        finally:
            contexts.detach(token)

    def answered(self, status: int) -> None:
        """Take down the status of the answer."""
        self._set("http.response.status_code", status)
        if status >= 400:
            self._fail(str(status))

    def end(self, error: BaseException | None = None) -> None:
        """End it.

        Args:
            error: What broke the request or the body of its answer, if anything did.
        """
        if error is not None and "error.type" not in self._attributes:
            self._fail(_kind(error))
        measured = {
            name: value for name, value in self._attributes.items() if name not in _OF_SPANS_ALONE
        }
        self._recorder.duration.record(perf_counter() - self._started, measured, self._context)
        self._span.end()

    def _fail(self, kind: str) -> None:
        self._set("error.type", kind)
        self._span.set_status(StatusCode.ERROR)

    def _set(self, name: str, value: str | int) -> None:
        self._attributes[name] = value
        self._span.set_attribute(name, value)


def _kind(error: BaseException) -> str:
    """Return the error.type of a failure: "timeout", or the class of what failed."""
    if isinstance(error, Fault):
        if error.timed_out:
            return "timeout"
        error = error.__cause__ or error
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
