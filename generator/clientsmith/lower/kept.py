"""The extensions `x-resources`, `x-resource` and `x-callback`: what the service keeps, and what operations do with it.

The client has no use for them; the fake of the API has. docs/extensions.md describes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .. import naming
from ..diagnostics import Diagnostic
from ..read.document import Node
from .nodes import elements, entries, keywords

VERBS = ("list", "read", "create", "replace", "update", "delete")
_OPTIONS = {"list": ("filters", "limit", "size", "items"), "update": ("where", "set")}
_OF_CALLBACK = {"method", "username", "password", "body"}
_STATES = ("absent", "pending", "ready")
_OF_COLLECTION = {"schema", "key", "order"}
_OF_PART = {"schema", "part-of", "pending", "content-type", "shows"}
_KINDS: dict[str, tuple[type, str]] = {
    "limit": (int, "count"),
    "items": (str, "name"),
    "size": (str, "name"),
    "where": (dict, "mapping"),
    "set": (dict, "mapping"),
}
_FILTER = re.compile(r"\s*(\S+?)\s*(<=|>=|<|>|=)\s*(\S+)\s*")

Part = dict[str, Any]


class Kept:
    """What a document says of the things that its service keeps.

    Attributes:
        resources: the collections, and the parts of their items, by name.
        schemas: the schema of each, where it is named.
    """

    def __init__(self, root: Node, report: Callable[[Diagnostic], None]) -> None:
        self.resources: dict[str, Part] = {}
        self.schemas: dict[str, Node] = {}
        self._report = report
        self._components = root.get("components")
        declared = root.get("x-resources")
        if declared is not None and not declared.is_mapping:
            self._warn(
                declared, "x-resources is not a mapping", "write one entry for each resource"
            )
        parts: list[tuple[str, Node]] = []
        for name, node in entries(declared):
            if "part-of" in node:
                parts.append((name, node))
            else:
                self._keep(name, node, self._collection(node))
        for name, node in parts:
            self._keep(name, node, self._part(node))

    def of(self, operation: Node) -> Part | None:
        """Return what an operation does with what is kept; None if nothing is said of it, or nothing that can be done."""
        node = operation.get("x-resource")
        if node is None:
            return None
        verbs = [verb for verb in VERBS if verb in node]
        if len(verbs) != 1:
            self._warn(
                node, "x-resource has not exactly one verb", f"use one of {', '.join(VERBS)}"
            )
            return None
        verb = verbs[0]
        name = node.text_of(verb) or ""
        if name not in self.resources:
            known = ", ".join(self.resources) or "there are none"
            self._warn(node[verb], f"x-resources has no {name!r}", f"it has: {known}")
            return None
        self._unknown(node, {verb, *_OPTIONS.get(verb, ())})
        part: Part = {"verb": verb, "resource": name}
        for keyword, (kind, needed) in _KINDS.items():
            value = node.get(keyword)
            if value is None:
                continue
            if isinstance(value.value, kind) and not value.is_boolean:
                part[keyword] = value.value
            else:
                self._warn(value, f"{keyword} is not a {needed}", f"give a {needed}")
        if "filters" in node:
            part["filters"] = [
                found for each in elements(node["filters"]) for found in self._filter(each)
            ]
        return part

    def callback(self, request: Node) -> Part:
        """Return what the extension `x-callback` says of a request that the service sends; nothing if there is none."""
        node = request.get("x-callback")
        if node is None:
            return {}
        if not node.is_mapping:
            self._warn(node, "x-callback is not a mapping", "say what of the request becomes what")
            return {}
        self._unknown(node, _OF_CALLBACK)
        says: Part = {}
        for name, entry in entries(node):
            if name == "body":
                found = {key: self._expression(each) for key, each in entries(entry)}
                says[name] = {key: value for key, value in found.items() if value is not None}
            elif name in _OF_CALLBACK and (value := self._expression(entry)) is not None:
                says[name] = value
        return {"says": says}

    def _expression(self, node: Node) -> str | None:
        text = node.text or ""
        if text in ("$url", "$method") or text.startswith(("$request.", "$response.")):
            return text
        hint = "write a runtime expression, such as $request.body#/callbackUrl"
        self._warn(node, "this is no part of the request", hint)
        return None

    def _keep(self, name: str, node: Node, part: Part | None) -> None:
        if part is None:
            return
        schema = node.get("schema")
        if schema is not None:
            schemas = self._components.get("schemas") if self._components is not None else None
            named = schemas.get(schema.text or "") if schemas is not None else None
            if named is None:
                self._warn(
                    schema, f"components/schemas has no {schema.text!r}", "name one of its keys"
                )
            else:
                self.schemas[name] = named
                part["model"] = naming.pascal(schema.text or "")
        self.resources[name] = part

    def _collection(self, node: Node) -> Part | None:
        self._unknown(node, _OF_COLLECTION)
        key = node.get("key")
        if key is not None and key.is_list:
            names = {field: field for each in key.elements() if (field := each.text)}
        else:
            names = {field: each.text or field for field, each in entries(key)}
        if not names:
            self._warn(
                key or node,
                "a resource needs a key",
                "name its fields that path parameters have too, as in `key: [accountId, callId]`",
            )
            return None
        order = node.text_of("order") or ""
        return {"key": names, "order": order.removeprefix("-"), "descending": order.startswith("-")}

    def _part(self, node: Node) -> Part | None:
        self._unknown(node, _OF_PART)
        whole = node.text_of("part-of") or ""
        if "key" not in self.resources.get(whole, {}):
            self._warn(
                node["part-of"], f"x-resources has no {whole!r} with a key", "name a resource"
            )
            return None
        pending = node["pending"].value if "pending" in node else 0
        if not isinstance(pending, int) or isinstance(pending, bool) or pending < 0:
            self._warn(
                node["pending"], "pending is not a count", "say how many reads find it pending"
            )
            pending = 0
        shows: Part = {}
        for field, states in entries(node.get("shows")):
            self._unknown(states, set(_STATES))
            shows[field] = states.value
        types = [
            {"field": field, "types": keywords(by_value)}
            for field, by_value in entries(node.get("content-type"))
        ]
        part: Part = {"part_of": whole, "pending": pending, "shows": shows}
        return part | ({"content_type": types[0]} if types else {})

    def _filter(self, node: Node) -> list[list[str]]:
        match = _FILTER.fullmatch(node.text or "")
        if match is None:
            self._warn(node, "this is no filter", "write it as in `startTime >= minStartTime`")
            return []
        return [list(match.groups())]

    def _unknown(self, node: Node, known: set[str]) -> None:
        for name, entry in entries(node):
            if name not in known:
                self._warn(
                    entry, f"{name!r} is not known here", f"known are {', '.join(sorted(known))}"
                )

    def _warn(self, node: Node, message: str, hint: str) -> None:
        self._report(Diagnostic("warning", message, node.location, hint, rule="bad-extension"))
