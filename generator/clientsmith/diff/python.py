"""The Python interfaces of two packages compared.

griffe judges them. What it leaves out is judged here: the types in annotations, and what is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from .annotations import relation
from .changes import Change, Shared, judged, merged
from .package import Package
from .rules import Direction
from .surface import alias_of, alike, is_of_runtime, load, members, name_of

if TYPE_CHECKING:
    from griffe import Breakage, Function, Module

    from .surface import Member

_BOTH: Final[frozenset[Direction]] = frozenset(("sent", "received"))
_SENT: Final[frozenset[Direction]] = frozenset(("sent",))
_RECEIVED: Final[frozenset[Direction]] = frozenset(("received",))
_RULES: Final = {
    "OBJECT_REMOVED": ("python-removed", "is gone"),
    "PARAMETER_ADDED_REQUIRED": ("python-parameter-added-required", "is new and required"),
    "PARAMETER_REMOVED": ("python-parameter-removed", "is gone"),
    "PARAMETER_CHANGED_REQUIRED": ("python-parameter-required", "is required"),
    "PARAMETER_MOVED": ("python-parameter-moved", "has another place"),
    "PARAMETER_CHANGED_KIND": ("python-parameter-changed", "is given in another way"),
    "PARAMETER_CHANGED_DEFAULT": ("python-parameter-changed", "has another default"),
}
"""What griffe finds, by the name of its kind: the rule and the message."""


def prepare() -> None:
    """Import what comparing needs, which takes longer than to compare."""
    import_module("griffe")


def compare_packages(old: Package, new: Package) -> tuple[Change, ...]:
    """Compare what two packages offer to the code that uses them.

    Args:
        old: the package that callers know.
        new: the one that takes its place.

    Returns:
        The changes, the breaking ones first.
    """
    same = alike(old, new)
    if same >= old.modules.keys() | new.modules.keys():
        return ()
    with TemporaryDirectory(prefix="clientsmith-") as folder:
        before, after = load(old, Path(folder, "old"), same), load(new, Path(folder, "new"), same)
        return merged(_Comparison(old, new, before, after).changes())


@dataclass(frozen=True)
class _Comparison:
    """Two packages and what griffe read of them."""

    old: Package
    new: Package
    before: Module
    after: Module

    def changes(self) -> Iterator[Change]:
        if self.before.name != self.after.name:
            message = f"is imported as {self.after.name}"
            yield self._tell("python-renamed", self.before.name, message)
        renamed = self._renamed()
        yield from self._judged_by_griffe(renamed)
        before, after = (dict(members(each, self._twins)) for each in (self.before, self.after))
        yield from self._added(after, {*before}, {*renamed.values()})
        classes = {name.rpartition(".")[2]: now.rpartition(".")[2] for name, now in renamed.items()}
        for name, found in before.items():
            if name in after:
                yield from self._types(name, found, after[name], classes)

    @property
    def _twins(self) -> frozenset[str]:
        return self.old.twins | self.new.twins

    def _tell(
        self,
        rule: str,
        name: str,
        message: str,
        direction: Direction = "sent",
        now: str | None = None,
    ) -> Change:
        holder, bracket, argument = name.partition("(")
        old, new = self.old.place(name), self.new.place(now or name)
        shown = f"{name})" if bracket else name
        change = judged(rule, direction, shown, message, old, new, level="python")
        if not bracket:
            return change
        changed = (new,) if "-added" in rule else (old,) if "-removed" in rule else (old, new)
        shared = Shared(f"the argument {argument}", changed)
        return replace(change, operations=(holder,), shared=shared)

    def _renamed(self) -> dict[str, str]:
        """Return the methods and models that have another name now."""
        known = self.old.methods
        now = {call: name for name, call in self.new.methods.items() if name not in known}
        renamed = {
            name: now[call]
            for name, call in known.items()
            if name not in self.new.methods and call in now
        }
        gone = {name: mark for name, mark in self.old.models.items() if name not in self.new.models}
        added = {
            name: mark for name, mark in self.new.models.items() if name not in self.old.models
        }
        for name, mark in gone.items():
            alike = [other for other, known in added.items() if known == mark]
            if mark and len(alike) == 1 and [*gone.values()].count(mark) == 1:
                renamed[f"models.{name}"] = f"models.{alike[0]}"
        return renamed

    def _judged_by_griffe(self, renamed: Mapping[str, str]) -> Iterator[Change]:
        from griffe import Module, find_breaking_changes

        for breakage in find_breaking_changes(self.before, self.after):
            if isinstance(breakage.obj, Module):
                yield from self._gone(breakage.obj, renamed)
                continue
            name = name_of(breakage.obj.path, self._twins)
            if name is None or is_of_runtime(breakage.obj):
                continue
            if (
                breakage.kind.name == "CLASS_REMOVED_BASE"
            ):  # seen again with every other change of bases
                continue
            rule, message = _RULES.get(
                breakage.kind.name, ("python-changed", breakage.kind.value.lower())
            )
            if rule == "python-removed":
                yield self._removed(name, renamed)
            else:
                parameter = _parameter(breakage) if rule.startswith("python-parameter") else ""
                yield self._tell(rule, f"{name}{parameter}", message)

    def _gone(self, module: Module, renamed: Mapping[str, str]) -> Iterator[Change]:
        """Yield what went with a module: its classes, functions and attributes, and not what is in them."""
        found = {name for name, _ in members(module, self._twins)}
        for name in sorted(found):
            if name.rpartition(".")[0] not in found:
                yield self._removed(name, renamed)

    def _removed(self, name: str, renamed: Mapping[str, str]) -> Change:
        if name not in renamed:
            return self._tell("python-removed", name, "is gone")
        message = f"is called {renamed[name]}"
        return self._tell("python-renamed", name, message, now=renamed[name])

    def _added(
        self, after: Mapping[str, Member], known: set[str], renamed: set[str]
    ) -> Iterator[Change]:
        for name, found in after.items():
            holder = name.rpartition(".")[0]
            if name in known | renamed or (holder in after and holder not in known):
                continue
            if self._has_to_be_given(name, found):
                message = "is new and has to be given"
                yield self._tell("python-attribute-required", name, message)
            else:
                yield self._tell("python-added", name, "is new")

    def _types(
        self, name: str, old: Member, new: Member, classes: Mapping[str, str]
    ) -> Iterator[Change]:
        from griffe import Attribute, Class, Function

        if isinstance(old, Class) and isinstance(new, Class):
            bases = {classes.get(str(base), str(base)) for base in old.bases}
            if not bases <= {str(base) for base in new.bases}:
                yield self._tell("python-changed", name, "is another kind of class")
        if isinstance(old, Function) and isinstance(new, Function):
            yield from self._signature(name, old, new, classes)
        if old.is_attribute and new.is_attribute and name.count(".") == 1:
            stood, stands = alias_of(old), alias_of(new)
            if stood is not None and stands is not None:
                yield from self._type(name, stood, stands, self._directions(name), classes)
        if (
            isinstance(old, Attribute)
            and isinstance(new, Attribute)
            and old.annotation
            and new.annotation
        ):
            types = str(old.annotation), str(new.annotation)
            if not self._has_to_be_given(name, old) and self._has_to_be_given(name, new):
                yield self._tell("python-attribute-required", name, "has to be given")
                types = types[0], f"{types[1]} | None"
            yield from self._type(name, *types, self._directions(name), classes)

    def _has_to_be_given(self, name: str, found: Member) -> bool:
        """Return whether an attribute of a model has to be given when one is made to be sent."""
        annotated, value = (getattr(found, key, None) for key in ("annotation", "value"))
        is_field = name.startswith("models.") and found.is_attribute and annotated is not None
        return is_field and value is None and "sent" in self._directions(name)

    def _signature(
        self, name: str, old: Function, new: Function, classes: Mapping[str, str]
    ) -> Iterator[Change]:
        before = {parameter.name: parameter for parameter in old.parameters}
        for parameter in new.parameters:
            known = before.get(parameter.name)
            if known is None and not parameter.required:
                yield self._tell("python-parameter-added", f"{name}({parameter.name}", "is new")
            elif known is not None and parameter.annotation is not None:
                types = str(known.annotation), str(parameter.annotation)
                if parameter.required and not known.required:  # told by griffe
                    types = types[0], f"{types[1]} | None"
                yield from self._type(f"{name}({parameter.name}", *types, _SENT, classes)
        yield from self._type(name, str(old.returns), str(new.returns), _RECEIVED, classes)

    def _type(
        self,
        name: str,
        old: str,
        new: str,
        directions: frozenset[Direction],
        classes: Mapping[str, str],
    ) -> Iterator[Change]:
        with suppress(SyntaxError):
            found = relation(old, new, classes)
            for direction in sorted(directions) if found != "same" else ():
                message = f"is {new}, and was {old}"
                yield self._tell(f"python-type-{found}", name, message, direction)

    def _directions(self, name: str) -> frozenset[Direction]:
        """Return who sends the values of an attribute."""
        holder, _, model = name.partition(".")
        if holder != "models":
            return _SENT
        model = model.partition(".")[0]
        none = frozenset[Direction]()
        return self.old.directions.get(model, none) | self.new.directions.get(model, none) or _BOTH


def _parameter(breakage: Breakage) -> str:
    parameter = breakage.old_value or breakage.new_value
    return f"({parameter.name}"
