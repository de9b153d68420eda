"""The templates of a run: the default ones, and those of the user's folder that replace, drop or add some.

| in the user's folder | then |
|---|---|
| a file with the path of a default one | it is used instead |
| the same, but empty | no file is made of it |
| another file | it adds an output file, as its front matter says |
| another file whose name has no second ending (`method.jinja`, not `method.py.jinja`) | it is for others to include |

A file that does not end in `.jinja` is copied as it is. Hidden files and what editors leave behind are passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from ..diagnostics import Diagnostic, Location, shown
from ..places import TEMPLATES, names
from ..watching import State, state_of
from .failures import RULE, TemplateError, place
from .front_matter import FrontMatter, parse

_REMEMBERED: Final = 1000
"""Texts of templates that are kept, for the next run of this process."""

ENDING = ".jinja"
PACKAGE = "{{ api.package }}"
"""What stands for the package's name in a path."""

Kind = Literal["output", "piece", "copy"]
DEFAULT = "default/"
"""What the name of a default template begins with, where a user's template extends or includes it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template, or a file that is copied.

    Attributes:
        name: its path below its folder, with slashes.
        file: where it is.
        kind: `output` for a template that gives files, `piece` for one that others include, `copy` for a file that is copied.
        own: whether it is the user's.
        default: the default one that it replaces.
        front: its front matter, or what stands for it.
    """

    name: str
    file: Path
    kind: Kind
    own: bool
    default: Path | None
    front: FrontMatter

    @property
    def key(self) -> str:
        """What it has in common with another one that gives the same file."""
        return self.name if self.kind == "piece" else self.name.removesuffix(ENDING)

    @property
    def path(self) -> str:
        """The path of the output file: a template itself, with the name of the package to be filled in."""
        if self.front.path is not None:
            return self.front.path
        top, _, rest = self.key.partition("/")
        folders = {"package": f"src/{PACKAGE}/", "runtime": f"src/{PACKAGE}/_runtime/"}
        return folders[top] + rest if rest and top in folders else self.key

    @property
    def place_of_path(self) -> Location:
        """Where it says what path the output file has: in the front matter, or by its own place."""
        return place(self.file, self.front.lines.get("path", 1))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The templates of a run.

    Attributes:
        templates: those that are used, in the order of their names.
        defaults: the names of the default ones, used or not.
        dropped: the user's empty files, which stand for default templates that are not used.
    """

    templates: tuple[Template, ...]
    defaults: tuple[str, ...]
    dropped: tuple[Template, ...] = ()

    @property
    def files(self) -> dict[str, Path]:
        """The file of each template, by the name that `extends`, `include` and `import` know; a default one has a second name."""
        return {
            **{template.name: template.file for template in self.templates},
            **{DEFAULT + name: TEMPLATES / name for name in self.defaults},
        }

    @property
    def mine(self) -> tuple[Path, ...]:
        """The user's templates, those that drop a file among them."""
        own = (*self.templates, *self.dropped)
        return tuple(template.file for template in own if template.own)

    @property
    def outputs(self) -> Iterator[Template]:
        """Those that give files, the ones that need the models last: these take longest to come."""
        given = [template for template in self.templates if template.kind != "piece"]
        return iter(
            sorted(given, key=lambda template: (_needs_models(template), template.kind == "output"))
        )


def find_templates(folder: Path | None = None, *, without: Collection[Path] = ()) -> Catalogue:
    """Find the templates.

    Args:
        folder: the user's templates.
        without: files in that folder that are no templates, such as the modules of plugins.

    Raises:
        TemplateError: front matter is wrong, a file is not text, or two files of the user give the same output.
    """
    found = {template.key: template for template in _templates(TEMPLATES, own=False)}
    defaults = tuple(template.name for template in found.values())
    dropped: list[Template] = []
    mine: dict[str, Template] = {}
    for template in _templates(folder, own=True, defaults=found, without=without) if folder else ():
        if mine.setdefault(template.key, template) is not template:
            raise _twice(mine[template.key], template)
        default = found.get(template.key)
        if default is not None and _is_empty(template.file):
            dropped.append(template)
            if template.kind != "piece":
                del found[template.key]
                continue
        found[template.key] = template
    templates = sorted(found.values(), key=lambda template: template.name)
    return Catalogue(tuple(templates), defaults, tuple(dropped))


def _templates(
    folder: Path,
    *,
    own: bool,
    defaults: dict[str, Template] | None = None,
    without: Collection[Path] = (),
) -> Iterator[Template]:
    known = defaults or {}
    for name in names(folder):
        file = folder / name
        if file in without:
            continue
        default = known.get(name) or known.get(name.removesuffix(ENDING))
        front = None
        kind: Kind = "copy"
        if name.endswith(ENDING):
            front = parse(file, text_of(file), default.front if default else None)
            kind = _kind(name, default, front)
            if kind == "piece" and front != (default.front if default else None):
                message = "a template that others include gives no file of its own: it has no front matter"
                raise TemplateError(Diagnostic("error", message, place(file, 1), rule=RULE))
        front = front or FrontMatter()
        yield Template(name, file, kind, own, default.file if default else None, front)


def _kind(name: str, default: Template | None, front: FrontMatter | None) -> Kind:
    if default is not None:
        return "piece" if default.kind == "piece" else "output"
    return "output" if front is not None or "." in PurePosixPath(name).stem else "piece"


def text_of(file: Path) -> str:
    """Return the text of a template, its lines ended by line feeds and without a byte order mark.

    Raises:
        TemplateError: it cannot be read, or is not UTF-8.
    """
    hint = None
    try:
        return _read(file, state_of(file))
    except UnicodeDecodeError as error:
        message = f"{shown(file)} is not UTF-8 text: {error.reason}"
        hint = "all files of the output are text; keep others out of the folder of templates"
    except OSError as error:
        message = f"{shown(file)} cannot be read: {error.strerror}"
    raise TemplateError(Diagnostic("error", message, Location(shown(file), 1, 1), hint, rule=RULE))


@lru_cache(_REMEMBERED)
def _read(file: Path, _state: State) -> str:
    return file.read_text(encoding="utf-8").removeprefix("\ufeff")


def _is_empty(file: Path) -> bool:
    return not text_of(file).strip()


def _needs_models(template: Template) -> bool:
    return template.front.each == "model" or template.name.startswith("package/models/")


def _twice(first: Template, second: Template) -> TemplateError:
    message = f"{shown(first.file)} and {shown(second.file)} give the same file"
    return TemplateError(Diagnostic("error", message, hint="remove one of them", rule=RULE))
