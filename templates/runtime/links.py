"""The header field Link (RFC 8288), and where the link to a next page may lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from . import redirect
from .errors import PagingError
from .secrecy import without_secrets

_PARAMETER = r"\s*+([^;,=\s]++)(?:\s*+=\s*+(?:\"((?:[^\"\\]|\\.)*+)\"|([^;,]*+)))?"
_LINK = re.compile(rf"<([^<>]*+)>((?:\s*+;(?:{_PARAMETER})?)*+)")
_PARAMETERS = re.compile(f";{_PARAMETER}")
_QUOTED_PAIR = re.compile(r"\\(.)")


def next_link(fields: Iterable[str]) -> str | None:
    """Return the target of the first link with the relation `next`, or None.

    Args:
        fields: The values of the response's Link fields.
    """
    return next((target for target, relations in _links(fields) if "next" in relations), None)


def followed(url: str, link: str, secrets: Iterable[str] = ()) -> str:
    """Return the URL of the next page.

    Args:
        url: That of the operation.
        link: What the service gave: a URL, or a reference to be resolved against it (RFC 3986, section 5).
        secrets: Names of query parameters that are credentials, which are sent in any case and not twice.

    Raises:
        PagingError: It is no URL, or one of another origin, where neither the credentials nor the call may go.
    """
    target = redirect.resolved(url, link)
    if target is None:
        raise PagingError("the service gives a next page whose URL cannot be read")
    if not redirect.same_origin(url, target):
        raise PagingError(
            f"the next page is at another origin, {without_secrets(target).partition('?')[0]}, and is not asked for:"
            " credentials stay with the server that they were given for"
        )
    names = set(secrets)
    parts = urlsplit(target)
    kept = [pair for pair in parts.query.split("&") if unquote(pair.partition("=")[0]) not in names]
    return parts._replace(query="&".join(kept)).geturl() if names else target


def _links(fields: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the target and the relations of each link that is from what was asked for, and not from something else."""
    for field in fields:
        for link in _LINK.finditer(field):
            parameters: dict[str, str] = {}
            for name, quoted, plain in _PARAMETERS.findall(link[2]):
                parameters.setdefault(name.lower(), _QUOTED_PAIR.sub(r"\1", quoted) or plain)
            if "anchor" not in parameters:
                yield link[1].strip(), parameters.get("rel", "").lower().split()
