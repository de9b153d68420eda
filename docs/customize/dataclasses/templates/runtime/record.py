"""The base of models that are dataclasses."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from .model import load_names


class Record:
    """The base of the dataclasses of an API: a field has its Python name or that on the wire, both are taken."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        hide_input_in_errors=True,
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Record], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Give pydantic the schema, when the names that the fields refer to are there."""
        load_names(cls)
        return handler(source)


def absent(value: object) -> bool:
    """Tell whether a field is left out of what is sent: a dataclass does not know what was set."""
    return value is None
