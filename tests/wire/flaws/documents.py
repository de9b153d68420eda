"""Documents with one flaw each: what the flaw is, where it stands, and what is left of the client.

§ stands before the place that the finding has to name. Every document has the operation `fine` besides, which must go on
working whatever is wrong elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent, indent

PLACE = "§"

_DOCUMENT = """\
{head}
{root}paths:
  /fine/{{id}}:
    get:
      operationId: fine
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
      responses:
        "200":
          description: Fine.
          content:
            application/json:
              schema: {{$ref: "#/components/schemas/Fine"}}
{paths}
components:
  schemas:
    Fine:
      type: object
      required: [name]
      properties:
        name: {{type: string}}
{schemas}{components}"""

_INFO = 'info: {title: Flaws, version: "1"}'
_DONE = 'responses: {"204": {description: Done.}}'


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """A flaw.

    Attributes:
        rule: The id of the finding.
        text: The document.
        methods: The methods that the client has besides `fine`.
        also: The ids of other findings that follow from the flaw.
    """

    rule: str
    text: str
    methods: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()

    @property
    def document(self) -> str:
        """The document without the mark."""
        return self.text.replace(PLACE, "")

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of the mark."""
        before = self.text.partition(PLACE)[0]
        return before.count("\n") + 1, len(before) - before.rfind("\n")


def _indented(text: str, levels: int) -> str:
    text = dedent(text).strip("\n")
    return f"{indent(text, '  ' * levels)}\n" if text else ""


def _document(
    *,
    version: str = "3.1.0",
    head: str | None = None,
    root: str = "",
    paths: str = "",
    schemas: str = "",
    components: str = "",
) -> str:
    return _DOCUMENT.format(
        head=f"openapi: {version}\n{_INFO}" if head is None else dedent(head).strip("\n"),
        root=_indented(root, 0),
        paths=_indented(paths, 1).rstrip("\n"),
        schemas=_indented(schemas, 2),
        components=_indented(components, 1),
    )


def _anywhere(
    rule: str, *, methods: tuple[str, ...] = (), also: tuple[str, ...] = (), **parts: str
) -> Flaw:
    return Flaw(rule=rule, text=_document(**parts), methods=methods, also=frozenset(also))


def _operation(
    rule: str,
    text: str,
    *,
    path: str = "/flawed",
    done: bool = True,
    methods: tuple[str, ...] = ("flawed",),
    also: tuple[str, ...] = (),
    **parts: str,
) -> Flaw:
    """A flaw of an operation."""
    whole = f"operationId: flawed\n{dedent(text).strip(chr(10))}\n{_DONE if done else ''}"
    paths = f"{path}:\n  post:\n{indent(whole, '    ')}"
    return _anywhere(rule, methods=methods, also=also, paths=paths, **parts)


def _parameter(
    rule: str, text: str, *, version: str = "3.1.0", path: str = "/flawed", components: str = ""
) -> Flaw:
    """A flaw of a parameter."""
    listed = f"parameters:\n{indent(dedent(text).strip(chr(10)), '  ')}"
    return _operation(rule, listed, version=version, path=path, components=components)


def _answer(rule: str, text: str, *, version: str = "3.1.0", also: tuple[str, ...] = ()) -> Flaw:
    """A flaw of the responses of an operation."""
    return _operation(rule, text, done=False, version=version, also=also)


def _schema(rule: str, text: str, *, version: str = "3.1.0", also: tuple[str, ...] = ()) -> Flaw:
    """A flaw of a schema that an operation answers with."""
    answer = """
        responses:
          "200":
            description: Flawed.
            content: {application/json: {schema: {$ref: "#/components/schemas/Flawed"}}}
        """
    schema = f"Flawed:\n{indent(dedent(text).strip(chr(10)), '  ')}"
    return _operation(rule, answer, done=False, version=version, schemas=schema, also=also)


