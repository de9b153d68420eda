"""Documents written as Python values, compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clientsmith.diff.changes import Change
from clientsmith.diff.contract import compare_contracts
from clientsmith.read.loading import read

Json = dict[str, Any]


def described(paths: Json, **keys: Any) -> Json:
    """Return a whole document."""
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1.0.0"}, "paths": paths, **keys}


def sending(schema: Any, **keys: Any) -> Json:
    """Return a document with an operation that sends a value."""
    return _calling({"requestBody": _body(schema)}, keys)


def receiving(schema: Any, **keys: Any) -> Json:
    """Return a document with an operation that receives a value."""
    return _calling({"responses": {"200": {"description": "", **_body(schema)}}}, keys)


def calling(**operation: Any) -> Json:
    """Return a document with one operation, `call`."""
    return _calling(operation, {})


def _calling(operation: Json, keys: Json) -> Json:
    whole = {"operationId": "call", "responses": {"200": {"description": ""}}, **operation}
    return described({"/call": {"post": whole}}, **keys)


def _body(schema: Any) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


def compared(folder: Path, old: Json, new: Json) -> tuple[Change, ...]:
    """Return what differs in the contracts of two documents."""
    files: list[Path] = []
    for name, content in (("old", old), ("new", new)):
        file = folder / f"{name}.json"
        file.write_text(json.dumps(content, indent=1), encoding="utf-8")
        files.append(file)
    return compare_contracts(read(files[0]), read(files[1]))
