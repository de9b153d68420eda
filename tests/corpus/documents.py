"""The documents of the corpus, read without the generator's own reader: an independent view of what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import unquote, urldefrag, urljoin

import yaml

REPOSITORY = Path(__file__).parents[2]
SPECS = REPOSITORY.parent / "shared" / "specs"
OWN = Path(__file__).parent / "documents"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_SUFFIXES = (".json", ".yaml", ".yml")


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is an object of JSON."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is an array of JSON."""
    return isinstance(value, list)


class Missing(Exception):
    """A reference leads nowhere."""


def corpus() -> dict[str, Path]:
    """Return the documents by name: the collection's, where it is there, then those of this repository, one a feature."""
    folders = [folder for folder in (SPECS, SPECS / "features", OWN) if folder.is_dir()]
    return {
        path.relative_to(SPECS if folder != OWN else OWN.parent).as_posix(): path
        for folder in folders
        for path in sorted(folder.iterdir())
        if path.suffix in _SUFFIXES
    }


def documents_in(folder: Path) -> dict[str, Path]:
    """Return the documents of another folder and those below it, by name."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.suffix in _SUFFIXES
    }


@cache
def contents(uri: str) -> Any:
    """Return what a file holds; dates in YAML stay texts, as in JSON."""
    path = Path(unquote(uri.removeprefix("file://")))
    if not path.is_file():
        raise Missing(f"there is no file {path.name}")
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, _JsonLoader)


class _JsonLoader(yaml.CSafeLoader):
    """Reads the YAML that JSON has a form for."""


_JsonLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: Any, node: Any) -> dict[str, Any]:
    members: dict[object, Any] = loader.construct_mapping(node, deep=True)
    return {str(key): value for key, value in members.items()}


_JsonLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


@dataclass(frozen=True)
class Node:
    """A value of a document and where it is.

    Attributes:
        uri: The file that it is in.
        pointer: Its JSON pointer, percent-free.
        value: The value.
    """

    uri: str
    pointer: str
    value: Any = field(compare=False)

    @classmethod
    def root(cls, path: Path) -> Node:
        """Return the root of a document."""
        uri = path.resolve().as_uri()
        return cls(uri, "", contents(uri))

    @property
    def members(self) -> dict[str, Any]:
        """The members of an object; none of anything else."""
        return self.value if is_object(self.value) else {}

    def child(self, key: str | int) -> Node:
        """Return a member of an object or an item of an array."""
        step = str(key).replace("~", "~0").replace("/", "~1")
        return Node(self.uri, f"{self.pointer}/{step}", self.value[key])

    def get(self, key: str) -> Node | None:
        """Return a member of an object, with its reference followed; None if there is none."""
        return self.child(key).resolved() if key in self.members else None

    def each(self, key: str) -> list[Node]:
        """Return the items of an array that is a member."""
        items = self.members.get(key)
        if not is_array(items):
            return []
        return [self.child(key).child(index) for index in range(len(items))]

    def named(self, key: str) -> dict[str, Node]:
        """Return the members of an object that is a member."""
        names = self.members.get(key)
        return {name: self.child(key).child(name) for name in names} if is_object(names) else {}

    def target(self) -> Node | None:
        """Return what a `$ref` of this object leads to, one step; None if it has none.

        Raises:
            Missing: It leads nowhere.
        """
        reference = self.members.get("$ref")
        if not isinstance(reference, str):
            return None
        uri, fragment = urldefrag(urljoin(self.uri, reference))
        node = Node(uri, "", contents(uri))
        if fragment and not fragment.startswith("/"):
            return _anchored(node, fragment)
        for step in unquote(fragment).split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            try:
                node = node.child(int(key) if isinstance(node.value, list) else key)
            except (KeyError, IndexError, TypeError, ValueError):
                raise Missing(f"{reference} leads nowhere") from None
        return node

    def resolved(self) -> Node:
        """Return this or what its reference leads to in the end.

        Raises:
            Missing: It leads nowhere, or in circles.
        """
        node: Node = self
        seen: set[Node] = {self}
        while (target := node.target()) is not None:
            if target in seen:
                raise Missing(f"{self.members['$ref']} leads in circles")
            seen.add(target)
            node = target
        return node


def _anchored(root: Node, anchor: str) -> Node:
    """Return the schema with an anchor (JSON Schema 2020-12, 8.2.2).

    Raises:
        Missing: There is none.
    """
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if anchor in (node.members.get("$anchor"), node.members.get("$dynamicAnchor")):
            return node
        if is_array(node.value):
            waiting += [node.child(index) for index in range(len(node.value))]
        waiting += [node.child(key) for key in node.members]
    raise Missing(f"there is no anchor {anchor}")


@dataclass(frozen=True)
class DocumentOperation:
    """An operation as the document has it.

    Attributes:
        method: In capitals.
        path: The path template.
        node: The operation object.
        parameters: Its parameters and those of its path, by location and name.
    """

    method: str
    path: str
    node: Node
    parameters: dict[tuple[str, str], Node]

    @property
    def key(self) -> tuple[str, str]:
        """What no other operation of the document has."""
        return self.method, self.path

    @property
    def responses(self) -> dict[str, Node]:
        """The responses that can be read, by status."""
        named = self.node.named("responses").items()
        return {status: node.resolved() for status, node in named if not status.startswith("x-")}


def operations(root: Node) -> Iterator[DocumentOperation]:
    """Yield every operation of the paths of a document."""
    for path, item in root.named("paths").items():
        if path.startswith("x-"):
            continue
        item = item.resolved()
        methods = {name: item.child(name) for name in METHODS if name in item.members}
        methods |= item.named("additionalOperations")
        shared = _parameters(item)
        for method, node in methods.items():
            if node.members:
                yield DocumentOperation(method.upper(), path, node, shared | _parameters(node))


def requests_of_the_service(root: Node) -> Iterator[tuple[str, str, Node]]:
    """Yield name, method and operation of every webhook and callback of a document."""
    for name, item in root.named("webhooks").items():
        yield from _requests(name, item)
    for operation in operations(root):
        for name, callback in operation.node.named("callbacks").items():
            resolved = callback.resolved()
            for expression in resolved.members:
                if not expression.startswith("x-"):
                    yield from _requests(name, resolved.child(expression))


def _requests(name: str, item: Node) -> Iterator[tuple[str, str, Node]]:
    item = item.resolved()
    for method in METHODS:
        if isinstance(item.members.get(method), dict):
            yield name, method.upper(), item.child(method)


def _parameters(node: Node) -> dict[tuple[str, str], Node]:
    found: dict[tuple[str, str], Node] = {}
    for parameter in node.each("parameters"):
        try:
            parameter = parameter.resolved()
        except Missing:
            continue
        found[parameter.members.get("in", ""), parameter.members.get("name", "")] = parameter
    return found
