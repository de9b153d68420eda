"""The command line of the benchmarks, run by `nox -s bench`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from .calling import calls, calls_async, downloads, downloads_async
from .generation import documents, recordings
from .importing import imports
from .peers import DOCUMENTS, REPOSITORY, prepare
from .table import Row, markdown, write_into

PAGE = REPOSITORY / "docs" / "benchmarks.md"
MEASUREMENTS = {
    "generate": recordings,
    "documents": documents,
    "import": imports,
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
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    return parser.parse_args()


def main() -> int:
    """Measure, print the table, and say whether every budget is met.

    Returns:
        0 when every budget is met, 1 otherwise.
    """
    asked = arguments()
    names = asked.only or [name for name in MEASUREMENTS if name != "documents" or asked.documents]
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
    missed = sum(not row.met for row in rows)
    print(f"{len(rows) - missed} of {len(rows)} budgets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
