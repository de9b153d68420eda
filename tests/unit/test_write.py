"""What a run does to its output, and what a killed or failed run leaves of it."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from clientsmith.paths import CHANGELOG, MANIFEST, RECORD
from clientsmith.write import OutputError, plan, write
from clientsmith.write.atomic import at_once, swap
from clientsmith.write.atomic.exchange import exchange
from clientsmith.write.changelog import Changelog
from clientsmith.write.manifest import Manifest

NOBODY = 65534
RUN = Manifest(
    clientsmith="1.0.0",
    tools={"black": "26.1.0"},
    spec="openapi.yaml",
    options={},
    inputs={"openapi.yaml": "0" * 64, "parts/cart.yaml": "1" * 64},
)
OLD = {
    "pyproject.toml": "old project\n",
    "src/shop/__init__.py": "old\n",
    "src/shop/api/cart.py": "cart\n",
    "src/shop/api/gone.py": "gone\n",
    "src/shop/vanishing/only.py": "only\n",
}
NEW = {
    "pyproject.toml": "new project\n",
    "src/shop/__init__.py": "new\n",
    "src/shop/api/cart.py": "cart\n",
    "src/shop/api/order.py": "order\n",
    "src/shop/models/order.py": "model\n",
}

needs_exchange = pytest.mark.skipif(
    sys.platform not in ("linux", "darwin"), reason="folders cannot be exchanged here"
)


def tree(folder: Path) -> dict[str, str]:
    """Return everything in a folder: content of files, targets of links, and the folders."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        else:
            found[name] = "folder" if path.is_dir() else path.read_text()
    return found


def times(folder: Path) -> dict[str, tuple[int, int]]:
    status = {each: each.lstat() for each in (folder.parent, folder, *folder.rglob("*"))}
    return {str(each): (found.st_mtime_ns, found.st_ino) for each, found in status.items()}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: no test takes the power away."""
    monkeypatch.setattr(os, "fsync", int)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "work" / "shop"


@pytest.fixture
def public() -> Iterator[Path]:
    """Return a folder that every user can reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def refused(action: Callable[[], object]) -> str:
    """Return the message and hint with which an action is refused."""
    with pytest.raises(OutputError) as error:
        action()
    (diagnostic,) = error.value.diagnostics
    assert error.value.exit_status == 2
    return f"{diagnostic.message}\n{diagnostic.hint}"


# What happens to each file


def test_a_first_run_writes_every_file_and_the_manifest(output: Path) -> None:
    done = write(output, OLD, RUN)
    assert done.written == (MANIFEST, *sorted(OLD))
    assert {path: (output / path).read_text() for path in OLD} == OLD
    assert sorted(json.loads((output / MANIFEST).read_text())["files"]) == sorted(OLD)
    assert os.listdir(output.parent) == ["shop"]


def test_a_second_run_writes_removes_and_leaves_what_it_should(output: Path) -> None:
    write(output, OLD, RUN)
    done = write(output, NEW, RUN)
    assert done.written == (
        MANIFEST,
        "pyproject.toml",
        "src/shop/__init__.py",
        "src/shop/api/order.py",
        "src/shop/models/order.py",
    )
    assert done.unchanged == ("src/shop/api/cart.py",)
    assert done.removed == ("src/shop/api/gone.py", "src/shop/vanishing/only.py")
    assert {path for path, text in tree(output).items() if text != "folder"} == {MANIFEST, *NEW}


def test_a_folder_that_is_empty_after_a_removal_goes_too(output: Path) -> None:
    write(output, OLD, RUN)
    (output / "src/shop/empty").mkdir()
    write(output, NEW, RUN)
    assert not (output / "src/shop/vanishing").exists()
    assert (output / "src/shop/empty").is_dir()


def test_a_run_that_changes_nothing_touches_nothing(output: Path) -> None:
    write(output, OLD, RUN)
    before = times(output)
    done = write(output, OLD, RUN)
    assert done.written == done.removed == done.kept == ()
    assert times(output) == before


@needs_exchange
def test_an_unchanged_file_keeps_its_time_when_others_change(output: Path) -> None:
    write(output, OLD, RUN)
    before = times(output)[str(output / "src/shop/api/cart.py")]
    write(output, NEW, RUN)
    assert times(output)[str(output / "src/shop/api/cart.py")] == before


