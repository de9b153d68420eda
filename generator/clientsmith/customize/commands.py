"""The commands `clientsmith templates` and `clientsmith explain`: their output and their exit status."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import Configuration, ConfigurationError, Folder
from ..diagnostics import Diagnostic, Location, format_text, printable, shown
from ..render.catalogue import Template, find_templates
from . import ejection

if TYPE_CHECKING:
    from ..explain import Explained, Line, Source

_WIDTH = 36
_PLACE = re.compile(r"(.+?)(?::([0-9]+))?(?::[0-9]+)?:?", re.DOTALL)
"""A file, and perhaps a line and a column of it, as compilers and editors write them."""


def list_templates(folder: Folder) -> int:
    """Print every template, its name first: what it gives, whose it is, and its blocks."""
    from .reference import blocks_of

    templates = find_templates(folder.templates, without=folder.plugin_files)
    for template in (*templates.templates, *templates.dropped):
        parts = [_gives(template)]
        if template in templates.dropped:
            parts = ["dropped"]
        elif blocks := [block.name for block in blocks_of(template)]:
            parts.append(f"blocks: {', '.join(blocks)}")
        if template.own:
            parts.append("yours" if template.default is not None else "yours, added")
        print(f"{template.name:{_WIDTH}}  {'; '.join(parts)}")
    return 0


def _gives(template: Template) -> str:
    if template.kind == "piece":
        return "included"
    how = "copied" if template.kind == "copy" else f"each {template.front.each}"
    condition = f" if {template.front.when}" if template.front.when else ""
    return f"{how.replace('each package', 'once')}: {template.path}{condition}"


def eject_templates(folder: Folder, wanted: Sequence[str], *, update: bool) -> int:
    """Copy default templates to the user's folder, or bring copies up to date; print the files."""
    target = _required(folder)
    if not update:
        for copy in ejection.eject(target, wanted):
            print(shown(copy))
        return 0
    conflicts = 0
    for name in wanted or ejection.ejected(target):
        file = shown(target / name)
        try:
            merged = ejection.update(target, name)
        except ejection.EjectionError as error:
            if wanted:
                raise
            conflicts += 1  # the others are updated all the same
            sys.stderr.write(format_text(error.diagnostics))
            continue
        print(f"{file}: {'as it was' if merged is None else 'updated'}")
        for line in merged.conflicts if merged is not None else ():
            conflicts += 1
            message = (
                "your change and that of the default do not merge; both stand here, between markers"
            )
            sys.stderr.write(format_text([Diagnostic("warning", message, Location(file, line, 1))]))
    return 1 if conflicts else 0


def show_status(folder: Folder) -> int:
    """Print every file of the user's folder, its name first, and its state; exit status 1 where a default has moved."""
    stale = False
    for override in ejection.overrides(_required(folder)):
        if folder.templates is not None and folder.templates / override.name in folder.plugin_files:
            continue
        print(f"{override.name:{_WIDTH}}  {override.state}{''.join(_notes(override))}")
        stale |= override.conflict is not None
        if override.state == "stale":
            stale = True
            sys.stdout.writelines(f"    {line}" for line in override.differences())
    return 1 if stale else 0


def _notes(override: ejection.Override) -> Iterator[str]:
    if override.conflict is not None:
        yield f": a conflict of a merge was left in line {override.conflict}"
    elif override.state == "stale" and override.was is not None and override.default is None:
        yield f": the default of clientsmith {override.was.clientsmith} is gone; the changelog says what took its place"
    elif override.state == "stale" and override.was is not None:
        conflicts = len(override.merged.conflicts)
        how = f"{conflicts} conflict{'s' if conflicts > 1 else ''}" if conflicts else "merges"
        yield f": the default has moved since clientsmith {override.was.clientsmith}; {how} with eject --update"
    elif override.state == "unchanged":
        yield ": as the default; it can be removed"
    elif override.state == "customized" and override.was is None:
        yield ", without a record of what it was"


def show_context(configuration: Configuration, *, in_json: bool) -> int:
    """Print what the templates see for the configured document."""
    from ..pipeline import lowered
    from .context import as_json, tree

    api = lowered(configuration).api
    sys.stdout.write(as_json(api) if in_json else tree(api))
    return 0


def explain_place(configuration: Configuration, place: str) -> int:
    """Print where a line of the output comes from, or a table of all lines of a file."""
    from ..explain import explain

    name, number = _file_and_line(place)
    explained = explain(configuration, Path.cwd() / name)
    if not explained.is_current:
        message = f"{explained.file} is not what the document and the templates give now"
        hint = "run `clientsmith generate`; lines without a source are not theirs"
        sys.stderr.write(format_text([Diagnostic("warning", message, hint=hint)]))
    if number is None:
        sys.stdout.writelines(_table(explained))
        return 0
    if not 0 < number <= len(explained.lines):
        message = f"{explained.file} has {len(explained.lines)} lines"
        raise ConfigurationError(Diagnostic("error", message))
    sys.stdout.writelines(_told(explained, explained.lines[number - 1]))
    return 0


def _file_and_line(place: str) -> tuple[str, int | None]:
    if (Path.cwd() / place).is_file():
        return place, None
    found = _PLACE.fullmatch(place)
    return (found[1], int(found[2]) if found[2] else None) if found else (place, None)


def _told(explained: Explained, line: Line) -> Iterator[str]:
    yield f"{explained.file}:{line.number}: {line.text.strip()}\n"
    if not line.sources:
        yield f"  {'this line is empty' if explained.is_current else 'somebody else wrote this line'}\n"
    yield "  also:\n".join(dict.fromkeys(map(_shown, line.sources)))


def _shown(source: Source) -> str:
    lines = [f"template:     {_place(source.template)}{_block(source.block)}"]
    if source.subject:
        lines.append(f"rendered for: {source.subject}")
    if source.spec is not None:
        lines.append(f"spec:         {_place(source.spec)}")
    return "".join(f"  {line}\n" for line in lines)


def _block(name: str | None) -> str:
    if name is None:
        return ""
    return f" ({name})" if name.startswith("macro ") else f" (block {name})"


def _table(explained: Explained) -> Iterator[str]:
    rows = [("lines", "template", "block", "rendered for", "spec")]
    for _, group in groupby(explained.lines, _kind):
        lines = list(group)
        first, last = lines[0].number, lines[-1].number
        span = f"{first}-{last}" if last > first else str(first)
        if not lines[0].sources:
            rows.append((span, "somebody else's", "", "", ""))
            continue
        source = lines[0].sources[0]
        spec = _place(source.spec) if source.spec is not None else ""
        rows.append((span, _place(source.template), source.block or "", source.subject or "", spec))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip() + "\n"


def _kind(line: Line) -> tuple[object, ...]:
    """Return what the lines of one row of the table have in common."""
    if not line.sources:
        return ()
    source = line.sources[0]
    return source.template.file, source.block, source.subject


def _place(location: Location) -> str:
    return printable(f"{location.file}:{location.line}")


def _required(folder: Folder) -> Path:
    if folder.templates is None:
        message = "no folder of templates is named"
        hint = 'write templates = "templates" in [tool.clientsmith], or give --templates DIR'
        raise ConfigurationError(Diagnostic("error", message, hint=hint))
    return folder.templates
