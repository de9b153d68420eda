"""How much memory a command takes, all of its processes together."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

INTERVAL = 0.02
"""Seconds between two looks."""

_PROPORTIONAL = re.compile(rb"^Pss:\s+([0-9]+) kB", re.MULTILINE)


def peak_mebibytes(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    statuses: Collection[int] = (0,),
) -> float:
    """The most memory that a command and the processes that it starts held at once, in MiB.

    It is the sum of their proportional set sizes (proc(5), smaps_rollup), so that what forked processes share is counted once.

    Args:
        command: The program and its arguments.
        environment: The environment variables of the process.
        folder: Where it runs.
        statuses: The exit statuses that are no failure.

    Raises:
        subprocess.CalledProcessError: The command failed.
    """
    peak = 0
    with subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_kibibytes, _session(process.pid))))
            time.sleep(INTERVAL)  # nobody tells when the most is held: it is looked at
    if process.returncode not in statuses:
        raise subprocess.CalledProcessError(process.returncode, command)
    return peak / 1024


def _session(leader: int) -> list[int]:
    found: list[int] = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with suppress(OSError):
                if os.getsid(int(name)) == leader:
                    found.append(int(name))
    return found


def _kibibytes(process: int) -> int:
    try:
        held = _PROPORTIONAL.search(Path(f"/proc/{process}/smaps_rollup").read_bytes())
    except OSError:
        return 0
    return int(held[1]) if held else 0
