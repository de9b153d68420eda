"""The import statements of a rendered module: what its code uses, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

from .api import Api
from .filters import WIDTH
from .text import Code, Name

_STANDARD = {
    "collections.abc": ("Mapping", "Sequence"),
    "datetime": ("date", "datetime", "time", "timedelta"),
    "functools": ("cached_property",),
    "typing": ("Annotated", "Any", "Literal", "TYPE_CHECKING", "Unpack"),
}
_PYDANTIC = {"pydantic": ("Field", "RootModel"), "pydantic.alias_generators": ("to_camel",)}
_TYPES = {
    ".._runtime.enums": ("Open", "OpenEnum", "OpenInt", "OpenIntEnum"),
}
_RUNTIME = (
    "AsyncDownload",
    "AsyncResource",
    "Body",
    "CallOptions",
    "Download",
    "Encoding",
    "MediaType",
    "Operation",
    "Parameter",
    "Resource",
    "Response",
    "async_with_response",
    "with_response",
)


def import_functions(api: Api) -> Mapping[str, Callable[[str], Code]]:
    """Return the functions by which a template writes the imports of the module whose body it has rendered."""
    of_resources = _by_name({**_STANDARD, **_TYPES, "..": ("models",), ".._runtime": _RUNTIME})
    of_models = _by_name({**_STANDARD, **_PYDANTIC, **_TYPES, ".._runtime.model": ("Model",)})

    def resource_imports(body: str) -> Code:
        return Code(_statements(of_resources, _used(body)))

    def model_imports(body: str) -> Code:
        modules = api.modules_of_models
        tree = ast.parse(body)
        used = _names(tree)
        bases = {
            base.id
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            for base in _plain(node.bases)
        }
        own = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        lazy = {name: f".{modules[Name(name)]}" for name in used - bases - own if name in modules}
        places = of_models | {name: f".{modules[Name(name)]}" for name in bases if name in modules}
        text = _statements(places, used | ({"TYPE_CHECKING"} if lazy else set()))
        if any(isinstance(node, ast.Attribute) for node in ast.walk(tree)):
            text = "import datetime\n" + text.replace("from datetime import datetime\n", "")
        if lazy:
            text += "\n\nif TYPE_CHECKING:\n" + "\n".join(
                f"    from {module} import {name}" for name, module in sorted(lazy.items())
            )
        return Code(text)

    return {"resource_imports": resource_imports, "model_imports": model_imports}


def _by_name(modules: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {name: module for module, names in modules.items() for name in names}


def _used(body: str) -> set[str]:
    return _names(ast.parse(body))


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _plain(bases: list[ast.expr]) -> list[ast.Name]:
    return [base for base in bases if isinstance(base, ast.Name)]


def _statement(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _statements(places: Mapping[str, str], used: set[str]) -> str:
    """Return import statements in the order of PEP 8: the standard library, then others, then this package."""
    modules: dict[str, list[str]] = {}
    for name in sorted(used & places.keys()):
        modules.setdefault(places[name], []).append(name)
    groups: list[list[str]] = [[], [], []]
    for module in sorted(
        modules,
        key=lambda module: (-module.count("."), module) if module[0] == "." else (0, module),
    ):
        group = 2 if module.startswith(".") else 1 if module in _PYDANTIC else 0
        groups[group].append(_statement(module, modules[module]))
    return "\n\n".join("\n".join(group) for group in groups if group)
