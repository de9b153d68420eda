"""What has another name than it had in an earlier release: blocks of the default templates, and fields of `Api`.

An old name works for one more minor release, with a warning that says the new one (see docs/customize.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Renamed:
    """A new name.

    Attributes:
        name: the new name.
        since: the release that brought it.
        until: the release in which the old name is no longer known.
    """

    name: str
    since: str
    until: str


BLOCKS: dict[tuple[str, str], Renamed] = {}
"""The new name of a block, by the name of its template and the old name."""

FIELDS: dict[tuple[str, str], Renamed] = {}
"""The new name of a field, by the name of its class and the old name."""


def with_new_blocks(template: str, source: str) -> str:
    """Return a user's template with the new name of each block that has one."""
    for (name, old), change in BLOCKS.items():
        if name == template:
            source = re.sub(
                rf"(\{{%[-+]?\s*(?:end)?block\s+){old}\b", rf"\g<1>{change.name}", source
            )
    return source
