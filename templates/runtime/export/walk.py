"""The walk through a list: many items at once, each file once, and the place that is done written down."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from pydantic_core import to_jsonable_python

from ..async_client import BaseAsyncClient
from ..download_async import AsyncDownload
from ..errors import ApiError, NotFoundError, UnauthorizedError
from ..plain_json import as_json
from ..sources import look_up
from .files import ending, folder_name, leftovers, recorded, write
from .manifest import Manifest, Recorded
from .plan import Export, Part

METADATA = "metadata.json"
_GONE = 410
_FAILURES_IN_A_ROW = 20


@dataclass(slots=True)
class Tally:
    """What an export has come to.

    Attributes:
        items: Items of the list that are done, those of earlier runs included.
        saved: Files that were written now.
        kept: Files that were there already.
        absent: Parts that the service does not have.
        failed: What could not be saved.
        bytes: The size of the files that were written now.
    """

    items: int = 0
    saved: int = 0
    kept: int = 0
    absent: int = 0
    failed: int = 0
    bytes: int = 0


class TooManyFailures(Exception):
    """So many items failed one after another that going on would be no use."""


@dataclass(slots=True, eq=False)
class _Page:
    """A page of the list.

    Attributes:
        left: How many of its items are not done.
        items: How many it has.
        following: The arguments with which the list goes on behind it; None where nothing says so.
        failed: Whether one of its items failed.
    """

    left: int
    items: int
    following: Mapping[str, Any] | None
    failed: bool = False


@dataclass(slots=True, eq=False)
class Walk:
    """An export that is under way.

    Attributes:
        client: Calls the service.
        export: What is saved.
        arguments: What the list is asked for with.
        folder: Where it is saved.
        manifest: What is done.
        many: How many items are saved at once.
        without: Parts that are left out.
        tell: Is told of each item that is done.
        warn: Is told of each failure.
    """

    client: BaseAsyncClient
    export: Export
    arguments: Mapping[str, Any]
    folder: Path
    manifest: Manifest
    many: int = 8
    without: frozenset[str] = frozenset()
    tell: Callable[[Tally], object] = lambda _: None
    warn: Callable[[str], object] = lambda _: None
    tally: Tally = field(default_factory=Tally)
    _pages: deque[_Page] = field(default_factory=deque[_Page])
    _in_a_row: int = 0

    async def run(self) -> Tally:
        """Save all that is not there yet.

        Returns:
            What it has come to. Where something failed, the walk is not complete, and another one goes on at the page of it.

        Raises:
            ApiError: The list cannot be read, or the credentials are refused.
            TooManyFailures: Nothing can be saved any more.
            OSError: A file cannot be written.
        """
        self.tally.items = self.manifest.state.items
        queue: asyncio.Queue[tuple[_Page, Any]] = asyncio.Queue(2 * self.many)
        try:
            async with asyncio.TaskGroup() as tasks:
                workers = [tasks.create_task(self._work(queue)) for _ in range(self.many)]
                await self._list(queue)
                await queue.join()
                for worker in workers:
                    worker.cancel()
        except BaseExceptionGroup as group:
            raise _first(group) from None
        if not self.tally.failed:
            self.manifest.finish(self.tally.items)
        return self.tally

    async def _list(self, queue: asyncio.Queue[tuple[_Page, Any]]) -> None:
        """Put the items into the queue, from where the last walk has come to."""
        resource = getattr(self.client, self.export.resource)
        begin = self.manifest.state.following or {}
        listed = getattr(resource, self.export.items)(**{**self.arguments, **begin})
        async for page in listed.pages():
            mine = _Page(len(page.items), len(page.items), page.resume)
            self._pages.append(mine)
            for item in page.items:
                await queue.put((mine, item))
            self._advance()

    async def _work(self, queue: asyncio.Queue[tuple[_Page, Any]]) -> None:
        while True:
            page, item = await queue.get()
            try:
                await self._save(item)
                self._in_a_row = 0
            except UnauthorizedError:
                raise
            except ApiError as error:
                self._fail(page, item, error)
            page.left -= 1
            self._advance()
            queue.task_done()

    def _fail(self, page: _Page, item: object, error: ApiError) -> None:
        page.failed = True
        self.tally.failed += 1
        self._in_a_row += 1
        self.warn(f"{look_up(item, self.export.id)}: {error}")
        if self._in_a_row == _FAILURES_IN_A_ROW:
            raise TooManyFailures(f"{_FAILURES_IN_A_ROW} items failed one after another")

    def _advance(self) -> None:
        """Write down the place behind the pages that are done."""
        while self._pages and not self._pages[0].left and not self._pages[0].failed:
            page = self._pages.popleft()
            self.tally.items += page.items
            if page.following is not None:
                self.manifest.reach(self.tally.items, to_jsonable_python(dict(page.following)))
        self.tell(self.tally)

    async def _save(self, item: Any) -> None:
        content = as_json(item, indent=2) + b"\n"
        identity = look_up(item, self.export.id)
        name = folder_name(sha256(content).hexdigest() if identity is None else identity)
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for leftover in leftovers(folder):
            leftover.unlink(missing_ok=True)
        await self._write(f"{name}/{METADATA}", content)
        for part in self.export.parts:
            if part.name not in self.without and part.is_there(item):
                await self._part(name, part, item)

    async def _part(self, name: str, part: Part, item: Any) -> None:
        stem = f"{name}/{part.name}"
        if stem in self.manifest.state.absent:
            self.tally.absent += 1
            return
        if await self._is_kept(name, part):
            self.tally.kept += 1
            return
        method = getattr(getattr(self.client, part.resource), part.method)
        try:
            given = await method(**part.call(item, self.arguments))
        except ApiError as error:
            if isinstance(error, NotFoundError) or getattr(error, "status", None) == _GONE:
                self.manifest.add_absent(stem)
                self.tally.absent += 1
                return
            raise
        if isinstance(given, str):
            await self._write(f"{stem}.txt", given.encode("utf-8", "surrogatepass"))
            return
        if not isinstance(given, AsyncDownload):
            await self._write(f"{stem}.json", as_json(given, indent=2) + b"\n")
            return
        path = f"{stem}{ending(given.content_type, given.filename)}"
        await given.save(self.folder / path)
        self._saved(path, await asyncio.to_thread(recorded, self.folder / path))

    async def _is_kept(self, name: str, part: Part) -> bool:
        """Return whether a part is there, and record one that came just before an interruption."""
        for path in sorted((self.folder / name).glob(f"{part.name}.*")):
            key = f"{name}/{path.name}"
            known = self.manifest.state.files.get(key)
            if known is None:
                known = await asyncio.to_thread(recorded, path)
                self.manifest.add(key, known.sha256, known.size)
            if path.stat().st_size == known.size:
                return True
        return False

    async def _write(self, path: str, content: bytes) -> None:
        """Write a file, unless it is there with this content."""
        known = self.manifest.state.files.get(path)
        target = self.folder / path
        found = Recorded(sha256(content).hexdigest(), len(content))
        if target.exists() and target.stat().st_size == found.size:
            if known is None and await asyncio.to_thread(recorded, target) == found:
                self.manifest.add(path, found.sha256, found.size)
                known = found
            if known == found:
                self.tally.kept += 1
                return
        self._saved(path, await asyncio.to_thread(write, target, content))

    def _saved(self, path: str, found: Recorded) -> None:
        self.manifest.add(path, found.sha256, found.size)
        self.tally.saved += 1
        self.tally.bytes += found.size


def _first(error: BaseException) -> BaseException:
    """Return what ended the tasks, in place of the group of all that followed from it."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error
