r"""JSON whose texts hold one half of a surrogate pair, such as "\ud800" (RFC 8259, section 8.2).

Python has such texts, and JSON can write them by an escape; pydantic's parser and writer know neither. They are read and
written here, so that one odd text does not cost the rest of an answer and goes back as it came. In the name of a property, where
pydantic takes none, it becomes U+FFFD.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .kinds import is_list, is_mapping

_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")
_DEEPEST = 200
"""As deep as pydantic's own parser goes."""


def from_json(text: bytes) -> Any:
    """Return the value of JSON of any kind.

    Raises:
        ValueError: It is not JSON.
    """
    import pydantic_core  # here, so that importing the package loads no pydantic

    try:
        return pydantic_core.from_json(text)
    except ValueError as error:
        try:
            return read(text)
        except ValueError:
            raise error from None


def read(text: bytes) -> Any:
    """Return the value of JSON that pydantic's parser refuses for such texts.

    Raises:
        ValueError: It is not JSON in UTF-8, is deeper than values may be, or has no such text.
    """
    if _ESCAPED.search(text) is None:
        raise ValueError("it has no half of a surrogate pair")
    try:
        return _named(json.loads(text.decode()), _DEEPEST)
    except RecursionError:
        raise ValueError("it is too deep") from None


def to_json(plain: object, *, indent: int | None = None) -> bytes:
    """Return values of JSON, such texts among them, as JSON in ASCII alone."""
    separators = (",", ":") if indent is None else None
    return json.dumps(plain, indent=indent, separators=separators).encode("ascii")


def _named(value: Any, depth: int) -> Any:
    if depth < 0:
        raise ValueError("it is too deep")
    if is_mapping(value):
        return {_HALF.sub("\ufffd", name): _named(item, depth - 1) for name, item in value.items()}
    return [_named(item, depth - 1) for item in value] if is_list(value) else value
