"""A generated package as the corpus uses it: its clients, and what its modules describe."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

from .server import TOKEN_PATH


class Package:
    """A generated package: its clients and the operations that its modules describe."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.broken: list[str] = []
        self.root = importlib.import_module(name)
        self.base = importlib.import_module(f"{name}._runtime.operation").Operation
        self.modules = list(self._import_all())
        self.operations: dict[tuple[str, str], tuple[Any, Any]] = {
            (operation.method.upper(), operation.path): (module, operation)
            for module in self.modules
            if module.__name__.startswith(f"{name}.api")
            for operation in members_of(module)
            if isinstance(operation, self.base)
        }

    def _import_all(self) -> Iterator[Any]:
        for found in pkgutil.walk_packages(self.root.__path__, f"{self.name}."):
            if found.name.endswith((".__main__", ".pytest_plugin")):
                continue  # what runs when it is imported, or in pytest alone
            try:
                yield importlib.import_module(found.name)
            except Exception as error:
                said = str(error).replace("\n", " ")
                self.broken.append(
                    f"{found.name.partition('.')[2]}: {type(error).__name__}: {said}"
                )

    def build_models(self) -> list[str]:
        """Build every model.

        Returns:
            What cannot be built, and why.
        """
        from pydantic import TypeAdapter

        problems: list[str] = []
        models = importlib.import_module(f"{self.name}.models")
        for name in models.__all__:
            try:
                model: Any = getattr(models, name)
                if rebuild := getattr(model, "model_rebuild", None):
                    rebuild(force=True)
                TypeAdapter(model).rebuild()
            except Exception as error:
                problems.append(f"models.{name}: {type(error).__name__}: {error}"[:300])
        return problems

    def configuration(self, url: str) -> Any:
        """Return a configuration for a server, with made-up credentials."""
        kind = self.root.Configuration
        general = {
            item.name
            for base in kind.__mro__[1:]
            if dataclasses.is_dataclass(base)
            for item in dataclasses.fields(base)
        }
        described = (operation for _, operation in self.operations.values())
        servers = [*kind.servers, *(server for each in described for server in each.servers)]
        variables = {variable.field for server in servers for variable in server.variables}
        own = [
            item.name
            for item in dataclasses.fields(kind)
            if item.name not in general and item.name not in variables
        ]
        credentials = {name: f"some-{name.replace('_', '-')}" for name in own}
        return kind(
            base_url=url,
            token_url=f"{url}{TOKEN_PATH}",
            max_retries=0,
            timeout=20.0,
            **credentials,
        )

    def method(self, module: Any, operation: Any, client: Any, prefix: str) -> Any:
        """Return the method of an operation, as it is with the response around the result."""
        base = getattr(
            importlib.import_module(f"{self.name}._runtime.resource"), f"{prefix}Resource"
        )
        for kind in members_of(module):
            if inspect.isclass(kind) and issubclass(kind, base) and operation.name in vars(kind):
                resource: Any = kind
                return getattr(resource(client).with_response, operation.name)
        raise LookupError(f"no class of {module.__name__} has {operation.name}")


def members_of(module: Any) -> list[Any]:
    """Return what a module holds."""
    return list(module.__dict__.values())
