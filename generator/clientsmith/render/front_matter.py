"""The front matter of a template: what it is rendered for, and the path of the file that it gives.

    ---
    for: operation
    path: src/{{ api.package }}/examples/{{ operation.name }}.py
    when: not operation.deprecated
    ---

It stands between two lines of three dashes at the top of a template; every other line of it is `key: value` or a comment that
begins with `#`. A template that has none is rendered once, to the path that its own place says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from ..diagnostics import Diagnostic
from .failures import RULE, TemplateError, nearest, place

Each = Literal["package", "resource", "operation", "model"]
"""What a template is rendered once for."""

EACH: tuple[Each, ...] = get_args(Each)
_KEYS = ("for", "path", "when")
_FENCE = "---"
_ENTRY = re.compile(r"(\w[\w-]*)\s*:\s*(.*)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter of a template says.

    Attributes:
        each: what the template is rendered once for (`for`): the package, each resource, each operation or each model.
        path: the path of the output file, a template itself; None for the path that the template's own place says.
        when: an expression; the file is made where it is true. None for always.
        lines: the line of each key that is given.
    """

    each: Each = "package"
    path: str | None = None
    when: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict[str, int], compare=False)


def split(source: str) -> tuple[list[str] | None, str]:
    """Return the lines of the front matter, if there is one, and the template with a comment in its place, as long as it was."""
    lines = source.split("\n")
    if lines[0].rstrip() != _FENCE:
        return None, source
    for end, line in enumerate(lines[1:], 1):
        if line.rstrip() == _FENCE:
            return lines[1:end], "\n".join(["{#", *[""] * (end - 1), "#}", *lines[end + 1 :]])
    return lines[1:], source


def parse(file: Path, source: str, default: FrontMatter | None = None) -> FrontMatter | None:
    """Return the front matter of a template; the default one where it has none.

    Args:
        file: the template.
        source: its text.
        default: what holds for the keys that are not given: the front matter of the template that this one replaces.

    Raises:
        TemplateError: it has no end, or says something that is not known.
    """
    lines, template = split(source)
    if lines is None:
        return default
    if template is source:
        raise _error(file, 1, "the front matter has no end", "close it with a line of three dashes")
    values: dict[str, str] = {}
    places: dict[str, int] = {}
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        entry = _ENTRY.fullmatch(line.strip())
        if entry is None or entry[1] not in _KEYS or entry[1] in values:
            raise _error(file, number, *_bad_line(line, entry[1] if entry else None))
        values[entry[1]], places[entry[1]] = _unquoted(entry[2]), number
        if not values[entry[1]]:
            raise _error(file, number, f"{entry[1]} has no value", None)
    when = values.get("when", "")
    if when.startswith("{{") and when.endswith("}}"):
        hint = f"write when: {when[2:-2].strip()}"
        raise _error(file, places["when"], "when is an expression as it is, without braces", hint)
    base = default or FrontMatter()
    each = values.get("for", base.each)
    if each not in EACH:
        hint = f"write one of {', '.join(EACH)}"
        raise _error(file, places["for"], f"a template cannot be rendered for {each!r}", hint)
    found = FrontMatter(
        each,
        values.get("path", base.path if each == base.each else None),
        values.get("when", base.when),
        places,
    )
    if found.each != "package" and found.path is None:
        hint = f"write path: src/{{{{ api.package }}}}/{{{{ {each}.name }}}}.py, or what else tells one from another"
        raise _error(file, places["for"], f"each {each} needs a path of its own", hint)
    return found


def _bad_line(line: str, key: str | None) -> tuple[str, str]:
    known = f"the keys are {', '.join(_KEYS)}; front matter that belongs to the output goes below a first, empty one"
    if key is None:
        return f"{line.strip()!r} is not `key: value`", known
    if key in _KEYS:
        return f"{key} is given twice", "remove one of them"
    meant = nearest(key, _KEYS)
    return f"front matter has no key {key}", f"did you mean {meant}?" if meant else known


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _error(file: Path, line: int, message: str, hint: str | None) -> TemplateError:
    return TemplateError(Diagnostic("error", message, place(file, line), hint, rule=RULE))
