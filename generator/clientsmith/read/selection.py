"""What a JSONPath selects (RFC 9535)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import islice
from typing import Any, Final, cast

from jsonpath import JSONPathEnvironment, JSONPathError
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonschema_rs import RegexOptions, ValidationError, Validator, validator_for

from .source import MAX_DEPTH, MAX_NODES, Pointer, Value

MAX_QUERY: Final = 1000
"""Characters of a JSONPath."""


def selected(query: str, value: Value) -> list[Pointer]:
    """Return the ways to the values that a JSONPath selects, each once.

    Args:
        query: The JSONPath.
        value: What it is applied to.

    Raises:
        ValueError: It is none, or selects too much.
    """
    if len(query) > MAX_QUERY:
        raise ValueError(f"has more than {MAX_QUERY:,} characters")
    try:
        matches = _Environment(strict=True).compile(query).finditer(cast(Mapping[str, Any], value))
        pointers = [tuple(match.parts) for match in islice(matches, MAX_NODES + 1)]
    except (JSONPathError, RecursionError, ValueError, OverflowError) as error:
        reason = str(next(iter(error.args), error)).partition("\n")[0]
        raise ValueError(f"is not a JSONPath: {reason}") from None
    if len(pointers) > MAX_NODES:
        raise ValueError(f"selects more than {MAX_NODES:,} values")
    return list(dict.fromkeys(pointers))


class _Environment(JSONPathEnvironment):
    """JSONPath whose patterns take time linear in the text."""

    max_recursion_depth = MAX_DEPTH + 1

    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions |= {"match": _Pattern("^(?:{})$"), "search": _Pattern("{}")}


class _Pattern(FilterFunction):
    """A function that holds a text against a pattern (RFC 9535, 2.4.6 and 2.4.7).

    Args:
        form: What is made of the pattern.
    """

    def __init__(self, form: str) -> None:
        self._form = form

    @property
    def arg_types(self) -> list[ExpressionType]:
        """What it is given: a text and a pattern."""
        return [ExpressionType.VALUE, ExpressionType.VALUE]

    @property
    def return_type(self) -> ExpressionType:
        """What it returns."""
        return ExpressionType.LOGICAL

    def __call__(self, value: object, pattern: object) -> bool:
        """Return whether the text has the pattern; what is no text has none, and nothing has what is no pattern."""
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        validator = _validator(self._form.format(pattern))
        return validator is not None and validator.is_valid(value)


@cache
def _validator(pattern: str) -> Validator | None:
    try:
        return validator_for({"pattern": pattern}, pattern_options=RegexOptions())
    except ValidationError:
        return None
