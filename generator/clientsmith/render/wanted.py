"""Which filter text of the document needs, by where in the output it would stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..diagnostics import Location
from ..text import Text
from .failures import lines_of

if TYPE_CHECKING:
    from .environment import TemplateEnvironment

_BLOCK = re.compile(r"\{%[-+]?\s*block\s+(\w+)")
_EXTENDS = re.compile(r"\{%[-+]?\s*extends\s+[\"']([^\"']+)")
_EXPRESSION = re.compile(r"\{\{[-+]?(.*?)[-+]?\}\}")
_QUOTES = '"""'
_FILTERS = {
    ".toml": "toml",
    ".md": "inline_markdown",
    **dict.fromkeys((".json", ".yaml", ".yml", ".js"), "json_literal"),
    **dict.fromkeys((".html", ".htm", ".xml", ".svg"), "html"),
}
"""The filter for text in a file, by the ending of its name."""
_TAGGED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_CHAIN = re.compile(r"[A-Za-z_]\w*(?:\.\w+|\[[^][]*\])*")
"""A variable, and what is looked up in it."""


def filter_for(
    where: Location,
    file: Path,
    suffix: str,
    visible: Mapping[str, Any],
    environment: TemplateEnvironment,
) -> tuple[str, str] | None:
    """Return which filter the text in a line needs, and that text: it depends on where in the output the line stands."""
    line = where.source or ""
    before = _before("\n".join(lines_of(file)[: where.line - 1]), file, environment)

    def value_of(code: str) -> object:
        with suppress(Exception):
            return environment.compile_expression(code)(dict(visible))
        return None

    def filter_at(start: int) -> str:
        quotes = before.count(_QUOTES) + line[:start].count(_QUOTES)
        in_place = "doc" if quotes % 2 else "comment" if "# " in line[:start] else "literal"
        return _FILTERS.get(suffix) or in_place

    for found in _EXPRESSION.finditer(line):
        code = found[1].strip()
        if isinstance(value_of(code), Text):
            name = filter_at(found.start())
            around = (line[: found.start()][-1:], line[found.end() :][:1])
            quoted = name == "literal" and around in (("'", "'"), ('"', '"'))
            hint = f"write {{{{ {code} | {name} }}}}" + (", without the quotes" if quoted else "")
            return hint, code
    for tag in _TAGGED.finditer(line):
        for found in _CHAIN.finditer(line, tag.start(), tag.end()):
            value, name = value_of(found[0]), filter_at(tag.start())
            if isinstance(value, Text):
                return f"write ({found[0]} | {name}) in place of {found[0]}", found[0]
            if isinstance(value, tuple | list) and any(
                isinstance(each, Text) for each in cast(Iterable[object], value)
            ):
                return f"write ({found[0]} | map({name!r})) in place of {found[0]}", found[0]
    return None


def _before(text: str, file: Path, environment: TemplateEnvironment) -> str:
    """Return what stands before a place: in the template, and where a block of it begins in the one that it extends."""
    blocks = _BLOCK.findall(text)
    parent = _EXTENDS.search(text)
    extended = environment.files.get(parent[1]) if parent else None
    if not blocks or extended is None or file == extended:
        return text
    source = "\n".join(lines_of(extended))
    begun = re.search(rf"\{{%[-+]?\s*block\s+{blocks[-1]}\b", source)
    start = [found.start() for found in _BLOCK.finditer(text)][-1]
    return (source[: begun.start()] if begun else "") + text[start:]
