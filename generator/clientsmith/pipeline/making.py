"""A package in memory: the stages up to the formatted text of every file, some of them beside one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..aside import Aside
from ..diagnostics import Diagnostic, judged
from .comparing import offered, releasing
from .sharing import in_two, is_worth_it
from .stages import (
    Progress,
    change,
    collecting_what_is_new,
    load_plugins,
    quiet,
    read,
    refuse,
    renderer,
)

if TYPE_CHECKING:
    from ..api import Api, Model
    from ..config import Configuration
    from ..lower import Lowered
    from ..plugins import Plugin
    from ..read.document import Document
    from ..read.file import Loader
    from ..release import Release
    from ..render import Memory, Output, Renderer


@dataclass(frozen=True, slots=True)
class Made:
    """A package that is not written yet.

    Attributes:
        api: the client.
        output: where the package belongs.
        files: the text of each file by its path in the output.
        document: what it is made from.
        release: its version, and where that comes from.
        handwritten: the folder in it whose files people write, by its path in the output.
        judge: gives the diagnostics.
    """

    api: Api
    output: Path
    files: dict[str, str]
    document: Document
    release: Release
    handwritten: str | None
    judge: Callable[[], tuple[Diagnostic, ...]]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found in the document and the templates; no errors. Where no stages run beside, it is looked for only now."""
        return self.judge()


@dataclass(frozen=True, slots=True)
class Lowering:
    """What the templates see for a document, and what stands on the two sides of it.

    Attributes:
        api: the client, after the plugins.
        document: what it is made from.
        renderer: the templates, which the API has been given to.
        diagnostics: what was found in the document and the templates; no errors.
    """

    api: Api
    document: Document
    renderer: Renderer
    diagnostics: tuple[Diagnostic, ...] = ()


def make(
    configuration: Configuration,
    progress: Progress = quiet,
    *,
    date: str | None = None,
    beside: bool = True,
    load: Loader | None = None,
    memory: Memory | None = None,
) -> Made:
    """Run the stages up to the formatted text of every file.

    Args:
        configuration: the run's configuration.
        progress: called with the name of each stage.
        date: the day of the release that this is to be; None where it is none.
        beside: let stages run beside one another, in other processes. It takes longer where all their libraries are imported.
        load: reads the files of the document; None to read them from the disk.
        memory: what the last run of this process gave.

    Raises:
        DiagnosticError: the document cannot be read or, if the run is strict, has a flaw; a template fails.
    """
    from ..lower import lower
    from ..models import Shapes, answers, models
    from ..paths import RECORD
    from ..render import Memory
    from ..validate import check_openapi, in_order, validate

    plugins = load_plugins(configuration)
    progress("reading")
    with ExitStack() as processes:
        document = read(configuration, load)
        refuse(check_openapi(document))

        def findings_of(_: None) -> list[Diagnostic]:
            return validate(document)

        validation = processes.enter_context(Aside(findings_of, beside=beside))
        validation.start(None)
        progress("lowering")
        lowered: Lowered = lower(document, configuration)
        shapes = Shapes(lowered.definitions, configuration.cache)
        asking = processes.enter_context(Aside(answers, beside=beside and bool(shapes.unknown)))
        asking.start(shapes.unknown)

        @cache
        def build() -> tuple[Model, ...]:
            return models(lowered.definitions, lowered.texts, shapes.types(asking.finish))

        @cache
        def findings() -> list[Diagnostic]:
            progress("validating")
            found = in_order(document, (*validation.finish(), *lowered.diagnostics))
            return judged(found, strict=configuration.strict, tolerant=True)

        if configuration.strict:
            refuse(findings())
        api = change(replace(lowered.api, build_models=build), plugins)
        pending = processes.enter_context(
            releasing(configuration, document, api, progress, date=date, beside=beside)
        )
        if pending.offer is not None:
            # Hardly a file depends on the version, so that the others are there when it is known.
            memory = memory or Memory(lasting=False)
            draft = _Texts(api, configuration, plugins, progress, memory)
            rendered = dict(draft.rendered())
            pending.offer(rendered.items())
            draft.formatted(rendered.items())
        release = pending.decide()
        versioned = release.versioned(api)
        texts = _Texts(versioned, configuration, plugins, progress, memory)
        is_shared = beside and memory is None and not plugins and is_worth_it(lowered)
        files = texts.by_two_processes() if is_shared else texts.formatted(texts.rendered())
        files[RECORD] = release.record.text()
        if beside:
            findings()
    name = configuration.handwritten
    return Made(
        versioned,
        configuration.output_for(api.distribution),
        files,
        document,
        release,
        f"src/{api.package}/{name}" if name is not None else None,
        lambda: (*findings(), *texts.warnings),
    )


