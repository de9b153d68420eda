"""How time and memory grow with the number of operations: measured, and drawn."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from .memory import peak_mebibytes
from .peers import Environment, generate_command
from .synthetic import document
from .table import Row, duration
from .timing import wall_seconds

SIZES = (10, 30, 100, 300, 1000, 3000)
LIMIT = 1.25
"""How much more an operation may take in the largest document than in one of a tenth of its size."""

_WIDTH, _HEIGHT, _MARGIN = 640, 360, 56
_COLOURS = {"seconds": "#1f6feb", "MiB": "#bf3989"}


@dataclass(frozen=True)
class Point:
    """What was measured for one document."""

    operations: int
    seconds: float
    mebibytes: float


def grow(environment: Environment, sizes: Sequence[int], runs: int) -> Iterator[Point]:
    """Generate from documents of several sizes, each from nothing.

    Args:
        environment: Where clientsmith is.
        sizes: The numbers of operations.
        runs: How often the time of each is taken; the median counts.
    """
    for size in sizes:
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            spec, output, cache = folder / "spec.json", folder / "output", folder / "cache"
            spec.write_text(json.dumps(document(size)), encoding="utf-8")
            command = generate_command("ours", environment, spec, output)
            variables = environment.variables(cache)

            def fresh(output: Path = output, cache: Path = cache) -> None:
                shutil.rmtree(output, ignore_errors=True)
                shutil.rmtree(cache, ignore_errors=True)

            mebibytes = peak_mebibytes(command, variables, folder)
            taken: list[float] = []
            for _ in range(runs):
                fresh()
                taken.append(wall_seconds(command, variables, folder))
            yield Point(size, median(taken), mebibytes)


def rows(points: Sequence[Point]) -> Iterator[Row]:
    """Return whether growth is linear: what an operation more costs, at the end against earlier on.

    What a run costs that has the fewest operations is what every run costs.
    """
    base, *_ = points
    end = points[-1]
    earlier = max(
        (point for point in points if base.operations < point.operations <= end.operations / 10),
        key=lambda point: point.operations,
        default=None,
    )
    if earlier is None:
        return
    peer = f"of {earlier.operations:,} operations"
    late, early = (
        (point.seconds - base.seconds) / (point.operations - base.operations)
        for point in (end, earlier)
    )
    subject = f"generate, time an operation of {end.operations:,}"
    yield Row(subject, duration(late), peer, duration(early), late / early, LIMIT)
    late, early = (
        1024 * (point.mebibytes - base.mebibytes) / (point.operations - base.operations)
        for point in (end, earlier)
    )
    subject = f"generate, memory an operation of {end.operations:,}"
    yield Row(subject, f"{late:.0f} KiB", peer, f"{early:.0f} KiB", late / early, LIMIT)


def markdown(points: Sequence[Point]) -> str:
    """Return what was measured as a Markdown table."""
    lines = ["| operations | time | memory |", "| ---------- | ---- | ------ |"]
    lines += [
        f"| {point.operations:,} | {duration(point.seconds)} | {point.mebibytes:.0f} MiB |"
        for point in points
    ]
    return "".join(f"{line}\n" for line in lines)


def drawing(points: Sequence[Point]) -> str:
    """Return what was measured as an SVG image, both axes logarithmic: what grows linearly is parallel to the dotted line."""
    values = [value for point in points for value in (point.seconds, point.mebibytes)]
    left, right = math.log10(points[0].operations), math.log10(points[-1].operations)
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(operations: float) -> float:
        share = (math.log10(operations) - left) / ((right - left) or 1)
        return round(_MARGIN + share * (_WIDTH - 2 * _MARGIN), 1)

    def y(value: float) -> float:
        share = (math.log10(value) - low) / ((high - low) or 1)
        return round(_HEIGHT - _MARGIN - share * (_HEIGHT - 2 * _MARGIN), 1)

    def line(values: Sequence[tuple[float, float]], style: str) -> str:
        places = " ".join(f"{x(a)},{y(b)}" for a, b in values)
        return f'<polyline points="{places}" fill="none" {style}/>'

    def text(
        at: float, down: float, words: str, anchor: str = "middle", fill: str = "#57606a"
    ) -> str:
        return f'<text x="{at}" y="{down}" text-anchor="{anchor}" fill="{fill}">{words}</text>'

    ends = points[0].operations, points[-1].operations
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    for power in range(low, high + 1):
        parts.append(line([(end, 10.0**power) for end in ends], 'stroke="#d0d7de"'))
        parts.append(text(_MARGIN - 6, y(10.0**power) + 4, f"{10.0**power:g}", "end"))
    for point in points:
        parts.append(text(x(point.operations), _HEIGHT - _MARGIN + 18, f"{point.operations:,}"))
    slope = [(end, 10.0**low * end / ends[0]) for end in ends]
    parts.append(line(slope, 'stroke="#8c959f" stroke-dasharray="2 4"'))
    for name, curve in {
        "seconds": [(float(point.operations), point.seconds) for point in points],
        "MiB": [(float(point.operations), point.mebibytes) for point in points],
    }.items():
        colour = _COLOURS[name]
        parts.append(line(curve, f'stroke="{colour}" stroke-width="2"'))
        parts += [f'<circle cx="{x(a)}" cy="{y(b)}" r="3" fill="{colour}"/>' for a, b in curve]
        parts.append(text(x(curve[-1][0]) + 8, y(curve[-1][1]) + 4, name, "start", colour))
    parts.append(text(_WIDTH / 2, _HEIGHT - 12, "operations of the document"))
    return "\n".join([*parts, "</svg>", ""])
