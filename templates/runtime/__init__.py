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
    from .enums import (
        Known,
        KnownInt,
        KnownMixed,
        Open,
        OpenEnum,
        OpenInt,
        OpenIntEnum,
        OpenMixed,
        OpenMixedEnum,
    )
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
        PagingError,
        RequestValidationError,
        ResponseValidationError,
        ServerError,
        ServiceUnavailableError,
        TooManyRequestsError,
        UnauthorizedError,
        UnprocessableContentError,
        UnsupportedMediaTypeError,
        WaitError,
        WaitTimeoutError,
    )
    from .events import ServerSentEvent
    from .headers import Headers
    from .hooks import Event, Hooks
    from .incoming import (
        Incoming,
        WebhookAuthenticationError,
        WebhookValidationError,
        check_basic_credentials,
    )
    from .model import Model
    from .operation import (
        Body,
        Encoding,
        Header,
        MediaType,
        Operation,
        Parameter,
        Response,
        StreamedOperation,
        Value,
    )
    from .options import BaseClientOptions, CallOptions, RetryPolicy, Timeout, WaitOptions
    from .pages import AsyncPage, AsyncPaged, Page, Paged
    from .paging import Paging
    from .paging_cursor import CursorPaging
    from .paging_link import LinkPaging
    from .paging_number import NumberPaging
    from .paging_window import WindowPaging
    from .progress import Progress
    from .resource import AsyncResource, Resource, async_with_response, with_response
    from .servers import Server, ServerVariable
    from .streams import AsyncStream, Stream
    from .sync_client import BaseClient
    from .telemetry import Telemetry
    from .types import Base64, File, FilePart
    from .unset import UNSET, Unset
    from .waiting import Waiting

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
    ".enums": (
        "Known",
        "KnownInt",
        "KnownMixed",
        "Open",
        "OpenEnum",
        "OpenInt",
        "OpenIntEnum",
        "OpenMixed",
        "OpenMixedEnum",
    ),
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
        "PagingError",
        "RequestValidationError",
        "ResponseValidationError",
        "ServerError",
        "ServiceUnavailableError",
        "TooManyRequestsError",
        "UnauthorizedError",
        "UnprocessableContentError",
        "UnsupportedMediaTypeError",
        "WaitError",
        "WaitTimeoutError",
    ),
    ".headers": ("Headers",),
    ".hooks": ("Event", "Hooks"),
    ".incoming": (
        "Incoming",
        "WebhookAuthenticationError",
        "WebhookValidationError",
        "check_basic_credentials",
    ),
    ".model": ("Model",),
    ".operation": (
        "Body",
        "Encoding",
        "Header",
        "MediaType",
        "Operation",
        "Parameter",
        "Response",
        "StreamedOperation",
        "Value",
    ),
    ".options": ("BaseClientOptions", "CallOptions", "RetryPolicy", "Timeout", "WaitOptions"),
    ".pages": ("AsyncPage", "AsyncPaged", "Page", "Paged"),
    ".paging": ("Paging",),
    ".paging_cursor": ("CursorPaging",),
    ".paging_link": ("LinkPaging",),
    ".paging_number": ("NumberPaging",),
    ".paging_window": ("WindowPaging",),
    ".progress": ("Progress",),
    ".resource": ("AsyncResource", "Resource", "async_with_response", "with_response"),
    ".servers": ("Server", "ServerVariable"),
    ".streams": ("AsyncStream", "Stream"),
    ".sync_client": ("BaseClient",),
    ".telemetry": ("Telemetry",),
    ".types": ("Base64", "File", "FilePart"),
    ".unset": ("UNSET", "Unset"),
    ".waiting": ("Waiting",),
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
    "AsyncPage",
    "AsyncPaged",
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
    "CursorPaging",
    "Download",
    "Encoding",
    "Event",
    "File",
    "FilePart",
    "ForbiddenError",
    "Header",
    "Headers",
    "Hooks",
    "HttpAuthorization",
    "HttpBasic",
    "HttpBearer",
    "Incoming",
    "InternalServerError",
    "Known",
    "KnownInt",
    "KnownMixed",
    "LinkPaging",
    "MediaType",
    "MethodNotAllowedError",
    "Model",
    "NotFoundError",
    "NumberPaging",
    "OAuth2ClientCredentials",
    "Open",
    "OpenEnum",
    "OpenInt",
    "OpenIntEnum",
    "OpenMixed",
    "OpenMixedEnum",
    "Operation",
    "Page",
    "Paged",
    "Paging",
    "PagingError",
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
    "Telemetry",
    "Timeout",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnprocessableContentError",
    "Unset",
    "UnsupportedMediaTypeError",
    "Value",
    "WaitError",
    "WaitOptions",
    "WaitTimeoutError",
    "Waiting",
    "WebhookAuthenticationError",
    "WebhookValidationError",
    "WindowPaging",
    "async_with_response",
    "check_basic_credentials",
    "with_response",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(
        __name__, {name: module for module, names in _MODULES.items() for name in names}, __all__
    )
