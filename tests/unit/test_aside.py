"""A stage beside the others gives the same as it would here, its errors included."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from clientsmith.aside import Aside
from clientsmith.diagnostics import Diagnostic, Location
from clientsmith.render import TemplateError


def refuse(text: str) -> str:
    raise TemplateError(Diagnostic("error", text, Location("a.jinja", 1, 2), rule="template"))


def die(_: str) -> str:
    os._exit(3)


class Halved:
    """A result in the middle of which its process ends."""

    def __reduce__(self) -> str:
        os._exit(3)


def begin(_: str) -> object:
    return ["x" * 1_000_000, Halved()]


LARGE = """
from clientsmith.aside import Aside
with Aside(str.upper) as first, Aside("x".__mul__) as second:
    second.start(1_000_000)
    first.start("text")
    print(first.result(), len(second.result()))
"""


def test_a_large_result_that_is_not_fetched_yet_holds_up_no_other() -> None:
    done = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, timeout=60)
    assert done.stdout == "TEXT 1000000\n"


def test_a_result_comes_back() -> None:
    with Aside(str.upper) as other:
        other.start("text")
        assert other.result() == "TEXT"


def test_an_error_comes_back_whole() -> None:
    with Aside(refuse) as other:
        other.start("no")
        with pytest.raises(TemplateError) as raised:
            other.result()
    assert raised.value.diagnostics[0].message == "no"
    assert raised.value.diagnostics[0].location == Location("a.jinja", 1, 2)


def test_a_process_that_ends_early_is_an_error() -> None:
    for function in (die, begin):
        with Aside(function) as other:
            other.start("")
            with pytest.raises(ChildProcessError):
                other.result()


def test_a_process_that_is_not_needed_is_ended() -> None:
    reader, writer = os.pipe()
    with Aside(str.upper, prepare=lambda: os.write(writer, str(os.getpid()).encode())):
        process = int(os.read(reader, 20))
        os.kill(process, 0)
    os.close(reader)
    os.close(writer)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_one_process_answers_again_and_again() -> None:
    with Aside(str.upper) as other:
        for text in ("a", "b" * 1_000_000, "c"):
            other.start(text)
            assert other.result() == text.upper()


def test_a_function_may_run_here_too() -> None:
    def process(_: str) -> int:
        return os.getpid()

    with Aside(process, beside=False) as here:
        here.start("")
        assert here.result() == os.getpid()
