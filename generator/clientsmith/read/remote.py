"""Files from the network, for documents whose references may lead there.

Only `http` and `https` addresses of the public internet are asked; private, loopback, link-local and other special
addresses (RFC 6890) are refused, and so are redirects to them. The address that was checked is the one that is connected
to, so that a name cannot change its meaning in between. Proxies of the environment are not used.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Thread, Timer
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ..diagnostics import Diagnostic, InputError, quoted
from .file import File, from_bytes

TIMEOUT: Final = 20.0
"""Seconds that one file may take in all, redirects included."""

MAX_REDIRECTS: Final = 5
"""Redirects that are followed for one file."""

MAX_REMOTE_BYTES: Final = 16 * 1024 * 1024
"""Bytes that one file from the network may hold."""

_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def fetch(url: str, limit: int) -> File:
    """Read a file from the network.

    Args:
        url: An `http` or `https` URL without a fragment.
        limit: Bytes that it may hold; `MAX_REMOTE_BYTES` counts as well.

    Returns:
        The file.

    Raises:
        InputError: It cannot be read, is too large or slow, or is where references may not lead.
        SpecError: Its text cannot be taken as a document.
    """
    deadline = time.monotonic() + TIMEOUT
    here = url
    for _ in range(MAX_REDIRECTS + 1):
        try:
            status, location, content = _get(here, min(limit, MAX_REMOTE_BYTES), deadline)
            if status in _REDIRECTS and location:
                here = urljoin(here, location)
                continue
        except (OSError, HTTPException, ValueError) as error:
            raise _unreadable(url, str(error) or type(error).__name__) from None
        if status != 200:
            raise _unreadable(url, f"the server answered {status}")
        return from_bytes(content, None, url, url)
    raise _unreadable(url, f"more than {MAX_REDIRECTS} redirects")


def public_address(host: str, port: int) -> str:
    """Return an address of a host, all of whose addresses are on the public internet.

    Args:
        host: A name or an address.
        port: The port that will be connected to.

    Returns:
        The first address.

    Raises:
        OSError: The name is not known, or one of its addresses is special.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if not _is_public(ip_address(address.partition("%")[0])):
            raise OSError(f"{host} is at {address}, which is not on the public internet")
    return found[0]


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return _is_public(inner)
        if address.teredo is not None or any(address in network for network in _NAT64):
            return False
    return address.is_global and not address.is_multicast


def _get(url: str, limit: int, deadline: float) -> tuple[int, str | None, bytes]:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise OSError(f"{quoted(url)} is neither an http nor an https URL")
    port = parts.port or _PORTS[parts.scheme]
    connection = HTTPConnection(parts.hostname, port)
    address = _address(parts.hostname, port, deadline)
    with (
        socket.create_connection((address, port), _left(deadline)) as plain,
        _closing_at(deadline, plain),
        _secured(plain, parts) as connected,
    ):
        connection.sock = connected
        connection.request("GET", _target(parts), headers={"Accept-Encoding": "identity"})
        with connection.getresponse() as response:
            if response.status in _REDIRECTS:
                return response.status, response.getheader("Location"), b""
            content = response.read(limit + 1)
            missing = response.length
        if len(content) > limit:
            raise OSError(f"it is too large: more than {limit:,} bytes")
        _left(deadline)
        if missing:
            raise OSError(f"{missing:,} bytes of it did not arrive")
        return response.status, None, content


def _address(host: str, port: int, deadline: float) -> str:
    """Return the `public_address` of a host; the system, which looks names up, is left when the time is over."""
    found: list[str | OSError | ValueError] = []

    def look_up() -> None:
        try:
            found.append(public_address(host, port))
        except (OSError, ValueError) as error:
            found.append(error)

    asking = Thread(target=look_up, daemon=True)
    asking.start()
    asking.join(_left(deadline))
    answer = found[0] if found else _late()
    if isinstance(answer, str):
        return answer
    raise answer


def _secured(plain: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)


@contextmanager
def _closing_at(deadline: float, connected: socket.socket) -> Generator[None]:
    """Shut a connection down when the time is over, however slowly its bytes arrive."""
    twin = connected.dup()
    timer = Timer(_left(deadline), _shut, (twin,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        twin.close()


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _target(parts: SplitResult) -> str:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(target, safe="%/?:@!$&'()*+,;=~")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _late()
    return left


def _late() -> TimeoutError:
    return TimeoutError(f"it took more than {TIMEOUT:g} seconds")


def _unreadable(url: str, reason: str) -> InputError:
    return InputError(
        Diagnostic("error", f"cannot read {quoted(url)}: {reason}", rule="unreadable")
    )
