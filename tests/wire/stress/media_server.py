"""A service of one large file, in a process of its own: `python media_server.py MEBIBYTES BREAKS` prints its URL.

It keeps ranges, and breaks off its first answers: at even intervals of the file, by turns with a reset and with
the end of the connection.
"""

from __future__ import annotations

import hashlib
import socket
import struct
import sys
import threading

MIB = 1 << 20
ETAG = '"the-one"'
BLOCK = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(256)) * 128


def piece(number: int) -> bytes:
    """The mebibyte of that number; no two are the same."""
    return number.to_bytes(8) + BLOCK[8:]


def digest(mebibytes: int) -> str:
    """The hash of the whole file."""
    whole = hashlib.sha256()
    for number in range(mebibytes):
        whole.update(piece(number))
    return whole.hexdigest()


class Service:
    """Serves the file, one connection a thread."""

    def __init__(self, mebibytes: int, breaks: int) -> None:
        self.mebibytes = mebibytes
        self.interval = mebibytes * MIB // (breaks + 1)
        self.breaks = breaks
        self.broken = 0

    def serve(self, connection: socket.socket) -> None:
        """Answer one request, and end the connection."""
        with connection, connection.makefile("rb") as stream:
            fields: dict[str, str] = {}
            while line := stream.readline().decode("latin-1").strip():
                name, _, value = line.partition(": ")
                fields[name.lower()] = value.lower()
            size = self.mebibytes * MIB
            start = 0
            head = f"HTTP/1.1 200 OK\r\nETag: {ETAG}\r\nContent-Type: audio/vnd.wave\r\n"
            if "range" in fields and fields.get("if-range") == ETAG:
                start = int(fields["range"].removeprefix("bytes=").removesuffix("-"))
                head = head.replace("200 OK", "206 Partial Content")
                head += f"Content-Range: bytes {start}-{size - 1}/{size}\r\n"
            connection.sendall(f"{head}Content-Length: {size - start}\r\n\r\n".encode("latin-1"))
            breaking = self.broken < self.breaks
            self.send(connection, start, min(size, start + self.interval) if breaking else size)
            if breaking:
                self.broken += 1
                if self.broken % 2:
                    connection.setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )

    def send(self, connection: socket.socket, start: int, end: int) -> None:
        """Send that part of the file."""
        while start < end:
            number, offset = divmod(start, MIB)
            part = memoryview(piece(number))[offset : offset + end - start]
            connection.sendall(part)
            start += len(part)


def main(mebibytes: int, breaks: int) -> None:
    """Serve until the process is ended."""
    service = Service(mebibytes, breaks)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        while True:
            accepted, _ = listener.accept()
            threading.Thread(target=service.serve, args=(accepted,), daemon=True).start()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
