"""What the calls of one client share: its configuration, its credentials, its tokens. Nothing in it does I/O."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING

from . import redirect
from .auth import Credentials, Grant, Security, choose
from .configuration import BaseConfiguration
from .errors import ApiError, RequestValidationError
from .options import defaults
from .secrecy import without_secrets
from .servers import Server, problem_of
from .tokens import Token

if TYPE_CHECKING:
    from .spans import Recorder


class Session:
    """What the calls of one client share.

    Attributes:
        configuration: The client's configuration.
        options: The options of a call that sets none.
        tokens: The access tokens by grant.
    """

    def __init__(self, configuration: BaseConfiguration) -> None:
        self.configuration = configuration
        self.options = defaults(configuration)
        self.tokens: dict[Grant, Token] = {}
        self._failures: dict[Grant, tuple[float, ApiError]] = {}
        self._credentials: dict[Security, Credentials] = {}
        self._secure: set[str] = set()
        self._server_url = configuration.server_url()

    @cached_property
    def recorder(self) -> Recorder | None:
        """What traces and measures the calls, if the configuration asks for it."""
        telemetry = self.configuration.telemetry
        if not telemetry:
            return None
        from .spans import Recorder
        from .telemetry import Telemetry

        package = __name__.partition(".")[0]
        version = self.configuration.user_agent.rpartition("/")[2]
        return Recorder(Telemetry() if telemetry is True else telemetry, package, version)

    def server_url(self, servers: Sequence[Server], base_url: str | None) -> str:
        """Return the URL that the path of an operation is appended to.

        Args:
            servers: The operation's own servers, if it has any.
            base_url: What the caller gave in their place.

        Raises:
            RequestValidationError: A variable of the server has no value.
        """
        if not servers and base_url == self.configuration.base_url:
            return self._server_url
        return self.configuration.server_url(servers, base_url)

    def credentials(self, security: Security | None) -> Credentials:
        """Return what a request of an operation carries to say who sends it.

        Args:
            security: The operation's alternatives; None for the document's own.

        Raises:
            RequestValidationError: None of the alternatives is satisfied.
        """
        if security is None:
            security = self.configuration.default_security
        known = self._credentials.get(security)
        if known is None:
            known = self._credentials[security] = choose(security, self.configuration)
        return known

    def check_scheme(self, base_url: str) -> None:
        """Refuse plain http to another machine.

        Raises:
            RequestValidationError: The server is not this machine and would be spoken to in the clear.
        """
        if base_url in self._secure:
            return
        if "://" not in base_url and self.configuration.base_url is None:
            raise RequestValidationError(
                "the API's document names no server to call: give base_url, such as https://api.example.com"
            )
        problem = problem_of(base_url)
        if problem is not None:
            raise RequestValidationError(f"{without_secrets(base_url)!r}: {problem}")
        if redirect.is_insecure(base_url) and not self.configuration.allow_insecure_http:
            raise RequestValidationError(
                f"{without_secrets(base_url)} is plain http: credentials and data would be sent in the clear; "
                "use https, or set allow_insecure_http=True"
            )
        self._secure.add(base_url)

    def fresh(self, grant: Grant, rejected: Token | None, now: float) -> Token | None:
        """Return the token of a grant that may still be used, or None if one has to be asked for.

        Args:
            grant: The right to ask.
            rejected: A token that the service no longer takes.
            now: The present on the monotonic clock.
        """
        token = self.tokens.get(grant)
        return None if token is None or token is rejected or now >= token.renew_at else token

    def refused(self, grant: Grant, error: ApiError, now: float) -> None:
        """Note that there was no token to be had, for the calls that are waiting for the same one."""
        self._failures[grant] = now, error

    def check_refused(self, grant: Grant, since: float) -> None:
        """Fail as another call did, rather than ask for a token once more that was refused while this call waited.

        Args:
            grant: The right to ask.
            since: When this call began to wait, on the monotonic clock.

        Raises:
            ApiError: The token was refused since then.
        """
        at, error = self._failures.get(grant, (since, None))
        if error is not None and at > since:
            raise copy(error)
