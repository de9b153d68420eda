"""A call before its first request: from what the caller gave to what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from .auth import ANONYMOUS
from .call import Call
from .errors import RequestValidationError
from .headers import Headers
from .operation import Operation
from .options import Options
from .request import build
from .retry import IDEMPOTENT_METHODS
from .session import Session


def begin(
    session: Session,
    operation: Operation[Any],
    arguments: Mapping[str, object],
    body: object,
    options: Options,
    content_type: str | None = None,
    link: str | None = None,
) -> Call:
    """Return a call that is ready to be performed.

    Raises:
        PagingError: The link leads to another server.
        RequestValidationError: It cannot be sent as it was written, or there are no credentials for it.
    """
    base_url = session.server_url(operation.servers, options.base_url)
    session.check_scheme(base_url)
    key = options.idempotency_key
    if callable(key):
        key = None if operation.method in IDEMPOTENT_METHODS else key()
    try:
        credentials = session.credentials(operation.security)
    except RequestValidationError:
        if "authorization" not in Headers(options.extra_headers):
            raise
        credentials = ANONYMOUS
    request = build(
        operation,
        arguments,
        body,
        base_url=base_url,
        extra_headers=options.extra_headers or None,
        extra_query=options.extra_query or None,
        extra_body=options.extra_body or None,
        idempotency_key=key,
        content_type=content_type,
    )
    if link is not None:
        from .links import followed

        url = followed(request.url, link, dict(credentials.query))
        query = urlsplit(url).query  # the service's own: it may hold a token
        hidden = (*request.hidden, query) if query else request.hidden
        request = replace(request, url=url, hidden=hidden)
    return Call(session, request, options, credentials, body=body, base_url=base_url)
