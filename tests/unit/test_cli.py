"""The command line: what goes to stdout and stderr, and how a command ends."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clientsmith import __version__, pipeline
from clientsmith.cli import main
from clientsmith.cli.progress import Progress
from clientsmith.config import Configuration
from clientsmith.diagnostics import Diagnostic, InputError, Location, SpecError
from clientsmith.outcome import Check, Summary
from clientsmith.write.drift import Drift

WARNING = Diagnostic("warning", "it is odd", Location("api.yaml", 2, 3))
ERROR = Diagnostic("error", "it is wrong", Location("api.yaml", 1, 1), "write it anew", "a-rule")
UNREADABLE = InputError(Diagnostic("error", "it is not YAML", Location("api.yaml", 1, 1)))
SUMMARY = Summary(
    output=Path("shop"),
    operations=10,
    models=1,
    written=1,
    unchanged=60,
    removed=2,
    seconds=0.3456,
)
NO_DRIFT = Drift(diff="", edited=(), unowned=(), versions=())

Out = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Return the current folder, which has a document and its configuration."""
    (tmp_path / "api.yaml").write_text("openapi: 3.1.0\n")
    (tmp_path / "clientsmith.toml").write_text("spec = 'api.yaml'\noutput = 'shop'\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answering(monkeypatch: Patch, command: str, answer: object) -> list[dict[str, Any]]:
    """Let the pipeline give an answer or raise an error; return what it is called with."""
    calls: list[dict[str, Any]] = []

    def stand_in(argument: Configuration, **options: Any) -> object:
        calls.append({"argument": argument, **options})
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(pipeline, command, stand_in)
    return calls


# generate


def test_generate_ends_with_a_summary(monkeypatch: Patch, capsys: Out) -> None:
    answering(monkeypatch, "generate", SUMMARY)
    assert main(["generate"]) == 0
    out, err = capsys.readouterr()
    assert out == (
        "shop: 10 operations, 1 model; 1 file written, 60 unchanged, 2 removed; 0.35 s\n"
    )
    assert err == ""


def test_generate_says_that_nothing_has_changed(monkeypatch: Patch, capsys: Out) -> None:
    answering(monkeypatch, "generate", replace(SUMMARY, up_to_date=True))
    assert main(["generate"]) == 0
    assert capsys.readouterr().out == (
        "shop: 10 operations, 1 model; nothing has changed; 0.35 s\n"
    )


def test_generate_reports_the_files_it_kept(monkeypatch: Patch, capsys: Out) -> None:
    answering(monkeypatch, "generate", replace(SUMMARY, kept=("README.md",)))
    assert main(["generate"]) == 1
    err = capsys.readouterr().err
    assert "shop/README.md was edited since clientsmith wrote it, and was kept" in err
    assert "--force" in err


def test_a_warning_about_the_document_is_no_failure(monkeypatch: Patch, capsys: Out) -> None:
    answering(monkeypatch, "generate", replace(SUMMARY, diagnostics=(WARNING,)))
    assert main(["generate"]) == 0
    assert "api.yaml:2:3: warning: it is odd" in capsys.readouterr().err


def test_the_options_reach_the_pipeline(monkeypatch: Patch, project: Path) -> None:
    calls = answering(monkeypatch, "generate", SUMMARY)
    (project / "looks").mkdir()
    options = ["-o", "out", "--package", "mine", "--templates", "looks", "--force"]
    main(["generate", "api.yaml", *options])
    (call,) = calls
    assert call["argument"] == Configuration(
        spec=project / "api.yaml",
        root=project,
        output=project / "out",
        package="mine",
        templates=project / "looks",
        source=project / "clientsmith.toml",
    )
    assert call["force"] is True


# check


def test_check_says_nothing_when_there_is_nothing_to_say(monkeypatch: Patch, capsys: Out) -> None:
    answering(monkeypatch, "check", Check(output=Path("shop"), drift=NO_DRIFT))
    assert main(["check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_prints_the_difference_alone_on_stdout(monkeypatch: Patch, capsys: Out) -> None:
    drift = replace(NO_DRIFT, diff="--- a/x\n+++ b/x\n", edited=("x",), unowned=("y",))
    answering(monkeypatch, "check", Check(output=Path("shop"), drift=drift))
    assert main(["check"]) == 1
    out, err = capsys.readouterr()
    assert out == drift.diff
    assert "warning: shop/x was edited" in err
    assert "warning: shop/y was not written by clientsmith" in err
    assert "run `clientsmith generate`" in err


def test_another_version_of_a_tool_is_no_drift(monkeypatch: Patch, capsys: Out) -> None:
    drift = replace(NO_DRIFT, versions=(("black", "26.1.0", "26.2.0"),))
    answering(monkeypatch, "check", Check(output=Path("shop"), drift=drift))
    assert main(["check"]) == 0
    assert "was made with black 26.1.0, and this is black 26.2.0" in capsys.readouterr().err


# validate


def test_a_valid_document_is_said_to_be_valid(monkeypatch: Patch, capsys: Out) -> None:
    calls = answering(monkeypatch, "validate", [])
    assert main(["validate"]) == 0
    assert capsys.readouterr() == ("", "api.yaml is valid\n")
    (call,) = calls
    assert call["argument"].spec == Path.cwd() / "api.yaml"


@pytest.mark.parametrize("answer", [[WARNING, ERROR], SpecError(WARNING, ERROR)])
def test_findings_are_a_result(monkeypatch: Patch, capsys: Out, answer: object) -> None:
    answering(monkeypatch, "validate", answer)
    assert main(["validate"]) == 1
    out, err = capsys.readouterr()
    assert "api.yaml:1:1: error: it is wrong [a-rule]\n    hint: write it anew" in out
    assert "api.yaml:2:3: warning: it is odd" in out
    assert err == ""


def test_warnings_alone_are_no_failure(monkeypatch: Patch) -> None:
    answering(monkeypatch, "validate", [WARNING])
    assert main(["validate"]) == 0


@pytest.mark.parametrize(("answer", "status"), [([ERROR], 1), (UNREADABLE, 2), ([], 0)])
def test_findings_can_be_had_as_json(
    monkeypatch: Patch, capsys: Out, answer: object, status: int
) -> None:
    answering(monkeypatch, "validate", answer)
    assert main(["validate", "--format", "json"]) == status
    records = json.loads(capsys.readouterr().out)
    assert [record["line"] for record in records] == [1] * min(status, 1)


def test_findings_can_be_had_as_workflow_commands(monkeypatch: Patch, capsys: Out) -> None:
    answering(monkeypatch, "validate", [ERROR])
    assert main(["validate", "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=api.yaml,line=1,col=1,title=a-rule::")


# What goes wrong


@pytest.mark.parametrize("command", ["generate", "check", "validate"])
def test_an_unreadable_document_ends_with_2(monkeypatch: Patch, capsys: Out, command: str) -> None:
    answering(monkeypatch, command, UNREADABLE)
    assert main([command]) == 2
    assert capsys.readouterr() == ("", "api.yaml:1:1: error: it is not YAML\n")


@pytest.mark.parametrize("command", ["generate", "check"])
def test_an_invalid_document_ends_with_1(monkeypatch: Patch, capsys: Out, command: str) -> None:
    answering(monkeypatch, command, SpecError(ERROR))
    assert main([command]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("api.yaml:1:1: error: it is wrong")


@pytest.mark.parametrize("command", ["generate", "check", "validate"])
def test_a_wrong_configuration_ends_with_2(project: Path, capsys: Out, command: str) -> None:
    (project / "clientsmith.toml").write_text("spce = 'api.yaml'\n")
    assert main([command]) == 2
    assert capsys.readouterr().err == (
        "clientsmith.toml:1:1: error: there is no key 'spce'\n"
        "    1 | spce = 'api.yaml'\n"
        "      | ^\n"
        "    hint: did you mean spec?\n"
    )


@pytest.mark.parametrize(
    "arguments",
    ["", "unknown", "generate a b", "generate --forc", "validate --format xml", "check --force"],
)
def test_wrong_usage_ends_with_2(capsys: Out, arguments: str) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments.split())
    assert end.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: clientsmith")


def test_an_interrupt_ends_quietly_with_130(monkeypatch: Patch, capsys: Out) -> None:
    answering(monkeypatch, "generate", KeyboardInterrupt())
    assert main(["generate"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_current_folder_that_is_gone_is_a_message(project: Path, capsys: Out) -> None:
    gone = project / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert main(["generate"]) == 2
    assert "the current folder" in capsys.readouterr().err


def test_the_version_is_printed(capsys: Out) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"clientsmith {__version__}\n"


# The process


def run(code: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, **options
    )


def test_a_reader_that_stops_reading_is_no_traceback(project: Path) -> None:
    (project / "api.yaml").write_text("no")
    command = [sys.executable, "-m", "clientsmith", "validate", "--format", "json"]
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert ended.stderr == ""
    assert ended.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_an_output_that_is_full_is_a_message() -> None:
    command = [sys.executable, "-m", "clientsmith", "validate", "--format", "json"]
    with open("/dev/full", "w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.stderr == "error: No space left on device\n"
    assert ended.returncode == 2


@pytest.mark.parametrize("arguments", [["generate"], ["validate", "caf\u00e9"]])
def test_text_that_the_terminal_cannot_show_is_escaped(arguments: list[str]) -> None:
    ended = run(
        "import sys\n"
        "from pathlib import Path\n"
        "from clientsmith import cli, outcome, pipeline\n"
        "summary = outcome.Summary(\n"
        "    output=Path('caf\\xe9'), operations=1, models=1, written=1, unchanged=1, removed=1, seconds=1\n"
        ")\n"
        "pipeline.generate = lambda *_, **__: summary\n"
        f"cli.main({arguments})\n",
        env={**os.environ, "PYTHONIOENCODING": "ascii:strict"},
    )
    assert "caf\\xe9" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_a_command_does_not_need_is_not_imported() -> None:
    ended = run(
        "import sys\n"
        "import clientsmith.cli, clientsmith.config, clientsmith.freshness, clientsmith.write\n"
        "clientsmith.freshness.installation.tool_versions()\n"
        "slow = 'black ctypes datamodel_code_generator importlib.metadata jinja2 openapi_spec_validator'\n"
        "print([name for name in (*slow.split(), 'pydantic', 'yaml') if name in sys.modules])"
    )
    assert ended.stdout == "[]\n", ended.stderr


# Progress


def on_a_terminal(action: Callable[[], object]) -> str:
    """Return what an action writes to stderr when that is a terminal."""
    process, terminal = pty.fork()
    if process == 0:
        action()
        os._exit(0)
    text = b""
    try:
        while piece := os.read(terminal, 1000):
            text += piece
    except OSError:  # the way a terminal on Linux ends
        pass
    os.waitpid(process, 0)
    return text.decode()


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_long_run_names_its_stage_on_a_terminal(monkeypatch: Patch, seconds: float) -> None:
    def slow(_: Configuration, *, progress: Callable[[str], None], **_options: object) -> Summary:
        assert not _options["force"]
        progress("reading")
        time.sleep(seconds)
        progress("rendering")
        return SUMMARY

    monkeypatch.setattr(pipeline, "generate", slow)
    monkeypatch.setattr("clientsmith.cli.progress.LONG_RUN", 0.1)
    monkeypatch.setenv("TERM", "xterm")

    def command() -> None:
        sys.stdout = sys.stderr = os.fdopen(2, "w")
        main(["generate"])
        sys.stderr.flush()

    text = on_a_terminal(command)
    assert text.endswith("0.35 s\r\n")
    assert ("\r\x1b[Kreading...\r\x1b[Krendering...\r\x1b[K" in text) == (seconds > 0)
    assert ("reading" in text) == (seconds > 0)


@pytest.mark.parametrize(
    ("term", "columns", "shown"),
    [
        ("xterm", 8, ["\r\x1b[Kreading", "\r\x1b[Krenderi", "\r\x1b[Krenderi", "\r\x1b[K"]),
        ("dumb", 80, ["reading...\r\n", "rendering...\r\n"]),
    ],
)
def test_progress_fits_its_terminal(
    monkeypatch: Patch, term: str, columns: int, shown: list[str]
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr("clientsmith.cli.progress.LONG_RUN", 0.05)

    def stages() -> None:
        sys.stderr = os.fdopen(2, "w")
        fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with Progress() as progress:
            progress.stage("reading")
            time.sleep(0.5)
            progress.stage("rendering: 1 files")
            progress.stage("rendering: 2 files")
        sys.stderr.flush()

    assert on_a_terminal(stages) == "".join(shown)


def test_a_run_that_is_not_on_a_terminal_shows_no_progress(
    monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    def slow(_: Configuration, *, progress: Callable[[str], None], **_options: object) -> Summary:
        progress("reading")
        time.sleep(0.1)
        progress("rendering")
        return SUMMARY

    monkeypatch.setattr(pipeline, "generate", slow)
    monkeypatch.setattr("clientsmith.cli.progress.LONG_RUN", 0.01)
    main(["generate"])
    assert capsys.readouterr().err == ""
