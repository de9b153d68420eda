"""The command line of the fuzzers, run by `nox -s fuzz`."""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ENGINES = ("hypothesis", "atheris")
TARGETS = ("reader", "lowering", "decoder")
SLOWEST = 20
"""Seconds that one input may take."""

MEMORY = 2048
"""MiB that a process may take."""


def main() -> int:
    """Run each engine on each target for its share of the time.

    Returns:
        0 when nothing was found, 1 otherwise.
    """
    parser = argparse.ArgumentParser(prog="nox -s fuzz --")
    parser.add_argument("--seconds", type=int, default=300, help="in all (default 300)")
    parser.add_argument("--only", choices=TARGETS, nargs="+", default=TARGETS)
    parser.add_argument("--engines", choices=ENGINES, nargs="+", default=ENGINES)
    parser.add_argument(
        "--folder", type=Path, required=True, help="what was learned, and what was found"
    )
    asked = parser.parse_args()
    share = max(1, asked.seconds // (len(asked.only) * len(asked.engines)))
    found = 0
    for target in asked.only:
        for engine in asked.engines:
            folder = asked.folder / engine / target
            folder.mkdir(parents=True, exist_ok=True)
            program = "import sys; from tests.fuzz import __main__ as fuzz; getattr(fuzz, sys.argv[1])(*sys.argv[2:])"
            command = [
                sys.executable,
                "-c",
                program,
                f"with_{engine}",
                target,
                str(share),
                str(folder),
            ]
            begun = time.monotonic()
            done = subprocess.run(
                command, capture_output=True, text=True, errors="backslashreplace"
            )
            found += done.returncode != 0
            tried = re.findall(r"([0-9]+) inputs|Done ([0-9]+) runs", done.stdout + done.stderr)
            number = "".join(tried[-1]) if tried else "no"
            outcome = "FOUND" if done.returncode else f"nothing in {number} inputs"
            print(f"{target}, {engine}: {outcome} ({time.monotonic() - begun:.0f} s)", flush=True)
            if done.returncode:
                print((done.stdout + done.stderr)[-6000:])
    return 1 if found else 0


def with_hypothesis(target: str, seconds: str, folder: str) -> None:
    """Let Hypothesis make input, and make what it finds as small as it can."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.database import DirectoryBasedExampleDatabase

    from .strategies import STRATEGIES
    from .targets import TARGETS

    end = time.monotonic() + int(seconds)
    tried = 0

    @settings(
        max_examples=200,
        deadline=SLOWEST * 1000,
        database=DirectoryBasedExampleDatabase(folder),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
        phases=(Phase.reuse, Phase.generate, Phase.shrink),
    )
    @given(STRATEGIES[target])
    def run(data: bytes) -> None:
        nonlocal tried
        tried += 1
        if time.monotonic() < end:
            TARGETS[target](data)

    while time.monotonic() < end:
        run()
    print(f"{tried} inputs")


def with_atheris(target: str, seconds: str, folder: str) -> None:
    """Let Atheris make input, which follows what parts of the code it reaches; it ends the process when it finds something."""
    atheris: Any = importlib.import_module("atheris")  # it has no types
    with atheris.instrument_imports(include=["clientsmith", "bandwidth_recordings"]):
        from .targets import TARGETS

    learned = Path(folder) / "learned"
    learned.mkdir(exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (learned / f"seed{number}").write_bytes(seed)
    limits = (
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST}",
        f"-rss_limit_mb={MEMORY}",
        "-max_len=4096",
    )
    TARGETS[target](b"")  # what it imports when it is first used takes longer than any input may
    atheris.Setup([target, str(learned), f"-artifact_prefix={folder}/", *limits], TARGETS[target])
    atheris.Fuzz()


def seeds(target: str) -> list[bytes]:
    """Return input to begin with."""
    if target == "reader":
        folder = Path(__file__).parents[1] / "golden" / "documents"
        return [path.read_bytes()[:4000] for path in sorted(folder.glob("*.yaml"))]
    return [bytes(range(n, n + 60)) for n in range(0, 180, 30)] + [
        b"\0" * 6 + b'{"callId": "c", "parts": []}'
    ]


if __name__ == "__main__":
    sys.exit(main())
