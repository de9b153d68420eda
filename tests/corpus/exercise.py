"""Calls every operation of one generated package on the loopback; the result is JSON on stdout.

Run in a process of its own for each document: `python -m tests.corpus.exercise SPEC SRC PACKAGE`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import inspect
import json
import logging
import pkgutil
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .documents import DocumentOperation, Missing, Node, is_array, is_object, operations
from .judge import complaints, judge
from .plan import Plan, kind_of, plans
from .server import TOKEN_PATH, Loopback, Sent
from .values import Unbuildable, shape_of

ASYNC_SHARE = 5
_FAILING = {
    "Expected a string value, got <class 'list'>": "it does not know types that are a list",
    "'str' object has no attribute 'decode'": "it does not read parameters with content",
}
_UNABLE = (
    (
        r"^application/json.*Value b'[\[{].*' not valid for schema",
        "openapi-core does not read JSON under a range of media types",
    ),
    (
        r"^(?!application/json).*Value b'.*' not valid for schema of type string",
        "openapi-core takes bytes for no string",
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


@dataclass
class Outcome:
    """What became of one operation.

    Attributes:
        method, path: Which one it is.
        generated: Whether the package has it.
        called: Whether calls were sent.
        valid: Whether all requests that openapi-core could judge are valid.
        round_trip: Whether all answers came back as they were.
        problems: What went wrong, each with its kind.
    """

    method: str
    path: str
    generated: bool = False
    called: bool = False
    valid: bool = True
    round_trip: bool = True
    problems: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def add(self, kind: str, text: object) -> None:
        """Add a problem, once."""
        problem = (kind, str(text).replace("\n", " ")[:400])
        if problem not in self.problems:
            self.problems.append(problem)


class Package:
    """A generated package: its clients and the operations that its modules describe."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.broken: list[str] = []
        self.root = importlib.import_module(name)
        self.base = importlib.import_module(f"{name}._runtime.operation").Operation
        self.modules = list(self._import_all())
        self.operations: dict[tuple[str, str], tuple[Any, Any]] = {
            (operation.method.upper(), operation.path): (module, operation)
            for module in self.modules
            if module.__name__.startswith(f"{name}.api")
            for operation in _members(module)
            if isinstance(operation, self.base)
        }

    def _import_all(self) -> Iterator[Any]:
        for found in pkgutil.walk_packages(self.root.__path__, f"{self.name}."):
            try:
                yield importlib.import_module(found.name)
            except Exception as error:
                said = str(error).replace("\n", " ")
                self.broken.append(
                    f"{found.name.partition('.')[2]}: {type(error).__name__}: {said}"
                )

    def build_models(self) -> list[str]:
        """Build every model.

        Returns:
            What cannot be built, and why.
        """
        from pydantic import TypeAdapter

        problems: list[str] = []
        models = importlib.import_module(f"{self.name}.models")
        for name in models.__all__:
            try:
                model: Any = getattr(models, name)
                if rebuild := getattr(model, "model_rebuild", None):
                    rebuild(force=True)
                TypeAdapter(model).rebuild()
            except Exception as error:
                problems.append(f"models.{name}: {type(error).__name__}: {error}"[:300])
        return problems

    def configuration(self, url: str) -> Any:
        """Return a configuration for a server, with made-up credentials."""
        kind = self.root.Configuration
        general = {
            item.name
            for base in kind.__mro__[1:]
            if dataclasses.is_dataclass(base)
            for item in dataclasses.fields(base)
        }
        own = [item.name for item in dataclasses.fields(kind) if item.name not in general]
        credentials = {name: f"some-{name.replace('_', '-')}" for name in own}
        return kind(
            base_url=url,
            token_url=f"{url}{TOKEN_PATH}",
            max_retries=0,
            timeout=20.0,
            **credentials,
        )

    def method(self, module: Any, operation: Any, client: Any, prefix: str) -> Any:
        """Return the bound method of an operation."""
        base = getattr(
            importlib.import_module(f"{self.name}._runtime.resource"), f"{prefix}Resource"
        )
        for kind in _members(module):
            if inspect.isclass(kind) and issubclass(kind, base) and hasattr(kind, operation.name):
                resource: Any = kind
                return getattr(resource(client), operation.name)
        raise LookupError(f"no class of {module.__name__} has {operation.name}")


def _members(module: Any) -> list[Any]:
    return list(module.__dict__.values())


