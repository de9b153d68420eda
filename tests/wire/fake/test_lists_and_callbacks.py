"""What the fake does besides answering calls: it gives lists page by page, and sends the callbacks that were asked for."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from bandwidth_recordings import webhooks
from bandwidth_recordings.models import CallRecordingMetadata
from bandwidth_recordings.testing import Fake

from ..callers import Kind
from ..generated import generate
from ..servers import FaultServer, answer

KINDS = ("cursor", "last", "body", "page", "offset", "link", "url")
IDS = ("1", "c-1", "r-1")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return generate("listed", tmp_path_factory.mktemp("listed"))


@pytest.fixture
def listed(package: ModuleType) -> Any:
    """A fake that keeps seven things, whose pages hold three."""
    fake: Any = import_module(f"{package.__name__}.testing").Fake(empty=True)
    for number in range(1, 8):
        fake.put("thing", {"id": number, "kind": "odd" if number % 2 else "even"})
    return fake


def walked(fake: Any, method: str, client_kind: Kind, **arguments: Any) -> list[int]:
    """Return the ids of all items that an `iter_` method gives, over a socket."""

    async def walk(url: str) -> list[int]:
        async with fake.async_client(http_client=None, base_url=url) as client:
            return [item.id async for item in getattr(client.default, method)(**arguments)]

    with fake.serve() as server:
        if client_kind == "async":
            return asyncio.run(walk(server.url))
        with fake.client(http_client=None, base_url=server.url) as client:
            return [item.id for item in getattr(client.default, method)(**arguments)]


@pytest.mark.parametrize("by", KINDS)
def test_a_list_comes_page_by_page(listed: Any, by: str, kind: Kind) -> None:
    given: dict[str, Any] = {"body": {}} if by == "body" else {}
    assert walked(listed, f"iter_by_{by}", kind, **given) == [1, 2, 3, 4, 5, 6, 7]
    assert len(listed.calls) == 3
    listed.check()


def test_a_page_is_as_long_as_was_asked_for(listed: Any) -> None:
    assert walked(listed, "iter_by_page", "sync", size=2) == [1, 2, 3, 4, 5, 6, 7]
    assert len(listed.calls) == 4


def test_a_filter_goes_along_with_every_link(listed: Any) -> None:
    assert walked(listed, "iter_by_link", "sync", kind="odd") == [1, 3, 5, 7]
    assert [call.arguments for call in listed.calls] == [{"kind": "odd"}] * 2


@pytest.fixture
def listener() -> Iterator[FaultServer]:
    """Where callbacks go."""
    with FaultServer([answer(204)]) as server:
        yield server


def transcribed(fake: Fake, **body: Any) -> None:
    """Ask for the transcription of a recording, whose ids are `IDS`."""
    fake.add(
        CallRecordingMetadata(account_id="1", call_id="c-1", recording_id="r-1"), media=b"RIFF"
    )
    with fake.client() as client:
        client.recordings.transcribe_call_recording(*IDS, body)


def test_a_callback_comes_as_the_request_asked_for_it(fake: Fake, listener: FaultServer) -> None:
    transcribed(
        fake, callback_url=f"{listener.url}/done?x=1", username="ann", password="hush", tag="mine"
    )
    (sent,) = fake.deliver()
    assert (sent.name, sent.method, sent.status) == ("transcriptionAvailable", "POST", 204)
    assert "hush" not in repr(sent)
    (request,) = listener.requests
    assert (request.method, request.target) == ("POST", "/done?x=1")
    webhooks.check_basic_credentials(
        request.headers["authorization"], username="ann", password="hush"
    )
    received = webhooks.parse_transcription_available(request.body)
    assert (received.recording_id, received.tag) == ("r-1", "mine")
    assert received.transcription is not None
    assert received.transcription.status == "available"
    assert received.transcription.url is not None
    with fake.client() as client:
        assert client.recordings.get_recording_transcription(*IDS).transcripts
    assert fake.deliver() == []


def test_a_callback_uses_the_method_that_was_asked_for(fake: Fake, listener: FaultServer) -> None:
    transcribed(fake, callback_url=listener.url, callback_method="GET")
    assert [sent.method for sent in fake.deliver()] == ["GET"]
    assert listener.requests[0].method == "GET"
    assert "authorization" not in listener.requests[0].headers


def test_without_a_url_nothing_is_sent(fake: Fake) -> None:
    transcribed(fake, tag="mine")
    assert fake.deliver() == []


def test_a_call_that_fails_asks_for_nothing(fake: Fake, listener: FaultServer) -> None:
    fake.fail("transcribe_call_recording", status=400)
    with pytest.raises(Exception, match="400"):
        transcribed(fake, callback_url=listener.url)
    assert fake.deliver() == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "file:///etc/passwd", "mailto:ann@example.com"]
)
def test_a_url_that_leads_nowhere_is_no_error(fake: Fake, url: str) -> None:
    transcribed(fake, callback_url=url)
    assert [sent.status for sent in fake.deliver()] in ([], [None])


def test_expressions_may_stand_anywhere_in_a_url(listed: Any, listener: FaultServer) -> None:
    with listed.client() as client:
        job = client.default.start_job({"title": "T"}, notify=f"{listener.url}/told")
    (sent,) = listed.deliver()
    assert sent.status == 204
    (request,) = listener.requests
    assert (request.method, request.target) == ("PUT", f"/told?job={job.id}")
    assert json.loads(request.body) == {"id": job.id, "title": "T", "state": "done"}


def test_credentials_are_those_of_rfc_7617(fake: Fake, listener: FaultServer) -> None:
    transcribed(fake, callback_url=listener.url, username="ü:x")
    fake.deliver()
    coded = listener.requests[0].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(coded).decode() == "ü:x:"
