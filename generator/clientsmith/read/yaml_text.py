"""YAML text to values and places: the core schema of YAML 1.2, built from the events of the parser.

OpenAPI restricts YAML to what JSON can say (OpenAPI 3.1 §4.3), so `no`, `on`, dates, `1_000`, `1:30` and `.inf`
are text. Keys are text as well: `200:` is the key "200". Nothing here calls itself, so that no document can
exhaust the stack; the limits stand in `source`.
"""

from __future__ import annotations

import math
import re
from itertools import islice
from typing import Final, Protocol

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ..diagnostics import Diagnostic, InputError, SpecError, quoted
from .source import MAX_ALIASED, MAX_DEPTH, MAX_DIGITS, MAX_DUPLICATES, MAX_NODES, Source, Value
from .tree import Tree

_CONSTANTS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NOT_TEXT: Final = frozenset("0123456789+-.~nNtTfF")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DIRECTIVE: Final = re.compile(r"(?:(?<=[\r\n])|\A)%TAG")
_MARK_INSIDE: Final = re.compile(r"(?<=[\r\n])\ufeff")
_CONTROL: Final = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"

_TAG: Final = "tag:yaml.org,2002:"
_TEXT_TAGS: Final = frozenset({"!", f"{_TAG}str", f"{_TAG}timestamp", f"{_TAG}binary"})
_SCALAR_TAGS: Final = {
    f"{_TAG}null": (type(None),),
    f"{_TAG}bool": (bool,),
    f"{_TAG}int": (int,),
    f"{_TAG}float": (float, int),
}
_MERGE: Final = "<<"

MAX_DIRECTIVES: Final = 100
"""Tag directives of a file; libyaml compares each with all that came before."""


class _Parser(Protocol):
    def get_event(self) -> Event | None: ...


class _Frame:
    """A mapping or list whose end has not been seen."""

    __slots__ = ("container", "key", "key_offset", "merges", "merging", "open", "places", "weight")

    def __init__(self, container: dict[str, Value] | list[Value]) -> None:
        self.container = container
        self.places: list[int] = []
        self.key: str | None = None
        self.key_offset = 0
        self.merging = False
        self.merges: list[tuple[Value, int]] = []
        self.weight = 1
        self.open = True


class _Anchored:
    """What an alias stands for."""

    __slots__ = ("frame", "raw", "spelling", "value")

    def __init__(
        self, value: Value, raw: str | None, spelling: str | None, frame: _Frame | None
    ) -> None:
        self.value = value
        self.raw = raw
        self.spelling = spelling
        self.frame = frame


def parse(source: Source) -> Tree:
    """Read YAML.

    Args:
        source: The text.

    Returns:
        The values; mappings keep the order of the text, with merged keys after their own. What an anchor names
        is one object, however often it is used.

    Raises:
        InputError: The text is not YAML, or is over a limit of `source`.
        SpecError: It is YAML that cannot be a document: duplicate keys, keys that are not scalars, unknown tags,
            several documents, an anchor inside itself.
    """
    builder = _Builder(source)
    directive = next(islice(_DIRECTIVE.finditer(source.text), MAX_DIRECTIVES, None), None)
    if directive is not None:
        message = f"the file has more than {MAX_DIRECTIVES} tag directives"
        raise source.unreadable(message, directive.start(), "remove them", "limit")
    try:
        parser = _parser(source.text)
        while (event := parser.get_event()) is not None:
            builder.take(event)
    except YAMLError as error:
        raise _explain(source, error) from None
    return builder.finish()


def _parser(text: str) -> _Parser:
    return yaml.CSafeLoader(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)


