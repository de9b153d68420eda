"""What may be in a generated file, told from a file made of a harmless document."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .hostile import is_object

_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FILE = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PROGRAM = re.compile(r"project\.(scripts|entry-points\.pytest11)\.[a-z0-9-]+")
_CONSTANT = re.compile(r"_[^a-z]+")
_FORBIDDEN_NAMES = re.compile(
    r"__(?!name__|package__|all__|version__|init__|future__|getattr__|dir__)\w+"
)


@dataclass
class Known:
    """What the files of harmless documents are made of.

    Attributes:
        statements: The kinds of statements and expressions.
        calls: What is called, dotted.
        imports: The modules that are imported from outside the package.
        tables: The keys of pyproject.toml, dotted.
    """

    statements: set[str] = field(default_factory=set[str])
    calls: set[str] = field(default_factory=set[str])
    imports: set[str] = field(default_factory=set[str])
    tables: set[str] = field(default_factory=set[str])

    def learn(self, files: Mapping[str, str]) -> None:
        """Take over what the files of a package are made of."""
        for path, text in files.items():
            if path.endswith(".py"):
                tree = ast.parse(text)
                self.statements |= {type(node).__name__ for node in ast.walk(tree)}
                self.calls |= set(_calls(tree))
                self.imports |= set(_imports(tree))
            elif path == "pyproject.toml":
                self.tables |= set(_keys(tomllib.loads(text)))


def findings(files: Mapping[str, str], known: Known) -> Iterator[str]:
    """Yield what is in the files of a package that no document may put there."""
    own = {name for path, text in files.items() if path.endswith(".py") for name in _own(text)}
    known = replace(known, calls=known.calls | own)
    for path, text in files.items():
        for part in path.split("/"):
            if not _FILE.fullmatch(part) or _DEVICES.fullmatch(part) or len(part) > 120:
                yield f"{path}: the name of a file"
        for finding in _of_file(path, text, known):
            yield f"{path}: {finding}"


def _of_file(path: str, text: str, known: Known) -> Iterator[str]:
    for line, content in enumerate(text.split("\n"), 1):
        for character in content:
            if not _is_visible(character):
                yield f"line {line}: U+{ord(character):04X} is in the text"
                break
    if path.endswith(".py"):
        yield from _of_python(text, known)
    elif path == "pyproject.toml":
        try:
            found = set(_keys(tomllib.loads(text))) - known.tables
            strange = {name for name in found if not _PROGRAM.fullmatch(name)}
        except tomllib.TOMLDecodeError as error:
            yield f"no TOML: {error}"
            return
        yield from (f"a table {name}" for name in sorted(strange))
    elif path.endswith(".md"):
        yield from _of_markdown(text)


def _is_visible(character: str) -> bool:
    """Return whether a character may stand in a text file as it is."""
    if character.isascii():
        return character.isprintable()
    return character.isprintable() and unicodedata.bidirectional(character) not in {
        "RLE",
        "LRE",
        "PDF",
        "RLO",
        "LRO",
        "RLI",
        "LRI",
        "FSI",
        "PDI",
    }


def _of_python(text: str, known: Known) -> Iterator[str]:
    try:
        tree = ast.parse(text)
        list(tokenize.generate_tokens(io.StringIO(text).readline))
        compile(text, "generated", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        yield f"no Python: {error}"
        return
    if len(text.splitlines()) != text.count("\n"):
        yield "a line ends in the middle of a line"
    for kind in sorted({type(node).__name__ for node in ast.walk(tree)} - known.statements):
        yield f"a {kind}"
    for name in sorted(set(_calls(tree)) - known.calls):
        yield f"a call of {name}"
    for name in sorted(set(_imports(tree)) - known.imports):
        yield f"an import of {name}"
    for node in ast.walk(tree):
        for name in _names(node):
            if not name.isidentifier() or _FORBIDDEN_NAMES.fullmatch(name):
                yield f"line {getattr(node, 'lineno', 0)}: the name {name}"


def _of_markdown(text: str) -> Iterator[str]:
    fence = ""
    for line in text.split("\n"):
        found = re.match(r" {0,3}(`{3,}|~{3,})(.*)", line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not found[2].strip():
            fence = ""
        elif not fence and re.search(r"(?<!\\)<(script|!--|/?[a-z]+[ >])", line, re.IGNORECASE):
            yield f"HTML: {line[:80]}"
    if fence:
        yield "code that does not end"


def _own(text: str) -> Iterator[str]:
    """Yield the names that a module may call because they are of its package: its classes, and what it imports from there."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return  # it is told elsewhere
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield from (alias.asname or alias.name for alias in node.names)


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield _dotted(node.func)


def _dotted(node: ast.AST) -> str:
    """Return what is called; a method of the generated classes is told by where it hangs."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value)
        if _CONSTANT.fullmatch(base):
            return f"a constant.{node.attr}"
        return f"{base}.*" if base == "api" else f"{base}.{node.attr}"
    return type(node).__name__


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _names(node: ast.AST) -> Iterator[str]:
    for name in ("id", "attr", "name", "arg", "asname"):
        value = getattr(node, name, None)
        if isinstance(value, str) and not (isinstance(node, ast.alias) and name == "name"):
            yield value


def _keys(value: Any, prefix: str = "") -> Iterator[str]:
    if is_object(value):
        for key, item in value.items():
            yield f"{prefix}{key}"
            yield from _keys(item, f"{prefix}{key}.")
