"""Request bodies (OpenAPI 3.1, 4.8.13) as an argument of methods."""

from __future__ import annotations

from ..api import Body, MediaType, Overload, Type
from ..literal import literal
from ..read.document import Node
from ..text import Code, Name, Text, opened
from .annotations import NONE, TEXT, union
from .media import MediaTypes
from .nodes import description_of, documented, flag, follow

ARGUMENT = Name("body")


def lower_body(node: Node, base: Name, media_types: MediaTypes) -> Body | None:
    """Return the body of an operation, None if it takes none.

    Args:
        node: the operation.
        base: what the names of inline schemas begin with.
        media_types: lowers the content.
    """
    entry = node.get("requestBody")
    if entry is None:
        return None
    target = follow(entry)
    if target is None:
        return None
    name = media_types.shared_name(entry, target) or Name(f"{base}Request")
    content = media_types.lower(target.get("content"), name, body=True)
    if not content:
        return None
    required = flag(target, "required")
    given = union([media.argument for media in content])
    return Body(
        argument=ARGUMENT,
        content=content,
        required=required,
        type=given if required else union([given, NONE]),
        content_type=_choice(content),
        overloads=_overloads(content, required=required),
        documentation=documented(description_of(target) or Text("The body of the request.")),
        source=target.location,
    )


def _is_range(media: MediaType) -> bool:
    return "*" in opened(media.content_type)


def _choice(content: tuple[MediaType, ...]) -> Type | None:
    """Return the type of the argument that chooses a media type, None where there is only one."""
    if any(_is_range(media) for media in content):
        return union([TEXT, NONE])
    return None if len(content) == 1 else union([_named(content), NONE])


def _named(content: tuple[MediaType, ...]) -> Type:
    names = ", ".join(literal(media.content_type) for media in content)
    return Type(Code(f"Literal[{names}]"), imports=(Name("Literal"),))


def _overloads(content: tuple[MediaType, ...], *, required: bool) -> tuple[Overload, ...]:
    """Return the ways to give a body, one for each type; none where a type says nothing about the media type."""
    groups: dict[str, list[MediaType]] = {}
    for media in content:
        groups.setdefault(media.argument.annotation, []).append(media)
    if len(groups) < 2 or "Any" in groups or any(_is_range(media) for media in content):
        return ()
    found: list[Overload] = []
    for group in groups.values():
        optional = not required and not found
        given = union([group[0].argument, NONE]) if optional else group[0].argument
        found.append(Overload(given, union([_named(tuple(group)), NONE]), optional))
    return tuple(found)
