"""The template filters that open text of the document, and the rule that nothing else does.

Each filter turns text into something that is safe at one kind of place: a Python literal, a line of
a docstring, a comment, a TOML string, or Markdown.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ..api import Entries, Example
from ..literal import literal
from ..text import Code, Text, opened
from .opened import Opened, opening, plain, refuse

WIDTH = 100
_LINE_END = re.compile(r"\r\n|\r|\n")
_FENCE = re.compile(r" {0,3}(`{3,}(?!.*`)|~{3,})(.*)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?=\s|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)$")
_BREAK = re.compile(r" {0,3}([-_*])(\s*\1){2,}$")
_CONTAINER = re.compile(r" {0,3}([>|]|([-*+]|\d{1,9}[.)])(\s|$))")
_LOWEST = 6
_LIST_ITEM = re.compile(r" {0,3}([-*+]|\d{1,9}[.)])\s")


def refuse_text(value: object) -> object:
    """Refuse to print text of the document that did not pass a filter; the environment calls this for every expression.

    Raises:
        UnfilteredText: the value is text of the document.
        TypeError: it is no value at all, or one that has no text.
    """
    if isinstance(value, Text):
        str(value)
    if value is None:
        raise TypeError("None cannot be printed; test for it first")
    if not isinstance(value, str | int | float):
        if type(value).__name__.endswith("Undefined"):
            # Nothing, after an inline `if` without `else`; an error for a name that is not there.
            return str(value)
        raise TypeError(f"{type(value).__name__} cannot be printed; print one of its fields")
    return value


@lru_cache(maxsize=8192)
def doc(text: Text | str, indent: int = 4, hanging: int = 0, used: int = 0) -> Code:
    """Return text as lines of a docstring.

    Args:
        text: the text.
        indent: how far the docstring is indented, in spaces.
        hanging: how much further every line but the first is indented.
        used: how many columns of the first line are taken already.
    """
    readable = _whole(_string(text))
    first, *rest = _lines(readable, WIDTH - indent - hanging, max(used - hanging, 0)) or [""]
    margin = " " * (indent + hanging)
    # Indentation that all lines after the first share is none (PEP 257, "Handling Docstring Indentation").
    lines = textwrap.dedent("\n".join(map(_escaped, rest))).split("\n") if rest else []
    return Code(
        "\n".join([_escaped(first), *(f"{margin}{line}" if line else "" for line in lines)])
    )


def comment(text: Text | str) -> Code:
    """Return text as one line of a comment, without the number sign."""
    return Code(_visible(" ".join(_string(text).split())))


def json(text: Text | str) -> Code:
    """Return text that is JSON (RFC 8259) already, as it is, for a file of JSON."""
    from json import loads

    loads(_string(text))
    return Code(_string(text))


def json_literal(value: object) -> Code:
    """Return a value as JSON (RFC 8259), for a file of JSON, YAML or JavaScript: text, a number, or a list or mapping of such."""
    from json import dumps

    return Code(dumps(value, default=_jsonable))


def html(text: Text | str) -> Code:
    """Return text as text of HTML or XML, or as the value of an attribute between quotes."""
    from html import escape

    return Code(escape(_whole(_string(text))))


def toml(text: Text | str) -> Code:
    """Return text as a TOML basic string (TOML 1.0, "String"); what TOML cannot hold is replaced."""
    return Code(f'"{"".join(map(_toml_character, _whole(_string(text))))}"')


def markdown(text: Text | str, top: int = 1) -> Code:
    """Return text as a block of Markdown (OpenAPI 3.1, 4.3: CommonMark).

    Raw HTML in it is shown, not rendered, and code that is not ended ends with it.

    Args:
        text: the text.
        top: the level of its highest headings, which are moved below that of the section they stand in.
    """
    stated = _LINE_END.split(_string(text).replace("\t", "    "))
    lines = _without_underlines([_visible(line).rstrip().replace("<", "&lt;") for line in stated])
    headings: dict[int, int] = {}
    fence = ""
    for number, line in enumerate(lines):
        within, fence = bool(fence), _fence_after(line, fence)
        if not (within or fence) and (heading := _HEADING.match(line)):
            headings[number] = len(heading[1])
    lower = max(top - min(headings.values(), default=top), 0)
    for number, level in headings.items():
        lines[number] = "#" * min(lower, _LOWEST - level) + lines[number].lstrip()
    return Code("\n".join(lines).strip() + (f"\n{fence}" if fence else ""))


def _fence_after(line: str, fence: str) -> str:
    """Return what fences code in after a line (CommonMark 0.31, 4.5); empty where nothing does.

    Args:
        line: the line.
        fence: what does before it.
    """
    found = _FENCE.match(line)
    if not fence:
        return found[1] if found is not None else ""
    return "" if found is not None and found[1].startswith(fence) and not found[2] else fence


def _without_underlines(lines: list[str]) -> list[str]:
    """Return lines of Markdown with a mark before each heading that is underlined (CommonMark 0.31, 4.3)."""
    kept: list[str] = []
    paragraph = 0
    plain_text = True
    fence = ""
    for line in lines:
        within, fence = bool(fence), _fence_after(line, fence)
        underline = None if within else _UNDERLINE.match(line)
        if underline is not None and paragraph and plain_text:
            title = " ".join(part.strip() for part in kept[-paragraph:])
            kept[-paragraph:] = [f"{'#' if underline[1][0] == '=' else '##'} {title}"]
            paragraph = 0
            continue
        kept.append(line)
        if within or fence or not line or _HEADING.match(line) or _BREAK.match(line):
            paragraph, plain_text = 0, True
        elif _CONTAINER.match(line):
            paragraph, plain_text = 0, False
        elif paragraph or not line.startswith("    "):
            paragraph += 1
    return kept


def inline_markdown(text: Text | str) -> Code:
    """Return text as one line of Markdown, which cannot leave a heading, a list item or a table cell."""
    line = _visible(" ".join(_string(text).split()))
    return Code(re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", line))


def sentence(text: Text | str) -> Text | Code:
    """Return the first sentence of a text, as text that must still pass a filter."""
    if isinstance(text, Opened):
        refuse()
    first = re.split(r"(?<=[.!?])\s|\n\s*\n", _string(text).strip(), maxsplit=1)[0]
    line = " ".join(first.split())
    return Text(line) if isinstance(text, Text) else Code(line)


def ended(text: Text | str) -> Text | Code:
    """Return a text with a full stop at its end, as text that must still pass a filter."""
    stripped = _string(text).strip()
    stopped = stripped if not stripped or stripped[-1] in ".!?:" else f"{stripped}."
    if isinstance(text, Opened):
        return Opened(stopped)
    return Text(stopped) if isinstance(text, Text) else Code(stopped)


def quoted(code: str) -> Code:
    """Return an annotation as a string, for a type that refers to itself (PEP 484, "Forward references")."""
    return literal(Code(plain(code).strip()))


def is_text(value: object) -> bool:
    """Whether a value is text of the document, which must pass a filter before it is printed."""
    return isinstance(value, Text)


TESTS: dict[str, Callable[..., bool]] = {"text": is_text}

FILTERS: dict[str, Callable[..., Any]] = {
    "literal": opening(literal),
    "doc": opening(doc),
    "comment": opening(comment),
    "json": opening(json),
    "json_literal": opening(json_literal),
    "html": opening(html),
    "toml": opening(toml),
    "markdown": opening(markdown),
    "inline_markdown": opening(inline_markdown),
    "sentence": sentence,
    "ended": ended,
    "quoted": opening(quoted),
}


def _jsonable(value: object) -> object:
    """Return what `json` does not know as something that it knows."""
    match value:
        case Text():
            return opened(value)
        case Example():
            return value.value
        case Entries():
            return {_string(key): each for key, each in value.items()}
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON; give one of its fields")


def _string(text: object) -> str:
    if isinstance(text, Text):
        return opened(text)
    if not isinstance(text, str):
        kind = "None" if text is None else f"a {type(text).__name__}"
        raise TypeError(f"this filter takes text, and not {kind}")
    return plain(text)


def _whole(text: str) -> str:
    """Return a text without halves of characters, which TOML cannot hold and the docstring of a class neither."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _lines(text: str, width: int, used: int) -> list[str]:
    """Return the lines of a text, its paragraphs and list items wrapped; code, tables, headings and quotes stay."""
    lines: list[str] = []
    paragraph: list[str] = []
    fenced = False

    def end_paragraph() -> None:
        if paragraph:
            lines.extend(_wrapped(" ".join(paragraph), width, 0 if lines else used))
            paragraph.clear()

    for line in _LINE_END.split(text.strip().expandtabs(4)):
        fence = line.lstrip().startswith(("```", "~~~"))
        kept = (
            fenced or fence or line.startswith("    ") or line.lstrip().startswith(("|", "#", ">"))
        )
        fenced ^= fence
        if kept or not line.strip() or _LIST_ITEM.match(line):
            end_paragraph()
        if kept or not line.strip():
            lines.append(line.rstrip())
        else:
            paragraph.append(line.strip() if paragraph else line.rstrip())
    end_paragraph()
    return lines


def _wrapped(line: str, width: int, used: int) -> list[str]:
    item = _LIST_ITEM.match(line)
    wrapped = textwrap.wrap(
        line,
        max(width, 40),
        initial_indent=" " * used,
        subsequent_indent=" " * (len(item[0]) if item else 0),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [wrapped[0][used:], *wrapped[1:]] if wrapped else [""]


def _escaped(line: str) -> str:
    """Escape what would end a docstring, or would read differently in it (Python reference, 2.4.1)."""
    line = line.replace("\\", "\\\\")
    return _visible(re.sub(r'""+|"$', lambda quotes: '\\"' * len(quotes[0]), line))


def _visible(line: str) -> str:
    """Show characters that a reader cannot see, or that move what stands around them, as escapes."""
    if line.isprintable():
        return line
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line
    )


def _toml_character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
