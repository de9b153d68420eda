"""The import statements of a rendered module: what its code uses, and nothing else."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, cast

from ..api import Api
from ..statements import Part, parts
from ..text import Code, Name
from .filters import WIDTH
from .opened import plain

_REMEMBERED: Final = 4000
"""Parts of modules whose names are kept, for the next run of this process."""

_STANDARD = {
    "collections.abc": ("Mapping", "Sequence"),
    "datetime": ("date", "datetime", "time", "timedelta"),
    "dataclasses": ("dataclass", "field"),
    "functools": ("cached_property",),
    "typing": ("Annotated", "Any", "ClassVar", "Literal", "TYPE_CHECKING", "Unpack", "overload"),
}
_PYDANTIC = {
    "pydantic": ("Field",),
    "pydantic.alias_generators": ("to_camel",),
    "typing_extensions": ("TypeAliasType",),
}
_TYPES = {
    ".._runtime.enums": (
        "Known",
        "KnownInt",
        "KnownMixed",
        "Open",
        "OpenEnum",
        "OpenInt",
        "OpenIntEnum",
        "OpenMixed",
        "OpenMixedEnum",
    ),
    ".._runtime.types": ("Base64", "File"),
}
_MODELS = {
    ".._runtime.model": ("Model",),
    ".._runtime.variants": ("Exact", "Tagged", "tagged"),
}
_RUNTIME = (
    "AsyncDownload",
    "AsyncPaged",
    "AsyncResource",
    "AsyncStream",
    "Base64",
    "BaseClientOptions",
    "BaseConfiguration",
    "Body",
    "CallOptions",
    "CursorPaging",
    "Download",
    "Encoding",
    "File",
    "Header",
    "Incoming",
    "Known",
    "KnownInt",
    "KnownMixed",
    "LinkPaging",
    "MediaType",
    "NumberPaging",
    "Open",
    "OpenInt",
    "OpenMixed",
    "Operation",
    "Paged",
    "Parameter",
    "Resource",
    "Response",
    "SecurityScheme",
    "Server",
    "ServerSentEvent",
    "ServerVariable",
    "Stream",
    "StreamedOperation",
    "Value",
    "WaitOptions",
    "Waiting",
    "WebhookAuthenticationError",
    "WebhookValidationError",
    "WindowPaging",
    "async_with_response",
    "check_basic_credentials",
    "with_response",
)
Extra = Mapping[str, Sequence[str]]
"""More that a module may import: by module the names, or none for the module itself. What is not used is not imported."""

_NOTHING: Extra = {}
_SCHEMES = ("ApiKey", "HttpAuthorization", "HttpBasic", "HttpBearer", "OAuth2ClientCredentials")


IMPORT_FUNCTIONS = ("import_from", "resource_imports", "package_imports", "model_imports")
"""The names of the functions by which a template writes imports."""


class InvalidCode(ValueError):
    """What a template is to write the imports of is not valid Python.

    Args:
        code: what it is.
        error: what is wrong with it.
    """

    def __init__(self, code: str, error: SyntaxError) -> None:
        super().__init__(f"this is not valid Python: {error.msg}")
        self.code = code
        self.line = error.lineno or 1


def import_functions(api: Api) -> Mapping[str, Callable[..., Code]]:
    """Return the functions by which a template writes the imports of the module whose body it has rendered."""
    of_resources = _by_name({**_STANDARD, "..": ("models",), ".._runtime": _RUNTIME})
    of_package = _by_name(
        {**_STANDARD, ".": ("models",), "._runtime": _RUNTIME, "._runtime.auth": _SCHEMES}
    )
    of_models = _by_name({**_STANDARD, **_PYDANTIC, **_TYPES, **_MODELS})

    def resource_imports(body: str, extra: Extra = _NOTHING) -> Code:
        """The imports that a module below `api/` needs: of the standard library, of `models`, of the runtime, and of `extra`."""
        return Code(_statements(of_resources, _used(body), extra))

    def package_imports(body: str, extra: Extra = _NOTHING) -> Code:
        """The imports that a module of the package itself needs."""
        return Code(_statements(of_package, _used(body), extra))

    def model_imports(body: str, extra: Extra = _NOTHING) -> Code:
        """The imports that a module of a model needs; other models are imported for type checkers alone."""
        modules = api.modules_of_models
        tree = _parsed(body)
        now = _needed_at_import(tree)
        used = (_names(tree) | _names_of_later(tree)) - _defined(tree)
        models = {name: f".{modules[Name(name)]}" for name in used if name in modules}
        lazy = {name: module for name, module in models.items() if name not in now}
        used = used - lazy.keys() | ({"TYPE_CHECKING"} if lazy else set[str]())
        text = _statements({**of_models, **models}, used, extra)
        if "datetime." in body and any(isinstance(node, ast.Attribute) for node in ast.walk(tree)):
            text = "import datetime\n" + text.replace("from datetime import datetime\n", "")
        if lazy:
            text += "\n\nif TYPE_CHECKING:\n" + "\n".join(
                _statement(module, [name], 4) for name, module in sorted(lazy.items())
            )
        return Code(text)

    def import_from(module: str, names: Iterable[str], indent: int = 0) -> Code:
        """One import statement, with the names in order, on one line or several."""
        return Code(_statement(module, sorted(names, key=_rank), indent))

    functions = (import_from, resource_imports, package_imports, model_imports)
    return dict(zip(IMPORT_FUNCTIONS, functions, strict=True))


def _parsed(code: str) -> ast.Module:
    """Return the syntax tree of a module, of which `statements` may know the parts; methods are in classes of their own there."""
    try:
        trees = [part.parsed() for part in parts(plain(code))]
        return ast.Module([statement for tree in trees for statement in tree.body], [])
    except (SyntaxError, ValueError):  # of a part; the whole tells where
        return _parsed_whole(code)


def _parsed_whole(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except SyntaxError as error:
        raise InvalidCode(code, error) from error


def _by_name(modules: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {name: module for module, names in modules.items() for name in names}


def _used(code: str) -> set[str]:
    """Return the names that a module uses, and that are not its functions' own."""
    try:
        return set[str]().union(*map(_used_by, parts(plain(code))))
    except (SyntaxError, ValueError):  # of a part; the whole tells where
        return _free_names(_parsed_whole(code))


