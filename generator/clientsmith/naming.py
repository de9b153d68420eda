"""Names of the output, made of text of the document.

This is the only place where text of the document turns into a name. A name is made of the words of
the text, in the case that Python's style guide (PEP 8) asks for; a keyword gets one trailing
underscore. Whatever the text is, the result is an identifier.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Container, Iterable
from functools import lru_cache

from .text import Name, Text, opened

_BOUNDARY = re.compile(
    r"(?<=[^\W\d_])(?<![A-Z])(?=[A-Z])|(?<=\d)(?=[A-Z])"
    r"|(?<=[A-Z])(?=[A-Z](?!s(?![a-z])|v\d)[a-z])|[\W_]+"  # IDs and IPv4 are one word
)
_SIGNS = {
    "+": "plus",
    "-": "minus",
    "<": "less",
    ">": "greater",
    "=": "equal",
    "!": "not",
    "*": "star",
    "%": "percent",
}
_LONGEST = 80
_REMEMBERED = 8192
"""Texts whose words are kept: a text names several things, and does so again in the next run of a session."""

_RESERVED_FILES = frozenset(
    {"aux", "con", "conftest", "nul", "prn"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
)

# Of Python 3.11 to 3.14; the same list whichever Python generates.
_STANDARD_LIBRARY = """
    abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
    binascii bisect builtins bz2 calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys
    compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes
    curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum
    errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt
    getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib
    inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal
    math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path
    numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform
    plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat
    queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve
    shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants
    sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog
    tabnanny tarfile telnetlib tempfile termios test textwrap this threading time timeit tkinter token tokenize
    tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu
    uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile
    zipimport zlib zoneinfo
"""

_IMPORTED = frozenset(_STANDARD_LIBRARY.split()) | {
    "aiohttp",
    "brotli",
    "click",
    "h11",
    "httpcore2",
    "httpx2",
    "opentelemetry",
    "pydantic",
    "pydantic_core",
    "pytest",
    "rich",
    "typing_extensions",
    "yarl",
}
"""What a package imports, or Python in its place: a package of that name would hide it, or could not be imported itself."""

BUILTIN_TYPES = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str", "tuple"})
"""Builtins that annotations use: a class whose members had these names would change what its annotations mean."""

CALL_OPTIONS = frozenset(
    {
        "timeout",
        "deadline",
        "max_retries",
        "extra_headers",
        "extra_query",
        "extra_body",
        "idempotency_key",
        "retry",
        "base_url",
    }
)
"""The options that every method takes."""

CONFIGURATION_FIELDS = (
    BUILTIN_TYPES
    | CALL_OPTIONS
    | {
        "allow_insecure_http",
        "credential",
        "default_security",
        "environment",
        "environment_variable",
        "field",
        "hooks",
        "http2",
        "http_client",
        "keepalive_expiry",
        "max_connections",
        "max_keepalive_connections",
        "max_response_bytes",
        "of",
        "security_schemes",
        "server",
        "server_url",
        "servers",
        "token_url",
        "user_agent",
    }
)
"""What a configuration has already."""

RESOURCE_MEMBERS = BUILTIN_TYPES | {
    "aclose",
    "cached_property",
    "close",
    "date",
    "datetime",
    "models",
    "overload",
    "time",
    "timedelta",
    "with_response",
}
"""What a resource class has already, or needs while it is defined."""

CLIENT_MEMBERS = BUILTIN_TYPES | {
    "abandon",
    "aclose",
    "cached_property",
    "call",
    "close",
    "configuration",
    "http_client",
    "request",
    "run",
}
"""What a client class has already."""

MODEL_MEMBERS = BUILTIN_TYPES | {
    "construct",
    "copy",
    "datetime",
    "from_orm",
    "json",
    "model_computed_fields",
    "model_config",
    "model_constants_set",
    "model_construct",
    "model_copy",
    "model_dump",
    "model_dump_json",
    "model_extra",
    "model_fields",
    "model_fields_set",
    "model_json_schema",
    "model_parametrized_name",
    "model_post_init",
    "model_rebuild",
    "model_validate",
    "model_validate_json",
    "model_validate_strings",
    "parse_file",
    "parse_obj",
    "parse_raw",
    "schema",
    "schema_json",
    "timedelta",
    "update_forward_refs",
    "validate",
}
"""What a pydantic model has already."""


# What a name in an annotation means where no other is imported yet; the same list whichever Python generates.
_BUILTIN_CLASSES = """
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
    BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
    ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning
    EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError
    FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError
    IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError
    NotADirectoryError NotImplemented NotImplementedError OSError OverflowError PendingDeprecationWarning
    PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError ResourceWarning
    RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError
    SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError
    UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError
"""

MODEL_CLASSES = frozenset(_BUILTIN_CLASSES.split()) | frozenset(
    {
        "Annotated",
        "Any",
        "Base64",
        "Exact",
        "Field",
        "File",
        "Known",
        "KnownInt",
        "KnownMixed",
        "Literal",
        "Model",
        "Open",
        "OpenEnum",
        "OpenInt",
        "OpenIntEnum",
        "OpenMixed",
        "OpenMixedEnum",
        "Tagged",
        "TypeAliasType",
    }
)
"""What the modules of models import, or have without importing it: a model of that name would hide it."""


@lru_cache(_REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text: cut at case changes and at everything that is neither a letter nor a digit."""
    normal = unicodedata.normalize("NFKC", text)
    if normal[:1] in _SIGNS and normal[1:2].isdigit():
        normal = f"{_SIGNS[normal[0]]} {normal[1:]}"
    found = [word for word in _BOUNDARY.split(normal) if word and ("_" + word).isidentifier()]
    found = found or [word for character in normal[:4] for word in _spelled(character)]
    return tuple(found or ["empty"])


