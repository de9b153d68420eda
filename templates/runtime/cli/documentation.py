"""What docstrings say of arguments and attributes: the help of the command is what `help()` shows."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass, field
from itertools import pairwise

_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Response headers|Links|Callbacks):$")
_ENTRY = re.compile(r"^    (\w+): ?(.*)$")


@dataclass(frozen=True, slots=True)
class Documentation:
    """A docstring, taken apart.

    Attributes:
        text: What stands before its sections.
        entries: What it says of each argument or attribute, in one line.
    """

    text: str
    entries: dict[str, str] = field(default_factory=dict[str, str])


def documentation(documented: object) -> Documentation:
    """Return what the docstring of a function or a class says (Google's style: `Args:` and an indented entry for each)."""
    text: list[str] = []
    entries: dict[str, str] = {}
    section = name = ""
    for line in (inspect.getdoc(documented) or "").splitlines():
        begun = _SECTION.match(line)
        if begun:
            section = begun[1]
        elif not section:
            text.append(line)
        elif section in ("Args", "Attributes"):
            entry = _ENTRY.match(line)
            if entry:
                name = entry[1]
                entries[name] = entry[2]
            elif name:
                entries[name] += f" {line.strip()}"
    return Documentation(
        "\n".join(text).strip(), {key: value.strip() for key, value in entries.items()}
    )


def documentation_of_fields(model: type) -> dict[str, str]:
    """Return what stands below each field of a model and of its bases; nothing where there is no source."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__[:-1]):
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
        except (OSError, TypeError, SyntaxError):
            continue
        body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
        for statement, following in pairwise(body):
            match statement, following:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[name] = " ".join(text.split())
                case _:
                    pass
    return found
