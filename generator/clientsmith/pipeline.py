"""The way through: document, diagnostics and `Api`, rendered and formatted text, files on disk.

Each stage is a function of what the one before gives. The models stage and validation, whose
libraries are slow to import, run beside the others; nothing is written before all of them are done.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from . import freshness
from .diagnostics import Diagnostic, SpecError, judged
from .outcome import Check, Summary
from .text import Name

if TYPE_CHECKING:
    from .api import Api, Model, Value
    from .config import Configuration
    from .diff.changes import Change
    from .diff.package import Package
    from .diff.report import Comparison
    from .diff.sides import Load
    from .lower import Lowered
    from .lower.schemas import Definition
    from .plugins import Plugin
    from .read.document import Document
    from .read.source import Value as JsonValue
    from .release import Release
    from .render import Renderer
    from .text import Name

Progress = Callable[[str], None]
"""Called with the name of each stage when it begins, and again with how far it is."""


_MANY_OPERATIONS = 40
"""From how many operations on a second process formats a part of the files."""


def _quiet(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Made:
    api: Api
    output: Path
    files: dict[str, str]
    document: Document
    release: Release
    handwritten: str | None
    diagnostics: tuple[Diagnostic, ...]


def generate(
    configuration: Configuration,
    *,
    force: bool = False,
    release: str | None = None,
    progress: Progress = _quiet,
) -> Summary:
    """Write the client of a document.

    Args:
        configuration: what to read and where to write.
        force: overwrite generated files that were edited by hand.
        release: the day of the release that this is to be, such as 2026-11-23; None where it is none.
        progress: called with the name of each stage.

    Raises:
        DiagnosticError: the document cannot be read or, if the run is strict, has a flaw; a template fails; the output cannot
            be written. Nothing was written.
    """
    from .write import write

    begun = time.perf_counter()
    stamp = freshness.current(configuration) if release is None else None
    if stamp is not None and configuration.output is not None:
        findings = judged(stamp.diagnostics, strict=configuration.strict)
        _refuse(findings)
        return Summary(
            output=configuration.output,
            operations=stamp.operations,
            models=stamp.models,
            written=0,
            unchanged=stamp.files,
            removed=0,
            seconds=time.perf_counter() - begun,
            diagnostics=tuple(findings),
            up_to_date=True,
        )
    with _collector_paused():
        made = _make(configuration, progress, date=release)
        manifest = freshness.manifest_of(
            configuration, (*made.document.files, *made.document.overlays)
        )
        progress("writing")
        plan = write(
            made.output,
            made.files,
            manifest,
            made.release.changelog,
            force=force,
            waiting=lambda: progress("waiting for another run"),
        )
        operations, models = len(made.api.operations), len(made.api.models)
        if not plan.kept:
            freshness.record(
                replace(configuration, output=made.output),
                plan.manifest,
                operations=operations,
                models=models,
                diagnostics=made.diagnostics,
            )
    return Summary(
        output=made.output,
        operations=operations,
        models=models,
        written=len(plan.written),
        unchanged=len(plan.unchanged),
        removed=len(plan.removed),
        kept=plan.kept,
        seconds=time.perf_counter() - begun,
        diagnostics=made.diagnostics,
        comparison=made.release.comparison,
    )


def check(configuration: Configuration, *, progress: Progress = _quiet) -> Check:
    """Compare the output with what the document gives. Nothing is written.

    Raises:
        DiagnosticError: as for `generate`.
    """
    from .write.drift import compare

    with _collector_paused():
        made = _make(configuration, progress)
        manifest = freshness.manifest_of(
            configuration, (*made.document.files, *made.document.overlays)
        )
        drift = compare(made.output, made.files, manifest, made.release.changelog, made.handwritten)
    return Check(output=made.output, drift=drift, diagnostics=made.diagnostics)


@dataclass(frozen=True, slots=True)
class Lowering:
    """What the templates see for a document, and what stands on the two sides of it.

    Attributes:
        api: the client, after the plugins.
        document: what it is made from.
        renderer: the templates, which the API has been given to.
    """

    api: Api
    document: Document
    renderer: Renderer


def lowered(configuration: Configuration) -> Lowering:
    """Return what the templates see for a document. Nothing is written.

    Raises:
        DiagnosticError: as for `generate`.
    """
    from .lower import lower
    from .models import models
    from .read import document
    from .validate import check_openapi, in_order, validate

    plugins = _plugins(configuration)
    read = document.read(configuration.spec, overlays=configuration.overlays)
    _refuse(check_openapi(read))
    result = lower(read, configuration)
    findings = in_order(read, (*validate(read), *result.diagnostics))
    _refuse(judged(findings, strict=configuration.strict, tolerant=True))

    def build() -> tuple[Model, ...]:
        return models(result.definitions, result.texts)

    api = _changed(replace(result.api, build_models=cache(build)), plugins)
    api = _versioned(api, _release(configuration, read, api, plugins))
    return Lowering(api, read, _renderer(api, configuration, plugins))


def validate(configuration: Configuration) -> list[Diagnostic]:
    """Return what is wrong with a document: the same findings that `generate` tells of, in the order of the document.

    Args:
        configuration: the document and its overlays.

    Raises:
        DiagnosticError: it cannot be read.
    """
    from .lower import lower
    from .validate import check_openapi, in_order, validate

    read = _read(configuration)
    findings = check_openapi(read)
    if not findings:
        findings = in_order(read, (*validate(read), *lower(read, configuration).diagnostics))
    return judged(findings, strict=configuration.strict)


def diff(
    old: str | None, new: str | None, load: Load, cwd: Path, *, progress: Progress = _quiet
) -> Comparison:
    """Compare two documents, and the packages that they give.

    Args:
        old: the document that callers know: a file, or a git revision and a path (`main:spec/openapi.yaml`); None for what is
            committed of the configured document.
        new: the one that takes its place; None for the configured document.
        load: gives the configuration of a document, or of the configured one.
        cwd: the current folder, absolute.
        progress: called with the name of each stage.

    Raises:
        DiagnosticError: one of them is invalid or cannot be read.
    """
    from .diff.changes import merged
    from .diff.contract import compare_contracts
    from .diff.python import compare_packages
    from .diff.report import Comparison
    from .diff.sides import sides
    from .diff.versions import later

    with _collector_paused():
        before, after = sides(old, new, load, cwd)
        one, other = (
            _package(side.configuration, side.read(), progress) for side in (before, after)
        )
        changes: tuple[Change, ...] = ()
        if _data(one.document) != _data(other.document):
            progress("comparing")
            changes = (
                *compare_contracts(one.document, other.document),
                *compare_packages(one, other),
            )
    old_version = later(one.api.distribution_version, before.version or "")
    new_version = later(other.api.distribution_version, after.version or "")
    return Comparison(before.name, after.name, old_version, new_version, merged(changes))


def _data(read: Document) -> list[JsonValue]:
    return [file.data for file in read.files]


def _package(
    configuration: Configuration,
    document: Document,
    progress: Progress = _quiet,
) -> Package:
    """Return the package of a document, rendered and neither formatted nor written.

    Args:
        configuration: what it is called.
        document: the document.
        progress: called with the name of each stage.
    """
    from .diff.package import Package
    from .lower import lower
    from .validate import check_openapi

    plugins = _plugins(configuration)
    _refuse(check_openapi(document))
    progress("lowering")
    lowered = lower(document, configuration)
    built = _models((lowered.definitions, lowered.texts))
    progress("rendering")
    api = _changed(replace(lowered.api, build_models=lambda: built), plugins)
    return Package(api, dict(_renderer(api, configuration, plugins).files()), document)


def _read(configuration: Configuration) -> Document:
    from .read.document import read

    return read(
        configuration.spec,
        root=configuration.document_root,
        allow_remote=configuration.allow_remote,
        overlays=configuration.overlays,
    )


def _make(configuration: Configuration, progress: Progress, *, date: str | None = None) -> _Made:
    """Run the stages up to the formatted text of every file.

    Args:
        configuration: the run's configuration.
        progress: called with the name of each stage.
        date: the day of the release that this is to be; None where it is none.
    """
    from .aside import Aside
    from .format import format_files
    from .lower import lower
    from .release import RECORD
    from .render import TemplateError
    from .validate import check_openapi, in_order, validate

    plugins = _plugins(configuration)
    progress("reading")
    with Aside(_models, _prepare_models) as models:
        read = _read(configuration)
        _refuse(check_openapi(read))

        def findings_of(_: None) -> list[Diagnostic]:
            return validate(read)

        with Aside(findings_of) as validation:
            validation.start(None)
            progress("lowering")
            lowered: Lowered = lower(read, configuration)
            models.start((lowered.definitions, lowered.texts))

            def judge() -> list[Diagnostic]:
                progress("validating")
                found = in_order(read, (*validation.result(), *lowered.diagnostics))
                return judged(found, strict=configuration.strict, tolerant=True)

            findings = judge() if configuration.strict else None
            _refuse(findings or [])
            api = _changed(replace(lowered.api, build_models=cache(models.result)), plugins)
            output = configuration.output_for(api.distribution)

            release = _release(configuration, read, api, plugins, progress, date)
            progress("rendering")
            versioned = _versioned(api, release)
            warnings: list[Diagnostic] = []
            renderer = _renderer(versioned, configuration, plugins, warnings.append)
            try:
                files = format_files(
                    _counted(renderer.files(), progress),
                    side_by_side=len(api.operations) > _MANY_OPERATIONS,
                    thorough=bool(plugins or configuration.templates),
                    progress=progress,
                )
            except TemplateError as error:
                raise renderer.blamed(error) from error
            files[RECORD] = release.record.text()
            findings = judge() if findings is None else findings
    name = configuration.handwritten
    return _Made(
        versioned,
        output,
        files,
        read,
        release,
        f"src/{api.package}/{name}" if name is not None else None,
        (*findings, *warnings),
    )


def _release(
    configuration: Configuration,
    document: Document,
    api: Api,
    plugins: tuple[Plugin, ...],
    progress: Progress = _quiet,
    date: str | None = None,
) -> Release:
    """Return the version of the package, which follows from what changed since the last release that its output remembers."""
    from .release import decide, read_release

    def changes(since: Document) -> tuple[Change, ...]:
        progress("comparing")
        return _changes(configuration, since, document, api, plugins)

    return decide(
        read_release(configuration.output_for(api.distribution)),
        document,
        api.distribution_version,
        configuration.version,
        changes,
        date=date,
    )


def _versioned(api: Api, release: Release) -> Api:
    return replace(api, distribution_version=Name(release.version), build_models=lambda: api.models)


def _changes(
    configuration: Configuration,
    since: Document,
    document: Document,
    api: Api,
    plugins: tuple[Plugin, ...],
) -> tuple[Change, ...]:
    """Return what changed between a document and the one of this run."""
    from .diff.changes import merged
    from .diff.contract import compare_contracts
    from .diff.package import Package
    from .diff.python import compare_packages
    from .diff.schema import without_descriptions

    found = compare_contracts(since, document)
    before, after = (
        [without_descriptions(each) for each in _data(side)] for side in (since, document)
    )
    if before != after:
        files = dict(_renderer(api, configuration, plugins).files())
        package = Package(api, files, document)
        old = replace(configuration, version=None)
        found = merged((*found, *compare_packages(_package(old, since), package)))
    return found


def _counted(files: Iterable[tuple[str, str]], progress: Progress) -> Generator[tuple[str, str]]:
    """Pass on what is rendered, and tell how much that is."""
    for number, file in enumerate(files, 1):
        progress(f"rendering: {number} files")
        yield file


def _renderer(
    api: Api,
    configuration: Configuration,
    plugins: tuple[Plugin, ...],
    report: Callable[[Diagnostic], None] = lambda _: None,
) -> Renderer:
    from .render import Renderer, find_templates

    templates = find_templates(configuration.templates, without=configuration.plugin_files)
    return Renderer(api, templates, plugins, report)


def _plugins(configuration: Configuration) -> tuple[Plugin, ...]:
    if not configuration.plugins:
        return ()
    from .plugins.loading import load

    return load(configuration.plugins)


def _changed(api: Api, plugins: tuple[Plugin, ...]) -> Api:
    if not plugins:
        return api
    from .plugins.loading import changed

    return changed(api, plugins)


def _prepare_models() -> None:
    from .models import prepare

    prepare()


def _models(argument: tuple[Mapping[Name, Definition], Mapping[str, Value]]) -> tuple[Model, ...]:
    from .models import models

    return models(*argument)


def _refuse(findings: list[Diagnostic]) -> None:
    if any(finding.severity == "error" for finding in findings):
        raise SpecError(*findings)


@contextmanager
def _collector_paused() -> Generator[None]:
    """Pause the cyclic garbage collector: a run makes many objects that live until its end, and little garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
