"""The format stage: black gives every module the one style."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping

from .aside import Aside
from .diagnostics import Diagnostic, Location
from .render import TemplateError
from .render.failures import INVALID
from .render.filters import WIDTH

_PLACE = re.compile(r": (\d+):(\d+): ")


def format_files(
    files: Iterable[tuple[str, str]],
    *,
    side_by_side: bool = False,
    thorough: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """Return the text of each file by its path, its Python formatted; the runtime's is formatted already.

    Args:
        files: path and text of each file; each is formatted when it comes, while others are still to come.
        side_by_side: wait for all of them instead, and let a second process format a half. It pays for many files.
        thorough: compile every module first, that of the runtime too; for templates that are not the default ones.
        progress: called with how far the work is that is done side by side.

    Raises:
        TemplateError: a module is not valid Python. Its location is in the module, before it was formatted.
    """
    if thorough:
        files = _compiled(files)
    if not side_by_side:
        return {path: _formatted(path, text) for path, text in files}
    complete = dict(files)
    halves: tuple[dict[str, str], dict[str, str]] = {}, {}
    for number, path in enumerate(sorted(complete, key=lambda path: len(complete[path]))):
        halves[number % 2][path] = complete[path]
    with Aside(_formatted_all) as other:
        other.start(halves[1])
        formatted: dict[str, str] = {}
        for path, text in halves[0].items():
            progress(f"formatting: {2 * len(formatted)} of {len(complete)} files")
            formatted[path] = _formatted(path, text)
        formatted |= other.result()
    return {path: formatted[path] for path in complete}


def _compiled(files: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the files, the Python of which is compiled: the formatter lets pass what the compiler does not."""
    for path, text in files:
        if path.endswith(".py"):
            try:
                with warnings.catch_warnings(action="ignore"):
                    compile(text, path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError) as error:
                raise _invalid(path, text, error) from error
        yield path, text


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


def _formatted_all(files: Mapping[str, str]) -> dict[str, str]:
    return {path: _formatted(path, text) for path, text in files.items()}


def _is_rendered(path: str) -> bool:
    return path.endswith(".py") and "/_runtime/" not in path


def _formatted(path: str, text: str) -> str:
    if not _is_rendered(path):
        return text
    import black
    from black.mode import Mode, TargetVersion

    mode = Mode(line_length=WIDTH, target_versions={TargetVersion.PY311})
    try:
        return black.format_str(text, mode=mode)
    except ValueError as error:
        raise _invalid(path, text, error) from error
