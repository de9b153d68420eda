"""Requests that the service sends: the README's receivers, called over a socket, and the credentials that they check."""

from __future__ import annotations

import base64
import http.client
import threading
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx2
import pytest
import werkzeug.serving
from bandwidth_recordings import webhooks
from bandwidth_recordings.models import TranscriptionAvailableCallback

from .test_package_readme import BLOCKS

BODY = b'{"eventType": "transcriptionAvailable", "recordingId": "r-1", "direction": "sideways", "new": 1}'
Send = Callable[[bytes, str | None], int]


def basic(username: str, password: str, scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(f'{username}:{password}'.encode()).decode()}"


RIGHT = basic("...", "...")


def example(framework: str) -> Any:
    """Return the application of the README's example."""
    (block,) = (block for block in BLOCKS if f"from {framework}" in block)
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(block, "README.md", "exec"), names)
    return names["app"]


@pytest.fixture
def flask_example() -> Iterator[Send]:
    server = werkzeug.serving.make_server("127.0.0.1", 0, example("flask"), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def send(body: bytes, authorization: str | None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        headers = {"Content-Type": "application/json"}
        if authorization is not None:
            headers["Authorization"] = authorization
        connection.request("POST", "/transcription_available", body, headers)
        status = connection.getresponse().status
        connection.close()
        return status

    try:
        yield send
    finally:
        server.shutdown()
        thread.join(10)


@pytest.fixture
def starlette_example() -> Send:
    app = example("starlette")

    def send(body: bytes, authorization: str | None) -> int:
        async def post() -> int:
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://me") as client:
                headers = {} if authorization is None else {"Authorization": authorization}
                answer = await client.post(
                    "/transcription_available", content=body, headers=headers
                )
                return answer.status_code

        return anyio.run(post)

    return send


@pytest.mark.parametrize("framework", ["flask", "starlette"])
def test_the_examples_receive_a_callback(
    framework: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    send: Send = request.getfixturevalue(f"{framework}_example")
    assert send(BODY, RIGHT) == 204
    assert "r-1" in capsys.readouterr().out
    assert send(BODY, None) == 401
    assert send(BODY, basic("...", "wrong")) == 401
    assert send(b"nonsense", RIGHT) == 400
    assert send(b"nonsense", None) == 401
    assert capsys.readouterr().out == ""


def test_what_is_new_in_a_callback_is_kept() -> None:
    received = webhooks.parse_transcription_available(BODY)
    assert isinstance(received, TranscriptionAvailableCallback)
    assert received.direction == "sideways"
    assert received.model_extra == {"new": 1}
    same = webhooks.parse_transcription_available(BODY.decode())
    assert same == received


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"nonsense", b"\xff"])
def test_what_cannot_be_read_keeps_its_bytes(body: bytes) -> None:
    with pytest.raises(webhooks.WebhookValidationError) as caught:
        webhooks.parse_transcription_available(body)
    assert caught.value.body == body
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    "authorization",
    [
        basic("bandwidth", "pass:wörd"),
        basic("bandwidth", "pass:wörd", "basic"),
        basic("bandwidth", "pass:wörd", "BASIC "),
    ],
)
def test_the_right_credentials_are_accepted(authorization: str) -> None:
    webhooks.check_basic_credentials(authorization, username="bandwidth", password="pass:wörd")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic \u00e9",
        "Basic YWJj",  # abc: no colon
        basic("bandwidth", ""),
        basic("", "s3cret"),
        basic("bandwidth", "s3cret "),
        basic("Bandwidth", "s3cret"),
        basic("bandwidth:s3cret", ""),
        basic("bandwidth", "s3cret", "Bearer"),
        basic("bandwidth", "s3cret") + "\x00",
        basic("bandwidth", "s3cret") + ", Basic x",
        "bandwidth:s3cret",
    ],
)
def test_anything_else_is_one_clear_error(authorization: str | None) -> None:
    with pytest.raises(webhooks.WebhookAuthenticationError) as caught:
        webhooks.check_basic_credentials(authorization, username="bandwidth", password="s3cret")
    assert "s3cret" not in f"{caught.value!r}{caught.value.__cause__}"


def test_there_must_be_something_to_compare_with() -> None:
    with pytest.raises(ValueError, match="empty"):
        webhooks.check_basic_credentials("Basic Og==", username="", password="")
