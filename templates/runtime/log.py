"""The log of the package, quiet until the application sets up logging."""

from __future__ import annotations

import logging

LOGGER = logging.getLogger(__name__.partition("._runtime")[0])
"""The logger of the generated package, named like it."""

LOGGER.addHandler(logging.NullHandler())
