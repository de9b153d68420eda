"""Where a `$ref` leads: in its file, to another file below the document's folder, or nowhere.

OpenAPI 3.1 §4.6, RFC 3986, RFC 6901. `$id` and `$anchor` (JSON Schema 2020-12 §8.2) are known inside a file that has been
read; a file is found by its name, never by its `$id`.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin

from ..diagnostics import Diagnostic, DiagnosticError, SpecError, printable, quoted, shown
from .document import Document, Node
from .file import File, Loader, pointer_text
from .source import MAX_BYTES, Pointer, Value

MAX_FILES: Final = 1000
"""Files that one document may be made of."""

MAX_SECONDS: Final = 300
"""Seconds that the files of a document from the network may take together."""

MAX_GUESSED: Final = 100
"""Characters of a name that a better one is looked for."""

MAX_CANDIDATES: Final = 5000
"""Names that are compared to find the one that was meant."""

MAX_GUESSES: Final = 50
"""References without a target for which a better name is looked for."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_DATA = frozenset({"example", "examples", "default", "enum", "const"})


@dataclass(frozen=True, slots=True)
class _Names:
    """The schemas of a file that have a name of their own."""

    bases: dict[Pointer, str]
    resources: dict[str, Pointer]
    anchors: dict[tuple[str, str], Pointer]


