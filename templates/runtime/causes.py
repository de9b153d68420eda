"""The chain of causes of an exception, in a form that pickles and holds no request with its credentials."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

_LONGEST_CHAIN = 20

Effect = TypeVar("Effect", bound=BaseException)


def linked(error: Effect) -> Effect:
    """Return an exception after making what each in its chain came of its cause, which httpcore2's pools leave out."""
    effect: BaseException = error
    for _ in range(_LONGEST_CHAIN):
        if effect.__cause__ is None:
            effect.__cause__ = effect.__context__
        if effect.__cause__ is None:
            break
        effect = effect.__cause__
    return error


def portable_causes(
    error: BaseException, portable: type[BaseException]
) -> tuple[BaseException, ...]:
    """Return the causes of an exception, the nearest first, each made anew from its arguments alone.

    A cause of the class `portable` is left as it is: it takes its own causes along.
    """
    causes: list[BaseException] = []
    while (cause := error.__cause__) is not None and len(causes) < _LONGEST_CHAIN:
        if isinstance(cause, portable):
            return (*causes, cause)
        causes.append(_bare(cause))
        error = cause
    return tuple(causes)


def chained(error: Effect, causes: Iterable[BaseException]) -> Effect:
    """Return an exception after making it the effect of the causes, the nearest first."""
    effect: BaseException = error
    for cause in causes:
        effect.__cause__ = cause
        effect = cause
    return error


def _bare(cause: BaseException) -> BaseException:
    try:
        return type(cause)(*cause.args)
    except (
        Exception
    ):  # whatever a class of others' raises for arguments that are not those it was made with
        return Exception(f"{type(cause).__qualname__}: {cause}")
