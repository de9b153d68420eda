"""The fake: it answers as the document says, keeps what it is given, fails when it is told to, and remembers the calls."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel

from ..media_types import kind_of
from ..values import jsonable
from .answers import Answers, accepted, content_of, encoded
from .callbacks import Callback, callback_of
from .checking import Checked, check
from .description import Description, Operation
from .expressions import Exchange
from .faults import Fault
from .jsonkinds import is_object
from .messages import Answer, Call, Incoming, selected
from .paging import page_of_example
from .samples import sample
from .state import Missing
from .store import Given, Store

if TYPE_CHECKING:
    from .server import LoopbackServer
    from .transport import FakeTransport

M = TypeVar("M", bound=BaseModel)

_TOKEN = {"access_token": "fake-access-token", "token_type": "Bearer", "expires_in": 3600}


@dataclass
class _Reply:
    """What a test says that an operation answers."""

    operation: str
    data: Any
    status: int
    headers: Mapping[str, str]
    content_type: str | None
    times: int | None
    used: int = field(default=0, init=False)


@dataclass(frozen=True)
class _Promise:
    """A callback that a call has asked for."""

    operation: Operation
    described: Mapping[str, Any]
    exchange: Exchange
    given: Given
    base: str


class BaseFake:
    """A fake of the API, in memory.

    It answers what the document describes with the document's examples, or with what a test sets. Of the things that the
    document says are kept, lists, reads, changes and deletions agree with one another; they begin with the examples, which
    the first `add` takes away. A request that the document does not allow is refused as the service would, and `check` tells
    of it. Threads may share a fake.

    Args:
        document: The description of the API, as it comes with the package.
        empty: Whether nothing is kept at first, instead of the examples.
        pending: How many reads find pending what was asked for, such as a transcription; None for what the document says.
        seed: What the chances of faults are drawn from.

    Attributes:
        calls: The requests that came, in their order.
    """

    def __init__(
        self, document: str, *, empty: bool = False, pending: int | None = None, seed: int = 0
    ) -> None:
        self.calls: list[Call] = []
        self._description = Description(document)
        self._answers = Answers(self._description)
        self._store = Store(self._description)
        for collection in self._store.collections.values():
            collection.pending = pending
        if not empty:
            self._store.seed()
        self._replies: list[_Reply] = []
        self._faults: list[Fault] = []
        self._promises: list[_Promise] = []
        self._random = Random(seed)  # noqa: S311 - the same chances each time are what is wanted
        self._lock = threading.RLock()

    def add(self, item: M, /, **parts: Any) -> M:
        """Keep an item, in place of one with the same key.

        Args:
            item: The item, as its model. A key that it does not have is made.
            parts: The contents of its parts, such as the bytes of its media; None for a part that it does not have. Of
                the parts that are not given, the fields of the item tell whether they are there.

        Returns:
            The item, with its key.

        Raises:
            LookupError: The model is of nothing that is kept, or an item has no such part.
            ValueError: The item is not what the document describes.
        """
        kept = self.put(self._store.name_of(type(item).__name__), jsonable(item), **parts)
        return type(item).model_validate(kept)

    def put(self, resource: str, item: Mapping[str, Any], /, **parts: Any) -> dict[str, Any]:
        """Keep an item, as `add`.

        Args:
            resource: What the document calls the things of this kind.
            item: The item as the values of JSON, its names spelled as in the API.
            parts: As for `add`.
        """
        contents = {
            name: part if isinstance(part, bytes) else jsonable(part)
            for name, part in parts.items()
        }
        with self._lock:
            entry = self._store.add(resource, jsonable(item), contents)
            return dict(entry.item)

    def items(self, resource: str) -> list[dict[str, Any]]:
        """Return the things that are kept of one kind, as the values of JSON."""
        with self._lock:
            return [dict(entry.item) for entry in self._store.collection(resource).matching({})]

    def clear(self) -> None:
        """Forget everything: what is kept, what was set, the faults and the calls."""
        with self._lock:
            self._store.clear()
            self._replies.clear()
            self._faults.clear()
            self._promises.clear()
            self.calls.clear()

    def respond(
        self,
        operation: str,
        data: object | Callable[[Call], object] = None,
        *,
        example: str | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        content_type: str | None = None,
        times: int | None = None,
    ) -> None:
        """Set what an operation answers.

        Args:
            operation: The name of its method, or its operationId.
            data: The body: a model, values of JSON, text or bytes; or a function that is given the call and returns one.
            example: The name of an example of the document, in place of data.
            status: The status; that of the documented success if None.
            headers: Header fields.
            content_type: The media type; the first documented one if None.
            times: How often; after that come the answers set before, and then the document's. None is always.

        Raises:
            LookupError: There is no such operation or example.
            ValueError: The data is not what the document describes for that status.
        """
        described = self._description.find(operation)
        code = described.success if status is None else status
        content_type = content_type or next(iter(content_of(described, code)), None)
        if example is not None:
            examples = self._description.examples(described, code, content_type or "")
            if example not in examples:
                raise LookupError(
                    f"{operation} has no example {example!r}; it has {', '.join(examples)}"
                )
            data = examples[example]
        if not callable(data):
            data = data if isinstance(data, bytes) else jsonable(data)
            problems = self._answers.problems(described, code, content_type, data)
            if problems:
                raise ValueError(f"{described.name} does not answer this: {'; '.join(problems)}")
        with self._lock:
            self._replies.append(
                _Reply(described.id, data, code, headers or {}, content_type, times)
            )

    def fail(
        self,
        operation: str | None = None,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        delay: float = 0.0,
        reset: bool = False,
        truncate: int | None = None,
        times: int | None = 1,
        when: Callable[[Call], bool] | None = None,
        rate: float = 1.0,
    ) -> None:
        """Let calls fail. Where several faults concern a call, the one that was set first happens.

        Args:
            operation: The name of the method that fails, or its operationId; None for every operation.
            status: The status to answer, with the error that the document describes for it.
            headers: Header fields of the answer, such as Retry-After.
            body: The bytes to answer in place of the body, such as JSON that is broken.
            delay: Seconds to wait before the answer.
            reset: Reset the connection in place of an answer.
            truncate: End the connection after so many bytes of the body.
            times: How often; None for always.
            when: Says which calls fail; all of them if None.
            rate: The chance that one fails, from 0 to 1. The same `seed` gives the same failures.

        Raises:
            LookupError: There is no such operation.
            ValueError: Nothing was said to go wrong.
        """
        if status is None and body is None and not delay and not reset and truncate is None:
            raise ValueError("say what goes wrong: status, body, delay, reset or truncate")
        wanted = self._description.find(operation).id if operation is not None else None
        fault = Fault(
            wanted, status, headers or {}, body, delay, reset, truncate, times, when, rate
        )
        with self._lock:
            self._faults.append(fault)

    def deliver(self) -> list[Callback]:
        """Send the callbacks that calls have asked for since, as the service would: what they tell of is ready then.

        Returns:
            What was sent, each with the status that it got. A URL that is not http or https gets none.
        """
        with self._lock:
            promises, self._promises = self._promises, []
            due = [self._due(promise) for promise in promises]
        sent = [callback for callback in due if callback is not None]
        for callback in sent:
            callback.send()
        return sent

    def _due(self, promise: _Promise) -> Callback | None:
        entry, part, operation = promise.given.entry, promise.given.part, promise.operation
        item: dict[str, Any] = {}
        if entry is not None:
            if part is not None:
                self._store.finish(entry, operation, part)
            item = self._store.shown(entry, operation, promise.base)
        examples: Mapping[str, Any] = promise.described.get("examples", {})
        example = next(iter(examples.values()), None)
        if example is None and "schema" in promise.described:
            example = sample(self._description.schemas, promise.described["schema"])
        return callback_of(promise.described, promise.exchange, example, item)

    def heal(self) -> None:
        """Forget the faults, so that calls fail no more."""
        with self._lock:
            self._faults.clear()

    def calls_of(self, operation: str) -> list[Call]:
        """Return the calls of one operation, by the name of its method or its operationId."""
        name = self._description.find(operation).name
        return [call for call in self.calls if call.operation == name]

    def check(self) -> None:
        """Raise AssertionError if a request came that the document does not allow, saying all that is wrong."""
        wrong = [f"  {call}: {problem}" for call in self.calls for problem in call.problems]
        if wrong:
            raise AssertionError("\n".join(["requests that the API does not allow:", *wrong]))

    @cached_property
    def transport(self) -> FakeTransport:
        """The fake as a transport of `httpx2.Client` and `httpx2.AsyncClient`."""
        from .transport import FakeTransport

        return FakeTransport(self.answer)

    def serve(self, port: int = 0) -> LoopbackServer:
        """Serve on 127.0.0.1 until the server is closed, which a `with` statement does. Its `url` is the `base_url` of clients.

        Args:
            port: The port; 0 for a free one.

        Raises:
            OSError: The port cannot be had.
        """
        from .server import LoopbackServer

        path = urlsplit(self._store.base).path.rstrip("/")
        return LoopbackServer(self.answer, port, "" if "{" in path else path)

    def answer(self, request: Incoming) -> Answer:
        """Return the answer to a request."""
        if request.method == "POST" and request.path in self._description.token_paths:
            return Answer(200, {"Content-Type": "application/json"}, json.dumps(_TOKEN).encode())
        with self._lock:
            checked = check(self._description, request)
            call, operation = checked.call, checked.operation
            self.calls.append(call)
            name = operation.id if operation is not None else ""
            fault = next(
                (each for each in self._faults if each.happens(call, name, self._random)), None
            )
            if fault is not None and fault.status is not None:
                answer = self._answers.error(operation, fault.status, None)
            elif call.problems:
                answer = self._answers.error(operation, checked.status, "; ".join(call.problems))
                answer = replace(answer, headers={**answer.headers, **checked.headers})
            elif fault is not None and fault.reset:
                answer = Answer(0)
            else:
                answer = self._proper(checked, request)
            if fault is not None:
                answer = replace(
                    answer,
                    headers={**answer.headers, **fault.headers},
                    body=answer.body if fault.body is None else fault.body,
                    delay=fault.delay,
                    reset=fault.reset,
                    truncate=fault.truncate,
                )
            call.status = None if answer.reset else answer.status
            return answer

    def _proper(self, checked: Checked, request: Incoming) -> Answer:
        operation = checked.operation
        if operation is None:
            raise AssertionError("a request without an operation has a problem")
        reply = self._reply(operation)
        if reply is not None:
            data = reply.data(checked.call) if callable(reply.data) else reply.data
            data = data if isinstance(data, bytes) else jsonable(data)
            problems = self._answers.problems(operation, reply.status, reply.content_type, data)
            checked.call.problems += [f"the answer that was set: {problem}" for problem in problems]
            return encoded(reply.status, reply.content_type, data, reply.headers)
        status, given = operation.success, Given()
        if operation.kept is not None:
            try:
                given = self._store.perform(operation, checked, request)
            except Missing as error:
                return self._answers.error(operation, 404, str(error))
        if operation.callbacks:
            self._promise(operation, checked, request, given)
        data = given.data
        content = content_of(operation, status)
        if not content:
            return Answer(status)
        content_type = given.content_type or accepted(content, request.headers.get("accept", "*/*"))
        examples = self._description.examples(operation, status, content_type)
        example = next(iter(examples.values()), None)
        page = given.page
        if data is None:
            data = example
            if operation.paging is not None:
                values, body = checked.values, checked.call.body
                page = page_of_example(data, operation.paging, values, body, request.url)
        elif (
            is_object(data)
            and is_object(example)
            and operation.kept
            and operation.kept.get("items")
        ):
            data = {**example, **data}
        headers: dict[str, str] = {}
        if page is not None:
            data, headers = page.fill(data), page.headers
        answer = encoded(status, content_type, data, headers)
        return (
            selected(answer, request)
            if kind_of(content_type) == "bytes" and status == 200
            else answer
        )

    def _promise(
        self, operation: Operation, checked: Checked, request: Incoming, given: Given
    ) -> None:
        """Keep the requests that a call asks for, until they are due."""
        call = checked.call
        exchange = Exchange(
            call.method, request.url, checked.values, request.headers, call.body, answer=given.data
        )
        base = f"{request.origin}{checked.prefix}"
        for described in operation.callbacks:
            if exchange.filled(described["url"]) is not None:
                self._promises.append(_Promise(operation, described, exchange, given, base))

    def _reply(self, operation: Operation) -> _Reply | None:
        """Return the answer that was set: one that is set for some times before one that is set for all."""
        own = [reply for reply in self._replies if reply.operation == operation.id]
        for reply in own:
            if reply.times is not None and reply.used < reply.times:
                reply.used += 1
                return reply
        return next((reply for reply in reversed(own) if reply.times is None), None)
