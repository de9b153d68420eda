"""The default templates as Python modules, for the build; `compiled` finds them."""

from __future__ import annotations

from collections.abc import Iterator

from ..cache import NOTHING, key
from .catalogue import find_templates
from .compiled import CompiledTemplates
from .environment import Loader, TemplateEnvironment


def modules() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of a module for each default template."""
    templates = find_templates()
    environment = TemplateEnvironment(templates)
    compiled = CompiledTemplates(NOTHING)
    loader = Loader(templates)
    for template in templates.templates:
        if template.kind == "copy":
            continue
        source, file, _ = loader.get_source(environment, template.name)
        code = environment.compile(source, template.name, file, raw=True)
        yield key(template.name, compiled.get_source_checksum(source)), code
