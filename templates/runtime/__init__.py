"""What a generated client runs on: the same in every package, written once. Generated modules import from here.

Each name is imported when it is first used, so that importing a client costs little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy import lazily

if TYPE_CHECKING:
    from .api_response import ApiResponse
    from .async_client import BaseAsyncClient
    from .auth import (
        ApiKey,
        HttpAuthorization,
        HttpBasic,
        HttpBearer,
        OAuth2ClientCredentials,
        SecurityScheme,
    )
    from .configuration import BaseConfiguration
    from .download import Download
    from .download_async import AsyncDownload
    from .enums import Open, OpenEnum, OpenInt, OpenIntEnum, OpenMixed, OpenMixedEnum
    from .errors import (
        ApiConnectionError,
        ApiError,
        ApiStatusError,
        ApiTimeoutError,
        BadRequestError,
        ClientError,
        ConflictError,
        ForbiddenError,
        InternalServerError,
        MethodNotAllowedError,
        NotFoundError,
        RequestValidationError,
        ResponseValidationError,
        ServerError,
        ServiceUnavailableError,
        TooManyRequestsError,
        UnauthorizedError,
        UnprocessableContentError,
        UnsupportedMediaTypeError,
    )
    from .events import ServerSentEvent
    from .headers import Headers
    from .hooks import Event, Hooks
    from .incoming import Incoming, WebhookValidationError
    from .model import Model
    from .operation import (
        Body,
        Encoding,
        MediaType,
        Operation,
        Parameter,
        Response,
        StreamedOperation,
    )
    from .options import BaseClientOptions, CallOptions, RetryPolicy, Timeout
    from .progress import Progress
    from .resource import AsyncResource, Resource, async_with_response, with_response
    from .servers import Server, ServerVariable
    from .streams import AsyncStream, Stream
    from .sync_client import BaseClient
    from .types import Base64, File, FilePart
    from .unset import UNSET, Unset

_MODULES = {
    ".api_response": ("ApiResponse",),
    ".async_client": ("BaseAsyncClient",),
    ".auth": (
        "ApiKey",
        "HttpAuthorization",
        "HttpBasic",
        "HttpBearer",
        "OAuth2ClientCredentials",
        "SecurityScheme",
    ),
    ".configuration": ("BaseConfiguration",),
    ".download": ("Download",),
    ".download_async": ("AsyncDownload",),
    ".enums": ("Open", "OpenEnum", "OpenInt", "OpenIntEnum", "OpenMixed", "OpenMixedEnum"),
    ".events": ("ServerSentEvent",),
    ".errors": (
        "ApiConnectionError",
        "ApiError",
        "ApiStatusError",
        "ApiTimeoutError",
        "BadRequestError",
        "ClientError",
        "ConflictError",
        "ForbiddenError",
        "InternalServerError",
        "MethodNotAllowedError",
        "NotFoundError",
        "RequestValidationError",
        "ResponseValidationError",
        "ServerError",
        "ServiceUnavailableError",
        "TooManyRequestsError",
        "UnauthorizedError",
        "UnprocessableContentError",
        "UnsupportedMediaTypeError",
    ),
    ".headers": ("Headers",),
    ".hooks": ("Event", "Hooks"),
    ".incoming": ("Incoming", "WebhookValidationError"),
    ".model": ("Model",),
    ".operation": (
        "Body",
        "Encoding",
        "MediaType",
        "Operation",
        "Parameter",
        "Response",
        "StreamedOperation",
    ),
    ".options": ("BaseClientOptions", "CallOptions", "RetryPolicy", "Timeout"),
    ".progress": ("Progress",),
    ".resource": ("AsyncResource", "Resource", "async_with_response", "with_response"),
    ".servers": ("Server", "ServerVariable"),
    ".streams": ("AsyncStream", "Stream"),
    ".sync_client": ("BaseClient",),
    ".types": ("Base64", "File", "FilePart"),
    ".unset": ("UNSET", "Unset"),
}

__all__ = [
    "UNSET",
    "ApiConnectionError",
    "ApiError",
    "ApiKey",
    "ApiResponse",
    "ApiStatusError",
    "ApiTimeoutError",
    "AsyncDownload",
    "AsyncResource",
    "AsyncStream",
    "BadRequestError",
    "Base64",
    "BaseAsyncClient",
    "BaseClient",
    "BaseClientOptions",
    "BaseConfiguration",
    "Body",
    "CallOptions",
    "ClientError",
    "ConflictError",
    "Download",
    "Encoding",
    "Event",
    "File",
    "FilePart",
    "ForbiddenError",
    "Headers",
    "Hooks",
    "HttpAuthorization",
    "HttpBasic",
    "HttpBearer",
    "Incoming",
    "InternalServerError",
    "MediaType",
    "MethodNotAllowedError",
    "Model",
    "NotFoundError",
    "OAuth2ClientCredentials",
    "Open",
    "OpenEnum",
    "OpenInt",
    "OpenIntEnum",
    "OpenMixed",
    "OpenMixedEnum",
    "Operation",
    "Parameter",
    "Progress",
    "RequestValidationError",
    "Resource",
    "Response",
    "ResponseValidationError",
    "RetryPolicy",
    "SecurityScheme",
    "Server",
    "ServerError",
    "ServerSentEvent",
    "ServerVariable",
    "ServiceUnavailableError",
    "Stream",
    "StreamedOperation",
    "Timeout",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnprocessableContentError",
    "Unset",
    "UnsupportedMediaTypeError",
    "WebhookValidationError",
    "async_with_response",
    "with_response",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(
        __name__, {name: module for module, names in _MODULES.items() for name in names}, __all__
    )
