"""The format stage: black gives every module the one style."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from . import installation
from .aside import Aside
from .cache import NOTHING, Cache, key
from .diagnostics import Diagnostic, Location
from .render import TemplateError
from .render.failures import INVALID
from .render.filters import WIDTH

_PLACE = re.compile(r": (\d+):(\d+): ")
_MANY = 100_000
"""Characters that have to wait for the other process before it pays to import the formatter into this one too."""


class Formatter(Aside[tuple[str, str], str]):
    """A process that formats files, each given by its path and its text, while others are still rendered."""

    def __init__(self) -> None:
        super().__init__(_formatted_file, _prepare)

    def format(self, file: tuple[str, str]) -> str:
        """Return the formatted text of a file."""
        self.start(file)
        return self.result()


def format_files(
    files: Iterable[tuple[str, str]],
    formatter: Formatter | None = None,
    *,
    kept: Cache = NOTHING,
    thorough: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """Return the text of each file by its path, its Python formatted; the runtime's is formatted already.

    Args:
        files: path and text of each file.
        formatter: a process that formats each when it comes; this process helps at the end, where many wait. None to do all here.
        kept: what earlier runs have formatted.
        thorough: compile every module first, that of the runtime too; for templates that are not the default ones.
        progress: called with how far the work is when this process helps.

    Raises:
        TemplateError: a module is not valid Python. Its location is in the module, before it was formatted.
    """
    done: dict[str, str] = {}
    texts: dict[str, str] = {}

    def waiting() -> Iterator[tuple[str, str]]:
        for path, text in _compiled(files) if thorough else files:
            done[path] = text
            if _is_rendered(path):
                known = kept.get("formatted", _key(text))
                if known is not None:
                    done[path] = known.decode()
                else:
                    texts[path] = text
                    yield path, text

    formatted = (
        {file[0]: _formatted_file(file) for file in waiting()}
        if formatter is None
        else _side_by_side(waiting(), formatter, progress)
    )
    for path, text in formatted.items():
        kept.put("formatted", _key(texts[path]), text.encode())
    return done | formatted


def _side_by_side(
    files: Iterable[tuple[str, str]], formatter: Formatter, progress: Callable[[str], None]
) -> dict[str, str]:
    """Let another process format the files, and do the last ones here where many wait."""
    begun: dict[tuple[str, str], Future[str]] = {}
    formatted: dict[str, str] = {}
    with ThreadPoolExecutor(1) as thread:
        try:
            for file in files:
                begun[file] = thread.submit(formatter.format, file)
            waiting = [
                file for file, future in begun.items() if not (future.running() or future.done())
            ]
            if sum(len(text) for _, text in waiting) > _MANY:
                for file in reversed(waiting):
                    if begun[file].cancel():
                        progress(f"formatting: {2 * len(formatted)} of {len(waiting)} files")
                        formatted[file[0]] = _formatted_file(file)
            for file, future in begun.items():
                if not future.cancelled():
                    formatted[file[0]] = future.result()
        except BaseException:
            thread.shutdown(wait=False, cancel_futures=True)
            raise
    return formatted


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


def _is_rendered(path: str) -> bool:
    return path.endswith(".py") and "/_runtime/" not in path


def _key(text: str) -> str:
    return key(text, installation.version("black"), str(WIDTH))


def _prepare() -> None:
    import black

    del black


def _formatted_file(file: tuple[str, str]) -> str:
    path, text = file
    import black
    from black.mode import Mode, TargetVersion

    mode = Mode(line_length=WIDTH, target_versions={TargetVersion.PY311})
    try:
        return black.format_str(text, mode=mode)
    except ValueError as error:
        raise _invalid(path, text, error) from error