class _Builder:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._documents = 0
        self._empty = True
        self._root: Value = None
        self._start = 0
        self._top: _Frame | None = None
        self._stack: list[_Frame | None] = []
        self._anchors: dict[str, _Anchored] = {}
        self._offsets: dict[int, list[int]] = {}
        self._spellings: dict[tuple[int, str | int], str] = {}
        self._aliased = 0
        self._count = 0
        self._findings: list[Diagnostic] = []

    def take(self, event: Event) -> None:
        """Add what an event says."""
        kind = type(event)
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            self._close()
        elif isinstance(event, NodeEvent):
            self._count += 1
            offset = _offset(event)
            if self._count > MAX_NODES:
                raise self._source.unreadable(
                    f"the file holds more than {MAX_NODES:,} keys and values", offset, rule="limit"
                )
            if isinstance(event, ScalarEvent):
                self._scalar(event, offset)
            elif isinstance(event, AliasEvent):
                self._alias(event, offset)
            elif isinstance(event, MappingStartEvent):
                self._open({}, event.anchor, event.tag, offset)
            elif isinstance(event, SequenceStartEvent):
                self._open([], event.anchor, event.tag, offset)
        elif kind is DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                hint = "keep one document in a file: remove what follows '---'"
                raise self._source.invalid(
                    "a second YAML document starts here", _offset(event), hint, "documents"
                )

    def finish(self) -> Tree:
        """Return what was built."""
        if self._findings:
            raise SpecError(*self._findings)
        if self._empty:
            hint = "give an OpenAPI document in YAML or JSON"
            raise self._source.unreadable(
                "the file is empty: it holds nothing but comments", 0, hint, "empty"
            )
        return Tree(self._source, self._root, self._start, self._offsets, self._spellings)

    def _scalar(self, event: ScalarEvent, offset: int) -> None:
        raw = event.value
        top = self._top
        if top is not None and top.key is None and isinstance(top.container, dict):
            if event.anchor is not None:
                self._anchors[event.anchor] = _Anchored(raw, raw, None, None)
            self._key(top, raw, offset, merging=raw == _MERGE and event.implicit[0])
            return
        value: Value = raw
        if event.implicit[0] and event.tag is None:
            if not raw or raw[0] in _NOT_TEXT:
                value = self._resolve(raw, offset)
        elif event.tag is not None and event.tag not in _TEXT_TAGS:
            value = self._tagged(raw, event.tag, offset)
        spelling = None if value is raw or _json(value) == raw else raw
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, raw, spelling, None)
        self._add(value, offset, spelling)

    def _key(self, top: _Frame, name: str, offset: int, merging: bool = False) -> None:
        if name in top.container and not merging:
            first = top.places[2 * list(top.container).index(name)]
            line, column = self._source.position(first)
            message = f"the key {quoted(name)} stands twice in one mapping; the first is at line {line}, column {column}"
            place = self._source.location(offset)
            self._findings.append(
                Diagnostic("error", message, place, "keep one of the two", "duplicate-key")
            )
            if len(self._findings) >= MAX_DUPLICATES:
                raise SpecError(*self._findings)
        top.key, top.key_offset, top.merging = name, offset, merging

    def _alias(self, event: AliasEvent, offset: int) -> None:
        name = event.anchor or ""
        anchored = self._anchors.get(name)
        if anchored is None:
            raise self._source.invalid(
                f"nothing is anchored as {quoted(f'&{name}')}", offset, rule="alias"
            )
        frame = anchored.frame
        if frame is not None and frame.open:
            raise self._source.invalid(
                f"{quoted(f'*{name}')} stands inside what it stands for", offset, rule="alias"
            )
        weight = 1 if frame is None else frame.weight
        self._aliased += weight
        if self._aliased > MAX_ALIASED:
            message = f"the aliases of the file stand for more than {MAX_ALIASED:,} values"
            raise self._source.unreadable(
                message, offset, "write the values out, or use $ref", "limit"
            )
        top = self._top
        if top is not None and top.key is None and isinstance(top.container, dict):
            if anchored.raw is None:
                raise self._not_a_key(offset)
            self._key(top, anchored.raw, offset)
            return
        self._add(anchored.value, offset, anchored.spelling)
        if top is not None and frame is not None:
            top.weight += weight - 1

    def _open(
        self,
        container: dict[str, Value] | list[Value],
        anchor: str | None,
        tag: str | None,
        offset: int,
    ) -> None:
        top = self._top
        if len(self._stack) >= MAX_DEPTH:
            raise _too_deep(self._source, offset)
        if top is not None and top.key is None and isinstance(top.container, dict):
            raise self._not_a_key(offset)
        kind = "map" if isinstance(container, dict) else "seq"
        if tag is not None and tag not in ("!", f"{_TAG}{kind}"):
            raise self._unknown_tag(tag, offset)
        frame = _Frame(container)
        self._offsets[id(container)] = frame.places
        if anchor is not None:
            self._anchors[anchor] = _Anchored(container, None, None, frame)
        self._add(container, offset, None)
        self._stack.append(top)
        self._top = frame

    def _close(self) -> None:
        frame = self._top
        if frame is None:
            return
        for value, offset in frame.merges:
            if isinstance(frame.container, dict):
                self._merge(frame, frame.container, value, offset)
        frame.open = False
        self._top = self._stack.pop()
        if self._top is not None:
            self._top.weight += frame.weight - 1

    def _add(self, value: Value, offset: int, spelling: str | None) -> None:
        top = self._top
        if top is None:
            self._root, self._start, self._empty = value, offset, False
            return
        top.weight += 1
        container = top.container
        if isinstance(container, list):
            key: str | int = len(container)
            container.append(value)
            top.places.append(offset)
        else:
            key = top.key or ""
            top.key = None
            if top.merging:
                top.merges.append((value, offset))
                return
            if key not in container:
                top.places += (top.key_offset, offset)
            container[key] = value
        if spelling is not None:
            self._spellings[id(container), key] = spelling

    def _merge(self, frame: _Frame, target: dict[str, Value], value: Value, offset: int) -> None:
        for merged in value if isinstance(value, list) else [value]:
            if not isinstance(merged, dict):
                hint = "write an alias of a mapping after '<<:', or quote the key if it is meant as it stands"
                raise self._source.invalid("'<<' merges mappings only", offset, hint, "merge-key")
            places = self._offsets[id(merged)]
            for index, (key, child) in enumerate(merged.items()):
                if key not in target:
                    target[key] = child
                    frame.places += places[2 * index : 2 * index + 2]
                    spelling = self._spellings.get((id(merged), key))
                    if spelling is not None:
                        self._spellings[id(target), key] = spelling

    def _resolve(self, raw: str, offset: int) -> Value:
        if raw in _CONSTANTS:
            return _CONSTANTS[raw]
        whole = _INTEGER.fullmatch(raw)
        if whole is None and _FLOAT.fullmatch(raw) is None:
            return raw
        number: int | float = 0
        if len(raw) <= MAX_DIGITS:
            number = int(raw, 0 if raw[:2] in ("0o", "0x") else 10) if whole else float(raw)
        if len(raw) > MAX_DIGITS or math.isinf(number):
            message = f"{quoted(raw)} is not a number that a document can hold"
            raise self._source.unreadable(message, offset, "quote it if it is text", "number")
        return number

    def _tagged(self, raw: str, tag: str, offset: int) -> Value:
        types = _SCALAR_TAGS.get(tag)
        if types is None:
            raise self._unknown_tag(tag, offset)
        value = self._resolve(raw, offset)
        if type(value) not in types:
            raise self._source.invalid(
                f"{quoted(raw)} is not of its tag {quoted(tag)}", offset, rule="yaml-tag"
            )
        return value

    def _unknown_tag(self, tag: str, offset: int) -> SpecError:
        hint = "remove the tag; OpenAPI documents hold the types of JSON only"
        return self._source.invalid(
            f"the tag {quoted(tag)} has no meaning here", offset, hint, "yaml-tag"
        )

    def _not_a_key(self, offset: int) -> SpecError:
        hint = "quote it if it is text; '{name}' without quotes is a mapping"
        return self._source.invalid(
            "a mapping or a list stands where a key is wanted", offset, hint, "key"
        )