class Resolver:
    """Follows the references of one document, and keeps the files they lead to.

    Args:
        document: The document.
        folder: The folder that references to files may not leave.
        allow_remote: Whether references to the network are followed.
        load: Reads a file that a reference leads to.
    """

    def __init__(self, document: Document, folder: Path, allow_remote: bool, load: Loader) -> None:
        self._document = document
        self._load = load
        self._folder = os.path.realpath(folder)
        self._shown_folder = shown(folder)
        self._allow_remote = allow_remote
        top = document.root.file
        self._files: dict[str, File] = {top.uri: top}
        self._failures: dict[str, DiagnosticError] = {}
        self._waited = 0.0
        self._names: dict[str, _Names] = {}
        self._targets: dict[tuple[Node, str], Node] = {}
        self._ends: dict[Node, Node | DiagnosticError] = {}
        self._circular: set[Node] = set()
        self._bytes = len(top.content)
        self._guesses = 0

    @property
    def files(self) -> tuple[File, ...]:
        """The files read so far, in the order of reading."""
        return tuple(self._files.values())

    def follow(self, node: Node) -> Node:
        """Follow the reference of a node to its end; see `Node.follow`."""
        known = self._ends.get(node)
        if isinstance(known, Node):
            return known
        way: dict[Node, None] = {}
        here = node
        end: Node | DiagnosticError | None = None
        while end is None and (reference := here.ref) is not None:
            if here in way or here in self._circular:
                self._circular.update(way)
                message = "the reference leads in a circle and never to a value"
                raise _error(node, message, None, "circular-reference")
            way[here] = None
            end = self._ends.get(here)
            if end is None:
                try:
                    here = self.resolve(here, reference)
                except DiagnosticError as error:
                    end = error
        end = here if end is None else end
        self._ends.update(dict.fromkeys(way, end))
        if isinstance(end, DiagnosticError):
            raise end.with_traceback(None)
        return end

    def resolve(self, node: Node, reference: str) -> Node:
        """Return the node that a reference points to.

        Args:
            node: The mapping that holds the reference.
            reference: A URI reference (RFC 3986).

        Returns:
            The node pointed to.

        Raises:
            SpecError: It leads nowhere, or to where it may not lead.
        """
        target = self._targets.get((node, reference))
        if target is None:
            target = self._targets[node, reference] = self._target(node, reference)
        return target

    def _target(self, node: Node, reference: str) -> Node:
        resource, _, fragment = reference.partition("#")
        names = self._names_of(node.file)
        base, top = _enclosing(names, node)
        if resource:
            target = _joined(base, resource).partition("#")[0]
            if target in names.resources:
                file, base, top = node.file, target, names.resources[target]
            else:
                file, top = self._file(node, resource), ()
                names, base = self._names_of(file), file.uri
        else:
            file = node.file
        found = self._inside(file, names, base, top, fragment)
        if found is None and top:
            found = self._inside(file, names, file.uri, (), fragment)
        if found is None:
            hint = self._nearest(file, names, fragment)
            raise _error(
                node, f"the reference {quoted(reference)} leads nowhere", hint, "dangling-reference"
            )
        return found

    def _inside(
        self, file: File, names: _Names, base: str, top: Pointer, fragment: str
    ) -> Node | None:
        if fragment and not fragment.startswith("/"):
            pointer = names.anchors.get((base, unquote(fragment)))
            return None if pointer is None else _walk(self._document, file, (), pointer)
        for text in dict.fromkeys((unquote(fragment), fragment)):
            found = _walk(self._document, file, top, _tokens(text))
            if found is not None:
                return found
        return None

    def _names_of(self, file: File) -> _Names:
        names = self._names.get(file.uri)
        if names is None:
            names = self._names[file.uri] = _collect(self._document, file)
        return names

    def _file(self, node: Node, resource: str) -> File:
        if _is_remote(resource) or (_is_remote(node.file.uri) and not _SCHEME.match(resource)):
            return self._remote(node, _joined(node.file.uri, resource))
        path = self._local_path(node, resource)
        uri = Path(path).as_uri()
        if uri not in self._files:
            self._keep(node, uri, lambda limit: self._load(Path(path), limit))
        return self._files[uri]

    def _local_path(self, node: Node, resource: str) -> str:
        relative = unquote(resource)
        here = node.file.path
        if here is None:
            raise _error(
                node,
                f"{quoted(resource)} is not on the network, and this file is",
                None,
                "reference-outside",
            )
        if (
            _SCHEME.match(relative)
            or relative.startswith(("/", "\\"))
            or "\\" in relative
            or relative[1:2] == ":"
        ):
            hint = "write it as a relative path with '/', such as 'schemas/pet.yaml'"
            raise _error(
                node,
                f"the reference {quoted(resource)} is not a relative path",
                hint,
                "reference-outside",
            )
        if "\0" in relative or _has_surrogates(relative):
            raise _error(
                node, f"the reference {quoted(resource)} is not a path", None, "reference-outside"
            )
        path = os.path.realpath(os.path.join(here.parent, relative.partition("?")[0]))
        if not path.startswith(os.path.join(self._folder, "")):
            hint = f"keep the file below {quoted(self._shown_folder)}, or name a wider folder with --document-root"
            message = f"the reference {quoted(resource)} leads out of the document's folder"
            raise _error(node, message, hint, "reference-outside")
        return path

    def _remote(self, node: Node, url: str) -> File:
        if not self._allow_remote:
            hint = "download the file and refer to the copy, or allow it with --allow-remote"
            message = f"the reference {quoted(url)} leads to the network"
            raise _error(node, message, hint, "remote-reference")
        if url not in self._files:
            self._keep(node, url, lambda limit: self._fetched(node, url, limit))
        return self._files[url]

    def _fetched(self, node: Node, url: str, limit: int) -> File:
        from .remote import fetch

        if self._waited > MAX_SECONDS:
            message = (
                f"the network took more than {MAX_SECONDS} seconds for the files of the document"
            )
            raise _error(node, message, None, "limit")
        began = time.monotonic()
        try:
            return fetch(url, limit)
        finally:
            self._waited += time.monotonic() - began

    def _keep(self, node: Node, uri: str, load: Callable[[int], File]) -> None:
        place = (node.get("$ref") or node).location
        if uri not in self._failures:
            if len(self._files) + len(self._failures) >= MAX_FILES:
                raise _error(
                    node, f"the document is made of more than {MAX_FILES:,} files", None, "limit"
                )
            try:
                self._files[uri] = file = load(MAX_BYTES - self._bytes)
            except DiagnosticError as error:
                self._failures[uri] = error
            else:
                self._bytes += len(file.content)
                return
        found: list[Diagnostic] = []
        for diagnostic in self._failures[uri].diagnostics:
            if diagnostic.location is None:
                hint = diagnostic.hint or self._meant(node)
                found.append(
                    replace(diagnostic, location=place, hint=hint, rule="dangling-reference")
                )
            else:
                hint = (
                    f"{diagnostic.hint}; referred to from {place}"
                    if diagnostic.hint
                    else f"referred to from {place}"
                )
                found.append(replace(diagnostic, hint=hint))
        raise SpecError(*found)

    def _nearest(self, file: File, names: _Names, fragment: str) -> str | None:
        self._guesses += 1
        if self._guesses > MAX_GUESSES:
            return None
        if not fragment.startswith("/"):
            known = [name for _, name in names.anchors]
            close = _close(unquote(fragment), known)
            return f"did you mean '#{printable(close)}'?" if close else "no schema has that $anchor"
        tokens = _tokens(unquote(fragment)) or []
        here = _walk(self._document, file, (), ())
        for token in tokens:
            there = None if here is None else _walk(self._document, file, here.pointer, (token,))
            if here is None or there is None:
                break
            here = there
        if here is None or not tokens:
            return None
        close = _close(tokens[len(here.pointer)], [key for key, _ in here.items()])
        found = here.get(close) if close is not None else self._same_name(file, tokens[-1])
        return (
            None if found is None else f"did you mean '#{printable(pointer_text(found.pointer))}'?"
        )

    def _meant(self, node: Node) -> str | None:
        """Return the component that a reference to a file names, as the ones of Swagger 1.2 did."""
        named = self._same_name(self._document.root.file, node.ref or "")
        return (
            f"did you mean '#{printable(pointer_text(named.pointer))}'?"
            if named is not None
            else None
        )

    def _same_name(self, file: File, name: str) -> Node | None:
        components = Node(self._document, file, (), file.data).get("components")
        for _, section in components.items() if components is not None else ():
            found = section.get(name)
            if found is not None:
                return found
        return None


