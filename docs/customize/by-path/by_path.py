"""A plugin: one resource for each first segment of a path, whatever the tags say."""

from __future__ import annotations

from clientsmith.api import Api, Operation
from clientsmith.plugins.changes import grouped
from clientsmith.text import opened


def change_api(api: Api) -> Api:
    """Group the operations anew."""
    return grouped(api, first_segment, lambda segment: f"The operations below /{segment}.")


def first_segment(operation: Operation) -> str:
    """Return `books` for `/books/{isbn}`."""
    return opened(operation.path).strip("/").partition("/")[0] or "root"


def path_constant(operation: Operation) -> str:
    """Return `LIST_BOOKS_PATH`."""
    return f"{operation.name.upper()}_PATH"


FILTERS = {"path_constant": path_constant}
