"""Which security scheme a requirement names (OpenAPI 3.2, 4.30)."""

from __future__ import annotations

from ..diagnostics import DiagnosticError
from .document import Document

_SCHEMES = ("components", "securitySchemes")


def scheme_key(document: Document, name: str) -> str:
    """Return the key of a security scheme under components: since 3.2, a requirement may name it by a URI reference.

    Args:
        document: The document.
        name: What the requirement says.

    Returns:
        The key, or the name itself where it is no reference to a scheme of the document.
    """
    if document.version < (3, 2) or "#" not in name:
        return name
    try:
        found = document.references.resolve(document.root, name)
    except DiagnosticError:
        return name
    *way, key = found.pointer or ("",)
    own = found.file is document.root.file and tuple(way) == _SCHEMES
    return str(key) if own else name
