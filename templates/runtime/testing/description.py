"""The operations of the document, and which of them a request is for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from .expressions import BODY, HEADER, put
from .jsonkinds import is_object
from .samples import sample
from .schemas import Schemas

_EXPRESSION = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Operation:
    """An operation as `document.json` describes it.

    Attributes:
        id: The operationId.
        names: The methods that call it, each behind the attribute of the client that has it.
        name: The name of the method.
        method: The HTTP method, in capitals.
        path: The path template.
        parameters: Its parameters, each with the schema of its value.
        body: Its body: whether it is required, and its content by media type; None if it takes none.
        responses: By status, range or "default".
        security: Alternatives of schemes that are used together.
        kept: What it does with the things that the service keeps; None if nothing is said.
        paging: How the pages of its list follow one another; None if nothing is said.
        waits: Where its answer says that what is waited for is there, and the values that say so.
        callbacks: The requests that it has the service send.
    """

    id: str
    names: tuple[str, ...]
    name: str
    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    responses: Mapping[str, Mapping[str, Any]]
    security: tuple[tuple[str, ...], ...]
    kept: Mapping[str, Any] | None
    paging: Mapping[str, Any] | None
    waits: tuple[Mapping[str, Any], ...]
    callbacks: tuple[Mapping[str, Any], ...]
    pattern: re.Pattern[str]

    @property
    def success(self) -> int:
        """The status of its first documented success."""
        codes = [code for code in self.responses if code.startswith("2")]
        exact = [int(code) for code in codes if code.isdigit()]
        return min(exact, default=200)

    def response(self, status: int) -> Mapping[str, Any] | None:
        """Return the documented response of a status, None if there is none."""
        for code in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if code in self.responses:
                return self.responses[code]
        return None


@dataclass(frozen=True)
class Route:
    """The operations at a path.

    Attributes:
        operations: By method.
        texts: The texts of the path parameters by name, still percent-encoded.
        prefix: What stands before the path: the path of the server.
    """

    operations: Mapping[str, Operation]
    texts: Mapping[str, str]
    prefix: str


class Description:
    """What the document says.

    Args:
        text: The document, as it comes with the package.
    """

    def __init__(self, text: str) -> None:
        document: dict[str, Any] = json.loads(text)
        self.schemas = Schemas(document["schemas"])
        self.schemes: Mapping[str, Mapping[str, Any]] = document["schemes"]
        self.resources: Mapping[str, Mapping[str, Any]] = document["resources"]
        self.servers: tuple[str, ...] = tuple(document["servers"])
        self._responses: Mapping[str, Any] = document["responses"]
        self._security: list[list[str]] = document["security"]
        self._prefixes = {
            _prefix(url) for each in document["operations"] for url in each.get("servers", ())
        }
        self._prefixes |= {_prefix(url) for url in self.servers}
        self.operations = tuple(self._operation(each) for each in document["operations"])

    def _operation(self, part: Mapping[str, Any]) -> Operation:
        names: list[str] = part["names"]
        return Operation(
            id=part["id"],
            names=tuple(names),
            name=names[0].partition(".")[2],
            method=part["method"],
            path=part["path"],
            parameters=tuple(part["parameters"]),
            body=part.get("body"),
            responses={
                status: self._responses[each["$ref"]] if "$ref" in each else each
                for status, each in part["responses"].items()
            },
            security=tuple(tuple(each) for each in part.get("security", self._security)),
            kept=part.get("resource"),
            paging=part.get("paging"),
            waits=tuple(part.get("waits", ())),
            callbacks=tuple(part.get("callbacks", ())),
            pattern=_pattern(part["path"]),
        )

    @cached_property
    def token_paths(self) -> frozenset[str]:
        """The paths of the OAuth 2 token endpoints."""
        urls = [url for scheme in self.schemes.values() for url in scheme.get("token_urls", ())]
        return frozenset(urlsplit(str(url)).path for url in urls)

    def find(self, name: str) -> Operation:
        """Return an operation by the name of its method or by its operationId.

        Raises:
            LookupError: There is none, or several resources have one.
        """
        for matches in (
            [each for each in self.operations if name in each.names],
            [each for each in self.operations if each.name == name],
            [each for each in self.operations if each.id == name],
        ):
            if len(matches) == 1:
                return matches[0]
            if matches:
                names = " or ".join(each.names[0] for each in matches)
                raise LookupError(f"several operations are named {name!r}: write {names}")
        names = ", ".join(each.name for each in self.operations)
        raise LookupError(f"there is no operation {name!r}; there are {names}")

    def route(self, path: str) -> Route | None:
        """Return the operations at a path, None if there are none. A literal path wins over a template."""
        for prefix, rest in self._stripped(path):
            found: dict[str, Operation] = {}
            texts: Mapping[str, str] = {}
            fewest = len(path)
            for operation in self.operations:
                match = operation.pattern.fullmatch(rest)
                if match is None or len(match.groups()) > fewest:
                    continue
                if len(match.groups()) < fewest:
                    found, fewest = {}, len(match.groups())
                names = _EXPRESSION.findall(operation.path)
                texts = dict(zip(names, match.groups(), strict=True))
                found.setdefault(operation.method, operation)
            if found:
                return Route(found, texts, prefix)
        return None

    def _stripped(self, path: str) -> Iterable[tuple[str, str]]:
        """Yield the ways in which a path is that of a server and a rest, the longest server first."""
        for prefix in sorted(self._prefixes, key=len, reverse=True):
            pattern = _EXPRESSION.sub(
                "[^/]*", re.escape(prefix).replace(r"\{", "{").replace(r"\}", "}")
            )
            match = re.match(f"({pattern})(/.*)$", path)
            if prefix and match is not None:
                yield match[1], match[2]
        yield "", path

    def examples(self, operation: Operation, status: int, content_type: str) -> Mapping[str, Any]:
        """Return the examples of a response by name; one made from its schema, under "", if the document has none."""
        response = operation.response(status) or {}
        media: Mapping[str, Any] = response.get("content", {}).get(content_type, {})
        found: Mapping[str, Any] = media.get("examples", {})
        if found or not media.keys() & {"schema", "items"}:
            return found
        if "items" in media:
            return {"": [sample(self.schemas, media["items"])]}
        made = sample(self.schemas, media["schema"])
        for waiting in operation.waits if status == operation.success and is_object(made) else ():
            if not waiting["field"].startswith(HEADER):
                put(made, waiting["field"].removeprefix(BODY), waiting["finished"][0])
        return {"": made}


def _prefix(url: str) -> str:
    return (urlsplit(url).path if "://" in url else url).rstrip("/")


def _pattern(path: str) -> re.Pattern[str]:
    pieces = _EXPRESSION.split(path.partition("#")[0].partition("?")[0])
    return re.compile(
        "".join("([^/]+)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
    )


def decoded(text: str) -> str:
    """Return a percent-encoded text decoded."""
    return unquote(text, errors="replace")