def test_planning_writes_nothing(output: Path) -> None:
    assert plan(output, OLD, RUN).written == (MANIFEST, *sorted(OLD))
    assert not output.parent.exists()


def test_a_deleted_file_is_written_again(output: Path) -> None:
    write(output, OLD, RUN)
    (output / "pyproject.toml").unlink()
    assert write(output, OLD, RUN).written == ("pyproject.toml",)


def test_the_same_run_gives_the_same_bytes_elsewhere(output: Path, tmp_path: Path) -> None:
    write(output, OLD, RUN)
    write(output, NEW, RUN)
    other = replace(RUN, inputs=dict(sorted(RUN.inputs.items(), reverse=True)))
    write(tmp_path / "second", dict(reversed(NEW.items())), other)
    assert tree(output) == tree(tmp_path / "second")


# Files that were edited


def test_an_edited_file_is_kept_and_reported_until_forced(output: Path) -> None:
    write(output, OLD, RUN)
    edited = output / "pyproject.toml"
    edited.write_text("mine\n")
    for _ in range(2):
        done = write(output, NEW, RUN)
        assert done.kept == ("pyproject.toml",)
        assert edited.read_text() == "mine\n"
    done = write(output, NEW, RUN, force=True)
    assert done.written == (MANIFEST, "pyproject.toml")
    assert edited.read_text() == NEW["pyproject.toml"]


def test_an_edited_file_that_is_no_longer_called_for_is_kept_until_forced(output: Path) -> None:
    write(output, OLD, RUN)
    edited = output / "src/shop/api/gone.py"
    edited.write_text("mine\n")
    for _ in range(2):
        assert write(output, NEW, RUN).kept == ("src/shop/api/gone.py",)
    assert write(output, NEW, RUN, force=True).removed == ("src/shop/api/gone.py",)
    assert not edited.exists()


def test_an_edit_that_is_what_the_run_gives_is_no_edit(output: Path) -> None:
    write(output, OLD, RUN)
    (output / "pyproject.toml").write_text(NEW["pyproject.toml"])
    done = write(output, NEW, RUN)
    assert done.kept == ()
    assert "pyproject.toml" in done.unchanged


def test_a_link_in_the_place_of_a_file_is_an_edit_and_is_never_written_through(
    output: Path, tmp_path: Path
) -> None:
    write(output, OLD, RUN)
    outside = tmp_path / "outside"
    outside.write_text("outside\n")
    (output / "pyproject.toml").unlink()
    (output / "pyproject.toml").symlink_to(outside)
    assert write(output, NEW, RUN).kept == ("pyproject.toml",)
    write(output, NEW, RUN, force=True)
    assert outside.read_text() == "outside\n"
    assert not (output / "pyproject.toml").is_symlink()


