"""The shape of a document against the JSON Schemas of OpenAPI 3.0, 3.1 and 3.2.

The schemas are those of openapi-spec-validator. They are run by jsonschema-rs, the fast one of the
two engines that openapi-spec-validator knows, without importing openapi-spec-validator itself: its
import costs more than the rest of a run. The schemas for 3.1 and 3.2 leave out Schema Objects; those
are held against the meta-schema of JSON Schema 2020-12.

What the engine says is written for someone who reads JSON Schema. Here it becomes one sentence about
the document: which key, what was expected, what stands there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

from jsonschema_rs import Registry, ValidationError, ValidationErrorKind, Validator, validator_for

from ..diagnostics import printable, quoted
from ..read.document import Document, Node
from ..read.source import Pointer, Value

MAX_ERRORS: Final = 1000
"""Errors of the engine that are looked at; a document with more is not an OpenAPI document with flaws."""

MAX_GUESSES: Final = 100
"""Unknown keys for which a known one is looked for."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_KIND_NAMES: Final = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_NOUNS: Final = {
    "schema xorcontent": "parameter",
    "parameter location": "parameter",
    "example xorexamples": "example",
    "map of strings": "mapping",
    "oauth flows": "OAuth flows",
    "xml": "XML object",
}
_OF_SCHEMAS: Final = frozenset({"schema", "discriminator", "XML object"})
_ESSENTIAL: Final = frozenset(
    {
        ("document", "info"),
        ("info", "title"),
        ("info", "version"),
        ("parameter", "name"),
        ("parameter", "in"),
    }
)

