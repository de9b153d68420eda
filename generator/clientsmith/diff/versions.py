"""Which version a change calls for (Semantic Versioning 2.0.0).

| the version so far | breaking | compatible | documentation |
|---|---|---|---|
| 1.4.2 | 2.0.0 | 1.5.0 | 1.4.3 |
| 0.4.2 | 0.5.0 | 0.4.3 | 0.4.3 |
| 2025.11.10 | any later date | any later date | any later date |

Below 1.0.0 the second number counts what breaks, as `^` and most installers have it. A date promises nothing, so that each later
one will do; where there is none, a fourth number is added.
"""

from __future__ import annotations

import re
from typing import Final

from .rules import Kind

_NUMBERS: Final = re.compile(r"(?:\d+!)?v?(\d+(?:\.\d+)*)(.*)")
_FIRST_YEAR: Final = 1990


def called_for(version: str, kind: Kind | None) -> str:
    """Return the version that has to follow another one.

    Args:
        version: the version so far.
        kind: the worst change since; None where nothing changed.
    """
    release, rest = _parts(version)
    if kind is None:
        return version
    if rest and not rest.startswith((".post", "+")):
        return _text(release)  # what follows a pre-release is the release
    if _is_date(release):
        return _text((*release[:3], (release[3] if len(release) > 3 else 0) + 1))
    major, minor, patch = (*release, 0, 0, 0)[:3]
    if kind == "breaking":
        return _text((major + 1, 0, 0) if major else (0, minor + 1, 0))
    if kind == "compatible" and major:
        return _text((major, minor + 1, 0))
    return _text((major, minor, patch + 1))


def is_enough(old: str, new: str, kind: Kind | None) -> bool:
    """Return whether a version says of itself what changed; a pre-release says as much as its release will.

    Args:
        old: the version so far.
        new: the version now.
        kind: the worst change between the two.
    """
    wanted = called_for(old, kind)
    if _key(new) >= _key(wanted):
        return True
    numbers, is_release, _ = _key(new)
    return not is_release and _key(new) > _key(old) and numbers >= _key(wanted)[0]


def following(old: str, stated: str, kind: Kind | None) -> str:
    """Return the version that follows another one: the stated one if that is enough, or else the one that is called for.

    Args:
        old: the version so far.
        stated: the version that the document gives itself.
        kind: the worst change since.
    """
    wanted = called_for(old, kind)
    return stated if is_enough(old, stated, kind) and _key(stated) != _key(wanted) else wanted


def later(one: str, other: str) -> str:
    """Return the later of two versions; the first if they are the same."""
    return other if _key(other) > _key(one) else one


def _key(version: str) -> tuple[tuple[int, ...], bool, tuple[tuple[str, int], ...]]:
    """Return what versions are ordered by: the numbers, whether it is a release, and what tells pre-releases apart (PEP 440)."""
    release, rest = _parts(version)
    numbers = [*release]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    if not rest or rest.startswith((".post", "+")):
        return tuple(numbers), True, ()
    stages = re.findall(r"([a-z]+)[^a-z0-9]*(\d*)", rest.lower())
    marks = (("" if name == "dev" else name, int(number or 0)) for name, number in stages)
    return tuple(numbers), False, tuple(marks)


def _parts(version: str) -> tuple[tuple[int, ...], str]:
    match = _NUMBERS.match(version.replace("-", "."))
    if match is None:
        return (), ""
    return tuple(int(number) for number in match[1].split(".")), match[2]


def _is_date(release: tuple[int, ...]) -> bool:
    first = release[0] if release else 0
    return first >= (_FIRST_YEAR if len(release) > 1 else _FIRST_YEAR * 10_000)


def _text(release: tuple[int, ...]) -> str:
    return ".".join(map(str, release))
