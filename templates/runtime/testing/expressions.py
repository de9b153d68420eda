"""Values of a request that the document names by runtime expressions (OpenAPI 3.1, section 4.8.20.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..headers import Headers
from .jsonkinds import is_array, is_object

HEADER = "$response.header."
BODY = "$response.body#"
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, as expressions see them.

    Attributes:
        method, url: Of the request.
        values: The values of its parameters, by their names in the document.
        headers: Its header fields.
        body: Its body.
        status: The status of the answer.
        answer: The body of the answer.
    """

    method: str
    url: str
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    headers: Headers = field(default_factory=Headers)
    body: Any = None
    status: int = 200
    answer: Any = None

    def value(self, expression: str) -> Any:
        """Return what an expression stands for; None for nothing."""
        if expression in ("$method", "$url"):
            return self.method if expression == "$method" else self.url
        if expression == "$statusCode":
            return str(self.status)
        source, _, rest = expression.removeprefix("$").partition(".")
        if rest.startswith("body"):
            body = self.body if source == "request" else self.answer
            return found(body, rest.partition("#")[2])
        kind, _, name = rest.partition(".")
        if source != "request":
            return None
        return self.headers.get(name) if kind == "header" else self.values.get(name)

    def filled(self, template: str) -> str | None:
        """Return a text with the values of the expressions in it; None if one stands for nothing."""
        if template.startswith("$"):
            value = self.value(template)
            return None if value in (None, "") else str(value)
        expressions: list[str] = _EMBEDDED.findall(template)
        values = {expression: self.value(expression) for expression in expressions}
        if any(value in (None, "") for value in values.values()):
            return None
        return _EMBEDDED.sub(lambda match: str(values[match[1]]), template)


def found(value: Any, pointer: str) -> Any:
    """Return what a JSON Pointer (RFC 6901) leads to; None for nothing."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if is_object(value):
            value = value.get(name)
        elif is_array(value) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def put(value: dict[str, Any], pointer: str, content: Any) -> None:
    """Set what a JSON Pointer leads to, and make the objects on the way."""
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for name in parents:
        inner = value.get(name)
        value[name] = dict(inner) if is_object(inner) else {}
        value = value[name]
    value[last] = content
