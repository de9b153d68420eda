"""A function that runs in a process of its own, beside what this process does meanwhile."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class Aside(Generic[Argument, Result]):
    """A function of one argument, run in a forked process, as often as it is asked for.

    Where the platform cannot fork, the function runs in this process when its result is asked for.

    Args:
        function: the function; its argument, its result and what it raises must be picklable.
        prepare: run in the other process first, while the argument is not known yet.
        beside: do use another process; else the function runs in this one too.
    """

    def __init__(
        self,
        function: Callable[[Argument], Result],
        prepare: Callable[[], object] | None = None,
        *,
        beside: bool = True,
    ) -> None:
        self._function = function
        self._argument: Argument | None = None
        self._process = 0
        if not (beside and hasattr(os, "fork")):
            return
        receive_argument, send = os.pipe()
        receive, send_result = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(send)
            os.close(receive)
            _serve(function, prepare, receive_argument, send_result)
        os.close(receive_argument)
        os.close(send_result)
        self._send = os.fdopen(send, "wb")
        self._receive = os.fdopen(receive, "rb")

    def start(self, argument: Argument) -> None:
        """Hand over an argument; the function begins to run. The result of the one before has been asked for."""
        self._argument = argument
        if self._process:
            with suppress(BrokenPipeError):  # it has ended, which its result will tell
                pickle.dump(argument, self._send, pickle.HIGHEST_PROTOCOL)
                self._send.flush()

    def result(self) -> Result:
        """Wait for the result.

        Raises:
            Exception: what the function raised.
            ChildProcessError: the process ended before it had a result.
        """
        if not self._process:
            return self._function(cast(Argument, self._argument))
        try:
            raised, value = pickle.load(self._receive)
        except (EOFError, pickle.UnpicklingError):
            message = "a stage ended without a result; there may not be enough memory"
            raise ChildProcessError(message) from None
        if raised:
            raise value
        return cast(Result, value)

    def finish(self) -> Result:
        """Wait for the result, the last that is asked for, and end the process.

        Raises:
            Exception: what the function raised.
            ChildProcessError: the process ended before it had a result.
        """
        try:
            return self.result()
        finally:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the process, whether it is done or not."""
        self._end()

    def _end(self) -> None:
        if self._process:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._process, 0)
            with suppress(BrokenPipeError):
                self._send.close()
            self._receive.close()
            self._process = 0


def _serve(
    function: Callable[[Any], Any], prepare: Callable[[], object] | None, receive: int, send: int
) -> None:
    """Run the function for its caller, and end this process without the caller's clean-up."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if prepare is not None:
            prepare()
        with os.fdopen(receive, "rb") as arguments, os.fdopen(send, "wb") as results:
            while True:
                # As far as the argument goes: processes that were forked later keep the pipe open.
                outcome = _outcome(function, pickle.load(arguments))
                pickle.dump(outcome, results, pickle.HIGHEST_PROTOCOL)
                results.flush()
    except EOFError:
        pass  # there is nothing left to do
    finally:
        os._exit(0)


def _outcome(function: Callable[[Any], Any], argument: Any) -> tuple[bool, Any]:
    try:
        return False, function(argument)
    except Exception as error:
        return True, error
