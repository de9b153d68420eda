"""What a command prints, or writes to a file: JSON, lines of JSON, or a table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Literal

from ..kinds import is_list, is_mapping
from ..partial_file import PartialFile, destination
from ..plain_json import as_json, plain

Format = Literal["json", "lines", "table"]
FORMATS: tuple[Format, ...] = ("json", "lines", "table")
Write = Callable[[bytes], object]


class Unread(Exception):
    """Whoever read the standard output has gone away."""


@contextmanager
def sink(target: str | None) -> Generator[Write]:
    """Give what writes to the standard output, or to a file that is whole or not there at all.

    Args:
        target: The path of the file; None or "-" for the standard output.

    Raises:
        OSError: The file cannot be written.
        Unread: The standard output is not read any more.
    """
    if target is None or target == "-":
        try:
            yield _print
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise Unread from None
        return
    with PartialFile(destination(target, "output")) as file:
        file.create()
        yield file.write
        file.commit()


def _print(text: bytes) -> None:
    """Write to the standard output, which takes a part only where it has no buffer (PYTHONUNBUFFERED)."""
    left = memoryview(text)
    while left:
        left = left[sys.stdout.buffer.write(left) :]


def write_value(write: Write, value: object, form: Format, columns: Sequence[str] = ()) -> None:
    """Write what a call gave; nothing for nothing.

    Args:
        write: Takes the text.
        value: A model, a value of JSON, or a text or bytes, which are written as they are.
        form: How it is written.
        columns: The columns of a table; all if there are none.
    """
    if value is None:
        return
    if isinstance(value, bytes):
        write(value)
    elif isinstance(value, str):
        write(value.encode("utf-8", "surrogatepass"))
        write(b"" if value.endswith("\n") else b"\n")
    elif form == "lines" and is_list(value):
        write_items(write, value, form, columns)
    elif form == "table":
        _write_table(write, plain(value), columns)
    else:
        write(as_json(value, indent=None if form == "lines" else 2) + b"\n")


def write_items(
    write: Write, items: Iterable[object], form: Format, columns: Sequence[str] = ()
) -> None:
    """Write the items of a list as they come; a table when all are there.

    Args:
        write: Takes the text.
        items: The items.
        form: How they are written.
        columns: The columns of a table; all if there are none.
    """
    if form == "table":
        _write_table(write, [plain(item) for item in items], columns)
        return
    if form == "lines":
        for item in items:
            write(as_json(item) + b"\n")
        return
    separator = b"[\n"
    for item in items:
        lines = as_json(item, indent=2).replace(b"\n", b"\n  ")
        write(separator + b"  " + lines)
        separator = b",\n"
    write(b"[]\n" if separator == b"[\n" else b"\n]\n")


def first(items: Iterable[Any], most: int | None) -> Iterable[Any]:
    """Return the items, or so many of them."""
    return items if most is None else islice(items, most)


def _write_table(write: Write, value: Any, columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if is_list(value):
        rows = [row if is_mapping(row) else {"value": row} for row in value]
        names = list(columns) or list(dict.fromkeys(str(name) for row in rows for name in row))
        cells = [[row.get(name) for name in names] for row in rows]
    else:
        pairs = value if is_mapping(value) else {"value": value}
        names = ["field", "value"]
        cells = [
            [name, pairs.get(name)] for name in (list(columns) or [str(name) for name in pairs])
        ]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(Text(visible(name)), overflow="fold")
    for row in cells:
        table.add_row(*(Text(visible(_cell(each))) for each in row))
    console = Console() if sys.stdout.isatty() else Console(width=100_000, color_system=None)
    with console.capture() as captured:
        console.print(table, soft_wrap=not sys.stdout.isatty())
    lines = [line.rstrip() for line in captured.get().splitlines()]
    write("".join(f"{line}\n" for line in lines).encode("utf-8"))


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else as_json(value).decode("utf-8")


def visible(text: str) -> str:
    """Return a text in which characters that would move the cursor or colour the terminal are escapes."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )
