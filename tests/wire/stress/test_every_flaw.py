"""The client of a document works for each flaw of the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..flaws.documents import FLAWS, Flaw
from ..flaws.packages import check_that_it_works, rendered


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all packages."""
    return tmp_path_factory.mktemp("flaws")


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=FLAWS.keys())
def test_the_client_of_a_document_with_a_flaw_works(folder: Path, flaw: Flaw) -> None:
    with rendered(folder, flaw.document) as package:
        check_that_it_works(package)
