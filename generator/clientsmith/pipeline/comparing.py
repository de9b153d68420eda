"""Two documents side by side, and the packages that they give: for `diff`, and for the version of a package."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .stages import (
    Progress,
    change,
    collector_paused,
    data,
    load_plugins,
    quiet,
    refuse,
    renderer,
)

if TYPE_CHECKING:
    from ..api import Api
    from ..config import Configuration
    from ..diff.changes import Change
    from ..diff.package import Package
    from ..diff.report import Comparison
    from ..diff.sides import Load
    from ..plugins import Plugin
    from ..read.document import Document
    from ..release import Release


def diff(
    old: str | None, new: str | None, load: Load, cwd: Path, *, progress: Progress = quiet
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
    from ..diff.changes import merged
    from ..diff.contract import compare_contracts
    from ..diff.python import compare_packages
    from ..diff.report import Comparison
    from ..diff.sides import sides
    from ..diff.versions import later

    with collector_paused():
        before, after = sides(old, new, load, cwd)
        documents = before.read(), after.read()
        (old_api, one), (new_api, other) = (
            _package(side.configuration, document, progress)
            for side, document in zip((before, after), documents, strict=True)
        )
        changes: tuple[Change, ...] = ()
        if data(documents[0]) != data(documents[1]):
            progress("comparing")
            changes = *compare_contracts(*documents), *compare_packages(one, other)
    old_version = later(old_api.distribution_version, before.version or "")
    new_version = later(new_api.distribution_version, after.version or "")
    return Comparison(before.name, after.name, old_version, new_version, merged(changes))


def released(
    configuration: Configuration,
    document: Document,
    api: Api,
    plugins: tuple[Plugin, ...],
    progress: Progress = quiet,
    date: str | None = None,
) -> Release:
    """Return the version of the package, which follows from what changed since the last release that its output remembers.

    Args:
        configuration: the run's configuration.
        document: the document.
        api: the client, after the plugins.
        plugins: the plugins.
        progress: called with the name of each stage.
        date: the day of the release that this is to be; None where it is none.
    """
    from ..release import decide, read_release

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


def _changes(
    configuration: Configuration,
    since: Document,
    document: Document,
    api: Api,
    plugins: tuple[Plugin, ...],
) -> tuple[Change, ...]:
    """Return what changed between a document and the one of this run."""
    from ..diff.changes import merged
    from ..diff.contract import compare_contracts
    from ..diff.package import package_of
    from ..diff.python import compare_packages
    from ..diff.schema import without_descriptions

    found = compare_contracts(since, document)
    before, after = (
        [without_descriptions(each) for each in data(side)] for side in (since, document)
    )
    if before != after:
        package = package_of(api, renderer(api, configuration, plugins).files(), document)
        found = merged((*found, *compare_packages(_released(configuration, since), package)))
    return found


def _released(configuration: Configuration, document: Document) -> Package:
    """Return what the package of the released document offers, from the cache where it is there.

    Args:
        configuration: the configuration of the run.
        document: the released document.
    """
    from hashlib import sha256

    from .. import freshness
    from ..diff.kept import restored, written

    then = replace(configuration, version=None)
    inputs = {file.name: sha256(file.content).hexdigest() for file in document.files}
    key = freshness.key_of(then, then.spec.name, inputs, freshness.templates_of(then))
    package = restored(then.cache.get("packages", key))
    if package is None:
        _, package = _package(then, document)
        then.cache.put("packages", key, written(package))
    return package


def _package(
    configuration: Configuration, document: Document, progress: Progress = quiet
) -> tuple[Api, Package]:
    """Return the client of a document and what its package, rendered and neither formatted nor written, offers.

    Args:
        configuration: what it is called.
        document: the document.
        progress: called with the name of each stage.
    """
    from ..diff.package import package_of
    from ..lower import lower
    from ..models import models
    from ..validate import check_openapi

    plugins = load_plugins(configuration)
    refuse(check_openapi(document))
    progress("lowering")
    lowered = lower(document, configuration)
    built = models(lowered.definitions, lowered.texts, kept=configuration.cache)
    progress("rendering")
    api = change(replace(lowered.api, build_models=lambda: built), plugins)
    return api, package_of(api, renderer(api, configuration, plugins).files(), document)
