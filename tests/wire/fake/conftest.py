"""A fake, and callers of it: both clients, by the transport and over a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Literal

import httpx2
import pytest
from bandwidth_recordings import RetryPolicy
from bandwidth_recordings.testing import Fake

from ..callers import Caller, Kind

Way = Literal["transport", "socket"]
MakeCaller = Callable[..., Caller]


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture(params=["transport", "socket"])
def way(request: pytest.FixtureRequest) -> Way:
    way: Way = request.param
    return way


@pytest.fixture
def make(fake: Fake, kind: Kind, way: Way) -> Iterator[MakeCaller]:
    """Make a caller of the fake."""
    with ExitStack() as closing:

        def build(**options: Any) -> Caller:
            if way == "socket":
                given: dict[str, Any] = {"base_url": closing.enter_context(fake.serve()).url}
            else:
                client = httpx2.Client if kind == "sync" else httpx2.AsyncClient
                given = {"http_client": client(transport=fake.transport)}
            given |= {"retry": RetryPolicy(base=0.0, cap=0.0), "username": "u", "password": "p"}
            caller = Caller(kind, **given | options)
            closing.callback(caller.close)
            return caller

        yield build


@pytest.fixture
def api(make: MakeCaller) -> Caller:
    return make()
