"""The document lowered to `Api`: all naming, typing and ordering is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .. import naming
from ..api import Api, Value
from ..config import Configuration
from ..diagnostics import Diagnostic
from ..read.document import Document, Node
from ..text import Name, Text, opened
from .circles import break_chains, break_circles
from .commands import Commands
from .description import describe
from .kept import Kept
from .nodes import Identity, extensions_of, text_of
from .operations import Operations
from .schemas import Definition, Schemas
from .security import Security
from .servers import Servers


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

    Returns:
        Everything that can be made of it: what is broken is left out, or is read as any value.
    """
    lowered, schemas = _lower(document, configuration, None)
    if schemas.led_elsewhere:  # now that it is known what the schemas there are called
        lowered, _ = _lower(document, configuration, schemas.standing())
    return lowered


def _lower(
    document: Document, configuration: Configuration, standing: Mapping[Identity, Name] | None
) -> tuple[Lowered, Schemas]:
    root = document.root
    info = root.get("info")
    title = text_of(_of(info, "title")) or Text(configuration.spec.stem)
    distribution = Name(configuration.distribution or naming.distribution(title))
    package = Name(configuration.package or naming.module(distribution))
    prefix = _environment_prefix(info, configuration, package)
    diagnostics: list[Diagnostic] = []
    schemas = Schemas(document, diagnostics.append, standing)
    security = Security(document, prefix, diagnostics.append)
    servers = Servers(security.taken)
    own_servers = servers.of(root)
    schemas.add_components(document)
    operations = Operations(schemas, security, servers, diagnostics.append)
    resources = operations.resources(root, own_servers)
    operations.incoming.webhooks(root)
    commands = Commands(schemas, root, resources, diagnostics.append)
    break_circles(schemas.definitions, diagnostics.append)
    break_chains(schemas.definitions, diagnostics.append)
    licence = text_of(_of(_of(info, "license"), "name"))
    api = Api(
        title=title,
        version=text_of(_of(info, "version")),
        headline=text_of(_of(info, "summary")) or Text(f"Python client of {opened(title)}"),
        description=text_of(_of(info, "description")),
        licence=licence or None,
        package=package,
        distribution=distribution,
        distribution_version=Name(
            configuration.version or naming.version(text_of(_of(info, "version")))
        ),
        environment_prefix=prefix,
        servers=own_servers,
        needs_base_url=not own_servers or "://" not in opened(own_servers[0].url),
        server_fields=servers.fields(own_servers),
        security=security.schemes,
        foreign_security=security.foreign,
        requirements=security.requirements(root.get("security")),
        credentials=tuple(
            credential for scheme in security.schemes for credential in scheme.credentials
        ),
        resources=resources,
        incoming=operations.incoming.all,
        commands=commands.calling,
        exporting=commands.exporting,
        document=describe(root, resources, Kept(root, diagnostics.append)),
        build_models=tuple,
        source=(info or root).location,
        extensions=extensions_of(root, info),
    )
    return Lowered(api, schemas.definitions, schemas.texts, diagnostics), schemas


def _of(node: Node | None, key: str) -> Node | None:
    return node.get(key) if node is not None else None


def _environment_prefix(info: Node | None, configuration: Configuration, package: Name) -> Name:
    if configuration.environment_prefix:
        return Name(configuration.environment_prefix)
    declared = text_of(_of(info, "x-environment-prefix"))
    return naming.environment_prefix(declared) if declared else naming.environment_prefix(package)
