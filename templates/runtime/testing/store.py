"""What operations do with what the service keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .checking import Checked
from .description import Description, Operation
from .jsonkinds import is_array, is_object
from .messages import Incoming
from .paging import Page, page_of
from .samples import sample
from .state import Collection, Entry, Item, Missing, url_path


@dataclass(frozen=True)
class Given:
    """What an operation gives.

    Attributes:
        data: The body; None for the example of the document.
        content_type: Its media type; None if any will do.
        page: The page of the list that it is; None for a whole list, and for no list.
        entry: The item that it was about.
        part: The part of it.
    """

    data: Any = None
    content_type: str | None = None
    page: Page | None = None
    entry: Entry | None = None
    part: str | None = None


class Store:
    """The collections of a document.

    Args:
        description: The document.
    """

    def __init__(self, description: Description) -> None:
        self._description = description
        found = description.resources
        self.collections = {
            name: Collection(
                name,
                each,
                {part: of for part, of in found.items() if of.get("part_of") == name},
                description.schemas,
            )
            for name, each in found.items()
            if "key" in each
        }
        self._of_examples: set[str] = set()

    def seed(self) -> None:
        """Keep what the examples of the document show."""
        for name, collection in self.collections.items():
            self._of_examples.add(name)
            seen: set[tuple[Any, ...]] = set()
            for item in self._examples(name, collection):
                key = tuple(item.get(field) for field in collection.key)
                if None not in key and key not in seen:
                    seen.add(key)
                    collection.add(item, {})

    def clear(self) -> None:
        """Keep nothing."""
        for collection in self.collections.values():
            collection.clear()

    def add(self, name: str, item: Item, contents: Mapping[str, Any]) -> Entry:
        """Keep an item. The first one of a collection takes the place of the examples.

        Raises:
            LookupError: There is no such collection, or an item of it has no such part.
            ValueError: The item is not what the document describes.
        """
        collection = self.collection(name)
        for part in contents:
            if part not in collection.parts:
                known = ", ".join(collection.parts) or "it has none"
                raise LookupError(f"a {name} has no {part!r}; its parts: {known}")
        problems = list(self._description.schemas.problems(collection.schema, item, "response"))
        if problems:
            raise ValueError(f"this is no {name}: {'; '.join(map(str, problems))}")
        if name in self._of_examples:
            self._of_examples.discard(name)
            collection.clear()
        return collection.add(item, contents)

    def collection(self, name: str) -> Collection:
        """Return a collection.

        Raises:
            LookupError: The document names none like that.
        """
        if name not in self.collections:
            known = ", ".join(self.collections) or "the document names none (x-resources)"
            raise LookupError(f"there is no resource {name!r}; there are: {known}")
        return self.collections[name]

    def name_of(self, model: str) -> str:
        """Return the name of the collection whose items a model describes.

        Raises:
            LookupError: There is none.
        """
        for name, collection in self.collections.items():
            if collection.model == model:
                return name
        raise LookupError(f"{model} is not the model of a resource")

    def perform(self, operation: Operation, checked: Checked, request: Incoming) -> Given:
        """Do what an operation does.

        Returns:
            What it gives.

        Raises:
            Missing: What it is for is not there.
        """
        kept: Mapping[str, Any] = operation.kept or {}
        name, verb = kept["resource"], kept["verb"]
        base = f"{request.origin}{checked.prefix}"
        if name in self.collections:
            collection = self.collections[name]
            if verb == "list":
                return self._list(collection, checked, request, base, operation)
            return self._of_collection(verb, collection, kept, checked, base)
        collection = self.collections[self._description.resources[name]["part_of"]]
        entry = self._one(collection, checked, kept)
        return self._of_part(verb, collection, entry, name, checked)

    def shown(self, entry: Entry, operation: Operation, base: str) -> Item:
        """Return an item as the service shows it.

        Args:
            entry: The item.
            operation: An operation that is about it.
            base: The URL of the server.
        """
        return self._shown(self._collection_of(operation), entry, base)

    def finish(self, entry: Entry, operation: Operation, part: str) -> None:
        """Have a part of an item ready that an operation asked for."""
        self._collection_of(operation).finish(entry, part)

    def _collection_of(self, operation: Operation) -> Collection:
        name = (operation.kept or {})["resource"]
        whole = self._description.resources[name].get("part_of", name)
        return self.collections[whole]

    def _list(
        self,
        collection: Collection,
        checked: Checked,
        request: Incoming,
        base: str,
        operation: Operation,
    ) -> Given:
        kept: Mapping[str, Any] = operation.kept or {}
        entries = self._listed(collection, kept, checked, operation)
        items: list[Any] = [self._shown(collection, entry, base) for entry in entries]
        paging, page = operation.paging, None
        most: int = kept.get("limit", len(items))
        if paging is not None and paging["by"] != "window":
            size = checked.values.get(kept.get("size", ""))
            wanted = min(size, most) if isinstance(size, int) and size > 0 else most
            body = checked.call.body
            page = page_of(items, paging, max(wanted, 1), checked.values, body, request.url)
            items = page.items
        items = items[:most]
        return Given({kept["items"]: items} if kept.get("items") else items, page=page)

    def _of_collection(
        self,
        verb: str,
        collection: Collection,
        kept: Mapping[str, Any],
        checked: Checked,
        base: str,
    ) -> Given:
        if verb == "create":
            entry = self._created(collection, checked)
            return Given(self._shown(collection, entry, base), entry=entry)
        entry = self._one(collection, checked, kept)
        if verb == "read":
            collection.wait(entry)
        elif verb == "delete":
            collection.remove(entry)
        elif verb == "replace":
            identity = {field: entry.item[field] for field in collection.key}
            entry.item = {**_object(checked.call.body), **identity}
        else:
            change = kept["set"] if "set" in kept else _object(checked.call.body)
            for each in self._found(collection, checked, kept):
                each.item.update(change)
        return Given(self._shown(collection, entry, base), entry=entry)

    def _of_part(
        self, verb: str, collection: Collection, entry: Entry, name: str, checked: Checked
    ) -> Given:
        part = entry.parts[name]
        if verb in ("create", "update"):
            collection.begin(entry, name)
            return Given(entry=entry, part=name)
        if verb == "replace":
            collection.begin(entry, name)
            entry.parts[name].content = checked.call.body
            return Given(entry=entry, part=name)
        if verb == "delete":
            if part.stage == "absent":
                raise Missing(f"the {collection.name} has no {name}")
            collection.end(entry, name)
            return Given(entry=entry)
        collection.wait(entry)
        if part.stage != "ready":
            state = "is not ready yet" if part.stage == "pending" else "is not there"
            raise Missing(f"the {name} of the {collection.name} {state}")
        return Given(part.content, collection.content_type(entry, name), entry=entry)

    def _listed(
        self,
        collection: Collection,
        kept: Mapping[str, Any],
        checked: Checked,
        operation: Operation,
    ) -> list[Entry]:
        properties = self._description.schemas.resolved(collection.schema).get("properties", {})
        filters: list[list[str]] = list(kept.get("filters", ()))
        named = {parameter for _, _, parameter in filters}
        for parameter in operation.parameters:
            name = parameter["name"]
            if parameter["in"] == "query" and name in properties and name not in named:
                filters.append([name, "=", name])
        matching = collection.matching(checked.values)
        return list(collection.filtered(matching, filters, checked.values))

    def _found(
        self, collection: Collection, checked: Checked, kept: Mapping[str, Any]
    ) -> Iterator[Entry]:
        for entry in collection.matching(checked.values):
            if all(
                entry.item.get(field) == value for field, value in kept.get("where", {}).items()
            ):
                yield entry

    def _one(self, collection: Collection, checked: Checked, kept: Mapping[str, Any]) -> Entry:
        entry = next(self._found(collection, checked, kept), None)
        if entry is None:
            of = {
                name: value
                for name, value in checked.values.items()
                if name in collection.key.values()
            }
            such = {**of, **kept.get("where", {})}
            told = ", ".join(f"{name} {value}" for name, value in such.items())
            raise Missing(f"there is no {collection.name} with {told}")
        return entry

    def _created(self, collection: Collection, checked: Checked) -> Entry:
        path = {
            field: checked.values[parameter]
            for field, parameter in collection.key.items()
            if parameter in checked.values
        }
        item = {**_object(checked.call.body), **path}
        schemas = self._description.schemas
        described = schemas.resolved(collection.schema)
        for name in described.get("required", ()):
            if name not in item and name not in collection.key:
                item[name] = sample(schemas, described.get("properties", {}).get(name))
        if collection.name in self._of_examples:
            self._of_examples.discard(collection.name)
            collection.clear()
        return collection.add(item, {})

    def _shown(self, collection: Collection, entry: Entry, base: str) -> Item:
        return collection.shown(
            entry, lambda name, path: base + url_path(self._path_of(name), path)
        )

    def _path_of(self, name: str) -> str:
        """Return the path template of the operation that reads a part."""
        for operation in self._description.operations:
            kept = operation.kept or {}
            if kept.get("resource") == name and kept.get("verb") == "read":
                return operation.path
        return ""

    def _examples(self, name: str, collection: Collection) -> Iterator[Item]:
        found = False
        for verb in ("read", "list"):
            for operation in self._description.operations:
                kept = operation.kept or {}
                if kept.get("resource") == name and kept.get("verb") == verb:
                    for value in self._examples_of(operation):
                        for item in _items(value, kept.get("items")):
                            found = True
                            yield item
        if not found and collection.schema is not None:
            yield from _items(sample(self._description.schemas, collection.schema), None)

    def _examples_of(self, operation: Operation) -> list[Any]:
        response = operation.response(operation.success) or {}
        content: Mapping[str, Any] = response.get("content", {})
        return [value for media in content.values() for value in media.get("examples", {}).values()]

    @property
    def base(self) -> str:
        """The URL of the document's first server."""
        servers = self._description.servers
        return servers[0] if servers and urlsplit(servers[0]).netloc else ""


def _items(value: Any, name: str | None) -> list[Item]:
    """Return the items that an example shows."""
    inner = value.get(name) if name is not None and is_object(value) else value
    listed: list[Any] = inner if is_array(inner) else [inner]
    return [item for item in listed if is_object(item)]


def _object(body: Any) -> Item:
    return dict(body) if is_object(body) else {}
