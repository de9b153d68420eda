"""What an error of a transport means for the call, and what of it is kept."""

from __future__ import annotations

import ssl
from typing import Any

import aiohttp
import httpcore2
import httpx2
import pytest
from bandwidth_recordings._runtime.faults import Fault, harmless
from bandwidth_recordings._runtime.retry import Outcome
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL


def alert(reason: str) -> Exception:
    error = ssl.SSLError(1, f"[SSL: {reason}] alert")
    error.reason = reason
    return caused(httpcore2.ReadError("alert"), error)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome", "timed_out"),
    [
        (httpcore2.ConnectError("refused"), Outcome.NOT_SENT, False),
        (httpcore2.ConnectTimeout(), Outcome.NOT_SENT, True),
        (httpcore2.PoolTimeout(), Outcome.NOT_SENT, True),
        (httpcore2.ProxyError("407"), Outcome.NOT_SENT, False),
        (httpcore2.ReadTimeout(), Outcome.LOST, True),
        (httpcore2.ReadError("reset"), Outcome.LOST, False),
        (httpcore2.RemoteProtocolError("not HTTP"), Outcome.LOST, False),
        (httpcore2.UnsupportedProtocol("ftp"), Outcome.FINAL, False),
        (httpx2.ConnectError("refused"), Outcome.NOT_SENT, False),
        (httpx2.ReadTimeout("late"), Outcome.LOST, True),
        (aiohttp.ServerDisconnectedError(), Outcome.LOST, False),
        (aiohttp.ClientOSError(104, "reset"), Outcome.LOST, False),
        (aiohttp.ConnectionTimeoutError("late"), Outcome.NOT_SENT, True),
        (aiohttp.SocketTimeoutError("late"), Outcome.LOST, True),
        (aiohttp.ClientPayloadError("cut"), Outcome.LOST, False),
        # httpx-aiohttp takes a lost answer for a connection that was not made in time.
        (
            caused(httpx2.ConnectTimeout(""), aiohttp.ServerDisconnectedError()),
            Outcome.LOST,
            False,
        ),
        (alert("TLSV13_ALERT_CERTIFICATE_REQUIRED"), Outcome.FINAL, False),
        (alert("TLSV1_ALERT_UNKNOWN_CA"), Outcome.FINAL, False),
        (alert("TLSV1_ALERT_INTERNAL_ERROR"), Outcome.LOST, False),
        (
            caused(httpcore2.ConnectError("x"), ssl.SSLCertVerificationError(1, "untrusted")),
            Outcome.FINAL,
            False,
        ),
    ],
)
def test_what_an_error_means(error: Exception, outcome: Outcome, timed_out: bool) -> None:
    fault = Fault.of(error)
    assert (fault.outcome, fault.timed_out) == (outcome, timed_out)


def test_the_header_fields_that_aiohttp_keeps_in_its_errors_are_let_go() -> None:
    headers: Any = CIMultiDictProxy(CIMultiDict({"Authorization": "s3cret"}))
    url = URL("https://example.com/x?key=s3cret")
    request = aiohttp.RequestInfo(url, "GET", headers, url)
    refused = aiohttp.ClientHttpProxyError(request, (), status=407, message="Who\n are you")
    late = aiohttp.ConnectionTimeoutError(f"Connection timeout to host {url}")
    for error in (refused, late, caused(httpx2.ProxyError(f"{refused}"), refused)):
        kept = harmless(error)
        assert "s3cret" not in f"{kept!r} {kept} {Fault.of(error)} {vars(kept)}"
    assert str(harmless(refused)) == "407 Who are you"
