"""What goes wrong between a request and the end of its answer, in the words that a call decides by."""

from __future__ import annotations

import re

from .causes import linked
from .reasons import place, reason
from .retry import Outcome

_OUTCOMES = {
    "ConnectError": Outcome.NOT_SENT,
    "ConnectTimeout": Outcome.NOT_SENT,
    "PoolTimeout": Outcome.NOT_SENT,
    "ProxyError": Outcome.NOT_SENT,
    "UnsupportedProtocol": Outcome.FINAL,
    "LocalProtocolError": Outcome.FINAL,
    "StreamRefused": Outcome.REFUSED,
    # Those of aiohttp:
    "ClientConnectorError": Outcome.NOT_SENT,
    "ConnectionTimeoutError": Outcome.NOT_SENT,
    "ClientHttpProxyError": Outcome.NOT_SENT,
    "InvalidURL": Outcome.FINAL,
}
_FIELD = re.compile(r"(?is)((?:illegal|invalid)[^:]* header[^:]*):.*")
"""What a parser says of a header field, and then the field."""

_REFUSED_CERTIFICATE = ("CERTIFICATE", "UNKNOWN_CA", "HANDSHAKE_FAILURE")


class Fault(Exception):
    """An attempt that brought no complete answer. The cause is the transport's own error.

    Attributes:
        outcome: Whether the service can have seen the request.
        timed_out: Whether a limit of time was the reason.
        body: What came of a body that was being read.
    """

    body: bytes = b""

    def __init__(self, message: str, outcome: Outcome, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.timed_out = timed_out

    @classmethod
    def of(cls, error: Exception) -> Fault:
        """Return what an error of httpx2, httpcore2 (which name them alike) or aiohttp means for the call."""
        names = [base.__name__ for base in type(_source(error)).__mro__]
        outcome = next((_OUTCOMES[name] for name in names if name in _OUTCOMES), Outcome.LOST)
        if _is_refused_certificate(error):
            outcome = Outcome.FINAL
        timed_out = any(name.endswith(("Timeout", "TimeoutError")) for name in names)
        return cls(_where(error) + reason(harmless(error)), outcome, timed_out=timed_out)


def harmless(error: Exception) -> Exception:
    """Return the cause to be kept of a fault: some show header fields, those of aiohttp URLs and the passwords of proxies too."""
    source = _source(error)
    system: object = getattr(source, "os_error", None)
    if isinstance(system, Exception):
        return system
    if type(source).__name__ == "ConnectionTimeoutError":
        return TimeoutError("no connection in time")
    if hasattr(source, "request_info"):
        refused = type(source).__name__ == "ClientHttpProxyError"
        said = (getattr(source, "status", "") if refused else "", getattr(source, "message", ""))
        return ConnectionError(_FIELD.sub(r"\1", " ".join(f"{said[0]} {said[1]}".split())))
    if _is_of_aiohttp(source) and not isinstance(getattr(source, "message", ""), str):
        return ConnectionError("the other side closed the connection within the header fields")
    if _FIELD.search(str(source)):
        return ConnectionError(_FIELD.sub(r"\1", str(source)))
    return linked(source)


def _where(error: Exception) -> str:
    """Return where aiohttp did not get to; httpcore2's errors say it themselves (see `network`)."""
    source = _source(error)
    host, port = getattr(source, "host", None), getattr(source, "port", None)
    if not isinstance(host, str) or not isinstance(port, int):
        return ""
    tls = any(base.__name__ == "SSLError" for base in type(harmless(error)).__mro__)
    return f"TLS with {host}: " if tls else f"{place(host, port)}: "


def _source(error: Exception) -> Exception:
    """Return the error of aiohttp that httpx-aiohttp gives another name, which does not tell what was sent; else the error."""
    cause = error.__cause__
    if _is_of_aiohttp(error) or not isinstance(cause, Exception) or not _is_of_aiohttp(cause):
        return error
    return cause


def _is_of_aiohttp(error: Exception) -> bool:
    return type(error).__module__.startswith("aiohttp.")


class BodyTooLarge(Exception):
    """A body that holds more than may be read into memory.

    Attributes:
        body: Its beginning; as it came, if it was compressed.
    """

    body: bytes = b""


def _is_refused_certificate(error: BaseException | None) -> bool:
    """Return whether one side does not trust the other's certificate (RFC 8446, section 6.2)."""
    while error is not None:
        if type(error).__name__ == "SSLCertVerificationError":
            return True
        reason = getattr(error, "reason", None)
        if isinstance(reason, str) and "ALERT" in reason:
            return any(word in reason for word in _REFUSED_CERTIFICATE)
        error = error.__cause__ or error.__context__
    return False
