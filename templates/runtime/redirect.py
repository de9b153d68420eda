"""Where a redirect leads, and whether to go there (RFC 9110, section 15.4).

Only GET and HEAD are redirected, at most five times in an attempt. To another origin nothing goes along that could be a
secret: no credentials, no cookies, and no headers but those that are the same for every server. A redirect to plain http
is held to the same rule as any request: only this machine may be reached so, unless the configuration allows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit

MOST_REDIRECTS = 5
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
HARMLESS_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "user-agent", "range", "if-range"}
)


def location(method: str, url: str, status: int, headers: Mapping[str, str]) -> str | None:
    """Return the URL that a response sends the client to, or None if it is not a redirect to be followed."""
    if status not in (301, 302, 303, 307, 308) or method not in ("GET", "HEAD"):
        return None
    target = headers.get("location")
    if not target:
        return None
    with suppress(ValueError):  # what is beyond ASCII is UTF-8, if it can be
        target = target.encode("latin-1").decode()
    with suppress(ValueError):
        return resolved(url, _encoded(target))
    return None


def resolved(url: str, reference: str) -> str | None:
    """Return the URL that a reference of the service leads to (RFC 3986, section 5), or None if it is none to be asked for.

    Args:
        url: What it is relative to.
        reference: A URL, or a part of one.
    """
    if not reference.isascii() or not reference.isprintable() or " " in reference:
        return None
    try:
        joined = urlsplit(urljoin(url, reference))
        usable = joined.scheme in ("http", "https") and joined.hostname and joined.username is None
        usable = usable and joined.port != 0  # raises ValueError for a port that there cannot be
    except ValueError:
        return None
    return joined._replace(fragment="").geturl() if usable else None


def _encoded(reference: str) -> str:
    """Return a reference with what its path or its query has unencoded encoded (RFC 3987, section 3.1)."""
    host = urlsplit(reference).netloc
    if not reference.isprintable() or quote(host, safe=_VISIBLE) != host:
        return reference
    return quote(reference, safe=_VISIBLE)


def same_origin(one: str, other: str) -> bool:
    """Return whether two URLs have the same origin (RFC 6454, section 4)."""
    return _origin(one) == _origin(other)


def is_insecure(url: str) -> bool:
    """Return whether a URL is plain http to a host that is not this machine."""
    parts = urlsplit(url)
    return parts.scheme != "https" and not is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine (RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3)."""
    from ipaddress import ip_address

    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
