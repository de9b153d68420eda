"""What differs between two schemas, before it is judged."""

from __future__ import annotations

from typing import NamedTuple

from ..read.document import Node


class Finding(NamedTuple):
    """What differs: the rule, what happened, and where in each document; None for the schema as a whole."""

    rule: str
    message: str
    old: Node | None = None
    new: Node | None = None
