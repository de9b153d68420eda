"""Templates that are compiled already: the default ones when clientsmith is built, others by an earlier run.

The code of a template is found by all that it depends on: its text, its name, the version of Jinja, how `~` is compiled, and the
filters, which Jinja applies to constants when it compiles. What was built is a folder of modules, `built/` (see
compile_templates.py), whose bytecode Python keeps like that of any other module; an edited template is not found there, and is
compiled.
"""

from __future__ import annotations

import marshal
import sys
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

from jinja2.bccache import Bucket, BytecodeCache

from .. import installation
from ..cache import Cache, key
from . import filters, operations
from .catalogue import DEFAULT

if TYPE_CHECKING:
    from jinja2 import Environment

BUILT = Path(__file__).with_name("built")
"""Where the compiled default templates are, if they were built."""


class CompiledTemplates(BytecodeCache):
    """The compiled templates that a run finds, and leaves for others.

    Args:
        kept: those of earlier runs.
    """

    def __init__(self, kept: Cache) -> None:
        self._kept = kept

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return a template's name; a default one has the same when others extend it."""
        del filename
        return name.removeprefix(DEFAULT)

    def get_source_checksum(self, source: str) -> str:
        """Return what the code depends on besides the template's name."""
        return key(source, _tools())

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """Return the code of a template, if it is there, as that of the file where the template is now."""
        bucket = super().get_bucket(environment, name, filename, source)
        if bucket.code is not None and filename is not None:
            bucket.code = bucket.code.replace(co_filename=filename)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Find the code of a template."""
        file = BUILT / f"{key(bucket.key, bucket.checksum)}.py"
        if file.exists():
            bucket.code = _built(file)
        else:
            content = self._kept.get("templates", _key(bucket))
            bucket.code = marshal.loads(content) if content is not None else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self._kept.put("templates", _key(bucket), marshal.dumps(bucket.code))


@cache
def _built(file: Path) -> CodeType | None:
    """Return the code of a template that was compiled when clientsmith was built, read once in a process."""
    return SourceFileLoader(file.stem, str(file)).get_code(file.stem)


def _key(bucket: Bucket) -> str:
    return key(bucket.key, bucket.checksum, sys.version)


@cache
def _tools() -> str:
    shaping = (Path(file).read_bytes() for file in (filters.__file__, operations.__file__))
    return key(installation.version("jinja2"), *shaping)
