"""What a package offers to the code that uses it, read by griffe, which imports nothing of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .package import Package

if TYPE_CHECKING:
    from griffe import Alias, Attribute, Class, Function, Module, Object

    Member = Class | Function | Attribute


_CLASS: Final = re.compile(r"^class (\w+)", re.MULTILINE)
_BASES: Final = re.compile(r"^class \w+\(([^:]*)\):", re.MULTILINE)
_WORD: Final = re.compile(r"\w+")


def load(package: Package, folder: Path, leave_out: frozenset[str] = frozenset()) -> Module:
    """Read the interface of a package.

    Args:
        package: the package.
        folder: where its modules can be put for a while.
        leave_out: paths of modules that need not be read.
    """
    from griffe import GriffeLoader, Module

    for path, text in package.modules.items():
        file = folder / path
        if path in leave_out:
            if file.name != "__init__.py":
                continue
            text = ""  # without it, what is in its folder is no module
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    module = GriffeLoader(search_paths=[folder], allow_inspection=False).load(package.name)
    if not isinstance(module, Module):
        raise TypeError(f"{package.name} is no package")
    _close(module)
    return module


def alike(old: Package, new: Package) -> frozenset[str]:
    """Return the paths of the modules in which nothing differs: their texts are the same, and all that their classes inherit.

    Args:
        old: a package.
        new: another one.
    """
    same = {path: text for path, text in old.modules.items() if new.modules.get(path) == text}
    texts = [
        text for package in (old, new) for path, text in package.modules.items() if path not in same
    ]
    while texts:
        changed = frozenset(name for text in texts for name in _CLASS.findall(text))
        heirs = [
            path
            for path, text in same.items()
            if any(not changed.isdisjoint(_WORD.findall(bases)) for bases in _BASES.findall(text))
        ]
        texts = [same.pop(path) for path in heirs]
    return frozenset(same)


def members(module: Module, twins: frozenset[str]) -> Iterator[tuple[str, Member]]:
    """Yield every public class, function and attribute that is defined in a package, by the name that its users have for it.

    Args:
        module: the package.
        twins: the classes to leave out.
    """
    from griffe import Attribute, Class, Function, Module

    for each in module.members.values():
        if isinstance(each, Module):
            yield from members(each, twins)
        elif isinstance(each, Class | Function | Attribute):
            name = name_of(each.path, twins)
            if name is None or (isinstance(each, Attribute) and alias_of(each) is None):
                continue
            yield name, each
            for inner in each.members.values() if isinstance(each, Class) else ():
                inner_name = name_of(inner.path, twins)
                if (
                    inner_name is not None
                    and isinstance(inner, Function | Attribute)
                    and not is_of_runtime(inner)
                ):
                    yield inner_name, inner


def alias_of(found: Member) -> str | None:
    """Return what a `TypeAliasType` stands for; None for what is none (PEP 695)."""
    value = ast.parse(str(getattr(found, "value", None)), mode="eval").body
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "TypeAliasType":
        return ast.unparse(value.args[1])
    return None


def is_of_runtime(found: Object | Alias) -> bool:
    """Tell whether an attribute is a `ClassVar` (PEP 526): data for the runtime, which has a value for it in any case."""
    from griffe import Attribute

    return (
        isinstance(found, Attribute)
        and found.annotation is not None
        and "class-attribute" in found.labels
        and "instance-attribute" not in found.labels
    )


def name_of(path: str, twins: frozenset[str]) -> str | None:
    """Return what users call an object, such as `RecordingsApi.get` or `models.Recording`.

    Args:
        path: the object's dotted path.
        twins: the classes to leave out.

    Returns:
        The name; None for one of a class that is left out, and for one that is none of the users' business.
    """
    parts = path.split(".")[1:]
    if parts[:1] == ["api"]:
        parts = parts[2:]
    elif parts[:1] == ["models"] and len(parts) > 2:
        parts = ["models", *parts[2:]]
    elif parts[:1] in (["client"], ["configuration"]):
        parts = parts[1:]
    if not parts or not twins.isdisjoint(parts) or any(part.startswith("_") for part in parts):
        return None
    return ".".join(parts)


def _close(module: Module) -> None:
    """Leave out every `**options: Unpack[...]`: it takes what its TypedDict names and nothing else (PEP 692)."""
    for function in _functions(module):
        for parameter in [*function.parameters]:
            if str(parameter.annotation).startswith("Unpack["):
                del function.parameters[parameter.name]


def _functions(holder: Module | Class) -> Iterator[Function]:
    from griffe import Class, Function, Module

    for each in holder.members.values():
        if isinstance(each, Function):
            yield each
        elif isinstance(each, Module | Class):
            yield from _functions(each)
