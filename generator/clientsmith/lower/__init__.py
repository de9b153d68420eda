"""The document lowered to `Api`: all naming, typing and ordering is decided here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .. import naming
from ..api import Api, Server, Value
from ..config import Configuration
from ..diagnostics import Diagnostic
from ..document import Document, Node
from ..text import Name, Text, opened
from .nodes import description_of, elements, text_of
from .operations import Operations
from .schemas import Definition, Schemas
from .security import requirements, security_schemes


@dataclass(frozen=True, slots=True)
class Lowered:
    """What lowering gives.

    Attributes:
        api: the client, its models still to come from the models stage.
        definitions: the prepared schemas with a name.
        texts: what the tokens in them stand for.
        diagnostics: what was found in the document on the way.
    """

    api: Api
    definitions: dict[Name, Definition]
    texts: dict[str, Value]
    diagnostics: list[Diagnostic]


def lower(document: Document, configuration: Configuration) -> Lowered:
    """Lower a document.

    Args:
        document: a document that was read.
        configuration: the names that the configuration gives; what it leaves out comes from the document's title.

    Raises:
        SpecError: a reference leads nowhere.
    """
    root = document.root
    info = root["info"]
    title = text_of(info.get("title"))
    distribution = Name(configuration.distribution or naming.distribution(title))
    package = Name(configuration.package or naming.module(distribution))
    prefix = _environment_prefix(info, configuration, package)
    diagnostics: list[Diagnostic] = []
    schemas = Schemas(document, diagnostics.append)
    schemes = security_schemes(document, prefix, diagnostics.append)
    known = frozenset(scheme.key for scheme in schemes)
    operations = Operations(schemas, known, diagnostics.append)
    resources = operations.resources(root)
    webhooks = operations.webhooks(root)
    schemas.add_components(document)
    licence = info.get("license")
    api = Api(
        title=title,
        version=text_of(info.get("version")),
        headline=text_of(info.get("summary")) or Text(f"Python client of {opened(title)}"),
        description=text_of(info.get("description")),
        licence=text_of(licence.get("name")) if licence is not None else None,
        package=package,
        distribution=distribution,
        distribution_version=Name(configuration.version or "1.0.0"),
        environment_prefix=prefix,
        servers=tuple(_server(node) for node in elements(root.get("servers"))),
        security=schemes,
        requirements=requirements(root.get("security"), known),
        credentials=tuple(credential for scheme in schemes for credential in scheme.credentials),
        resources=resources,
        webhooks=webhooks,
        build_models=tuple,
    )
    return Lowered(api, schemas.definitions, schemas.texts, diagnostics)


def _environment_prefix(info: Node, configuration: Configuration, package: Name) -> Name:
    if configuration.environment_prefix:
        return Name(configuration.environment_prefix)
    declared = text_of(info.get("x-environment-prefix"))
    return naming.environment_prefix(declared) if declared else naming.environment_prefix(package)


def _server(node: Node) -> Server:
    """Replace the variables of a server URL by their defaults (OpenAPI 3.1, 4.8.5)."""
    variables = node.get("variables")

    def default(match: re.Match[str]) -> str:
        variable = variables.get(match[1]) if variables is not None else None
        value = variable.get("default") if variable is not None else None
        return str(value.value) if value is not None else match[0]

    return Server(
        Text(re.sub(r"\{([^{}]*)\}", default, opened(text_of(node.get("url"))))),
        description_of(node),
    )
