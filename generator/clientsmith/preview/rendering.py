"""What a document and the templates give, with the source of every line, as far as it has been asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock

from ..diagnostics import Diagnostic, Location
from ..explain import Line, Source, Sources
from ..format import check_compiles
from ..pipeline import Lowering
from ..render import TemplateError
from ..render.trace import Traced
from ..text import opened
from .parts import Outline, block_at


@dataclass(frozen=True, slots=True)
class Found:
    """What comes from a line of a template or of the document.

    Attributes:
        outputs: the output files, the one that has most of it first.
        lines: the lines of the file that was asked about which give it: the named line, or those that stand for it.
    """

    outputs: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()


class Rendering:
    """The output of one state of the document and the templates. Several threads may ask it.

    Args:
        lowering: the document and the templates.

    Attributes:
        title: what the document calls itself.
        outputs: the paths of the files, in order.

    Raises:
        TemplateError: it cannot be told which files there are.
    """

    def __init__(self, lowering: Lowering) -> None:
        self._renderer = lowering.renderer.tracing()
        self._document = lowering.document
        self._sources = Sources(lowering.document)
        self._outputs = {output.path: output for output in self._renderer.outputs()}
        self._texts: dict[str, Traced | TemplateError] = {}
        self._lines: dict[str, tuple[Line, ...]] = {}
        self._weights: dict[str, Mapping[Source, int]] = {}
        self._outlines: dict[str, Outline] = {}
        self._lock = RLock()
        self.title = opened(lowering.api.title)
        self.outputs = tuple(sorted(self._outputs))

    def lines(self, path: str) -> tuple[Line, ...]:
        """Return the lines of an output file, as it would be written.

        Raises:
            KeyError: there is no such file.
            TemplateError: its template fails, or it is not valid Python.
        """
        with self._lock:
            if path not in self._lines:
                self._lines[path] = tuple(self._sources.lines(self._text(path), path))
            return self._lines[path]

    def problems(self) -> Iterator[tuple[Diagnostic, ...]]:
        """Render every file, one with each step, and yield what is wrong with it."""
        for path in self.outputs:
            try:
                self._text(path)
            except TemplateError as error:
                yield error.diagnostics
            else:
                yield ()

    def from_template(self, file: str, line: int, lines: Sequence[str]) -> Found:
        """Return what comes from a line of a template or, if that prints nothing, from the block that it is in.

        Args:
            file: the template, as a source names it.
            line: the line, from 1.
            lines: the lines of the template.
        """

        def printed(source: Source) -> Location | None:
            place = source.template
            return place if (place.file, place.line) == (file, line) else None

        def around(source: Source) -> Location | None:
            within = source.template.file == file and source.block == block
            return source.template if within else None

        found = self._found(printed)
        block = block_at(lines, line)
        return found if found.outputs or block is None else self._found(around)

    def from_document(self, file: str, line: int) -> Found:
        """Return what comes from what begins in a line of the document or, if that gives nothing, from what it is a part of.

        Args:
            file: the file, as a source names it.
            line: the line, from 1.
        """
        pointer = self._outline(file).pointer(line)
        if pointer is None:
            return Found()

        def below(source: Source) -> Location | None:
            place = source.spec
            within = place is not None and f"{place.pointer}/".startswith(f"{pointer}/")
            return place if place is not None and place.file == file and within else None

        def itself(source: Source) -> Location | None:
            place = source.spec
            same = place is not None and place.pointer == pointer
            return place if place is not None and place.file == file and same else None

        found = self._found(below)
        while pointer and not found.outputs:
            pointer = pointer.rpartition("/")[0]
            found = self._found(itself)
        return found

    def _found(self, place: Callable[[Source], Location | None]) -> Found:
        """Return what has sources of which a place counts."""
        weights: dict[str, int] = {}
        lines: set[int] = set()
        for path in self.outputs:
            for source, weight in self._sources_of(path).items():
                found = place(source)
                if found is not None:
                    weights[path] = weights.get(path, 0) + weight
                    lines.add(found.line)
        outputs = sorted(weights, key=lambda path: -weights[path])
        return Found(tuple(outputs), tuple(sorted(lines)))

    def _sources_of(self, path: str) -> Mapping[Source, int]:
        """Return how many characters of a file each source gives; none where its template fails."""
        with self._lock:
            if path not in self._weights:
                weights: dict[Source, int] = {}
                try:
                    text = self._text(path)
                except TemplateError:
                    text = Traced()
                for origin, length in text.segments(0, len(text)):
                    source = self._sources.of(origin)
                    weights[source] = weights.get(source, 0) + length
                self._weights[path] = weights
            return self._weights[path]

    def _text(self, path: str) -> Traced:
        with self._lock:
            if path not in self._texts:
                self._texts[path] = self._rendered(path)
            text = self._texts[path]
        if isinstance(text, TemplateError):
            raise text
        return text

    def _rendered(self, path: str) -> Traced | TemplateError:
        try:
            text = self._renderer.text(self._outputs[path])
            check_compiles(path, text)
        except TemplateError as error:
            return self._renderer.blamed(error)
        return text if isinstance(text, Traced) else Traced(text)

    def _outline(self, name: str) -> Outline:
        with self._lock:
            if name not in self._outlines:
                self._outlines[name] = Outline(name, self._document.files)
            return self._outlines[name]
