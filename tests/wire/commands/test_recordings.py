"""The command of the recordings API: what its subcommands send, print and save, and how they end."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bandwidth_recordings.models import CallRecordingMetadata
from bandwidth_recordings.testing import Fake

from ..servers import FaultServer
from .conftest import PASSWORD, USER, Run

IDS = ("1", "c-1", "r-1")
MEDIA = b"RIFF" + bytes(5000)


@pytest.fixture
def kept(fake: Fake) -> Fake:
    """A fake with one recording, whose ids are `IDS`."""
    recording = CallRecordingMetadata(
        account_id="1",
        call_id="c-1",
        recording_id="r-1",
        file_format="wav",
        duration=timedelta(seconds=90),
    )
    fake.add(recording, media=MEDIA)
    return fake


def test_every_operation_is_a_subcommand(run: Run) -> None:
    ran = run("--help")
    assert ran.status == 0
    for name in (
        "list-account-call-recordings",
        "delete-recording",
        "download",
        "export",
        "verify",
    ):
        assert f"\n  {name}".encode() in ran.out
    assert b"BANDWIDTH_USERNAME, BANDWIDTH_PASSWORD" in b" ".join(ran.out.split())
    assert b"Get a recording's metadata." in ran.out


def test_the_help_of_a_subcommand_is_that_of_its_method(run: Run) -> None:
    ran = run("transcribe-call-recording", "--help")
    assert ran.status == 0
    words = b" ".join(ran.out.split())
    assert b"ACCOUNT-ID CALL-ID RECORDING-ID" in words
    assert b"--callback-method GET|POST The HTTP method of the notification." in words
    assert b"--callback-timeout NUMBER How long the service waits" in words
    assert b"Only a recording longer than 500 milliseconds" in words


def test_an_answer_is_json(run: Run, kept: Fake) -> None:
    ran = run("get-call-recording", *IDS)
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out)["duration"] == "PT1M30S"


def test_arguments_are_given_by_place_or_by_name(run: Run, kept: Fake) -> None:
    assert run("get-call-recording", "--call-id", "c-1", "1", "--recording-id=r-1").status == 0
    assert kept.calls[-1].arguments == {"account_id": "1", "call_id": "c-1", "recording_id": "r-1"}


def test_options_may_stand_before_the_subcommand_and_after_it(run: Run, kept: Fake) -> None:
    before = run("--format", "table", "list-call-recordings", "1", "c-1")
    after = run("list-call-recordings", "1", "c-1", "--format", "table")
    assert before.out == after.out
    assert (
        run("--format=table", "list-call-recordings", "1", "c-1", "--format=json").out[:1] == b"["
    )


def test_a_table_has_the_columns_that_were_asked_for(run: Run, kept: Fake) -> None:
    ran = run(
        "list-call-recordings", "1", "c-1", "--format=table", "--columns=recordingId,duration"
    )
    assert ran.out.decode().splitlines() == ["recordingId  duration", "r-1          PT1M30S"]


def test_a_table_shows_characters_that_would_steer_the_terminal(run: Run, fake: Fake) -> None:
    fake.add(CallRecordingMetadata(account_id="1", call_id="c", to="\x1b]0;title\x07\u202e"))
    ran = run("list-call-recordings", "1", "c", "--format=table", "--columns=to")
    assert b"\\x1b]0;title\\x07\\u202e" in ran.out
    assert b"\x1b" not in ran.out


def test_all_pages_are_listed_with_all(run: Run, fake: Fake) -> None:
    for number in range(1100):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        fake.add(CallRecordingMetadata(account_id="1", start_time=moment))
    one = run("list-account-call-recordings", "1", "--format=lines")
    everything = run("list-account-call-recordings", "1", "--format=lines", "--all")
    assert len(one.out.splitlines()) == 1000
    ids = [json.loads(line)["recordingId"] for line in everything.out.splitlines()]
    assert len(ids) == len(set(ids)) == 1100
    some = run("list-account-call-recordings", "1", "--max-items", "3")
    assert [item["recordingId"] for item in json.loads(some.out)] == ids[:3]


def test_a_list_of_nothing_is_json_too(run: Run, fake: Fake) -> None:
    assert json.loads(run("list-account-call-recordings", "none", "--all").out) == []


def test_a_body_is_made_of_options(run: Run, kept: Fake) -> None:
    options = ("--callback-method=POST", "--callback-timeout", "5.5", "--no-detect-language")
    ran = run("transcribe-call-recording", *IDS, *options)
    assert (ran.status, ran.out, ran.err) == (0, b"", "")
    body = {"callbackMethod": "POST", "callbackTimeout": 5.5, "detectLanguage": False}
    assert kept.calls[-1].body == body


def test_a_body_is_json_or_a_file_or_the_standard_input(
    run: Run, kept: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "body.json").write_text('{"tag": "file"}', encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"tag": "stdin"}')))
    for given, tag in (
        ('{"tag": "text"}', "text"),
        (f"@{tmp_path}/body.json", "file"),
        ("-", "stdin"),
    ):
        assert run("transcribe-call-recording", *IDS, "--body", given).status == 0
        assert kept.calls[-1].body == {"tag": tag}
    run("transcribe-call-recording", *IDS, "--body", '{"tag": "a"}', "--tag", "b")
    assert kept.calls[-1].body == {"tag": "b"}
    run("transcribe-call-recording", *IDS)
    assert kept.calls[-1].body == {}


def test_a_secret_of_the_body_is_read_from_a_file(run: Run, kept: Fake, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush\n", encoding="utf-8")
    assert run("transcribe-call-recording", *IDS, "--password", f"@{tmp_path}/secret").status == 0
    assert kept.calls[-1].body == {"password": "hush"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("get-call-recording", "1", "2"), "RECORDING-ID is missing"),
        (("get-call-recording", "1", "2", "3", "4"), "1 arguments too many"),
        (("get-call-recording", "--nothing"), "No such option"),
        (("dowload", "1"), "did you mean download?"),
        (("transcribe-call-recording", *IDS, "--body", '{"a": hush'), "this is not JSON"),
        (("transcribe-call-recording", *IDS, "--body", "[]", "--tag", "b"), "--body is no object"),
        (("transcribe-call-recording", *IDS, "--callback-timeout", "soon"), "is not a number"),
        (("transcribe-call-recording", *IDS, "--callback-timeout", "500"), "callback"),
        (("transcribe-call-recording", *IDS, "--body", "@/nowhere"), "/nowhere: No such file"),
        (("list-account-call-recordings", "1", "--min-start-time", "now"), "'now' is not a time"),
        (
            ("list-account-call-recordings", "1", "--min-start-time", "2026-01-01T00:00:00"),
            "has no time zone",
        ),
        (("update-call-recording-state", "1", "c-1"), "state"),
        (("--timeout", "-1", "get-call-recording", *IDS), "timeout"),
        (("--base-url", "http://example.com", "get-call-recording", *IDS), "http"),
        (("--header", "nonsense", "get-call-recording", *IDS), "--header"),
    ],
)
def test_wrong_usage_ends_with_2_and_sends_nothing(
    run: Run, kept: Fake, arguments: tuple[str, ...], said: str
) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, b"")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert "hush" not in ran.err
    assert kept.calls == []


def test_an_error_of_the_service_is_one_line_and_1(run: Run, kept: Fake) -> None:
    ran = run("get-call-recording", "1", "c-1", "other")
    assert (ran.status, ran.out) == (1, b"")
    assert ran.err.startswith("bandwidth-recordings: GET ")
    assert "404 Not Found" in ran.err
    assert ran.err.count("\n") == 1


def test_an_error_cannot_steer_the_terminal(run: Run, kept: Fake) -> None:
    body = b'{"description": "\\u001b]0;title\\u0007"}'
    kept.fail("get_call_recording", status=400, body=body)
    ran = run("get-call-recording", *IDS)
    assert ran.status == 1
    assert "\x1b" not in ran.err
    assert "title" in ran.err


def test_no_server_is_one_line_and_1(run: Run, fake: Fake) -> None:
    ran = run("--base-url=http://127.0.0.1:9/api", "--max-retries=0", "get-call-recording", *IDS)
    assert ran.status == 1
    assert "the connection was not made" in ran.err
    assert ran.err.count("\n") == 1


def test_missing_credentials_are_told_by_their_variables(
    run: Run, kept: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BANDWIDTH_PASSWORD")
    ran = run("get-call-recording", *IDS)
    assert ran.status == 2
    assert "BANDWIDTH_PASSWORD" in ran.err


def test_credentials_are_never_printed(run: Run, kept: Fake) -> None:
    kept.fail("get_call_recording", status=401, times=None)
    ran = run("-vv", "get-call-recording", *IDS)
    assert ran.status == 1
    assert "DEBUG" in ran.err
    for secret in (USER, PASSWORD, "dXNlci1v"):
        assert secret not in ran.err + ran.out.decode()


def test_retries_are_told_with_verbose(run: Run, kept: Fake) -> None:
    kept.fail("get_call_recording", status=503, headers={"Retry-After": "0"})
    ran = run("--verbose", "get-call-recording", *IDS)
    assert ran.status == 0
    assert "INFO" in ran.err


def test_headers_and_query_parameters_can_be_added(run: Run, kept: Fake) -> None:
    with FaultServer() as server:
        added = ("--header", "X-Mine: a: b", "--query", "a=1", "--query", "a=2")
        assert run("get-call-recording", *IDS, "--base-url", server.url, *added).status == 0
    (request,) = server.requests
    assert request.headers["x-mine"] == "a: b"
    assert request.target.endswith("?a=1&a=2")


def test_a_download_is_saved_under_the_name_of_the_service(
    run: Run, kept: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("download", *IDS)
    assert (ran.status, ran.err) == (0, "")
    (saved,) = tmp_path.iterdir()
    assert ran.out.decode().strip() == saved.name
    assert saved.read_bytes() == MEDIA


def test_a_download_is_shown_on_a_terminal_and_not_in_the_output(
    kept: Fake, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "bandwidth_recordings", "download", *IDS, "-o", "call.wav"]
    for options, shown in (([], True), (["--quiet"], False)):
        terminal, inside = pty.openpty()
        try:
            ran = subprocess.run(
                [*command, *options],
                stdout=subprocess.PIPE,
                stderr=inside,
                cwd=tmp_path,
                env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
                timeout=60,
            )
            os.write(inside, b"end")
            told = os.read(terminal, 100_000)
        finally:
            os.close(terminal)
            os.close(inside)
        assert (ran.returncode, ran.stdout) == (0, b"call.wav\n")
        assert (b"r-1.wav" in told) is shown


def test_a_download_goes_where_output_says(run: Run, kept: Fake, tmp_path: Path) -> None:
    assert run("download-call-recording", *IDS, "-o", f"{tmp_path}/call.wav").status == 0
    assert (tmp_path / "call.wav").read_bytes() == MEDIA
    assert run("download", *IDS, "--output", "-").out == MEDIA
    assert run("download", *IDS, "--output", "/nowhere/call.wav").status == 1


def test_a_broken_download_leaves_nothing(run: Run, kept: Fake, tmp_path: Path) -> None:
    kept.fail("download_call_recording", truncate=100, times=None)
    ran = run("--max-retries=0", "download", *IDS, "-o", f"{tmp_path}/call.wav")
    assert ran.status == 1
    assert ran.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_answer_can_be_written_to_a_file(run: Run, kept: Fake, tmp_path: Path) -> None:
    assert run("get-call-recording", *IDS, "-o", f"{tmp_path}/a.json").out == b""
    assert json.loads((tmp_path / "a.json").read_bytes())["recordingId"] == "r-1"


def test_something_is_waited_for(run: Run, kept: Fake) -> None:
    run("transcribe-call-recording", *IDS)
    ran = run("wait-for-transcription", *IDS, "--poll-interval", "0.01")
    assert ran.status == 0
    assert json.loads(ran.out)["transcription"]["status"] == "available"
    kept.fail(status=503, times=None)
    late = run(
        "wait-for-transcription", *IDS, "--poll-interval=0.01", "--deadline=0.05", "--max-retries=0"
    )
    assert late.status == 1


def test_a_shell_can_complete_the_command() -> None:
    words = {"COMP_WORDS": "bandwidth-recordings get-call-recording --rec", "COMP_CWORD": "2"}
    run = subprocess.run(
        [Path(sys.executable).with_name("bandwidth-recordings")],
        env={**os.environ, **words, "_BANDWIDTH_RECORDINGS_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (0, "plain,--recording-id\n")


def test_the_module_is_the_command(kept: Fake) -> None:
    command = [sys.executable, "-m", "bandwidth_recordings", "get-call-recording", *IDS]
    ran = subprocess.run(command, capture_output=True, timeout=60)
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["recordingId"] == "r-1"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_is_no_error(fake: Fake, unbuffered: str) -> None:
    for _ in range(900):
        fake.add(CallRecordingMetadata(account_id="1", application_id="a" * 500))
    command = [sys.executable, "-m", "bandwidth_recordings", "list-account-call-recordings", "1"]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as program:
        assert program.stdout is not None
        program.stdout.readline()
        program.stdout.close()
        assert program.stderr is not None
        assert program.stderr.read() == b""
    assert program.returncode == 141


def test_without_the_extra_the_command_says_what_to_install() -> None:
    probe = (
        "import sys; sys.modules['click'] = None\n"
        "from bandwidth_recordings.cli import main\n"
        "sys.exit(main())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ},
    )
    assert ran.returncode == 1
    assert ran.stderr.strip().endswith("pip install 'bandwidth-recordings[cli]'")
    assert ran.stderr.count("\n") == 1


def test_nothing_of_the_command_is_imported_with_the_package() -> None:
    probe = (
        "import sys, bandwidth_recordings as package; package.Client; package.RecordingsApi\n"
        "assert not {'click', 'rich'} & set(sys.modules)\n"
        "assert not any('.cli.' in name or '.export.' in name for name in sys.modules if name.startswith(package.__name__))"
    )
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
