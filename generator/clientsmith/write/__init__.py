"""The last stage: {path: text} becomes the files of the output folder, all of them or none.

A file of the output is clientsmith's when the manifest says so and its content is what clientsmith wrote. From that follows
what happens to each:

| in the output          | called for by this run      | then                                                     |
|------------------------|-----------------------------|----------------------------------------------------------|
| nothing                | yes                         | it is written                                            |
| as it should be        | yes                         | it stays, and is clientsmith's from now on               |
| as clientsmith wrote it| yes                         | it is written                                            |
| as clientsmith wrote it| no                          | it is removed                                            |
| edited since           | yes, differently, or no     | it is kept, and reported; with force, written or removed |
| somebody else's        | yes, differently            | the run is refused, force or not                         |
| somebody else's        | no                          | it stays                                                 |

Of the changelog only a part is clientsmith's; see `changelog`. The table is about that part, and everything around it stays.

A run that changes nothing writes nothing, not even a time.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics import Diagnostic, quoted, shown
from ..paths import CHANGELOG, MANIFEST
from . import manifest as manifests
from .atomic import Busy, Changes, Interrupted, at_once, fingerprint, leftover
from .changelog import Changelog, own_part
from .manifest import Manifest, OutputError, digest

__all__ = ["OutputError", "Plan", "plan", "require_folder", "write"]

_PATIENCE = 60.0
_SHOWN = 10


@dataclass(frozen=True)
class Plan:
    """What a run does to the output, file by file.

    Paths are relative to the output, with slashes, in order. The manifest is one of the files.

    Attributes:
        output: The output folder, absolute and without links.
        manifest: The manifest that the output will have.
        written: The files that are new or change.
        unchanged: The files that are as they should be.
        removed: The files that are no longer called for.
        kept: The files that were edited since clientsmith wrote them and stay so.
    """

    output: Path
    manifest: Manifest
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    changes: Changes


def require_folder(output: Path) -> Path:
    """Check that an output is a folder or can become one.

    Returns:
        Its path, absolute and without links.

    Raises:
        OutputError: It is something else, or stands below something else.
    """
    resolved = Path(os.path.realpath(output))
    for place in (resolved, *resolved.parents):
        if place.is_dir():
            return resolved
        if os.path.lexists(place):
            what = "the output" if place == resolved else "a folder of the output's path"
            raise OutputError(
                Diagnostic(
                    "error",
                    f"{what}, {shown(place)}, is a file",
                    hint="name another folder with -o",
                )
            )
    return resolved


def plan(
    output: Path,
    files: Mapping[str, str],
    manifest: Manifest,
    changelog: Changelog | None = None,
    *,
    force: bool = False,
) -> Plan:
    """Compare what a run gives with what stands in the output. Nothing is written.

    Args:
        output: The output folder; it may not exist.
        files: The text of every file of the output, by relative path with slashes.
        manifest: What the run was made from; its `files` are not looked at.
        changelog: What the run has to say in the changelog; None to leave that alone.
        force: Overwrite and remove files that were edited by hand.

    Raises:
        OutputError: The output is no folder or cannot be read; a path leaves it; files stand in the way that are not
            clientsmith's.
    """
    root = require_folder(output)
    manifests.check_paths([*files, MANIFEST, CHANGELOG])
    try:
        return _Comparison(root, files, changelog, force).plan(manifest)
    except OSError as error:
        raise _failure(root, error) from error


def write(
    output: Path,
    files: Mapping[str, str],
    manifest: Manifest,
    changelog: Changelog | None = None,
    *,
    force: bool = False,
    waiting: Callable[[], None] = lambda: None,
    patience: float = _PATIENCE,
) -> Plan:
    """Make the output what a run gives, after repairing what a killed run left.

    Args:
        output: The output folder; it is made if it does not exist.
        files: The text of every file of the output, by relative path with slashes.
        manifest: What the run was made from; its `files` are not looked at.
        changelog: What the run has to say in the changelog; None to leave that alone.
        force: Overwrite and remove files that were edited by hand.
        waiting: Called once when another run is writing to the same output, and this one waits for it.
        patience: Seconds to wait for it.

    Returns:
        What was done.

    Raises:
        OutputError: Nothing was done, and why; see `plan`. Or another run is writing, there is no space, or no permission.
    """
    root = require_folder(output)
    if not leftover(root) and _is_of_the_same(root, manifest):
        current = plan(root, files, manifest, changelog, force=force)
        if not _differs(current):
            return current
    try:
        with at_once(root, patience=patience, waiting=waiting) as transaction:
            current = plan(root, files, manifest, changelog, force=force)
            if _differs(current):
                transaction.commit(current.changes)
            return current
    except Busy:
        message = f"another run has been writing to {shown(root)} for {patience:.0f} seconds"
        raise OutputError(Diagnostic("error", message, hint="wait for it, or end it")) from None
    except Interrupted as error:
        message = f"only a part of the files of {shown(root)} could be written: {_reason(root, error.error)}"
        raise OutputError(
            Diagnostic("error", message, hint="run the same command again to write the rest")
        ) from error
    except OSError as error:
        raise _failure(root, error) from error


def _is_of_the_same(root: Path, manifest: Manifest) -> bool:
    """Tell whether what stands there was made from the same, so that there may be nothing to write."""
    recorded = manifests.read(root)
    return recorded is not None and recorded.with_files({}) == manifest.with_files({})


def _differs(current: Plan) -> bool:
    return bool(current.changes.puts or current.changes.removals)


class _Comparison:
    """The files of one run against those on disk."""

    def __init__(
        self, root: Path, files: Mapping[str, str], changelog: Changelog | None, force: bool
    ) -> None:
        self._root = root
        self._changelog = changelog
        self._force = force
        self._wanted = {path: files[path].encode() for path in sorted(files)}
        self._digests = {path: digest(content) for path, content in self._wanted.items()}
        self._owned = manifests.ownership(root)
        self._entries = self._owned.pop(CHANGELOG, frozenset())
        self._by_case = {path.casefold(): written for path, written in self._owned.items()}
        self._written: dict[str, bytes] = {}
        self._unchanged: list[str] = []
        self._removed: list[str] = []
        self._kept: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self._conflicts: list[str] = []
        self._folders: dict[str, str | None] = {}

    def plan(self, manifest: Manifest) -> Plan:
        for path in sorted(self._owned.keys() - self._wanted.keys()):
            self._drop(path)
        self._folders.clear()  # a file that was dropped stands in no way
        for path in self._wanted:
            self._want(path)
        self._want_changelog()
        if self._conflicts:
            raise _refusal(self._root, self._conflicts)
        recorded = dict(self._digests)
        if self._changelog is not None:
            recorded[CHANGELOG] = digest(self._changelog.own.encode())
        final = manifest.with_files(recorded | self._kept)
        self._want_manifest(final)
        return Plan(
            output=self._root,
            manifest=final,
            written=tuple(sorted(self._written)),
            unchanged=tuple(sorted(self._unchanged)),
            removed=tuple(self._removed),
            kept=tuple(sorted(self._kept)),
            changes=Changes(self._written, frozenset(self._removed), self._before),
        )

    def _drop(self, path: str) -> None:
        """Decide on a file that is no longer called for."""
        found = fingerprint(f"{self._root}/{path}")
        if found is None or found == "folder" or self._blocker(path) is not None:
            return
        if self._force or self._digest(path, found) in self._owned[path]:
            self._removed.append(path)
            self._before[path] = found
        else:
            self._kept[path] = min(self._owned[path])

    def _want(self, path: str) -> None:
        """Decide on a file that is called for."""
        blocker = self._blocker(path)
        if blocker is not None:
            self._conflicts.append(blocker)
            return
        found = fingerprint(f"{self._root}/{path}")
        if found == "folder":
            if not self._is_removed(path):
                self._conflicts.append(path)
                return
            found = None
        on_disk = self._digest(path, found)
        owned = self._owned.get(path) or self._by_case.get(path.casefold())
        if on_disk == self._digests[path]:
            self._unchanged.append(path)
        elif found is None or (owned is not None and (self._force or on_disk in owned)):
            self._written[path] = self._wanted[path]
            if found is not None:
                self._before[path] = found
        elif owned is None:
            self._conflicts.append(path)
        else:
            self._kept[path] = min(owned)

    def _want_changelog(self) -> None:
        """Decide on the changelog, of which only a part is clientsmith's."""
        found = fingerprint(self._root / CHANGELOG)
        if self._changelog is None:
            return
        if found is not None and len(found) != 64:
            self._conflicts.append(CHANGELOG)
            return
        content = (self._root / CHANGELOG).read_bytes() if found is not None else None
        own = digest(own_part(content or b""))
        edited = own not in self._entries | {digest(b""), digest(self._changelog.own.encode())}
        if (
            content is not None
            and edited
            and self._changelog.is_current(content)
            and not self._force
        ):
            self._kept[CHANGELOG] = min(self._entries, default=own)
            return
        merged = self._changelog.merged(content, is_edited=edited and not self._force)
        if merged == content:
            self._unchanged.append(CHANGELOG)
            return
        self._written[CHANGELOG] = merged
        if found is not None:
            self._before[CHANGELOG] = found

    def _want_manifest(self, final: Manifest) -> None:
        content = final.text().encode()
        found = fingerprint(self._root / MANIFEST)
        if found is not None and len(found) != 64:
            raise _refusal(self._root, [MANIFEST])
        if self._digest(MANIFEST, found) == digest(content):
            self._unchanged.append(MANIFEST)
            return
        self._written[MANIFEST] = content
        if found is not None:
            self._before[MANIFEST] = found

    def _digest(self, path: str, found: str | None) -> str | None:
        """Return the digest of a regular file, and None for anything else."""
        if found is None or len(found) != 64:
            return None
        return digest((self._root / path).read_bytes()) if os.linesep == "\r\n" else found

    def _blocker(self, path: str) -> str | None:
        """Return what stands where a folder has to be that leads to the file: a link or a file that stays."""
        folder = path.rpartition("/")[0]
        if not folder:
            return None
        if folder not in self._folders:
            found = fingerprint(f"{self._root}/{folder}")
            stays = found not in (None, "folder") and folder not in self._removed
            self._folders[folder] = folder if stays else self._blocker(folder)
        return self._folders[folder]

    def _is_removed(self, folder: str) -> bool:
        """Tell whether everything in a folder is removed by this run."""
        below = (self._root / folder).rglob("*")
        return all(
            each.relative_to(self._root).as_posix() in self._removed
            for each in below
            if each.is_symlink() or not each.is_dir()
        )


