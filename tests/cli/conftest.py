"""What the tests of the commands share."""

from __future__ import annotations

import pytest

from clientsmith import models


@pytest.fixture(scope="session", autouse=True)
def imported() -> None:
    """Import the models' generator once, and not once in each process that a run forks."""
    models.prepare()
