"""What is told of a template that fails: its line, the piece of it, what it was rendered for, the nearest name that exists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import is_dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..api import (
    Api,
    Body,
    EnumMember,
    Field,
    Incoming,
    Model,
    Operation,
    Parameter,
    Resource,
    Response,
)
from ..diagnostics import Diagnostic, DiagnosticError, Location, shown
from ..text import Text
from .opened import UnfilteredText

if TYPE_CHECKING:
    from .environment import TemplateEnvironment

RULE = "template"
INVALID = "invalid-python"
"""The rule of an error whose location is in the output."""

_UNKNOWN = re.compile(r"No (filter|test) named '([^']+)'")
_VARIABLE = re.compile(r"'(\w+)' is undefined")
_LAST_NAME = re.compile(r"'([\w./-]+)'")
_BLOCK = re.compile(r"\{%[-+]?\s*block\s+(\w+)")
_EXTENDS = re.compile(r"\{%[-+]?\s*extends\s+[\"']([^\"']+)")
_EXPRESSION = re.compile(r"\{\{[-+]?(.*?)[-+]?\}\}")
_QUOTES = '"""'
_FILTERS = {".toml": "toml", ".md": "inline_markdown"}
_SUBJECTS = (Operation, Model, Incoming, Resource)
Subject = Operation | Model | Incoming | Resource
"""What templates are rendered for."""