class _Notices(logging.Handler):
    """Keeps what the package logs: data that it did not read as documented."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Exercise:
    """The calls of one document."""

    def __init__(self, spec: Path, package: Package) -> None:
        self.document = Node.root(spec)
        self.package = package
        self.view: Any = None
        self.unjudged = ""
        self.notices = _Notices()
        logging.getLogger(package.name).addHandler(self.notices)
        self.told: set[object] = vars(sys.modules[f"{package.name}._runtime.notices"])["_told"]
        try:
            self.view = judge(self.document)
        except Exception as error:
            self.unjudged = f"openapi-core cannot read the document: {error!r}"[:300]

    async def run(self) -> list[Outcome]:
        """Call every operation."""
        outcomes: list[Outcome] = []
        with Loopback() as server:
            configuration = self.package.configuration(server.url)
            client = self.package.root.Client(configuration)
            async_client = self.package.root.AsyncClient(configuration)
            for index, operation in enumerate(operations(self.document)):
                outcome = Outcome(operation.method, operation.path)
                outcomes.append(outcome)
                found: tuple[Any, Any] | None = self.package.operations.get(operation.key)
                if found is None:
                    outcome.valid = outcome.round_trip = False
                    outcome.add("lost", "the package does not have it")
                    continue
                outcome.generated = True
                module, described = found
                call = self.package.method(module, described, client, "")
                await self._exercise(server, operation, described, call, outcome)
                if index % ASYNC_SHARE == 0:
                    call = self.package.method(module, described, async_client, "Async")
                    await self._exercise(server, operation, described, call, outcome)
            client.close()
            await async_client.aclose()
        return outcomes

    async def _exercise(
        self,
        server: Loopback,
        operation: DocumentOperation,
        described: Any,
        call: Any,
        outcome: Outcome,
    ) -> None:
        for plan in plans(operation):
            if isinstance(plan, str):
                outcome.add("unmade", plan)
                continue
            arguments, body = self._arguments(operation, described, plan, outcome)
            server.answer, server.sent = plan.answer, []
            self.notices.lines.clear()
            self.told.clear()
            options = {"base_url": server.url}
            try:
                given = {**arguments, **({"body": body} if body is not None else {})}
                result = call(**given, **options)
                if inspect.isawaitable(result):
                    result = await result
                await self._compare(plan, result, outcome)
            except Exception as error:
                outcome.round_trip = False
                said = f"{type(error).__name__}: {error}"
                outcome.add(
                    "answer" if server.sent else "refused",
                    f"{said}; given {plan.parameters} {plan.body}; answered {plan.answer.body[:200]!r}",
                )
            if server.sent:
                outcome.called = True
                self._judge(server, plan, outcome)
            else:
                outcome.valid = False

    def _arguments(
        self, operation: DocumentOperation, described: Any, plan: Plan, outcome: Outcome
    ) -> tuple[dict[str, Any], Any]:
        names = {(item.location, item.name): item.argument for item in described.parameters}
        lower = {(place, name.lower()): argument for (place, name), argument in names.items()}
        arguments: dict[str, Any] = {}
        for (place, name), value in plan.parameters.items():
            argument = names.get((place, name)) or lower.get((place, name.lower()))
            if argument is None:
                outcome.add("parameter", f"{name} in {place} is no argument")
            else:
                arguments[argument] = value
        if plan.body is None:
            return arguments, None
        media_type, body = plan.body
        node = operation.node.get("requestBody")
        media = node.named("content").get(media_type) if node is not None else None
        return arguments, _as_given(media_type, media, body)

    async def _compare(self, plan: Plan, result: Any, outcome: Outcome) -> None:
        expected = plan.expected
        if self.notices.lines and expected.kind == "json":
            outcome.round_trip = False
            outcome.add("untyped", f"{self.notices.lines[0]}; {plan.answer.body[:300]!r}")
        if outcome.method == "HEAD":
            return
        if expected.kind == "none":
            came: Any = None if result is None else result
            if came is not None:
                outcome.round_trip = False
                outcome.add("answer", f"{type(came).__name__} instead of None")
            return
        if expected.kind == "json":
            if is_object(result) and expected.schema is not None and _has_fields(expected.schema):
                outcome.round_trip = False
                outcome.add("untyped", "a dict came instead of a model")
            back = self._plain(result)
            if not same(back, expected.value):
                outcome.round_trip = False
                outcome.add("answer", f"{_short(back)} came of {_short(expected.value)}")
            return
        if expected.kind in ("text", "bytes", "events"):
            came = await _read(result)
            wanted = expected.value
            if expected.kind == "events":
                return
            if isinstance(came, bytes) and isinstance(wanted, str):
                outcome.add("note", f"{plan.answer.headers.get('Content-Type')} came as bytes")
                wanted = wanted.encode()
            if isinstance(wanted, str) and not isinstance(came, str):
                came = self._plain(came)
                came = came if isinstance(came, str) else json.dumps(came)
            if came != wanted:
                outcome.round_trip = False
                outcome.add("answer", f"{_short(came)} came of {_short(wanted)}")

    def _plain(self, value: Any) -> Any:
        """Return a result as JSON, as its user would write it."""
        from pydantic import BaseModel
        from pydantic_core import to_jsonable_python

        if isinstance(value, BaseModel):
            return value.model_dump(mode="json", exclude_unset=True)
        if is_array(value):
            return [self._plain(item) for item in value]
        if is_object(value):
            return {key: self._plain(item) for key, item in value.items()}
        return to_jsonable_python(value)

    def _judge(self, server: Loopback, plan: Plan, outcome: Outcome) -> None:
        if self.view is None:
            return
        sent = server.sent[-1]
        try:
            found = complaints(self.view, sent.method, sent.target, sent.headers, sent.body)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            known = next((reason for text, reason in _FAILING.items() if text in said), said)
            outcome.add("unjudged", f"openapi-core fails: {known}")
            return
        for complaint in found:
            if plan.lenient and "body" in complaint and _is_body(sent, plan):
                outcome.add("unjudged", "the choices of a `oneOf` overlap: no value is valid")
            elif any(name in complaint for name in _unsendable(plan)):
                outcome.add("unjudged", "a required parameter can only be null, which has no text")
            elif reason := unable(complaint, sent.headers.get("Content-Type", ""), outcome.path):
                outcome.add("unjudged", reason)
            else:
                outcome.valid = False
                outcome.add(
                    "request", f"{complaint} | {sent.method} {sent.target} {sent.body[:200]!r}"
                )


def _is_body(sent: Sent, plan: Plan) -> bool:
    """Return whether a body of JSON came as it was given."""
    try:
        return plan.body is not None and same(json.loads(sent.body), plan.body[1])
    except ValueError:
        return False


def _unsendable(plan: Plan) -> list[str]:
    return [name for (_, name), value in plan.parameters.items() if value is None]


def unable(complaint: str, content_type: str, path: str) -> str:
    """Return why a complaint of openapi-core says nothing about the request; empty if it does."""
    absent = re.search(r"Missing required path parameter: ([^\s<]+)", complaint)
    if absent and f"{{{absent[1]}}}" not in path:
        return f"the path of the document has no place for its parameter {absent[1]}"
    said = f"{content_type} {complaint}"
    return next((reason for pattern, reason in _UNABLE if re.search(pattern, said)), "")


def same(one: Any, other: Any) -> bool:
    """Return whether two values of JSON are the same."""
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if is_array(one) and is_array(other):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 160 else f"{text[:160]}..."


def _has_fields(schema: Node) -> bool:
    try:
        return bool(shape_of(schema).properties)
    except (Unbuildable, Missing):
        return False


def _as_given(media_type: str, media: Node | None, body: Any) -> Any:
    """Return a body as a user has it: files as bytes."""
    kind = kind_of(media_type)
    if kind == "bytes" and isinstance(body, str):
        return body.encode()
    if kind == "form" and is_object(body) and media is not None and "schema" in media.members:
        properties = shape_of(media.child("schema")).properties
        return {name: _file(properties.get(name, []), value) for name, value in body.items()}
    return body


def _file(nodes: list[Node], value: Any) -> Any:
    for node in nodes:
        found = node.resolved().members
        if found.get("format") == "binary" and isinstance(value, str):
            return value.encode()
        items = node.resolved().get("items")
        if items is not None and items.members.get("format") == "binary":
            return [item.encode() for item in value]
    return value


async def _read(result: Any) -> Any:
    """Return the whole of a download, or what else came."""
    if hasattr(result, "read"):
        content = result.read()
        return await content if inspect.isawaitable(content) else content
    return result


def main() -> int:
    """Run one document's calls and print what became of them."""
    spec, source, name = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    sys.path.insert(0, source)
    warnings.simplefilter("ignore")
    package = Package(name)
    broken = [*package.broken, *package.build_models()]
    exercise = Exercise(spec, package)
    outcomes = asyncio.run(exercise.run())
    print(
        json.dumps(
            {
                "models": broken,
                "unjudged": exercise.unjudged,
                "outcomes": [dataclasses.asdict(outcome) for outcome in outcomes],
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
