"""What others say about a value and a request: openapi-schema-validator and openapi-core, on the document itself."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

from openapi_schema_validator import (
    OAS30Validator,
    OAS31Validator,
    oas30_format_checker,
    oas31_format_checker,
)
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from .documents import METHODS, Node, contents, is_object

for _checker in (oas30_format_checker, oas31_format_checker):
    _checker.checkers.pop("time", None)  # theirs is that of draft 3, without a time zone


def _imported(name: str) -> Any:
    """Return a module of the corpus session's own environment, which type checkers do not see."""
    return importlib.import_module(name)


def fits(node: Node, value: object, direction: str = "response", *, lenient: bool = False) -> bool:
    """Return whether a value is valid against a schema.

    Args:
        node: The schema.
        value: The value.
        direction: Whether it is of a `request`, in which nothing readOnly is required, or of a `response`.
        lenient: Whether a value may be valid against more than one choice of a `oneOf`, and discriminators are not looked at.
    """
    return bool(_validator(node, lenient, direction).is_valid(value))


@cache
def _validator(node: Node, lenient: bool, direction: str) -> Any:
    reference = {"$ref": f"{node.uri}#{_fragment(node.pointer)}"}
    if _version(node.uri).startswith("3.0"):
        kind, checker = (LENIENT_30 if lenient else OAS30Validator), oas30_format_checker
    else:
        kind, checker = (LENIENT_31 if lenient else OAS31Validator), oas31_format_checker
    away = "readOnly" if direction == "request" else "writeOnly"
    kind = _imported("jsonschema.validators").extend(kind, {"required": _required_one_way(away)})
    return kind(reference, registry=_registry(), format_checker=checker)


_RESOLVER = "_resolver"


def _required_one_way(away: str) -> Any:
    """Return the check of `required` that does not ask for properties that only go the other way."""

    def required(
        validator: Any, names: list[str], value: Any, schema: dict[str, Any]
    ) -> Iterator[Any]:
        error = _imported("jsonschema.exceptions").ValidationError
        if not validator.is_type(value, "object"):
            return
        for name in names:
            stated: Any = schema.get("properties", {}).get(name)
            while is_object(stated) and away not in stated and "$ref" in stated:
                stated = getattr(validator, _RESOLVER).lookup(stated["$ref"]).contents
            if name not in value and not (is_object(stated) and stated.get(away) is True):
                yield error(f"{name!r} is a required property")

    return required


def _lenient(kind: Any) -> Any:
    validators = _imported("jsonschema.validators")
    plain = validators.Draft202012Validator.VALIDATORS["anyOf"]
    return validators.extend(kind, {"oneOf": plain, "anyOf": plain})


LENIENT_30 = _lenient(OAS30Validator)
LENIENT_31 = _lenient(OAS31Validator)
_VERSIONS: list[str] = []


def _version(uri: str) -> str:
    """Return the version of the document that is judged; files that it refers to do not say theirs."""
    found = contents(uri)
    if isinstance(found, dict) and "openapi" in found:
        _VERSIONS[:] = [str(cast(dict[str, Any], found)["openapi"])]
    return _VERSIONS[0] if _VERSIONS else "3.1"


@cache
def _registry() -> Any:
    def retrieve(uri: str) -> Any:
        return DRAFT202012.create_resource(contents(uri))

    registry: Any = Registry
    return registry(retrieve=retrieve)


def _fragment(pointer: str) -> str:
    return pointer.replace("%", "%25").replace(" ", "%20").replace("#", "%23").replace('"', "%22")


@dataclass
class Judged:
    """A request as openapi-core takes it."""

    method: str
    path: str
    body: bytes | None
    content_type: str
    parameters: Any
    host_url: str = field(default="http://localhost")


def judge(root: Node) -> Any:
    """Return openapi-core's view of a document, with one server: the loopback, behind which stands the path of a relative one.

    Args:
        root: The root of the document.
    """
    stated = next((str(server.members.get("url", "")) for server in root.each("servers")), "")
    relative = stated if re.match(r"/[^/{]", stated) else ""
    document = {**root.members, "servers": [{"url": f"http://localhost{relative.rstrip('/')}"}]}
    paths: dict[str, Any] = {}
    for path, item in root.named("paths").items():
        kept = {key: value for key, value in item.members.items() if key != "servers"}
        for method in METHODS:
            if isinstance(kept.get(method), dict):
                operation = cast(dict[str, Any], kept[method])
                kept[method] = {k: v for k, v in operation.items() if k != "servers"}
        paths[path] = kept
    document["paths"] = paths
    named = {key for path in _members(document) for key in path if key.endswith(("/json", "+json"))}
    core = _imported("openapi_core")
    config = core.Config(
        spec_validator_cls=None,
        extra_media_type_deserializers=dict.fromkeys(named | {"application/json"}, _json),
    )
    return core.OpenAPI.from_dict(document, config=config, base_uri=root.uri)


def _json(content: bytes, **_: str) -> Any:
    """Return what JSON says, whatever parameters its media type has."""
    return json.loads(content)


def _members(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a document."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            members = cast(dict[str, Any], found)
            yield members
            waiting += members.values()
        elif isinstance(found, list):
            waiting += found


def complaints(
    view: Any, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> list[str]:
    """Return what openapi-core finds wrong with a request, nothing if it is valid."""
    path, _, query = target.partition("?")
    structures = _imported("werkzeug.datastructures")
    fields = structures.Headers(list(headers.items()))
    cookies = SimpleCookie(fields.get("Cookie", ""))
    request = Judged(
        method=method.lower(),
        path=unquote(path),
        body=body or None,
        content_type=fields.get("Content-Type", ""),
        parameters=_imported("openapi_core.datatypes").RequestParameters(
            query=structures.ImmutableMultiDict(parse_qsl(query, keep_blank_values=True)),
            header=fields,
            cookie=structures.ImmutableMultiDict(
                {key: morsel.value for key, morsel in cookies.items()}
            ),
        ),
    )
    return [_explained(error) for error in view.iter_request_errors(request)]


def _explained(error: BaseException) -> str:
    reasons: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        reasons.append(f"{type(cause).__name__}: {cause}".partition("\n")[0])
        for inner in getattr(cause, "schema_errors", ()):
            reasons.append(str(inner).partition("\n")[0])
        cause = cause.__cause__ or cause.__context__
    return " < ".join(dict.fromkeys(reasons))
