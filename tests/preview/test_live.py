"""What the preview shows while files are being edited."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

from clientsmith.config import load
from clientsmith.preview.live import Live
from clientsmith.preview.picture import Picture

from .conftest import DOCUMENT, METHOD, TEMPLATE, Preview, project

ANIMALS = "src/zoo/api/animals.py"


def test_a_change_of_a_template_is_shown(preview: Preview) -> None:
    before = preview.live.picture.version
    picture = preview.write(TEMPLATE, METHOD.replace("calling", "hello"))
    assert picture["version"] > before
    assert any('print("hello")' in line for line in preview.lines("output", ANIMALS))
    preview.write(TEMPLATE, METHOD)


def test_a_change_of_the_document_and_of_what_it_refers_to_is_shown(preview: Preview) -> None:
    preview.write("zoo.yaml", DOCUMENT.replace("List the", "Name all"))
    assert any("Name all" in line for line in preview.lines("output", ANIMALS))
    preview.write("zoo.yaml", DOCUMENT)
    parts = (preview.root / "parts.yaml").read_text()
    preview.write("parts.yaml", parts.replace("it is called", "people call it"))
    lines = preview.lines("output", "src/zoo/models/animal.py")
    assert any("What people call it." in line for line in lines)
    preview.write("parts.yaml", parts)


def test_a_template_that_fails_is_told_with_its_place_and_mended(preview: Preview) -> None:
    broken = METHOD.replace('"calling"', "{{ operation.sumary | literal }}")
    picture = preview.write(TEMPLATE, broken)
    finding = picture["findings"][0]
    file = preview.name("template", TEMPLATE)
    assert (finding["severity"], finding["place"]) == ("error", ["template", file, 3])
    assert "did you mean summary?" in finding["text"]
    assert "did you mean summary?" in preview.get("lines", kind="output", file=ANIMALS)["problem"]
    assert preview.lines("output", "src/zoo/models/animal.py")
    assert preview.write(TEMPLATE, METHOD)["findings"] == []
    assert any("calling" in line for line in preview.lines("output", ANIMALS))


def test_output_that_is_not_python_is_told_with_the_line_of_the_template(preview: Preview) -> None:
    picture = preview.write(TEMPLATE, METHOD.replace("print(", "print(("))
    finding = picture["findings"][0]
    assert finding["place"][0::2] == ["template", 3]
    assert "not valid Python" in finding["text"]
    assert preview.write(TEMPLATE, METHOD)["findings"] == []


def test_the_last_output_stays_while_the_document_is_half_saved(preview: Preview) -> None:
    before = preview.lines("output", ANIMALS)
    picture = preview.write("zoo.yaml", DOCUMENT[:200] + "\n  /animals: {")
    assert not picture["current"]
    assert picture["findings"][0]["place"][0] == "document"
    assert preview.lines("output", ANIMALS) == before
    file = preview.name("document", "zoo.yaml")
    assert preview.lines("document", file)[-1] == "  /animals: {"
    picture = preview.write("zoo.yaml", DOCUMENT)
    assert picture["current"]
    assert picture["findings"] == []


def test_a_configuration_that_is_wrong_for_a_while_is_told(preview: Preview) -> None:
    text = (preview.root / "clientsmith.toml").read_text()
    picture = preview.write("clientsmith.toml", text + "nope = 1\n")
    assert "there is no key 'nope'" in picture["findings"][0]["text"]
    assert preview.write("clientsmith.toml", text)["current"]


def test_a_template_that_is_added_and_one_that_is_removed_are_seen(preview: Preview) -> None:
    picture = preview.write("templates/NOTICE", "Ours.\n")
    assert ["NOTICE", "NOTICE"] in picture["files"]["output"]
    count = len(preview.told)
    (preview.root / "templates/NOTICE").unlink()
    version = picture["version"]
    while len(preview.told) == count:
        version = preview.live.after(version, 1).version
    assert ["NOTICE", "NOTICE"] not in preview.get("picture", after=0)["files"]["output"]


def test_a_change_of_a_file_that_was_only_just_found_is_seen(tmp_path: Path) -> None:
    root = project(tmp_path)
    parts = root / "inner" / "parts.yaml"
    parts.parent.mkdir()
    (root / "parts.yaml").rename(parts)
    (root / "zoo.yaml").write_text(DOCUMENT.replace("parts.yaml", "inner/parts.yaml"))
    told: list[int] = []

    def tell(picture: Picture, _: float) -> None:
        told.append(picture.version)
        if len(told) == 1:
            parts.write_text(parts.read_text() + "# more\n")
        else:
            live.end()

    live = Live(lambda: load(root), tell)
    thread = Thread(target=live.run, daemon=True)
    thread.start()
    thread.join(timeout=30)
    live.end()
    thread.join(timeout=30)
    assert len(told) == 2


def test_the_command_begins_with_a_broken_document_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "zoo.yaml").write_text("openapi: [")
    process = subprocess.Popen(
        [sys.executable, "-m", "clientsmith", "preview"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        url = process.stdout.readline()
        assert url.startswith("http://127.0.0.1:")
        assert "zoo.yaml:1:" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert "Traceback" not in told
    assert not (root / "out").exists()
