"""The package's log on the standard error, where the user asks for it."""

from __future__ import annotations

import logging


def log_to_stderr(verbosity: int) -> None:
    """Have the package's log written to the standard error.

    Args:
        verbosity: 0 for nothing, 1 for retries, 2 for each answer.
    """
    if verbosity:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        logger = logging.getLogger(__name__.partition(".")[0])
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG if verbosity > 1 else logging.INFO)
