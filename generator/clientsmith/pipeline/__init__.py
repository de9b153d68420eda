"""The way through: document, diagnostics and `Api`, rendered and formatted text, files on disk.

Each stage is a function of what the one before gives. The models stage, formatting and validation, whose
libraries are slow to import, run beside the others; nothing is written before all of them are done.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from .. import freshness
from ..diagnostics import Diagnostic, judged
from ..outcome import Check, Summary
from .comparing import diff
from .making import Lowering, Made, lowered, make
from .stages import Progress, collector_paused, quiet, read, refuse

if TYPE_CHECKING:
    from ..config import Configuration

__all__ = ["Lowering", "Made", "check", "diff", "generate", "lowered", "make", "put", "validate"]


def generate(
    configuration: Configuration,
    *,
    force: bool = False,
    release: str | None = None,
    progress: Progress = quiet,
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
    begun = time.perf_counter()
    stamp = freshness.current(configuration) if release is None else None
    if stamp is not None and configuration.output is not None:
        findings = judged(stamp.diagnostics, strict=configuration.strict)
        refuse(findings)
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
    with collector_paused():
        made = make(configuration, progress, date=release)
        return put(configuration, made, begun, force=force, progress=progress)


def put(
    configuration: Configuration,
    made: Made,
    begun: float,
    *,
    force: bool = False,
    progress: Progress = quiet,
) -> Summary:
    """Write a package that was made.

    Args:
        configuration: what it was made with.
        made: the package.
        begun: when the run began, in seconds of `time.perf_counter`.
        force: overwrite generated files that were edited by hand.
        progress: called with the name of each stage.

    Raises:
        DiagnosticError: the output cannot be written. Nothing was written.
    """
    from ..write import write

    manifest = freshness.manifest_of(configuration, (*made.document.files, *made.document.overlays))
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


def check(configuration: Configuration, *, progress: Progress = quiet) -> Check:
    """Compare the output with what the document gives. Nothing is written.

    Raises:
        DiagnosticError: as for `generate`.
    """
    from ..write.drift import compare

    with collector_paused():
        made = make(configuration, progress)
        manifest = freshness.manifest_of(
            configuration, (*made.document.files, *made.document.overlays)
        )
        drift = compare(made.output, made.files, manifest, made.release.changelog, made.handwritten)
    return Check(output=made.output, drift=drift, diagnostics=made.diagnostics)


def validate(configuration: Configuration) -> list[Diagnostic]:
    """Return what is wrong with a document: the same findings that `generate` tells of, in the order of the document.

    Args:
        configuration: the document and its overlays.

    Raises:
        DiagnosticError: it cannot be read.
    """
    from ..lower import lower
    from ..validate import check_openapi, in_order, validate

    document = read(configuration)
    findings = check_openapi(document)
    if not findings:
        found = (*validate(document), *lower(document, configuration).diagnostics)
        findings = in_order(document, found)
    return judged(findings, strict=configuration.strict)
