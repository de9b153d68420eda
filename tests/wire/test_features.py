"""What documents can describe, from the generated method to the bytes on the wire and back, in both clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest

from .callers import Kind
from .generated import Caller, generate
from .servers import Connection, FaultServer, Received, answer, head

Package = Callable[[str], ModuleType]
Call = Callable[..., Caller]
DONE = answer(204)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package of a document, generated once."""
    made: dict[str, ModuleType] = {}
    folder = tmp_path_factory.mktemp("features")

    def get(name: str) -> ModuleType:
        if name not in made:
            made[name] = generate(name, folder)
        return made[name]

    return get


@pytest.fixture
def call(package: Package, kind: Kind, server: FaultServer) -> Iterator[Call]:
    """Make a caller of the package of a document, which calls the server."""
    callers: list[Caller] = []

    def make(name: str, **options: Any) -> Caller:
        server.script = [DONE]
        defaults = {} if "server" in options or "port" in options else {"base_url": server.url}
        callers.append(Caller(package(name), kind, **{**defaults, "max_retries": 0, **options}))
        return callers[-1]

    yield make
    for caller in callers:
        caller.close()


def last(server: FaultServer) -> Received:
    return server.requests[-1]


def query(server: FaultServer) -> list[tuple[str, str]]:
    return parse_qsl(last(server).target.partition("?")[2], keep_blank_values=True)


