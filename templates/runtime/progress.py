"""How far a download has come, told to a function or shown as a bar."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from .extras import absent

Progress = Callable[[int, int | None], object]
"""Called with the bytes so far and the whole size, or None if that is not known. The bytes so far can become fewer, when
a broken transfer has to begin again."""


@contextmanager
def reporting(progress: Progress | bool | None, name: str) -> Generator[Progress]:
    """Give the function to be told.

    Args:
        progress: A function, or True for a bar on the terminal, by way of the standard error.
        name: What the bar is called.

    Raises:
        ImportError: The bar needs the `progress` extra.
    """
    if progress is None or progress is False:
        yield _nothing
    elif progress is True:
        with _bar(name) as tell:
            yield tell
    else:
        yield progress


def _nothing(received: int, total: int | None) -> None:
    pass


@contextmanager
def _bar(name: str) -> Generator[Progress]:
    try:
        from rich import progress
        from rich.console import Console
    except ImportError as error:
        raise absent("progress=True", "progress") from error

    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None)

        def tell(received: int, total: int | None) -> None:
            bar.update(task, completed=received, total=total)

        yield tell
