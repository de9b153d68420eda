"""Input that Hypothesis makes for each target."""

from __future__ import annotations

import json
import operator

from hypothesis import strategies as st

_PIECES = [
    *("a", "b: ", "- ", "? ", ": ", "\n", "  ", "\t", "[", "]", "{", "}", ",", "&x ", "*x", "<<: "),
    *(
        "!!str ",
        "!x ",
        "!!int ",
        "|",
        ">",
        "|2-",
        "'",
        '"',
        "\\",
        "# ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
    ),
    *("1", "0o7", "1e3", "~", "null", "true", "$ref", "'#/a'", "\r\n", "\u2028", "\x85", "\ufeff"),
    *('{"a": ', '"\\ud800"', "[1,", "é", "\0", "\x07", "%TAG ! x\n", "=", "\U0001f600"),
]
_YAML = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=40).map("".join)
_ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["callId", "parts", "kind", "pet"]) | st.text(max_size=4), inner
    ),
)
_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(
            _JSON, st.sampled_from(["cat", "PT1S", "2020-01-01T00:00:00Z", "1", "inbound"])
        )
        for name in (
            *("callId", "to", "count", "ratio", "flag", "direction", "start", "day", "lasts"),
            *("parts", "named", "pet", "either", "other"),
        )
    },
)


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "replace")


STRATEGIES: dict[str, st.SearchStrategy[bytes]] = {
    "reader": st.one_of(
        st.builds(_encoded, _YAML, _ENCODINGS),
        st.builds(_encoded, _JSON.map(json.dumps), _ENCODINGS),
        st.binary(max_size=60),
    ),
    "lowering": st.binary(min_size=8, max_size=80),
    "decoder": st.builds(
        operator.add,
        st.binary(min_size=8, max_size=8),
        (_FIELDS | _JSON).map(json.dumps).map(str.encode) | st.binary(max_size=60),
    ),
}
