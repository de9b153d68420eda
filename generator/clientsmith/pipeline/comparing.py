"""Two documents side by side, and the packages that they give: for `diff`, and for the version of a package."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
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
    from ..read.document import Document
    from ..release import Release
    from ..render import Renderer


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
        _import_stages()

        def package(_: None) -> tuple[str, Package]:
            return _package(before.configuration, documents[0])

        with Aside(package) as earlier:
            earlier.start(None)
            new_version, other = _package(after.configuration, documents[1], progress)
            contracts: tuple[Change, ...] = ()
            differs = not same(data(documents[0]), data(documents[1]))
            if differs:
                progress("comparing")
                contracts = compare_contracts(*documents)
            old_version, one = earlier.result()
        changes = *contracts, *(compare_packages(one, other) if differs else ())
    old_version = later(old_version, before.version or "")
    new_version = later(new_version, after.version or "")
    return Comparison(before.name, after.name, old_version, new_version, merged(changes))


@dataclass(frozen=True)
class Releasing:
    """A release that may still have to be decided on.

    Attributes:
        offer: takes the text of each file, not formatted, where the version follows from it; None where it does not.
        decide: gives the release.
    """

    offer: Callable[[Iterable[tuple[str, str]]], None] | None
    decide: Callable[[], Release]


@contextmanager
def releasing(
    configuration: Configuration,
    document: Document,
    api: Api,
    progress: Progress = quiet,
    *,
    date: str | None = None,
    beside: bool = True,
) -> Generator[Releasing]:
    """Find the version of the package, which follows from what changed since the last release that its output remembers.

    Args:
        configuration: the run's configuration.
        document: the document.
        api: the client, after the plugins.
        progress: called with the name of each stage.
        date: the day of the release that this is to be; None where it is none.
        beside: compare the packages in another process.
    """
    from ..release import decide, read_release

    released = read_release(configuration.output_for(api.distribution))
    since = released.document() if released is not None and released.differs(document) else None
    with ExitStack() as processes:
        interfaces: Aside[Package, tuple[Change, ...]] | None = None
        if since is not None and _is_changed(since, document):
            known = _Known(configuration, since)
            interfaces = Aside(known.compare, known.prepare, beside=beside)
            processes.enter_context(interfaces)

        def offer(files: Iterable[tuple[str, str]]) -> None:
            from ..diff.package import package_of

            if interfaces is not None:
                interfaces.start(package_of(api, files, document))

        def changes(since: Document) -> tuple[Change, ...]:
            from ..diff.changes import merged
            from ..diff.contract import compare_contracts

            progress("comparing")
            found = compare_contracts(since, document)
            return merged((*found, *(interfaces.result() if interfaces is not None else ())))

        def release() -> Release:
            stated = api.distribution_version
            return decide(released, document, stated, configuration.version, changes, date=date)

        yield Releasing(offer if interfaces is not None else None, release)


@dataclass(frozen=True)
class _Known:
    """What callers know: the package of the released document.

    Attributes:
        configuration: the configuration of the run.
        document: the released document.
    """

    configuration: Configuration
    document: Document

    def prepare(self) -> None:
        """Do what takes longest, before the new package is there."""
        from ..diff.python import prepare

        prepare()
        _ = self._package

    def compare(self, package: Package) -> tuple[Change, ...]:
        """Compare what callers know with another package."""
        from ..diff.python import compare_packages

        return compare_packages(self._package, package)

    @cached_property
    def _package(self) -> Package:
        return _released(self.configuration, self.document)


def _is_changed(since: Document, document: Document) -> bool:
    """Tell whether two documents differ in more than descriptions, so that the Python interfaces may differ."""
    from ..diff.meaning import without_descriptions
    from ..read.equality import same

    before, after = (
        [without_descriptions(each) for each in data(side)] for side in (since, document)
    )
    return not same(before, after)


def offered(api: Api, templates: Renderer) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file that says what a package offers; nothing else is rendered."""
    from ..diff.package import offers

    for output in templates.outputs():
        if offers(api, output.path):
            yield output.path, templates.text(output)


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
        package = _package(then, document)[1]
        then.cache.put("packages", key, written(package))
    return package


def _package(
    configuration: Configuration, document: Document, progress: Progress = quiet
) -> tuple[str, Package]:
    """Return the version of a document and what its package, rendered and neither formatted nor written, offers.

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
    offers = package_of(api, offered(api, renderer(api, configuration, plugins)), document)
    return api.distribution_version, offers


def _import_stages() -> None:
    """Import what both sides need, before one of them gets a process of its own."""
    for module in ("diff.package", "lower", "models", "render.environment", "validate"):
        import_module(f"clientsmith.{module}")
