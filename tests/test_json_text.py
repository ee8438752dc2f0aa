"""JSON as indented text: what Python's own encoder writes."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gongkai_cli.formats.json_text import Written, json_text

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(VALUES)
def test_it_is_what_the_encoder_writes(value: Any) -> None:
    assert json_text(value) == json.dumps(value, ensure_ascii=False, indent=1)


def test_a_key_may_hold_what_a_template_is_made_of() -> None:
    value = {"100%": "%s", "%%s": ["%d"], "{0}": {}}
    assert json_text(value) == json.dumps(value, ensure_ascii=False, indent=1)


def test_what_is_text_already_stands_as_it_is() -> None:
    value = {"a": [1, {"b": "@"}], "c": "x"}
    assert json_text(value | {"a": Written(json_text(value["a"], "\n "))}) == json_text(value)
