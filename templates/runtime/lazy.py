"""Modules whose attributes are imported when they are first used (PEP 562).

The names in a type that refers to itself (`JsonValue = TypeAliasType("JsonValue", "str | list[JsonValue]")`) are put into its
module then.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

_NAME = re.compile(r"[^\W\d]\w*")


def lazily(
    module: str, attributes: Mapping[str, str], public: Sequence[str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a module.

    Args:
        module: the module's name.
        attributes: by attribute, the module that has it, relative to `module`. An attribute with the name of
            that module stands for the module itself.
        public: the names that `dir()` gives.
    """

    def get(name: str) -> object:
        if name not in attributes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        source = import_module(attributes[name], module)
        value = source if attributes[name] == f".{name}" else getattr(source, name)
        setattr(sys.modules[module], name, value)
        later = getattr(value, "__value__", None)
        if isinstance(later, str):
            for used in _NAME.findall(later):
                if used in attributes:
                    setattr(source, used, getattr(sys.modules[module], used))
        return value

    return get, lambda: list(public)