class TemplateError(DiagnosticError):
    """A template cannot be rendered, or what it gives is not valid Python."""

    exit_status = 2


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the name that was probably meant, if one comes close; of paths, one that ends in the same name.

    Args:
        name: the name.
        known: the names that there are.
        cutoff: how close it has to come, from 0 to 1.
    """
    from difflib import get_close_matches

    names = sorted(known)
    ends = name.rpartition("/")[2]
    alike = [each for each in names if "/" in each and each.rpartition("/")[2] == ends]
    return next(
        iter(get_close_matches(name, alike or names, n=1, cutoff=0 if alike else cutoff)), None
    )


def place(file: Path, line: int, needle: str | None = None) -> Location:
    """Return a place in a template.

    Args:
        file: the template.
        line: the line, from 1.
        needle: what to point at in that line, if it is there; a field of something begins with a dot.
    """
    lines = _lines(file)
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    column = len(text) - len(text.lstrip())
    if needle:
        before = r"\." if needle.startswith(".") else r"(?<!\w)"
        found = re.search(rf"{before}({re.escape(needle.removeprefix('.'))})(?!\w)", text)
        column = found.start(1) if found else column
    return Location(shown(file), line, column + 1, source=text)


def subject_of(values: Iterable[object]) -> Subject | None:
    """Return what is being rendered, of the values that a template sees: the operation rather than its resource."""
    found = [value for value in values if isinstance(value, _SUBJECTS)]
    return min(found, key=lambda value: _SUBJECTS.index(type(value)), default=None)


def source_of(node: object) -> Location | None:
    """Return where the document has a node of `Api`, if it does at one place."""
    source: object = getattr(node, "source", None) if is_dataclass(node) else None
    return source if isinstance(source, Location) else None


def title_of(node: object) -> str:
    """Return what a person calls a node of `Api`."""
    match node:
        case Operation() | Model() | Field():
            name: str = node.name
        case Resource():
            name = node.attribute
        case Parameter():
            name = node.argument
        case Response():
            name = node.status
        case EnumMember():
            name = node.name
        case Incoming():
            return f"the incoming request {node.function}"
        case Api():
            return "the API"
        case Body():
            return "the request body"
        case _:
            return f"the {_words(type(node).__name__)}"
    return f"the {_words(type(node).__name__)} {name}"


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def failure(
    error: BaseException, begun: tuple[Path, int], output: str, environment: TemplateEnvironment
) -> TemplateError:
    """Return the error to tell of an exception that a template raised.

    Args:
        error: what was raised.
        begun: the file and the line where rendering began.
        output: the file that it was rendered to.
        environment: where it was rendered, which has the names that exist.
    """
    import jinja2

    frames = list(_frames(error.__traceback__))
    nothing: Mapping[str, Any] = {}
    file, line, visible = frames[-1] if frames else (str(begun[0]), begun[1], nothing)
    if isinstance(error, jinja2.TemplateSyntaxError) and error.filename is not None:
        file, line = error.filename, error.lineno
    subject = next(
        (found for _, _, seen in reversed(frames) if (found := subject_of(seen.values()))), None
    )
    what = f" for {title_of(subject)}" if subject is not None else ""
    message, needle, hint = _explained(error, visible, environment)
    where = place(Path(file), line, needle)
    if isinstance(error, UnfilteredText):
        hint = _filter_for(where, Path(file), Path(output).suffix, visible, environment) or hint
    told = Diagnostic(
        "error", f"{message} (while rendering {output}{what})", where, hint, rule=RULE
    )
    source = source_of(subject)
    if source is None:
        return TemplateError(told)
    note = Diagnostic("note", f"{title_of(subject)} is described here", source)
    return TemplateError(told, note)


def _explained(
    error: BaseException, visible: Mapping[str, Any], environment: TemplateEnvironment
) -> tuple[str, str | None, str | None]:
    """Return the message, what to point at, and the hint."""
    import jinja2

    text = str(getattr(error, "message", None) or error)
    known: Iterable[str]
    if unknown := _UNKNOWN.match(text):
        kind, name = unknown.groups()
        known = environment.filters if kind == "filter" else environment.tests
        return f"there is no {kind} {name}", name, _did_you_mean(name, known)
    match error:
        case jinja2.TemplateNotFound():
            name = str(error.name)
            known = environment.files
            return f"there is no template {name!r}", name, _did_you_mean(name, known)
        case jinja2.UndefinedError():
            if variable := _VARIABLE.match(text):
                name = variable[1]
                known = {*visible, *environment.globals}
                return f"there is no variable {name}", name, _did_you_mean(name, known)
            quoted = _LAST_NAME.findall(text)
            return text, f".{quoted[-1]}" if quoted else None, None
        case RecursionError():
            hint = 'to build on a default template write {% extends "default/..." %}'
            return "the template includes or extends itself", None, hint
        case UnfilteredText() | jinja2.TemplateError() if text:
            return text, None, None
        case _:
            return f"{type(error).__name__}: {text}", None, None


def _filter_for(
    where: Location,
    file: Path,
    suffix: str,
    visible: Mapping[str, Any],
    environment: TemplateEnvironment,
) -> str | None:
    """Return which filter the text in a line needs: it depends on where in the output the line stands."""
    line = where.source or ""
    before = _before("\n".join(_lines(file)[: where.line - 1]), file, environment)
    for found in _EXPRESSION.finditer(line):
        code = found[1].strip()
        value: object = None
        with suppress(Exception):
            value = environment.compile_expression(code)(dict(visible))
        if isinstance(value, Text):
            quotes = before.count(_QUOTES) + line[: found.start()].count(_QUOTES)
            name = _FILTERS.get(suffix) or (
                "doc" if quotes % 2 else "comment" if "# " in line[: found.start()] else "literal"
            )
            around = (line[: found.start()][-1:], line[found.end() :][:1])
            quoted = name == "literal" and around in (("'", "'"), ('"', '"'))
            return f"write {{{{ {code} | {name} }}}}" + (", without the quotes" if quoted else "")
    return None


def _before(text: str, file: Path, environment: TemplateEnvironment) -> str:
    """Return what stands before a place: in the template, and where a block of it begins in the one that it extends."""
    blocks = _BLOCK.findall(text)
    parent = _EXTENDS.search(text)
    extended = environment.files.get(parent[1]) if parent else None
    if not blocks or extended is None or file == extended:
        return text
    source = "\n".join(_lines(extended))
    begun = re.search(rf"\{{%[-+]?\s*block\s+{blocks[-1]}\b", source)
    start = [found.start() for found in _BLOCK.finditer(text)][-1]
    return (source[: begun.start()] if begun else "") + text[start:]


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    meant = nearest(name, known)
    return f"did you mean {meant}?" if meant else "docs/templates.md lists what there is"


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Yield file, line and visible names of each template that an exception passed through, the innermost last."""
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        if filename.endswith(".jinja"):
            yield filename, traceback.tb_lineno, traceback.tb_frame.f_locals
        traceback = traceback.tb_next


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").removeprefix("\ufeff").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
