"""Texts in YAML that no reader takes for something else."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.k8s.yaml_text import dump

_MISREAD = (
    "y", "N", "yes", "Off", "true", "NULL", "~", "=", "<<", "1e3", "1E-3", "+1", "-0", "012", "08",
    "0o7", "0b1", "0x1F", "1_000", ".5", "5.", "-.inf", ".NaN", "1.5e3",
    "2024-1-1", "2024-01-01T1:2:3Z", "2024-01-01 10:00:00",
)  # fmt: skip
"""Texts that Go's readers take for something else, such as a number, in YAML 1.1 or 1.2."""


@pytest.mark.parametrize("text", _MISREAD)
def test_a_text_that_a_reader_would_misread_is_quoted(text: str) -> None:
    assert dump({text: text}) == f"'{text}': '{text}'\n"


@pytest.mark.parametrize("text", ["web", "1Gi", "100m", "10.244.0.0/16", "v1.35.4", "yellow", ""])
def test_other_texts_are_written_as_before(text: str) -> None:
    assert dump({"key": text}) == yaml.safe_dump({"key": text})


@given(st.text())
def test_every_text_is_read_as_it_was(text: str) -> None:
    assert yaml.safe_load(dump({"key": text})) == {"key": text}


def test_several_documents_are_apart_and_keys_keep_their_order() -> None:
    assert dump({"b": 1, "a": 2}, {"c": 3}) == "b: 1\na: 2\n---\nc: 3\n"
