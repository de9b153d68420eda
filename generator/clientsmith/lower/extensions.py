"""Extensions whose value is a mapping, read key by key (OpenAPI 3.1, 4.9; docs/extensions.md says what they mean)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..diagnostics import Diagnostic, quoted
from ..read.document import Node
from .nodes import elements

_HEADER = "$response.header."
_BODY = "$response.body#"

Scalar = str | int | float | bool


class BadExtension(Exception):
    """An extension that cannot be used.

    Attributes:
        diagnostic: what is wrong with it.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


class Extension:
    """The mapping that an extension holds.

    Args:
        name: the extension.
        node: its value.

    Raises:
        BadExtension: it is no mapping.
    """

    def __init__(self, name: str, node: Node) -> None:
        self.name = name
        self._node = node
        if not node.is_mapping:
            raise self.refused(f"a mapping is expected, and this is {quoted(node.value)}")

    def __contains__(self, key: str) -> bool:
        return key in self._node

    def refused(
        self, message: str, hint: str | None = None, key: str | None = None
    ) -> BadExtension:
        """Return the exception that says what is wrong.

        Args:
            message: what is wrong.
            hint: what to do about it.
            key: the key whose value is wrong; None for the whole extension.
        """
        node = self._node.get(key) if key is not None else None
        whole = f"{self.name}: {f'{key}: ' if key is not None else ''}{message}"
        place = (node or self._node).location
        return BadExtension(Diagnostic("warning", whole, place, hint, "bad-extension"))

    def allow(self, keys: Iterable[str]) -> None:
        """Refuse keys that mean nothing here.

        Raises:
            BadExtension: there is another key.
        """
        known = [*keys]
        for key, node in self._node.items():
            if key not in known:
                error = self.refused(
                    f"there is no key {quoted(key)} here", f"there is {', '.join(known)}"
                )
                raise BadExtension(
                    Diagnostic(
                        "warning",
                        error.diagnostic.message,
                        node.key_location,
                        error.diagnostic.hint,
                        "bad-extension",
                    )
                )

    def text(self, key: str) -> str | None:
        """Return a text, None if the key is not there.

        Raises:
            BadExtension: it is another value, or empty.
        """
        node = self._node.get(key)
        if node is None:
            return None
        if not isinstance(node.value, str) or not node.value:
            raise self.refused(f"a text is expected, and this is {quoted(node.value)}", key=key)
        return node.value

    def needed(self, key: str) -> str:
        """Return a text that must be there.

        Raises:
            BadExtension: it is not there, or another value.
        """
        found = self.text(key)
        if found is None:
            raise self.refused(f"the key {quoted(key)} is missing")
        return found

    def one_of(self, key: str, words: Collection[str]) -> str:
        """Return one of some words.

        Raises:
            BadExtension: it is none of them.
        """
        found = self.needed(key)
        if found not in words:
            raise self.refused(
                f"{quoted(found)} is unknown", f"write one of {', '.join(words)}", key
            )
        return found

    def integer(self, key: str, least: int) -> int | None:
        """Return a whole number, None if the key is not there.

        Raises:
            BadExtension: it is another value, or too small.
        """
        node = self._node.get(key)
        if node is None:
            return None
        if not isinstance(node.value, int) or isinstance(node.value, bool) or node.value < least:
            raise self.refused(
                f"a whole number from {least} on is expected, and this is {quoted(node.value)}",
                key=key,
            )
        return node.value

    def seconds(self, key: str, least: float) -> float | None:
        """Return a number of seconds, None if the key is not there.

        Raises:
            BadExtension: it is another value, or too small.
        """
        node = self._node.get(key)
        if node is None:
            return None
        value = node.value
        if not isinstance(value, int | float) or isinstance(value, bool) or not value >= least:
            raise self.refused(
                f"seconds, {least:g} or more, are expected, and this is {quoted(value)}", key=key
            )
        return float(value)

    def place(self, key: str) -> str | None:
        """Return a place in a response: a JSON Pointer into its body, or a header as a runtime expression; None for none.

        Raises:
            BadExtension: it is no place.
        """
        node = self._node.get(key)
        if node is not None and node.value == "":
            return ""
        found = self.text(key)
        if found is None or (found.startswith(_HEADER) and found != _HEADER):
            return found
        pointer = found.removeprefix(_BODY)
        if not pointer.startswith("/") and pointer != "":
            raise self.refused(
                f"{quoted(found)} is no place in the response",
                "write a JSON Pointer such as '/meta/next', or '$response.header.X-Next'",
                key,
            )
        return pointer

    def values(self, key: str) -> tuple[Scalar, ...]:
        """Return a list of texts, numbers and booleans; one alone stands for a list of it.

        Raises:
            BadExtension: it is something else, or empty.
        """
        node = self._node.get(key)
        if node is None:
            return ()
        given = (
            [node.value]
            if not isinstance(node.value, list)
            else [item.value for item in elements(node)]
        )
        found = [value for value in given if isinstance(value, str | int | float | bool)]
        if not found or len(found) != len(given):
            raise self.refused(
                f"texts, numbers or booleans are expected, and this is {quoted(node.value)}",
                key=key,
            )
        return tuple(found)


def is_header(place: str) -> bool:
    """Return whether a place is a header of the response."""
    return place.startswith(_HEADER)