def _spelled(character: str) -> list[str]:
    if character in _SIGNS:
        return [_SIGNS[character]]
    name = unicodedata.name(character, f"u{ord(character):x}")
    return re.findall(r"[a-z0-9]+", name.lower())


def snake(text: Text | str, *, digit_prefix: str, reserved: Container[str] = ()) -> Name:
    """Return a lower_case name, such as those of functions, arguments and attributes.

    Args:
        text: what to name it after.
        digit_prefix: the word that goes in front where the name would begin with a digit.
        reserved: names that are taken; such a name gets a trailing underscore, as a keyword does.
    """
    name = _shortened("_".join(words(_opened(text))).lower())
    if not name.isidentifier():
        name = f"{digit_prefix}_{name}"
    return Name(f"{name}_" if keyword.iskeyword(name) or name in reserved else name)


def pascal(text: Text | str, *, digit_prefix: str = "Model") -> Name:
    """Return a CapWords name, such as those of classes."""
    name = _shortened("".join(word[:1].upper() + word[1:] for word in words(_opened(text))))
    if not name.isidentifier():
        name = f"{digit_prefix}{name}"
    return Name(f"{name}_" if keyword.iskeyword(name) else name)


def constant(text: Text | str, *, digit_prefix: str = "VALUE") -> Name:
    """Return an UPPER_CASE name, such as those of constants and enum members."""
    return Name(snake(text, digit_prefix=digit_prefix.lower()).upper().rstrip("_") or "EMPTY")


def module(text: Text | str) -> Name:
    """Return the name of a module: as `snake`, in ASCII."""
    return _ascii(snake(text, digit_prefix="module", reserved=_RESERVED_FILES))


def ascii_snake(text: Text | str, *, digit_prefix: str) -> Name:
    """Return a lower_case name in ASCII, such as one from which that of an environment variable is made."""
    return _ascii(snake(text, digit_prefix=digit_prefix))


def distribution(text: Text | str) -> Name:
    """Return a normalised distribution name (the Python packaging user guide, "Names and normalization").

    It is that of no module that its package, which is called the same, would stand in the way of.
    """
    name = module(text).strip("_")
    return Name("-".join((f"{name}_client" if name in _IMPORTED else name).split("_")))


def environment_prefix(text: Text | str) -> Name:
    """Return the prefix of environment variables (POSIX, 8.1: upper-case letters, digits and underscores)."""
    return Name(module(text).upper().strip("_"))


_STAGES = {"alpha": "a", "a": "a", "beta": "b", "b": "b", "rc": "rc"}
"""The stages before a release as people write them, and as a distribution's version has them (PEP 440)."""

_VERSION = re.compile(
    r"v?(?P<release>[0-9]{1,9}(?:[.-][0-9]{1,9}){0,4})"
    r"(?:[.-]?(?P<stage>alpha|a|beta|b|rc)[.-]?(?P<number>[0-9]{0,9}))?"
)


def version(text: Text | str) -> Name:
    """Return the version of a distribution (the version specifiers of the packaging specifications).

    It is the API's own where that is made of numbers, with or without a stage before the release, and 1.0.0 where it is not.
    """
    match = _VERSION.fullmatch(_opened(text).strip().lower())
    if match is None:
        return Name("1.0.0")
    stage = f"{_STAGES[match['stage']]}{int(match['number'] or 0)}" if match["stage"] else ""
    return Name(f"{match['release'].replace('-', '.')}{stage}")


def dashed(name: str) -> Name:
    """Return the name of the subcommand for a method."""
    return Name(name.strip("_").replace("_", "-"))


def distinct(
    name: Name, taken: Container[str], qualifiers: Iterable[str] = (), identity: str = ""
) -> Name:
    """Return `name`, or the first variant of it that is not taken: with a qualifier, then with a number.

    Args:
        name: the name that is wanted.
        taken: the names that others have.
        qualifiers: what tells the bearer of this name from others, the best first.
        identity: what only the bearer has: a digest of it is better than a number, which says how many others there are.
    """
    if name not in taken:
        return name
    separator = "" if name[:1].isupper() and not name.isupper() else "_"
    qualifiers = tuple(qualifiers)
    if any(qualifier[:1].isupper() for qualifier in qualifiers):
        separator = ""
    candidates = [Name(f"{name.rstrip('_')}{separator}{qualifier}") for qualifier in qualifiers]
    if identity:
        candidates.append(Name(f"{name.rstrip('_')}_{_digest(identity)}"))
    for candidate in candidates:
        if candidate not in taken:
            return candidate
    number = 2
    last = candidates[-1] if candidates else name
    while (numbered := Name(f"{last.rstrip('_')}{separator}{number}")) in taken:
        number += 1
    return numbered


def _ascii(name: Name) -> Name:
    if name.isascii():
        return name
    return Name("".join(c if c.isascii() else f"u{ord(c):x}" for c in name))


def _opened(text: Text | str) -> str:
    return opened(text) if isinstance(text, Text) else text


def _shortened(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 9].rstrip('_')}_{_digest(name)}"


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
