"""Whether a run would change anything, answered without making it.

A run that ended well leaves a stamp in the cache. Its key is a digest of all that the output depends on: the
document's files, the user's templates, the options, the installed distributions and clientsmith's own code and templates. It
holds the digest of the manifest that came out, and what was found in the document, so that it can be told again. When
the inputs give the key of a stamp, the output has that manifest and every file is as the manifest says, then the run
would change nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from . import __version__, installation, regular
from .config import Configuration
from .diagnostics import Diagnostic, Location, shown
from .paths import MANIFEST
from .places import names
from .write.atomic import leftover
from .write.manifest import Manifest, OutputError, own_digest, read

if TYPE_CHECKING:
    from .read.file import File

__all__ = ["Stamp", "current", "key_of", "manifest_of", "record", "templates_of"]


@dataclass(frozen=True)
class Stamp:
    """What is known of a run that ended well.

    Attributes:
        manifest: The digest of the manifest it wrote.
        operations: How many operations the client has.
        models: How many models it has.
        files: How many files were written or unchanged, the manifest included.
        diagnostics: What it found in the document; no errors.
    """

    manifest: str
    operations: int
    models: int
    files: int
    diagnostics: tuple[Diagnostic, ...] = ()


def manifest_of(configuration: Configuration, files: Iterable[File]) -> Manifest:
    """Return the manifest of a run, without the files it will give.

    Args:
        configuration: The run's configuration.
        files: All files of the document (`Document.files`).
    """
    folder = _spec(configuration).parent
    return Manifest(
        clientsmith=__version__,
        tools=installation.tool_versions(),
        spec=_spec(configuration).name,
        options=configuration.options(),
        inputs={
            file.relative_to(folder): hashlib.sha256(file.content).hexdigest() for file in files
        },
        templates=templates_of(configuration),
    )


def current(configuration: Configuration) -> Stamp | None:
    """Return the stamp of the run that made the output, if the same run would change nothing; else None.

    None is also the answer whenever it is not certain. Nothing is written, and no error is raised.
    """
    output = configuration.output
    if output is None:
        return None
    output = Path(os.path.realpath(output))
    try:
        content = regular.read(output / MANIFEST)
        manifest = read(output)
        if manifest is None or leftover(output) or any(map(_is_remote, manifest.inputs)):
            return None
        spec = _spec(configuration)
        inputs = {name: _digest_of(spec.parent / name) for name in manifest.inputs}
        key = key_of(configuration, spec.name, inputs, templates_of(configuration))
        stamp = _load(configuration.cache.get("runs", key), spec.parent)
        if stamp is None or stamp.manifest != hashlib.sha256(content).hexdigest():
            return None
        for path, written in manifest.files.items():
            file = output / path
            if file.is_symlink() or own_digest(path, regular.read(file)) != written:
                return None
    except (OSError, OutputError):
        return None
    return stamp


def record(
    configuration: Configuration,
    manifest: Manifest,
    *,
    operations: int,
    models: int,
    diagnostics: Iterable[Diagnostic] = (),
) -> None:
    """Leave the stamp of a run that ended well; do nothing where that cannot be written.

    Args:
        configuration: The run's configuration.
        manifest: The manifest as it was written (`Plan.manifest`).
        operations: How many operations the client has.
        models: How many models it has.
        diagnostics: What was found in the document; no errors.
    """
    text = manifest.text().encode()
    spec = _spec(configuration)
    stamp = {
        "manifest": hashlib.sha256(text).hexdigest(),
        "operations": operations,
        "models": models,
        "files": len(manifest.files) + 1,
        "diagnostics": [_kept(found, spec.parent) for found in diagnostics],
    }
    key = key_of(configuration, manifest.spec, manifest.inputs, manifest.templates)
    configuration.cache.put("runs", key, json.dumps(stamp).encode())
    configuration.cache.forget_oldest()


def key_of(
    configuration: Configuration, spec: str, inputs: Mapping[str, str], templates: Mapping[str, str]
) -> str:
    """Return the key of what depends on the inputs of a run.

    Args:
        configuration: The run's configuration.
        spec: The name of the document.
        inputs: The digest of each file of the document (`Manifest.inputs`).
        templates: The digest of each file of the user's templates and of each plugin (`Manifest.templates`).
    """
    facts = (
        installation.digest(),
        sorted(installation.distributions()),
        sys.version,
        dict(configuration.options()),
        spec,
        dict(inputs),
        dict(templates),
    )
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _kept(found: Diagnostic, base: Path) -> dict[str, object]:
    """Return a finding for its stamp; its file is named from the document, as the run may be repeated elsewhere."""
    place = found.location
    if place is not None:
        file = os.path.relpath(os.path.realpath(place.file), base)
        place = replace(place, file=Path(file).as_posix())
    return asdict(replace(found, location=place))


def _told(kept: Any, base: Path) -> Diagnostic:
    """Return a finding of a stamp."""
    found = Diagnostic(**kept)
    if found.location is None:
        return found
    place = Location(**kept["location"])
    file = shown(Path(os.path.normpath(base / place.file)))
    return replace(found, location=replace(place, file=file))


def _load(content: bytes | None, base: Path) -> Stamp | None:
    try:
        record = cast(object, json.loads(content or b""))
        if not isinstance(record, dict):
            return None
        values = cast(dict[str, object], record)
        manifest, *counts = (values[name] for name in ("manifest", "operations", "models", "files"))
        operations, models, files = (count for count in counts if isinstance(count, int))
        told = tuple(_told(kept, base) for kept in cast(list[object], values["diagnostics"]))
        if not isinstance(manifest, str):
            return None
        return Stamp(manifest, operations, models, files, told)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _spec(configuration: Configuration) -> Path:
    return Path(os.path.realpath(configuration.spec))


def templates_of(configuration: Configuration) -> dict[str, str]:
    """Return the digest of each file of the user's templates, by its path in their folder, and of each plugin."""
    found: dict[str, str] = {}
    if configuration.plugins:
        from .plugins.loading import digests

        found = {
            f"plugin {name}": digest for name, digest in digests(configuration.plugins).items()
        }
    folder = configuration.templates
    if folder is None:
        return found
    return found | {name: _digest_of(folder / name) for name in names(folder)}


def _digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _is_remote(name: str) -> bool:
    return name.startswith(("http://", "https://"))
