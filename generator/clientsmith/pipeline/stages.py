"""The stages as every command runs them, by what the configuration says."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..diagnostics import Diagnostic, SpecError, shown

if TYPE_CHECKING:
    from ..api import Api
    from ..config import Configuration
    from ..plugins import Plugin
    from ..read.document import Document
    from ..read.file import Loader
    from ..read.source import Value
    from ..render import Memory, Renderer

Progress = Callable[[str], None]
"""Called with the name of each stage when it begins, and again with how far it is."""


_COLLECTED = 50_000
"""Objects after which the garbage collector looks at those that are new; an ordinary package has not as many."""


def quiet(_: str) -> None:
    """Tell nobody of progress."""


def read(configuration: Configuration, load: Loader | None = None) -> Document:
    """Return the configured document.

    Args:
        configuration: the document and its overlays.
        load: reads the files; None to read them from the disk.

    Raises:
        InputError: it cannot be read.
    """
    from ..read.loading import read

    return read(
        configuration.spec,
        root=configuration.document_root,
        allow_remote=configuration.allow_remote,
        load=load,
        overlays=configuration.overlays,
    )


def data(document: Document) -> list[Value]:
    """Return the values of every file of a document."""
    return [file.data for file in document.files]


def load_plugins(configuration: Configuration) -> tuple[Plugin, ...]:
    """Return the configured plugins.

    Raises:
        DiagnosticError: one of them cannot be loaded.
    """
    if not configuration.plugins:
        return ()
    from ..plugins.loading import load

    return load(configuration.plugins)


def change(api: Api, plugins: tuple[Plugin, ...]) -> Api:
    """Return what the plugins make of an API.

    Raises:
        DiagnosticError: one of them fails.
    """
    if not plugins:
        return api
    from ..plugins.loading import changed

    return changed(api, plugins)


def renderer(
    api: Api,
    configuration: Configuration,
    plugins: tuple[Plugin, ...],
    report: Callable[[Diagnostic], None] = lambda _: None,
    memory: Memory | None = None,
) -> Renderer:
    """Return the configured templates at work.

    Args:
        api: the client, after the plugins.
        configuration: where the user's templates are.
        plugins: the plugins.
        report: called with each warning about the user's templates.
        memory: what the last run of this process gave.

    Raises:
        TemplateError: a template of the user cannot be read, or would have no effect.
        ConfigurationError: the output is in the folder of the templates.
    """
    from ..render import Renderer, find_templates

    _keep_apart(configuration.templates, configuration.output_for(api.distribution))
    templates = find_templates(configuration.templates, without=configuration.plugin_files)
    return Renderer(api, templates, plugins, report, kept=configuration.cache, memory=memory)


def _keep_apart(templates: Path | None, output: Path) -> None:
    """Refuse an output whose files would be templates of the next run."""
    if templates is None or not _resolved(output).is_relative_to(_resolved(templates)):
        return
    from ..config import ConfigurationError

    message = f"the output, {shown(output)}, is in the folder of the templates, {shown(templates)}"
    hint = "its files would be templates of the next run: name another folder for one of them"
    raise ConfigurationError(Diagnostic("error", message, hint=hint))


def _resolved(path: Path) -> Path:
    return Path(os.path.realpath(path))


def refuse(findings: list[Diagnostic]) -> None:
    """End the run if there is an error among the findings.

    Raises:
        SpecError: there is.
    """
    if any(finding.severity == "error" for finding in findings):
        raise SpecError(*findings)


@contextmanager
def collector_paused() -> Generator[None]:
    """Pause the cyclic garbage collector: a run makes many objects that live until its end, and little garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def collecting_what_is_new() -> Generator[None]:
    """Let the cyclic garbage collector look at what is made meanwhile, and at nothing that was there before.

    What black reads text into are trees whose nodes know their parents, which nothing else would free.
    """
    enabled = gc.isenabled()
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_COLLECTED)
    gc.enable()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
        if not enabled:
            gc.disable()
