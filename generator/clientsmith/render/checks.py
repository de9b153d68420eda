"""What is wrong with a user's template although Jinja does not say so: it would have no effect, or not the one that was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import cast

from jinja2 import nodes

from ..diagnostics import Diagnostic
from . import renamed
from .catalogue import DEFAULT, Template, text_of
from .environment import TemplateEnvironment
from .failures import RULE, TemplateError, nearest, place
from .front_matter import split


def check(
    template: Template, environment: TemplateEnvironment, report: Callable[[Diagnostic], None]
) -> frozenset[str] | None:
    """Look at a template of the user before any is rendered.

    Args:
        template: the template.
        environment: where it is to be rendered.
        report: called with each warning.

    Returns:
        The names of the templates that it extends, includes or imports; None if it works out one of these names itself.

    Raises:
        TemplateError: it extends itself, or has a block that the template which it extends does not have.
        jinja2.TemplateSyntaxError: it is not written as Jinja expects it.
    """
    return _Check(template, environment, report).run()


def unused(template: Template, known: Iterable[str]) -> Diagnostic:
    """Return the warning about a template for others to include that none includes.

    Args:
        template: the template.
        known: the names of the default templates.
    """
    parent = _EXTENDS.search(text_of(template.file))
    meant = parent[1] if parent else nearest(template.name, known, cutoff=_CLOSE)
    hint = (
        f"to change the default template {meant}, give it that name"
        if meant
        else "for a file of its own, call it name.ending.jinja, or give it front matter"
    )
    message = "no template includes this one, so that it gives nothing"
    return Diagnostic("warning", message, place(template.file, 1), hint, rule=RULE)


_EXTENDS = re.compile(rf"\{{%[-+]?\s*extends\s+[\"']{DEFAULT}([^\"']+)")
_CLOSE = 0.8


MARKER = "<<<<<<< yours"
"""The line that begins what `clientsmith templates eject --update` could not merge."""


class _Check:
    def __init__(
        self,
        template: Template,
        environment: TemplateEnvironment,
        report: Callable[[Diagnostic], None],
    ) -> None:
        self._template = template
        self._environment = environment
        self._report = report
        source = split(text_of(template.file))[1]
        for number, line in enumerate(source.split("\n"), 1):
            if line == MARKER:
                hint = "keep what is right of the two, and remove the markers"
                self._refuse("a conflict of a merge was left", number, MARKER, hint)
        self._tree = environment.parse(source, template.name, str(template.file))

    def run(self) -> frozenset[str] | None:
        self._look()
        return _referred(self._tree)

    def _look(self) -> None:
        for field in self._tree.find_all(nodes.Getattr):
            for (holder, old), change in renamed.FIELDS.items():
                if field.attr == old:
                    self._renamed(f"{holder}.{old}", field.lineno, f".{old}", change)
        parent = _parent(self._tree)
        if parent is None:
            return
        if parent.removeprefix("./") == self._template.name:
            self._refuse(
                "the template extends itself",
                self._line_of(nodes.Extends),
                parent,
                f'write {{% extends "{DEFAULT}{parent}" %}}',
            )
        known = set(self._blocks_of(parent))
        for block in _outermost(self._tree):
            moved = renamed.BLOCKS.get((self._template.name, block.name))
            if moved is not None:
                self._renamed(f"the block {block.name}", block.lineno, block.name, moved)
            elif block.name not in known:
                meant = nearest(block.name, known)
                hint = (
                    f"did you mean {meant}?"
                    if meant
                    else f"its blocks are {', '.join(sorted(known))}"
                )
                self._refuse(f"{parent} has no block {block.name}", block.lineno, block.name, hint)
        for line in _lost_text(self._tree):
            message = "text outside of the blocks of a template that extends another is not printed"
            where = place(self._template.file, line)
            self._report(Diagnostic("warning", message, where, "put it into a block", rule=RULE))

    def _blocks_of(self, name: str) -> Iterator[str]:
        """Yield the blocks of a template and of those that it extends."""
        seen: set[str] = set()
        parent: str | None = name
        while parent is not None and parent not in seen and self._environment.loader is not None:
            seen.add(parent)
            source, file, _ = self._environment.loader.get_source(self._environment, parent)
            tree = self._environment.parse(source, parent, file)
            yield from (block.name for block in tree.find_all(nodes.Block))
            parent = _parent(tree)

    def _line_of(self, kind: type[nodes.Node]) -> int:
        found = self._tree.find(kind)
        return found.lineno if found is not None else 1

    def _renamed(self, what: str, line: int, needle: str, change: renamed.Renamed) -> None:
        message = f"{what} is called {change.name} since {change.since}"
        hint = f"write {change.name}: the old name goes with {change.until}"
        where = place(self._template.file, line, needle)
        self._report(Diagnostic("warning", message, where, hint, rule="renamed"))

    def _refuse(self, message: str, line: int, needle: str, hint: str) -> None:
        where = place(self._template.file, line, needle)
        raise TemplateError(Diagnostic("error", message, where, hint, rule=RULE))


def _referred(tree: nodes.Template) -> frozenset[str] | None:
    """Return the names of other templates in one; None if not all of them are written out."""
    found: set[str] = set()
    naming: tuple[nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport, ...] = (
        *tree.find_all(nodes.Extends),
        *tree.find_all(nodes.Include),
        *tree.find_all(nodes.Import),
        *tree.find_all(nodes.FromImport),
    )
    for node in naming:
        try:
            named: object = node.template.as_const()
        except nodes.Impossible:
            return None
        names = cast(Iterable[object], named) if isinstance(named, list | tuple) else (named,)
        found.update(map(str, names))
    return frozenset(found)


def _parent(tree: nodes.Template) -> str | None:
    """Return the name of the template that one extends, where it is written out."""
    found = tree.find(nodes.Extends)
    if found is not None and isinstance(found.template, nodes.Const):
        return str(found.template.value)
    return None


def _outermost(tree: nodes.Node) -> Iterator[nodes.Block]:
    """Yield the blocks that stand in no other block."""
    for node in tree.iter_child_nodes():
        if isinstance(node, nodes.Block):
            yield node
        else:
            yield from _outermost(node)


def _lost_text(tree: nodes.Template) -> Iterator[int]:
    for node in tree.body:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    yield part.lineno
                elif part.data.strip():
                    before = part.data[: len(part.data) - len(part.data.lstrip())]
                    yield part.lineno + before.count("\n")
