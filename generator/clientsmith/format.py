"""The format stage: black gives every module the one style."""

from __future__ import annotations

from collections.abc import Iterable

from .diagnostics import Diagnostic
from .filters import WIDTH
from .render import TemplateError


def format_files(files: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the text of each file by its path, its Python formatted; the runtime's is formatted already.

    Raises:
        TemplateError: a module is not valid Python.
    """
    return {path: _formatted(path, text) if _is_rendered(path) else text for path, text in files}


def _is_rendered(path: str) -> bool:
    return path.endswith(".py") and "/_runtime/" not in path


def _formatted(path: str, text: str) -> str:
    import black
    from black.mode import Mode, TargetVersion

    mode = Mode(line_length=WIDTH, target_versions={TargetVersion.PY311})
    try:
        return black.format_str(text, mode=mode)
    except ValueError as error:
        message = f"the templates of {path} give something that is not valid Python: {error}"
        raise TemplateError(Diagnostic("error", message, rule="template")) from error
