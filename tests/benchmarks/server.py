"""A small, fast HTTP/1.1 server of canned answers: `python server.py` prints its URL and serves."""

from __future__ import annotations

import json
import socket
import threading

RECORDING = {
    "applicationId": "04e88489-df02-4e34-a0ee-27a91849555f",
    "accountId": "9900000",
    "callId": "c-15ac29a2-1331029c-2cb0-4a07-b215-b22865662d85",
    "recordingId": "r-fbe05094-9fd2afe9-bf5b-4c68-820a-41a01c1c5833",
    "to": "+15555555555",
    "from": "+15555551212",
    "duration": "PT13.67S",
    "direction": "inbound",
    "channels": 1,
    "startTime": "2022-06-17T22:19:40.375Z",
    "endTime": "2022-06-17T22:20:00.000Z",
    "fileFormat": "wav",
    "status": "complete",
    "mediaUrl": "https://voice.example.com/api/v2/accounts/9900000/calls/c-1/recordings/r-1/media",
    "transcription": {
        "id": "t-387bd648-18f3-4823-9d16-746bca0003c9",
        "status": "available",
        "completedTime": "2022-06-18T03:12:11.213Z",
        "url": "https://voice.example.com/api/v2/accounts/9900000/transcription",
    },
    "recordingName": "my-recording-name",
}
RECORDINGS = 1000
MEDIA_CHUNK = bytes(1 << 20)
MEDIA_CHUNKS = 64
MEDIA_BYTES = MEDIA_CHUNKS * len(MEDIA_CHUNK)


def _head(media_type: str, length: int) -> bytes:
    lines = ("HTTP/1.1 200 OK", f"Content-Type: {media_type}", f"Content-Length: {length}", "", "")
    return "\r\n".join(lines).encode("ascii")


def _json(value: object) -> bytes:
    body = json.dumps(value).encode("utf-8")
    return _head("application/json", len(body)) + body


ONE = _json(RECORDING)
MANY = _json([{**RECORDING, "recordingId": f"r-{number:08}"} for number in range(RECORDINGS)])
MEDIA_HEAD = _head("audio/vnd.wave", MEDIA_BYTES)


def answer(connection: socket.socket) -> None:
    """Answer the requests of one connection, none of which has a body, until it is closed.

    The last segment of the path says what is wanted: `recordings` the list, `media` the media,
    anything else one recording.
    """
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = bytearray()
        while data := connection.recv(65536):
            received += data
            while (end := received.find(b"\r\n\r\n")) >= 0:
                request = bytes(received[:end])
                del received[: end + 4]
                path = request.split(b" ", 2)[1].partition(b"?")[0]
                if path.endswith(b"/recordings"):
                    connection.sendall(MANY)
                elif path.endswith(b"/media"):
                    connection.sendall(MEDIA_HEAD)
                    for _ in range(MEDIA_CHUNKS):
                        connection.sendall(MEDIA_CHUNK)
                else:
                    connection.sendall(ONE)


def main() -> None:
    """Serve on a free port of the loopback until the process is ended."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answer, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