FLAWS: dict[str, Flaw] = {
    # References
    "a schema that is not there": _schema(
        "dangling-reference", "properties: {a: {$ref: §'#/components/schemas/Nowhere'}}"
    ),
    "a component that refers to nothing": _schema("dangling-reference", "$ref: §'#/nowhere'"),
    "a parameter that is not there": _parameter(
        "dangling-reference", "- $ref: §'#/components/parameters/Nowhere'"
    ),
    "a body that is not there": _operation(
        "dangling-reference", "requestBody: {$ref: §'#/components/requestBodies/Nowhere'}"
    ),
    "a response that is not there": _answer(
        "dangling-reference",
        "responses: {'200': {$ref: §'#/components/responses/Nowhere'}}",
    ),
    "a header that is not there": _answer(
        "dangling-reference",
        "responses: {'200': {description: d, headers: {X-A: {$ref: §'#/components/headers/A'}}}}",
    ),
    "a link that is not there": _answer(
        "dangling-reference",
        "responses: {'200': {description: d, links: {l: {$ref: §'#/components/links/A'}}}}",
    ),
    "an example that is not there": _parameter(
        "dangling-reference",
        "- {name: q, in: query, schema: {}, examples: {e: {$ref: §'#/components/examples/A'}}}",
    ),
    "a callback that is not there": _operation(
        "dangling-reference", "callbacks: {c: {$ref: §'#/components/callbacks/A'}}"
    ),
    "a path item that is not there": _anywhere(
        "dangling-reference", paths="/flawed: {$ref: §'#/components/pathItems/A'}"
    ),
    "a security scheme that is not there": _anywhere(
        "dangling-reference",
        components="securitySchemes: {key: {$ref: §'#/components/securitySchemes/Nowhere'}}",
    ),
    "a schema of a body that is not there": _operation(
        "dangling-reference",
        "requestBody: {content: {application/json: {schema: {$ref: §'#/components/schemas/A'}}}}",
    ),
    "a schema of a form that is not there": _operation(
        "dangling-reference",
        "requestBody: {content: {multipart/form-data: {schema: {$ref: §'#/components/schemas/A'}}}}",
    ),
    "a schema of a parameter that is not there": _parameter(
        "dangling-reference", "- {name: q, in: query, schema: {$ref: §'#/components/schemas/A'}}"
    ),
    "a schema of XML that is not there": _answer(
        "dangling-reference",
        "responses: {'200': {description: d, content: {text/xml: {schema: {$ref: §'#/nowhere'}}}}}",
    ),
    "a schema of events that is not there": _answer(
        "dangling-reference",
        "responses: {'200': {description: d, content: {text/event-stream: {schema: {$ref: §'#/nowhere'}}}}}",
    ),
    "a file that is not there": _schema(
        "dangling-reference", "properties: {a: {$ref: §'other.yaml#/A'}}"
    ),
    "a file outside of the folder": _schema(
        "reference-outside", "properties: {a: {$ref: §'../other.yaml#/A'}}"
    ),
    "a schema on the network": _schema(
        "remote-reference", "properties: {a: {$ref: §'https://127.0.0.1/a.yaml'}}"
    ),
    "a reference that is a number": _schema("schema-keyword", "properties: {a: {§$ref: 5}}"),
    "a reference to itself": _schema("circular-reference", "$ref: §'#/components/schemas/Flawed'"),
    "references in a circle": _anywhere(
        "circular-reference",
        schemas="""
            A: {$ref: §'#/components/schemas/B'}
            B: {$ref: '#/components/schemas/A'}
            """,
    ),
    "keywords beside a reference in 3.0": _schema(
        "schema-keyword",
        "properties: {a: {$ref: '#/components/schemas/Fine', §maxProperties: 5}}",
        version="3.0.3",
    ),
    "a body that refers to a schema": _operation(
        "wrong-reference", "requestBody: {$ref: §'#/components/schemas/Fine'}"
    ),
    "a response that refers to a schema": _answer(
        "wrong-reference", "responses: {'200': {$ref: §'#/components/schemas/Fine'}}"
    ),
    "a parameter that refers to a schema": _parameter(
        "wrong-reference", "- $ref: §'#/components/schemas/Fine'"
    ),
    # Operations and paths
    "an operationId twice": _anywhere(
        "duplicate-operation-id",
        methods=("fine_post_flawed",),
        paths=f"/flawed: {{post: {{operationId: §fine, {_DONE}}}}}",
    ),
    "an operationId that is a number": _anywhere(
        "wrong-value",
        methods=("operation_5",),
        paths=f"/flawed: {{post: {{§operationId: 5, {_DONE}}}}}",
    ),
    "an operation that is text": _anywhere("wrong-kind", paths="/flawed: {§post: nothing}"),
    "an operation that is null": _anywhere("wrong-value", paths="/flawed: {§post: ~}"),
    "a path item that is a list": _anywhere("wrong-kind", paths="§/flawed: [post]"),
    "a path item that is null": _anywhere("wrong-value", paths="§/flawed: ~"),
    "a path without a slash": _anywhere(
        "path-slash",
        methods=("flawed",),
        paths=f"§flawed: {{post: {{operationId: flawed, {_DONE}}}}}",
    ),
    "a path that differs in the name of a parameter only": _anywhere(
        "duplicate-path",
        methods=("flawed",),
        paths=f"""
            §/fine/{{name}}:
              post:
                operationId: flawed
                parameters: [{{name: name, in: path, required: true, schema: {{type: string}}}}]
                {_DONE}
            """,
    ),
    "a method that HTTP does not have": _anywhere(
        "unknown-key", paths=f"/flawed: {{§fetch: {{operationId: flawed, {_DONE}}}}}"
    ),
    "tags that are text": _operation("wrong-kind", "§tags: pets"),
    "a tag that is a number": _operation("wrong-value", "tags: [§5]"),
    "a tag that is null": _operation("wrong-value", "tags: [§~]"),
    "deprecated as text": _operation("wrong-value", "§deprecated: 'yes'"),
    "an unknown key of an operation": _operation("unknown-key", "§parameter: []"),
    "callbacks as a list": _operation("wrong-kind", "§callbacks: [a]"),
    "servers as text": _operation("wrong-kind", "§servers: 'https://a.example'"),
    # Parameters
    "parameters as a mapping": _operation("wrong-kind", "§parameters: {q: {in: query}}"),
    "a parameter that is text": _parameter("wrong-kind", "- §q"),
    "a parameter that is null": _parameter("wrong-value", "- §~"),
    "a parameter in a body": _parameter(
        "unknown-location", "- {name: q, §in: body, schema: {type: string}}"
    ),
    "a parameter in nowhere": _parameter(
        "missing-required", "- §{name: q, schema: {type: string}}"
    ),
    "a parameter without a name": _parameter("missing-required", "- §{in: query, schema: {}}"),
    "a parameter whose name is a number": _parameter(
        "wrong-value", "- {§name: 5, in: query, schema: {}}"
    ),
    "a parameter without a schema": _parameter("missing-key", "- §{name: q, in: query}"),
    "a schema of a parameter that is text": _parameter(
        "schema-keyword", "- {name: q, in: query, §schema: string}"
    ),
    "a parameter twice": _parameter(
        "duplicate-parameter",
        "- {name: q, in: query, schema: {}}\n- §{name: q, in: query, schema: {type: integer}}",
    ),
    "a path parameter that is not declared": _anywhere(
        "undefined-path-parameter",
        methods=("flawed",),
        paths=f"/flawed/{{id}}: {{§post: {{operationId: flawed, {_DONE}}}}}",
    ),
    "a path parameter that the path does not have": _parameter(
        "unused-path-parameter", "- §{name: id, in: path, required: true, schema: {}}"
    ),
    "a path parameter that is not required": _parameter(
        "missing-key", "- §{name: id, in: path, schema: {}}", path="/flawed/{id}"
    ),
    "required that is not true": _parameter(
        "wrong-value", "- {name: q, in: query, §required: 'yes', schema: {}}"
    ),
    "an unknown style": _parameter(
        "not-allowed", "- {name: q, in: query, §style: csv, schema: {type: array, items: {}}}"
    ),
    "a style for another place": _parameter(
        "not-allowed", "- {name: q, in: query, §style: matrix, schema: {type: string}}"
    ),
    "a default that is not of its type": _parameter(
        "wrong-default", "- {name: q, in: query, schema: {type: integer, §default: many}}"
    ),
    "a default that is not in its enum": _parameter(
        "wrong-default", "- {name: q, in: query, schema: {enum: [a, b], §default: c}}"
    ),
    "an example that is not of its type": _parameter(
        "wrong-example", "- {name: q, in: query, §example: many, schema: {type: integer}}"
    ),
    "a schema and content at once": _parameter(
        "exclusive-keys",
        "- §{name: q, in: query, schema: {}, content: {application/json: {schema: {}}}}",
    ),
    # Bodies, responses and media types
    "a body without content": _operation("missing-key", "§requestBody: {description: d}"),
    "a body that is text": _operation("wrong-kind", "§requestBody: json"),
    "a body that is null": _operation("wrong-value", "§requestBody: ~"),
    "a media type that is none": _operation(
        "bad-media-type", "requestBody: {content: {§json: {schema: {type: object}}}}"
    ),
    "a media type with a line break": _operation(
        "bad-media-type", 'requestBody: {content: {§"text/plain\\r\\nX-A: b": {schema: {}}}}'
    ),
    "a media type that is null": _operation(
        "wrong-value", "requestBody: {content: {§application/json: ~}}"
    ),
    "content as a list": _operation("wrong-kind", "requestBody: {§content: [application/json]}"),
    "an encoding that is text": _operation(
        "wrong-kind",
        "requestBody: {content: {multipart/form-data: {schema: {type: object}, §encoding: a}}}",
    ),
    "no responses in 3.0": _anywhere(
        "missing-response",
        version="3.0.3",
        methods=("flawed",),
        paths="/flawed: {§post: {operationId: flawed}}",
    ),
    "responses that are empty": _anywhere(
        "missing-response",
        methods=("flawed",),
        paths="/flawed: {§post: {operationId: flawed, responses: {}}}",
    ),
    "responses as a list": _answer("wrong-kind", "§responses: [ok]"),
    "responses that are null": _answer("wrong-value", "§responses: ~"),
    "a response that is text": _answer("wrong-kind", "responses: {§'200': ok}"),
    "a response that is null": _answer("wrong-value", "responses: {§'200': ~}"),
    "a status that is a word": _answer("bad-status", "responses: {§ok: {description: d}}"),
    "a status out of range": _answer("bad-status", "responses: {§'600': {description: d}}"),
    "a range in small letters": _answer("bad-status", "responses: {§2xx: {description: d}}"),
    "content that is never sent": _answer(
        "unsent-content", "responses: {§'204': {description: d, content: {text/plain: {}}}}"
    ),
    "a response without a description": _answer("missing-key", "responses: {§'200': {}}"),
    "headers as a list": _answer(
        "wrong-kind", "responses: {'200': {description: d, §headers: [a]}}"
    ),
    "links as text": _answer("wrong-kind", "responses: {'200': {description: d, §links: a}}"),
    # Schemas
    "an unknown type": _schema("schema-keyword", "§type: file"),
    "an unknown type in a list": _schema("schema-keyword", "type: [§foo]"),
    "a type that is a number": _schema("schema-keyword", "§type: 5"),
    "the type any in 3.0": _schema("schema-keyword", "§type: any", version="3.0.3"),
    "a list of types in 3.0": _schema("schema-keyword", "§type: [string, 'null']", version="3.0.3"),
    "a keyword of 3.1 in 3.0": _schema(
        "schema-keyword", "{type: string, §const: a}", version="3.0.3"
    ),
    "an exclusive limit of 3.1 in 3.0": _schema(
        "schema-keyword", "{type: integer, §exclusiveMinimum: 5}", version="3.0.3"
    ),
    "an exclusive limit of 3.0 in 3.1": _schema(
        "schema-keyword", "{type: integer, minimum: 5, §exclusiveMinimum: true}"
    ),
    "nullable in 3.1": _schema("schema-keyword", "{type: string, §nullable: true}"),
    "nullable without a type": _schema(
        "nullable-without-type", "{§nullable: true}", version="3.0.3"
    ),
    "a schema that is text": _anywhere("schema-keyword", schemas="§Flawed: string"),
    "a schema that is null": _anywhere("schema-keyword", schemas="§Flawed: ~"),
    "properties as a list": _schema("schema-keyword", "{type: object, §properties: [a]}"),
    "properties that are null": _schema("schema-keyword", "{type: object, §properties: ~}"),
    "a property that is text": _schema(
        "schema-keyword", "{type: object, properties: {§a: string}}"
    ),
    "a property that is null": _schema("schema-keyword", "{type: object, properties: {§a: ~}}"),
    "required as true": _schema(
        "schema-keyword", "{type: object, §required: true, properties: {a: {type: string}}}"
    ),
    "required of a property": _schema(
        "schema-keyword", "{type: object, properties: {a: {type: string, §required: true}}}"
    ),
    "required that names a number": _schema(
        "schema-keyword", "{type: object, required: [§5], properties: {a: {type: string}}}"
    ),
    "an enum that is text": _schema("schema-keyword", "{type: string, §enum: a}"),
    "an enum that is empty": _schema("empty", "{type: string, §enum: []}"),
    "an enum of another type": _schema("wrong-enum", "{type: integer, enum: [1, §a]}"),
    "allOf as a mapping": _schema("schema-keyword", "§allOf: {type: object}"),
    "allOf that is empty": _schema("schema-keyword", "§allOf: []"),
    "allOf of itself": _schema(
        "circular-schema", "allOf: [{§$ref: '#/components/schemas/Flawed'}, {properties: {a: {}}}]"
    ),
    "allOf of different types": _schema(
        "contradictory-schema", "§allOf: [{type: string, minLength: 1}, {type: integer}]"
    ),
    "oneOf that is null": _schema("schema-keyword", "§oneOf: ~"),
    "items as a list in 3.1": _schema("schema-keyword", "{type: array, §items: [{type: string}]}"),
    "an array without items in 3.0": _schema("missing-key", "§type: array", version="3.0.3"),
    "additionalProperties as text": _schema(
        "schema-keyword", "{type: object, §additionalProperties: string}"
    ),
    "a discriminator without a property": _schema(
        "missing-key", "{type: object, §discriminator: {}, properties: {a: {}}}"
    ),
    "a discriminator as text": _schema(
        "schema-keyword", "{type: object, §discriminator: a, properties: {a: {type: string}}}"
    ),
    "a discriminator whose mapping leads nowhere": _schema(
        "dangling-reference",
        """
        oneOf: [{$ref: '#/components/schemas/Fine'}, {type: object, properties: {name: {}}}]
        discriminator: {propertyName: name, mapping: {a: §'#/components/schemas/Nowhere'}}
        """,
        also=("discriminator",),
    ),
    "a discriminator that no schema has": _schema(
        "discriminator",
        """
        oneOf: [{$ref: '#/components/schemas/Fine'}, {type: object, properties: {other: {}}}]
        discriminator: §{propertyName: kind}
        """,
    ),
    "a pattern that is no regular expression": _schema(
        "bad-pattern", "{type: string, pattern: §'(['}"
    ),
    "a pattern that is a number": _schema("schema-keyword", "{type: string, §pattern: 5}"),
    "a length that is text": _schema("schema-keyword", "{type: string, §minLength: many}"),
    "a length below zero": _schema("schema-keyword", "{type: string, §minLength: -1}"),
    "a format that is a number": _schema("schema-keyword", "{type: string, §format: 5}"),
    "a default of another type": _schema(
        "wrong-default", "{type: object, properties: {a: {type: integer, §default: many}}}"
    ),
    "an example of another type": _schema(
        "wrong-example", "{type: object, properties: {a: {type: integer, §example: many}}}"
    ),
    "a name of a component with a space": _anywhere(
        "bad-name", schemas="§'A b': {type: object, properties: {a: {type: string}}}"
    ),
    # Security and servers
    "a requirement of a scheme that is not there": _operation(
        "unknown-security-scheme", "security: [{§nowhere: []}]"
    ),
    "a requirement as a mapping": _operation("wrong-kind", "§security: {key: []}"),
    "a requirement that is text": _operation("wrong-kind", "security: [§key]"),
    "an unknown type of a security scheme": _anywhere(
        "not-allowed",
        components="securitySchemes: {key: {§type: basic}}",
        also=("foreign-security-scheme",),
    ),
    "a security scheme without a type": _anywhere(
        "missing-key",
        components="securitySchemes: {§key: {in: header, name: a}}",
        also=("foreign-security-scheme",),
    ),
    "an API key without a place": _anywhere(
        "missing-key",
        components="securitySchemes: {§key: {type: apiKey, name: X-Key}}",
        also=("foreign-security-scheme",),
    ),
    "an API key in a body": _anywhere(
        "not-allowed",
        components="securitySchemes: {key: {type: apiKey, name: a, §in: body}}",
        also=("foreign-security-scheme",),
    ),
    "flows that are null": _anywhere(
        "wrong-value", components="securitySchemes: {key: {type: oauth2, §flows: ~}}"
    ),
    "a URL of a server that is none": _anywhere(
        "bad-server-url", root="servers: [{§url: 'http://[::1'}]"
    ),
    "a port that is none": _anywhere(
        "bad-server-url", root="servers: [{§url: 'https://a.example:http/v1'}]"
    ),
    "a server without a URL": _anywhere("missing-key", root="servers: [§{description: d}]"),
    "a server that is text": _anywhere("wrong-kind", root="servers: [§'https://a.example']"),
    "a variable that is not described": _anywhere(
        "undefined-server-variable", root="servers: [{§url: 'https://{host}/v1'}]"
    ),
    "a variable without a default": _anywhere(
        "missing-key", root="servers: [{url: 'https://{host}/', variables: {§host: {enum: [a]}}}]"
    ),
    "a variable whose default is not in its enum": _anywhere(
        "wrong-default",
        root="servers: [{url: 'https://{host}/', variables: {host: {enum: [a], §default: b}}}]",
    ),
    # The document
    "no info": _anywhere("missing-required", head="§openapi: 3.1.0"),
    "info that is null": _anywhere("wrong-value", head="openapi: 3.1.0\n§info: ~"),
    "info that is text": _anywhere("wrong-kind", head="openapi: 3.1.0\n§info: Flaws"),
    "no title": _anywhere("missing-required", head='openapi: 3.1.0\n§info: {version: "1"}'),
    "no version": _anywhere("missing-required", head="openapi: 3.1.0\n§info: {title: Flaws}"),
    "a title that is empty": _anywhere(
        "empty", head='openapi: 3.1.0\ninfo: {§title: "", version: "1"}'
    ),
    "a version that is a number": _anywhere(
        "wrong-value", head="openapi: 3.1.0\ninfo: {title: Flaws, §version: 1.0}"
    ),
    "a version of OpenAPI without its patch": _anywhere(
        "openapi-version", head=f'§openapi: "3.1"\n{_INFO}'
    ),
    "a version of OpenAPI that is a number": _anywhere(
        "wrong-value", head=f"§openapi: 3.1\n{_INFO}"
    ),
    "webhooks in 3.0": _anywhere(
        "unknown-key", version="3.0.3", root=f"§webhooks: {{a: {{post: {{{_DONE}}}}}}}"
    ),
    "tags as a mapping": _anywhere("wrong-kind", root="§tags: {a: b}"),
    "a tag twice": _anywhere("duplicate-tag", root="tags: [{name: a}, {§name: a}]"),
    "an unknown key at the top": _anywhere("unknown-key", root="§path: {}"),
    "a section of the components as a list": _anywhere("wrong-kind", components="§parameters: [a]"),
    "an extension that is wrong": _operation("bad-extension", "x-retry: §sometimes"),
}
"""The flaws, by what they are."""