def _collect(document: Document, file: File) -> _Names:
    names = _Names({}, {file.uri: ()}, {})
    top = file.data
    if isinstance(top, dict) and isinstance(top.get("$self"), str):
        names.resources[_joined(file.uri, str(top["$self"]))] = ()
    if document.version < (3, 1) or not any(
        word in file.text for word in ("$id", "$anchor", "$dynamicAnchor")
    ):
        return names
    stack: list[tuple[Pointer, Value, str]] = [((), top, file.uri)]
    while stack:
        pointer, value, base = stack.pop()
        if isinstance(value, dict):
            name = value.get("$id")
            if isinstance(name, str):
                base = _joined(base, name).partition("#")[0]
                names.bases[pointer] = base
                names.resources.setdefault(base, pointer)
            for keyword in ("$anchor", "$dynamicAnchor"):
                anchor = value.get(keyword)
                if isinstance(anchor, str):
                    names.anchors.setdefault((base, anchor), pointer)
            stack += (
                ((*pointer, key), child, base) for key, child in value.items() if key not in _DATA
            )
        elif isinstance(value, list):
            stack += (((*pointer, index), child, base) for index, child in enumerate(value))
    return names


def _enclosing(names: _Names, node: Node) -> tuple[str, Pointer]:
    if names.bases:
        for length in range(len(node.pointer), -1, -1):
            base = names.bases.get(node.pointer[:length])
            if base is not None:
                return base, node.pointer[:length]
    return node.file.uri, ()


def _tokens(fragment: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in fragment.split("/")[1:]]


def _walk(document: Document, file: File, top: Pointer, tokens: Iterable[str | int]) -> Node | None:
    here: Node | None = Node(document, file, (), file.data)
    for token in (*top, *tokens):
        if here is None:
            return None
        if here.is_list and isinstance(token, str):
            here = here.get(int(token)) if _INDEX.fullmatch(token) else None
        else:
            here = here.get(token)
    return here


def _close(name: str, names: list[str]) -> str | None:
    from difflib import get_close_matches

    if len(name) > MAX_GUESSED or len(names) > MAX_CANDIDATES:
        return None
    return next(
        iter(
            get_close_matches(name, [known for known in names if len(known) <= MAX_GUESSED], 1, 0.7)
        ),
        None,
    )


def _joined(base: str, reference: str) -> str:
    """Resolve a reference (RFC 3986, 5); one that is none stays as it is, and leads nowhere."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _has_surrogates(text: str) -> bool:
    """Return whether a text has half a character in it, which no name of a file can hold."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _is_remote(uri: str) -> bool:
    return uri[:8].lower().startswith(("http://", "https://"))


def _error(node: Node, message: str, hint: str | None, rule: str) -> SpecError:
    place = node.get("$ref") or node
    return SpecError(Diagnostic("error", message, place.location, hint, rule))
