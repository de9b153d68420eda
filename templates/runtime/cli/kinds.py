"""How texts of the command line become arguments of methods: by the annotations of these."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NoReturn, Union, get_args, get_origin
from uuid import UUID

import click
from pydantic import BaseModel
from typing_extensions import TypeAliasType, override

from .output import visible

Decode = Callable[[str], object]

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value is given.

    Attributes:
        type: How one text is read.
        many: Whether the option can be repeated.
        flag: Whether it is a switch, on or off.
    """

    type: click.ParamType[Any]
    many: bool = False
    flag: bool = False


class Decoded(click.ParamType[Any]):
    """A text that is read by a function.

    Args:
        name: What stands for it in the help, as it is.
        decode: Reads it; its ValueError says what is wrong, without the text itself.
    """

    def __init__(self, name: str, decode: Decode) -> None:
        self.name = name
        self._decode = decode

    @override
    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return self.name

    @override
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        if not isinstance(value, str):
            return value
        try:
            return self._decode(value)
        except (ValueError, OSError) as error:
            self._refuse(str(error), param, ctx)

    def _refuse(
        self, message: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> NoReturn:
        self.fail(message, param, ctx)


def kind_of(annotation: Any) -> Kind:
    """Return how a value of an annotated argument or field is given."""
    members = [member for member in _members(annotation) if member is not NoneType]
    items = next((_item(member) for member in members if _is_list(member)), None)
    if items is not None:
        item = kind_of(items[0])
        return Kind(JSON if item.many or item.type is JSON else item.type, many=True)
    if members == [bool]:
        return Kind(click.BOOL, flag=True)
    return Kind(_type(members))


def _type(members: list[Any]) -> click.ParamType[Any]:
    values = [
        value for member in members for value in get_args(member) if get_origin(member) is Literal
    ]
    choices = [one for one in members if isinstance(one, type) and issubclass(one, Enum)]
    plain = {one for one in members if isinstance(one, type)}
    if plain and plain <= {int, float, bool} and not values:
        return click.INT if plain == {int} else NUMBER
    if choices:
        return _open_choice([member.value for enum in choices for member in enum])
    if values and len(members) == 1:
        return click.Choice([str(value) for value in values])
    if datetime in plain:
        return MOMENT
    if date in plain:
        return DAY
    if str in plain or UUID in plain:
        return click.STRING
    if any(member is bytes for member in members):
        return FILE
    return JSON if members and Any not in members else ANY


def _open_choice(known: list[Any]) -> Decoded:
    """Return how a value of an enumeration is read, which the service may add values to."""
    texts = {value if isinstance(value, str) else json.dumps(value): value for value in known}
    other: Decode = int if all(type(value) is int for value in known) else str

    def decode(text: str) -> object:
        if text in texts:
            return texts[text]
        try:
            return other(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a whole number") from None

    shown = [visible(text) for text in texts][:_SHOWN]
    return Decoded("|".join([*shown, *(["..."] if len(texts) > _SHOWN else [])]), decode)


def read_source(text: str) -> bytes:
    """Return what `@FILE` names, or the standard input for `-`.

    Raises:
        ValueError: The file cannot be read.
    """
    if text == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(text[1:]).read_bytes()
    except OSError as error:
        raise ValueError(f"{text[1:]}: {error.strerror}") from error


def is_source(text: str) -> bool:
    """Return whether a text says where the value is, rather than being it: `@FILE`, or `-`."""
    return text == "-" or (text.startswith("@") and len(text) > 1)


def decode_json(text: str) -> Any:
    """Return the value of JSON, given itself or by `@FILE` or `-`.

    Raises:
        ValueError: It is no JSON. The message does not repeat it: it may hold a secret.
    """
    content = read_source(text) if is_source(text) else text
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"this is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except UnicodeDecodeError:
        raise ValueError("this is not JSON: it is no UTF-8") from None


def _any(text: str) -> object:
    try:
        return decode_json(text)
    except ValueError:
        if is_source(text):
            raise
        return text


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a time, such as 2022-06-17T22:19:40Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; write such as 2022-06-17T22:19:40Z")
    return text


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date, such as 2022-06-17") from None
    return text


def _number(text: str) -> float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None


def _secret(text: str) -> str:
    return read_source(text).decode("utf-8").rstrip("\r\n") if is_source(text) else text


def _file(text: str) -> object:
    if text == "-":
        return sys.stdin.buffer.read()
    path = Path(text.removeprefix("@"))
    if not path.is_file():
        raise ValueError(f"there is no file {text!r}")
    return path


MOMENT = Decoded("TIME", _moment)
DAY = Decoded("DATE", _day)
NUMBER = Decoded("NUMBER", _number)
FILE = Decoded("FILE", _file)
SECRET = Decoded("TEXT|@FILE", _secret)
JSON = Decoded("JSON", decode_json)
ANY = Decoded("JSON|TEXT", _any)


def _members(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, and what stands behind an alias or an annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif isinstance(annotation, TypeAliasType):
        yield from _members(annotation.__value__)
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def _is_list(member: Any) -> bool:
    origin = get_origin(member) or member
    name = getattr(origin, "__name__", "")
    return name in ("list", "Sequence", "tuple", "set", "frozenset")


def _item(member: Any) -> tuple[Any]:
    arguments = get_args(member)
    return (arguments[0] if arguments else Any,)


def is_model(annotation: Any) -> bool:
    """Return whether an annotation is a model."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