_Kind: TypeAlias = ValidationErrorKind
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_SINCE_3_1: Final = (
    *("$anchor", "$comment", "$defs", "$dynamicAnchor", "$dynamicRef", "$id", "$schema", "const"),
    *("contains", "contentEncoding", "contentMediaType", "contentSchema", "dependentRequired"),
    *("dependentSchemas", "else", "examples", "if", "maxContains", "minContains"),
    *("patternProperties", "prefixItems", "propertyNames", "then", "unevaluatedItems"),
    "unevaluatedProperties",
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A place where a document does not have the shape of an OpenAPI document.

    Attributes:
        pointer: The way to the place in the document's first file.
        rule: Id of the rule.
        message: What is wrong.
        hint: What to do, if that can be said.
    """

    pointer: Pointer
    rule: str
    message: str
    hint: str | None = None


def flaws(document: Document) -> list[Flaw]:
    """Find where a document does not have the shape that its version of OpenAPI asks for.

    Args:
        document: A document of version 3.0, 3.1 or 3.2.

    Returns:
        The flaws of the document's first file, in no particular order. What `rules` finds with better
        words (keys of responses, missing responses, names of components) is not among them.
    """
    schema = _schema(document.version)
    validator = _validator(document.version)
    data = document.root.value
    try:
        errors = list(islice(validator.iter_errors(data), MAX_ERRORS))
    except UnicodeEncodeError:
        errors = list(islice(validator.iter_errors(_encodable(data)), MAX_ERRORS))
    return list(dict.fromkeys(_Translation(document, schema).of(errors)))


@cache
def _schema(version: tuple[int, int]) -> dict[str, Value]:
    package = find_spec("openapi_spec_validator")
    if package is None or package.origin is None:
        raise ImportError("openapi-spec-validator is not installed")
    name = f"v{version[0]}.{version[1]}"
    path = Path(package.origin).parent / "resources" / "schemas" / name / "schema.json"
    schema: dict[str, Value] = json.loads(path.read_bytes())
    return schema


@cache
def _validator(version: tuple[int, int]) -> Validator:
    schema = _schema(version)
    if version == (3, 0):
        return validator_for(schema, offline=True)
    root = {
        "$schema": _DIALECT,
        "$id": "urn:openapi",
        "$ref": str(schema["$id"]),
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": _DIALECT}},
    }
    return validator_for(root, registry=Registry([(str(schema["$id"]), schema)]), offline=True)


def _encodable(value: Value) -> Value:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_encodable(element) for element in value]
    if isinstance(value, dict):
        return {
            key.encode("utf-8", "replace").decode(): _encodable(child)
            for key, child in value.items()
        }
    return value


class _Translation:
    """The errors of one document, turned into flaws."""

    def __init__(self, document: Document, schema: dict[str, Value]) -> None:
        self._document = document
        self._top = schema
        self._guesses = 0
        definitions = schema.get("$defs") or schema.get("definitions")
        self._definitions = definitions if isinstance(definitions, dict) else {}

    def of(self, errors: Iterable[ValidationError]) -> Iterator[Flaw]:
        """Yield what errors say about the document; an error may say several things or nothing."""
        leaves = [leaf for error in errors for leaf in _leaves(error)]
        wrong_kind = {_path(leaf) for leaf in leaves if isinstance(leaf.kind, _Kind.Type)}
        flawed = {
            _path(leaf) for leaf in leaves if not isinstance(leaf.kind, _Kind.OneOfMultipleValid)
        }
        for leaf in leaves:
            path = _path(leaf)
            follows = path in wrong_kind and not isinstance(leaf.kind, _Kind.Type)
            doubtful = path in flawed and isinstance(leaf.kind, _Kind.OneOfMultipleValid)
            if not follows and not doubtful:
                yield from self._translate(leaf)

    def _translate(self, error: ValidationError) -> Iterable[Flaw]:
        node = _node(self._document.root, error.instance_path)
        noun = self._noun(error)
        flaw = _Writer(node, noun)
        match error.kind:
            case _Kind.Type(types=types):
                return [flaw.wrong_kind(types, self._document.version)]
            case _Kind.Required(property=key):
                return flaw.missing([key])
            case _Kind.AdditionalProperties(unexpected=keys) | _Kind.UnevaluatedProperties(
                unexpected=keys
            ):
                self._guesses += len(keys)
                known = self._known_keys(error)
                certain = isinstance(error.kind, _Kind.AdditionalProperties)
                return [
                    found
                    for key in keys
                    if certain or key not in known
                    for found in flaw.unexpected(
                        key, known if self._guesses <= MAX_GUESSES else [], self._document.version
                    )
                ]
            case _Kind.Enum(options=options):
                return [flaw.not_allowed(options)]
            case _Kind.Constant(expected_value=option):
                return [flaw.not_allowed([option])]
            case _Kind.OneOfNotValid(context=branches) | _Kind.AnyOf(context=branches):
                return flaw.no_branch(branches)
            case _Kind.Not(schema={"required": [_, _, *_] as keys}):
                names = " and ".join(quoted(key) for key in keys)
                message = f"{flaw.name} has {names}, which exclude each other"
                return [flaw.say("exclusive-keys", message)]
            case _Kind.Not():
                return [flaw.say("not-valid", f"{flaw.name} has keys that do not go together")]
            case _Kind.MinItems() | _Kind.MinProperties():
                return flaw.empty()
            case _Kind.UniqueItems():
                return [flaw.say("duplicate-element", f"{flaw.name} holds an element twice")]
            case _Kind.PropertyNames():
                return []
            case _Kind.Pattern() if node.key == "openapi":
                message = (
                    f"{flaw.name} is {quoted(node.value)}; a version of three numbers is expected"
                )
                return [flaw.say("openapi-version", message, "write it as '3.1.0'")]
            case _Kind.OneOfMultipleValid() if "schema" in node and "content" in node:
                message = f"{flaw.name} has 'schema' and 'content', which exclude each other"
                return [flaw.say("exclusive-keys", message)]
            case _:
                reason = printable(error.message, 160)
                return [flaw.say("not-valid", f"{flaw.name} is not valid: {reason}")]

    def _noun(self, error: ValidationError) -> str:
        path = error.schema_path
        if path[0] not in ("$defs", "definitions") or str(path[1]) not in self._definitions:
            return "document" if len(error.instance_path) <= 1 else "schema"
        words = re.sub("(?<=[a-z])(?=[A-Z])", " ", str(path[1])).replace("-", " ").lower()
        words = words.removesuffix(" or reference")
        for ending in ("security scheme", "oauth flow"):
            if words.endswith(ending):
                return ending
        return _NOUNS.get(words, words)

    def _known_keys(self, error: ValidationError) -> list[str]:
        path = error.schema_path
        named = len(path) > 1 and path[0] in ("$defs", "definitions")
        top = self._definitions.get(str(path[1])) if named else self._top
        return list(dict.fromkeys(_property_names(top)))


class _Writer:
    """Puts a flaw of one value into words."""

    def __init__(self, node: Node, noun: str) -> None:
        self._node = node
        self._noun = noun
        key = node.key
        if key is None:
            self.name = "the document"
        elif isinstance(key, str):
            self.name = quoted(key)
        else:
            self.name = f"element {key + 1} of {quoted(str(node.pointer[-2]))}"

    def say(self, rule: str, message: str, hint: str | None = None, key: str | None = None) -> Flaw:
        pointer = self._node.pointer if key is None else (*self._node.pointer, key)
        return Flaw(pointer, "schema-keyword" if self._noun in _OF_SCHEMAS else rule, message, hint)

    def wrong_kind(self, types: list[str], version: tuple[int, int]) -> Flaw:
        value = self._node.value
        if "object" in types:
            types = ["object"]
        expected = _either([_KIND_NAMES[name] for name in types])
        message = f"{self.name} is {quoted(value)}; {expected} is expected"
        if value is None:
            return self.say("wrong-value", message, "leave the key out, or give it a value")
        hint = None
        if types == ["string"] and not isinstance(value, dict | list):
            hint = "put it in quotes"
        if self._noun == "schema" and version == (3, 0):
            if self._node.key == "type" and isinstance(value, list):
                hint = "OpenAPI 3.0 has one type and 'nullable: true'; lists of types came with 3.1"
            elif self._node.key in ("exclusiveMinimum", "exclusiveMaximum"):
                hint = "in OpenAPI 3.0 it is true or false beside a limit; numbers came with 3.1"
        containers = {"object", "array"}.issuperset(types)
        return self.say("wrong-kind" if containers else "wrong-value", message, hint)

    def missing(self, keys: list[str]) -> Iterable[Flaw]:
        if keys in (["responses"], ["default"]) and self._noun in ("operation", "responses"):
            return
        subject = f"the {self._noun}"
        if isinstance(self._node.key, int):
            subject = f"this {self._noun}"
        elif self._node.key not in (None, self._noun):
            subject = f"the {self._noun} {self.name}"
        wanted = _either([quoted(key) for key in keys])
        essential = any((self._noun, key) in _ESSENTIAL for key in keys)
        if self._noun == "document" and "paths" in keys:
            essential = "components" not in self._node
        hint = None
        if keys == ["required"] and self._noun == "parameter":
            hint = "add 'required: true'; a path cannot be sent without it"
        yield self.say(
            "missing-required" if essential else "missing-key", f"{subject} has no {wanted}", hint
        )

    def unexpected(self, key: str, known: list[str], version: tuple[int, int]) -> Iterable[Flaw]:
        if self._noun == "responses":
            return
        if self._noun == "paths":
            message = f"the path {quoted(key)} does not begin with '/'"
            yield self.say("path-slash", message, f"write it as {quoted('/' + key)}", key)
        else:
            hint = "remove it; a name of your own begins with 'x-'"
            close = nearest(key, known)
            if close is not None:
                hint = f"did you mean {quoted(close)}?"
            elif self._noun == "schema" and version == (3, 0) and key in _SINCE_3_1:
                hint = "the keyword came with OpenAPI 3.1, and this document says 3.0"
            message = f"{quoted(key)} is not a key of {_article(self._noun)}"
            yield self.say("unknown-key", message, hint, key)

    def not_allowed(self, options: Iterable[object]) -> Flaw:
        names = list(dict.fromkeys(quoted(option) for option in options))
        message = f"{self.name} is {quoted(self._node.value)}; {_either(names)} is expected"
        close = nearest(quoted(self._node.value), names)
        rule = "not-allowed"
        if self._node.key == "in" and self._noun == "parameter":
            rule = "unknown-location"
        return self.say(rule, message, f"did you mean {close}?" if close else None)

    def no_branch(self, branches: list[list[ValidationError]]) -> Iterable[Flaw]:
        required = [leaf.kind for branch in branches for leaf in branch]
        keys = [kind.property for kind in required if isinstance(kind, _Kind.Required)]
        if len(keys) == len(required):
            return self.missing(list(dict.fromkeys(keys)))
        choices = _choices(branches)
        if choices:
            options: list[object] = []
            for leaf in choices:
                if isinstance(leaf.kind, _Kind.Enum):
                    options += leaf.kind.options
                elif isinstance(leaf.kind, _Kind.Constant):
                    options.append(leaf.kind.expected_value)
            chosen = self._node.get(str(choices[0].instance_path[-1]))
            if chosen is not None:
                return [_Writer(chosen, self._noun).not_allowed(options)]
        return [self.say("not-valid", f"{self.name} is not {_article(self._noun)}")]

    def empty(self) -> Iterable[Flaw]:
        if self._noun != "responses":
            yield self.say("empty", f"{self.name} is empty", "leave it out, or fill it")


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that is most like another, or None if none is much like it."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name[:100], list(names), 1, 0.75)), None)


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    kind = error.kind
    if not isinstance(kind, _Kind.OneOfNotValid | _Kind.AnyOf):
        yield error
        return
    here = error.instance_path
    branches = _of_kind(error, kind.context)
    if all(isinstance(leaf.kind, _Kind.Required) for branch in branches for leaf in branch):
        best = branches[0] if len(branches) == 1 else [error]
    else:
        meant = [
            branch
            for branch in branches
            if not any(_is_choice(leaf) and leaf.instance_path[:-1] == here for leaf in branch)
        ]
        best = max(meant, key=_depth) if meant else branches[0] if len(branches) == 1 else [error]
    for leaf in best:
        if leaf is error:
            yield error
        else:
            yield from _leaves(leaf)


def _of_kind(
    error: ValidationError, branches: list[list[ValidationError]]
) -> list[list[ValidationError]]:
    """Keep the branches for a value of this kind: a reference, or else no reference."""
    references = [branch for branch in branches if any(_wants_reference(leaf) for leaf in branch)]
    if references and isinstance(error.instance, dict) and "$ref" in error.instance:
        return references
    others = [branch for branch in branches if branch not in references] or branches
    here = error.instance_path
    fitting = [
        branch
        for branch in others
        if not any(
            isinstance(leaf.kind, _Kind.Type) and leaf.instance_path == here for leaf in branch
        )
    ]
    return fitting or others[:1]


def _wants_reference(error: ValidationError) -> bool:
    return error.schema_path[:2] in (["definitions", "Reference"], ["$defs", "reference"])


def _is_choice(error: ValidationError) -> bool:
    """Say whether an entry of a mapping has a value that belongs to another branch, as `in` or `type`."""
    path = error.instance_path
    return (
        isinstance(error.kind, _Kind.Enum | _Kind.Constant)
        and bool(path)
        and isinstance(path[-1], str)
    )


def _choices(branches: list[list[ValidationError]]) -> list[ValidationError]:
    """Return the errors about the one key that no branch is content with."""
    for branch in branches:
        keys = [leaf.instance_path[-1] for leaf in branch if _is_choice(leaf)]
        if len(keys) == 1 and keys[0] != "type":
            break
    else:
        keys = ["type"]
    found = [leaf for branch in branches for leaf in branch if _is_choice(leaf)]
    return [leaf for leaf in found if leaf.instance_path[-1] == keys[0]]


def _path(error: ValidationError) -> tuple[str | int, ...]:
    return tuple(error.instance_path)


def _depth(branch: list[ValidationError]) -> tuple[int, int]:
    return max(len(leaf.instance_path) for leaf in branch), -len(branch)


def _node(root: Node, path: Iterable[str | int]) -> Node:
    node = root
    for token in path:
        found = node.get(str(token) if node.is_mapping else token)
        if found is None:
            break
        node = found
    return node


def _property_names(schema: Value) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties" and isinstance(value, dict):
                yield from value
            if key == "patternProperties" and isinstance(value, dict):
                for pattern in value:
                    yield from (method for method in _METHODS if re.search(pattern, method))
            yield from _property_names(value)
    elif isinstance(schema, list):
        for element in schema:
            yield from _property_names(element)


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _article(noun: str) -> str:
    if noun == "document":
        return "an OpenAPI document"
    return f"{'an' if noun[0] in 'aeioAEIOX' else 'a'} {noun}"
