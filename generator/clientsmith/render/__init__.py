"""The render stage: `Api` and the templates give the text of every file, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..api import Api
from ..diagnostics import Diagnostic, DiagnosticError, Location
from ..places import RUNTIME, TEMPLATES
from ..text import opened
from ..tomlfile import shown
from .filters import FILTERS, refuse_text
from .imports import import_functions

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_HEADER = "header.jinja"


class TemplateError(DiagnosticError):
    """A template cannot be rendered, or what it gives is not valid Python."""

    exit_status = 2


def render(api: Api, templates: Path | None = None) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of every file of the distribution, those that need the models last.

    Args:
        api: the client.
        templates: a folder of templates that stand in for the default ones with the same path.

    Raises:
        TemplateError: a template fails, or prints text of the document without a filter.
    """
    package = f"src/{api.package}"
    environment = _environment(api, templates)
    renderer = _Renderer(environment)
    header = renderer.render(_HEADER, "the first lines of every file", api=api)
    environment.globals["header"] = header
    for name, text in _runtime(header):
        yield f"{package}/_runtime/{name}", text
    yield f"{package}/py.typed", ""
    yield f"{package}/testing/document.json", f"{opened(api.document)}\n"
    for path, template, context in _files(api):
        yield path, renderer.render(template, path, api=api, **context)


def _files(api: Api) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the path of each rendered file, its template, and what the template is rendered for besides the API."""
    package = f"src/{api.package}"
    yield "pyproject.toml", "pyproject.toml.jinja", {}
    yield "README.md", "README.md.jinja", {}
    for name in (
        "__init__.py",
        "client.py",
        "configuration.py",
        "api/__init__.py",
        "testing/__init__.py",
        "testing/__main__.py",
        "testing/pytest_plugin.py",
    ):
        yield f"{package}/{name}", f"package/{name}.jinja", {}
    for resource in api.resources:
        yield f"{package}/api/{resource.module}.py", "package/api/resource.py.jinja", {
            "resource": resource
        }
    if api.incoming:
        yield f"{package}/webhooks.py", "package/webhooks.py.jinja", {}
    yield f"{package}/models/__init__.py", "package/models/__init__.py.jinja", {}
    for model in api.models:
        yield f"{package}/models/{model.module}.py", "package/models/model.py.jinja", {
            "model": model
        }


def _runtime(header: str) -> Iterator[tuple[str, str]]:
    for path in sorted(RUNTIME.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield path.relative_to(RUNTIME).as_posix(), f"{header}\n\n{text}" if text else ""


def _environment(api: Api, templates: Path | None) -> SandboxedEnvironment:
    from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    default = FileSystemLoader(TEMPLATES)
    folders = [default] if templates is None else [FileSystemLoader(templates), default]
    environment = SandboxedEnvironment(
        loader=ChoiceLoader([*folders, PrefixLoader({"default": default})]),
        undefined=StrictUndefined,
        finalize=refuse_text,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters.update(FILTERS)
    available: dict[str, Any] = environment.globals
    available.update(import_functions(api))
    return environment


class _Renderer:
    def __init__(self, environment: SandboxedEnvironment) -> None:
        self._environment = environment

    def render(self, template: str, path: str, **context: Any) -> str:
        import jinja2

        try:
            return self._environment.get_template(template).render(context)
        except jinja2.TemplateSyntaxError as error:
            raise _failure(
                error.filename or template, error.lineno, error.message or "", path
            ) from error
        except (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            file, line = _place(error, template)
            raise _failure(file, line, str(error), path) from error


def _failure(template: str, line: int, message: str, path: str) -> TemplateError:
    return TemplateError(
        Diagnostic(
            "error",
            f"{message} (while rendering {path})",
            Location(shown(Path(template)), line, 1),
            rule="template",
        )
    )


def _place(error: BaseException, template: str) -> tuple[str, int]:
    """Return the innermost line of a template that an exception passed through."""
    place = (template, 1)
    traceback = error.__traceback__
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        if filename.endswith(".jinja"):
            place = (filename, traceback.tb_lineno)
        traceback = traceback.tb_next
    return place
