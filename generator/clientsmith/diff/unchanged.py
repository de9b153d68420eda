"""Which operations are as they were, seen at once: most of two documents is the same."""

from __future__ import annotations

from ..lower.operations import METHODS
from ..read.document import Document, Node
from ..read.equality import same
from ..read.source import Value


def differ_in_paths_alone(old: Document, new: Document) -> bool:
    """Tell whether two documents differ in `paths` alone, to which nothing in them refers: then each path can be seen alone."""
    before, after = ([file.data for file in side.files] for side in (old, new))
    tops = [
        dict(side[0], paths=None) if isinstance(side[0], dict) else side[0]
        for side in (before, after)
    ]
    if not same(tops[0], tops[1]) or not same(before[1:], after[1:]):
        return False
    waiting: list[Value] = [*before, *after]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and "#" in reference and "#/components/" not in reference:
                return False
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return True


def is_unchanged(old: Node, new: Node) -> bool:
    """Tell whether an operation stands at the same place, and it and all that its path item says of it are as they were."""
    return (
        old.pointer == new.pointer
        and same(old.value, new.value)
        and same(_around(old), _around(new))
    )


def _around(node: Node) -> Value:
    """Return what a path item says of all its operations."""
    value = node.file.data
    for token in node.pointer[:-1]:
        if not isinstance(value, dict):
            return None
        value = value[str(token)]
    if not isinstance(value, dict):
        return None
    return {key: each for key, each in value.items() if key not in METHODS}
