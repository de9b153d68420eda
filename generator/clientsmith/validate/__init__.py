"""Findings about a document: what is wrong with it, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..diagnostics import Diagnostic, Location, Severity, quoted
from ..read.document import Document

VERSIONS: Final = ((3, 0), (3, 1), (3, 2))
"""Versions of OpenAPI that are supported, whatever the patch."""

SEVERITIES: Final[dict[str, Severity]] = {
    "duplicate-operation-id": "error",
    "duplicate-parameter": "error",
    "missing-required": "error",
    "path-slash": "error",
    "unknown-location": "error",
    "wrong-kind": "error",
    "wrong-reference": "error",
    "bad-media-type": "warning",
    "bad-name": "warning",
    "bad-server-url": "warning",
    "bad-status": "warning",
    "circular-schema": "warning",
    "duplicate-element": "warning",
    "duplicate-path": "warning",
    "duplicate-tag": "warning",
    "empty": "warning",
    "exclusive-keys": "warning",
    "missing-key": "warning",
    "missing-response": "warning",
    "not-allowed": "warning",
    "not-valid": "warning",
    "openapi-version": "warning",
    "schema-keyword": "warning",
    "undefined-path-parameter": "warning",
    "undefined-server-variable": "warning",
    "unknown-key": "warning",
    "unknown-security-scheme": "warning",
    "unsent-content": "warning",
    "unused-path-parameter": "warning",
    "wrong-default": "warning",
    "wrong-enum": "warning",
    "wrong-example": "warning",
    "wrong-value": "warning",
    "nullable-without-type": "note",
}
"""How serious a finding of each rule is: an error if the document is ambiguous or a part of it unusable because of it.

References that cannot be followed are errors as well; they come from `references` with rules of their own.
"""


def check_openapi(document: Document) -> list[Diagnostic]:
    """Say whether this is an OpenAPI document of a version that is supported.

    Args:
        document: A document that was read.

    Returns:
        One error if it is not, an empty list if it is.
    """
    root = document.root
    if not root.is_mapping:
        message = (
            f"not an OpenAPI document: a mapping is expected, and this is {quoted(root.value)}"
        )
        return [_error(root.location, "not-openapi", message)]
    if "openapi" not in root and "swagger" in root:
        message = (
            f"this is Swagger {quoted(root['swagger'].text)}; OpenAPI 3.0, 3.1 or 3.2 is needed"
        )
        hint = "convert it first, such as with 'npx swagger2openapi FILE -o openapi.yaml'"
        return [_error(root["swagger"].key_location, "swagger-2", message, hint)]
    version = root.get("openapi")
    if version is None:
        message = "not an OpenAPI document: it has no 'openapi' key"
        hint = "an OpenAPI document begins with its version, such as 'openapi: 3.1.0'"
        return [_error(root.location, "not-openapi", message, hint)]
    if document.version not in VERSIONS:
        known = ", ".join(f"{major}.{minor}" for major, minor in VERSIONS)
        shown = quoted(version.value if version.text is None else version.text)
        message = f"OpenAPI version {shown} is not supported"
        return [_error(version.location, "unsupported-version", message, f"supported are {known}")]
    paths = root.get("paths")
    if paths is not None and paths.value and not paths.is_mapping:
        message = f"'paths' is {quoted(paths.value)}; a mapping of paths is expected"
        return [_error(paths.key_location, "no-paths", message, "see OpenAPI 3.1, 4.8.8")]
    return []


def validate(document: Document) -> list[Diagnostic]:
    """Find everything that is wrong with a document.

    Args:
        document: A document that was read.

    Returns:
        The findings in document order, each once. A finding of `check_openapi` comes alone.
    """
    fatal = check_openapi(document)
    if fatal:
        return fatal
    from .rules import findings
    from .structure import flaws

    found, failures = findings(document)
    diagnostics = [
        *document.findings,
        *failures,
        *(
            _finding(
                flaw.rule,
                document.root.file.location(flaw.pointer, key=True),
                flaw.message,
                flaw.hint,
            )
            for flaw in flaws(document)
        ),
        *(
            _finding(
                finding.rule,
                finding.node.key_location if finding.on_key else finding.node.location,
                finding.message,
                finding.hint,
            )
            for finding in found
        ),
    ]
    return in_order(document, diagnostics)


def in_order(document: Document, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return findings in the order of the document, each once."""
    files = {file.name: index for index, file in enumerate(document.files)}
    found = {
        (diagnostic.location, diagnostic.rule, diagnostic.message): diagnostic
        for diagnostic in diagnostics
    }

    def place(diagnostic: Diagnostic) -> tuple[int, int, int]:
        where = diagnostic.location
        if where is None:
            return -1, 0, 0
        return files.get(where.file, len(files)), where.line, where.column

    return sorted(found.values(), key=place)


def _finding(rule: str, location: Location, message: str, hint: str | None) -> Diagnostic:
    return Diagnostic(SEVERITIES[rule], message, location, hint, rule)


def _error(location: Location, rule: str, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic("error", message, location, hint, rule)
