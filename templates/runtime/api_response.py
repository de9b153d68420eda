"""What a call through `with_response` returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from .errors import ResponseValidationError
from .headers import Headers

T_co = TypeVar("T_co", covariant=True)


class ApiResponse(Generic[T_co]):
    """A successful response with what came along with its value.

    Attributes:
        status: The HTTP status.
        headers: The header fields, looked up without regard to case.
        attempts: How many attempts the call took.
        typed_headers: The header fields that the API documents for this status and that came, by their documented
            names, as their types; what does not fit is the text itself.
        elapsed: Seconds that the call took, waiting included.
        problem: Why the body cannot be read, which `data` raises; None if it can.
    """

    __slots__ = ("_data", "attempts", "elapsed", "headers", "problem", "status", "typed_headers")

    def __init__(
        self,
        data: T_co,
        *,
        status: int,
        headers: Headers,
        attempts: int,
        elapsed: float,
        problem: ResponseValidationError | None = None,
        typed_headers: Mapping[str, Any] | None = None,
    ) -> None:
        self._data = data
        self.problem = problem
        self.status = status
        self.headers = headers
        self.attempts = attempts
        self.elapsed = elapsed
        self.typed_headers: Mapping[str, Any] = typed_headers or {}

    @property
    def data(self) -> T_co:
        """The value: what the method itself returns.

        Raises:
            ResponseValidationError: The body cannot be read as the document says. Status and headers can.
        """
        if self.problem is not None:
            raise self.problem
        return self._data

    def __repr__(self) -> str:
        shown = self.problem if self.problem is not None else self._data
        return f"ApiResponse(status={self.status}, data={shown!r}, attempts={self.attempts})"
