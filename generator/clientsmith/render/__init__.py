"""The render stage: `Api` and the templates give the text of every file, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from ..api import Api
from ..cache import NOTHING, Cache
from ..diagnostics import Diagnostic, DiagnosticError, quoted
from ..paths import BOOKS, WORKPLACE, Paths
from ..plugins import Plugin
from ..text import hidden
from .catalogue import ENDING, PACKAGE, Catalogue, Template, find_templates, text_of
from .failures import INVALID, RULE, TemplateError, failure
from .front_matter import Each
from .imports import InvalidCode, import_functions
from .memory import Memory, Run
from .opened import plain

if TYPE_CHECKING:
    from .environment import TemplateEnvironment
    from .trace import Traced

__all__ = ["Memory", "Output", "Renderer", "TemplateError", "find_templates"]

HEADER = "header.jinja"
"""The template of the first lines of every file."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Output:
    """A file to be made.

    Attributes:
        path: its path in the distribution.
        template: what it is made of.
        subject: what that is rendered for besides the API: `resource`, `operation` and `model`, as far as there is one.
    """

    path: str
    template: Template
    subject: Mapping[str, Any]


class Renderer:
    """The templates of one run at work.

    Args:
        api: the client.
        templates: the templates.
        plugins: what adds to the filters, tests and globals.
        report: called with each warning about the user's templates.
        kept: the templates that earlier runs have compiled.
        memory: the last run of this process; None to render every file. It is not asked where there are plugins, which may do
            anything.
        tracing: note where each piece of the texts comes from, which takes longer; then they are `trace.Traced`.

    Raises:
        TemplateError: a template of the user cannot be read, or would have no effect.
    """

    def __init__(
        self,
        api: Api,
        templates: Catalogue,
        plugins: Sequence[Plugin] = (),
        report: Callable[[Diagnostic], None] = lambda _: None,
        *,
        kept: Cache = NOTHING,
        memory: Memory | None = None,
        tracing: bool = False,
    ) -> None:
        self._api = api
        self._templates = templates
        self._plugins = plugins
        self._tracing = tracing
        self._run = None
        if memory is not None and not plugins:
            files = templates.files.items()
            rendered = {name: file for name, file in files if name.endswith(ENDING)}
            self._run = memory.during(api, rendered)
            self._api = self._run.api
        run = self._run if memory is not None and memory.lasting else None
        self._environment = _environment(templates, plugins, kept, run, tracing=tracing)
        self._template = cache(self._environment.from_string)
        self._expression = cache(
            partial(self._environment.compile_expression, undefined_to_none=False)
        )
        available: dict[str, Any] = self._environment.globals
        available.update(import_functions(self._api))
        self._check_own(report)
        header = next(each for each in templates.templates if each.name == HEADER)
        self._header = self._rendered(header, "the first lines of every file", {})
        available["header"] = self._header

    @property
    def has_own(self) -> bool:
        """Whether any template is the user's."""
        return any(each.own for each in self._templates.templates)

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield the path and the text of every file of the distribution, those that need the models last.

        Raises:
            TemplateError: a template fails, or prints text of the document without a filter.
        """
        for output in self.outputs():
            yield output.path, self.text(output)

    def outputs(self) -> Iterator[Output]:
        """Yield every file to be made, those that need the models last.

        Raises:
            TemplateError: the front matter of a template fails, gives a path that no file of the output can have, or one that
                another template gives.
        """
        taken: dict[str, Output] = {}
        paths = Paths()
        for template in self._templates.outputs:
            for path, subject in self._places(template):
                output = Output(path, template, subject)
                other = taken.setdefault(path, output)
                if other is not output:
                    raise _given_twice(other, output)
                problem = _kept_by_clientsmith(path) or paths.add(path)
                if problem is not None:
                    where = template.place_of_path if template.own else None
                    raise TemplateError(Diagnostic("error", problem, where, rule=RULE))
                yield output

    def text(self, output: Output) -> str:
        """Return the text of a file.

        Raises:
            TemplateError: its template fails.
        """
        template = output.template
        if template.kind == "output":

            def render() -> str:
                return self._environment.whole(
                    self._rendered(template, output.path, output.subject)
                )

            if self._run is None:
                return render()
            made_of = template.name, self._header, *output.subject, *output.subject.values()
            return self._run.text(output.path, made_of, render)
        text = self._environment.copied(text_of(template.file), template.file)
        if not (text and self._header and template.name.startswith("runtime/")):
            return text
        return self._environment.whole(self._environment.concat((self._header, "\n\n", text)))

    def _rendered(self, template: Template, output: str, subject: Mapping[str, Any]) -> str:
        def result() -> str:
            with hidden():
                return self._environment.get_template(template.name).render(
                    api=self._api, **subject
                )

        return self._attempt(result, template, output)

    def _places(self, template: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the path of each file that a template gives, and what it is rendered for."""
        front = template.front
        if front.path is None and front.when is None:
            yield template.path.replace(PACKAGE, self._api.package), {}
            return
        for subject in self._subjects(front.each):
            if front.when is None or self._holds(template, subject):
                yield self._path(template, subject), subject

    def _holds(self, template: Template, subject: Mapping[str, Any]) -> bool:
        def result() -> bool:
            with hidden():
                return bool(self._expression(template.front.when or "")(api=self._api, **subject))

        return self._attempt(result, template, _MATTER, template.front.lines.get("when", 1))

    def _path(self, template: Template, subject: Mapping[str, Any]) -> str:
        def result() -> str:
            with hidden():
                path = self._template(template.path).render(api=self._api, **subject)
                return plain(path)

        return self._attempt(result, template, _MATTER, template.front.lines.get("path", 1))

    def _subjects(self, each: Each) -> Iterator[Mapping[str, Any]]:
        match each:
            case "package":
                yield {}
            case "resource":
                yield from ({"resource": resource} for resource in self._api.resources)
            case "operation":
                operations = set(map(id, self._api.operations))
                for resource in self._api.resources:
                    for operation in resource.operations:
                        if id(operation) in operations:
                            yield {"resource": resource, "operation": operation}
            case "model":
                yield from ({"model": model} for model in self._api.models)

    def _check_own(self, report: Callable[[Diagnostic], None]) -> None:
        """Look at the user's templates before any is rendered."""
        every = self._templates.templates
        own = [each for each in every if each.own and each.name.endswith(ENDING)]
        if not own:
            return
        from .checks import check, unused

        referred = [
            self._attempt(partial(check, each, self._environment, report), each, each.name)
            for each in own
        ]
        if None in referred:
            return
        used = frozenset[str]().union(*(names for names in referred if names is not None))
        for each in own:
            if each.kind == "piece" and each.default is None and each.name not in used:
                report(unused(each, self._templates.defaults))

    def _attempt(
        self, action: Callable[[], Result], template: Template, output: str, line: int = 1
    ) -> Result:
        import jinja2

        try:
            return action()
        except (DiagnosticError, MemoryError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and not isinstance(error, jinja2.TemplateNotFound):
                raise
            if isinstance(error, InvalidCode):
                self._find_origin(error, output)
            raise failure(error, (template.file, line), output, self._environment) from error

    def _find_origin(self, error: InvalidCode, path: str) -> None:
        """Raise the error of the template that gave invalid Python, where it can be found."""
        from .blame import invalid
        from .trace import Traced, whole

        if isinstance(error.code, Traced):
            raise invalid(
                whole(error.code), error.line, str(error), path, self._templates.mine
            ) from error
        if not self._tracing:
            self.trace(path)

    def missed(self, files: Mapping[str, str]) -> Iterator[Diagnostic]:
        """Yield what is wrong with all files together: they import what the user's templates drop."""
        if self._templates.dropped:
            from .dropped import missed

            yield from missed(files, self._templates, self._api.package)

    def tracing(self) -> Renderer:
        """Return one that renders the same, and notes where each piece of the texts comes from."""
        return Renderer(self._api, self._templates, self._plugins, tracing=True)

    def trace(self, path: str) -> Traced | None:
        """Return the text of one file, with the origin of each piece; None if there is no such file.

        Raises:
            TemplateError: a template fails.
        """
        from .trace import Traced, empty

        renderer = self.tracing()
        output = next((output for output in renderer.outputs() if output.path == path), None)
        if output is None:
            return None
        text = renderer.text(output)
        return text if isinstance(text, Traced) and text else empty(output.template.file)

    def blamed(self, error: TemplateError) -> TemplateError:
        """Return an error about a line of the output as one about the line of the template that gave it."""
        from .blame import invalid

        told = error.diagnostics[0]
        if told.rule != INVALID or told.location is None:
            return error
        text = self.trace(told.location.file)
        if text is None:
            return error
        return invalid(
            text, told.location.line, told.message, told.location.file, self._templates.mine
        )


def _environment(
    templates: Catalogue,
    plugins: Sequence[Plugin],
    kept: Cache,
    run: Run | None,
    *,
    tracing: bool,
) -> TemplateEnvironment:
    if tracing:
        from .trace import TracingEnvironment

        return TracingEnvironment(templates, plugins)
    if run is not None:
        from .pieces import RememberingEnvironment

        return RememberingEnvironment(templates, kept, run)
    from .environment import TemplateEnvironment

    return TemplateEnvironment(templates, plugins, kept)


_MATTER = "the front matter"


def _given_twice(first: Output, second: Output) -> TemplateError:
    names = {first.template.name, second.template.name}
    message = f"{' and '.join(sorted(names))} give{'s' if len(names) == 1 else ''} {second.path} more than once"
    hint = (
        "put what tells them apart into the path, such as {{ resource.module }}"
        if len(names) == 1
        else "give one of them another path"
    )
    blamed = second if second.template.own else first
    return TemplateError(
        Diagnostic("error", message, blamed.template.place_of_path, hint, rule=RULE)
    )


def _kept_by_clientsmith(path: str) -> str | None:
    if path in BOOKS or path.partition("/")[0] == WORKPLACE:
        return f"{quoted(path)} cannot be an output file: clientsmith keeps its books there"
    return None
