"""The format stage: black gives every module the one style."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from .aside import Aside
from .diagnostics import Diagnostic
from .render import TemplateError
from .render.filters import WIDTH


def format_files(
    files: Iterable[tuple[str, str]],
    *,
    side_by_side: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """Return the text of each file by its path, its Python formatted; the runtime's is formatted already.

    Args:
        files: path and text of each file; each is formatted when it comes, while others are still to come.
        side_by_side: wait for all of them instead, and let a second process format a half. It pays for many files.
        progress: called with how far the work is that is done side by side.

    Raises:
        TemplateError: a module is not valid Python.
    """
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
        message = f"the templates of {path} give something that is not valid Python: {error}"
        raise TemplateError(Diagnostic("error", message, rule="template")) from error
