"""What a generated client runs on: the same in every package, written once. Generated modules import from here.

Each name is imported when it is first used, so that importing a client costs little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy import lazily

if TYPE_CHECKING:
    from .api_response import ApiResponse
    from .async_client import BaseAsyncClient
    from .auth import ApiKey, HttpBasic, HttpBearer, OAuth2ClientCredentials, SecurityScheme
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
    from .headers import Headers
    from .hooks import Event, Hooks
    from .model import Model
    from .operation import Body, Encoding, MediaType, Operation, Parameter, Response
    from .options import BaseClientOptions, CallOptions, RetryPolicy, Timeout
    from .progress import Progress
    from .resource import AsyncResource, Resource, async_with_response, with_response
    from .sync_client import BaseClient
    from .types import UNSET, Base64, File, FilePart, Unset

_MODULES = {
    ".api_response": ("ApiResponse",),
    ".async_client": ("BaseAsyncClient",),
    ".auth": ("ApiKey", "HttpBasic", "HttpBearer", "OAuth2ClientCredentials", "SecurityScheme"),
    ".configuration": ("BaseConfiguration",),
    ".download": ("Download",),
    ".download_async": ("AsyncDownload",),
    ".enums": ("Open", "OpenEnum", "OpenInt", "OpenIntEnum", "OpenMixed", "OpenMixedEnum"),
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
    ".model": ("Model",),
    ".operation": ("Body", "Encoding", "MediaType", "Operation", "Parameter", "Response"),
    ".options": ("BaseClientOptions", "CallOptions", "RetryPolicy", "Timeout"),
    ".progress": ("Progress",),
    ".resource": ("AsyncResource", "Resource", "async_with_response", "with_response"),
    ".sync_client": ("BaseClient",),
    ".types": ("UNSET", "Base64", "File", "FilePart", "Unset"),
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
    "HttpBasic",
    "HttpBearer",
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
    "ServerError",
    "ServiceUnavailableError",
    "Timeout",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnprocessableContentError",
    "Unset",
    "UnsupportedMediaTypeError",
    "async_with_response",
    "with_response",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(
        __name__, {name: module for module, names in _MODULES.items() for name in names}, __all__
    )
