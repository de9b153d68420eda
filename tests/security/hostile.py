"""Strings that try to become code, to break a module, or to leave the folder; and the documents that they are put into.

Every string holds the marker. What runs, if any of it ever became code, writes a file of that name.
"""

from __future__ import annotations

from typing import Any, TypeGuard

MARKER = "PWNED"
CALL = f"__import__('pathlib').Path('{MARKER}').touch()"

STRINGS: dict[str, str] = {
    "single quote": f"'+{CALL}+'",
    "double quote": f'"+{CALL}+"',
    "three single quotes": f"'''\n{CALL}\n'''",
    "three double quotes": f'"""\n{CALL}\n"""',
    "quotes at the end": f'{MARKER}"""',
    "one quote at the end": f'{MARKER}"',
    "a backslash at the end": f"{MARKER}\\",
    "backslash and quotes": f'\\"""\n{CALL}\n\\"""\\',
    "a backslash before a newline": f"{MARKER}\\\n{CALL}",
    "escapes": f"\\N{{DIGIT ONE}}\\x41\\u0041\\U0010ffff\\777 {MARKER}",
    "newline": f"x\n{CALL}\n#",
    "indented newline": f"x\n    {CALL}\n        {CALL}",
    "carriage return": f"x\r{CALL}\r#",
    "line feed and return": f"x\r\n{CALL}\r\n#",
    "vertical tab": f"x\x0b{CALL}\x0b#",
    "form feed": f"x\x0c{CALL}\x0c#",
    "next line": f"x\x85{CALL}\x85#",
    "line separator": f"x\u2028{CALL}\u2028#",
    "paragraph separator": f"x\u2029{CALL}\u2029#",
    "information separators": f"x\x1c{CALL}\x1d{CALL}\x1e{CALL}\x1f",
    "nul": f"{MARKER}\x00{CALL}",
    "escape": f"\x1b[2J\x1b]0;{MARKER}\x07",
    "delete": f"{MARKER}\x7f",
    "bidirectional controls": f"\u202e{MARKER}\u2066\u2069\u202d\u200f\u061c",
    "invisible characters": f"\u200b{MARKER}\u200d\ufeff\u2060\U000e0041",
    "lone surrogates": f"\ud800{MARKER}\udfff",
    "not characters": f"\uffff{MARKER}\U0010ffff\ufffe",
    "templates": f"{{{{ {CALL} }}}}{{% for x in '{MARKER}' %}}{{% endfor %}}{{# {MARKER} #}}",
    "raw templates": "{% endraw %}{{ ''.__class__.__mro__ }}" + MARKER,
    "format braces": f"{{0}}{{}}{{self.__class__}}{{{MARKER}!r:>{{}}}}%s%(x)s${{{MARKER}}}",
    "text with a format": f'f"{{{CALL}}}"',
    "a comment": f"# type: ignore {MARKER}\n# noqa",
    "an expression": CALL,
    "a system call": f"__import__('os').system('touch {MARKER}')",
    "a dunder": f"__class__.{MARKER}",
    "going up": f"../../../../{MARKER}",
    "going up on Windows": f"..\\..\\{MARKER}",
    "an absolute path": f"/tmp/{MARKER}",
    "a drive": f"C:\\{MARKER}",
    "a share": f"\\\\server\\{MARKER}",
    "a device": "CON",
    "a device with an ending": "nul.txt",
    "dots": "..",
    "a keyword": "class",
    "a builtin": "list",
    "nothing": "",
    "a space": " ",
    "a fence": f"```\n{MARKER}\n",
    "HTML": f"<script>{MARKER}</script><!-- {MARKER}",
    "a link": f"[{MARKER}](javascript:{MARKER}) ![{MARKER}](https://{MARKER}/) <https://{MARKER}>",
    "a heading": f"x\n# {MARKER}\n---\n| {MARKER} |",
    "TOML": f'"\n[tool.{MARKER}]\nx = "',
    "another alphabet": "\u0434\u0430\u043d\u043d\u044b\u0435",
    "letters that fold": "\ufb01 \u210c \u00aa \u212fval",
    "a mark of the changelog": f"<!-- clientsmith: end -->\n## 9.9.9\n{MARKER}",
    "a mark of a merge": f"<<<<<<< yours\n{CALL}\n>>>>>>>",
    "a very long line": f"{MARKER} " * 200,
    "a very long word": MARKER * 100,
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Harmless",
        "summary": "A summary.",
        "description": "What it is.",
        "termsOfService": "https://example.com/terms",
        "contact": {"name": "Someone", "url": "https://example.com", "email": "a@example.com"},
        "license": {"name": "MIT", "identifier": "MIT"},
        "version": "1.2.3",
        "x-environment-prefix": "HARMLESS",
    },
    "externalDocs": {"description": "More.", "url": "https://example.com/docs"},
    "servers": [
        {
            "url": "https://{region}.example.com/{base}",
            "description": "A server.",
            "variables": {
                "region": {"default": "eu", "enum": ["eu", "us"], "description": "Where."},
                "base": {"default": "v1"},
            },
        },
        {"url": "https://other.example.com", "description": "Another."},
    ],
    "tags": [
        {"name": "things", "description": "Things.", "externalDocs": {"url": "https://e.com"}},
        {"name": "more", "description": "What else there is."},
    ],
    "security": [{"key": []}, {"oauth": ["read"]}],
    "paths": {
        "/things/{id}": {
            "summary": "A thing.",
            "parameters": [
                {"$ref": "#/components/parameters/Id"},
                {
                    "name": "filter",
                    "in": "query",
                    "description": "A filter.",
                    "style": "deepObject",
                    "explode": True,
                    "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
                },
                {"name": "X-Head", "in": "header", "schema": {"type": "string", "default": "d"}},
                {"name": "crumb", "in": "cookie", "schema": {"type": "string"}, "example": "e"},
            ],
            "get": {
                "operationId": "getThing",
                "tags": ["things"],
                "summary": "Get it.",
                "description": "Gets it.",
                "externalDocs": {"description": "See.", "url": "https://example.com/get"},
                "deprecated": True,
                "responses": {
                    "200": {
                        "description": "The thing.",
                        "headers": {
                            "X-Rate": {"description": "Rate.", "schema": {"type": "integer"}}
                        },
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Thing"},
                                "examples": {"one": {"summary": "One.", "value": {"name": "n"}}},
                            }
                        },
                        "links": {
                            "next": {
                                "operationId": "putThing",
                                "description": "Then.",
                                "parameters": {"id": "$response.body#/name"},
                            }
                        },
                    },
                    "4XX": {
                        "description": "Wrong.",
                        "content": {"application/problem+json": {"schema": {"type": "object"}}},
                    },
                    "default": {"$ref": "#/components/responses/Failed"},
                },
            },
            "put": {
                "operationId": "putThing",
                "tags": ["things", "more"],
                "requestBody": {
                    "description": "The new one.",
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "file": {"type": "string", "format": "binary"},
                                    "note": {"type": "string"},
                                },
                            },
                            "encoding": {
                                "file": {
                                    "contentType": "image/png",
                                    "headers": {"X-Part": {"schema": {"type": "string"}}},
                                }
                            },
                        },
                    },
                },
                "responses": {"204": {"description": "Done."}},
                "callbacks": {
                    "done": {
                        "{$request.body#/name}": {
                            "post": {
                                "x-callback": {
                                    "method": "$request.body#/kind",
                                    "username": "$request.body#/name",
                                    "password": "$request.body#/name",
                                    "body": {"/kind": "$request.body#/kind"},
                                },
                                "requestBody": {
                                    "content": {
                                        "application/json": {
                                            "schema": {"$ref": "#/components/schemas/Thing"}
                                        }
                                    }
                                },
                                "responses": {"200": {"description": "Taken."}},
                            }
                        }
                    }
                },
                "servers": [{"url": "https://put.example.com", "description": "For this."}],
                "x-resource": {"replace": "thing"},
            },
        },
        "/things": {
            "get": {
                "operationId": "listThings",
                "tags": ["things"],
                "parameters": [
                    {"$ref": "#/components/parameters/After"},
                    {
                        "name": "where",
                        "in": "query",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    },
                ],
                "responses": {
                    "200": {
                        "description": "Some things.",
                        "headers": {"X-Total": {"$ref": "#/components/headers/Total"}},
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "next": {"type": "string"},
                                        "items": {
                                            "type": "array",
                                            "items": {"$ref": "#/components/schemas/Thing"},
                                        },
                                    },
                                },
                                "examples": {"few": {"$ref": "#/components/examples/Few"}},
                            }
                        },
                        "links": {"again": {"$ref": "#/components/links/Again"}},
                    }
                },
                "security": [{"basic": []}, {"id": ["see"]}, {"crumb": [], "query": []}],
                "x-paging": {
                    "by": "cursor",
                    "parameter": "after",
                    "next": "/next",
                    "items": "/items",
                },
                "x-command": "browse",
                "x-export": {
                    "id": "/name",
                    "command": "save",
                    "parts": {
                        "media": {
                            "operation": "watchThing",
                            "when": "/kind",
                            "is": "big",
                            "arguments": {"id": "/name"},
                        }
                    },
                },
                "x-resource": {"list": "thing", "items": "items", "filters": ["name = after"]},
            },
            "post": {
                "operationId": "makeThing",
                "tags": ["things"],
                "requestBody": {"$ref": "#/components/requestBodies/New"},
                "responses": {"202": {"description": "Begun."}},
                "callbacks": {"made": {"$ref": "#/components/callbacks/Made"}},
                "x-retry": "always",
                "x-resource": {"create": "thing"},
                "x-waiting": {
                    "name": "thing",
                    "operation": "getThing",
                    "field": "/kind",
                    "finished": "big",
                    "failed": ["small"],
                },
            },
        },
        "/things/{id}/media": {
            "get": {
                "operationId": "watchThing",
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "responses": {
                    "200": {
                        "description": "What happens.",
                        "content": {
                            "text/event-stream": {"schema": {"$ref": "#/components/schemas/Thing"}},
                            "audio/wav": {},
                        },
                    }
                },
                "x-resource": {"read": "media"},
            }
        },
    },
    "webhooks": {
        "made": {
            "post": {
                "operationId": "onMade",
                "summary": "A thing was made.",
                "parameters": [{"name": "X-Sent", "in": "header", "schema": {"type": "string"}}],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                    }
                },
                "responses": {"200": {"description": "Taken."}},
            }
        }
    },
    "components": {
        "parameters": {
            "Id": {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "Which.",
                "schema": {"type": "string"},
            },
            "After": {"name": "after", "in": "query", "schema": {"type": "string"}},
        },
        "headers": {"Total": {"description": "How many.", "schema": {"type": "integer"}}},
        "examples": {"Few": {"summary": "Few.", "value": {"items": [{"name": "n"}]}}},
        "links": {
            "Again": {"operationRef": "#/paths/~1things/get", "description": "Once more."},
        },
        "callbacks": {
            "Made": {
                "{$request.body#/url}": {"post": {"responses": {"200": {"description": "T."}}}}
            }
        },
        "requestBodies": {
            "New": {
                "description": "What to make.",
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {
                            "type": "object",
                            "properties": {"url": {"type": "string", "format": "uri"}},
                        }
                    },
                    "application/xml": {
                        "schema": {
                            "type": "object",
                            "xml": {"name": "new", "namespace": "https://e.com", "prefix": "n"},
                        }
                    },
                },
            }
        },
        "responses": {
            "Failed": {
                "description": "It failed.",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            }
        },
        "schemas": {
            "Thing": {
                "title": "Thing",
                "description": "A thing.",
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {
                        "type": "string",
                        "description": "Its name.",
                        "pattern": "^[a-z]*$",
                        "example": "n",
                        "default": "nobody",
                    },
                    "kind": {"type": "string", "enum": ["big", "small"], "default": "big"},
                    "level": {"enum": ["low", 1, None]},
                    "constant": {"const": "fixed"},
                    "when": {"type": "string", "format": "date-time"},
                    "other": {"$ref": "#/components/schemas/Pet"},
                    "inline": {"type": "object", "properties": {"deep": {"type": "string"}}},
                    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
                    "list": {"type": "array", "items": {"type": "string"}, "default": ["x"]},
                },
                "patternProperties": {"^x-": {"type": "string"}},
            },
            "Pet": {
                "oneOf": [
                    {"$ref": "#/components/schemas/Cat"},
                    {"$ref": "#/components/schemas/Dog"},
                ],
                "discriminator": {
                    "propertyName": "sort",
                    "mapping": {"cat": "#/components/schemas/Cat", "dog": "Dog"},
                },
            },
            "Cat": {
                "type": "object",
                "required": ["sort"],
                "properties": {"sort": {"type": "string"}, "claws": {"type": "integer"}},
            },
            "Dog": {
                "allOf": [
                    {"$ref": "#/components/schemas/Cat"},
                    {"type": "object", "properties": {"barks": {"type": "boolean"}}},
                ]
            },
            "Word": {"type": "string", "enum": ["one", "two"], "x-enum-varnames": ["One", "Two"]},
        },
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key", "description": "A key."},
            "oauth": {
                "type": "oauth2",
                "description": "OAuth.",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "https://example.com/token",
                        "scopes": {"read": "Reads."},
                    }
                },
            },
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "basic": {"type": "http", "scheme": "basic", "description": "A password."},
            "crumb": {"type": "apiKey", "in": "cookie", "name": "session"},
            "query": {"type": "apiKey", "in": "query", "name": "token"},
            "id": {
                "type": "openIdConnect",
                "openIdConnectUrl": "https://example.com/.well-known/openid-configuration",
            },
            "person": {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "https://example.com/authorize",
                        "tokenUrl": "https://example.com/token",
                        "refreshUrl": "https://example.com/refresh",
                        "scopes": {"write": "Writes."},
                    }
                },
            },
        },
    },
    "x-resources": {
        "thing": {"schema": "Thing", "key": {"name": "id"}, "order": "name"},
        "media": {
            "part-of": "thing",
            "pending": 1,
            "content-type": {"kind": {"big": "audio/wav"}},
            "shows": {"kind": {"ready": "big", "pending": "small"}},
        },
    },
    "x-extension": {"some": ["thing"]},
}


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is an object of JSON."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is an array of JSON."""
    return isinstance(value, list)
