"""The calls of a side, run by that side's interpreter: `python caller.py SIDE URL CALL FILE`.

For each number that is read from standard input, the call is made so many times, and two figures
are printed: the seconds that one call took, and by how many bytes the process has grown at most
over what it held after its first call. A side imports only what its own environment has.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

USERNAME, PASSWORD = "user", "secret"
ACCOUNT, CALL = "9900000", "c-15ac29a2-1331029c-2cb0-4a07-b215-b22865662d85"
RECORDING = "r-fbe05094-9fd2afe9-bf5b-4c68-820a-41a01c1c5833"
RECORDINGS = 1000

Calls = Mapping[str, Callable[[], object]]


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


SIDES: Mapping[str, Callable[[str, Path], Calls]] = {
    "ours": ours,
    "httpx2": raw,
    "openapi-python-client": openapi_python_client,
    "openapi-generator": openapi_generator,
    "bandwidth-sdk": bandwidth_sdk,
}


def memory(field: str) -> int:
    """A figure of this process in bytes: VmRSS what it holds, VmHWM the most that it held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE)
    return int(match[1]) * 1024 if match else 0


def check(calls: Calls) -> None:
    """Make each call once, but no download, and end the process if an answer was not understood."""
    one = calls["get"]()
    if one != RECORDING and not (isinstance(one, bytes) and RECORDING.encode() in one):
        sys.exit(f"the recording was not understood: {one!r}")
    if "list" in calls and calls["list"]() != RECORDINGS:
        sys.exit("the list was not understood")


def main(side: str, url: str, call: str, file: str) -> None:
    """Make the calls that standard input asks for."""
    calls = SIDES[side](url, Path(file))
    check(calls if call != "download" else {"get": calls["get"]})
    idle = memory("VmRSS")
    for line in sys.stdin:
        count = int(line)
        start = time.perf_counter()
        for _ in range(count):
            calls[call]()
        seconds = (time.perf_counter() - start) / count
        print(seconds, memory("VmHWM") - idle, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
