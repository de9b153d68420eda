"""Where each part of a rendered text comes from: the template, its line and block, and what of `Api` it was rendered for.

A traced environment renders the same text, character for character. Each piece of it is a string that remembers its origin;
joining such strings, which is what Jinja does with what a template, a macro or a block yields, keeps the origins of the parts. A
filter that makes a new string of one loses them: then the origin is the expression that printed it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import CodeType
from typing import cast

from jinja2 import nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.environment import Environment

from ..plugins import Plugin
from .catalogue import Catalogue
from .environment import TemplateEnvironment
from .failures import Subject, source_of, subject_of
from .opened import Opened, plain

_VARIABLES = ("field", "parameter", "incoming", "operation", "model", "resource", "api")
"""The variables, from the narrowest to the widest, that say what a template is rendered for; a loop's own come before them."""


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a piece of text comes from.

    Attributes:
        template: the file of the template.
        line: its line, from 1.
        block: the innermost block around it; of a macro, `macro` and its name.
        subject: the operation, model, incoming request or resource that it was rendered for.
        node: what of `Api` it says something of.
        field: the field of that node which it prints.
    """

    template: Path
    line: int
    block: str | None = None
    subject: Subject | None = None
    node: object = None
    field: str | None = None


class Traced(str):
    """A text with the origins of its parts, each from an offset to the next one's."""

    origins: tuple[tuple[int, Origin], ...] = ()

    def __str__(self) -> Traced:
        """Return the text itself, so that printing it loses nothing."""
        return self

    def segments(self, start: int, end: int) -> Iterator[tuple[Origin, int]]:
        """Yield the origins of the text between two offsets, in their order, each with the number of its characters."""
        index = max(bisect_right(self.origins, start, key=lambda each: each[0]) - 1, 0)
        while index < len(self.origins) and self.origins[index][0] < end:
            offset, origin = self.origins[index]
            index += 1
            after = self.origins[index][0] if index < len(self.origins) else len(self)
            length = min(after, end) - max(offset, start)
            if length > 0:
                yield origin, length


class OpenedTraced(Opened, Traced):
    """One that cannot be taken apart."""

    def __str__(self) -> OpenedTraced:
        """Return the text itself."""
        return self


def _kind(*texts: str) -> type[Traced]:
    return OpenedTraced if any(isinstance(text, Opened) for text in texts) else Traced


def whole(text: str) -> Traced:
    """Return a text, with its origins, that no template sees any more, so that it may be taken apart."""
    result = Traced(plain(text))
    result.origins = text.origins if isinstance(text, Traced) else ()
    return result


def empty(template: Path) -> Traced:
    """Return the text of a file in which a template printed nothing."""
    result = Traced()
    result.origins = ((0, Origin(template, 1)),)
    return result


def traced(text: str, origin: Origin) -> Traced:
    """Return a text all of which has one origin."""
    result = _kind(text)(text)
    result.origins = ((0, origin),) if text else ()
    return result


def join(parts: Iterable[str]) -> Traced:
    """Return the parts as one text."""
    texts = list(parts)
    origins: list[tuple[int, Origin]] = []
    offset = 0
    for text in texts:
        if isinstance(text, Traced):
            origins += [(offset + start, origin) for start, origin in text.origins]
        offset += len(text)
    result = _kind(*texts)("".join(texts))
    result.origins = tuple(origins)
    return result


