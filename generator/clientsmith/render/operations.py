"""What Jinja itself does with text, so that what became a part of another text is not taken out of it again.

Its filters, its operators and the methods of `str` give plain text where all that they are given is plain, and opened text where
something of it is; those that would change what they are given refuse it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from jinja2 import nodes, pass_environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Environment
from jinja2.filters import FILTERS, do_indent, make_attrgetter

from .opened import Opened, holds, joined, part, plain, refuse

OPERATORS = frozenset("+*%")
"""The operators that make a text of others; `~` is another matter, see `Generator`."""

_CHANGING = (
    *("capitalize", "center", "e", "escape", "forceescape", "lower", "pprint", "safe", "striptags"),
    *("title", "tojson", "truncate", "upper", "urlencode", "urlize", "wordwrap", "xmlattr"),
)
_PLACES = re.compile(r"(?:[^%]|%%|%(?:\(\w+\))?-?[0-9]*[ds])*")
"""A template for `%` that takes nothing away from what it is given."""


class Generator(CodeGenerator):
    """Compiles templates: `~` joins as the environment does, and nothing is escaped for HTML behind a template's back."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """Write `~`."""
        self.write("environment.parts((")
        for each in node.nodes:
            self.visit(each, frame)
            self.write(", ")
        self.write("))")

    def visit_ScopedEvalContextModifier(
        self, node: nodes.ScopedEvalContextModifier, frame: Frame
    ) -> None:
        """Refuse `autoescape`."""
        del frame
        self.fail("there is no autoescape: each text passes a filter for its place", node.lineno)


def parts(values: Iterable[object]) -> str:
    """Return values as one text."""
    return joined(list(map(part, values)))


def called(function: object, result: object, given: Iterable[object]) -> object:
    """Return what a call gave; of a method of `str` that was given opened text, that which cannot be taken apart.

    Raises:
        UnfilteredText: the method gave something else than text or a number.
    """
    if result is None or isinstance(result, bool | int):
        return result
    owner = getattr(getattr(function, "__wrapped__", function), "__self__", None)
    if not isinstance(owner, str) or not any(map(holds, given)):
        return result
    return Opened(result) if isinstance(result, str) else refuse()


def operated(operator: str, left: Any, right: Any, operate: Callable[[Any, Any], object]) -> object:
    """Return what an operator gives.

    Raises:
        UnfilteredText: it would cut opened text.
    """
    if operator == "%" and isinstance(left, str):
        return _formatted(left, right)
    result = operate(left, right)
    is_whole = not isinstance(result, str) or not (holds(left) or holds(right))
    return result if is_whole else Opened(result)


def _formatted(text: str, values: object) -> str:
    if not holds(values):
        return text % values
    if isinstance(text, Opened) or not _PLACES.fullmatch(text):
        refuse()
    return Opened(text % values)


def _format(value: str, *arguments: object, **named: object) -> str:
    """Put values into a text by `%`."""
    if arguments and named:
        raise TypeError("format takes values in their order or by their names, not both")
    return _formatted(part(value), named or arguments)


def _indent(s: str, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    """Indent all lines but the first."""
    return _as_given(s, do_indent(plain(part(s)), width, first, blank))


@pass_environment
def _join(
    environment: Environment,
    value: Iterable[object],
    d: object = "",
    attribute: str | int | None = None,
) -> str:
    """Join values, or an attribute of each, with a text between them."""
    if attribute is not None:
        value = map(make_attrgetter(environment, attribute), value)
    texts: list[str] = []
    for each in value:
        texts += (part(d), part(each)) if texts else (part(each),)
    return joined(texts)


def _replace(s: str, old: str, new: str, count: int | None = None) -> str:
    """Replace a text in another."""
    times = -1 if count is None else count
    changed = part(s).replace(plain(part(old)), plain(part(new)), times)
    return Opened(changed) if holds(new) else changed


def _string(value: object) -> str:
    """Return a value as it is printed."""
    return part(value)


def _trim(value: str, chars: str | None = None) -> str:
    """Take white space from both ends, or other characters."""
    whole = part(value)
    return whole.strip(chars) if chars else _as_given(whole, plain(whole).strip())


def _as_given(text: object, changed: str) -> str:
    return Opened(changed) if holds(text) else changed


def _refusing(given: Callable[..., object]) -> Callable[..., object]:
    """Return a filter that changes text, and refuses opened text and what holds it."""
    is_passed = hasattr(given, "jinja_pass_arg")

    @wraps(given)
    def refusing(*arguments: object, **named: object) -> object:
        if any(map(holds, (*arguments[is_passed:], *named.values()))):
            refuse()
        return given(*arguments, **named)

    return refusing


FILTERS_OF_JINJA: Mapping[str, Callable[..., object]] = {
    **{name: _refusing(FILTERS[name]) for name in _CHANGING},
    "format": _format,
    "indent": _indent,
    "join": _join,
    "replace": _replace,
    "string": _string,
    "trim": _trim,
}
