"""The calls of a side, run by that side's interpreter: `python caller.py SIDE URL CALL FILE`.

For each number that is read from standard input, the call is made so many times, and two figures
are printed: the seconds that one call took, and by how many bytes the process has grown at most
over what it held after its first call. A side imports only what its own environment has. The calls
of an asynchronous side are made in one event loop, one after another, and `tasks` by many at a time.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

USERNAME, PASSWORD = "user", "secret"
ACCOUNT, CALL = "9900000", "c-15ac29a2-1331029c-2cb0-4a07-b215-b22865662d85"
RECORDING = "r-fbe05094-9fd2afe9-bf5b-4c68-820a-41a01c1c5833"
RECORDINGS = 1000
TASKS = 50

Calls = Mapping[str, Callable[[], Any]]


def ours(url: str, file: Path) -> Calls:
    """The generated package."""
    package = import_module("bandwidth_recordings")
    api = package.Client(username=USERNAME, password=PASSWORD, base_url=url).recordings
    return {
        "get": lambda: api.get_call_recording(ACCOUNT, CALL, RECORDING).recording_id,
        "list": lambda: len(api.list_account_call_recordings(ACCOUNT)),
        "download": lambda: api.download_call_recording(ACCOUNT, CALL, RECORDING).save(file),
    }


def raw(url: str, file: Path) -> Calls:
    """httpx2 by hand: the answer is read and not parsed."""
    client = import_module("httpx2").Client(auth=(USERNAME, PASSWORD))
    one = f"{url}/accounts/{ACCOUNT}/calls/{CALL}/recordings/{RECORDING}"

    def download() -> None:
        with client.stream("GET", f"{one}/media") as response, file.open("wb") as target:
            for chunk in response.raise_for_status().iter_bytes():
                target.write(chunk)

    return {"get": lambda: client.get(one).raise_for_status().content, "download": download}


def openapi_python_client(url: str, _: Path) -> Calls:
    """The package that openapi-python-client generates from the same document."""
    package = import_module("recordings_opc")
    get = import_module("recordings_opc.api.recordings.get_call_recording").sync
    many = import_module("recordings_opc.api.recordings.list_account_call_recordings").sync
    client = package.AuthenticatedClient(base_url=url, token="token")
    return {
        "get": lambda: get(ACCOUNT, CALL, RECORDING, client=client).recording_id,
        "list": lambda: len(many(ACCOUNT, client=client)),
    }


def openapi_generator(url: str, _: Path) -> Calls:
    """The package that openapi-generator generates from the same document."""
    return _openapi_generator_calls("recordings_oag", url)


def bandwidth_sdk(url: str, _: Path) -> Calls:
    """The published client of the whole API."""
    return _openapi_generator_calls("bandwidth", url)


def _openapi_generator_calls(package: str, url: str) -> Calls:
    library = import_module(package)
    configuration = library.Configuration(
        host=url, username=USERNAME, password=PASSWORD, ignore_operation_servers=True
    )
    api = library.RecordingsApi(library.ApiClient(configuration))
    return {
        "get": lambda: api.get_call_recording(ACCOUNT, CALL, RECORDING).recording_id,
        "list": lambda: len(api.list_account_call_recordings(ACCOUNT)),
    }


def ours_async(url: str, file: Path, **options: str) -> Calls:
    """The generated package, asynchronous."""
    package = import_module("bandwidth_recordings")
    client = package.AsyncClient(username=USERNAME, password=PASSWORD, base_url=url, **options)
    api = client.recordings

    async def get() -> object:
        return (await api.get_call_recording(ACCOUNT, CALL, RECORDING)).recording_id

    async def many() -> object:
        return len(await api.list_account_call_recordings(ACCOUNT))

    async def download() -> object:
        return await (await api.download_call_recording(ACCOUNT, CALL, RECORDING)).save(file)

    return {"get": get, "list": many, "download": download, "close": client.aclose}


def raw_async(url: str, file: Path, transport: object = None) -> Calls:
    """httpx2 by hand, asynchronous."""
    auth = (USERNAME, PASSWORD)
    client = import_module("httpx2").AsyncClient(auth=auth, transport=transport)
    one = f"{url}/accounts/{ACCOUNT}/calls/{CALL}/recordings/{RECORDING}"

    async def get() -> object:
        return (await client.get(one)).raise_for_status().content

    async def download() -> None:
        async with client.stream("GET", f"{one}/media") as response:
            with file.open("wb") as target:
                async for chunk in response.raise_for_status().aiter_bytes():
                    target.write(chunk)

    return {"get": get, "download": download, "close": client.aclose}


def openapi_python_client_async(url: str, _: Path) -> Calls:
    """The package that openapi-python-client generates from the same document, asynchronous."""
    package = import_module("recordings_opc")
    api = "recordings_opc.api.recordings"
    get_one = import_module(f"{api}.get_call_recording").asyncio
    get_many = import_module(f"{api}.list_account_call_recordings").asyncio
    client = package.AuthenticatedClient(base_url=url, token="token")

    async def get() -> object:
        return (await get_one(ACCOUNT, CALL, RECORDING, client=client)).recording_id

    async def many() -> object:
        return len(await get_many(ACCOUNT, client=client))

    return {"get": get, "list": many}


def ours_aiohttp(url: str, file: Path) -> Calls:
    """The generated package with the aiohttp extra."""
    return ours_async(url, file, transport="aiohttp")


def raw_aiohttp(url: str, file: Path) -> Calls:
    """httpx2 by hand over the aiohttp transport."""
    return raw_async(url, file, import_module("httpx_aiohttp.httpx2").AiohttpTransport())


SIDES: Mapping[str, Callable[[str, Path], Calls]] = {
    "ours": ours,
    "httpx2": raw,
    "openapi-python-client": openapi_python_client,
    "openapi-generator": openapi_generator,
    "bandwidth-sdk": bandwidth_sdk,
    "ours async": ours_async,
    "httpx2 async": raw_async,
    "openapi-python-client async": openapi_python_client_async,
    "ours aiohttp": ours_aiohttp,
    "httpx2 aiohttp": raw_aiohttp,
}


def memory(field: str) -> int:
    """A figure of this process in bytes: VmRSS what it holds, VmHWM the most that it held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE)
    return int(match[1]) * 1024 if match else 0


