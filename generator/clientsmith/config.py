"""The configuration of a run: `[tool.clientsmith]`, clientsmith.toml and the command line, in one `Configuration`.

Where it comes from, in this order:

1. `--config FILE`;
2. the nearest folder, from the current one upward, that has a clientsmith.toml or a pyproject.toml with a
   `[tool.clientsmith]` table (a pyproject.toml without that table is passed over);
3. nothing: then the command line has to name the document.

The keys of clientsmith.toml stand at its top level. Paths in a file are relative to that file's folder; paths on the
command line are relative to the current folder. An option of the command line wins over the file.

A table's `output`, `overlays`, `handwritten`, `strict`, `document-root`, `allow-remote`, and the names and the version
that it gives, belong to its `spec`. When the command line names another document they are not used, so that the client
of one document never replaces that of another, and what one document may read is not what another may.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from keyword import iskeyword
from pathlib import Path
from typing import cast

from .cache import NOTHING, Cache, of_user
from .diagnostics import Diagnostic, Location, quoted, shown
from .tomlfile import ConfigurationError, Table, parse

__all__ = ["Configuration", "ConfigurationError", "Folder", "earlier", "load", "load_folder"]

_OF_THE_DOCUMENT = (
    "output",
    "package",
    "distribution",
    "version",
    "environment-prefix",
    "handwritten",
)
_FLAGS = ("strict", "allow-remote")
_LISTS = ("overlays", "plugins")
_KEYS = ("spec", "templates", "document-root", *_OF_THE_DOCUMENT, *_FLAGS, *_LISTS)

_MODULES = ("_runtime", "api", "client", "configuration", "models", "testing", "webhooks")
"""What stands in every package."""

_DISTRIBUTION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_VERSION = re.compile(
    r"(?:\d+!)?\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?(?:\+[a-z0-9]+(?:\.[a-z0-9]+)*)?"
)


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What one run reads, where it writes, and the names it uses. All paths are absolute.

    Attributes:
        spec: The OpenAPI document; an existing file.
        root: The folder of the configuration file, or the current folder when there is none.
        output: The folder of the generated distribution; None when neither the file nor the command line gives one,
            see `output_for`.
        package: The import package's name; None to take it from the distribution's name.
        distribution: The distribution's name (PEP 508); None to take it from the document's title.
        version: The distribution's version (PEP 440); None to let clientsmith choose.
        environment_prefix: What the names of the client's environment variables begin with (`BANDWIDTH` for
            `BANDWIDTH_USERNAME`); None to take it from the document's title.
        templates: The folder of the user's templates, which exists; None to use the defaults alone.
        plugins: The plugins in their order, by what the configuration calls them: the file of each, or None for one that is a
            module or an entry point.
        strict: Whether every flaw of the document is an error.
        handwritten: The name of a folder in the package whose files people write, and clientsmith leaves alone; None for none.
        overlays: The overlays that are applied to the document, in this order; existing files.
        document_root: The folder that references to files may not leave, which exists; None for the folder of the document.
        allow_remote: Whether references to the network are followed.
        source: The file that this came from; None when everything came from the command line.
        cache: Where results are kept between runs. The output does not depend on it.
    """

    spec: Path
    root: Path
    output: Path | None = None
    package: str | None = None
    distribution: str | None = None
    version: str | None = None
    environment_prefix: str | None = None
    templates: Path | None = None
    plugins: Mapping[str, Path | None] = field(default_factory=dict[str, "Path | None"])
    strict: bool = False
    handwritten: str | None = None
    overlays: tuple[Path, ...] = ()
    document_root: Path | None = None
    allow_remote: bool = False
    source: Path | None = None
    cache: Cache = field(default_factory=of_user, compare=False)

    @property
    def plugin_files(self) -> tuple[Path, ...]:
        """The files that are plugins."""
        return tuple(file for file in self.plugins.values() if file is not None)

    def output_for(self, distribution: str) -> Path:
        """Return the configured output or, when there is none, the folder in `root` that is named so.

        Args:
            distribution: The distribution's name, as the naming module made it.
        """
        return self.output if self.output is not None else self.root / distribution

    def _relative(self, file: Path) -> str:
        return Path(os.path.relpath(file, self.spec.parent)).as_posix()

    def options(self) -> Mapping[str, str]:
        """Return what shapes the output besides the document and the templates. No absolute path is part of it."""
        root = self.document_root
        if root is not None:
            root = Path(os.path.relpath(root, self.spec.parent))
        options = {
            "allow-remote": "true" if self.allow_remote else None,
            "document-root": root.as_posix() if root is not None else None,
            "distribution": self.distribution,
            "environment-prefix": self.environment_prefix,
            "handwritten": self.handwritten,
            "package": self.package,
            "version": self.version,
            "overlays": ", ".join(self._relative(overlay) for overlay in self.overlays) or None,
        }
        return {name: value for name, value in options.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The folder of the user's templates.

    Attributes:
        templates: The folder, absolute, which may not exist; None when none is named.
        plugin_files: The files in it that are plugins.
    """

    templates: Path | None
    plugin_files: tuple[Path, ...]


def load_folder(
    cwd: Path, *, templates: str | None, config: str | None, must_exist: bool = True
) -> Folder:
    """Find the folder of templates alone, for what needs no document.

    Args:
        cwd: The current folder, absolute.
        templates: The value of `--templates`.
        config: The value of `--config`.
        must_exist: Refuse a folder that does not exist.

    Raises:
        ConfigurationError: The configuration is wrong, or the folder does not exist.
    """
    table = _table(cwd, config)
    if table is not None:
        _check_keys(table)
    folder = _resolved(cwd, templates) if templates is not None else _path(table, "templates")
    if must_exist:
        folder = _folder(cwd, table, "templates", templates)
    files = (file for file in _plugins(table).values() if file is not None)
    return Folder(templates=folder, plugin_files=tuple(files))


def load(
    cwd: Path,
    *,
    spec: str | None = None,
    output: str | None = None,
    package: str | None = None,
    templates: str | None = None,
    config: str | None = None,
    strict: bool | None = None,
    document_root: str | None = None,
    allow_remote: bool | None = None,
    no_cache: bool | None = None,
) -> Configuration:
    """Find the configuration and put the command line's options over it.

    Args:
        cwd: The current folder, absolute.
        spec: The document named on the command line.
        output: The value of `-o`.
        package: The value of `--package`.
        templates: The value of `--templates`.
        config: The value of `--config`.
        strict: The value of `--strict`; None where it is not given.
        document_root: The value of `--document-root`.
        allow_remote: The value of `--allow-remote`; None where it is not given.
        no_cache: Whether `--no-cache` is given.

    Returns:
        The configuration, checked.

    Raises:
        ConfigurationError: No document is named; the file is not TOML; it has a key that does not exist, or a value of
            the wrong type or form; a path in it, or on the command line, does not exist.
    """
    table = _table(cwd, config)
    if table is not None:
        _check_keys(table)
    document = _document(cwd, table, spec)
    own = table
    if table is not None and spec is not None and not _is_configured(table, document):
        own = None
    names = {name: _text(own, name) for name in _PROBLEMS}
    if package is not None:
        _refuse(_package_problem(package), "--package")
        names["package"] = package
    return Configuration(
        spec=document,
        root=table.file.parent if table is not None else cwd,
        output=_resolved(cwd, output) if output is not None else _path(own, "output"),
        package=names["package"],
        distribution=names["distribution"],
        version=names["version"],
        environment_prefix=names["environment-prefix"],
        handwritten=names["handwritten"],
        templates=_folder(cwd, table, "templates", templates),
        plugins=_plugins(table),
        strict=_flag(own, "strict") if strict is None else strict,
        overlays=_overlays(own),
        document_root=_folder(cwd, own, "document-root", document_root),
        allow_remote=_flag(own, "allow-remote") if allow_remote is None else allow_remote,
        source=table.file if table is not None else None,
        cache=NOTHING if no_cache else of_user(),
    )


def earlier(
    configuration: Configuration, content: Callable[[Path], bytes | None], spec: Path | None = None
) -> Configuration:
    """Return a configuration with the document, the overlays and the version that its file gave in another state of it.

    Args:
        configuration: The configuration as it is now.
        content: Gives what a file held then; None if it was not there.
        spec: The document that is meant; None for the one that the file named then. Of another one than that, the file says
            nothing.
    """
    found = content(configuration.source) if configuration.source is not None else None
    try:
        table = _table_in(configuration.source, found) if configuration.source and found else None
        named = _path(table, "spec") or configuration.spec
        own = table if spec is None or spec == named.resolve() else None
        version, overlays = _text(own, "version"), _named_overlays(own)
    except ConfigurationError:
        named, version, overlays = configuration.spec, None, ()
    return replace(configuration, spec=spec or named, version=version, overlays=overlays)


def _table(cwd: Path, config: str | None) -> Table | None:
    """Return the table that configures this run, if there is one."""
    if config is not None:
        file = _resolved(cwd, config)
        table = _table_of(file)
        if table is None:
            raise _error("there is no [tool.clientsmith] table", Location(shown(file), 1, 1))
        return table
    for folder in (cwd, *cwd.parents):
        found = [
            table
            for name in ("clientsmith.toml", "pyproject.toml")
            if (folder / name).is_file() and (table := _table_of(folder / name)) is not None
        ]
        if len(found) > 1:
            first, second = (shown(table.file) for table in found)
            raise _error(
                f"the configuration stands in two files, {first} and {second}",
                found[1].location,
                f"keep the keys of one, or name it with --config {first}",
            )
        if found:
            return found[0]
    return None


def _table_of(file: Path) -> Table | None:
    """Return clientsmith's table of a file; None for a pyproject.toml without one."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _error(f"{shown(file)} cannot be read: {error.strerror}") from None
    return _table_in(file, content)


def _table_in(file: Path, content: bytes) -> Table | None:
    if file.name == "pyproject.toml" and b"clientsmith" not in content:
        return None
    top = parse(file, content)
    table = top.table("tool")
    table = table.table("clientsmith") if table is not None else None
    if table is None and file.name != "pyproject.toml":
        return top
    return table


def _check_keys(table: Table) -> None:
    for name in table.values:
        if name not in _KEYS:
            known = f"the keys are {', '.join(sorted(_KEYS))}"
            nearest = _nearest(name)
            hint = f"did you mean {nearest}?" if nearest is not None else known
            raise _error(f"there is no key {quoted(name)}", table.key(name), hint)
        if name in _FLAGS:
            _flag(table, name)
        elif name not in _LISTS:
            _text(table, name)


def _nearest(name: str) -> str | None:
    from difflib import get_close_matches

    matches = get_close_matches(name.replace("_", "-").lower(), _KEYS, n=1)
    return matches[0] if matches else None


def _text(table: Table | None, name: str) -> str | None:
    """Return the value of a key, which has to be a string and not empty; None when the key is not there."""
    if table is None or name not in table.values:
        return None
    value = table.values[name]
    if not isinstance(value, str):
        raise _error(f"{name} has to be a string", table.value(name), f'write {name} = "..."')
    problem = "is empty" if not value else "has a null character" if "\0" in value else None
    if problem is None and name in _PROBLEMS:
        problem = _PROBLEMS[name](value)
    if problem is not None:
        raise _error(f"{name} {problem}", table.value(name))
    return value


def _flag(table: Table | None, name: str) -> bool:
    """Return the value of a key, which has to be true or false; False when the key is not there."""
    value = table.values.get(name, False) if table is not None else False
    if table is not None and not isinstance(value, bool):
        raise _error(f"{name} has to be true or false", table.value(name), f"write {name} = true")
    return value is True


def _path(table: Table | None, name: str) -> Path | None:
    value = _text(table, name)
    return _resolved(table.file.parent, value) if table is not None and value is not None else None


def _document(cwd: Path, table: Table | None, spec: str | None) -> Path:
    if spec is not None:
        document = _resolved(cwd, spec)
        if not document.is_file():
            raise _no_document(spec, document)
        return document
    configured = _path(table, "spec")
    if table is None or configured is None:
        raise _error(
            "no document is named",
            table.location if table is not None else None,
            'name it on the command line, or write spec = "openapi.yaml" in [tool.clientsmith] of a pyproject.toml',
        )
    if not configured.is_file():
        raise _error(f"there is no file {quoted(shown(configured))}", table.value("spec"))
    return configured


def _is_configured(table: Table, document: Path) -> bool:
    """Tell whether a document of the command line is the one that the table is about."""
    configured = _path(table, "spec")
    if configured is None:
        return True
    return configured == document or (configured.is_file() and configured.samefile(document))


def _folder(cwd: Path, table: Table | None, name: str, given: str | None) -> Path | None:
    """Return the folder that the command line or else a key names, which has to exist."""
    folder = _resolved(cwd, given) if given is not None else _path(table, name)
    if folder is not None and not folder.is_dir():
        place = table.value(name) if given is None and table is not None else None
        raise _error(f"there is no folder {quoted(shown(folder))}", place)
    return folder


def _overlays(table: Table | None) -> tuple[Path, ...]:
    overlays = _named_overlays(table)
    for overlay in overlays:
        if table is not None and not overlay.is_file():
            raise _error(f"there is no file {quoted(shown(overlay))}", table.value("overlays"))
    return overlays


def _named_overlays(table: Table | None) -> tuple[Path, ...]:
    if table is None or "overlays" not in table.values:
        return ()
    names = table.values["overlays"]
    texts = (
        [name for name in cast(list[object], names) if isinstance(name, str)]
        if isinstance(names, list)
        else []
    )
    if not isinstance(names, list) or len(texts) != len(cast(list[object], names)):
        hint = 'write overlays = ["overlay.yaml"]'
        raise _error("overlays has to be a list of strings", table.value("overlays"), hint)
    return tuple(_resolved(table.file.parent, name) for name in texts)


def _plugins(table: Table | None) -> dict[str, Path | None]:
    if table is None or "plugins" not in table.values:
        return {}
    given = table.values["plugins"]
    names = cast(list[object], given) if isinstance(given, list) else [given]
    found: dict[str, Path | None] = {}
    for name in names:
        if not isinstance(name, str) or not name:
            hint = 'write plugins = ["plugin.py"]'
            raise _error("plugins has to be a list of strings", table.value("plugins"), hint)
        file = None
        if name.endswith(".py") or "/" in name or os.sep in name:
            file = _resolved(table.file.parent, name)
            if not file.is_file():
                raise _error(f"there is no file {quoted(shown(file))}", table.value("plugins"))
        found[name] = file
    return found


def _resolved(base: Path, given: str) -> Path:
    if not given or "\0" in given:
        raise _error("a path is empty or has a null character")
    return Path(os.path.normpath(base / Path(given).expanduser()))


def _no_document(spec: str, path: Path) -> ConfigurationError:
    """Return what is said of a document that is no file."""
    if path.is_dir():
        return _error(f"{quoted(spec)} is a folder", hint="name the document that is in it")
    if spec == "-" or path.exists():
        why = "a document is read from a file, as it is compared with the last run: save it to one"
        return _error(f"{quoted(spec)} is not a file", hint=why)
    hint = "download it, and name the file" if "://" in spec else None
    return _error(f"there is no file {quoted(spec)}", hint=hint)


def _error(
    message: str, place: Location | None = None, hint: str | None = None
) -> ConfigurationError:
    return ConfigurationError(Diagnostic("error", message, place, hint))


def _refuse(problem: str | None, option: str) -> None:
    if problem is not None:
        raise _error(f"{option} {problem}")


def _package_problem(value: str) -> str | None:
    if iskeyword(value):
        return f"is {quoted(value)}, a Python keyword"
    if not (value.isascii() and value.isidentifier()):
        return f"is {quoted(value)}, which is not a Python identifier"
    return None


def _handwritten_problem(value: str) -> str | None:
    if value in _MODULES:
        return f"is {quoted(value)}, which clientsmith writes itself"
    return _package_problem(value)


def _form(pattern: re.Pattern[str], what: str) -> Callable[[str], str | None]:
    def problem(value: str) -> str | None:
        return None if pattern.fullmatch(value) else f"is {quoted(value)}, which is not {what}"

    return problem


_PROBLEMS: dict[str, Callable[[str], str | None]] = {
    "handwritten": _handwritten_problem,
    "package": _package_problem,
    "distribution": _form(
        _DISTRIBUTION, "the name of a distribution (letters, digits, '-', '_' and '.')"
    ),
    "version": _form(_VERSION, "a version, such as 1.4.0"),
    "environment-prefix": _form(
        _PREFIX, "the beginning of a variable's name (letters, digits and '_')"
    ),
}
