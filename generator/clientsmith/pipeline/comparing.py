"""Two documents side by side, and the packages that they give: for `diff`, and for the version of a package."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..aside import Aside
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
    from ..render import Memory, Renderer


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
    from ..read.equality import same

    with collector_paused():
        before, after = sides(old, new, load, cwd)
        documents = before.read(), after.read()
        (old_api, one), (new_api, other) = (
            _package(side.configuration, document, progress)
            for side, document in zip((before, after), documents, strict=True)
        )
        changes: tuple[Change, ...] = ()
        if not same(data(documents[0]), data(documents[1])):
            progress("comparing")
            changes = *compare_contracts(*documents), *compare_packages(one, other)
    old_version = later(old_api.distribution_version, before.version or "")
    new_version = later(new_api.distribution_version, after.version or "")
    return Comparison(before.name, after.name, old_version, new_version, merged(changes))


@dataclass(frozen=True)
class Releasing:
    """A release that may still have to be decided on.

    Attributes:
        is_comparing: whether another process compares the packages meanwhile.
        decide: waits for that, and gives the release.
    """

    is_comparing: bool
    decide: Callable[[], Release]


@contextmanager
def releasing(
    configuration: Configuration,
    document: Document,
    api: Api,
    plugins: tuple[Plugin, ...],
    progress: Progress = quiet,
    *,
    date: str | None = None,
    beside: bool = True,
    memory: Memory | None = None,
) -> Generator[Releasing]:
    """Find the version of the package, which follows from what changed since the last release that its output remembers.

    Args:
        configuration: the run's configuration.
        document: the document.
        api: the client, after the plugins.
        plugins: the plugins.
        progress: called with the name of each stage.
        date: the day of the release that this is to be; None where it is none.
        beside: compare the packages in another process.
        memory: what the last run of this process gave.
    """
    from ..release import decide, read_release

    released = read_release(configuration.output_for(api.distribution))
    since = released.document() if released is not None and released.differs(document) else None
    is_changed = since is not None and _is_changed(since, document)
    if is_changed and beside:
        _ = api.models  # they come from another process, which answers this one alone

    def compare(_: None) -> tuple[Change, ...]:
        from ..diff.python import compare_packages

        if since is None or not is_changed:
            return ()
        package = _offered(api, renderer(api, configuration, plugins, memory=memory), document)
        return compare_packages(_released(configuration, since), package)

    with Aside(compare, beside=is_changed and beside) as comparison:
        comparison.start(None)

        def changes(since: Document) -> tuple[Change, ...]:
            from ..diff.changes import merged
            from ..diff.contract import compare_contracts

            progress("comparing")
            found = compare_contracts(since, document)
            return merged((*found, *comparison.result()))

        def release() -> Release:
            stated = api.distribution_version
            return decide(released, document, stated, configuration.version, changes, date=date)

        yield Releasing(is_changed and beside, release)


def _is_changed(since: Document, document: Document) -> bool:
    """Tell whether two documents differ in more than descriptions, so that the Python interfaces may differ."""
    from ..diff.meaning import without_descriptions
    from ..read.equality import same

    before, after = (
        [without_descriptions(each) for each in data(side)] for side in (since, document)
    )
    return not same(before, after)


def _offered(api: Api, templates: Renderer, document: Document) -> Package:
    """Return what a package offers, of which nothing else is rendered."""
    from ..diff.package import offers, package_of

    outputs = (output for output in templates.outputs() if offers(api, output.path))
    return package_of(api, ((each.path, templates.text(each)) for each in outputs), document)


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
    return api, _offered(api, renderer(api, configuration, plugins), document)
