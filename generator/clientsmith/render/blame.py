"""Which template is to blame for output that is not valid Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..diagnostics import Diagnostic, printable, shown
from ..places import TEMPLATES
from .failures import RULE, TemplateError, place, source_of, title_of
from .trace import Origin, Traced

_LINES_BEFORE = 3
_NAMED = 3


def invalid(
    text: Traced, line: int, message: str, path: str, mine: Sequence[Path] = ()
) -> TemplateError:
    """Return the error of the template that gave a line which the compiler stumbles over.

    The mistake often stands a line or two before that; of these a line of the user's template is the likeliest.

    Args:
        text: what was rendered.
        line: the line in it, from 1.
        message: what the compiler says.
        path: the output file.
        mine: the user's templates: where it is none of their lines, something is missing that one of them should give.
    """
    nearby = list(_origins(text, line))
    own = (each for each in nearby if not each.template.is_relative_to(TEMPLATES))
    origin = next(own, nearby[0] if nearby else Origin(TEMPLATES, 1))
    printed = text.split("\n")[line - 1 : line]
    quote = f": {printable(printed[0].strip())}" if printed else ""
    what = f" for {title_of(origin.subject)}" if origin.subject is not None else ""
    told = Diagnostic(
        "error",
        f"{message} (while rendering {path}{what}; line {line} of it{quote})",
        place(origin.template, origin.line),
        _hint(origin, mine),
        rule=RULE,
    )
    source = source_of(origin.subject)
    if source is None:
        return TemplateError(told)
    note = Diagnostic("note", f"{title_of(origin.subject)} is described here", source)
    return TemplateError(told, note)


def _hint(origin: Origin, mine: Sequence[Path]) -> str | None:
    block = origin.block or ""
    printed = f"it is printed by {block if block.startswith('macro ') else f'the block {block}'}"
    if mine and origin.template.is_relative_to(TEMPLATES):
        some = ", ".join(map(shown, mine[:_NAMED])) + (", ..." if len(mine) > _NAMED else "")
        default = f"{printed} of a default template" if block else "a default template prints it"
        return f"{default}; what is missing there should come from yours: {some}"
    return printed if block else None


def _origins(text: Traced, line: int) -> Iterator[Origin]:
    """Yield the origins of a line and of the few before it that are not blank, from the last to the first."""
    lines = text.split("\n")
    seen = 0
    for number in range(min(line, len(lines)), 0, -1):
        content = lines[number - 1]
        if not content.strip():
            continue
        start = sum(len(each) + 1 for each in lines[: number - 1])
        indent = len(content) - len(content.lstrip())
        for origin, _ in text.segments(start + indent, start + len(content)):
            yield origin
        seen += 1
        if seen > _LINES_BEFORE:
            return
