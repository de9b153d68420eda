"""Shows the generated package working, against a small server on this machine."""

from __future__ import annotations

import io
import json
import tempfile
import threading
import wave
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bandwidth_recordings import Client, NotFoundError

ACCOUNT = "9900000"
RECORDING = {
    "accountId": ACCOUNT,
    "callId": "c-15ac29a2-1331029c-2cb0-4a07-b215-b22865662d85",
    "recordingId": "r-fbe05094-9fd2afe9-bf5b-4c68-820a-41a01c1c5833",
    "duration": "PT1S",
    "startTime": "2022-06-17T22:19:40.375Z",
    "status": "complete",
}


def silence() -> bytes:
    """A second of silence, as a WAVE file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    return file.getvalue()


class Recordings(BaseHTTPRequestHandler):
    """An account with one recording."""

    def do_GET(self) -> None:
        """Answer with the list, the recording, or its media."""
        path = self.path.partition("?")[0]
        one = (
            f"/accounts/{ACCOUNT}/calls/{RECORDING['callId']}/recordings/{RECORDING['recordingId']}"
        )
        if path == f"/accounts/{ACCOUNT}/recordings":
            self._answer(200, "application/json", json.dumps([RECORDING]).encode())
        elif path == one:
            self._answer(200, "application/json", json.dumps(RECORDING).encode())
        elif path == f"{one}/media":
            self._answer(200, "audio/vnd.wave", silence())
        else:
            error = {"type": "not-found", "description": "There is no such recording."}
            self._answer(404, "application/json", json.dumps(error).encode())

    def _answer(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve() -> Generator[str]:
    """The URL of a server that runs while the context does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Recordings) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def main() -> None:
    """List, read, download, and ask for what is not there."""
    with (
        serve() as url,
        Client(username="user", password="secret", base_url=url) as client,
        tempfile.TemporaryDirectory() as folder,
    ):
        for found in client.recordings.list_account_call_recordings(ACCOUNT):
            print(f"found {found.recording_id}, {found.duration} long, {found.status}")
        call, recording = RECORDING["callId"], RECORDING["recordingId"]
        saved = Path(folder, "recording.wav")
        client.recordings.download_call_recording(ACCOUNT, call, recording).save(saved)
        print(f"downloaded {saved.stat().st_size} bytes")
        try:
            client.recordings.get_call_recording(ACCOUNT, call, "r-0")
        except NotFoundError as error:
            print(f"asked for another one: {error}")


if __name__ == "__main__":
    main()
