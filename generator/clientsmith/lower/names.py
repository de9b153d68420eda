"""What the definitions of a document are called, and where that comes from."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from .. import naming
from ..read.document import Document, Node
from ..text import Name, Text
from .nodes import Identity, entries, follow_schema, identity, keywords, text_of

_LABELS = {
    "additionalProperties": "Value",
    "items": "Item",
    "patternProperties": "Value",
    "prefixItems": "Item",
}
_OF_NAMES = frozenset({"$defs", "definitions", "patternProperties", "properties"})
_ROLES = {
    "responses": "Response",
    "requestBodies": "Request",
    "parameters": "Parameter",
    "headers": "Header",
}
_UNNAMED = frozenset(
    {
        "$defs",
        "allOf",
        "anyOf",
        "content",
        "definitions",
        "oneOf",
        "paths",
        "properties",
        "schema",
        "schemas",
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a schema stands.

    Attributes:
        name: what it is called if it needs a definition of its own.
        request: whether it is of a request rather than of a response.
        depth: how many schemas without a name it stands in.
        named: whether the document gives it a name, or refers to it.
    """

    name: Name
    request: bool
    depth: int = 0
    named: bool = False

    def below(self, label: str) -> Place:
        """Return the place of a part."""
        return Place(Name(self.name.rstrip("_") + label), self.request, self.depth + 1)


def component_names(document: Document) -> dict[Identity, Name]:
    """Name the schemas under components: those whose key is a class name already first, so that no other takes it.

    Of those whose names are the same, the first has it, and each other one a digest of its key, whatever others there are. What
    a component only refers to, in another file or elsewhere in the document, has the component's name.
    """
    components = document.root.get("components")
    named = list(entries(components.get("schemas") if components else None))
    names: dict[Identity, Name] = {}
    taken: set[Name] = set()
    for key, node in sorted(named, key=lambda entry: naming.pascal(entry[0]) != entry[0]):
        name = naming.distinct(naming.pascal(key), naming.MODEL_CLASSES, ("Model",))
        names[identity(node)] = naming.distinct(name, taken, (), key)
        taken.add(names[identity(node)])
    own = frozenset(names)
    referring = [(key, node) for key, node in named if node.ref is not None]
    for _, node in sorted(referring, key=lambda entry: not _is_namesake(*entry)):
        target = follow_schema(node)
        if target is not None and not _is_in(target, own):
            names.setdefault(identity(target), names[identity(node)])
    return names


def shared_names(document: Document) -> dict[Identity, Name]:
    """Name what operations share under components, other than schemas: their inline schemas are called after it.

    Where things of two kinds have the same key, that of the first kind in `_ROLES` has its name, and the others have their role
    behind it.
    """
    components = document.root.get("components")
    names: dict[Identity, Name] = {}
    taken: set[Name] = set()
    for kind, role in _ROLES.items():
        found = [
            (naming.pascal(key), identity(node))
            for key, node in entries(components.get(kind) if components else None)
        ]
        for name, place in found:
            names[place] = Name(name.rstrip("_") + role) if name in taken else name
        taken |= {name for name, _ in found}
    return names


def _is_namesake(key: str, node: Node) -> bool:
    """Return whether what a component refers to is called the same where it stands."""
    target = follow_schema(node)
    return target is not None and name_at(target, {}) == naming.pascal(key)


def _is_in(node: Node, named: Set[Identity]) -> bool:
    """Return whether a schema is one of some others, or a part of one."""
    uri, pointer = identity(node)
    return any((uri, pointer[:length]) in named for length in range(1, len(pointer) + 1))


def name_at(node: Node, known: Mapping[Identity, Name]) -> Name:
    """Name a schema that a reference leads to, after its place: whichever reference comes first, the name is the same."""
    start = 0
    name = Name("")
    for length in range(len(node.pointer), 0, -1):
        found = known.get((node.file.uri, node.pointer[:length]))
        if found is not None:
            start, name = length, found
            break
    else:
        if node.pointer[:1] in (("components",), ("$defs",), ("definitions",)):
            start = len(node.pointer) - 1
        elif not node.pointer:
            return naming.pascal(node.file.uri.rpartition("/")[2].partition(".")[0])
    under_name = False
    for token in node.pointer[start:]:
        text = str(token)
        if under_name or (
            text not in _UNNAMED and text not in _LABELS and not isinstance(token, int)
        ):
            name = Name(
                name.rstrip("_") + naming.pascal(Text(text), digit_prefix="" if name else "Model")
            )
            under_name = False
            continue
        if isinstance(token, int):
            name = Name(f"{name.rstrip('_')}{token + 1}")
        elif text in _LABELS:
            name = Name(name.rstrip("_") + _LABELS[text])
        under_name = text in _OF_NAMES
    return name if name.isidentifier() else Name(f"Model{name}")


def label_of(node: Node, number: int) -> str:
    """Return what one of several schemas at the same place is called: its title, its only constant, or its number."""
    if title := text_of(node.get("title")):
        return naming.pascal(title, digit_prefix="")
    for _, item in entries(node.get("properties")):
        schema = keywords(item)
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(values, list) and len(values) == 1 and isinstance(values[0], str):
            return naming.pascal(Text(values[0]), digit_prefix="")
    return f"Variant{number}"
