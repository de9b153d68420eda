"""Saves a download in a process of its own: `python saving.py sync|async URL FILE` prints by how many bytes it grew."""

from __future__ import annotations

import asyncio
import resource
import sys
from typing import Any

from bandwidth_recordings import AsyncClient, Client, RetryPolicy

IDS = ("9900000", "c-1", "r-1")
OPTIONS: dict[str, Any] = {
    "username": "u",
    "password": "p",
    "max_retries": 1,
    "retry": RetryPolicy(base=0.01),
}


def peak() -> int:
    """The most memory that the process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def save(url: str, file: str) -> None:
    """Save with the synchronous client."""
    with Client(base_url=url, **OPTIONS) as client:
        client.recordings.download_call_recording(*IDS).save(file)


async def save_asynchronously(url: str, file: str) -> None:
    """Save with the asynchronous client."""
    async with AsyncClient(base_url=url, **OPTIONS) as client:
        await (await client.recordings.download_call_recording(*IDS)).save(file)


def main(kind: str, small: str, large: str, file: str) -> None:
    """Save the small file, which loads all there is to load, and then the large one."""
    for number, url in enumerate((small, large)):
        idle = peak()
        if kind == "sync":
            save(url, file)
        else:
            asyncio.run(save_asynchronously(url, file))
        if number:
            print(peak() - idle)


if __name__ == "__main__":
    main(*sys.argv[1:])