def _offset(event: Event) -> int:
    mark = event.start_mark
    return 0 if mark is None else mark.index


def _json(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


_HINTS: Final = (
    (
        "mapping values are not allowed",
        "put text that holds ': ' in quotes, or look at the indentation",
    ),
    ("cannot start any token", "put the text in quotes"),
    ("could not find expected ':'", "look for a key without ':' and at the indentation"),
    (
        "did not find expected",
        "look at the indentation, and at quotes and brackets before this place",
    ),
    ("found unexpected end of stream", "a quote is not closed"),
)


def _too_deep(source: Source, offset: int) -> InputError:
    return source.unreadable(f"values are nested more than {MAX_DEPTH} deep", offset, rule="limit")


def _explain(source: Source, error: YAMLError) -> InputError:
    if isinstance(error, MarkedYAMLError):
        problem = error.problem or error.context or "it cannot be parsed"
        mark = error.problem_mark or error.context_mark
        if "end of stream" in problem and error.context_mark is not None:
            mark = error.context_mark
        offset = min(mark.index, len(source.text)) if mark is not None else 0
        if "nesting depth" in problem:  # libyaml has a limit too, and looks ahead
            return _too_deep(source, offset)
        if source.text[offset : offset + 1] == "\t" and ("token" in problem or "tab" in problem):
            return source.unreadable(
                "not YAML: a tab where only spaces may stand", offset, "indent with spaces"
            )
        mark_inside = _MARK_INSIDE.search(source.text)
        if mark_inside is not None and mark_inside.start() <= offset:
            message = "not YAML: a byte order mark stands in the middle of the file"
            return source.unreadable(
                message, mark_inside.start(), "remove it; an editor does not show it"
            )
        context = f" {error.context}" if error.context else ""
        hint = next((hint for part, hint in _HINTS if part in problem), None)
        return source.unreadable(f"not YAML: {problem}{context}", offset, hint)
    control = re.search(_CONTROL, source.text)
    if control is not None:
        message = f"not YAML: a character {quoted(control.group())} that YAML does not allow"
        return source.unreadable(
            message, control.start(), "remove it, or write it as an escape in double quotes"
        )
    return source.unreadable("not YAML: it cannot be parsed", 0)
