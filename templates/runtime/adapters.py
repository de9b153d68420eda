"""How values of the documented types are read, checked and written; built for each type when it is first needed."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, SchemaSerializer, SchemaValidator

from . import surrogates
from .enums import tell_unknown
from .exactness import exact
from .forking import UNDIVIDED
from .model import unconfused
from .operation import TypeSource, type_of
from .reading import Reading
from .rechecking import recheck
from .tolerance import container_of, tolerant_validator

_LARGE = 1 << 16
"""From how many bytes on the cyclic garbage collector waits for an answer to be read."""


class Adapter:
    """Reads, checks and writes values of one type.

    Args:
        kind: The type: a model, or anything that pydantic takes.
    """

    def __init__(self, kind: Any) -> None:
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        adapter.rebuild()
        self._schema: Any = exact(adapter.core_schema)
        as_it_was = self._schema is adapter.core_schema
        validator = adapter.validator if as_it_was else SchemaValidator(self._schema)
        serializer = adapter.serializer if as_it_was else SchemaSerializer(self._schema)
        self._read: Callable[..., Any] = validator.validate_json
        self._check: Callable[[object], Any] = validator.validate_python
        self._write: Callable[..., bytes] = serializer.to_json
        self._plain: Callable[..., Any] = serializer.to_python

    def read(self, text: bytes) -> Any:
        """Read a value from JSON, keeping what does not fit.

        Raises:
            pydantic.ValidationError: If it is not JSON, or not at all what it should be.
        """
        paused = len(text) >= _LARGE and gc.isenabled()
        if (
            paused
        ):  # it would go through thousands of new objects again and again, none of them garbage
            gc.disable()
        reading = Reading()
        try:
            read = self._read(text, by_alias=True, by_name=False, context=reading)
        except ValidationError:
            reading = Reading()
            read = self._read_tolerantly(text, reading)
        finally:
            if paused:
                gc.enable()
        tell_unknown(reading, read)
        reading.unknown.clear()
        return unconfused(read)

    def _read_tolerantly(self, text: bytes, reading: Reading) -> Any:
        try:
            return self._tolerant.validate_json(text, context=reading)
        except ValidationError as error:
            try:
                value = surrogates.read(text)
            except ValueError:
                raise error from None
            return self._tolerant.validate_python(value, context=reading)

    def read_text(self, text: Any) -> Any:
        """Read a value from the text of a header or of a plain body; what does not fit is the text itself."""
        try:
            return self.read_texts(text)
        except ValidationError:
            return text

    def read_texts(self, value: Any) -> Any:
        """Read a value from texts, such as the fields of a form, keeping what does not fit.

        Raises:
            pydantic.ValidationError: If it is not at all what it should be.
        """
        return unconfused(self._of_text.validate_python(value))

    def read_field(self, text: str, *, explode: bool = False) -> Any:
        """Read a value from a header field, as `read_text`: arrays and objects are in `simple` style (RFC 6570, 3.2.2).

        Args:
            text: The value of the field.
            explode: Whether the properties of an object are `name=value` rather than names and values in turn.
        """
        container = container_of(self._schema)
        if container is None:
            return self.read_text(text)
        pieces = [piece.strip() for piece in text.split(",")]
        if container == "array":
            return self.read_text(pieces)
        pairs = (
            [(name, value) for name, _, value in (piece.partition("=") for piece in pieces)]
            if explode
            else zip(pieces[::2], pieces[1::2], strict=False)
        )
        named = dict(pairs)
        read = self.read_text(named)
        return text if read is named and container == "model" else read

    def check(self, value: object) -> Any:
        """Check a value that the caller gave: mappings become models; models are checked again.

        Raises:
            pydantic.ValidationError: If it is not of the type.
            ValueError: If it contains itself.
        """
        recheck(value)
        return self._check(value)

    def write(self, value: object) -> bytes:
        """Write a value as JSON, without the fields that were not set.

        Raises:
            pydantic_core.PydanticSerializationError: If some value in it has no JSON form.
        """
        try:
            return self._write(value, by_alias=True, exclude_unset=True, warnings=False)
        except PydanticSerializationError as error:
            try:
                return surrogates.to_json(self.plain(value))
            except ValueError:
                raise error from None

    def plain(self, value: object) -> Any:
        """Return a value as JSON values (dict, list, str, ...), without the fields that were not set."""
        return self._plain(value, mode="json", by_alias=True, exclude_unset=True, warnings=False)

    @cached_property
    def _of_text(self) -> SchemaValidator:
        with UNDIVIDED:
            return tolerant_validator(self._schema, told=False)

    @cached_property
    def _tolerant(self) -> SchemaValidator:
        with UNDIVIDED:
            return tolerant_validator(self._schema)


_by_source: dict[TypeSource, Adapter] = {}
_by_kind: dict[Any, Adapter] = {}


def adapter(source: TypeSource) -> Adapter:
    """Return the adapter of the type that a source gives; made once, whichever thread comes first."""
    known = _by_source.get(source)
    if known is not None:
        return known
    with UNDIVIDED:
        kind = type_of(source)
        try:
            made = _by_kind.get(kind) or _by_kind.setdefault(kind, Adapter(kind))
        except TypeError:
            made = Adapter(kind)
        return _by_source.setdefault(source, made)
