"""What a package offers, as JSON: so that the package of a release is not rendered again and again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ..diagnostics import Location
from .package import Package


def written(package: Package) -> bytes:
    """Return a package as JSON."""
    return json.dumps(asdict(package), default=sorted).encode()


def restored(content: bytes | None) -> Package | None:
    """Return the package that `written` was given; None where that cannot be told."""
    try:
        values: dict[str, Any] = json.loads(content or b"")
        return Package(
            name=values["name"],
            modules=values["modules"],
            twins=frozenset(values["twins"]),
            methods={name: (method, path) for name, (method, path) in values["methods"].items()},
            models={name: frozenset(marks) for name, marks in values["models"].items()},
            directions={name: frozenset(found) for name, found in values["directions"].items()},
            places={name: Location(**place) for name, place in values["places"].items()},
            top=Location(**values["top"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
