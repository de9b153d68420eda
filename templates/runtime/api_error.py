"""The base of every error of a call: what each knows, how it says it, and how it is copied and pickled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from .causes import chained, portable_causes
from .secrecy import without_secrets
from .wording import one_line

if TYPE_CHECKING:
    from .request import Request


class ApiError(Exception):
    """The base of every error that a call raises.

    It pickles and copies with all its attributes. Of a cause that is not an ApiError, a pickle
    keeps the class and the arguments, so that no request with its credentials travels along.

    Attributes:
        message: What went wrong, without the call's circumstances; `str(error)` gives both in one
            line.
        operation: The operationId, or None if no operation was involved.
        method: The HTTP method, or None if no request was built.
        url: The URL without user information and with the values of secret query parameters left
            out, or None.
        attempts: How many requests were sent, or None if not known.
        elapsed: Seconds from the start of the call to the error, waiting included, or None if not
            known.
    """

    def __init__(
        self,
        message: str = "",
        *,
        operation: str | None = None,
        method: str | None = None,
        url: str | None = None,
        attempts: int | None = None,
        elapsed: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.method = method
        self.url = None if url is None else without_secrets(url)
        self.attempts = attempts
        self.elapsed = elapsed

    def attach(
        self, request: Request, *, attempts: int | None = None, elapsed: float | None = None
    ) -> Self:
        """Add what is known about the call and not yet set.

        Args:
            request: The request of the call.
            attempts: How many requests were sent.
            elapsed: Seconds since the call began.

        Returns:
            The error itself.
        """
        if self.operation is None:
            self.operation = request.operation.id
        if self.method is None:
            self.method = request.method
        if self.url is None:
            self.url = request.shown_url
        if self.attempts is None:
            self.attempts = attempts
        if self.elapsed is None:
            self.elapsed = elapsed
        return self

    def __str__(self) -> str:
        called = " ".join(part for part in (self.method, self.url) if part)
        known = ", ".join(self._circumstances())
        line = ": ".join(part for part in (called, one_line(self._summary())) if part)
        return f"{line} ({known})" if known else line

    def __reduce__(self) -> tuple[Callable[..., ApiError], tuple[Any, ...], dict[str, Any]]:
        return (
            _restored,
            (type(self), self.args, portable_causes(self, ApiError)),
            dict(self.__dict__),
        )

    def _summary(self) -> str:
        return self.message

    def _circumstances(self) -> list[str]:
        circumstances: list[str] = []
        if self.operation:
            circumstances.append(self.operation)
        if self.attempts is not None and self.attempts > 1:
            circumstances.append(f"{self.attempts} attempts")
        if self.elapsed is not None:
            circumstances.append(f"{self.elapsed:.3g} s")
        return circumstances


def _restored(
    cls: type[ApiError], arguments: tuple[Any, ...], causes: tuple[BaseException, ...]
) -> ApiError:
    return chained(cls.__new__(cls, *arguments), causes)
