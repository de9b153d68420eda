"""What pieces of templates gave when their file was rendered last, used again in it: most operations are as they were.

A piece is included; what it may read are the variables that it names, or that one names which it includes, extends or imports. It
is kept with the contents of those, and with the fields of `Api` that were read meanwhile (see `memory`). One that gives names to
others, such as macros, is rendered each time: it is imported for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Template, TemplateNotFound, meta, nodes
from jinja2.runtime import Context

from ..cache import Cache
from .environment import TemplateEnvironment
from .memory import Run

if TYPE_CHECKING:
    from .catalogue import Catalogue


class RememberingEnvironment(TemplateEnvironment):
    """The environment of one run of several in a process.

    Args:
        templates: the templates.
        kept: the templates that earlier runs have compiled.
        run: what this run knows of the last one.
    """

    def __init__(self, templates: Catalogue, kept: Cache, run: Run) -> None:
        super().__init__(templates, (), kept)
        self._run = run
        self._pieces = {each.name for each in templates.templates if each.kind == "piece"}
        self._included: set[str] = set()

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's name
    ) -> Template:
        """Return a template; a piece gives what it gave, where that is known."""
        template = super().get_template(name, parent, globals)
        if template.name in self._pieces - self._included:
            self._included.add(template.name)
            names = self._run.variables(template.name, partial(self._variables, template.name))
            if names is not None:
                template.root_render_func = partial(
                    self._piece, template.name, template.root_render_func, names
                )
        return template

    def _piece(
        self,
        name: str,
        render: Callable[[Context], Iterator[str]],
        names: frozenset[str],
        context: Context,
    ) -> Iterator[str]:
        if context.name != name:  # it is extended by another one
            yield from render(context)
            return
        values = {each: context[each] for each in names if each in context}
        yield self._run.piece(name, values, lambda: self.concat(render(context)))

    def _variables(self, name: str) -> frozenset[str] | None:
        """Return the variables that a template may read; None if it chooses what it includes, or gives names to others."""
        found, waiting, seen = set[str](), [name], set[str]()
        while waiting:
            each = waiting.pop()
            if each in seen or self.loader is None:
                continue
            seen.add(each)
            try:
                tree = self.parse(self.loader.get_source(self, each)[0])
            except TemplateNotFound:
                return None
            if each == name and any(isinstance(node, _NAMING) for node in tree.body):
                return None
            found |= meta.find_undeclared_variables(tree)
            for other in meta.find_referenced_templates(tree):
                if other is None:
                    return None
                waiting.append(other)
        return frozenset(found)


_NAMING: Final = (nodes.Macro, nodes.Assign, nodes.AssignBlock, nodes.If)
"""What may give a template a name that others import."""
