"""The fakes of other documents: every style of parameter and kind of body, and things kept under other names."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ..generated import generate

MakeFake = Callable[[str], Any]


@pytest.fixture(scope="module")
def fake_of(tmp_path_factory: pytest.TempPathFactory) -> MakeFake:
    """Make a fake of a document, whose package is generated once."""
    made: dict[str, Any] = {}
    folder = tmp_path_factory.mktemp("fakes")

    def get(name: str) -> Any:
        if name not in made:
            package = generate(name, folder)
            made[name] = import_module(f"{package.__name__}.testing")
        return made[name].Fake()

    return get


def test_parameters_of_every_style_are_read(fake_of: MakeFake) -> None:
    fake = fake_of("arguments")
    given = {
        "form": [1, 2],
        "joined": [3, 4],
        "space": ["a", "c"],
        "pipe": ["d", "e"],
        "filter": {"minAge": 5, "name": "f g"},
        "json": {"someKey": True},
        "reserved": "a/b?c",
        "x_list": [6, 7],
    }
    with fake.client() as client:
        api = client.default
        api.styles(**given)
        api.path([1, 2], {"a": 3, "b": 4})
        api.clash(1, id_query=2, id_header=3, id_cookie=4, timeout_=5)
        api.undeclared(2, "a b")
        api.whole(query={"a b": "1"})
        api.copy()
    fake.check()
    styles, path, clash, undeclared, whole, copy = fake.calls
    own = {"accept_encoding", "user_agent"}  # which the client says where the caller does not
    assert styles.arguments.keys() == given.keys() | own
    assert {name: styles.arguments[name] for name in given} == given
    assert path.arguments == {"label": [1, 2], "matrix": {"a": 3, "b": 4}}
    assert clash.arguments == {
        "id": 1,
        "id_query": 2,
        "id_header": 3,
        "id_cookie": 4,
        "timeout_": 5,
    }
    assert undeclared.arguments == {"one": "a b", "two": 2}
    assert whole.arguments == {"query": {"a b": "1"}}
    assert (copy.operation, copy.method) == ("copy", "COPY")


def test_bodies_of_every_kind_are_read(fake_of: MakeFake) -> None:
    fake = fake_of("bodies")
    pet = {"fullName": "F", "tags": ["a", "b"]}
    with fake.client() as client:
        api = client.default
        api.vendor(pet)
        api.optional()
        api.form({**pet, "address": {"streetName": "S"}})
        api.upload({"photo": b"\x89PNG", "others": [b"1", b"2"], "pet": pet, "note": "n"})
        api.bytes_(b"\x00")
        api.text("täxt")
        api.anything(pet)
    fake.check()
    bodies = [call.body for call in fake.calls]
    assert bodies[:2] == [pet, None]
    assert bodies[2]["fullName"] == "F"
    upload = {"photo": "\x89PNG", "others": ["1", "2"], "pet": pet, "note": "n"}
    assert bodies[3:] == [upload, b"\x00", "täxt", pet]


def test_what_is_made_can_be_read_changed_and_deleted(fake_of: MakeFake) -> None:
    fake = fake_of("kept")
    fake.clear()
    with fake.client() as client:
        api = client.default
        made = api.create({"name": "Tom", "kind": "cat", "age": 3})
        other = api.create({"name": "Rex", "kind": "dog", "age": 9})
        assert made.id != other.id
        assert [pet.name for pet in api.list_().data] == ["Rex", "Tom"]
        assert api.list_().total == 7
        assert [pet.name for pet in api.list_(kind="cat").data] == ["Tom"]
        assert [pet.name for pet in api.list_(older=3).data] == ["Rex"]
        assert api.update(made.id, {"age": None}).age is None
        assert api.get(made.id).name == "Tom"
        assert api.replace(made.id, {"name": "Kit"}).kind is None
        api.delete(other.id)
        assert [pet.name for pet in api.list_().data] == ["Kit"]
        api.upload(made.id, b"\x89PNG")
        assert api.photo(made.id).read() == b"\x89PNG"
        assert api.mine().name
    fake.check()


def test_what_a_schema_does_not_allow_is_told(fake_of: MakeFake) -> None:
    fake = fake_of("kept")
    with fake.client() as client:
        for body in ({"name": ""}, {"name": "T", "age": 0}, {"name": "T", "kind": "cow"}, {}):
            with pytest.raises(Exception, match=r"400 Bad Request: the body: "):
                client.request("POST", "/pets", body=body)
    problems = [call.problems for call in fake.calls]
    assert problems == [
        ["the body: name: it has 0 characters; at least 1 are allowed"],
        ["the body: age: 0 must be more than 0"],
        ["the body: kind: 'cow' is not one of 'cat', 'dog'"],
        ["the body: name: it is required"],
    ]


def test_a_key_in_the_query_is_needed_and_kept_secret(fake_of: MakeFake) -> None:
    fake = fake_of("kept")
    with fake.client() as client:
        client.default.list_()
    assert "fake" not in repr(fake.calls)
    assert fake.calls[0].path == "/v1/pets"


def test_streams_and_unions_have_made_up_answers(fake_of: MakeFake) -> None:
    fake = fake_of("responses")
    for operation in fake._description.operations:
        response = fake._description.examples(operation, operation.success, "application/json")
        assert isinstance(response, dict), Path(operation.path)


def test_a_service_without_tls_has_a_fake_that_needs_no_option(fake_of: MakeFake) -> None:
    fake = fake_of("plain")
    with fake.client() as client:
        contact = client.default.get_contact("c-1")
    assert (contact.id, contact.mail) == ("text", "text")  # the first of what only narrows
    fake.check()


def test_a_made_up_stream_is_whole(fake_of: MakeFake) -> None:
    fake = fake_of("responses")
    with fake.client() as client:
        assert [event.data.full_name for event in client.default.events()] == ["text"]
        fake.respond("texts", ["two\nlines", "one"])
        assert [event.data for event in client.default.texts()] == ["two\nlines", "one"]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("iter_things", ()),
        ("iter_wrapped", ()),
        ("iter_by_last", ()),
        ("iter_search_things", ({"text": "x"},)),
        ("iter_pages", ("shelf",)),
        ("iter_from", ()),
        ("iter_linked", ()),
        ("iter_next", ()),
    ],
)
def test_a_made_up_list_has_an_end(
    fake_of: MakeFake, method: str, arguments: tuple[Any, ...]
) -> None:
    fake = fake_of("paging")
    with fake.client() as client:
        assert len(list(getattr(client.default, method)(*arguments))) == 1
    fake.check()


def test_what_is_made_up_is_there_for_whoever_waits_for_it(fake_of: MakeFake) -> None:
    fake = fake_of("paging")
    with fake.client() as client:
        assert client.default.wait_for_get_state().state == "ready"
        assert client.jobs.wait_for_job("j-1").done is True
    assert len(fake.calls) == 2
    fake.check()