class _Texts:
    """The text of every file of a client.

    Args:
        api: the client, after the plugins.
        configuration: the run's configuration.
        plugins: the plugins.
        progress: called with the name of each stage, and how far it is.
        memory: what the last run of this process gave.

    Attributes:
        warnings: what is to be said of the templates; all of it once the texts are formatted.

    Raises:
        TemplateError: a template fails.
    """

    def __init__(
        self,
        api: Api,
        configuration: Configuration,
        plugins: tuple[Plugin, ...],
        progress: Progress,
        memory: Memory | None,
    ) -> None:
        progress("rendering")
        self.warnings: list[Diagnostic] = []
        self._templates = renderer(api, configuration, plugins, self.warnings.append, memory)
        self._progress = progress
        self._kept = configuration.cache
        self._memory = memory
        self._thorough = bool(plugins) or self._templates.has_own

    def rendered(self, outputs: Iterable[Output] | None = None) -> Iterator[tuple[str, str]]:
        """Yield path and text of each file, or of each of some.

        Raises:
            TemplateError: a template fails.
        """
        chosen = self._templates.outputs() if outputs is None else outputs
        for number, output in enumerate(chosen, 1):
            text = self._templates.text(output)
            self._progress(f"rendering: {number} files")
            yield output.path, text

    def formatted(self, rendered: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return the texts in black's style by their paths.

        Raises:
            TemplateError: a template gives something that is not valid Python.
        """
        return self._whole(self._formatted(rendered))

    def by_two_processes(self) -> dict[str, str]:
        """Return the texts of every file, rendered and formatted, some of them by another process.

        Raises:
            TemplateError: a template fails.
        """
        outputs = list(self._templates.outputs())
        return self._whole(in_two(lambda some: self._formatted(self.rendered(some)), outputs))

    def _formatted(self, rendered: Iterable[tuple[str, str]]) -> dict[str, str]:
        from ..format import format_files
        from ..render import TemplateError

        try:
            with collecting_what_is_new():
                return format_files(
                    rendered,
                    kept=self._kept,
                    memory=self._memory,
                    thorough=self._thorough,
                )
        except TemplateError as error:
            raise self._templates.blamed(error) from error

    def _whole(self, files: dict[str, str]) -> dict[str, str]:
        self.warnings += self._templates.missed(files)
        return files


def lowered(configuration: Configuration) -> Lowering:
    """Return what the templates see for a document. Nothing is written.

    Raises:
        DiagnosticError: as for `generate`.
    """
    from ..lower import lower
    from ..models import models
    from ..validate import check_openapi, in_order, validate

    plugins = load_plugins(configuration)
    document = read(configuration)
    refuse(check_openapi(document))
    result = lower(document, configuration)
    findings = in_order(document, (*validate(document), *result.diagnostics))
    findings = judged(findings, strict=configuration.strict, tolerant=True)
    refuse(findings)

    def build() -> tuple[Model, ...]:
        return models(result.definitions, result.texts, kept=configuration.cache)

    api = change(replace(result.api, build_models=cache(build)), plugins)
    with releasing(configuration, document, api, beside=False) as pending:
        if pending.offer is not None:
            pending.offer(offered(api, renderer(api, configuration, plugins)))
        api = pending.decide().versioned(api)
    warnings: list[Diagnostic] = []
    templates = renderer(api, configuration, plugins, warnings.append)
    return Lowering(api, document, templates, (*findings, *warnings))
