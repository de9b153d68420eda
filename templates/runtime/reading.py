"""What is known while an answer is read: the context that pydantic hands to each part of a validation."""

from __future__ import annotations


class Reading:
    """The reading of an answer. Models that are made by it are sent back as they came, and no more is set in them.

    It equals nothing but itself, so that models are compared by what is in them.

    Attributes:
        kept: The values that do not fit their description and were kept as they came.
    """

    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept: list[object] = []
