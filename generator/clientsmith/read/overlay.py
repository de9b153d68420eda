"""Overlays: documents that change another one before it is used (Overlay Specification 1.0 and 1.1).

What an overlay puts into the document keeps the place it has in the overlay's own file, so that a finding about it points there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ..diagnostics import Diagnostic, SpecError, quoted
from .document import Node
from .file import File
from .selection import selected
from .source import MAX_DEPTH, MAX_NODES, Pointer, Value

_VERSIONS: Final = ("1.0.", "1.1.")
_ACTIONS: Final = ("remove", "update", "copy")
"""What an action can do; the first one that it has counts (Overlay 1.1, 4.4.3.1)."""

_Content: TypeAlias = "dict[str, _Spot] | list[_Spot] | str | int | float | bool | None"


@dataclass(slots=True)
class _Spot:
    """A value that knows where it was read: the file, and the way to it there; and the plain value, which changes with it."""

    content: _Content
    value: Value
    file: File
    pointer: Pointer

    def store(self, token: str | int, spot: _Spot) -> None:
        """Set an entry of a mapping, or an element of a list that has one there."""
        if isinstance(self.content, dict) and isinstance(self.value, dict):
            self.content[str(token)], self.value[str(token)] = spot, spot.value
        elif isinstance(self.content, list) and isinstance(self.value, list):
            self.content[int(token)], self.value[int(token)] = spot, spot.value

    def extend(self, spots: list[_Spot]) -> None:
        """Add elements to a list."""
        if isinstance(self.content, list) and isinstance(self.value, list):
            self.content += spots
            self.value += [spot.value for spot in spots]

    def discard(self, tokens: set[str | int]) -> None:
        """Remove entries of a mapping, or elements of a list."""
        if isinstance(self.content, dict) and isinstance(self.value, dict):
            for key in tokens:
                del self.content[str(key)], self.value[str(key)]
        elif isinstance(self.content, list) and isinstance(self.value, list):
            self.content[:] = [
                each for number, each in enumerate(self.content) if number not in tokens
            ]
            self.value[:] = [each.value for each in self.content]


def applied(file: File, overlays: Iterable[Node]) -> tuple[File, list[Diagnostic]]:
    """Apply overlays to a document, one after the other.

    Args:
        file: the document.
        overlays: the top of each overlay.

    Returns:
        The changed document, in which every value keeps the place where it was read; and what is to be said about the overlays.

    Raises:
        SpecError: an overlay is not valid, or cannot be applied to this document.
    """
    top = _spot(file.data, file, ())
    findings: list[Diagnostic] = []
    for overlay in overlays:
        top = _Overlay(overlay, top, findings.append).apply(file)
    changed = File(file.path, file.uri, file.content, file.tree.with_data(top.value))
    changed.origins.update(_origins(top, (), None))
    return changed, findings


class _Overlay:
    """One overlay, and the document that it is applied to."""

    def __init__(self, root: Node, top: _Spot, report: Callable[[Diagnostic], None]) -> None:
        self._root = root
        self._top = top
        self._report = report
        self._values = 0

    def apply(self, document: File) -> _Spot:
        """Carry out the actions, and return the top of the document."""
        self._check(document)
        actions = self._root.get("actions")
        for action in actions.elements() if actions is not None else ():
            self._act(action)
        return self._top

    def _check(self, document: File) -> None:
        version = self._root.text_of("overlay")
        if version is None:
            hint = "an overlay begins with its version, such as 'overlay: 1.0.0'"
            raise _error(self._root, "this is not an overlay: it has no 'overlay' key", hint)
        if not version.startswith(_VERSIONS):
            message = f"version {quoted(version)} of the Overlay Specification is not supported"
            raise _error(self._root["overlay"], message, "supported are 1.0 and 1.1")
        actions = self._root.get("actions")
        if actions is None or not actions.is_list:
            raise _error(actions or self._root, "an overlay needs a list of 'actions'")
        meant = self._root.get("extends")
        if meant is None or meant.text is None or document.path is None:
            return
        name = meant.text.rpartition("/")[2]
        if "://" not in meant.text and name != document.path.name:
            message = (
                f"this overlay is meant for {quoted(meant.text)}, and is applied to {document.name}"
            )
            self._report(Diagnostic("warning", message, meant.location, rule="overlay-extends"))

    def _act(self, action: Node) -> None:
        target = action.get("target")
        if target is None or not isinstance(target.value, str):
            raise _error(target or action, "an action needs a 'target', a JSONPath (RFC 9535)")
        pointers = self._selected(target)
        removes = action.get("remove")
        if removes is not None and not isinstance(removes.value, bool):
            raise _error(removes, f"'remove' is {quoted(removes.value)}; true or false is expected")
        done = [name for name in _ACTIONS if name in action]
        if removes is not None and not removes.value:
            done.remove("remove")
        if not done:
            hint = f"give it one of {', '.join(_ACTIONS)}"
            raise _error(action, "this action does nothing", hint)
        if not pointers:
            message = f"nothing in the document is selected by {quoted(target.value)}"
            self._report(Diagnostic("warning", message, target.location, rule="overlay-target"))
        if done[0] == "remove":
            self._remove(target, pointers)
            return
        node = action[done[0]]
        given = self._given(node, done[0])
        self._measure(node, given, pointers)
        for pointer in pointers:
            here = self._put(_at(self._top, pointer), _copy(given), node)
            if pointer:
                _at(self._top, pointer[:-1]).store(pointer[-1], here)
            else:
                self._top = here

    def _given(self, node: Node, name: str) -> _Spot:
        """Return what an action puts into its target."""
        if name == "update":
            return _spot(node.value, node.file, node.pointer)
        found = self._selected(node)
        if len(found) != 1:
            raise _error(
                node, f"{quoted(node.value)} selects {len(found)} values, and has to select one"
            )
        return _copy(_at(self._top, found[0]))

    def _measure(self, node: Node, given: _Spot, pointers: list[Pointer]) -> None:
        """Refuse what would make the document larger or deeper than a file may be, before it is made."""
        values, depth = _size(given.value)
        self._values += values * len(pointers)
        if self._values > MAX_NODES:
            message = f"the overlay adds more than {MAX_NODES:,} keys and values"
            raise _error(node, message, rule="limit")
        if max(map(len, pointers), default=0) + depth > MAX_DEPTH:
            raise _error(node, f"values are nested more than {MAX_DEPTH} deep", rule="limit")

    def _selected(self, query: Node) -> list[Pointer]:
        try:
            return selected(str(query.value), self._top.value)
        except ValueError as error:
            message = f"{quoted(query.value)} {error}"
            raise _error(query, message, "see RFC 9535, such as $.paths['/pets'].get") from None

    def _remove(self, target: Node, pointers: list[Pointer]) -> None:
        """Remove values, wherever one stands in another, and in whatever order they were selected."""
        if () in pointers:
            raise _error(target, "the whole document cannot be removed")
        gone: dict[Pointer, set[str | int]] = {}
        for *way, token in pointers:
            gone.setdefault(tuple(way), set()).add(token)
        holders = [(_at(self._top, way), tokens) for way, tokens in gone.items()]
        for holder, tokens in holders:
            holder.discard(tokens)

    def _put(self, spot: _Spot, given: _Spot, place: Node) -> _Spot:
        """Merge a value into another: objects key by key, lists one after the other; a scalar takes the place of a scalar.

        Returns:
            What stands there now.
        """
        here, there = spot.content, given.content
        if isinstance(here, dict) and isinstance(there, dict):
            for key, value in there.items():
                spot.store(
                    key,
                    self._put(here[key], value, place.get(key) or place) if key in here else value,
                )
        elif isinstance(here, list):
            spot.extend(there if isinstance(there, list) else [given])
        elif isinstance(here, dict) or isinstance(there, dict | list):
            message = f"{_kind(there)} cannot be merged into {_kind(here)}, which stands at {_place(spot)}"
            raise _error(place, message, "remove what stands there first")
        else:
            return given
        return spot


def _spot(value: Value, file: File, pointer: Pointer) -> _Spot:
    if isinstance(value, dict):
        entries = {key: _spot(each, file, (*pointer, key)) for key, each in value.items()}
        return _made(entries, file, pointer)
    if isinstance(value, list):
        elements = [_spot(each, file, (*pointer, n)) for n, each in enumerate(value)]
        return _made(elements, file, pointer)
    return _Spot(value, value, file, pointer)


def _copy(spot: _Spot) -> _Spot:
    content = spot.content
    if isinstance(content, dict):
        return _made({key: _copy(each) for key, each in content.items()}, spot.file, spot.pointer)
    if isinstance(content, list):
        return _made([_copy(each) for each in content], spot.file, spot.pointer)
    return _Spot(content, content, spot.file, spot.pointer)


def _made(content: dict[str, _Spot] | list[_Spot], file: File, pointer: Pointer) -> _Spot:
    if isinstance(content, dict):
        return _Spot(content, {key: each.value for key, each in content.items()}, file, pointer)
    return _Spot(content, [each.value for each in content], file, pointer)


def _size(value: Value) -> tuple[int, int]:
    """Return how many values there are in one, and how many mappings and lists are inside one another."""
    values = depth = 0
    level = [value]
    while level:
        values += len(level)
        holders = [each for each in level if isinstance(each, dict | list)]
        depth += bool(holders)
        level = [
            child
            for each in holders
            for child in (each.values() if isinstance(each, dict) else each)
        ]
    return values, depth


def _at(spot: _Spot, pointer: Iterable[str | int]) -> _Spot:
    for token in pointer:
        if isinstance(spot.content, dict):
            spot = spot.content[str(token)]
        elif isinstance(spot.content, list):
            spot = spot.content[int(token)]
    return spot


def _origins(
    spot: _Spot, pointer: Pointer, expected: tuple[File, Pointer] | None
) -> Iterator[tuple[Pointer, tuple[File, Pointer]]]:
    """Yield the places of the values that were not read where the value around them was."""
    here = spot.file, spot.pointer
    if expected is None or here != expected:
        yield pointer, here
    if isinstance(spot.content, dict):
        for key, each in spot.content.items():
            yield from _origins(each, (*pointer, key), (spot.file, (*spot.pointer, key)))
    elif isinstance(spot.content, list):
        for number, each in enumerate(spot.content):
            yield from _origins(each, (*pointer, number), (spot.file, (*spot.pointer, number)))


def _kind(content: _Content) -> str:
    if isinstance(content, dict):
        return "a mapping"
    return "a list" if isinstance(content, list) else quoted(content)


def _place(spot: _Spot) -> str:
    return str(spot.file.location(spot.pointer))


def _error(node: Node, message: str, hint: str | None = None, rule: str = "overlay") -> SpecError:
    return SpecError(Diagnostic("error", message, node.location, hint, rule))
