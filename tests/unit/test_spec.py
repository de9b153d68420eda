"""spec/recordings.yaml: valid for others' validators too, and complete."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from clientsmith.read.loading import read
from clientsmith.validate import validate

SPEC = Path(__file__).parents[2] / "spec" / "recordings.yaml"
CONTENT: dict[str, Any] = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
ERRORS = {"400", "401", "403", "404", "405", "415", "429", "500"}
RECORDING = "/accounts/{accountId}/calls/{callId}/recordings/{recordingId}"
OPERATIONS = {
    "deleteRecording": ("delete", RECORDING, {"204"}),
    "deleteRecordingMedia": ("delete", f"{RECORDING}/media", {"204"}),
    "deleteRecordingTranscription": ("delete", f"{RECORDING}/transcription", {"204"}),
    "downloadCallRecording": ("get", f"{RECORDING}/media", {"200"}),
    "getCallRecording": ("get", RECORDING, {"200"}),
    "getRecordingTranscription": ("get", f"{RECORDING}/transcription", {"200"}),
    "listAccountCallRecordings": ("get", "/accounts/{accountId}/recordings", {"200"}),
    "listCallRecordings": ("get", "/accounts/{accountId}/calls/{callId}/recordings", {"200"}),
    "transcribeCallRecording": ("post", f"{RECORDING}/transcription", {"204"}),
    "updateCallRecordingState": ("put", "/accounts/{accountId}/calls/{callId}/recording", {"200"}),
}


def test_the_reference_validator_finds_nothing_and_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(OpenAPIV31SpecValidator(CONTENT).iter_errors()) == []


def test_clientsmith_finds_nothing() -> None:
    assert validate(read(SPEC)) == []


def test_each_operation_of_the_reference_is_there_with_its_statuses() -> None:
    found = {
        operation["operationId"]: (method, path, set(operation["responses"]))
        for path, item in CONTENT["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    assert found == {
        name: (method, path, statuses | ERRORS)
        for name, (method, path, statuses) in OPERATIONS.items()
    }


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        target: Any = CONTENT
        for key in value["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        value = target
    return value


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what must have an example: parameters, and the content of bodies and responses."""
    for path, item in CONTENT["paths"].items():
        for number, parameter in enumerate(item.get("parameters", [])):
            yield f"{path} parameter {number}", resolved(parameter)
        for method, operation in item.items():
            if method == "parameters":
                continue
            place = f"{method} {path}"
            for number, parameter in enumerate(operation.get("parameters", [])):
                yield f"{place} parameter {number}", resolved(parameter)
            for media in operation.get("requestBody", {}).get("content", {}).values():
                yield f"{place} body", media
            for status, response in operation["responses"].items():
                for media in resolved(response).get("content", {}).values():
                    yield f"{place} {status}", media


@pytest.mark.parametrize(
    ("place", "holder"), list(examples()), ids=[place for place, _ in examples()]
)
def test_every_parameter_body_and_response_has_an_example(
    place: str, holder: dict[str, Any]
) -> None:
    assert "example" in holder or "examples" in holder, place


def test_too_many_requests_carries_retry_after() -> None:
    for item in CONTENT["paths"].values():
        for method, operation in item.items():
            if method != "parameters":
                assert "Retry-After" in resolved(operation["responses"]["429"])["headers"]


def test_either_scheme_is_enough() -> None:
    assert [sorted(requirement) for requirement in CONTENT["security"]] == [
        ["basicAuth"],
        ["oauth2"],
    ]