class _Compiled(BytecodeCache):
    """The code of templates that were marked before, in this process: marking one takes longer than rendering it."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template the code that it had, if its text is the same."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class TracingEnvironment(TemplateEnvironment):
    """The environment of the templates, with origins.

    Args:
        templates: the templates.
        plugins: what adds filters, tests and globals of its own.
    """

    concat = staticmethod(join)

    def __init__(self, templates: Catalogue, plugins: Sequence[Plugin] = ()) -> None:
        super().__init__(templates, plugins)
        self.bytecode_cache = _COMPILED

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Parse a template; everything that it prints goes through `trace`."""
        tree = super()._parse(source, name, filename)
        _Marking(self, filename or "").visit(tree, None, ())
        return tree

    def whole(self, text: str) -> Traced:
        """Return the text of a file, which templates do not see, with its origins."""
        return whole(text)

    def copied(self, text: str, file: Path) -> Traced:
        """Return the text of a file that is copied, each line with its origin."""
        lines = text.splitlines(keepends=True)
        return join(traced(line, Origin(file, number)) for number, line in enumerate(lines, 1))

    def trace(
        self,
        value: object,
        file: str,
        line: int,
        block: str | None,
        field: str | None,
        *subjects: object,
    ) -> object:
        """Return what a template prints, with its origin."""
        if not isinstance(value, str | int | float):
            return value
        node = next((each for each in _nodes(subjects) if source_of(each) is not None), None)
        subject = subject_of(subjects)
        if not isinstance(value, Traced) or not value.origins:
            return traced(str(value), Origin(_path(file), line, block, subject, node, field))
        if all(inner.subject is not None for _, inner in value.origins):
            return value
        result = _kind(value)(value)
        result.origins = tuple(
            (offset, inner if inner.subject is not None else replace(inner, subject=subject))
            for offset, inner in value.origins
        )
        return result


@cache
def _path(file: str) -> Path:
    return Path(file)


def _nodes(values: Iterable[object]) -> Iterator[object]:
    """Yield values, and those in tuples."""
    for value in values:
        if isinstance(value, tuple):
            yield from cast(tuple[object, ...], value)
        else:
            yield value


class _Marking:
    """Rewrites a template's tree: every piece of text and every expression that it prints becomes a call of `trace`."""

    def __init__(self, environment: Environment, file: str) -> None:
        self._environment = environment
        self._file = file

    def visit(self, node: nodes.Node, block: str | None, names: tuple[str, ...]) -> None:
        """Rewrite what is below a node.

        Args:
            node: the node.
            block: the innermost block.
            names: the variables of the loops and macros around it, the innermost first.
        """
        if isinstance(node, nodes.Block):
            block = node.name
        elif isinstance(node, nodes.For):
            names = (*_targets(node.target), *names)
        elif isinstance(node, nodes.Macro):
            block = f"macro {node.name}"
            names = (*(argument.name for argument in node.args), *names)
        if isinstance(node, nodes.Output):
            node.nodes = [new for old in node.nodes for new in self._traced(old, block, names)]
        else:
            for child in node.iter_child_nodes():
                self.visit(child, block, names)

    def _traced(
        self, node: nodes.Expr, block: str | None, names: tuple[str, ...]
    ) -> Iterator[nodes.Expr]:
        if isinstance(node, nodes.TemplateData):
            for number, line in enumerate(node.data.splitlines(keepends=True)):
                yield self._call(nodes.Const(line), node.lineno + number, block, None, names)
            return
        used = [each.name for each in node.find_all(nodes.Name)]
        used += [node.name] if isinstance(node, nodes.Name) else []
        field = node if isinstance(node, nodes.Getattr) else node.find(nodes.Getattr)
        root = field.node.name if field is not None and isinstance(field.node, nodes.Name) else None
        printed = field.attr if field is not None and root is not None else None
        first = (root,) if root is not None else ()
        begins = min((node.lineno, *(each.lineno for each in node.find_all(nodes.Expr))))
        yield self._call(node, begins, block, printed, (*first, *used, *names))

    def _call(
        self,
        value: nodes.Expr,
        line: int,
        block: str | None,
        field: str | None,
        names: tuple[str, ...],
    ) -> nodes.Expr:
        subjects = dict.fromkeys((*names, *_VARIABLES))
        arguments: list[nodes.Expr] = [
            value,
            *(nodes.Const(each) for each in (self._file, line, block, field)),
            *(nodes.Name(name, "load") for name in subjects),
        ]
        trace = nodes.EnvironmentAttribute("trace")
        call = nodes.Call(trace, arguments, [], None, None, lineno=line)
        call.set_environment(self._environment)
        call.set_lineno(line)
        return call


def _targets(node: nodes.Node) -> tuple[str, ...]:
    named = [node] if isinstance(node, nodes.Name) else node.find_all(nodes.Name)
    return tuple(each.name for each in named)
