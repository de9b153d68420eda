"""What the page shows at one moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..config import Configuration
from ..diagnostics import Diagnostic, DiagnosticError, shown
from ..places import TEMPLATES, names
from ..read.document import Document
from ..render.catalogue import DEFAULT, find_templates
from .rendering import Rendering

_BREAK = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Text:
    """A file that the output is made from.

    Attributes:
        label: what the page calls it.
        path: where it is; None for what came from the network.
        content: what it said when it was read last.
    """

    label: str
    path: Path | None
    content: str = ""

    def lines(self) -> list[str]:
        """Return the lines of what it says now or, if it cannot be read, of what it said."""
        return _BREAK.split(self._now())

    def _now(self) -> str:
        if self.path is not None:
            with suppress(OSError, UnicodeDecodeError):
                return self.path.read_bytes().decode("utf-8-sig")
        return self.content


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What the page shows.

    Attributes:
        version: grows with each picture.
        rendering: the output; that of an earlier state of the files, if the present one cannot be rendered; None before there
            is any.
        documents, templates: the files it is made from, by the names that sources and findings have.
        diagnostics: what was found, errors first.
        is_current: whether the rendering is what the files give now.
    """

    version: int
    rendering: Rendering | None = None
    documents: Mapping[str, Text] = field(default_factory=dict[str, Text])
    templates: Mapping[str, Text] = field(default_factory=dict[str, Text])
    diagnostics: tuple[Diagnostic, ...] = ()
    is_current: bool = False


def documents(configuration: Configuration, document: Document | None) -> dict[str, Text]:
    """Return the files of a document by their names, the one that was named first.

    Args:
        configuration: which names the document and its overlays.
        document: the document; None where it cannot be read.
    """
    named = (configuration.spec, *configuration.overlays)
    texts = {shown(path): Text(shown(path), path) for path in named}
    for file in (*document.files, *document.overlays) if document is not None else ():
        texts[file.name] = Text(file.name, file.path, file.text)
    return texts


def templates(configuration: Configuration) -> dict[str, Text]:
    """Return the templates that there are by the names of their files: the user's, and all default ones."""
    try:
        found = find_templates(configuration.templates, without=configuration.plugin_files)
    except DiagnosticError:
        return {}
    texts = {
        shown(template.file): Text(template.name, template.file) for template in found.templates
    }
    for name in names(TEMPLATES):
        texts.setdefault(shown(TEMPLATES / name), Text(DEFAULT + name, TEMPLATES / name))
    return texts
