"""A document with a flaw: the finding and its place, a client of all the rest, and the refusal when the run is strict."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientsmith.cli import main
from clientsmith.config import Configuration
from clientsmith.diagnostics import Diagnostic
from clientsmith.diff.contract import compare_contracts
from clientsmith.lower import lower
from clientsmith.pipeline import validate
from clientsmith.read.loading import read
from clientsmith.validate import SEVERITIES

from .documents import FLAWS, Flaw
from .packages import check_that_it_works, rendered

each_flaw = pytest.mark.parametrize("flaw", FLAWS.values(), ids=FLAWS.keys())


def written(folder: Path, flaw: Flaw, *, strict: bool = False) -> Configuration:
    """Write a document; return how it is generated."""
    spec = folder / "flaws.yaml"
    spec.write_text(flaw.document, encoding="utf-8")
    return Configuration(spec=spec, root=folder, strict=strict)


def places(found: list[Diagnostic], rule: str) -> list[tuple[int, int]]:
    """Return where the findings of a rule are."""
    return [
        (one.location.line, one.location.column)
        for one in found
        if one.rule == rule and one.location is not None
    ]


@each_flaw
def test_the_flaw_is_found_at_its_place_and_no_other_is(tmp_path: Path, flaw: Flaw) -> None:
    found = validate(written(tmp_path, flaw))
    assert flaw.place in places(found, flaw.rule), found
    assert {one.rule for one in found} == {flaw.rule, *flaw.also}


@each_flaw
def test_what_is_not_broken_is_in_the_client(tmp_path: Path, flaw: Flaw) -> None:
    configuration = written(tmp_path, flaw)
    api = lower(read(configuration.spec), configuration).api
    assert sorted(operation.name for operation in api.operations) == sorted(["fine", *flaw.methods])


@each_flaw
def test_a_strict_run_takes_the_flaw_for_an_error(tmp_path: Path, flaw: Flaw) -> None:
    found = [one for one in validate(written(tmp_path, flaw, strict=True)) if one.rule == flaw.rule]
    expected = "note" if SEVERITIES.get(flaw.rule) == "note" else "error"
    assert {one.severity for one in found} == {expected}


@pytest.mark.parametrize("flaw", {flaw.rule: flaw for flaw in FLAWS.values()}.values())
def test_the_client_of_a_document_with_a_flaw_works(tmp_path: Path, flaw: Flaw) -> None:
    """One flaw of each kind; `nox -s stress` takes all of them."""
    with rendered(tmp_path, flaw.document) as package:
        check_that_it_works(package)


# The commands

CHOSEN = ("a schema that is not there", "an operationId twice")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder; the cache, which a process beside the run may still write, is elsewhere."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(tmp_path / "cache"))
    return here


@pytest.mark.parametrize("name", CHOSEN)
def test_generate_warns_and_goes_on_unless_it_is_strict(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flaw = FLAWS[name]
    line, column = flaw.place
    (folder / "flaws.yaml").write_text(flaw.document)
    assert main(["generate", "flaws.yaml", "-o", "out", "--strict"]) == 1
    assert f"flaws.yaml:{line}:{column}: error:" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == ["flaws.yaml"]
    assert main(["generate", "flaws.yaml", "-o", "out"]) == 0
    printed = capsys.readouterr()
    assert f"flaws.yaml:{line}:{column}: warning:" in printed.err
    assert "error:" not in printed.err
    assert "operation" in printed.out
    assert main(["check", "flaws.yaml", "-o", "out"]) == 0
    assert f"flaws.yaml:{line}:{column}: warning:" in capsys.readouterr().err
    assert main(["check", "flaws.yaml", "-o", "out", "--strict"]) == 1


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("a schema that is not there", 1),
        ("a media type that is none", 0),
        ("nullable without a type", 0),
    ],
)
def test_validate_fails_for_errors_and_if_it_is_strict_for_warnings(
    folder: Path, name: str, status: int
) -> None:
    flaw = FLAWS[name]
    (folder / "flaws.yaml").write_text(flaw.document)
    assert main(["validate", "flaws.yaml"]) == status
    assert main(["validate", "flaws.yaml", "--strict"]) == (flaw.rule != "nullable-without-type")


def test_the_configuration_can_be_strict_and_the_command_line_says_otherwise(folder: Path) -> None:
    flaw = FLAWS["a schema that is not there"]
    (folder / "flaws.yaml").write_text(flaw.document)
    (folder / "clientsmith.toml").write_text('spec = "flaws.yaml"\noutput = "out"\nstrict = true\n')
    assert main(["generate"]) == 1
    assert not (folder / "out").exists()
    assert main(["generate", "--no-strict"]) == 0


def test_another_document_than_the_configured_one_is_not_strict(folder: Path) -> None:
    (folder / "clientsmith.toml").write_text('spec = "own.yaml"\noutput = "out"\nstrict = true\n')
    (folder / "own.yaml").write_text("openapi: 3.1.0\n")
    (folder / "flaws.yaml").write_text(FLAWS["a schema that is not there"].document)
    assert main(["validate", "flaws.yaml"]) == 1
    assert main(["generate", "flaws.yaml", "-o", "other"]) == 0


def test_many_findings_of_a_kind_are_told_in_one_line_by_generate(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = FLAWS["a schema that is not there"].document.replace(
        "Nowhere'}",
        "Nowhere'}, "
        + ", ".join(f"a{number}: {{$ref: '#/components/schemas/Nowhere'}}" for number in range(30)),
    )
    (folder / "flaws.yaml").write_text(text)
    assert main(["generate", "flaws.yaml", "-o", "out"]) == 0
    told = capsys.readouterr().err
    assert told.count("[dangling-reference]") == 6
    assert "and 26 more" in told
    assert main(["validate", "flaws.yaml"]) == 1
    assert capsys.readouterr().out.count("[dangling-reference]") == 31


@each_flaw
def test_it_can_be_compared_with_another(flaw: Flaw, tmp_path: Path) -> None:
    sound = tmp_path / "sound.yaml"
    sound.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n", encoding="utf-8"
    )
    old, new = read(sound), read(written(tmp_path, flaw).spec)
    assert compare_contracts(old, new)
    assert compare_contracts(new, old)
    assert compare_contracts(new, new) == ()
