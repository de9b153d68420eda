"""Webhooks and callbacks: each body made from the document is read by the function that the package has for it."""

from __future__ import annotations

import importlib
import json
from typing import Any
from urllib.parse import urlencode

from .comparison import plain, same, short
from .documents import Missing, Node, is_array, requests_of_the_service
from .package import Package, members_of
from .plan import kind_of
from .values import Builder, Unbuildable

BOUNDARY = "limit"


def receive(root: Node, package: Package) -> tuple[tuple[int, int], list[str]]:
    """Read the body of each request that the service sends.

    Returns:
        How many came back as they were, how many there are; what went wrong.
    """
    documented = list(requests_of_the_service(root))
    if not documented:
        return (0, 0), []
    try:
        module = importlib.import_module(f"{package.name}.webhooks")
    except ImportError as error:
        return (0, len(documented)), [str(error)]
    base = importlib.import_module(f"{package.name}._runtime.incoming").Incoming
    descriptors = [member for member in members_of(module) if isinstance(member, base)]
    right, problems = 0, list[str]()
    for name, method, node in documented:
        candidates: list[Any] = [each for each in descriptors if vars(each)["_name"] == name]
        try:
            body, expected = _body(node)
            said = [_read(each, body, *expected) for each in candidates] or ["there is no function"]
        except (Unbuildable, Missing) as error:
            said = [str(error)]
        if "" in said:
            right += 1
        else:
            problems.append(f"{method} {name}: {said[0]}")
    return (right, len(documented)), problems


def _read(descriptor: Any, body: bytes, *expected: Any) -> str:
    """Return what is wrong with what a function reads; empty if it is one of what may be expected."""
    try:
        came = descriptor.parse(body)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    back = came if isinstance(came, bytes) else plain(came)
    right = any(same(back, each) for each in expected)
    return "" if right else f"{short(back)} came of {short(expected[0])}"


def _body(node: Node) -> tuple[bytes, tuple[Any, ...]]:
    """Return a body as it is sent, and what may be read: of a form, the values or their texts."""
    request = node.get("requestBody")
    content = request.named("content") if request is not None else {}
    if not content:
        return b"", (None,)
    media_type, media = next(iter(content.items()))
    kind, schema = kind_of(media_type), media.resolved().get("schema")
    value = Builder("response", True).build(schema) if schema is not None else {"text": "text"}
    if kind == "json":
        return json.dumps(value).encode(), (value,)
    if kind == "form":
        texts = {name: _text(item) for name, item in value.items()}
        if media_type.startswith("multipart"):
            return _multipart(texts), (value, texts)
        return urlencode(texts, doseq=True).encode(), (value, texts)
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode(), (text if kind == "text" else text.encode(),)


def _text(value: Any) -> Any:
    if is_array(value):
        return [_text(item) for item in value]
    return value if isinstance(value, str) else json.dumps(value)


def _multipart(fields: dict[str, Any]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{item}\r\n'
        for name, value in fields.items()
        for item in (value if is_array(value) else [value])
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()
