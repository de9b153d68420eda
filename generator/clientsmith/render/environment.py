"""The Jinja environment of the templates: where they are found, and what they may use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from ..api import Api, Entries
from ..cache import Cache
from ..plugins import Plugin
from ..text import Text, UnfilteredText, opened
from . import renamed
from .catalogue import Catalogue, text_of
from .compiled import CompiledTemplates
from .failures import nearest
from .filters import FILTERS, TESTS, refuse_text
from .front_matter import split
from .opened import joined, plain
from .operations import FILTERS_OF_JINJA, OPERATORS, Generator, called, operated, parts


@cache
def _fields(kind: type) -> frozenset[str]:
    """Return the fields of a class of `Api`, which templates may read whatever the sandbox says of other objects."""
    if kind.__module__ != Api.__module__ or not is_dataclass(kind):
        return frozenset()
    return frozenset(field.name for field in fields(kind))


class HelpfulUndefined(StrictUndefined):
    """A name that is not there: whatever is done with it raises, and says which name comes close."""

    @property
    def _undefined_message(self) -> str:
        name: object = self._undefined_name
        holder: object = self._undefined_obj
        if isinstance(name, str) and isinstance(holder, Entries):
            known = (opened(key) if isinstance(key, Text) else key for key in holder)
            return f"the document has no {name!r} here" + _meant(name, known)
        if isinstance(name, str) and isinstance(holder, TemplateModule):
            known = (each for each in vars(holder) if not each.startswith("_"))
            return f"the imported template has no macro {name!r}" + _meant(name, known)
        if isinstance(name, str) and _is_mapping(holder) and not self._undefined_hint:
            return f"there is no {name!r} in the mapping" + _meant(name, map(str, holder))
        if (
            self._undefined_hint
            or not isinstance(name, str)
            or not hasattr(type(holder), "__dataclass_fields__")
        ):
            return super()._undefined_message
        fields = (each for each in dir(holder) if not each.startswith("_"))
        return f"{type(holder).__name__} has no field {name!r}" + _meant(name, fields)


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _meant(name: str, known: Iterable[str]) -> str:
    meant = nearest(name, known)
    return f"; did you mean {meant}?" if meant else ""


class Loader(BaseLoader):
    """Finds a template by its name: the user's first, and none but the default one below `default/`."""

    def __init__(self, templates: Catalogue) -> None:
        self.files: Mapping[str, Path] = templates.files
        self._own = {template.name for template in templates.templates if template.own}

    def get_source(
        self, environment: Environment, template: str | Text
    ) -> tuple[str, str, Callable[[], bool] | None]:
        """Return the text of a template with its front matter blanked, and its file."""
        del environment
        if isinstance(template, Text):
            raise UnfilteredText("text of the document cannot be the name of a template")
        if template not in self.files:
            raise TemplateNotFound(template)
        source = split(text_of(self.files[template]))[1]
        if template in self._own:
            source = renamed.with_new_blocks(template, source)
        return source, str(self.files[template]), None


class TemplateEnvironment(SandboxedEnvironment):
    """The environment of one run.

    Args:
        templates: the templates.
        plugins: what adds filters, tests and globals of its own.
        kept: the templates that earlier runs have compiled; None to compile all, those that were built too.
    """

    code_generator_class = Generator
    concat = staticmethod(joined)
    parts = staticmethod(parts)
    intercepted_binops = OPERATORS

    def __init__(
        self, templates: Catalogue, plugins: Sequence[Plugin] = (), kept: Cache | None = None
    ) -> None:
        super().__init__(
            loader=Loader(templates),
            undefined=HelpfulUndefined,
            finalize=refuse_text,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            auto_reload=False,
            cache_size=-1,
        )
        self.filters.update(FILTERS_OF_JINJA)
        self.filters.update(FILTERS)
        self.tests.update(TESTS)
        self.bytecode_cache = self._compiled(plugins, kept)
        for plugin in plugins:
            self.filters.update(plugin.filters)
            self.tests.update(plugin.tests)
            available: dict[str, Any] = self.globals
            available.update(plugin.globals)

    def _compiled(self, plugins: Sequence[Plugin], kept: Cache | None) -> CompiledTemplates | None:
        """Return the compiled templates that hold with these plugins: their filters and tests are applied to constants."""
        filters = {name for plugin in plugins for name in plugin.filters}
        tests = {name for plugin in plugins for name in plugin.tests}
        if kept is None or filters & self.filters.keys() or tests & self.tests.keys():
            return None
        return CompiledTemplates(Cache() if filters or tests else kept)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: those of the environment, which every piece that is rendered is given anew."""
        return super().make_globals(d) if d else self.globals

    def whole(self, text: str) -> str:
        """Return the text of a file, which templates do not see; a traced environment keeps its origins."""
        return plain(text)

    def copied(self, text: str, file: Path) -> str:
        """Return the text of a file that is copied; a traced environment notes where it is from."""
        del file
        return text

    @property
    def files(self) -> Mapping[str, Path]:
        """The file of each template, by the name that `extends`, `include` and `import` know."""
        return self.loader.files if isinstance(self.loader, Loader) else {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a field, also under the name that it had before."""
        if attribute in _fields(obj.__class__):
            return getattr(obj, attribute)
        value = super().getattr(obj, attribute)
        change = renamed.FIELDS.get((type(obj).__name__, attribute))
        if change is None or type(value) is not HelpfulUndefined:
            return value
        return super().getattr(obj, change.name)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether templates may use an attribute; one of them would give the numbers of a text's characters."""
        return attr != "maketrans" and super().is_safe_attribute(obj, attr, value)

    def call(
        self,
        context: Context,
        obj: Callable[..., object],
        /,
        *args: object,
        **kwargs: object,
    ) -> object:
        """Return what a call gives, which holds opened text together."""
        result: object = super().call(context, obj, *args, **kwargs)
        return called(obj, result, (*args, *kwargs.values()))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> object:
        """Return what an operator gives, which holds opened text together."""
        del context
        return operated(operator, left, right, self.binop_table[operator])
