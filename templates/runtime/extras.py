"""Libraries that come with an extra of the package and are imported when an option asks for them."""

from __future__ import annotations

from importlib.util import find_spec


def require(module: str, option: str, extra: str) -> None:
    """Check that the library behind an option is installed, without importing it.

    Args:
        module: A module of the library.
        option: What asks for it, as the caller wrote it.
        extra: The extra of the package that brings it.

    Raises:
        ImportError: It is not installed. The message says how to install it.
    """
    try:
        found = find_spec(module) is not None
    except ModuleNotFoundError:
        found = False
    if not found:
        raise absent(option, extra)


def absent(option: str, extra: str) -> ImportError:
    """Return the error that says which extra an option needs."""
    distribution = __name__.partition(".")[0].replace("_", "-")
    return ImportError(
        f"{option} needs the extra {extra!r}: pip install '{distribution}[{extra}]'", name=extra
    )
