"""Secrets are in no log, no error, no cause, no repr, no event and no span, wherever they were put."""

from __future__ import annotations

import gc
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from .callers import Kind
from .generated import Caller, generate
from .servers import (
    JSON,
    Action,
    Connection,
    FaultServer,
    Received,
    answer,
    broken,
    hang_up,
    raw,
    silence,
)

MARK = "s3cr3t"
"""What every secret holds, and nothing else does."""

KEYS = {name: f"{name}-{MARK}" for name in ("api_key", "of_header_api_key", "of_cookie_api_key")}
BODY = {
    "name": "n",
    "pin": f"pin-{MARK}",
    "code": f"code-{MARK}",
    "phrase": f"phrase-{MARK}",
    "inner": {"word": f"word-{MARK}"},
}
ARGUMENTS = {"pin": f"pin-{MARK}", "kind": "plain", "user_pwd": f"pwd/{MARK}"}
OPTIONS: dict[str, Any] = {
    "extra_headers": {"X-Own-Token": f"token-{MARK}", "Cookie": f"own={MARK}"},
    "extra_query": {"anything": f"query-{MARK}"},
}


class Watched:
    """Everything that a client says, in one text."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog
        self.spans = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.said: list[str] = []

    def tell(self, event: object) -> None:
        """Take down an event."""
        self.said += [repr(event), str(event)]

    def error(self, error: BaseException | None) -> None:
        """Take down what an error says, by itself, with its causes, and from a pickle."""
        assert error is not None
        self.said.append("".join(traceback.format_exception(error)))
        copied = pickle.loads(pickle.dumps(error))
        self.said += [repr(copied), str(copied)]
        while error is not None:
            self.said += [repr(error), str(error), repr(getattr(error, "url", ""))]
            error = error.__cause__

    def text(self) -> str:
        """Return all of it. Of other libraries' logs, which may show the fields of an answer, only what was sent counts."""
        spans = [span.to_json() for span in self.spans.get_finished_spans()]
        logged = [
            (
                record.getMessage().replace(f"={MARK}", "").replace(f"b'{MARK}'", "")
                if record.name.startswith(("httpcore2", "httpx2"))
                else record.getMessage()
            )
            for record in self._caplog.records
        ]
        return "\n".join((*self.said, *logged, *spans))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return generate("secrets", tmp_path_factory.mktemp("secrets"))


@pytest.fixture
def watched(caplog: pytest.LogCaptureFixture) -> Iterator[Watched]:
    with caplog.at_level(logging.DEBUG):
        watched = Watched(caplog)
        yield watched
        watched.tracers.shutdown()


@pytest.fixture(params=["httpx2", "aiohttp"])
def caller(
    request: pytest.FixtureRequest,
    package: ModuleType,
    kind: Kind,
    server: FaultServer,
    watched: Watched,
) -> Iterator[Callable[..., Caller]]:
    """Make a caller over each transport, watched."""
    if request.param == "aiohttp" and kind == "sync":
        pytest.skip("aiohttp is asynchronous")
    made: list[Caller] = []

    def build(**options: Any) -> Caller:
        tell = watched.tell
        usual = {
            "base_url": server.url,
            "transport": request.param,
            "retry": package.RetryPolicy(base=0.001),
            "max_retries": 1,
            "hooks": package.Hooks(request=tell, response=tell, retry=tell, error=tell),
            "telemetry": package.Telemetry(tracer_provider=watched.tracers),
        }
        made.append(Caller(package, kind, **{**usual, **KEYS, **OPTIONS, **options}))
        return made[-1]

    yield build
    for each in made:
        each.close()


def echo(status: int) -> Action:
    """Answer with everything that was sent, as what an API says of an error."""

    def act(connection: Connection, request: Received) -> None:
        said = f"{request.target} {request.headers} {request.body!r}".replace('"', "'")
        body = b'{"message": "%s"}' % said.replace("\\", "").encode()
        headers = {**JSON, "Set-Cookie": f"sid={MARK}", "X-Auth-Token": MARK}
        answer(status, body, headers)(connection, request)

    return act


FAULTS: dict[str, Action] = {
    "an answer": answer(200, b'{"name": "n", "pin": "pin-' + MARK.encode() + b'"}'),
    "an answer with what only requests have": answer(
        200, b'{"name": "n", "code": "code-' + MARK.encode() + b'"}'
    ),
    "an echo": echo(400),
    "an echo that is retried": echo(503),
    "an unreadable answer": answer(200, b"nonsense"),
    "a value that does not fit": answer(200, b'{"name": 3, "pin": ["%s"]}' % MARK.encode()),
    "silence": silence,
    "a cut body": broken(b'{"name": "n"}', 3),
    "no answer": hang_up,
    "not HTTP": lambda connection, _: connection.send(b"SSH-2.0\r\n\r\n"),
    "header fields that break off": raw(
        b"HTTP/1.1 200 OK\r\nSet-Cookie: sid=%s\r\n" % MARK.encode()
    ),
    "a header field that is none": raw(b"HTTP/1.1 200 OK\r\nCookie =%s\r\n\r\n" % MARK.encode()),
    "a redirect to plain http": answer(
        302, b"", {"Location": f"http://example.com/x?code={MARK}&st={MARK}"}
    ),
}