def _refusal(root: Path, conflicts: list[str]) -> OutputError:
    names = sorted(set(conflicts))
    listed = ", ".join(quoted(name) for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    message = (
        f"{shown(root)} holds what clientsmith did not write, where it has to write: {listed}{more}"
    )
    return OutputError(
        Diagnostic("error", message, hint="move it away, or name another output with -o")
    )


def _failure(root: Path, error: OSError) -> OutputError:
    """Say what the operating system refused."""
    return OutputError(Diagnostic("error", f"{_reason(root, error)}; nothing was changed"))


def _reason(root: Path, error: OSError) -> str:
    named = error.filename2 or error.filename
    path = Path(os.fsdecode(named)) if isinstance(named, str | bytes) else root
    place = shown(path)
    can = "readable" if path.exists() and not os.access(path, os.R_OK) else "writable"
    reasons = {
        errno.ENOSPC: f"there is no space left for {shown(root)}",
        errno.EDQUOT: f"there is no space left for {shown(root)}",
        errno.EACCES: f"{place} is not {can}: {error.strerror}",
        errno.EROFS: f"{place} is not writable: {error.strerror}",
        errno.ENAMETOOLONG: f"the path {place} is too long",
    }
    return reasons.get(
        error.errno or 0, f"{shown(root)} cannot be written: {error.strerror} ({place})"
    )
