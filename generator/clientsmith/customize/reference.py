"""The reference of what templates can use: docs/templates.md, made from the code's own docstrings and types.

python -m clientsmith.customize.reference > docs/templates.md
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any, cast

from jinja2.sandbox import SandboxedEnvironment

from .. import api as context
from ..render.catalogue import ENDING, Template, find_templates, text_of
from ..render.filters import FILTERS, TESTS
from ..render.front_matter import EACH, split

_ATTRIBUTE = re.compile(r"^        (\w[\w, ]*): (.*)$")
_INTRODUCTION = """\
# What templates can use

This page is made from the code; `nox -s golden -- --update` writes it anew. [customize.md](customize.md) says
how templates are overridden, with examples.
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a template.

    Attributes:
        name: its name.
        description: what the comment at its beginning says.
        line: its line.
    """

    name: str
    description: str
    line: int


def blocks_of(template: Template) -> tuple[Block, ...]:
    """Return the blocks of a template, in order."""
    if not template.name.endswith(ENDING):
        return ()
    source = split(text_of(template.file))[1]
    tokens = [token for token in SandboxedEnvironment().lex(source) if token[1] != "whitespace"]
    found: list[Block] = []
    for index, (line, kind, value) in enumerate(tokens):
        if (kind, value) == ("name", "block") and tokens[index - 1][1] == "block_begin":
            end = next(i for i in range(index, len(tokens)) if tokens[i][1] == "block_end")
            found.append(Block(tokens[index + 1][2], _comment(tokens, end + 1), line))
    return tuple(found)


def description_of(template: Template) -> str:
    """Return what the comment at the top of a template says."""
    tokens = list(SandboxedEnvironment().lex(split(text_of(template.file))[1]))
    comments = (value.strip() for _, kind, value in tokens if kind == "comment")
    return next((comment for comment in comments if comment), "")


def _comment(tokens: list[tuple[int, str, str]], index: int) -> str:
    following = [kind for _, kind, _ in tokens[index : index + 2]]
    return tokens[index + 1][2].strip() if following == ["comment_begin", "comment"] else ""


def page() -> str:
    """Return the whole page."""
    return (
        "\n".join(line for part in (_INTRODUCTION.splitlines(), *_parts()) for line in part) + "\n"
    )


def _parts() -> Iterator[list[str]]:
    yield ["", *_variables()]
    yield [
        "",
        *_filters(
            "Filters",
            FILTERS,
            "What is printed and is text of the document must have passed one of these first.",
        ),
    ]
    yield ["", *_filters("Tests", TESTS, "")]
    yield ["", *_templates()]
    yield ["", *_classes()]


def _variables() -> Iterator[str]:
    yield "## Variables"
    yield ""
    yield "| variable | what it is | where |"
    yield "|---|---|---|"
    yield "| `api` | the whole client, an [`Api`](#api) | everywhere |"
    for each in EACH[1:]:
        also = ", and where one includes another inside of a loop over them"
        yield f"| `{each}` | one [`{each.title()}`](#{each}) | templates with `for: {each}`{also} |"
    yield "| `header` | the first lines of a file, from `header.jinja` | everywhere |"
    yield ""
    yield "Functions write the imports of a module whose code was rendered before, as `{% set code %}`:"
    yield ""
    yield "| function | what it returns |"
    yield "|---|---|"
    for function in _import_functions():
        yield f"| `{_signature(function.__name__, function)}` | {_first(function)} |"
    yield ""
    yield "Jinja's own filters, tests and functions can be used too; templates run in its sandbox. A plugin adds more."


def _filters(title: str, functions: dict[str, Callable[..., Any]], text: str) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    if text:
        yield text
        yield ""
    yield f"| {title.lower().removesuffix('s')} | what it does |"
    yield "|---|---|"
    for name, function in functions.items():
        yield f"| `{_signature(name, function)}` | {_first(function)} |"


def _templates() -> Iterator[str]:
    yield "## Templates and their blocks"
    templates = find_templates().templates
    for template in templates:
        if template.kind == "copy":
            continue
        yield ""
        yield f"### {template.name}"
        yield ""
        given = "It is for others to include."
        if template.kind == "output":
            given = f"It gives `{template.path}`, " + (
                "once."
                if template.front.each == "package"
                else f"once for each {template.front.each}."
            )
        yield f"{description_of(template)} {given}"
        if blocks := blocks_of(template):
            yield ""
            yield "| block | what is in it |"
            yield "|---|---|"
            for block in blocks:
                yield f"| `{block.name}` | {block.description} |"
    copies = [template for template in templates if template.kind == "copy"]
    yield ""
    yield "### Files that are copied"
    yield ""
    yield "`runtime/*.py` become `_runtime/*.py` of the package, below the lines of `header.jinja`:"
    yield ", ".join(f"`{each.name}`" for each in copies) + "."


def _classes() -> Iterator[str]:
    yield "## The fields of Api"
    yield ""
    yield f"This is version {context.CONTEXT_VERSION} of the context. `Text` is text of the document and must pass a filter;"
    yield "`Code` and `Name` were made by the generator and can be printed as they are."
    for cls in _dataclasses():
        described = _attributes(cls)
        yield ""
        yield f"### {cls.__name__}"
        yield ""
        yield _first(cls)
        yield ""
        yield "| field | type | what it is |"
        yield "|---|---|---|"
        for field in fields(cast(Any, cls)):
            yield f"| `{field.name}` | {_type(str(field.type))} | {described.get(field.name, '')} |"
        for name, value in vars(cls).items():
            if isinstance(value, property | cached_property):
                function = cast(
                    Callable[..., Any], value.fget if isinstance(value, property) else value.func
                )
                returned = inspect.get_annotations(function).get("return", "")
                yield f"| `{name}` | {_type(str(returned))} | {_first(function)} |"


def _dataclasses() -> list[type]:
    found = [
        each for each in vars(context).values() if inspect.isclass(each) and is_dataclass(each)
    ]
    own = [each for each in found if each.__module__ == context.__name__]
    return sorted(own, key=lambda each: (each is not context.Api, each.__name__))


def _attributes(cls: type) -> dict[str, str]:
    """Return what the section `Attributes` of a docstring says of each field."""
    found: dict[str, str] = {}
    names: list[str] = []
    for line in (cls.__doc__ or "").split("\n"):
        if entry := _ATTRIBUTE.match(line):
            names = entry[1].split(", ")
            found |= dict.fromkeys(names, entry[2])
        elif names and line.startswith("            "):
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
        else:
            names = []
    return {name: text.replace("|", "\\|") for name, text in found.items()}


def _type(annotation: str) -> str:
    return f"`{annotation}`".replace("|", "\\|") if annotation else ""


def _signature(name: str, function: Callable[..., Any]) -> str:
    arguments = list(inspect.signature(function).parameters.values())
    rest = [argument.replace(annotation=inspect.Parameter.empty) for argument in arguments]
    if function in FILTERS.values() or function in TESTS.values():
        rest = rest[1:]
    return f"{name}({', '.join(map(str, rest))})" if rest else name


def _first(described: object) -> str:
    """Return the first paragraph of a docstring, for a cell of a table."""
    text = inspect.getdoc(described) or ""
    return " ".join(text.split("\n\n")[0].split()).replace("|", "\\|")


def _import_functions() -> Iterator[Callable[..., Any]]:
    from ..render.imports import import_functions

    yield from import_functions(cast(context.Api, None)).values()


if __name__ == "__main__":
    sys.stdout.write(page())
