"""A step of the build: the default templates as Python modules, so that no run has to compile them."""

from __future__ import annotations

import compileall
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTemplates(BuildHookInterface[Any]):
    """Adds the modules to a wheel; for an editable installation, writes them where that reads them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the modules before the wheel is."""
        sys.path.insert(0, str(Path(self.root, "generator")))
        from clientsmith.render.building import modules
        from clientsmith.render.compiled import BUILT

        if version == "editable":
            shutil.rmtree(BUILT, ignore_errors=True)
            BUILT.mkdir()
            folder = BUILT
        else:
            folder = self._scratch = Path(mkdtemp())
            place = BUILT.relative_to(Path(self.root, "generator"))
            build_data["force_include"][str(folder)] = place.as_posix()
        for name, text in modules():
            folder.joinpath(f"{name}.py").write_text(text, encoding="utf-8")
        if version == "editable":
            compileall.compile_dir(folder, quiet=1)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what is in the wheel now."""
        del build_data, artifact_path
        if version != "editable":
            shutil.rmtree(self._scratch)
