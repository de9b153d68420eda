"""The values of one file, and the way from each to its place in the text."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from .source import Pointer, Source, Value

__all__ = ["Offsets", "Tree"]

Offsets: TypeAlias = "dict[int, list[int]]"
"""For each mapping, by its `id`, the offsets of key and value of each entry in turn, in the order of its keys; for each list
those of its elements."""


class _Reached(NamedTuple):
    """Where a pointer leads: an offset and the value there; outside of the document, the last offset before that and None."""

    offset: int
    value: Value


class Tree:
    """The values of one file, and where each stands.

    Args:
        source: The text that was read.
        data: The value at the top.
        start: Offset of the value at the top.
        offsets: Where its parts stand; None to find them when first asked for.
        spellings: The text of numbers, booleans and nulls that are not written as JSON writes them, by the `id`
            of the mapping or list and the key or index.
    """

    __slots__ = ("_offsets", "_order", "_reached", "_spellings", "data", "source", "start")

    def __init__(
        self,
        source: Source,
        data: Value,
        start: int,
        offsets: Offsets | None = None,
        spellings: dict[tuple[int, str | int], str] | None = None,
    ) -> None:
        self.source: Final = source
        self.data: Final = data
        self.start: Final = start
        self._spellings: Final = spellings or {}
        self._offsets = offsets
        self._order: dict[int, dict[str, int]] = {}
        self._reached: dict[Pointer, _Reached] = {(): _Reached(start, data)}

    def with_data(self, data: Value) -> Tree:
        """Return a tree of the same text with other values, which do not stand in it."""
        return Tree(self.source, data, self.start, {})

    def offset(self, pointer: Pointer, *, key: bool = False) -> int:
        """Return where a value starts in the text.

        Args:
            pointer: The way to it. Where it leaves the document, the last value on the way is meant.
            key: Return where the key of the mapping entry starts instead, if the value has one.
        """
        if self._offsets is None:
            self._offsets = self._find()
        if key and pointer:
            container = self._reach(pointer[:-1])
            value, token = container.value, pointer[-1]
            if isinstance(value, dict) and token in value:
                return self._offsets[id(value)][2 * self._order_of(value)[str(token)]]
        return self._reach(pointer).offset

    def _reach(self, pointer: Pointer) -> _Reached:
        """Return what a pointer leads to; each step from one value to the next is made once."""
        length = len(pointer)
        while (reached := self._reached.get(pointer[:length])) is None:
            length -= 1
        for end in range(length + 1, len(pointer) + 1):
            reached = self._reached[pointer[:end]] = self._step(reached, pointer[end - 1])
        return reached

    def _step(self, before: _Reached, token: str | int) -> _Reached:
        value = before.value
        places = (self._offsets or {}).get(id(value), ())
        if isinstance(value, dict) and token in value:
            place = places[2 * self._order_of(value)[str(token)] + 1]
            return _Reached(place, value[str(token)])
        if isinstance(value, list) and isinstance(token, int) and 0 <= token < len(value):
            return _Reached(places[token], value[token])
        return _Reached(before.offset, None)

    def _order_of(self, mapping: dict[str, Value]) -> dict[str, int]:
        order = self._order.get(id(mapping))
        if order is None:
            order = self._order[id(mapping)] = {key: index for index, key in enumerate(mapping)}
        return order

    def spelling(self, pointer: Pointer) -> str | None:
        """Return a number, boolean or null as it is written, or None if that is the way JSON writes it.

        Args:
            pointer: The way to it.
        """
        container = value = self.data
        for token in pointer:
            container = value
            if isinstance(value, dict):
                value = value[str(token)]
            elif isinstance(value, list):
                value = value[int(token)]
        if not pointer:
            return None
        return self._spelled(container, pointer, value)

    def _find(self) -> Offsets:
        """Return the offsets, which were not given."""
        return {}

    def _spelled(self, container: Value, pointer: Pointer, value: Value) -> str | None:
        """Return how a value is written, or None if that is the way JSON writes it.

        Args:
            container: What holds it.
            pointer: The way to it.
            value: The value.
        """
        del value
        return self._spellings.get((id(container), pointer[-1]))
