"""Calls every operation of one generated package on the loopback; the result is JSON on stdout.

Run in a process of its own for each document: `python -m tests.corpus.exercise SPEC SRC PACKAGE`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import json
import logging
import re
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from .comparison import plain, same, short
from .documents import DocumentOperation, Missing, Node, is_array, is_object, operations
from .incoming import receive
from .judge import complaints, judge
from .opinions import FAILING, unable
from .package import Package
from .plan import Plan, failures, kind_of, plans
from .server import Loopback, Sent
from .values import Unbuildable, shape_of

ASYNC_SHARE = 5
_RANGES = {
    "text/*": "text/plain",
    "image/*": "image/png",
    "audio/*": "audio/mpeg",
    "video/*": "video/mp4",
}


@dataclass
class Outcome:
    """What became of one operation.

    Attributes:
        method, path: Which one it is.
        generated: Whether the package has it.
        called: Whether calls were sent.
        valid: Whether all requests that openapi-core could judge are valid.
        round_trip: Whether all answers came back as they were.
        errors: How many of the documented errors were raised with what the document says of them.
        documented_errors: How many there are.
        problems: What went wrong, each with its kind.
    """

    method: str
    path: str
    generated: bool = False
    called: bool = False
    valid: bool = True
    round_trip: bool = True
    errors: int = 0
    documented_errors: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def add(self, kind: str, text: object) -> None:
        """Add a problem, once."""
        problem = (kind, str(text).replace("\n", " ")[:400])
        if problem not in self.problems:
            self.problems.append(problem)


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
                await self._fail(server, operation, described, call, outcome)
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
            given = self._arguments(operation, described, plan, outcome)
            server.answer, server.sent = plan.answer, []
            self.notices.lines.clear()
            self.told.clear()
            options = {"base_url": server.url}
            try:
                response = call(**given, **options)
                if inspect.isawaitable(response):
                    response = await response
                await self._compare(plan, response.data, outcome)
                self._compare_headers(plan, response.typed_headers, outcome)
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
    ) -> dict[str, Any]:
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
            return arguments
        media_type, body = plan.body
        node = operation.node.get("requestBody")
        content = node.named("content") if node is not None else {}
        if len(content) > 1 or media_type in _RANGES:
            arguments["content_type"] = _RANGES.get(media_type, media_type)
            if "*" in arguments["content_type"]:
                del arguments["content_type"]
        media = content.get(media_type)
        arguments["body"] = _as_given(
            media_type, media.resolved() if media is not None else None, body
        )
        return arguments

    async def _fail(
        self,
        server: Loopback,
        operation: DocumentOperation,
        described: Any,
        call: Any,
        outcome: Outcome,
    ) -> None:
        """Have the server answer with each of the documented errors."""
        for plan in failures(operation):
            outcome.documented_errors += 1
            if isinstance(plan, str):
                outcome.add("unmade", plan)
                continue
            given = self._arguments(operation, described, plan, outcome)
            server.answer, server.sent = plan.answer, []
            self.notices.lines.clear()
            self.told.clear()
            before = len(outcome.problems)
            try:
                call(**given, base_url=server.url)
                outcome.add("error", f"{plan.answer.status} raised nothing")
            except self.package.root.ApiStatusError as error:
                if error.status != plan.answer.status:
                    outcome.add("error", f"{error.status} instead of {plan.answer.status}")
                self._compare_error(plan, error, outcome)
                self._compare_headers(plan, error.typed_headers, outcome)
            except Exception as error:
                outcome.add("error", f"{type(error).__name__}: {error}")
            outcome.errors += len(outcome.problems) == before

    def _compare_error(self, plan: Plan, error: Any, outcome: Outcome) -> None:
        if self.notices.lines and plan.expected.kind == "json":
            outcome.add("error", f"{self.notices.lines[0]}; {plan.answer.body[:200]!r}")
        if outcome.method == "HEAD":
            return
        if error.body != plan.answer.body:
            outcome.add("error", f"the body {error.body!r} came of {plan.answer.body!r}")
        if plan.expected.kind == "json" and not same(plain(error.error), plan.expected.value):
            outcome.add(
                "error", f"{short(plain(error.error))} came of {short(plan.expected.value)}"
            )

    @staticmethod
    def _compare_headers(plan: Plan, typed: Mapping[str, Any], outcome: Outcome) -> None:
        for name, value in plan.headers.items():
            came = plain(typed.get(name))
            if not same(came, value) and not _is_same_time(came, value):
                outcome.round_trip = False
                outcome.add("header", f"{name}: {short(came)} came of {short(value)}")

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
            back = plain(result)
            if not same(back, expected.value):
                outcome.round_trip = False
                outcome.add("answer", f"{short(back)} came of {short(expected.value)}")
            return
        if expected.kind in ("events", "lines"):
            items = await _items(result)
            back = [plain(item.data if expected.kind == "events" else item) for item in items]
            if not same(back, expected.value):
                outcome.round_trip = False
                outcome.add("answer", f"{short(back)} came of {short(expected.value)}")
        if expected.kind in ("text", "bytes"):
            came = await _read(result)
            wanted = expected.value
            if isinstance(came, BaseModel):  # JSON is asked for, and it was JSON by another name
                if not same(plain(came), json.loads(wanted)):
                    outcome.round_trip = False
                    outcome.add("answer", f"{short(came)} came of {short(wanted)}")
                return
            if isinstance(came, bytes) and isinstance(wanted, str):
                outcome.add("note", f"{plan.answer.headers.get('Content-Type')} came as bytes")
                wanted = wanted.encode()
            if isinstance(wanted, str) and not isinstance(came, str):
                came = plain(came)
                came = came if isinstance(came, str) else json.dumps(came)
            if came != wanted:
                outcome.round_trip = False
                outcome.add("answer", f"{short(came)} came of {short(wanted)}")

    def _judge(self, server: Loopback, plan: Plan, outcome: Outcome) -> None:
        if self.view is None:
            return
        sent = server.sent[-1]
        try:
            found = complaints(self.view, sent.method, sent.target, sent.headers, sent.body)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            known = next((reason for text, reason in FAILING.items() if text in said), said)
            outcome.add("unjudged", f"openapi-core fails: {known}")
            return
        for complaint in found:
            if plan.lenient and "body" in complaint and _is_body(sent, plan):
                outcome.add("unjudged", "the choices of a `oneOf` overlap: no value is valid")
            elif "is a required property" in complaint and _is_body(sent, plan):
                outcome.add("unjudged", "openapi-core requires what is readOnly by reference")
            elif any(f"parameter: {name} <" in complaint for name in _exploded(plan, sent)):
                outcome.add("unjudged", "openapi-core does not find the properties of an object")
            elif _is_of_default(complaint, sent):
                outcome.add(
                    "unjudged", "openapi-core reads the default of the document, not a value"
                )
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


def _exploded(plan: Plan, sent: Sent) -> list[str]:
    """Return the query parameters that are objects and whose properties were sent."""
    return [
        name
        for (place, name), value in plan.parameters.items()
        if place == "query" and is_object(value) and all(f"{key}=" in sent.target for key in value)
    ]


def _is_of_default(complaint: str, sent: Sent) -> bool:
    """Return whether a complaint is about a query parameter that was not sent: then it is about its default."""
    found = re.match(r"InvalidParameter: Invalid query parameter: (\S+) <", complaint)
    return found is not None and f"{quote(found[1])}=" not in sent.target


def _unsendable(plan: Plan) -> list[str]:
    return [
        name
        for (_, name), value in plan.parameters.items()
        if value is None or (is_array(value) and not any(item is not None for item in value))
    ]


def _is_same_time(one: Any, other: Any) -> bool:
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except (TypeError, ValueError):
        return False


def _has_fields(schema: Node) -> bool:
    try:
        return bool(shape_of(schema).properties)
    except (Unbuildable, Missing):
        return False


def _as_given(media_type: str, media: Node | None, body: Any) -> Any:
    """Return a body as a user has it: files as bytes, and what is of any media type as what it is."""
    kind = kind_of(media_type)
    if kind == "text" and not isinstance(body, str):
        return "<text/>" if media_type.endswith("xml") else json.dumps(body)  # which is YAML too
    if kind == "bytes" and (isinstance(body, str) or "*" not in media_type):
        return (body if isinstance(body, str) else json.dumps(body)).encode()
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
    if type(result).__name__.endswith("Download"):
        content = result.read()
        return await content if inspect.isawaitable(content) else content
    return result


async def _items(result: Any) -> list[Any]:
    """Return all items of a stream."""
    if hasattr(result, "__aiter__"):
        return [item async for item in result]
    return list(result)


def main() -> int:
    """Run one document's calls and print what became of them."""
    spec, source, name = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    sys.path.insert(0, source)
    warnings.simplefilter("ignore")
    package = Package(name)
    broken = [*package.broken, *package.build_models()]
    exercise = Exercise(spec, package)
    outcomes = asyncio.run(exercise.run())
    received, problems = receive(exercise.document, package)
    print(
        json.dumps(
            {
                "models": broken,
                "unjudged": exercise.unjudged,
                "received": received,
                "unreceived": problems,
                "outcomes": [dataclasses.asdict(outcome) for outcome in outcomes],
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
