"""The way through: document, diagnostics and `Api`, rendered and formatted text, files on disk.

Each stage is a function of what the one before gives. The models stage and validation, whose
libraries are slow to import, run beside the others; nothing is written before all of them are done.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import freshness
from .diagnostics import Diagnostic, SpecError, judged
from .outcome import Check, Summary

if TYPE_CHECKING:
    from .api import Api, Model, Value
    from .config import Configuration
    from .lower import Lowered
    from .lower.schemas import Definition
    from .read.document import Document
    from .text import Name

Progress = Callable[[str], None]
"""Called with the name of each stage when it begins."""


_MANY_OPERATIONS = 40
"""From how many operations on a second process formats a part of the files."""


def _quiet(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Made:
    api: Api
    files: dict[str, str]
    document: Document
    diagnostics: tuple[Diagnostic, ...]


def generate(
    configuration: Configuration, *, force: bool = False, progress: Progress = _quiet
) -> Summary:
    """Write the client of a document.

    Args:
        configuration: what to read and where to write.
        force: overwrite generated files that were edited by hand.
        progress: called with the name of each stage.

    Raises:
        DiagnosticError: the document cannot be read or, if the run is strict, has a flaw; a template fails; the output cannot
            be written. Nothing was written.
    """
    from .write import write

    begun = time.perf_counter()
    if (stamp := freshness.current(configuration)) is not None and configuration.output is not None:
        return Summary(
            output=configuration.output,
            operations=stamp.operations,
            models=stamp.models,
            written=0,
            unchanged=stamp.files,
            removed=0,
            seconds=time.perf_counter() - begun,
            up_to_date=True,
        )
    with _collector_paused():
        made = _make(configuration, progress)
        output = configuration.output_for(made.api.distribution)
        manifest = freshness.manifest_of(configuration, made.document.files)
        progress("writing")
        plan = write(
            output,
            made.files,
            manifest,
            force=force,
            waiting=lambda: progress("waiting for another run"),
        )
        operations, models = len(made.api.operations), len(made.api.models)
        flawed = any(found.severity != "note" for found in made.diagnostics)
        if not plan.kept and not flawed:
            freshness.record(
                replace(configuration, output=output),
                plan.manifest,
                operations=operations,
                models=models,
            )
    return Summary(
        output=output,
        operations=operations,
        models=models,
        written=len(plan.written),
        unchanged=len(plan.unchanged),
        removed=len(plan.removed),
        kept=plan.kept,
        seconds=time.perf_counter() - begun,
        diagnostics=made.diagnostics,
    )


def check(configuration: Configuration, *, progress: Progress = _quiet) -> Check:
    """Compare the output with what the document gives. Nothing is written.

    Raises:
        DiagnosticError: as for `generate`.
    """
    from .write.drift import compare

    with _collector_paused():
        made = _make(configuration, progress)
        output = configuration.output_for(made.api.distribution)
        manifest = freshness.manifest_of(configuration, made.document.files)
        drift = compare(output, made.files, manifest)
    return Check(output=output, drift=drift, diagnostics=made.diagnostics)


def validate(configuration: Configuration) -> list[Diagnostic]:
    """Return what is wrong with a document: the same findings that `generate` tells of, in the order of the document.

    Raises:
        DiagnosticError: it cannot be read.
    """
    from .lower import lower
    from .read import document
    from .validate import check_openapi, in_order, validate

    read = document.read(configuration.spec)
    findings = check_openapi(read)
    if not findings:
        findings = in_order(read, (*validate(read), *lower(read, configuration).diagnostics))
    return judged(findings, strict=configuration.strict)


def _make(configuration: Configuration, progress: Progress) -> _Made:
    """Run the stages up to the formatted text of every file."""
    from .aside import Aside
    from .format import format_files
    from .lower import lower
    from .read import document
    from .render import render
    from .validate import check_openapi, in_order, validate

    progress("reading")
    with Aside(_models, _prepare_models) as models:
        read = document.read(configuration.spec)
        _refuse(check_openapi(read))

        def findings_of(_: None) -> list[Diagnostic]:
            return validate(read)

        with Aside(findings_of) as validation:
            validation.start(None)
            progress("lowering")
            lowered: Lowered = lower(read, configuration)
            models.start((lowered.definitions, lowered.texts))
            progress("rendering")
            api = replace(lowered.api, build_models=models.result)
            rendered = render(api, configuration.templates)
            files = format_files(rendered, side_by_side=len(api.operations) > _MANY_OPERATIONS)
            progress("validating")
            findings = judged(
                in_order(read, (*validation.result(), *lowered.diagnostics)),
                strict=configuration.strict,
                tolerant=True,
            )
            _refuse(findings)
    return _Made(api, files, read, tuple(findings))


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