def test_line_breaks_of_the_platform_are_no_edit(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(output, OLD, RUN)
    monkeypatch.setattr(os, "linesep", "\r\n")
    for path in OLD:
        (output / path).write_bytes(OLD[path].replace("\n", "\r\n").encode())
    assert write(output, OLD, RUN).written == ()
    assert "pyproject.toml" in write(output, NEW, RUN).written


# Files of other people


def test_other_files_and_links_stay_as_they_are(output: Path) -> None:
    write(output, OLD, RUN)
    script = output / "src/shop/api/mine.sh"
    script.write_text("mine\n")
    script.chmod(0o750)
    (output / "link").symlink_to("src/shop")
    (output / "broken").symlink_to("nowhere")
    (output / "secret").mkdir(mode=0o700)
    os.utime(output / "secret", ns=(10**18, 10**18))
    before = script.stat()
    write(output, NEW, RUN)
    after = script.stat()
    assert (after.st_ino, after.st_mode, after.st_mtime_ns, after.st_nlink) == (
        before.st_ino,
        before.st_mode,
        before.st_mtime_ns,
        before.st_nlink,
    )
    assert tree(output)["link"] == "-> src/shop"
    assert tree(output)["broken"] == "-> nowhere"
    assert stat.S_IMODE((output / "secret").stat().st_mode) == 0o700
    assert (output / "secret").stat().st_mtime_ns == 10**18


def test_a_file_that_is_rewritten_keeps_its_mode(output: Path) -> None:
    write(output, OLD, RUN)
    (output / "pyproject.toml").chmod(0o640)
    write(output, NEW, RUN)
    assert stat.S_IMODE((output / "pyproject.toml").stat().st_mode) == 0o640


@pytest.mark.parametrize("force", [False, True])
def test_a_run_is_refused_where_other_files_stand_in_the_way(output: Path, force: bool) -> None:
    (output / "src/shop").mkdir(parents=True)
    (output / "pyproject.toml").write_text("mine\n")
    (output / "src/shop/__init__.py").write_text("mine\n")
    before = tree(output)
    message = refused(lambda: write(output, NEW, RUN, force=force))
    assert "'pyproject.toml', 'src/shop/__init__.py'" in message
    assert tree(output) == before


def test_a_file_that_is_already_right_is_taken_over(output: Path) -> None:
    output.mkdir(parents=True)
    (output / "pyproject.toml").write_text(OLD["pyproject.toml"])
    assert "pyproject.toml" in write(output, OLD, RUN).unchanged
    assert "pyproject.toml" in write(output, NEW, RUN).written


def test_a_folder_in_the_place_of_a_file_is_refused(output: Path) -> None:
    (output / "pyproject.toml").mkdir(parents=True)
    (output / "pyproject.toml" / "mine").touch()
    assert "'pyproject.toml'" in refused(lambda: write(output, NEW, RUN))


def test_a_file_in_the_place_of_a_folder_is_refused(output: Path) -> None:
    output.mkdir(parents=True)
    (output / "src").write_text("mine\n")
    assert "'src'" in refused(lambda: write(output, NEW, RUN))


@pytest.mark.parametrize("force", [False, True])
def test_a_linked_folder_is_never_written_through(
    output: Path, tmp_path: Path, force: bool
) -> None:
    write(output, OLD, RUN)
    (output / "src").rename(tmp_path / "elsewhere")
    (output / "src").symlink_to(tmp_path / "elsewhere")
    before = tree(tmp_path)
    assert "'src'" in refused(lambda: write(output, NEW, RUN, force=force))
    assert tree(tmp_path) == before


def test_a_module_may_become_a_package_and_a_package_a_module(output: Path) -> None:
    module = {"src/api.py": "module\n", "src/models": "a file\n"}
    package = {"src/api.py/__init__.py": "package\n", "src/models/__init__.py": "a package\n"}
    for way in (module, package, module):
        write(output, way, RUN)
        assert {path for path, text in tree(output).items() if text != "folder"} == {MANIFEST, *way}


# The output folder


def test_an_output_that_is_a_file_is_refused(output: Path) -> None:
    output.parent.mkdir()
    output.write_text("mine\n")
    assert "is a file" in refused(lambda: write(output, NEW, RUN))
    assert output.read_text() == "mine\n"


def test_an_output_below_a_file_is_refused(output: Path) -> None:
    output.parent.write_text("mine\n")
    assert "work, is a file" in refused(lambda: write(output, NEW, RUN))


def test_an_output_that_is_a_link_to_a_folder_stays_one(output: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    output.parent.mkdir()
    output.symlink_to(tmp_path / "real")
    write(output, OLD, RUN)
    write(output, NEW, RUN)
    assert output.is_symlink()
    assert (tmp_path / "real/pyproject.toml").read_text() == NEW["pyproject.toml"]


@pytest.mark.parametrize("place", ["work", "git"])
def test_an_output_that_cannot_be_exchanged_is_written_file_by_file(
    output: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(output, OLD, RUN)
    if place == "git":
        (output / ".git").mkdir()
    else:
        monkeypatch.chdir(output / "src")
    number = output.stat().st_ino
    write(output, NEW, RUN)
    assert output.stat().st_ino == number
    files = {path for path, text in tree(output).items() if text != "folder"}
    assert files == {MANIFEST, *NEW}
    assert not (output / "src/shop/vanishing").exists()
    assert os.listdir(output.parent) == ["shop"]


@pytest.mark.parametrize("number", [errno.EPERM, errno.EXDEV, errno.EMLINK])
def test_an_output_whose_files_cannot_be_linked_is_written_file_by_file(
    output: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    write(output, OLD, RUN)

    def refusing(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refusing)
    write(output, NEW, RUN)
    assert {path: (output / path).read_text() for path in NEW} == NEW
    assert os.listdir(output.parent) == ["shop"]


@needs_exchange
@pytest.mark.parametrize("number", [errno.EBUSY, errno.EINVAL, errno.ENOSYS])
def test_an_output_whose_file_system_cannot_exchange_is_written_file_by_file(
    output: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    write(output, OLD, RUN)

    def refusing(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(swap, "exchange", refusing)
    write(output, NEW, RUN)
    assert {path: (output / path).read_text() for path in NEW} == NEW
    assert os.listdir(output.parent) == ["shop"]


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../outside",
        "src/../../outside",
        "src//double",
        "./here",
        "",
        "src/",
        "src/aux.py",
        "NUL",
        "what?",
        "a\\b",
        "C:file",
        "end.",
        "null\0",
        "\udcff",
        "x" * 256,
    ],
)
def test_a_path_that_is_no_file_of_the_output_is_refused(output: Path, path: str) -> None:
    assert "cannot be an output file" in refused(lambda: write(output, {path: ""}, RUN))
    assert not output.exists()


@pytest.mark.parametrize(
    ("first", "second"), [("A.py", "a.py"), ("Api/a", "api/b"), ("caf\u00e9", "cafe\u0301")]
)
def test_paths_that_are_one_file_on_some_systems_are_refused(
    output: Path, first: str, second: str
) -> None:
    message = refused(lambda: write(output, {first: "", second: ""}, RUN))
    assert "the same file on some systems" in message


def test_a_path_cannot_be_a_file_and_a_folder(output: Path) -> None:
    assert "both a file and a folder" in refused(lambda: write(output, {"a": "", "a/b": ""}, RUN))


# The manifest


@pytest.mark.parametrize("last", ["ours", "theirs"])
def test_a_manifest_with_both_sides_of_a_merge_is_understood(output: Path, last: str) -> None:
    write(output, OLD, RUN)
    ours = (output / MANIFEST).read_text()
    write(output, OLD | {"pyproject.toml": "theirs\n"}, RUN)
    theirs = (output / MANIFEST).read_text()
    if last == "ours":
        write(output, OLD, RUN)
    (output / MANIFEST).write_text(f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n")
    done = write(output, NEW, RUN)
    assert done.kept == ()
    assert done.removed == ("src/shop/api/gone.py", "src/shop/vanishing/only.py")


@pytest.mark.parametrize("text", ["", "{", "not JSON", "\0\0\0", "[" * 100_000])
def test_a_manifest_that_says_nothing_owns_nothing(output: Path, text: str) -> None:
    write(output, OLD, RUN)
    (output / MANIFEST).write_text(text)
    assert "'pyproject.toml'" in refused(lambda: write(output, NEW, RUN))
    assert write(output, OLD, RUN).written == (MANIFEST,)


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": 1}', '"text"', '{"clientsmith": 1}'])
def test_json_that_is_no_manifest_is_not_overwritten(output: Path, text: str) -> None:
    output.mkdir(parents=True)
    (output / MANIFEST).write_text(text)
    assert "not a manifest of clientsmith" in refused(lambda: write(output, NEW, RUN, force=True))
    assert (output / MANIFEST).read_text() == text


def test_a_manifest_of_a_later_format_is_refused(output: Path) -> None:
    write(output, OLD, RUN)
    record = json.loads((output / MANIFEST).read_text())
    (output / MANIFEST).write_text(json.dumps(record | {"format": 2}))
    assert "format 2" in refused(lambda: write(output, NEW, RUN))


@pytest.mark.parametrize("outside", ["../../outside", "src/../../../outside"])
def test_a_manifest_cannot_name_a_file_outside(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outside: str
) -> None:
    monkeypatch.setattr(swap, "possible", never)
    write(output, OLD, RUN)
    (tmp_path / "outside").write_text("gone\n")
    record = json.loads((output / MANIFEST).read_text())
    record["files"][outside] = record["files"]["src/shop/api/gone.py"]
    (output / MANIFEST).write_text(json.dumps(record))
    write(output, NEW, RUN, force=True)
    assert (tmp_path / "outside").read_text() == "gone\n"


# Killed, full, and two at once

Changing = Callable[..., Any]
ENTRIES = ("chmod", "fchmod", "fsync", "link", "mkdir", "open", "rename", "replace", "rmdir")
CHANGES = (*ENTRIES, "unlink", "utime", "write")


def started(action: Callable[[], object]) -> tuple[int, int]:
    """Run an action in a process of its own; return its number, and where its error can be read."""
    reader, writer = os.pipe()
    send, leave = os.write, os._exit
    process = os.fork()
    if process == 0:
        try:
            action()
        except BaseException as error:
            send(writer, str(error).encode())
            leave(1)
        leave(0)
    os.close(writer)
    return process, reader


def ended(run: tuple[int, int]) -> tuple[int, str]:
    """Wait for a process; return its exit status, or the negative number of what killed it, and its error."""
    process, reader = run
    with os.fdopen(reader) as answer:
        message = answer.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), message


def forked(action: Callable[[], object]) -> tuple[int, str]:
    return ended(started(action))


def killed_before(change: int, action: Callable[[], object]) -> tuple[int, str]:
    """Run an action in a process that kills itself before its nth change, or in the middle of it if that is a write."""

    def doomed() -> None:
        count = change

        def counted(name: str, call: Changing) -> Changing:
            def wrapper(*arguments: Any, **keywords: Any) -> Any:
                nonlocal count
                count -= 1
                if count == 0:
                    if name == "write":
                        call(arguments[0], bytes(arguments[1])[:2])
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments, **keywords)

            return wrapper

        patch = pytest.MonkeyPatch()
        for name in CHANGES:
            patch.setattr(os, name, counted(name, getattr(os, name)))
        patch.setattr(swap, "exchange", counted("exchange", exchange))
        action()

    return forked(doomed)


def by_nobody(action: Callable[[], object]) -> tuple[int, str]:
    """Run an action in a process that is not the administrator's."""

    def demoted() -> None:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        action()

    return forked(demoted)


def never(_folder: Path) -> bool:
    return False


def file_by_file(action: Callable[[], object]) -> Callable[[], object]:
    def without_exchange() -> None:
        pytest.MonkeyPatch().setattr(swap, "possible", never)
        action()

    return without_exchange


RELEASED = Changelog("1.0.0", "", "## 1.0.0\n\nThe first.\n", None)
CHANGED = replace(RELEASED, entry="## 1.1.0\n\n- order is new\n")


def earlier(output: Path) -> None:
    """Write what was released last: its record and its changelog, too."""
    write(output, {**OLD, RECORD: '{"version": "1.0.0"}\n'}, RUN, RELEASED)


def later(output: Path) -> None:
    """Write what comes after that."""
    write(output, {**NEW, RECORD: '{"version": "1.0.0", "since": "0"}\n'}, RUN, CHANGED)


def someone_elses(output: Path) -> None:
    (output / "src/shop/api/mine.py").write_text("mine\n")
    (output / "src/shop/extras").mkdir()
    (output / "src/shop/extras/__init__.py").write_text("by hand\n")
    if (output / CHANGELOG).exists():
        (output / CHANGELOG).write_text((output / CHANGELOG).read_text() + "Our own words.\n")
    (output / "docs/deep").mkdir(parents=True)
    (output / "docs/deep/page").write_text("page\n")
    (output / "link").symlink_to("docs")


def reference(folder: Path) -> dict[str, str]:
    """Return what an output of `later` holds that was one of `earlier`, with the files of `someone_elses`."""
    earlier(folder)
    someone_elses(folder)
    later(folder)
    found = tree(folder)
    assert "Our own words.\n" in found[CHANGELOG]
    assert "- order is new\n" in found[CHANGELOG]
    assert found["src/shop/extras/__init__.py"] == "by hand\n"
    return found


@needs_exchange
@pytest.mark.parametrize("first", [False, True])
def test_an_output_is_whole_wherever_a_run_is_killed(
    output: Path, tmp_path: Path, first: bool
) -> None:
    if first:
        later(tmp_path / "new")
        new = tree(tmp_path / "new")
    else:
        new = reference(tmp_path / "new")
    seen: list[str] = []
    for change in count(1):
        shutil.rmtree(output.parent, ignore_errors=True)
        if not first:
            earlier(output)
            someone_elses(output)
        old = tree(output)
        status, message = killed_before(change, lambda: later(output))
        left = tree(output)
        assert left in (old, new), f"killed before change {change}"
        seen.append("old" if left == old else "new")
        if status == 0:
            break
        assert status == -signal.SIGKILL, message
        later(output)
        assert tree(output) == new, f"repaired after change {change}"
        assert os.listdir(output.parent) == ["shop"], f"cleaned after change {change}"
    assert seen == sorted(seen, reverse=True)
    assert seen.count("old") > 30
    assert seen.count("new") > (1 if first else 20)


def test_a_run_that_cannot_exchange_folders_is_completed_by_the_next(
    output: Path, tmp_path: Path
) -> None:
    new = reference(tmp_path / "new")
    untouched = 0
    for change in count(1):
        shutil.rmtree(output.parent, ignore_errors=True)
        earlier(output)
        someone_elses(output)
        old = tree(output)
        status, message = killed_before(change, file_by_file(lambda: later(output)))
        untouched += tree(output) == old
        if status == 0:
            break
        assert status == -signal.SIGKILL, message
        later(output)
        assert tree(output) == new, f"repaired after change {change}"
        assert os.listdir(output.parent) == ["shop"], f"cleaned after change {change}"
    assert untouched > 20


def test_a_file_saved_between_a_kill_and_the_next_run_is_kept(output: Path) -> None:
    write(output, OLD, RUN)
    for change in count(1):
        killed_before(change, file_by_file(lambda: write(output, NEW, RUN)))
        if (output.parent / ".shop.clientsmith/record.json").exists():
            break
    assert (output / "pyproject.toml").read_text() == OLD["pyproject.toml"]
    (output / "pyproject.toml").write_text("mine\n")
    assert write(output, NEW, RUN).kept == ("pyproject.toml",)
    assert (output / "pyproject.toml").read_text() == "mine\n"
    assert (output / "src/shop/api/order.py").read_text() == "order\n"


@needs_exchange
def test_what_is_saved_in_the_output_during_a_run_is_kept(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(output, OLD, RUN)
    someone_elses(output)

    def late(first: Path, second: Path) -> None:
        (output / "pyproject.toml").write_text("mine\n")
        (output / "new-file").write_text("mine\n")
        (output / "docs/saved").write_text("mine\n")
        (output / "docs/saved").replace(output / "docs/deep/page")
        (output / "src/shop/vanishing/draft").write_text("mine\n")
        exchange(first, second)

    monkeypatch.setattr(swap, "exchange", late)
    write(output, NEW, RUN)
    for path in ("pyproject.toml", "new-file", "docs/deep/page", "src/shop/vanishing/draft"):
        assert (output / path).read_text() == "mine\n"
    assert (output / "src/shop/api/order.py").read_text() == "order\n"
    assert os.listdir(output.parent) == ["shop"]


@pytest.mark.parametrize("way", ["folders exchanged", "file by file"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_changes_nothing_and_says_so(
    output: Path, way: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier(output)
    someone_elses(output)
    old = tree(output)
    if way == "file by file":
        monkeypatch.setattr(swap, "possible", never)
    real, refusals = os.write, 0
    for failing in count(1):
        left = failing

        def write_until_full(descriptor: int, content: bytes) -> int:
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(number, os.strerror(number))
            return real(descriptor, content)

        monkeypatch.setattr(os, "write", write_until_full)
        try:
            later(output)
            break
        except OutputError as error:
            refusals += "there is no space left" in str(error)
        assert tree(output) == old
        assert os.listdir(output.parent) == ["shop"]
    # All but the unchanged file; the record of the release, the changelog, the manifest and the journal.
    assert refusals == len(NEW) - 1 + 4


def test_a_file_that_the_system_does_not_allow_changes_nothing(output: Path) -> None:
    write(output, OLD, RUN)
    old = tree(output)

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
        write(output, NEW, RUN)

    status, message = forked(limited)
    assert status == 1
    assert "nothing was changed" in message
    assert tree(output) == old
    assert os.listdir(output.parent) == ["shop"]


def test_an_output_that_is_not_writable_is_refused(public: Path) -> None:
    write(public / "shop", OLD, RUN)
    before = tree(public / "shop")
    for folder in (public / "shop", public):
        folder.chmod(0o555)
    status, message = by_nobody(lambda: write(public / "shop", NEW, RUN))
    public.chmod(0o755)
    assert status == 1
    assert "not writable" in message
    assert tree(public / "shop") == before


@pytest.mark.parametrize("folder", [".", "src/shop/api"])
def test_an_output_with_a_folder_that_is_not_writable_is_not_begun(
    public: Path, folder: str
) -> None:
    output = public / "shop"
    write(output, OLD, RUN)
    before = tree(output)
    if os.geteuid() == 0:
        os.chown(public, NOBODY, NOBODY)  # and the output is somebody else's
    (output / folder).chmod(0o555)
    status, message = by_nobody(lambda: write(output, NEW, RUN))
    assert status == 1
    assert "is not writable: Permission denied; nothing was changed" in message
    assert tree(output) == before
    assert os.listdir(public) == ["shop"]


def test_a_file_that_cannot_be_read_is_said_to_be_that(public: Path) -> None:
    write(public / "shop", OLD, RUN)
    (public / "shop" / "pyproject.toml").chmod(0)
    status, message = by_nobody(lambda: write(public / "shop", NEW, RUN))
    assert status == 1
    assert "shop/pyproject.toml is not readable: Permission denied; nothing was changed" in message


def test_an_output_is_written_where_its_parent_is_not_writable(public: Path) -> None:
    write(public / "shop", OLD, RUN)
    for folder in (public / "shop", *(public / "shop").rglob("*")):
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
    public.chmod(0o555)
    status, message = by_nobody(lambda: write(public / "shop", NEW, RUN))
    public.chmod(0o755)
    assert status == 0, message
    files = {path for path, text in tree(public / "shop").items() if text != "folder"}
    assert files == {MANIFEST, *NEW}


def test_two_runs_at_once_come_one_after_the_other(output: Path) -> None:
    write(output, OLD, RUN)

    def many_runs(name: str) -> None:
        for text in range(40):
            files = {f"src/{number}.py": f"{name} {text}\n" for number in range(5)}
            write(output, files, RUN)

    runs = [started(partial(many_runs, name)) for name in ("first", "second")]
    for run in runs:
        status, message = ended(run)
        assert status == 0, message
    texts = {(output / f"src/{number}.py").read_text() for number in range(5)}
    assert len(texts) == 1
    assert plan(output, OLD, RUN).kept == ()
    assert os.listdir(output.parent) == ["shop"]


def test_a_run_says_that_it_waits_and_gives_up(output: Path) -> None:
    write(output, OLD, RUN)
    told: list[str] = []
    with at_once(output, patience=0, waiting=lambda: None):
        status, message = forked(
            lambda: write(output, NEW, RUN, waiting=lambda: told.append("waiting"), patience=0.2)
        )
        assert status == 1
        assert "another run has been writing" in message
    assert "pyproject.toml" in write(output, NEW, RUN).written


def test_a_run_says_that_it_waits_once(output: Path) -> None:
    write(output, OLD, RUN)
    told: list[str] = []
    with at_once(output, patience=0, waiting=lambda: None):
        refused(lambda: write(output, NEW, RUN, waiting=lambda: told.append("it"), patience=0.2))
    assert told == ["it"]


def test_a_lock_that_its_holder_has_removed_is_not_enough(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(output, OLD, RUN)
    lock = output.parent / ".shop.clientsmith/lock"
    acquired: list[int] = []

    def acquire(descriptor: int) -> None:
        if not acquired:
            lock.unlink()
        acquired.append(os.fstat(descriptor).st_ino)

    monkeypatch.setattr("clientsmith.write.atomic.lock._acquire", acquire)
    with at_once(output, patience=5, waiting=lambda: None):
        assert lock.stat().st_ino == acquired[-1]
    assert len(acquired) == 2


def test_a_workplace_of_somebody_else_is_refused(output: Path, tmp_path: Path) -> None:
    write(output, OLD, RUN)
    (output.parent / ".shop.clientsmith").symlink_to(tmp_path)
    assert "was not made by this user" in refused(lambda: write(output, NEW, RUN))
