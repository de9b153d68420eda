"""The arguments of a subcommand, made from the signature and the descriptor of its method."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeGuard, cast, get_type_hints

import click

from ..kinds import is_mapping
from ..media_types import kind_of as kind_of_media
from ..operation import Body, Operation, type_of
from .documentation import documentation, documentation_of_fields
from .kinds import FILE, SECRET, Kind, decode_json, is_model, is_source, kind_of, read_source

_BODY = "body"
_CONTENT_TYPE = "content_type"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method.

    Attributes:
        name: Its name.
        kind: How it is given.
        required: Whether the method needs it.
        help: What it means.
        secret: Whether its value is never printed. It can be read from a file, so that no list of processes shows it.
    """

    name: str
    kind: Kind
    required: bool
    help: str
    secret: bool = False

    @property
    def flag(self) -> str:
        """The option that gives it."""
        return "--" + self.name.strip("_").replace("_", "-")

    @property
    def can_be_positional(self) -> bool:
        """Whether it may be given by its place."""
        return self.required and not self.kind.many

    def option(self, flag: str, key: str) -> click.Option:
        """Return it as an option.

        Args:
            flag: What the option is called.
            key: What its value is found by.
        """
        names = [flag if not self.kind.flag else f"{flag}/--no-{flag[2:]}", key]
        return click.Option(
            names,
            type=SECRET if self.secret and self.kind.type is click.STRING else self.kind.type,
            multiple=self.kind.many,
            default=None,
            help=self.help,
            show_default=False,
        )


def descriptor(method: Callable[..., object]) -> Operation[Any] | None:
    """Return the description of the operation that a method calls; None for a method that calls another one's."""
    for value in vars(sys.modules[method.__module__]).values():
        if _is_operation(value) and value.name == method.__name__:
            return value
    return None


def _is_operation(value: object) -> TypeGuard[Operation[Any]]:
    return isinstance(value, Operation)


def calls_repeatedly(method: Callable[..., object]) -> bool:
    """Return whether a method waits: it takes how often it asks."""
    hints = inspect.signature(method).parameters.values()
    return any("WaitOptions" in str(one.annotation) for one in hints)


def arguments_of(method: Callable[..., object]) -> tuple[Argument, ...]:
    """Return the arguments of a method, without its body and the options of every call."""
    told = documentation(method).entries
    hints = get_type_hints(method)
    described = descriptor(method)
    parameters = described.parameters if described is not None else ()
    secrets = {one.argument for one in parameters if one.secret}
    has_body = described is not None and described.body is not None
    return tuple(
        Argument(
            name,
            kind_of(hints[name]),
            parameter.default is parameter.empty,
            told.get(name, ""),
            name in secrets,
        )
        for name, parameter in inspect.signature(method).parameters.items()
        if name != "self"
        and parameter.kind is not parameter.VAR_KEYWORD
        and not (has_body and name in (_BODY, _CONTENT_TYPE))
    )


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a subcommand.

    Attributes:
        of_method: Those of the method.
        of_body: The properties of its body that are options, by the name on the wire.
        body: The body itself: None where the method takes none.
        chooses_type: Whether the media type of the body can be chosen.
    """

    of_method: tuple[Argument, ...]
    of_body: Mapping[str, Argument]
    body: GivenBody | None
    chooses_type: bool

    @classmethod
    def of(cls, method: Callable[..., object]) -> Arguments:
        """Return those of a method."""
        described = descriptor(method)
        own = arguments_of(method)
        if described is None or described.body is None:
            return cls(own, {}, None, False)
        told = documentation(method).entries.get(_BODY, "")
        body = GivenBody.of(described.body, told)
        chooses = _CONTENT_TYPE in inspect.signature(method).parameters
        return cls(own, body.properties(), body, chooses)

    @property
    def positional(self) -> list[Argument]:
        """Those that may be given by their place, in their order."""
        return [argument for argument in self.of_method if argument.can_be_positional]

    def parameters(self) -> list[click.Parameter]:
        """Return what click is told of them."""
        made: list[click.Parameter] = []
        taken = {"--help"}
        if self.positional:
            shown = " ".join(argument.flag[2:].upper() for argument in self.positional)
            made.append(click.Argument(["positional"], nargs=-1, required=False, metavar=shown))
        for argument in self.of_method:
            flag = _distinct(argument.flag, taken)
            made.append(argument.option(flag, f"argument_{argument.name}"))
        if self.body is not None:
            flag = _distinct("--body", taken)
            made.append(
                click.Option([flag, "body"], help=self.body.help, metavar=self.body.metavar)
            )
        if self.chooses_type:
            flag = _distinct("--content-type", taken)
            made.append(click.Option([flag, "content_type"], help="The media type of the body."))
        for argument in self.of_body.values():
            flag = argument.flag if argument.flag not in taken else f"--body-{argument.flag[2:]}"
            made.append(argument.option(_distinct(flag, taken), f"property_{argument.name}"))
        return made

    def values(self, context: click.Context, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call.

        Args:
            context: The context of the command, for errors.
            given: What click has read.

        Raises:
            click.UsageError: An argument is missing, or given twice.
        """
        values: dict[str, Any] = {}
        rest: list[str] = [*cast("Sequence[str]", given.get("positional") or ())]
        for argument in self.of_method:
            value = _given(argument, given[f"argument_{argument.name}"])
            if value is None and argument.can_be_positional and rest:
                value = argument.kind.type.convert(rest.pop(0), _named(argument), context)
            if value is None and argument.required:
                raise click.UsageError(f"{argument.flag[2:].upper()} is missing", context)
            if value is not None:
                values[argument.name] = value
        if rest:
            raise click.UsageError(f"there are {len(rest)} arguments too many", context)
        if self.body is not None:
            properties = {
                name: _given(argument, given[f"property_{argument.name}"])
                for name, argument in self.of_body.items()
            }
            chosen: str | None = given["content_type"] if self.chooses_type else None
            described = self.body if chosen is None else self.body.sent_as(chosen)
            body = described.value(
                given["body"], {key: one for key, one in properties.items() if one is not None}
            )
            if body is None and self.body.required:
                raise click.UsageError("--body is missing", context)
            if body is not None:
                values[_BODY] = body
            if chosen is not None:
                values[_CONTENT_TYPE] = chosen
        return values


