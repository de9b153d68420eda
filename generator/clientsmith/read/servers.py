"""URLs of servers in a document, as far as both validation and lowering have to know them (OpenAPI 3.1, 4.8.5)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
"""A variable in the URL of a server."""


def is_usable(url: str) -> bool:
    """Return whether the URL of a server can be taken apart (RFC 3986), whatever its variables are."""
    try:
        port = urlsplit(VARIABLE.sub("1", url)).port
    except ValueError:
        return False
    return port is None or port > 0
