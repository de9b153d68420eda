"""The files that the output depends on, and waiting until one of them changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event

from ..config import Configuration
from ..places import TEMPLATES, names
from ..read.document import Document
from ..watching import State, state_of, wakes

States = Mapping[Path, State]
"""What is known of each file without reading it."""

_DOCUMENTS = {".yaml", ".yml", ".json"}


class Inputs:
    """The files that a run depends on.

    Args:
        configuration: names the document, the templates and the plugins.
        document: names the other files of the document; None where it could not be read.
    """

    def __init__(self, configuration: Configuration, document: Document | None = None) -> None:
        files = {configuration.spec, *configuration.overlays, *configuration.plugin_files}
        if configuration.source is not None:
            files.add(configuration.source)
        if document is not None:
            files |= {file.path for file in document.files if file.path is not None}
        self._files = files
        self._folder = configuration.spec.parent
        self._templates = [TEMPLATES]
        if configuration.templates is not None:
            self._templates.append(configuration.templates)

    def state(self) -> States:
        """Return the state of every file."""
        return {file: state_of(file) for file in (*self._files, *self._found())}

    def wait(self, seen: States, ended: Event) -> None:
        """Wait until the state is another one.

        Args:
            seen: the state that is known.
            ended: ends the waiting, too.
        """
        if self.state() != seen:
            return
        for _ in wakes(self._watched(), ended):
            if self.state() != seen:
                return

    def _found(self) -> Iterator[Path]:
        """Yield the templates, and the documents beside the one that is named: it may refer to them."""
        for folder in self._templates:
            yield from (folder / name for name in names(folder))
        with suppress(OSError):
            for file in self._folder.iterdir():
                if file.suffix in _DOCUMENTS:
                    yield file

    def _watched(self) -> set[Path]:
        """Return the folders to watch: an editor may put a new file in the place of one."""
        found = (*self._files, *self._found())
        folders = {self._folder, *self._templates, *(file.parent for file in found)}
        return {folder for folder in folders if folder.is_dir()}