@dataclass(frozen=True, slots=True)
class GivenBody:
    """The body of an operation, as it is given on the command line.

    Attributes:
        kind: What it is: json, form, multipart, text or binary.
        model: The model that says which properties it has; None if there is none.
        required: Whether the operation needs it.
        help: What it means, and how it is given.
    """

    kind: str
    model: Any
    required: bool
    help: str

    @classmethod
    def of(cls, body: Body, told: str) -> GivenBody:
        """Return that of an operation.

        Args:
            body: What the operation takes.
            told: What its method says of it.
        """
        of_models = (
            one for one in body.content if one.type is not None and is_model(type_of(one.type))
        )
        media = next(of_models, body.content[0])
        given = type_of(media.type) if media.type is not None else None
        kind = "binary" if media.binary else kind_of_media(media.content_type)
        ways = {
            "binary": "The path of a file, or - for the standard input.",
            "text": "The text itself, @FILE, or - for the standard input.",
        }.get(kind, "JSON, @FILE with JSON, or - for the standard input.")
        return cls(kind, given if is_model(given) else None, body.required, f"{told} {ways}")

    def sent_as(self, content_type: str) -> GivenBody:
        """Return it for a media type that the caller chooses."""
        kind = kind_of_media(content_type)
        return replace(self, kind="binary" if kind == "bytes" else kind)

    @property
    def metavar(self) -> str:
        """What stands for it in the help."""
        return {"binary": "FILE", "text": "TEXT"}.get(self.kind, "JSON")

    def properties(self) -> dict[str, Argument]:
        """Return the properties that are options, by the name on the wire."""
        if self.model is None:
            return {}
        self.model.model_rebuild(raise_errors=False)
        told = documentation_of_fields(self.model)
        found: dict[str, Argument] = {}
        for name, field in self.model.model_fields.items():
            kind = kind_of(field.annotation)
            found[field.alias or name] = Argument(
                name, kind, field.is_required(), told.get(name, ""), not field.repr
            )
        return found

    def value(self, given: str | None, properties: Mapping[str, Any]) -> object:
        """Return the body of a call; None for none.

        Args:
            given: What `--body` says.
            properties: The properties that options gave; they win.

        Raises:
            click.UsageError: It cannot be read.
        """
        content = None if given is None else self._decoded(given)
        if properties:
            if content is not None and not is_mapping(content):
                raise click.UsageError("--body is no object, to which other options could add")
            return {**(content or {}), **self._files_read(properties)}
        if content is None and self.required and self.model is not None:
            return {}
        return content

    def _decoded(self, given: str) -> Any:
        try:
            if self.kind == "binary":
                return FILE.convert(given, None, None)
            if self.kind == "text":
                return read_source(given).decode("utf-8") if is_source(given) else given
            return decode_json(given)
        except ValueError as error:
            raise click.UsageError(f"--body: {error}") from error

    def _files_read(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """Return the properties, with the content of files where the body is no form that sends files."""
        if self.kind == "multipart":
            return dict(properties)
        return {
            name: value.read_bytes() if hasattr(value, "read_bytes") else value
            for name, value in properties.items()
        }


def _given(argument: Argument, value: Any) -> Any:
    """Return what an option gave; None for nothing."""
    if argument.kind.many:
        return list(value) or None
    return value


def _named(argument: Argument) -> click.Argument:
    """Return what click names in an error about an argument that was given by its place."""
    return click.Argument([argument.flag[2:].upper()])


def _distinct(flag: str, taken: set[str]) -> str:
    while flag in taken:
        flag = f"{flag}-"
    taken.add(flag)
    return flag
