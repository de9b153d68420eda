"""Runs clientsmith on many documents in a process whose time and memory are limited, and says how each ended.

    python -m tests.security.bounded SECONDS MEGABYTES COMMAND FILE ...

It prints a line for each file before it begins, and the exit status and the findings' rules after it, as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys

from clientsmith.cli import main


def run(command: str, file: str) -> dict[str, object]:
    """Run one command on one document, and return how it ended."""
    out, err = io.StringIO(), io.StringIO()
    arguments = [command, file]
    if command == "generate":
        arguments += ["-o", f"{file}.output"]
    elif command == "diff":
        arguments.append(f"{file}.new")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    return {"file": file, "status": status, "told": out.getvalue() + err.getvalue()}


if __name__ == "__main__":
    seconds, megabytes = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    for name in sys.argv[4:]:
        print(json.dumps({"begins": name}), flush=True)
        print(json.dumps(run(sys.argv[3], name)), flush=True)
