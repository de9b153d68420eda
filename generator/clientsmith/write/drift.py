"""How the output on disk differs from what a run gives."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ..diagnostics import Diagnostic, shown
from ..paths import CHANGELOG, MANIFEST
from . import manifest as manifests
from . import require_folder
from .atomic import fingerprint
from .changelog import Changelog
from .manifest import Manifest, OutputError, digest, own_digest

__all__ = ["Drift", "compare"]

_QUOTED: Final = re.compile(r'[\x00-\x1f"\\\x7f]')
_END_OF_NAME: Final = "\t"
"""What tells `patch` that a blank belongs to a name."""


@dataclass(frozen=True)
class Drift:
    """The difference between an output and what a run gives.

    Attributes:
        diff: A unified diff, in git's form, from what is on disk to what the run gives; empty when there is none. The
            versions in the manifest are not part of it.
        edited: The files that were edited since clientsmith wrote them, by their path in the output.
        unowned: The files that stand among clientsmith's and are not.
        versions: The tools of which the output was made with another version: name, that version, this one.
    """

    diff: str
    edited: tuple[str, ...]
    unowned: tuple[str, ...]
    versions: tuple[tuple[str, str, str], ...]


def compare(
    output: Path,
    files: Mapping[str, str],
    manifest: Manifest,
    changelog: Changelog | None = None,
    left_alone: str | None = None,
) -> Drift:
    """Compare the output on disk with what a run gives. Nothing is written.

    Args:
        output: The output folder; it may not exist.
        files: The text of every file of the output, by relative path with slashes.
        manifest: What the run was made from; its `files` are not looked at.
        changelog: What the run has to say in the changelog; None to leave that alone.
        left_alone: A folder whose files people write, by its path in the output; None for none.

    Raises:
        OutputError: The output is no folder or cannot be read, a path leaves it, or its manifest is
            not clientsmith's.
    """
    root = require_folder(output)
    manifests.check_paths([*files, MANIFEST])
    try:
        return _compare(root, files, manifest, changelog, left_alone)
    except OSError as error:
        place = root if error.filename is None else Path(os.fsdecode(error.filename))
        message = f"{shown(place)} cannot be read: {error.strerror}"
        raise OutputError(Diagnostic("error", message)) from error


def _compare(
    root: Path,
    files: Mapping[str, str],
    manifest: Manifest,
    changelog: Changelog | None,
    left_alone: str | None,
) -> Drift:
    owned = manifests.ownership(root)
    recorded = manifests.read(root)
    digests = {path: digest(text.encode()) for path, text in files.items()}
    if changelog is not None:
        found = fingerprint(root / CHANGELOG)
        content = (
            (root / CHANGELOG).read_bytes() if found is not None and len(found) == 64 else None
        )
        files = {**files, CHANGELOG: changelog.merged(content).decode(errors="backslashreplace")}
        digests[CHANGELOG] = digest(changelog.own.encode())
    expected = manifest.with_files(digests)
    versions: tuple[tuple[str, str, str], ...] = ()
    if recorded is not None:
        versions = tuple(_version_changes(recorded, expected))
        expected = replace(expected, clientsmith=recorded.clientsmith, tools=recorded.tools)
    wanted: dict[str, str | None] = dict.fromkeys(owned)
    wanted |= files
    wanted[MANIFEST] = expected.text()
    return Drift(
        diff="".join(_difference(root, path, wanted[path]) for path in sorted(wanted)),
        edited=tuple(
            path for path in sorted(owned) if _is_edited(root, path, owned[path], digests.get(path))
        ),
        unowned=tuple(_unowned(root, wanted, left_alone)),
        versions=versions,
    )


def _version_changes(recorded: Manifest, expected: Manifest) -> Iterator[tuple[str, str, str]]:
    before = {"clientsmith": recorded.clientsmith, **recorded.tools}
    after = {"clientsmith": expected.clientsmith, **expected.tools}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield name, before.get(name, "none"), after.get(name, "none")


def _difference(root: Path, path: str, wanted: str | None) -> str:
    """Return the part of the diff about one file, which the run gives as text or not at all."""
    found = _text(root / path)
    if found == wanted:
        return ""
    from difflib import unified_diff

    place = shown(root / path)
    name = path if os.path.isabs(place) else place
    before, after = _named(f"a/{name}"), _named(f"b/{name}")
    lines = unified_diff(
        [] if found is None else _lines(found),
        [] if wanted is None else _lines(wanted),
        "/dev/null" if found is None else before + _END_OF_NAME * (" " in before),
        "/dev/null" if wanted is None else after + _END_OF_NAME * (" " in after),
    )
    text = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
    if found is None:
        return f"diff --git {before} {after}\nnew file mode 100644\n{text}"
    if wanted is None:
        return f"diff --git {before} {after}\ndeleted file mode 100644\n{text}"
    return f"diff --git {before} {after}\n{text}"


def _named(name: str) -> str:
    """Return a name as git writes it in a diff: in quotes where it holds what would end it."""
    if not _QUOTED.search(name):
        return name
    escaped = _QUOTED.sub(lambda match: f"\\{ord(match.group()):03o}", name)
    return f'"{escaped}"'


def _lines(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _text(file: Path) -> str | None:
    found = fingerprint(file)
    if found is None:
        return None
    if len(found) != 64:
        return f"{found}\n"
    content = file.read_bytes()
    if os.linesep == "\r\n":
        content = content.replace(b"\r\n", b"\n")
    return content.decode(errors="backslashreplace")


def _is_edited(root: Path, path: str, written: frozenset[str], wanted: str | None) -> bool:
    found = fingerprint(root / path)
    if found is None:
        return False
    on_disk = own_digest(path, (root / path).read_bytes()) if len(found) == 64 else None
    return on_disk not in written and on_disk != wanted


def _unowned(root: Path, wanted: Iterable[str], left_alone: str | None) -> Iterator[str]:
    """Yield the files below the folders that clientsmith writes into, the output's top left out, that are not clientsmith's."""
    known = {*wanted, left_alone}
    for top in sorted({path.partition("/")[0] for path in wanted if "/" in path}):
        for folder, folders, files in os.walk(root / top):
            here = Path(folder).relative_to(root)
            inner = [name for name in folders if not os.path.islink(os.path.join(folder, name))]
            links = [name for name in folders if name not in inner]
            folders[:] = sorted(
                name
                for name in inner
                if not _is_of_a_tool(name) and (here / name).as_posix() != left_alone
            )
            for name in sorted([*files, *links]):
                path = (here / name).as_posix()
                if path not in known and not name.startswith("."):
                    yield path


def _is_of_a_tool(folder: str) -> bool:
    return folder.startswith(".") or folder == "__pycache__" or folder.endswith(".egg-info")
