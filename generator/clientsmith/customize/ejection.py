"""Copies of default templates that a user makes to change them, and what becomes of these when the defaults move.

`.ejected.json` in the user's folder records the text of each template when it was copied. From that, the copy as it is now, and
the default as it is now follows what the user changed, what the default changed, and how both come together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path, PurePosixPath
from typing import Literal, cast

from .. import __version__
from ..diagnostics import Diagnostic, DiagnosticError, Location, quoted, shown
from ..places import TEMPLATES, names
from ..render.catalogue import ENDING, text_of
from ..render.checks import MARKER
from ..render.failures import nearest
from .merge import Merged, merge

RECORD = ".ejected.json"
"""The name of the record in the user's folder."""

State = Literal["unchanged", "customized", "stale", "added", "dropped"]


class EjectionError(DiagnosticError):
    """A template cannot be copied or updated; nothing was changed."""

    exit_status = 2


@dataclass(frozen=True, slots=True)
class Ejected:
    """What a template was when it was copied.

    Attributes:
        clientsmith: the version that it was copied from.
        text: its text.
    """

    clientsmith: str
    text: str


@dataclass(frozen=True, slots=True)
class Override:
    """A file of the user's folder.

    Attributes:
        name: its path below the folder.
        state: `unchanged` where it is the default one; `stale` where the default has moved since it was copied, or is gone;
            `customized` where it differs for another reason; `dropped` where it is empty; `added` where there is no default one.
        file: the file.
        was: what it was when it was copied; None where nobody recorded that.
        default: the name of the default template that it replaces; None where there is none.
    """

    name: str
    state: State
    file: Path
    was: Ejected | None
    default: str | None

    @property
    def conflict(self) -> int | None:
        """The line where a conflict of a merge was left in it, if there is one."""
        lines = text_of(self.file).split("\n")
        return lines.index(MARKER) + 1 if MARKER in lines else None

    @property
    def merged(self) -> Merged:
        """What it and the default one make together."""
        base = self.was.text if self.was is not None else ""
        return merge(
            base.split("\n"),
            text_of(self.file).split("\n"),
            _default(self.name).split("\n"),
            labels=(MARKER.partition(" ")[2], f"clientsmith {__version__}"),
        )

    def differences(self) -> Iterator[str]:
        """Yield what the user and what the default changed since it was copied, as two unified differences."""
        if self.was is None or self.default is None:
            return
        base = self.was.text.splitlines(keepends=True)
        label = f"{self.name} (clientsmith {self.was.clientsmith})"
        for text, name in (
            (text_of(self.file), f"{self.name} (yours)"),
            (_default(self.name), f"{self.name} (clientsmith {__version__})"),
        ):
            for line in unified_diff(base, text.splitlines(keepends=True), label, name):
                yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def overrides(folder: Path) -> list[Override]:
    """Return the files of a user's folder, in order.

    Raises:
        DiagnosticError: a file or the record cannot be read.
    """
    records = _records(folder)
    return [_override(folder, name, records.get(name)) for name in names(folder)]


def eject(folder: Path, wanted: Iterable[str]) -> list[Path]:
    """Copy default templates to the user's folder, with a record of what they were.

    Args:
        folder: the user's folder; it is made if it is not there.
        wanted: the templates' names.

    Returns:
        The copies.

    Raises:
        EjectionError: there is no such template, the folder has a file of that name, or the record cannot be read.
    """
    texts: dict[str, str] = {}
    for name in wanted:
        _require(name)
        if name in texts or os.path.lexists(folder / name):
            message = f"{shown(folder / name)} is there already"
            hint = f"`clientsmith templates eject {name} --update` brings it up to date"
            raise EjectionError(Diagnostic("error", message, hint=hint))
        texts[name] = _default(name)
    _records(folder)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    _record(folder, {name: Ejected(__version__, text) for name, text in texts.items()})
    return [folder / name for name in texts]


