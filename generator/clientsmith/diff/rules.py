"""What a change means for the callers of a client: the one table of rules.

A rule judges by who sends and who receives. What the client sends may be accepted more widely without harm, and what the
service sends may be promised more narrowly; the other way round, somebody breaks. Two things that a service sends may grow all
the same: properties and enum values that a client does not know are kept as they are.

`python -m clientsmith.diff.rules` prints the table as it stands in docs/diff.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["breaking", "compatible", "documentation"]
Direction: TypeAlias = Literal["sent", "received"]
"""Who sends a value, as the client sees it: `sent` by the client, `received` from the service."""

KINDS: Final[tuple[Kind, ...]] = ("breaking", "compatible", "documentation")
"""From the worst to the least."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of change and its meaning.

    Attributes:
        name: its stable id.
        change: what happened.
        sent: its meaning where the client sends what changed; None where it cannot happen.
        received: its meaning where the service sends it; None where it cannot happen.
    """

    name: str
    change: str
    sent: Kind | None
    received: Kind | None


_B: Final = "breaking"
_C: Final = "compatible"
_D: Final = "documentation"

HTTP: Final = (
    Rule("operation-added", "an operation is new", _C, None),
    Rule("operation-removed", "an operation is gone", _B, None),
    Rule("operation-moved", "an operation has another path or method", _B, None),
    Rule("operation-id-changed", "an operation has another operationId", _D, None),
    Rule("parameter-added", "an optional parameter is new", _C, _C),
    Rule("parameter-added-required", "a required parameter is new", _B, _C),
    Rule("parameter-removed", "a parameter is gone", _B, _B),
    Rule("parameter-required", "a parameter that was optional is required", _B, _C),
    Rule("parameter-optional", "a parameter that was required is optional", _C, _B),
    Rule("parameter-moved", "a parameter is sent in another place", _B, _B),
    Rule("serialization-changed", "a parameter or a form's field is written differently", _B, _B),
    Rule("body-added", "there may be a body", _C, _C),
    Rule("body-added-required", "there has to be a body", _B, _C),
    Rule("body-removed", "there is no body any more", _B, _B),
    Rule("body-required", "a body that was optional is required", _B, _C),
    Rule("body-optional", "a body that was required is optional", _C, _B),
    Rule("media-type-added", "a body may have another media type", _C, _C),
    Rule("media-type-removed", "a body cannot have a media type any more", _B, _B),
    Rule("success-added", "a call may end in another success", _C, _B),
    Rule("success-removed", "a call cannot end in a success any more", _B, _B),
    Rule("error-added", "a call may end in another error", _C, _C),
    Rule("error-removed", "an error is not documented any more", _C, _C),
    Rule("header-added", "a response may have another header", _C, _C),
    Rule("header-added-required", "a response always has another header", _B, _C),
    Rule("header-removed", "a response's header is gone", _B, _B),
    Rule("header-required", "a response's header that was optional is always there", _B, _C),
    Rule("header-optional", "a response's header that was always there is optional", _C, _B),
    Rule("webhook-added", "the service may send another request", None, _C),
    Rule("webhook-removed", "the service does not send a request any more", None, _B),
    Rule("security-added", "there is another way to authenticate", _C, _B),
    Rule("security-removed", "a way to authenticate is gone", _B, _C),
    Rule("scheme-changed", "a security scheme works differently", _B, None),
    Rule("scheme-extended", "a security scheme has one more flow or scope", _C, None),
    Rule("server-added", "there is another server, or a variable has another value", _C, None),
    Rule("server-removed", "a server is gone, or a value of a variable", _B, None),
    Rule("server-changed", "another one of the servers that were there is the default", _C, None),
    Rule(
        "environment-prefix-changed",
        "the client's environment variables have other names",
        _B,
        None,
    ),
    Rule("retry-changed", "x-retry says otherwise", _C, None),
    Rule("paging-changed", "x-paging says otherwise", _C, None),
    Rule("waiting-changed", "x-waiting says otherwise", _C, None),
    Rule("command-added", "a subcommand has another name besides, or exports", _C, None),
    Rule("command-changed", "an exporting subcommand saves something else", _C, None),
    Rule("command-removed", "a subcommand lost its other name, or does not export", _B, None),
    Rule("fake-changed", "the fake of the API does something else", _C, None),
    Rule("type-changed", "a value is of another type", _B, _B),
    Rule("type-added", "a value may be of one more type", _C, _B),
    Rule("type-removed", "a value cannot be of a type any more", _B, _C),
    Rule("null-added", "a value may be null", _C, _B),
    Rule("null-removed", "a value cannot be null any more", _B, _C),
    Rule("format-added", "a text has to have a format", _B, _C),
    Rule("format-removed", "a text need not have its format any more", _C, _B),
    Rule("format-changed", "a text has another format", _B, _B),
    Rule("number-narrowed", "a number has a smaller range", _B, _C),
    Rule("number-widened", "a number has a larger range", _C, _C),
    Rule("number-format-changed", "a number has another format", _C, _C),
    Rule("enum-added", "only listed values are left", _B, _C),
    Rule("enum-removed", "a value need not be a listed one any more", _C, _C),
    Rule("enum-value-added", "one more value is listed", _C, _C),
    Rule("enum-value-removed", "a listed value is gone", _B, _C),
    Rule("limit-tightened", "a limit is new or narrower", _B, _C),
    Rule("limit-loosened", "a limit is gone or wider", _C, _B),
    Rule("pattern-added", "a text has to match a pattern", _B, _C),
    Rule("pattern-removed", "a text need not match its pattern any more", _C, _B),
    Rule("pattern-changed", "a text has to match another pattern", _B, _B),
    Rule("property-added", "an optional property is new", _C, _C),
    Rule("property-added-required", "a required property is new", _B, _C),
    Rule("property-removed", "a property is gone", _B, _B),
    Rule("property-required", "a property that was optional is required", _B, _C),
    Rule("property-optional", "a property that was required is optional", _C, _B),
    Rule(
        "other-properties-refused", "properties that are not named are not allowed any more", _B, _C
    ),
    Rule("other-properties-allowed", "properties that are not named are allowed", _C, _C),
    Rule("variant-added", "a union has one more variant", _C, _B),
    Rule("variant-removed", "a union has a variant less", _B, _C),
    Rule("discriminator-added", "a property has to tell the variants of a union apart", _B, _C),
    Rule("discriminator-removed", "no property tells the variants of a union apart", _C, _B),
    Rule("discriminator-changed", "a union is told apart by another property", _B, _B),
    Rule("discriminator-value-added", "another value stands for a variant", _C, _B),
    Rule("discriminator-value-removed", "a value stands for a variant no more", _B, _C),
    Rule("condition-added", "a value has to meet a condition (not, if, contains, ...)", _B, _C),
    Rule("condition-removed", "a value need not meet a condition any more", _C, _B),
    Rule(
        "condition-changed",
        "a value has to meet another condition, which cannot be compared",
        _B,
        _B,
    ),
    Rule(
        "default-added",
        "what the service assumes for a value that is not sent is documented",
        _C,
        _D,
    ),
    Rule(
        "default-removed",
        "what the service assumes for a value that is not sent is not documented any more",
        _B,
        _D,
    ),
    Rule(
        "default-changed", "the service assumes something else for a value that is not sent", _B, _D
    ),
    Rule("deprecated", "something should no longer be used", _C, _C),
    Rule("undeprecated", "something may be used again", _C, _C),
    Rule(
        "description-changed",
        "a description, summary, title or example says something else",
        _D,
        _D,
    ),
)
"""Changes of the HTTP contract."""

PYTHON: Final = (
    Rule("python-added", "a class, method, function or attribute is new", _C, _C),
    Rule("python-removed", "a class, method, function or attribute is gone", _B, _B),
    Rule("python-renamed", "a class, method, function or attribute has another name", _B, _B),
    Rule(
        "python-changed",
        "a name stands for something of another kind, or a class lost a base",
        _B,
        _B,
    ),
    Rule("python-parameter-added", "an optional parameter is new", _C, None),
    Rule("python-parameter-added-required", "a required parameter is new", _B, None),
    Rule("python-parameter-removed", "a parameter is gone", _B, None),
    Rule("python-parameter-required", "a parameter that was optional is required", _B, None),
    Rule("python-parameter-moved", "a positional parameter has another place", _B, None),
    Rule("python-parameter-changed", "a parameter has another kind or default", _B, None),
    Rule("python-type-widened", "an annotation allows more than before", _C, _B),
    Rule("python-type-narrowed", "an annotation allows less than before", _B, _C),
    Rule("python-type-changed", "an annotation is another one", _B, _B),
    Rule("python-type-opened", "an annotation that listed values allows any", _C, _C),
    Rule(
        "python-attribute-required", "an attribute has to be given when a model is made", _B, None
    ),
)
"""Changes of the package's Python interface."""

RULES: Final = {rule.name: rule for rule in (*HTTP, *PYTHON)}
"""Every rule by its name."""


def table(rules: tuple[Rule, ...]) -> str:
    """Return rules as a Markdown table."""
    rows = [("rule", "what happened", "the client sends it", "the service sends it")]
    rows += [
        (f"`{rule.name}`", rule.change, rule.sent or "", rule.received or "") for rule in rules
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(f"{table(HTTP)}\n{table(PYTHON)}", end="")
