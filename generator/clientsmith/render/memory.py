"""What the templates gave in the last run of this process, used again for each file that would be the same.

A file is kept with everything that it was made of: the templates, what it was rendered for, and the fields of `Api` that were
read meanwhile. These are compared by content and type, in which 1 is neither 1.0 nor True. Where in the document something stands
is left out, as long as no template says `source`.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Mapping
from copyreg import dispatch_table
from dataclasses import dataclass, fields, is_dataclass
from io import BytesIO
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from .. import api as contexts
from ..api import Api, Operation
from ..diagnostics import Location, LocationSought
from ..watching import State, state_of

_Content: TypeAlias = tuple[bytes, ...]
_Piece: TypeAlias = tuple[str, tuple[tuple[str, bytes], ...]]

_SOURCE: Final = re.compile(rb"\bsource\b")


@dataclass(frozen=True, slots=True)
class _Rendered:
    """A text of the last run.

    Attributes:
        made_of: what it was rendered for.
        read: the fields of the API that were read for it, as they were.
        text: the text.
        pieces: the pieces that are in it.
    """

    made_of: _Content
    read: Mapping[str, _Content]
    text: str
    pieces: Mapping[_Piece, _Rendered]


class Memory:
    """The texts of the last run, by the paths of their files.

    Args:
        lasting: keep the pieces of a file, too, which pays when there are more runs than the next one.

    Attributes:
        lasting: as above.
        formatted: what the format stage was given for a file, and what it made of that.
    """

    def __init__(self, *, lasting: bool = True) -> None:
        self.lasting = lasting
        self.formatted: dict[str, tuple[object, str]] = {}
        self._templates: tuple[Mapping[str, Path], Mapping[Path, State]] = {}, {}
        self._with_places = False
        self._rendered: dict[str, _Rendered] = {}
        self._variables: dict[str, frozenset[str] | None] = {}

    def during(self, api: Api, templates: Mapping[str, Path]) -> Run:
        """Return the memory as one run uses it.

        Args:
            api: the client.
            templates: the file of each template, by its name. The texts of a run with others are forgotten.
        """
        states = {file: state_of(file) for file in dict.fromkeys(templates.values())}
        if (templates, states) != self._templates:
            self._rendered.clear()
            self._variables.clear()
            self._templates = templates, states
            self._with_places = any(_SOURCE.search(file.read_bytes()) for file in states)
        return Run(api, self._rendered, self._variables, with_places=self._with_places)


class Run:
    """One run that renders only what is not known.

    Args:
        api: the client.
        rendered: the texts of the last run.
        variables: what the pieces may read, as far as that is known.
        with_places: compare where in the document something stands, too.

    Attributes:
        api: the client, to be given to the templates: what is read of it is noted.
    """

    def __init__(
        self,
        api: Api,
        rendered: dict[str, _Rendered],
        variables: dict[str, frozenset[str] | None],
        *,
        with_places: bool,
    ) -> None:
        self._whole = api
        self._rendered = rendered
        self._variables = variables
        self._before: Mapping[_Piece, _Rendered] = {}
        self._pieces: dict[_Piece, _Rendered] = {}
        self._reducers = {**_REDUCERS, Operation: self._reduced}
        if not with_places:
            self._reducers |= dict.fromkeys((Location, LocationSought), lambda _: (tuple, ()))
        self._contents: dict[int, tuple[object, bytes]] = {}
        self._read: set[str] = set()
        self.api: Api = _Observed(api, self._read)

    def text(self, path: str, made_of: tuple[object, ...], render: Callable[[], str]) -> str:
        """Return the text of a file: that of the last run, if it is made of the same.

        Args:
            path: the path of the file.
            made_of: what it is rendered for, besides the API and the templates.
            render: renders it.
        """
        given = self._content(made_of)
        known = self._rendered.get(path)
        if known is not None and known.made_of == given and self._is_current(known):
            return known.text
        self._before, self._pieces = known.pieces if known is not None else {}, {}
        text, read = self._reading(render)
        self._rendered[path] = _Rendered(given, read, text, self._pieces)
        return text

    def variables(
        self, name: str, find: Callable[[], frozenset[str] | None]
    ) -> frozenset[str] | None:
        """Return the variables that a piece may read; None if that cannot be told.

        Args:
            name: its template.
            find: finds them.
        """
        if name not in self._variables:
            self._variables[name] = find()
        return self._variables[name]

    def piece(self, name: str, values: Mapping[str, object], render: Callable[[], str]) -> str:
        """Return the text of a piece of the file that is being rendered: that of the last run, if it is made of the same.

        Args:
            name: its template.
            values: the variables that it may read.
            render: renders it.
        """
        try:
            given = tuple(
                (each, self._pickled(values[each]))
                for each in sorted(values)
                if values[each] is not self.api
            )
        except _NOT_COMPARED:
            return render()
        known = self._before.get((name, given))
        if known is None or not self._is_current(known):
            text, read = self._reading(render)
            known = _Rendered((), read, text, {})
        self._pieces[name, given] = known
        self._read.update(known.read)
        return known.text

    def _reading(self, render: Callable[[], str]) -> tuple[str, Mapping[str, _Content]]:
        """Return a text, and the fields of the API that are read for it."""
        around = set(self._read)
        self._read.clear()
        text = render()
        read = {name: self._field(name) for name in sorted(self._read)}
        self._read |= around
        return text, read

    def _is_current(self, known: _Rendered) -> bool:
        return all(self._field(name) == content for name, content in known.read.items())

    def _field(self, name: str) -> _Content:
        return self._content(getattr(self._whole, name, None))

    def _content(self, value: object) -> _Content:
        """Return the content of a value, or of each of several: a resource is what a file is for, and one of `api.resources`."""
        if isinstance(value, tuple):
            return tuple(map(self._pickled, cast(tuple[object, ...], value)))
        return (self._pickled(value),)

    def _pickled(self, value: object) -> bytes:
        known = self._contents.get(id(value))
        if known is None:
            content = BytesIO()
            pickler = pickle.Pickler(content, pickle.HIGHEST_PROTOCOL)
            pickler.dispatch_table = self._reducers
            pickler.dump(_parts(value) if isinstance(value, Operation) else value)
            known = self._contents[id(value)] = value, content.getvalue()
        return known[1]

    def _reduced(self, operation: Operation) -> tuple[type, tuple[bytes]]:
        """Return what stands for an operation in what holds it; it is taken apart once, although many things hold it."""
        return bytes, (self._pickled(operation),)


class _Observed(Api):
    """An API that notes which of its fields are read, also by a property that is made of some."""

    def __init__(self, api: Api, read: set[str]) -> None:
        vars(self).update(api=api, read=read)

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") or isinstance(getattr(Api, name, None), property):
            return object.__getattribute__(self, name)
        own = object.__getattribute__(self, "__dict__")
        own["read"].add(name)
        return getattr(own["api"], name)


_Observed.__name__ = Api.__name__  # errors of templates name the class


def _reducer(kind: type) -> Callable[[Any], tuple[type, tuple[object, ...]]]:
    """Return what takes an instance of a dataclass apart; the default way looks for its fields each time."""
    names = [field.name for field in fields(kind)]
    if len(names) == 1:
        return lambda instance: (kind, (getattr(instance, names[0]),))
    values = attrgetter(*names)
    return lambda instance: (kind, values(instance))


_REDUCERS: Final = {
    **dispatch_table,
    **{
        kind: _reducer(kind)
        for kind in vars(contexts).values()
        if isinstance(kind, type) and is_dataclass(kind)
    },
}
"""How what the templates read is taken apart."""

_parts: Final = attrgetter(*(field.name for field in fields(Operation)))
_NOT_COMPARED: Final = (pickle.PicklingError, TypeError, AttributeError)