def update(folder: Path, name: str) -> Merged | None:
    """Merge what the default changed since a template was copied into the copy, and record that.

    Returns:
        What was written; None where the default has not moved, or the copy was emptied to drop the file.

    Raises:
        EjectionError: there is no such copy, no record of what it was, no such default any more, or a conflict of an earlier
            merge is left in it.
    """
    copy, was = folder / name, _records(folder).get(name)
    if was is not None and copy.is_file() and not _is_default(name):
        message = (
            f"clientsmith {__version__} has no template {name} any more, as {was.clientsmith} had"
        )
        hint = "the changelog says what took its place"
        raise EjectionError(Diagnostic("error", message, Location(shown(copy), 1, 1), hint))
    _require(name)
    if not copy.is_file():
        hint = f"`clientsmith templates eject {name}` makes it"
        raise EjectionError(Diagnostic("error", f"there is no {shown(copy)}", hint=hint))
    if was is None:
        message = f"nobody recorded what {name} was when it was copied, so it cannot be merged"
        hint = "move it away, eject the template, and make your changes again"
        raise EjectionError(Diagnostic("error", message, Location(shown(copy), 1, 1), hint))
    now, override = _default(name), _override(folder, name, was)
    if was.text == now or override.state == "dropped":
        return None
    if override.conflict is not None:
        message = "a conflict of an earlier merge was left"
        where = Location(shown(copy), override.conflict, 1, source=MARKER)
        hint = "keep what is right of the two, and remove the markers"
        raise EjectionError(Diagnostic("error", message, where, hint))
    merged = override.merged
    copy.write_text("\n".join(merged.lines), encoding="utf-8", newline=_line_break(copy))
    _record(folder, {name: Ejected(__version__, now)})
    return merged


def ejected(folder: Path) -> list[str]:
    """Return the names of the templates that were copied and are still there."""
    return [name for name in sorted(_records(folder)) if (folder / name).is_file()]


def _line_break(file: Path) -> str:
    """Return what ends the lines of a file: what ends the first of them."""
    return "\r\n" if file.read_bytes().partition(b"\n")[0].endswith(b"\r") else "\n"


def _override(folder: Path, name: str, was: Ejected | None) -> Override:
    file = folder / name
    text, default = text_of(file), _replaced(name)
    state: State = "customized"
    if default is None:
        state = "added" if was is None else "stale"
    elif not text.strip():
        state = "dropped"
    elif text == _default(default):
        state = "unchanged"
    elif was is not None and was.text != _default(default):
        state = "stale"
    return Override(name, state, file, was, default)


def _is_default(name: str) -> bool:
    return (TEMPLATES / name).is_file()


def _replaced(name: str) -> str | None:
    """Return the default template that a file replaces: that of its name, or one that gives the same output file."""
    output = name.removesuffix(ENDING)
    others = (output, f"{output}{ENDING}") if "." in PurePosixPath(output).name else ()
    return next(filter(_is_default, (name, *others)), None)


def _require(name: str) -> None:
    known = list(names(TEMPLATES))
    if name not in known:
        meant = nearest(name, known)
        hint = f"did you mean {meant}?" if meant else "`clientsmith templates list` shows them"
        message = f"there is no default template {quoted(name)}"
        raise EjectionError(Diagnostic("error", message, hint=hint))


def _default(name: str) -> str:
    return text_of(TEMPLATES / name)


def _records(folder: Path) -> dict[str, Ejected]:
    file = folder / RECORD
    try:
        content = cast(object, json.loads(file.read_bytes()))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise _unreadable(file, str(error)) from None
    try:
        templates = cast(dict[str, dict[str, object]], content)["templates"]
        return {
            name: Ejected(
                str(cast(dict[str, object], each)["clientsmith"]),
                _joined(cast(dict[str, object], each)["text"]),
            )
            for name, each in templates.items()
        }
    except (AttributeError, KeyError, TypeError):
        raise _unreadable(file, "it does not hold what it should") from None


def _joined(lines: object) -> str:
    return "\n".join(str(line) for line in cast(list[object], lines))


def _unreadable(file: Path, reason: str) -> EjectionError:
    hint = "restore it, or delete it: then what was copied counts as customized"
    place = Location(shown(file), 1, 1)
    return EjectionError(Diagnostic("error", f"the record cannot be read: {reason}", place, hint))


def _record(folder: Path, new: dict[str, Ejected]) -> None:
    """Add to the record, which is written as a whole or not at all."""
    records = {
        name: was for name, was in (_records(folder) | new).items() if (folder / name).is_file()
    }
    content = {
        "templates": {
            name: {"clientsmith": was.clientsmith, "text": was.text.split("\n")}
            for name, was in sorted(records.items())
        }
    }
    draft = folder / f"{RECORD}.{os.getpid()}"
    draft.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draft.replace(folder / RECORD)
