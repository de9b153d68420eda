"""Which types refer to themselves."""

from __future__ import annotations

from collections.abc import Mapping

from ..lower.definitions import Definition, names_in
from ..text import Name


def recursive(definitions: Mapping[Name, Definition]) -> frozenset[Name]:
    """Return the types with a name, not models, that lead back to themselves without a model between, and what they are used in.

    The modules of models import one another only when a model is built. A type without a class is put together when its module is
    imported, unless it is one of these.
    """
    uses = {
        name: {used for used in names_in(definition.schema) if definitions[used].kind == "root"}
        for name, definition in definitions.items()
        if definition.kind == "root"
    }
    users: dict[Name, set[Name]] = {name: set() for name in uses}
    left = {name: len(used) for name, used in uses.items()}
    for name, used in uses.items():
        for one in used:
            users[one].add(name)
    ready = [name for name, count in left.items() if not count]
    while ready:
        for user in users[ready.pop()]:
            left[user] -= 1
            if not left[user]:
                ready.append(user)
    return frozenset(name for name, count in left.items() if count)