def repeat(calls: Calls, call: str, count: int, runner: asyncio.Runner) -> object:
    """Make a call so many times and return its last result."""
    made = calls["get" if call == "tasks" else call]
    result: object = None
    if not inspect.iscoroutinefunction(made):
        for _ in range(count):
            result = made()
        return result

    async def in_turn(turns: int) -> object:
        last: object = None
        for _ in range(turns):
            last = await made()
        return last

    async def at_a_time() -> object:
        return await asyncio.gather(*(in_turn(count // TASKS) for _ in range(TASKS)))

    return runner.run(at_a_time() if call == "tasks" else in_turn(count))


def check(calls: Calls, runner: asyncio.Runner) -> None:
    """Make each call once, but no download, and end the process if an answer was not understood."""
    one = repeat(calls, "get", 1, runner)
    if one != RECORDING and not (isinstance(one, bytes) and RECORDING.encode() in one):
        sys.exit(f"the recording was not understood: {one!r}")
    if "list" in calls and repeat(calls, "list", 1, runner) != RECORDINGS:
        sys.exit("the list was not understood")


def main(side: str, url: str, call: str, file: str) -> None:
    """Make the calls that standard input asks for."""
    calls = SIDES[side](url, Path(file))
    with asyncio.Runner() as runner:
        check(calls if call != "download" else {"get": calls["get"]}, runner)
        idle = memory("VmRSS")
        for line in sys.stdin:
            count = int(line)
            start = time.perf_counter()
            repeat(calls, call, count, runner)
            seconds = (time.perf_counter() - start) / count
            print(seconds, memory("VmHWM") - idle, flush=True)
        if "close" in calls:
            repeat(calls, "close", 1, runner)


if __name__ == "__main__":
    main(*sys.argv[1:])
