"""Plugins: modules of the user that change `Api` before it is rendered, and that add to what templates may use.

A plugin is named by `plugins` in the configuration: a file (`"tools/naming.py"`), an importable module
(`"company.clientsmith"`), or an entry point of the group `clientsmith.plugins`. It may have

- `change_api`, a function that takes the `Api` and returns the one to render;
- `FILTERS`, `TESTS` and `GLOBALS`, mappings from a name to what templates find under it.

`clientsmith.plugins.changes` has the usual changes ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..api import Api

GROUP = "clientsmith.plugins"
"""The group of entry points that plugins are found in."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that was loaded.

    Attributes:
        name: what the configuration calls it.
        file: its module's file, if it has one.
        change: its function `change_api`.
        filters, tests, globals: what it adds to the templates.
    """

    name: str
    file: Path | None
    change: Callable[[Api], Api] | None
    filters: Mapping[str, Callable[..., Any]]
    tests: Mapping[str, Callable[..., bool]]
    globals: Mapping[str, object]
