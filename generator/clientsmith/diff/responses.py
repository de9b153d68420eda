"""The responses of an operation: which of two documents answer the same, and their headers (OpenAPI 3.1, 4.8.16, 4.8.17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from ..lower.nodes import entries
from ..read.document import Node
from .subjects import followed

_DEFAULT: Final = "default"
_IGNORED: Final = "content-type"
"""A header that a response does not describe (OpenAPI 3.1, 4.8.17)."""


def statuses(operation: Node) -> dict[str, Node]:
    """Return the responses of an operation, by status; a range such as `2XX` in capitals."""
    return {
        status if status == _DEFAULT else status.upper(): node
        for status, node in entries(operation.get("responses"))
        if not status.startswith("x-")
    }


def headers(response: Node) -> dict[str, tuple[str, Node]]:
    """Return the headers of a response and how the document spells them, by their names in small letters."""
    return {
        name.lower(): (name, followed(node))
        for name, node in entries(response.get("headers"))
        if name.lower() != _IGNORED
    }


def outcome(status: str) -> Literal["success", "error"]:
    """Return what a call has come to that ends in a status."""
    return "success" if status[:1] in ("1", "2", "3") else "error"


def covering(status: str, documented: Mapping[str, Node]) -> Node | None:
    """Return the response that documents a status which is not documented by itself: that of its range, or the default one.

    Args:
        status: the status.
        documented: the responses, as `statuses` gives them.
    """
    found = documented.get(f"{status[:1]}XX") if status != _DEFAULT else None
    if found is not None or status == _DEFAULT:
        return found
    if outcome(status) == "success" and any(outcome(each) == "success" for each in documented):
        return None
    return documented.get(_DEFAULT)
