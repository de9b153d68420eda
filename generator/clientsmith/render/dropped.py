"""What is imported although the user's templates drop it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ..diagnostics import Diagnostic
from .catalogue import PACKAGE, Catalogue
from .failures import RULE, place


def missed(files: Mapping[str, str], templates: Catalogue, package: str) -> Iterator[Diagnostic]:
    """Yield a warning for each module that a file imports and whose template is dropped.

    Args:
        files: the text of each file by its path.
        templates: the templates.
        package: the name of the package.
    """
    dropped = {
        path.removesuffix(".py"): template.file
        for template in templates.dropped
        if (path := template.path.replace(PACKAGE, package)).endswith(".py") and path not in files
    }
    if not dropped:
        return
    told: set[str] = set()
    for path, text in files.items():
        if not path.endswith(".py"):
            continue
        for module, line in _imported(path, text):
            if module in dropped and module not in told:
                told.add(module)
                message = f"{path}:{line} imports {module}.py, which this empty file drops"
                hint = "override the block that imports it, too"
                yield Diagnostic("warning", message, place(dropped[module], 1), hint, rule=RULE)


def _imported(path: str, text: str) -> Iterator[tuple[str, int]]:
    """Yield the modules of the package that a module imports, as paths without an ending, and the lines."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.split("/")[: -node.level]
            named = (node.module or "").split(".") if node.module else []
            yield "/".join((*folder, *named)), node.lineno
            for alias in node.names:
                yield "/".join((*folder, *named, alias.name)), node.lineno
