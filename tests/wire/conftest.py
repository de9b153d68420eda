"""A server that fails as it is told, and both clients to call it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .callers import Caller, Kind
from .servers import FaultServer

MakeCaller = Callable[..., Caller]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as started:
        yield started


@pytest.fixture(autouse=True)
def _no_credentials_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"BANDWIDTH_{name}", raising=False)


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture
def make(kind: Kind, server: FaultServer) -> Iterator[MakeCaller]:
    """Make a caller; by default it calls the server with HTTP Basic and retries at once, three times at most."""
    from bandwidth_recordings import RetryPolicy

    made: list[Caller] = []

    def build(**options: object) -> Caller:
        if "client_id" not in options:
            options = {"username": "user", "password": "pass", **options}
        defaults = {
            "base_url": server.url,
            "retry": RetryPolicy(base=0.01, cap=0.02),
            "max_retries": 3,
        }
        caller = Caller(kind, **{**defaults, **options})
        made.append(caller)
        return caller

    yield build
    for caller in made:
        caller.close()


@pytest.fixture
def api(make: MakeCaller) -> Caller:
    return make()
