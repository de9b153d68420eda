"""What openapi-core cannot tell about a request, and why: such a call counts as valid."""

from __future__ import annotations

import re

FAILING = {
    "Expected a string value, got <class 'list'>": "it does not know types that are a list",
    "object has no attribute 'querystring'": "it does not know parameters of 3.2",
    "'str' object has no attribute 'decode'": "it does not read parameters with content",
}
_UNABLE = (
    (
        r"^application/json.*Value b'[\[{].*' not valid for schema",
        "openapi-core does not read JSON under a range of media types",
    ),
    (
        r"^(multipart|application/x-www-form).*\"b'[^']*' is not one of ",
        "openapi-core takes bytes for no string",
    ),
    (
        r"^(?!application/json).*Value b'.*' not valid for schema of type string",
        "openapi-core takes bytes for no string",
    ),
    (
        r"Missing required path parameter: (\w+) < KeyError: '[.;]\1",
        "openapi-core does not find parameters in the styles label and matrix",
    ),
    (r"^\S+yaml .*Value b'", "openapi-core reads no YAML"),
    (r"Value (<Element '|b'<text/>')", "openapi-core does not read XML as a value of its schema"),
    (
        r"(?i)Missing required header parameter: (accept|authorization|content-(length|type)|transfer-encoding)\b",
        "openapi-core asks for a header parameter that is none (OpenAPI 3.1, 4.8.12) or that the client sets",
    ),
    (
        r"^(multipart|application/x-www-form).*MissingRequiredRequestBody",
        "openapi-core takes a form without fields for no body",
    ),
    (
        r"^(multipart|application/x-www-form).*Failed to cast value to object type: \{",
        "openapi-core reads an object in a form by a style, not as the JSON that it is (OpenAPI 3.1.1, 4.8.15.2)",
    ),
    (
        r"^(multipart|application/x-www-form).*Value \{\} not valid for schema of type any",
        "openapi-core does not read a form whose properties stand in `allOf`",
    ),
    (
        r"DeserializeError.*a bytes-like object is required",
        "openapi-core does not read parts of a form in a style",
    ),
    (
        r"OperationNotFound: Operation (?!get|put|post|delete|options|head|patch|trace)",
        "openapi-core does not know methods of 3.2",
    ),
    (r"ValueError: not available", "openapi-core does not read this style with this explode"),
    (
        r"reference '[^']*' could not be resolved",
        "openapi-core takes a name in a discriminator's mapping for a file",
    ),
    (
        r"^multipart.*'[^']*' is not of type '(integer|number|boolean)'",
        "openapi-core takes every part of a form for a string",
    ),
    (
        r"dictionary update sequence",
        "openapi-core reads an object in a form by a style, not as the JSON that it is (OpenAPI 3.1.1, 4.8.15.2)",
    ),
)


def unable(complaint: str, content_type: str, path: str) -> str:
    """Return why a complaint of openapi-core says nothing about the request; empty if it does."""
    absent = re.search(r"Missing required path parameter: ([^\s<]+)", complaint)
    if absent and f"{{{absent[1]}}}" not in path:
        return f"the path of the document has no place for its parameter {absent[1]}"
    if re.match("PathNotFound|OperationNotFound", complaint) and re.search("[?#]", path):
        return "openapi-core takes the query and the fragment of a path for a part of it"
    said = f"{content_type} {complaint}"
    return next((reason for pattern, reason in _UNABLE if re.search(pattern, said)), "")
