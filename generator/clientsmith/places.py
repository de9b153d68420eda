"""Where the templates are: in the installed package, or at the top of the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Final


def _templates() -> Path:
    package = Path(__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent.parent / "templates"


TEMPLATES: Final = _templates()
"""The folder of the default templates."""

RUNTIME: Final = TEMPLATES / "runtime"
"""The folder of the runtime's modules, which every package gets unchanged."""
