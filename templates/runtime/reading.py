"""What is known while an answer is read: the context that pydantic hands to each part of a validation."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Unknown(NamedTuple):
    """A value that an enumeration does not have.

    Attributes:
        enums: The enumerations that could have had it.
        field: The attribute that it is of.
        value: The value.
    """

    enums: tuple[type[Enum], ...]
    field: str
    value: object


class Reading:
    """The reading of an answer. Models that are made by it are sent back as they came, and no more is set in them.

    It equals nothing but itself, so that models are compared by what is in them.

    Attributes:
        kept: The values that do not fit their description and were kept as they came.
        unknown: Values that enumerations do not have, those of choices that were tried and not taken among them.
    """

    __slots__ = ("kept", "unknown")

    def __init__(self) -> None:
        self.kept: list[object] = []
        self.unknown: list[Unknown] = []
