"""Documents written as Python values, lowered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clientsmith.config import Configuration
from clientsmith.lower import Lowered, lower
from clientsmith.read.loading import read
from clientsmith.text import Text, opened

DONE: dict[str, Any] = {"204": {"description": "Done"}}


def described(folder: Path, paths: dict[str, Any], **keys: Any) -> Lowered:
    """Return what a document gives.

    Args:
        folder: Where the document is written.
        paths: Its paths.
        keys: Its other keys.
    """
    whole = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, **keys}
    spec = folder / "document.json"
    spec.write_text(json.dumps(whole), encoding="utf-8")
    return lower(read(spec), Configuration(spec=spec, root=folder))


def strings(texts: tuple[Text, ...]) -> list[str]:
    """Return the strings of texts."""
    return [opened(text) for text in texts]