def parts(request: Received) -> dict[str, list[EmailMessage]]:
    """Return the parts of a form by their names, read by the standard library's parser of MIME."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    whole = message_from_bytes(head + request.body, policy=policy.HTTP)
    found: dict[str, list[EmailMessage]] = {}
    for part in whole.iter_parts():
        name = part.get_param("name", header="content-disposition")
        found.setdefault(str(name), []).append(cast(EmailMessage, part))
    return found


def content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def test_names_that_clash_are_told_apart_by_where_they_are_sent(
    call: Call, server: FaultServer
) -> None:
    call("arguments")("clash", 1, id_query=2, id_header=3, id_cookie=4)
    assert last(server).target == "/clash/1?id=2"
    assert last(server).headers["id"] == "3"
    assert last(server).headers["cookie"] == "id=4"


def test_names_that_python_or_the_client_has_taken(call: Call, server: FaultServer) -> None:
    call("arguments")(
        "clash", 1, self_="a", timeout_=5, from_="b", options_="c", models="d", str="e",
        date=date(2024, 1, 2), timeout=30.0,
    )  # fmt: skip
    assert query(server) == [
        ("self", "a"),
        ("timeout", "5"),
        ("from", "b"),
        ("options", "c"),
        ("models", "d"),
        ("str", "e"),
        ("date", "2024-01-02"),
    ]


def test_names_that_are_no_words(call: Call, server: FaultServer) -> None:
    call("arguments")("clash", 1, top=2, empty="x", snake="y", x_foo="z")
    assert query(server) == [("$top", "2"), ("", "x"), ("🐍", "y")]
    assert last(server).headers["x-foo"] == "z"


def test_a_parameter_is_not_the_body(call: Call, server: FaultServer) -> None:
    call("arguments")("list_", "here", {"a": 1}, content_type_="c")
    assert last(server).target == "/body/here?content_type=c"
    assert json.loads(last(server).body) == {"a": 1}


def test_what_only_the_path_names_is_a_string_and_what_it_does_not_name_is_left_out(
    call: Call, server: FaultServer
) -> None:
    call("arguments")("undeclared", 2, "a b")
    assert last(server).target == "/undeclared/a%20b/2"


def test_styles_of_a_query(call: Call, server: FaultServer) -> None:
    call("arguments")(
        "styles", form=[1, 2], joined=[3, 4], space=["a", "b"], pipe=["c", "d"],
        filter={"min_age": 5, "name": "n"}, json={"some_key": True}, reserved="/a?b",
        empty=[], x_list=[6, 7],
    )  # fmt: skip
    assert last(server).target == (
        "/styles?form=1&form=2&joined=3,4&space=a%20b&pipe=c%7Cd&filter%5BminAge%5D=5"
        "&filter%5Bname%5D=n&json=%7B%22someKey%22%3Atrue%7D&reserved=/a?b&empty="
    )
    assert last(server).headers["x-list"] == "6,7"


def test_a_header_parameter_stands_in_for_what_the_client_says_itself(
    call: Call, server: FaultServer
) -> None:
    styles = call("arguments")
    styles("styles", user_agent="mine", accept_encoding="br")
    assert last(server).headers["user-agent"] == "mine"
    assert last(server).headers["accept-encoding"] == "br"
    server.script = [DONE]
    styles("styles")
    assert last(server).headers["user-agent"] == "arguments/1"
    assert last(server).headers["accept-encoding"] == "gzip, deflate"


def test_styles_of_a_path(call: Call, server: FaultServer) -> None:
    call("arguments")("path", [1, 2], {"a": 3, "b": 4})
    assert last(server).target == "/path/.1,2/;a=3;b=4"


def test_a_query_as_a_whole(call: Call, server: FaultServer) -> None:
    call("arguments")("whole", query={"a b": [1, 2], "c": "&"})
    assert last(server).target == "/whole?a%20b=1&a%20b=2&c=%26"


def test_a_method_of_its_own(call: Call, server: FaultServer) -> None:
    call("arguments")("copy")
    assert last(server).method == "COPY"


@pytest.mark.parametrize("as_model", [True, False])
def test_json_of_a_vendor(
    call: Call, server: FaultServer, package: Package, as_model: bool
) -> None:
    pet = package("bodies").models.Pet(full_name="Rex") if as_model else {"full_name": "Rex"}
    call("bodies")("vendor", pet)
    assert last(server).headers["content-type"] == "application/vnd.pet+json"
    assert json.loads(last(server).body) == {"fullName": "Rex"}


@pytest.mark.parametrize("as_model", [True, False])
@pytest.mark.parametrize("operation", ["vendor", "upload"])
def test_a_list_that_was_changed_in_a_model_is_checked_before_it_is_sent(
    call: Call, server: FaultServer, package: Package, operation: str, as_model: bool
) -> None:
    models = package("bodies").models
    pet = models.Pet(full_name="Rex", tags=["a"])
    if operation == "vendor":
        body: Any = pet
    else:
        body = models.Upload(photo=b"png", pet=pet) if as_model else {"photo": b"png", "pet": pet}
    caller = call("bodies")
    caller(operation, body)
    pet.tags.append(5)
    with pytest.raises(package("bodies").RequestValidationError, match=r"tags\.1: "):
        caller(operation, body)
    assert len(server.requests) == 1


def test_an_optional_body_is_left_out(call: Call, server: FaultServer) -> None:
    call("bodies")("optional")
    assert "content-type" not in last(server).headers
    assert last(server).body == b""


def test_a_form(call: Call, server: FaultServer) -> None:
    address = {"street_name": "Elm"}
    call("bodies")("form", {"full_name": "a&b", "address": address, "tags": ["x", "y"]})
    assert parse_qsl(last(server).body.decode()) == [
        ("fullName", "a&b"),
        ("address", '{"streetName":"Elm"}'),
        ("tags", "x y"),
    ]


@pytest.mark.parametrize("spelling", ["pet_species", "petSpecies"])
def test_a_form_names_its_fields_as_the_document_does(
    call: Call, server: FaultServer, spelling: str
) -> None:
    call("bodies")("form", {spelling: "cat"})
    assert last(server).body == b"petSpecies=cat"


def test_an_upload(call: Call, server: FaultServer, tmp_path: Path) -> None:
    photo = tmp_path / "rex.jpeg"
    photo.write_bytes(b"\xff\xd8")
    others = [BytesIO(b"one"), b"two"]
    pet = {"full_name": "Rex", "tags": ["a"]}
    call("bodies")("upload", {"photo": photo, "others": others, "pet": pet, "note": "é"})
    found = parts(last(server))
    assert found["photo"][0].get_content_type() == "image/jpeg"
    assert found["photo"][0].get_filename() == "rex.jpeg"
    assert content(found["photo"][0]) == b"\xff\xd8"
    assert [content(part) for part in found["others"]] == [b"one", b"two"]
    assert json.loads(content(found["pet"][0])) == {"fullName": "Rex", "tags": ["a"]}
    assert content(found["note"][0]) == "é".encode()


def test_an_upload_of_a_model(call: Call, server: FaultServer, package: Package) -> None:
    bodies = package("bodies")
    photo = bodies.FilePart(b"png", filename="a.png", content_type="image/png")
    call("bodies")("upload", bodies.models.Upload(photo=photo))
    assert parts(last(server))["photo"][0].get_filename() == "a.png"


def test_bytes_from_anywhere(call: Call, server: FaultServer, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"12")
    caller = call("bodies")
    for source in (b"12", path, BytesIO(b"12"), [b"1", b"2"], iter([b"1", b"2"])):
        caller("bytes_", source)
        assert last(server).body == b"12"
        assert last(server).headers["content-type"] == "application/octet-stream"


def test_a_type_that_the_client_does_not_know(call: Call, server: FaultServer) -> None:
    call("bodies")("pdf", b"%PDF")
    assert (last(server).headers["content-type"], last(server).body) == (
        "application/pdf",
        b"%PDF",
    )


@pytest.mark.parametrize(
    ("method", "value", "sent"),
    [("text", "é", "é".encode()), ("text", b"raw", b"raw"), ("xml", "<pet/>", b"<pet/>")],
)
def test_text(call: Call, server: FaultServer, method: str, value: object, sent: bytes) -> None:
    call("bodies")(method, value)
    assert last(server).body == sent


def test_a_range_of_types(call: Call, server: FaultServer, tmp_path: Path) -> None:
    picture = tmp_path / "a.gif"
    picture.write_bytes(b"GIF")
    caller = call("bodies")
    caller("image", picture)
    assert last(server).headers["content-type"] == "image/gif"
    caller("image", b"P", content_type="image/png")
    assert last(server).headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("value", "content_type"),
    [
        ({"full_name": "Rex"}, "application/json"),
        ("text", "text/plain; charset=utf-8"),
        (b"raw", "application/octet-stream"),
    ],
)
def test_any_type(call: Call, server: FaultServer, value: object, content_type: str) -> None:
    call("bodies")("anything", value)
    assert last(server).headers["content-type"] == content_type


def test_the_type_of_a_body_chooses_its_media_type(
    call: Call, server: FaultServer, package: Package
) -> None:
    models = package("bodies").models
    caller = call("bodies")
    for value, content_type in (
        ({"full_name": "Rex"}, "application/json"),
        (models.Pet(full_name="Rex"), "application/json"),
        (models.Form(full_name="Rex"), "application/x-www-form-urlencoded"),
        (b"png", "image/png"),
        ("text", "text/plain"),
    ):
        caller("many", value)
        assert last(server).headers["content-type"] == content_type


def test_the_caller_chooses_the_media_type(call: Call, server: FaultServer) -> None:
    form = "application/x-www-form-urlencoded"
    call("bodies")("many", {"full_name": "Rex"}, content_type=form)
    assert last(server).body == b"fullName=Rex"


PET = b'{"fullName": "Rex"}'


def test_a_range_and_its_errors(call: Call, server: FaultServer, package: Package) -> None:
    caller = call("responses")
    server.script = [answer(203, PET), answer(418, b'{"detail": "tea"}')]
    assert caller("range").full_name == "Rex"
    with pytest.raises(package("responses").ClientError) as failure:
        caller("range")
    assert failure.value.error == package("responses").models.Problem(detail="tea")


def test_default_is_the_success_where_there_is_no_other(call: Call, server: FaultServer) -> None:
    caller = call("responses")
    server.script = [answer(200, PET)]
    assert caller("default").full_name == "Rex"


def test_several_successes(call: Call, server: FaultServer, package: Package) -> None:
    caller, models = call("responses"), package("responses").models
    server.script = [answer(200, PET), answer(202, b'{"jobId": 7}'), DONE]
    assert [caller("several") for _ in range(3)] == [
        models.Pet(full_name="Rex"),
        models.Job(job_id=7),
        None,
    ]


def test_several_media_types(call: Call, server: FaultServer) -> None:
    caller = call("responses")
    server.script = [
        answer(200, PET),
        answer(200, b"a,b", {"Content-Type": "text/csv"}),
        answer(200, b"%PDF", {"Content-Type": "application/pdf"}),
    ]
    assert caller("kinds").full_name == "Rex"
    assert caller("kinds") == "a,b"
    assert caller.read(caller("kinds")) == b"%PDF"


def test_any_media_type(call: Call, server: FaultServer) -> None:
    caller = call("responses")
    server.script = [answer(200, PET)]
    assert caller("wild").full_name == "Rex"


def test_text_of_a_number_is_a_number(call: Call, server: FaultServer) -> None:
    caller = call("responses")
    server.script = [answer(200, b"42", {"Content-Type": "text/plain"})]
    assert caller("number") == 42


def test_xml_is_text(call: Call, server: FaultServer) -> None:
    caller = call("responses")
    server.script = [answer(200, b"<pet/>", {"Content-Type": "application/xml"})]
    assert caller("xml") == "<pet/>"


def test_head_has_no_body(call: Call, server: FaultServer) -> None:
    assert call("responses")("look") is None
    assert last(server).method == "HEAD"


def test_headers_have_their_types(call: Call, server: FaultServer) -> None:
    caller = call("responses")
    fields = {"X-Rate-Limit": "5", "X-Tags": "a, b", "X-Until": "2024-01-02T03:04:05Z"}
    server.script = [answer(200, PET, {"Content-Type": "application/json", **fields})]
    response = caller.response("headers")
    assert response.typed_headers == {
        "X-Rate-Limit": 5,
        "X-Tags": ["a", "b"],
        "X-Until": datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
    }


def test_links_and_headers_are_documented(package: Package) -> None:
    documentation = package("responses").DefaultApi.headers.__doc__
    assert "Again: The same again. It leads to `headers`." in documentation
    assert "X-Rate-Limit: Calls that are left. (`int`)" in documentation


EVENTS = (
    b": hello\n\n"
    b'id: 1\ndata: {"fullName":\ndata: "A"}\n\n'
    b'event: more\r\nretry: 50\r\ndata: {"fullName": "B"}\r\n\r\n'
    b"data: [DONE]\n\n"
)
STREAM = {"Content-Type": "text/event-stream"}


@pytest.mark.parametrize("method", ["events", "items"])
def test_server_sent_events(call: Call, server: FaultServer, package: Package, method: str) -> None:
    caller, responses = call("responses"), package("responses")
    server.script = [answer(200, EVENTS, STREAM)]
    pets = [responses.models.Pet(full_name=name) for name in "AB"]
    assert caller.items(caller(method)) == [
        responses.ServerSentEvent(pets[0], id="1"),
        responses.ServerSentEvent(pets[1], event="more", id="1", retry=50),
    ]


def test_events_without_a_description_are_text(call: Call, server: FaultServer) -> None:
    caller = call("responses")
    server.script = [answer(200, b"data: a\n\ndata\n\nid: 2\n: and a comment", STREAM)]
    assert [event.data for event in caller.items(caller("texts"))] == ["a", ""]


@pytest.mark.parametrize("rest", [b"data: b", b"data: b\n", b"dat", b"event: e\ndata"])
@pytest.mark.parametrize("end", ["length", "close", "reset"])
@pytest.mark.parametrize("transport", ["httpx2", "aiohttp"])
def test_events_that_are_cut_off_do_not_just_end(
    call: Call,
    server: FaultServer,
    kind: Kind,
    package: Package,
    transport: str,
    end: str,
    rest: bytes,
) -> None:
    if (kind, transport) == ("sync", "aiohttp"):
        pytest.skip("aiohttp is asynchronous")

    def cut(connection: Connection, request: Received) -> None:
        body = b"data: a\n\n" if end == "reset" else b"data: a\n\n" + rest
        if end == "length":
            answer(200, body, STREAM)(connection, request)
            return
        connection.send(head(200, STREAM) + body)
        connection.usable = False
        if end == "reset":
            connection.pause(0.05)
            connection.reset()

    caller = call("responses", transport=transport)
    server.script = [cut, answer(200, PET)]
    stream = caller("texts")
    items = aiter(stream) if kind == "async" else iter(stream)
    assert caller.next(items).data == "a"
    with pytest.raises(package("responses").ApiConnectionError, match="broke"):
        caller.next(items)
    assert caller("wild").full_name == "Rex"


@pytest.mark.parametrize(
    ("method", "body", "content_type"),
    [
        ("lines", b'{"fullName":"A"}\n\n{"fullName":"B"}', "application/jsonl"),
        ("sequence", b'\x1e{"fullName":"A"}\n\x1e{"fullName":"B"}\n', "application/json-seq"),
    ],
)
def test_lines_of_json(
    call: Call, server: FaultServer, method: str, body: bytes, content_type: str
) -> None:
    caller = call("responses")
    server.script = [answer(200, body, {"Content-Type": content_type})]
    assert [pet.full_name for pet in caller.items(caller(method))] == ["A", "B"]


def test_a_stream_or_a_value(call: Call, server: FaultServer) -> None:
    caller = call("responses")
    server.script = [answer(200, PET), answer(200, EVENTS, STREAM)]
    assert caller("either").full_name == "Rex"
    assert len(caller.items(caller("either"))) == 2


def test_a_stream_that_is_closed_early_gives_its_connection_back(
    call: Call, server: FaultServer
) -> None:
    caller = call("responses")
    server.script = [answer(200, EVENTS, STREAM), answer(200, PET)]
    assert caller.first(caller("events")).data.full_name == "A"
    assert caller("wild").full_name == "Rex"


def test_an_item_that_cannot_be_read(call: Call, server: FaultServer, package: Package) -> None:
    caller = call("responses")
    server.script = [answer(200, b"{}x\n", {"Content-Type": "application/jsonl"})]
    with pytest.raises(package("responses").ResponseValidationError) as failure:
        caller.items(caller("lines"))
    assert failure.value.body == b"{}x"


def test_an_item_has_a_bound(call: Call, server: FaultServer, package: Package) -> None:
    caller = call("responses", max_response_bytes=10)
    server.script = [answer(200, b"x" * 100, {"Content-Type": "application/jsonl"})]
    with pytest.raises(package("responses").ResponseValidationError, match="max_response_bytes"):
        caller.items(caller("lines"))


def test_keys_of_several_schemes_have_names_of_their_own(call: Call, server: FaultServer) -> None:
    keys = {"api_key": "h", "query_key_api_key": "q", "cookie_key_api_key": "c"}
    caller = call("access", **keys)
    caller("default")
    assert last(server).headers["x-key"] == "h"
    caller("both")
    assert last(server).target == "/both?key=q"
    assert last(server).headers["cookie"] == "sid=c"


def test_either_of_two_schemes(call: Call, server: FaultServer) -> None:
    call("access", token="t")("either")
    assert last(server).headers["authorization"] == "Bearer t"


def test_credentials_from_the_environment(
    call: Call, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCESS_QUERY_KEY_API_KEY", "q")
    monkeypatch.setenv("ACCESS_COOKIE_KEY_API_KEY", "c")
    call("access")("both")
    assert last(server).target == "/both?key=q"


def test_another_scheme_of_the_authorization_header(call: Call, server: FaultServer) -> None:
    call("access", authorization="abc")("custom")
    assert last(server).headers["authorization"] == "Custom abc"


def test_client_credentials_or_a_token(call: Call, server: FaultServer) -> None:
    caller = call("access", client_id="i", client_secret="s")
    server.script = [answer(200, b'{"access_token": "new", "token_type": "Bearer"}'), DONE]
    caller("flow")
    assert [request.target for request in server.requests] == ["/token", "/flow"]
    assert last(server).headers["authorization"] == "Bearer new"
    call("access", access_token="mine")("flow")
    assert last(server).headers["authorization"] == "Bearer mine"


def test_open_id_connect_takes_a_token(call: Call, server: FaultServer) -> None:
    call("access", connect_access_token="t")("connect")
    assert last(server).headers["authorization"] == "Bearer t"


def test_optional_and_no_security(call: Call, server: FaultServer) -> None:
    for method in ("optional", "anonymous"):
        call("access")(method)
        assert "x-key" not in last(server).headers
    call("access", api_key="k")("optional")
    assert last(server).headers["x-key"] == "k"


def test_a_certificate_is_the_transports_affair(
    call: Call, server: FaultServer, package: Package
) -> None:
    call("access", api_key="k")("certificate")
    assert last(server).headers["x-key"] == "k"
    assert "http_client" in package("access").Configuration.__doc__


def test_variables_are_options(call: Call, server: FaultServer) -> None:
    call("access", port=str(server.port))("anonymous")
    assert last(server).target == "/live/anonymous"
    call("access", port=str(server.port), stage="test")("anonymous")
    assert last(server).target == "/test/anonymous"


def test_a_value_that_a_variable_may_not_have(package: Package) -> None:
    with pytest.raises(ValueError, match="stage is 'other'; it must be one of 'live', 'test'"):
        package("access").Client(stage="other")


def test_a_relative_server_is_under_the_base_url(call: Call, server: FaultServer) -> None:
    call("access", server="relative", base_url=server.url)("anonymous")
    assert last(server).target == "/relative/v2/anonymous"
    call("access", server="relative", base_url=f"{server.url}/mine")("anonymous")
    assert last(server).target == "/mine/anonymous"


def test_a_relative_server_needs_a_base_url(
    call: Call, server: FaultServer, package: Package
) -> None:
    with pytest.raises(package("access").RequestValidationError, match="give base_url"):
        call("access", server="relative")("anonymous")
    assert server.requests == []


def test_the_servers_of_a_path_and_of_an_operation(call: Call, server: FaultServer) -> None:
    caller = call("access", port=str(server.port))
    caller("of_path")
    assert last(server).target == "/path-server/elsewhere"
    caller("of_operation")
    assert last(server).target == "/operation-server/elsewhere"


def test_a_base_url_wins_over_the_server_of_a_path(call: Call, server: FaultServer) -> None:
    call("access")("of_path")
    assert last(server).target == "/elsewhere"
    call("access", port="1")("of_path", base_url=f"{server.url}/other")
    assert last(server).target == "/other/elsewhere"


def test_the_document_says_what_may_be_repeated(
    call: Call, server: FaultServer, package: Package
) -> None:
    policy = package("access").RetryPolicy(base=0.001, cap=0.001)
    caller = call("access", max_retries=1, retry=policy)
    server.script = [answer(502), DONE]
    caller("again")
    assert len(server.requests) == 2
    server.script = [answer(502)]
    with pytest.raises(package("access").ServerError):
        caller("never")
    assert len(server.requests) == 3


def test_a_webhook_is_read(package: Package) -> None:
    requests = package("requests")
    for body in (b'{"fullName": "Rex", "age": 3}', '{"fullName": "Rex", "age": 3}'):
        pet = requests.webhooks.parse_new_pet(body)
        assert pet == requests.models.Pet(full_name="Rex", age=3)


def test_a_webhook_that_is_a_form(package: Package) -> None:
    pet = package("requests").webhooks.parse_pet_form(b"fullName=Rex+the+dog&age=3")
    assert (pet.full_name, pet.age) == ("Rex the dog", 3)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", "\x00"])
def test_what_is_no_such_request(package: Package, body: bytes | str) -> None:
    requests = package("requests")
    with pytest.raises(requests.WebhookValidationError) as failure:
        requests.webhooks.parse_new_pet(body)
    assert failure.value.body == (body.encode() if isinstance(body, str) else body)


def test_a_request_without_a_body_has_nothing_to_read(package: Package) -> None:
    assert package("requests").webhooks.parse_empty() is None


def test_a_document_without_paths_gives_a_client(package: Package) -> None:
    with package("requests").Client(base_url="http://127.0.0.1:1") as client:
        assert not [name for name in dir(client) if name.endswith("_api")]


def test_the_readme_receives_a_request_that_has_a_body(package: Package) -> None:
    readme = Path(package("requests").__file__ or "").parents[2] / "README.md"
    assert "received = webhooks.parse_new_pet(await" in readme.read_text(encoding="utf-8")
