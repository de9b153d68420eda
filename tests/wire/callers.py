"""The two clients behind one face, so that a test is written once and run with both."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Literal

from bandwidth_recordings import AsyncClient, Client

Kind = Literal["sync", "async"]
IDS = ("9900000", "c-1", "r-1")


class Caller:
    """Calls the recordings API with the client of one kind, always the same one.

    Args:
        kind: Which client.
        options: Its options.
    """

    def __init__(self, kind: Kind, **options: Any) -> None:
        self.kind = kind
        self._runner = asyncio.Runner() if kind == "async" else None
        self.client: Any = AsyncClient(**options) if kind == "async" else Client(**options)

    def __call__(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of the recordings resource and return its result."""
        return self.wait(getattr(self.client.recordings, method)(*arguments, **options))

    def get(self, **options: Any) -> Any:
        """Call a GET."""
        return self("get_call_recording", *IDS, **options)

    def delete(self, **options: Any) -> Any:
        """Call a DELETE."""
        return self("delete_recording", *IDS, **options)

    def post(self, **options: Any) -> Any:
        """Call a POST."""
        return self("transcribe_call_recording", *IDS, {"tag": "t"}, **options)

    def response(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of `with_response`."""
        return self.wait(
            getattr(self.client.recordings.with_response, method)(*arguments, **options)
        )

    def save(self, path: Path | str, *, progress: Any = None, **options: Any) -> Any:
        """Download to a path."""

        async def awaited() -> Any:
            download = await self.client.recordings.download_call_recording(*IDS, **options)
            return await download.save(path, progress=progress)

        if self._runner is not None:
            return self._runner.run(awaited())
        return self.client.recordings.download_call_recording(*IDS, **options).save(
            path, progress=progress
        )

    def wait(self, result: Any) -> Any:
        """Return what an awaitable gives, or the result itself of the synchronous client."""
        return result if self._runner is None else self._runner.run(_awaited(result))

    def items(self, iterator: Any) -> list[Any]:
        """Return what is left of an iterator."""
        return list(iterator) if self._runner is None else self._runner.run(_listed(iterator))

    def close(self) -> None:
        """Close the client."""
        if self._runner is None:
            self.client.close()
            return
        self._runner.run(_awaited(self.client.aclose()))
        self._runner.close()


async def _awaited(result: Any) -> Any:
    return await result


async def _listed(iterator: Any) -> list[Any]:
    return [item async for item in iterator]
