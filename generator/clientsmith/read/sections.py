"""Sections in other files: a `$ref` in place of `paths`, `components` or the like.

OpenAPI knows none there, and many documents have one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ..diagnostics import Diagnostic, DiagnosticError, quoted
from .document import Document, Node
from .file import File, pointer_text
from .source import Pointer, Value

_NAMED: Final = ("paths", "webhooks")
"""Sections of objects that may be references themselves."""

_WHOLE: Final = ("info", "tags", "servers", "security", "externalDocs")


def elsewhere(data: Value) -> list[Pointer]:
    """Return the places of the sections of a document that are only referred to."""
    if not isinstance(data, dict):
        return []
    components = data.get("components")
    found: list[Pointer] = [(name,) for name in (*_NAMED, *_WHOLE) if _is_reference(data.get(name))]
    if _is_reference(components):
        found.append(("components",))
    elif isinstance(components, dict):
        found += [("components", name) for name, part in components.items() if _is_reference(part)]
    return found


def gathered(document: Document, places: list[Pointer]) -> tuple[File, list[Diagnostic]]:
    """Return the file of a document with its sections in it.

    What is in a section of named objects becomes a reference to where it stands, which OpenAPI knows; a section that cannot be
    found stays as it is.

    Args:
        document: the document.
        places: where the sections belong.

    Returns:
        The file, in which everything keeps the place where it was read; and what is to be said about it.
    """
    root = document.root
    data: dict[str, Value] = dict(root.value) if isinstance(root.value, dict) else {}
    origins: dict[Pointer, tuple[File, Pointer]] = {}
    findings: list[Diagnostic] = []
    for place in places:
        section = root[place[0]] if len(place) == 1 else root[place[0]][place[1]]
        try:
            target = section.follow()
        except DiagnosticError as error:
            findings += error.diagnostics
            continue
        findings.append(_told(section))
        if place[0] in _WHOLE:
            data[str(place[0])] = target.value
            origins[place] = target.file, target.pointer
        elif place == ("components",):
            data["components"] = {
                name: _references(document, part, ("components", name), origins)
                for name, part in target.items()
            }
        else:
            held = _references(document, target, place, origins)
            if len(place) == 1:
                data[str(place[0])] = held
            else:
                components = data["components"]
                components = dict(components) if isinstance(components, dict) else {}
                data["components"] = {**components, str(place[1]): held}
    file = root.file
    changed = File(file.path, file.uri, file.content, file.tree.with_data(data))
    changed.origins.update({(): (file, ()), **file.origins, **origins})
    return changed, findings


def _references(
    document: Document, section: Node, place: Pointer, origins: dict[Pointer, tuple[File, Pointer]]
) -> Value:
    """Return a reference to each of the named objects of a section."""
    try:
        held = section.follow()
    except DiagnosticError:
        return section.value
    found: dict[str, Value] = {}
    for name, entry in held.items():
        found[name] = {"$ref": _reference(document, entry)}
        origins[*place, name] = entry.file, entry.pointer
    return found


def _reference(document: Document, node: Node) -> str:
    file, here = node.file, document.root.file
    fragment = quote(pointer_text(node.pointer), safe="/~")
    if file.uri == here.uri:
        return f"#{fragment}"
    if file.path is None or here.path is None:
        return f"{file.uri}#{fragment}"
    return f"{quote(Path(os.path.relpath(file.path, here.path.parent)).as_posix())}#{fragment}"


def _told(section: Node) -> Diagnostic:
    message = (
        f"a '$ref' cannot stand in place of {quoted(str(section.key))}; what it leads to is taken"
    )
    hint = "refer to each of the named objects, or bundle the document"
    return Diagnostic("warning", message, section["$ref"].location, hint, "misplaced-reference")


def _is_reference(value: Value) -> bool:
    return isinstance(value, dict) and isinstance(value.get("$ref"), str)
