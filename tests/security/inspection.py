"""What may be in a generated file, told from a file made of a harmless document."""

from __future__ import annotations

import ast
import builtins
import io
import json
import re
import tokenize
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from .hostile import is_object

_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FILE = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PROGRAM = re.compile(r"(project\.(?:scripts|entry-points\.pytest11)\.)[a-z0-9-]+")
_CONSTANT = re.compile(r"_[^a-z.]+")
_DUNDER = re.compile(r"__\w+")
_OF_MANY = re.compile(r"src/\w+/(api|models)/(?!__init__)\w+\.py")
_SOURCE = re.compile(r"src/(\w+)/")


@dataclass
class Known:
    """What the files of harmless documents are made of.

    Attributes:
        parts: The kind of a file, and what is in it: a call, a name that Python gives a meaning, a table.
        nodes: What any of them is written with: kinds of statements and expressions, and imports; a module has those that the
            document asks for.
    """

    parts: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    nodes: set[str] = field(default_factory=set[str])

    def learn(self, files: Mapping[str, str]) -> None:
        """Take over what the files of a package are made of."""
        own = _own(files)
        for path, text in files.items():
            self.parts |= {(_kind(path), part) for part in _parts(path, text, own)}
            if path.endswith(".py"):
                self.nodes |= set(_nodes(ast.parse(text), own))


@dataclass(frozen=True)
class Own:
    """What a package has of its own.

    Attributes:
        package: Its name.
        classes: The names of its classes, but for those that are functions of Python's.
        names: Those of all that its modules define, and of its modules.
    """

    package: str
    classes: frozenset[str]
    names: frozenset[str]


def findings(files: Mapping[str, str], known: Known) -> Iterator[str]:
    """Yield what is in the files of a package that no document may put there."""
    own = _own(files)
    for path, text in files.items():
        for part in path.split("/"):
            if not _FILE.fullmatch(part) or _DEVICES.fullmatch(part) or len(part) > 120:
                yield f"{path}: the name of a file"
        for finding in _of_file(path, text):
            yield f"{path}: {finding}"
        with suppress(SyntaxError, ValueError):  # they are found already
            strange = {
                part for part in _parts(path, text, own) if (_kind(path), part) not in known.parts
            }
            if path.endswith(".py"):
                strange |= set(_nodes(ast.parse(text), own)) - known.nodes
            yield from (f"{path}: {part}" for part in sorted(strange))


def _kind(path: str) -> str:
    """Return what a file is: there are modules for each tag and each schema."""
    many = _OF_MANY.fullmatch(path)
    return f"a module of {many[1]}" if many else _SOURCE.sub("", path)


def _own(files: Mapping[str, str]) -> Own:
    classes: set[str] = set()
    names: set[str] = set()
    package = ""
    for path, text in files.items():
        if found := _SOURCE.match(path):
            package = found[1]
            names |= set(path.removesuffix(".py").split("/"))
        with suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(text)) if path.endswith(".py") else ():
                if isinstance(node, ast.ClassDef):
                    classes.add(node.name)
                elif isinstance(node, ast.FunctionDef):
                    names.add(node.name)
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names.add(node.id)
    functions = {name for name in dir(builtins) if name.islower()}
    return Own(package, frozenset(classes - functions), frozenset((names | classes) - functions))


def _of_file(path: str, text: str) -> Iterator[str]:
    for line, content in enumerate(text.split("\n"), 1):
        for character in content:
            if not _is_visible(character):
                yield f"line {line}: U+{ord(character):04X} is in the text"
                break
    try:
        if path.endswith(".py"):
            yield from _of_python(text)
        elif path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith(".json"):
            json.loads(text)
        elif path.endswith(".md"):
            yield from _of_markdown(text)
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        yield f"it cannot be read: {error}"


def _parts(path: str, text: str, own: Own) -> Iterator[str]:
    """Yield what a file is made of.

    Raises:
        SyntaxError: It is no Python.
        ValueError: It is no TOML.
    """
    if path.endswith(".py"):
        tree = ast.parse(text)
        yield from (f"a call of {name}" for name in _calls(tree) if name not in own.classes)
        yield from (f"the name {name}" for name in _dunders(tree))
    elif path == "pyproject.toml":
        for key, value in _values(tomllib.loads(text)):
            if program := _PROGRAM.fullmatch(key):
                yield f"{program[1]}* = {str(value).removeprefix(own.package)}"
            else:
                yield f"a table {key}"


def _nodes(tree: ast.AST, own: Own) -> Iterator[str]:
    yield from (f"a {type(node).__name__}" for node in ast.walk(tree))
    yield from (f"an import of {name}" for name in _imports(tree, own))


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


def _of_python(text: str) -> Iterator[str]:
    tree = ast.parse(text)
    list(tokenize.generate_tokens(io.StringIO(text).readline))
    compile(text, "generated", "exec", dont_inherit=True)
    if len(text.splitlines()) != text.count("\n"):
        yield "a line ends in the middle of a line"
    for node in ast.walk(tree):
        for name in _names(node):
            if not name.isidentifier():
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


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield _dotted(node.func)


def _dotted(node: ast.AST) -> str:
    """Return what is called; a method of an operation's constant is told by its name alone: there are many."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value)
        return f"a constant.{node.attr}" if _CONSTANT.fullmatch(base) else f"{base}.{node.attr}"
    return type(node).__name__


def _imports(tree: ast.AST, own: Own) -> Iterator[str]:
    """Yield what is imported, but for what the package has of its own and is imported under its own name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (_renamed(alias.name, alias) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            is_own = node.level > 0 and "_runtime" not in module
            for alias in node.names:
                if not is_own or alias.asname or alias.name not in own.names:
                    yield _renamed(f"{module}:{alias.name}", alias)


def _renamed(name: str, alias: ast.alias) -> str:
    return f"{name} as {alias.asname}" if alias.asname else name


def _dunders(tree: ast.AST) -> Iterator[str]:
    """Yield the names that Python gives a meaning."""
    for node in ast.walk(tree):
        yield from (name for name in _names(node) if _DUNDER.fullmatch(name))


def _names(node: ast.AST) -> Iterator[str]:
    for name in ("id", "attr", "name", "arg", "asname"):
        value = getattr(node, name, None)
        if isinstance(value, str) and not (isinstance(node, ast.alias) and name == "name"):
            yield value


def _values(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the keys of a document of TOML, dotted, with what they stand for."""
    if is_object(value):
        for key, item in value.items():
            yield f"{prefix}{key}", item
            yield from _values(item, f"{prefix}{key}.")
