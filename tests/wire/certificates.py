"""Certificates for tests: an authority made on the spot, and what it signs."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from typing import Any

import trustme


class Authority:
    """A certificate authority that no system trusts."""

    def __init__(self) -> None:
        self._authority: Any = trustme.CA()  # its methods are typed in part

    def server(
        self, host: str = "127.0.0.1", *, alpn: tuple[str, ...] = (), until: datetime | None = None
    ) -> ssl.SSLContext:
        """Return what a server of that name needs, with the protocols that it offers and the end of its certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        dates = {} if until is None else {"not_before": until - timedelta(1), "not_after": until}
        self._authority.issue_cert(host, **dates).configure_cert(context)
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context

    def demanding_server(self) -> ssl.SSLContext:
        """Return what a server needs that asks its clients for a certificate."""
        context = self.server()
        self._authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client(self, *, certificate: bool = False) -> ssl.SSLContext:
        """Return what a client needs that trusts this authority, with a certificate of its own if asked for."""
        context = ssl.create_default_context()
        self._authority.configure_trust(context)
        if certificate:
            self._authority.issue_cert("client@example.com").configure_cert(context)
        return context
