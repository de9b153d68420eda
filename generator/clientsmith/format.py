"""The format stage: black gives every module the one style."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable

from . import installation
from .cache import NOTHING, Cache, key
from .diagnostics import Diagnostic, Location
from .render import Memory, TemplateError
from .render.failures import INVALID
from .render.filters import WIDTH
from .style import fitted, formatted, is_wide

_PLACE = re.compile(r": (\d+):(\d+): ")


def format_files(
    files: Iterable[tuple[str, str]],
    *,
    kept: Cache = NOTHING,
    memory: Memory | None = None,
    thorough: bool = False,
) -> dict[str, str]:
    """Return the text of each file by its path, its Python formatted; the runtime's is formatted already.

    Args:
        files: path and text of each file.
        kept: what earlier runs have formatted.
        memory: what the last run of this process has formatted.
        thorough: for templates that are not the default ones: compile every module first, that of the runtime too, and format it
            whole, not just the statements that do not fit on their line.

    Raises:
        TemplateError: a module is not valid Python. Its location is in the module, before it was formatted.
    """
    known = memory.formatted if memory is not None else {}
    formatted: dict[str, str] = {}
    for path, text in files:
        given = thorough, text
        before, result = known.get(path, (None, ""))
        if before != given:
            result = (_compiled_and_formatted if thorough else _fitted)(path, text, kept)
            if memory is not None:
                known[path] = given, result
        formatted[path] = result
    return formatted


def _compiled_and_formatted(path: str, text: str, kept: Cache) -> str:
    check_compiles(path, text)
    return _formatted(path, text, kept)


def check_compiles(path: str, text: str) -> None:
    """Compile a file, if it is a module: the formatter lets pass what the compiler does not.

    Raises:
        TemplateError: it is not valid Python.
    """
    if not path.endswith(".py"):
        return
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise _invalid(path, text, error) from error


def _invalid(path: str, text: str, error: Exception) -> TemplateError:
    """Return what is told of a module that is not valid Python."""
    line, column, what = 1, 1, str(error)
    if isinstance(error, SyntaxError):
        line, column, what = error.lineno or 1, error.offset or 1, error.msg
    elif found := _PLACE.search(what):
        line, column, what = int(found[1]), int(found[2]) + 1, "invalid syntax"
    source = text.split("\n")[line - 1 : line]
    place = Location(path, line, max(column, 1), source=source[0] if source else None)
    message = f"the templates give something that is not valid Python: {what}"
    return TemplateError(Diagnostic("error", message, place, rule=INVALID))


def _is_rendered(path: str) -> bool:
    return path.endswith(".py") and "/_runtime/" not in path


def _fitted(path: str, text: str, kept: Cache) -> str:
    if not _is_rendered(path):
        return text
    if not is_wide(text):
        kept = NOTHING  # it is checked as fast as it is found
    return _kept(path, text, kept, fitted)


def _formatted(path: str, text: str, kept: Cache) -> str:
    return _kept(path, text, kept, formatted) if _is_rendered(path) else text


def _kept(path: str, text: str, kept: Cache, style: Callable[[str], str]) -> str:
    """Return what a style makes of a module, from the cache where it is there."""
    tools = installation.digest(), installation.version("black")
    known_as = key(style.__name__, text, *tools, str(WIDTH))
    known = kept.get("formatted", known_as)
    if known is not None:
        return known.decode()
    try:
        result = style(text)
    except (SyntaxError, ValueError) as error:
        raise _invalid(path, text, error) from error
    kept.put("formatted", known_as, result.encode())
    return result
