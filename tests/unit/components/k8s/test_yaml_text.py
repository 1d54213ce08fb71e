"""Texts in YAML that no reader takes for something else."""

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.k8s.yaml_text import dump
from components.settings.yaml import read

from .yaml_texts import MISREAD, TEXTS

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("text", MISREAD)
def test_a_text_that_a_reader_would_misread_is_read_as_it_was(text: str) -> None:
    written = dump({"key": text, "list": [text, [text]], "keys": {text: {"inner": text}}})

    expected = {"key": text, "list": [text, [text]], "keys": {text: {"inner": text}}}
    assert yaml.safe_load(written) == expected
    if text not in ("<<", "\ufeff"):  # Pulumi's own rules for a merge and a byte order mark
        assert read(written.encode()) == expected, "by the rules of Go's library"


@pytest.mark.parametrize("text", MISREAD[:37])
def test_what_looks_like_another_value_is_quoted(text: str) -> None:
    assert dump({text: text}) == f"'{text}': '{text}'\n"


@pytest.mark.parametrize(
    "text", ["web", "1Gi", "100m", "v1.35.4", "yellow", "/healthz", "r.example:5000/web@sha256:0a"]
)
def test_names_quantities_paths_and_images_are_written_as_they_are(text: str) -> None:
    assert dump({text: text}) == f"{text}: {text}\n"


@given(TEXTS)
def test_every_text_is_read_as_it_was(text: str) -> None:
    assert yaml.safe_load(dump({text: text})) == {text: text}


@given(_VALUES)
def test_every_value_of_json_is_read_as_it_was(value: Any) -> None:
    assert yaml.safe_load(dump(value)) == value


def test_several_lines_are_a_block() -> None:
    assert dump({"a": {"b": "one\n\n  two\n"}}) == "a:\n  b: |\n    one\n\n      two\n"
    assert dump(["one\ntwo"]) == "- |-\n  one\n  two\n"


def test_several_documents_are_apart_and_keys_keep_their_order() -> None:
    assert dump({"b": 1, "a": 2}, {"c": 3}) == "b: 1\na: 2\n---\nc: 3\n"


def test_the_same_value_twice_is_written_twice() -> None:
    shared = {"a": [1]}
    assert dump([shared, shared]) == "- a:\n  - 1\n- a:\n  - 1\n"


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_a_number_that_json_does_not_have_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no number that JSON has"):
        dump({"a": value})


@pytest.mark.parametrize("value", [object(), {1: "a"}, {"a": b"bytes"}, [(1, 2)]])
def test_a_value_that_json_does_not_have_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        dump(value)
