"""What the shape of a document cannot show: references, names that must be one of a kind, paths, security, values.

Rules find; `validate` decides how serious a finding is.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..diagnostics import Diagnostic, SpecError, quoted
from ..read.document import Document, Node
from ..read.security import scheme_key
from ..read.values import mismatch
from .keywords import keyword_flaws
from .servers import server_flaws

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""Keys of a path item that hold an operation (OpenAPI 3.2 §4.9; `query` came with it)."""

_TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")
_WITHOUT_CONTENT: Final = ("204", "205")
_STATUS: Final = re.compile(r"[1-5](?:[0-9]{2}|XX)|default|x-.*", re.DOTALL)
_COMPONENT: Final = re.compile(r"[A-Za-z0-9._-]+")
_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA_TYPE: Final = re.compile(
    rf"{_WORD}/{_WORD}[ \t]*(?:;[ \t]*(?:{_WORD}=(?:{_WORD}|\"[^\"\\]*\")[ \t]*)?)*"
)
_ONE: Final = (
    *("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
)
_MANY: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED: Final = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    Attributes:
        rule: Id of the rule.
        node: The place.
        message: What is wrong.
        hint: What to do, if that can be said.
        on_key: Whether the key is the place and not the value.
    """

    rule: str
    node: Node
    message: str
    hint: str | None = None
    on_key: bool = True


def findings(document: Document) -> tuple[list[Finding], list[Diagnostic]]:
    """Apply all rules.

    Args:
        document: A document of version 3.0, 3.1 or 3.2; it need not have the shape of one.

    Returns:
        What the rules found, and what following references brought up.
    """
    walk = _Walk(document)
    walk.run()
    return walk.findings, walk.failures


class _Walk:
    """One visit to everything that the document's first file reaches."""

    def __init__(self, document: Document) -> None:
        self.findings: list[Finding] = []
        self.failures: list[Diagnostic] = []
        self._document = document
        self._root = document.root
        self._waiting: deque[tuple[Callable[[Node], None], Node]] = deque()
        self._seen: set[tuple[Callable[[Node], None], Node]] = set()
        self._operation_ids: dict[str, Node] = {}
        self._schemes = _entries(_entry(_entry(self._root, "components"), "securitySchemes"))

    def run(self) -> None:
        self._info()
        self._servers(self._root)
        self._paths()
        self._tags()
        self._security(self._root)
        for _, item in _items(self._root, "webhooks"):
            self._later(self._path_item, item)
        sections: tuple[tuple[str, Callable[[Node], None]], ...] = (
            ("schemas", self._schema),
            ("parameters", self._parameter),
            ("headers", self._parameter),
            ("requestBodies", self._contents),
            ("responses", self._response),
            ("callbacks", self._callback),
            ("pathItems", self._path_item),
            ("examples", self._reference_only),
            ("links", self._reference_only),
            ("securitySchemes", self._reference_only),
            ("mediaTypes", self._media_type),
        )
        components = self._root.get("components")
        for name, visit in sections if components is not None else ():
            for key, node in _items(components, name):
                if _COMPONENT.fullmatch(key) is None:
                    message = f"{quoted(key)} is not a name for a component"
                    self._add("bad-name", node, message, "use letters, digits, '.', '-' and '_'")
                self._later(visit, node)
        while self._waiting:
            visit, node = self._waiting.popleft()
            visit(node)

    def _later(self, visit: Callable[[Node], None], node: Node) -> None:
        if (visit, node) not in self._seen:
            self._seen.add((visit, node))
            self._waiting.append((visit, node))

    def _add(
        self, rule: str, node: Node, message: str, hint: str | None = None, on_key: bool = True
    ) -> None:
        self.findings.append(Finding(rule, node, message, hint, on_key))

    def _follow(self, node: Node) -> Node | None:
        try:
            return node.follow()
        except SpecError as error:
            self.failures += error.diagnostics
            return None

    def _away(
        self, visit: Callable[[Node], None], node: Node, sections: tuple[str, ...] = ()
    ) -> Node | None:
        """Return the node if it is no reference, else have its target visited; one of another section is no target."""
        if node.ref is None:
            return node
        target = self._follow(node)
        match target.pointer if target is not None else ():
            case ("components", str(section), _) if sections and section not in sections:
                message = f"{quoted(node.ref)} is not in components/{sections[0]}"
                hint = f"there is no {sections[0].rstrip('s')} at that place; it is left out"
                self._add("wrong-reference", node["$ref"], message, hint, on_key=False)
            case _:
                if target is not None:
                    self._later(visit, target)
        return None

    def _reference_only(self, node: Node) -> None:
        self._follow(node)

    def _servers(self, holder: Node) -> None:
        for rule, place, message, hint in server_flaws(holder):
            self._add(rule, place, message, hint)

    def _info(self) -> None:
        title = _entry(_entry(self._root, "info"), "title")
        if title is not None and title.is_text and not (title.text or "").strip():
            hint = "the package is named after the file instead"
            self._add("empty", title, "the title is empty", hint)

    def _paths(self) -> None:
        shapes: dict[str, Node] = {}
        for path, item in _items(self._root, "paths"):
            if path.startswith("x-"):
                continue
            shape = _TEMPLATE.sub("{}", path)
            first = shapes.setdefault(shape, item)
            if first is not item:
                message = f"the path {quoted(path)} cannot be told from {quoted(first.key)}"
                self._add("duplicate-path", item, message, f"the other is at {first.key_location}")
            self._later(self._path_item, item)
            target = self._follow(item)
            if target is not None:
                self._path_parameters(path, item, target)

    def _path_parameters(self, path: str, item: Node, target: Node) -> None:
        wanted = list(dict.fromkeys(_TEMPLATE.findall(path)))
        operations = [(method, node) for method, node in _operations(target)]
        shared = (
            [*self._located("path", item), *self._located("path", target)]
            if item != target
            else [*self._located("path", item)]
        )
        own = [(method, node, list(self._located("path", node))) for method, node in operations]
        for method, operation, parameters in own:
            names = {name for name, _ in (*shared, *parameters)}
            for name in wanted:
                if name not in names:
                    message = f"{method.upper()} {quoted(path)} does not define its path parameter {quoted(name)}"
                    unused = [known for known in names if known not in wanted]
                    hint = f"there is a path parameter {quoted(unused[0])}" if unused else None
                    holders = (item, target, operation)
                    declared = {each for one in holders for each, _ in self._located("query", one)}
                    if name in declared and f"{{{name}}}" not in path.partition("?")[0]:
                        hint = "it is sent in the query, where it is declared: leave it out of the path"
                    self._add("undefined-path-parameter", operation, message, hint)
        for name, node in [*shared, *(pair for _, _, parameters in own for pair in parameters)]:
            if name not in wanted:
                message = (
                    f"the path {quoted(path)} has no place for the path parameter {quoted(name)}"
                )
                hint = f"write {quoted('{' + name + '}')} in the path, or remove the parameter"
                self._add("unused-path-parameter", node, message, hint)

    def _located(self, location: str, holder: Node) -> Iterator[tuple[str, Node]]:
        for node in _elements(holder, "parameters"):
            target = self._follow(node)
            if target is not None and target.text_of("in") == location:
                name = target.text_of("name")
                if name is not None:
                    yield name, node

    def _path_item(self, node: Node) -> None:
        item = self._away(self._path_item, node) if not _has_operations(node) else node
        if item is None:
            return
        self._servers(item)
        self._parameters(item)
        for _, operation in _operations(item):
            self._operation(operation)

    def _operation(self, node: Node) -> None:
        operation_id = node.text_of("operationId")
        if operation_id is not None:
            place = node["operationId"]
            first = self._operation_ids.setdefault(operation_id, place)
            if first != place:
                message = f"the operationId {quoted(operation_id)} is used twice"
                hint = f"the other is at {first.location}; give each operation an id of its own"
                self._add("duplicate-operation-id", place, message, hint, on_key=False)
        self._servers(node)
        self._parameters(node)
        self._security(node)
        body = node.get("requestBody")
        if body is not None:
            self._later(self._contents, body)
        stated = node.get("responses")
        responses = [
            (key, child) for key, child in _items(node, "responses") if not key.startswith("x-")
        ]
        wanted = self._document.version == (3, 0) if stated is None else stated.is_mapping
        if wanted and not responses:
            self._add(
                "missing-response", node, "the operation has no responses", "describe at least one"
            )
        for status, response in responses:
            if _STATUS.fullmatch(status) is None:
                message = f"{quoted(status)} is not a status"
                self._add("bad-status", response, message, "write 200, 4XX or default")
            if status in _WITHOUT_CONTENT and _content_of(response):
                message = f"a response with the status {status} has no content"
                self._add("unsent-content", response, message, "see RFC 9110, 15.3.5 and 15.3.6")
            self._later(self._response, response)
        for name, callback in _items(node, "callbacks"):
            if not name.startswith("x-"):
                self._later(self._callback, callback)

    def _parameters(self, holder: Node) -> None:
        known: dict[tuple[str, str], Node] = {}
        for node in _elements(holder, "parameters"):
            self._later(self._parameter, node)
            target = self._follow(node)
            name, where = (
                (target.text_of("name"), target.text_of("in"))
                if target is not None
                else (None, None)
            )
            if name is None or where is None:
                continue
            first = known.setdefault((name, where), node)
            if first is not node:
                message = f"the {where} parameter {quoted(name)} is defined twice"
                hint = f"the other is at {first.location}"
                self._add("duplicate-parameter", node, message, hint)

    def _parameter(self, node: Node) -> None:
        parameter = self._away(self._parameter, node, ("parameters", "headers"))
        if parameter is None:
            return
        self._content(parameter)
        schema = parameter.get("schema")
        if schema is not None:
            self._later(self._schema, schema)
            self._examples(parameter, schema)

    def _callback(self, node: Node) -> None:
        callback = self._away(self._callback, node, ("callbacks",))
        for key, item in callback.items() if callback is not None else ():
            if not key.startswith("x-"):
                self._later(self._path_item, item)

    def _response(self, node: Node) -> None:
        response = self._away(self._response, node, ("responses",))
        if response is None:
            return
        for _, header in _items(response, "headers"):
            self._later(self._parameter, header)
        for _, link in _items(response, "links"):
            self._later(self._reference_only, link)
        self._content(response)

    def _contents(self, node: Node) -> None:
        body = self._away(self._contents, node, ("requestBodies",))
        if body is not None:
            self._content(body)

    def _content(self, holder: Node) -> None:
        for name, media_type in _items(holder, "content"):
            if not name.startswith("x-") and _MEDIA_TYPE.fullmatch(name) is None:
                message = f"{quoted(name)} is not a media type"
                self._add("bad-media-type", media_type, message, "write it as 'application/json'")
            self._later(self._media_type, media_type)

    def _media_type(self, node: Node) -> None:
        media_type = self._away(self._media_type, node)
        if media_type is None:
            return
        for _, encoding in _items(media_type, "encoding"):
            for _, header in _items(encoding, "headers"):
                self._later(self._parameter, header)
        for key in ("schema", "itemSchema"):
            schema = media_type.get(key)
            if schema is not None:
                self._later(self._schema, schema)
                if key == "schema":
                    self._examples(media_type, schema)

    def _schema(self, node: Node) -> None:
        if not node.is_mapping:
            return
        for rule, place, message in keyword_flaws(node):
            self._add(rule, place, message)
        target = self._away(self._schema, node, ("schemas",))
        if target is None and self._document.version < (3, 1):
            return
        for key in _ONE:
            if key in node:
                self._later(self._schema, node[key])
        for key in _MANY:
            for child in _elements(node, key):
                self._later(self._schema, child)
        for key in _NAMED:
            for _, child in _items(node, key):
                self._later(self._schema, child)
        self._mapping(node)
        for key, rule in (("default", "wrong-default"), ("example", "wrong-example")):
            if key in node:
                self._value(rule, node[key], node)
        for value in _elements(node, "examples"):
            self._value("wrong-example", value, node)

    def _mapping(self, schema: Node) -> None:
        for _, value in _items(schema.get("discriminator"), "mapping"):
            name = value.text
            top = Node(self._document, schema.file, (), schema.file.data)
            schemas = _entry(_entry(top, "components"), "schemas")
            if name is None or (schemas is not None and name in schemas):
                continue
            try:
                self._later(self._schema, self._document.references.resolve(value, name))
            except SpecError as error:
                self.failures += error.diagnostics

    def _examples(self, holder: Node, schema: Node) -> None:
        if "example" in holder:
            self._value("wrong-example", holder["example"], schema)
        for _, example in _items(holder, "examples"):
            target = self._follow(example)
            if target is not None and "value" in target:
                self._value("wrong-example", target["value"], schema)

    def _value(self, rule: str, value: Node, schema: Node) -> None:
        for place, message in mismatch(value, schema, strict=rule == "wrong-default"):
            self._add(rule, place, message)

    def _security(self, holder: Node) -> None:
        for requirement in _elements(holder, "security"):
            for name, scopes in requirement.items():
                if scheme_key(self._document, name) not in self._schemes:
                    message = f"there is no security scheme {quoted(name)}"
                    hint = "define it in components/securitySchemes"
                    if self._schemes:
                        hint += f"; there is {', '.join(quoted(known) for known in sorted(self._schemes)[:5])}"
                    self._add("unknown-security-scheme", scopes, message, hint)

    def _tags(self) -> None:
        known: dict[str, Node] = {}
        for tag in _elements(self._root, "tags"):
            name = tag.text_of("name")
            if name is not None and known.setdefault(name, tag) is not tag:
                first = known[name]["name"].location
                message = f"the tag {quoted(name)} is described twice"
                self._add("duplicate-tag", tag["name"], message, f"the other is at {first}")


def _operations(item: Node) -> Iterator[tuple[str, Node]]:
    for method, node in item.items():
        if method in METHODS and node.is_mapping:
            yield method, node
    for method, node in _items(item, "additionalOperations"):
        if node.is_mapping:
            yield method, node


def _content_of(response: Node) -> bool:
    """Return whether a response describes content."""
    try:
        return bool(_entries(response.follow().get("content")))
    except SpecError:  # told where the reference is looked at
        return False


def _has_operations(item: Node) -> bool:
    return any(True for _ in _operations(item))


def _entry(node: Node | None, key: str) -> Node | None:
    return None if node is None else node.get(key)


def _entries(node: Node | None) -> dict[str, Node]:
    return {} if node is None else dict(node.items())


def _items(holder: Node | None, key: str) -> Iterable[tuple[str, Node]]:
    node = _entry(holder, key)
    return () if node is None else node.items()


def _elements(holder: Node | None, key: str) -> Iterable[Node]:
    node = _entry(holder, key)
    return () if node is None else node.elements()
