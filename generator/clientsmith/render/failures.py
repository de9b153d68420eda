"""What is told of a template that fails: its line, the piece of it, what it was rendered for, the nearest name that exists."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
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
from ..raised import raised_at
from ..text import UnfilteredText
from .opened import TakenApart

if TYPE_CHECKING:
    from .environment import TemplateEnvironment

RULE = "template"
INVALID = "invalid-python"
"""The rule of an error whose location is in the output."""

_UNKNOWN = re.compile(r"No (filter|test) named '([^']+)'")
_VARIABLE = re.compile(r"'(\w+)' is undefined")
_LAST_NAME = re.compile(r"'([\w./-]+)'")
_TAG = re.compile(r"unknown tag '([^']+)'")
_TAGS = [
    "block",
    "call",
    "elif",
    "else",
    "endblock",
    "endcall",
    "endfilter",
    "endfor",
    "endif",
    "endmacro",
    "endset",
    "endwith",
    "extends",
    "filter",
    "for",
    "from",
    "if",
    "import",
    "include",
    "macro",
    "set",
    "with",
]
_TEXT = re.compile(r"\bText\b")
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
    lines = lines_of(file)
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
    names = {name for _, _, seen in frames for name in seen}
    subject = next(
        (found for _, _, seen in reversed(frames) if (found := subject_of(seen.values()))), None
    )
    what = f" for {title_of(subject)}" if subject is not None else ""
    message, needle, hint = _explained(error, visible, names, environment)
    where = place(Path(file), line, needle)
    if _is_about_text(error):
        from .wanted import filter_for

        wanted = filter_for(where, Path(file), Path(output).suffix, visible, environment)
        if wanted is not None:
            hint, used = wanted
            where = place(Path(file), line, used)
    told = Diagnostic(
        "error", f"{message} (while rendering {output}{what})", where, hint, rule=RULE
    )
    notes: list[Diagnostic] = []
    source = source_of(subject)
    if source is not None:
        notes.append(Diagnostic("note", f"{title_of(subject)} is described here", source))
    raised = raised_at(error.__traceback__, installed=False)
    if raised is not None:
        notes.append(Diagnostic("note", "the exception was raised here", raised))
    return TemplateError(told, *notes)


def _is_about_text(error: BaseException) -> bool:
    """Return whether something was done with text of the document that can be done with strings alone."""
    import jinja2

    if isinstance(error, UnfilteredText):
        return not isinstance(error, TakenApart)
    kinds = TypeError, AttributeError, jinja2.UndefinedError
    return isinstance(error, kinds) and _TEXT.search(str(error)) is not None


def _explained(
    error: BaseException,
    visible: Mapping[str, Any],
    around: Container[str],
    environment: TemplateEnvironment,
) -> tuple[str, str | None, str | None]:
    """Return the message, what to point at, and the hint."""
    import jinja2

    text = str(getattr(error, "message", None) or error)
    known: Iterable[str]
    if unknown := _UNKNOWN.match(text):
        kind, name = unknown.groups()
        known = environment.filters if kind == "filter" else environment.tests
        return f"there is no {kind} {name}", name, _did_you_mean(name, known)
    if unknown := _TAG.search(text):
        return text, None, _did_you_mean(unknown[1], _TAGS)
    if not isinstance(error, UnfilteredText) and _is_about_text(error):
        hint = "a filter of a plugin can change it, and return Text (docs/customize.md, Plugins)"
        return f"text of the document cannot be used as a string: {text}", None, hint
    match error:
        case jinja2.TemplateNotFound():
            name = str(error.name)
            known = environment.files
            return f"there is no template {name!r}", name, _did_you_mean(name, known)
        case jinja2.UndefinedError():
            if variable := _VARIABLE.match(text):
                name = variable[1]
                return (
                    f"there is no variable {name}",
                    name,
                    _how_to_have(name, visible, around, environment),
                )
            quoted = _LAST_NAME.findall(text)
            return text, f".{quoted[-1]}" if quoted else None, None
        case RecursionError():
            hint = 'to build on a default template write {% extends "default/..." %}'
            return "the template, or a macro, includes, extends or calls itself", None, hint
        case UnfilteredText() | jinja2.TemplateError() if text:
            return text, None, None
        case _:
            return f"{type(error).__name__}: {text}", None, None


def _how_to_have(
    name: str,
    visible: Mapping[str, Any],
    around: Container[str],
    environment: TemplateEnvironment,
) -> str:
    """Return how a template gets a variable that it does not have."""
    if name in around:
        return (
            f"an imported macro sees what it is given: give it {name}, or import it `with context`"
        )
    if name in ("resource", "operation", "model"):
        return f"it is there in templates that say `for: {name}` in their front matter"
    return _did_you_mean(name, {*visible, *environment.globals})


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


def lines_of(file: Path) -> list[str]:
    """Return the lines of a template; none if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8").removeprefix("\ufeff").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
