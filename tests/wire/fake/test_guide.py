"""Every Python block of docs/testing.md runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bandwidth_recordings.testing import Fake

GUIDE = Path(__file__).parents[3] / "docs" / "testing.md"
BLOCKS = re.findall(
    r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)


def test_every_example_runs() -> None:
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, str(GUIDE), "exec"), names)
    names["test_nothing_is_left"](Fake())
    assert len(BLOCKS) == 5
