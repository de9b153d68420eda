"""The format stage: black gives every module the one style."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable

from . import style
from .cache import NOTHING, Cache
from .diagnostics import Diagnostic, Location
from .render import Memory, TemplateError
from .render.failures import INVALID

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
            if thorough:
                check_compiles(path, text)
            result = _styled(path, text, kept, style.formatted if thorough else style.fitted)
            if memory is not None:
                known[path] = given, result
        formatted[path] = result
    return formatted


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


def _styled(path: str, text: str, kept: Cache, lay_out: Callable[[str, Cache], str]) -> str:
    if not path.endswith(".py") or "/_runtime/" in path:
        return text
    try:
        return lay_out(text, kept)
    except (SyntaxError, ValueError) as error:
        raise _invalid(path, text, error) from error
