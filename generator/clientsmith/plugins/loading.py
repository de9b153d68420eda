"""How plugins are found and imported, and how their changes to `Api` are made."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib import import_module, util
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast

from ..api import Api, Model
from ..diagnostics import Diagnostic, DiagnosticError, Location, quoted, shown
from ..raised import location, raised_at
from ..render.filters import FILTERS, TESTS
from ..render.imports import IMPORT_FUNCTIONS
from . import GROUP, Plugin
from .following import followed
from .kinds import wrong_kinds
from .soundness import flaws, flaws_of_models

__all__ = ["PluginError", "changed", "digests", "load"]

_MAPPINGS = ("FILTERS", "TESTS", "GLOBALS")
_TAKEN = {"api", "resource", "operation", "model", "header", *IMPORT_FUNCTIONS}


class PluginError(DiagnosticError):
    """A plugin cannot be imported, or what it gives cannot be used."""

    exit_status = 2


def load(plugins: Mapping[str, Path | None]) -> tuple[Plugin, ...]:
    """Import plugins.

    Args:
        plugins: by what the configuration calls each, its file; None for a module or an entry point.

    Raises:
        PluginError: one is not found, fails, or has something of the wrong kind.
    """
    return tuple(_loaded(name, file) for name, file in plugins.items())


def changed(api: Api, plugins: Sequence[Plugin]) -> Api:
    """Return the client as plugins want it, one after the other.

    Raises:
        PluginError: one fails, returns something else, or leaves names that are none or that clash.
    """
    for plugin in plugins:
        if plugin.change is None:
            continue
        answer = _called(plugin, plugin.change, api)
        if not isinstance(answer, Api):
            message = (
                f"change_api of the plugin {plugin.name} returns {_kind(answer)}, and not an Api"
            )
            raise PluginError(Diagnostic("error", message, _top(plugin.file), rule="plugin"))
        # What is no client at all cannot be followed.
        _require(plugin, wrong_kinds(answer, "api"))
        api = followed(api, answer)
        _require(plugin, flaws(api))
        api = replace(api, build_models=cache(partial(_models, plugin, api)))
    return api


def _called(plugin: Plugin, function: Callable[..., object], *arguments: object) -> object:
    """Return what a function of a plugin returns.

    Raises:
        PluginError: it fails.
    """
    try:
        return function(*arguments)
    except DiagnosticError:
        raise
    except (Exception, SystemExit) as error:
        raise _failed(plugin.name, "fails", error, plugin.file) from error


def _models(plugin: Plugin, api: Api) -> tuple[Model, ...]:
    """Return the models as a plugin wants them."""
    models = cast(tuple[Model, ...], _called(plugin, api.build_models))
    _require(plugin, flaws_of_models(api, models))
    return models


def _require(plugin: Plugin, found: Iterator[str]) -> None:
    for flaw in found:
        message = f"after the plugin {plugin.name} {flaw}"
        raise PluginError(Diagnostic("error", message, _top(plugin.file), rule="plugin"))


def digests(plugins: Mapping[str, Path | None]) -> dict[str, str]:
    """Return the digest of the code of each plugin, by what the configuration calls it; a package counts with all its modules."""
    found: dict[str, str] = {}
    for name, file in plugins.items():
        origin = file or _origin(_target(name))
        summary = hashlib.sha256()
        for each in _modules(origin):
            summary.update(each.read_bytes())
        found[name] = summary.hexdigest()
    return found


def _modules(origin: Path | None) -> Iterable[Path]:
    if origin is None:
        return ()
    return sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else (origin,)


def _loaded(name: str, file: Path | None) -> Plugin:
    try:
        module = _module_of_file(file) if file is not None else _imported(name)
    except DiagnosticError:
        raise
    except (Exception, SystemExit) as error:
        raise _failed(name, "cannot be imported", error, file) from error
    origin = file or _path(getattr(module, "__file__", None))
    change = getattr(module, "change_api", None)
    if change is not None and not callable(change):
        raise _wrong(name, origin, "change_api", "a function")
    mappings: dict[str, Mapping[str, Any]] = {}
    for attribute in _MAPPINGS:
        given: object = getattr(module, attribute, {})
        if not isinstance(given, Mapping) or not all(
            isinstance(key, str) for key in cast(Mapping[object, object], given)
        ):
            raise _wrong(name, origin, attribute, "a mapping from names")
        mappings[attribute] = cast(Mapping[str, Any], given)
        for key, value in mappings[attribute].items():
            if attribute != "GLOBALS" and not callable(value):
                raise _wrong(name, origin, f"{attribute}[{key!r}]", "a function")
    for attribute, known in (
        ("FILTERS", FILTERS.keys()),
        ("TESTS", TESTS.keys()),
        ("GLOBALS", _TAKEN),
    ):
        for taken in sorted(mappings[attribute].keys() & known):
            message = (
                f"{attribute} of the plugin {name} has {taken}, a name that clientsmith uses itself"
            )
            raise PluginError(Diagnostic("error", message, _top(origin), rule="plugin"))
    if change is None and not any(mappings.values()):
        message = f"the plugin {name} has neither change_api nor FILTERS, TESTS or GLOBALS"
        raise PluginError(Diagnostic("error", message, _top(origin), rule="plugin"))
    return Plugin(
        name,
        origin,
        cast("Callable[[Api], Api] | None", change),
        mappings["FILTERS"],
        mappings["TESTS"],
        mappings["GLOBALS"],
    )


def _module_of_file(file: Path) -> object:
    number = hashlib.sha256(os.fsencode(file)).hexdigest()[:8]
    spec = util.spec_from_file_location(f"clientsmith_plugin_{file.stem}_{number}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{shown(file)} is not a Python module")
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there for the module of a class
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    return module


def _entry_point(name: str) -> EntryPoint | None:
    return next(iter(entry_points(group=GROUP, name=name)), None)


def _target(name: str) -> str:
    entry = _entry_point(name)
    return entry.module if entry is not None else name


def _imported(name: str) -> object:
    entry = _entry_point(name)
    if entry is not None:
        return entry.load()
    if not _exists(name):
        known = sorted(found.name for found in entry_points(group=GROUP))
        message = f"there is no plugin {quoted(name)}: neither an entry point of {GROUP} nor a module has that name"
        hint = (
            f"the entry points are {', '.join(known)}"
            if known
            else "for a file, write its path, such as ./plugin.py"
        )
        raise PluginError(Diagnostic("error", message, hint=hint, rule="plugin"))
    return import_module(name)


def _exists(name: str) -> bool:
    try:
        return util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _origin(name: str) -> Path | None:
    try:
        spec = util.find_spec(name)
    except (ImportError, ValueError):
        return None
    return _path(spec.origin) if spec is not None else None


def _path(file: object) -> Path | None:
    return Path(file) if isinstance(file, str) and os.path.isfile(file) else None


def _wrong(name: str, file: Path | None, attribute: str, expected: str) -> PluginError:
    message = f"{attribute} of the plugin {name} has to be {expected}"
    return PluginError(Diagnostic("error", message, _top(file), rule="plugin"))


def _failed(name: str, what: str, error: BaseException, file: Path | None = None) -> PluginError:
    said = f": {error.msg if isinstance(error, SyntaxError) else error}".removesuffix(": ")
    message = f"the plugin {name} {what}: {type(error).__name__}{said}"
    if isinstance(error, SyntaxError) and error.filename is not None and error.lineno is not None:
        where: Location | None = location(Path(error.filename), error.lineno, error.offset)
    else:
        where = raised_at(error.__traceback__) or _top(file)
    return PluginError(Diagnostic("error", message, where, rule="plugin"))


def _top(file: Path | None) -> Location | None:
    return Location(shown(file), 1, 1) if file is not None else None


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