@pytest.mark.parametrize("method", ["read_account", "write_account"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_no_secret_is_said(
    caller: Callable[..., Caller],
    package: ModuleType,
    server: FaultServer,
    watched: Watched,
    fault: Action,
    method: str,
) -> None:
    server.script = [fault]
    api = caller(timeout=0.2)
    body = () if method == "read_account" else (BODY,)
    try:
        result = api(method, f"number-{MARK}", *body, **ARGUMENTS)
        watched.said += [repr(result), str(result)]
    except package.ApiError as error:
        watched.error(error)
    assert server.received(1)
    sent = server.requests[0]
    assert f"k={KEYS['api_key']}" in sent.target
    assert sent.headers["x-subscription"] == KEYS["of_header_api_key"]
    assert "kind=plain" in watched.text()
    assert MARK not in watched.text()


def test_no_secret_is_said_when_no_connection_is_made(
    caller: Callable[..., Caller], package: ModuleType, watched: Watched
) -> None:
    with FaultServer() as gone:
        pass
    with pytest.raises(package.ApiConnectionError) as caught:
        caller(base_url=gone.url)("read_account", f"number-{MARK}", **ARGUMENTS)
    watched.error(caught.value)
    assert MARK not in watched.text()


def test_no_secret_is_said_of_a_body_that_is_refused(
    caller: Callable[..., Caller], package: ModuleType, server: FaultServer, watched: Watched
) -> None:
    api = caller()
    for wrong in ({"name": "too long"}, {"pin": {"a": MARK}}, {"inner": MARK}, {"name": None}):
        with pytest.raises(package.RequestValidationError) as caught:
            api("write_account", f"number-{MARK}", {**BODY, **wrong}, **ARGUMENTS)
        watched.error(caught.value)
    without_name = {key: value for key, value in BODY.items() if key != "name"}
    with pytest.raises(package.RequestValidationError) as caught:
        api("write_account", "1", without_name)
    watched.error(caught.value)
    with pytest.raises(ValueError, match="name") as refused:
        package.models.Account(**{**BODY, "name": "too long"})
    watched.said.append(str(refused.value))
    assert server.requests == []
    assert MARK not in watched.text()


def test_no_secret_is_in_a_repr(caller: Callable[..., Caller], package: ModuleType) -> None:
    api = caller()
    account = package.models.Account(**BODY)
    configuration = package.Configuration(proxy=f"http://u:{MARK}@proxy:1", **KEYS, **OPTIONS)
    headers = package.Headers(
        {"Authorization": MARK, "Set-Cookie": MARK, "X-Api-Key": MARK, "Via": "1.1 a"}
    )
    shown = f"{account!r} {account} {configuration!r} {api.client!r} {headers!r}"
    assert MARK not in shown
    assert "1.1 a" in shown
    assert headers["authorization"] == MARK


def test_the_package_is_quiet_until_the_application_sets_up_logging(
    package: ModuleType, server: FaultServer, tmp_path: Path
) -> None:
    import subprocess
    import sys

    program = f"""
from bandwidth_recordings import Client, RetryPolicy, webhooks
with Client(base_url={server.url!r}, username="u", password="p", retry=RetryPolicy(base=0.01)) as client:
    client.recordings.get_call_recording("1", "2", "3")
webhooks.parse_transcription_available(b'{{"direction": "sideways", "accountId": null}}')
"""
    server.script = [answer(503), answer(200, b'{"direction": "sideways"}')]
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    only_webhooks = "\n".join((program.splitlines()[1], program.splitlines()[-1]))
    run = subprocess.run([sys.executable, "-c", only_webhooks], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_no_cache_holds_credentials_when_the_client_is_closed(
    package: ModuleType, kind: Kind, server: FaultServer
) -> None:
    secret = f"gone-{MARK}"
    keys = {**KEYS, "of_header_api_key": secret}
    api = Caller(package, kind, base_url=server.url, **keys)
    api("write_account", "1", BODY, **ARGUMENTS)
    assert server.requests[0].headers["x-subscription"] == secret
    api.close()
    cached = type(lru_cache(len))
    left: list[Any] = [
        found
        for found in gc.get_objects()
        if type(found) is cached and found.__module__.startswith(package.__name__)
    ]
    assert left
    seen: dict[int, Any] = {}
    while left:
        found = left.pop()
        if id(found) not in seen and not isinstance(found, (ModuleType, FunctionType, type)):
            seen[id(found)] = found
            left += gc.get_referents(found)
    texts = [found for found in seen.values() if isinstance(found, (str, bytes))]
    assert texts
    assert not [text for text in texts if MARK in str(text)]