@lru_cache(_REMEMBERED)
def _used_by(part: Part) -> frozenset[str]:
    return frozenset(_free_names(part.parsed()))


def _free_names(tree: ast.AST) -> set[str]:
    """Return the names that code uses and that are no arguments of the function they are used in."""
    found: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [item.arg for item in (*node.args.args, *node.args.kwonlyargs)]
            for part in node.body:
                found |= _names(part).difference(given)
            waiting += [node.args, *node.decorator_list, *([node.returns] if node.returns else [])]
        elif isinstance(node, ast.Name):
            found.add(node.id)
        else:
            waiting += _parts(node)
    return found


def _names(tree: ast.AST) -> set[str]:
    """Return the names that are used; those of fields are not."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                found.add(node.id)
        else:
            waiting += _parts(node)
    return found


def _parts(node: ast.AST) -> list[ast.AST]:
    """Return what a node is made of, as `ast.iter_child_nodes` does in three times the time."""
    parts: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            parts += [part for part in cast(list[object], value) if isinstance(part, ast.AST)]
        elif isinstance(value, ast.AST):
            parts.append(value)
    return parts


def _defined(tree: ast.Module) -> set[str]:
    """Return what a module of models defines: a class, or a type with a name."""
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return classes | {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _needed_at_import(tree: ast.Module) -> set[str]:
    """Return the names that must be there when the module is imported: base classes, and what a type is put together of."""
    bases = [base for node in tree.body if isinstance(node, ast.ClassDef) for base in node.bases]
    values = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    return {name for node in [*bases, *values] for name in _names(node)}


def _names_of_later(tree: ast.Module) -> set[str]:
    """Return the names in a type that refers to itself, which is written as a string."""
    return {
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for argument in node.value.args[1:]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        for name in _names(ast.parse(argument.value, mode="eval"))
    }


def _statement(module: str, names: list[str], indent: int = 0) -> str:
    margin = " " * indent
    line = f"{margin}from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    lines = [f"from {module} import (", *(f"    {name}," for name in names), ")"]
    return "\n".join(margin + line for line in lines)


def _statements(places: Mapping[str, str], used: set[str], extra: Extra) -> str:
    """Return import statements in the order of PEP 8: the standard library, then others, then this package."""
    modules: dict[str, list[str]] = {}
    if extra:
        places = {**places, **_by_name(extra)}
        alone = [module for module, names in extra.items() if not names]
        modules = {module: [] for module in alone if module.split(".")[0] in used}
    for name in sorted(used & places.keys(), key=_rank):
        modules.setdefault(places[name], []).append(name)
    groups: list[list[str]] = [[], [], []]
    for module in sorted(
        modules,
        key=lambda module: (bool(modules[module]), len(module.lstrip(".")) - len(module), module),
    ):
        names = modules[module]
        statement = _statement(module, names) if names else f"import {module}"
        groups[_group(module)].append(statement)
    return "\n\n".join("\n".join(group) for group in groups if group)


def _group(module: str) -> int:
    if module.startswith("."):
        return 2
    return 0 if module.split(".")[0] in sys.stdlib_module_names else 1


def _rank(name: str) -> tuple[int, str, str]:
    """Order names as isort does: constants, then classes, then the rest."""
    kind = 0 if name.isupper() else 1 if name[:1].isupper() else 2
    return kind, name.lower(), name
