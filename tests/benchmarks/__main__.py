"""The command line of the benchmarks, run by `nox -s bench`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from .calling import calls, calls_async, downloads, downloads_async
from .editing import edits, of_documents, session
from .generation import documents, recordings
from .growth import SIZES, Point, drawing, grow
from .growth import markdown as markdown_of_growth
from .growth import rows as rows_of_growth
from .importing import first_calls, imports, imports_of_documents
from .peers import DOCUMENTS, REPOSITORY, Environment, prepare
from .stages import markdown as markdown_of_stages
from .stages import stages
from .table import BEGIN_GROWTH, BEGIN_STAGES, Row, markdown, write_into

PAGE = REPOSITORY / "docs" / "benchmarks.md"
DRAWING = REPOSITORY / "docs" / "growth.svg"
MEASUREMENTS = {
    "generate": recordings,
    "edit": edits,
    "watch": session,
    "documents": documents,
    "edit-documents": of_documents,
    "import": imports,
    "import-documents": imports_of_documents,
    "first-call": first_calls,
    "call": calls,
    "download": downloads,
    "call-async": calls_async,
    "download-async": downloads_async,
}


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="nox -s bench --")
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the environments are kept"
    )
    parser.add_argument("--runs", type=int, default=5, help="figures a side (default 5)")
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, help="measure these alone")
    parser.add_argument(
        "--documents", action="store_true", help=f"generate from those in {DOCUMENTS.name}/ too"
    )
    parser.add_argument(
        "--growth",
        type=int,
        nargs="*",
        metavar="OPERATIONS",
        help="measure time and memory of synthetic documents instead, of 10 to 3000 operations unless told",
    )
    parser.add_argument(
        "--stages", action="store_true", help="measure where the time of a cold run goes instead"
    )
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    return parser.parse_args()


def main() -> int:
    """Measure, print the table, and say whether every budget is met.

    Returns:
        0 when every budget is met, 1 otherwise.
    """
    asked = arguments()
    if asked.growth is not None:
        return growth(asked)
    if asked.stages:
        return parts(asked)
    names = asked.only or [
        name for name in MEASUREMENTS if not name.endswith("documents") or asked.documents
    ]
    print("installing the peers, each in an environment of its own", file=sys.stderr)
    rows: list[Row] = []
    try:
        environments = prepare(asked.folder.resolve())
        for name in names:
            for row in MEASUREMENTS[name](environments, asked.runs):
                print(" | ".join(row.cells()), file=sys.stderr, flush=True)
                rows.append(row)
    except subprocess.CalledProcessError as error:
        said: str | bytes = error.stderr or error.stdout or ""
        sys.exit(f"{error}\n{said if isinstance(said, str) else said.decode(errors='replace')}")
    except (RuntimeError, FileNotFoundError) as error:
        sys.exit(str(error))
    table = markdown(rows)
    print(table)
    if asked.write:
        write_into(PAGE, table)
    return verdict(rows)


def growth(asked: argparse.Namespace) -> int:
    """Measure how time and memory grow with the number of operations; `--write` keeps table and drawing."""
    sizes: list[int] = sorted(set(asked.growth)) or list(SIZES)
    environment = Environment.create(asked.folder.resolve() / "clientsmith", str(REPOSITORY))
    points: list[Point] = []
    for point in grow(environment, sizes, min(asked.runs, 3)):
        print(point, file=sys.stderr, flush=True)
        points.append(point)
    rows = list(rows_of_growth(points))
    table = markdown_of_growth(points) + "\n" + (markdown(rows) if rows else "")
    print(table)
    if asked.write:
        write_into(PAGE, table, BEGIN_GROWTH)
        DRAWING.write_text(drawing(points), encoding="utf-8")
    return verdict(rows)


def parts(asked: argparse.Namespace) -> int:
    """Measure the stages of a cold run; `--write` keeps the table."""
    environment = Environment.create(asked.folder.resolve() / "clientsmith", str(REPOSITORY))
    table = markdown_of_stages(stages(environment, asked.runs))
    print(table)
    if asked.write:
        write_into(PAGE, table, BEGIN_STAGES)
    return 0


def verdict(rows: list[Row]) -> int:
    """Say how many budgets are met, and return the exit status."""
    missed = sum(not row.met for row in rows)
    print(f"{len(rows) - missed} of {len(rows)} budgets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
