"""Belongs here: which spellings of a value are equal for Kubernetes."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.drift.values import HIDDEN, MISSING, equal, hides, quantity


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", "1"), ("500m", "0.5"), ("1k", "1000"), ("1Ki", "1024"), ("1.5Gi", "1610612736"),
        ("1e3", "1000"), ("2E", "2e18"), (".5", "0.5"), ("100n", "1e-7"), ("-1", "-1"),
    ],
)  # fmt: skip
def test_a_quantity_is_a_number(text: str, number: str) -> None:
    assert quantity(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "m", "1x", "1 Gi", "half", "1Kii", "0x1"])
def test_another_text_is_no_quantity(text: str) -> None:
    assert quantity(text) is None


@given(st.integers(min_value=0, max_value=10**6))
def test_a_quantity_is_equal_to_itself_in_a_smaller_unit(number: int) -> None:
    assert equal(f"{number}", f"{number * 1000}m", measured=True)
    assert equal(f"{number}Gi", f"{number * 1024}Mi", measured=True)
    assert equal(number / 2, f"{number * 500}m", measured=True)
    assert not equal(f"{number}", f"{number * 1000 + 1}m", measured=True)


@pytest.mark.parametrize(
    ("declared", "live"),
    [
        ("1000m", "1"), (True, 1), (False, MISSING), (0, MISSING), ({}, MISSING), ([1], MISSING),
        ("x", MISSING), ([1, 2], [2, 1]), ([1], [1, 2]), ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, 1),
        ([{"port": 1}], [{"port": 1, "protocol": "UDP"}]),
    ],
)  # fmt: skip
def test_other_values_differ(declared: Any, live: Any) -> None:
    assert not equal(declared, live)


@pytest.mark.parametrize(
    ("declared", "live"),
    [
        (3, 3.0), ("", MISSING), (None, MISSING), ([], MISSING), ([], None),
        ([{"port": 1}], [{"port": 1, "protocol": "TCP"}]), ({"a": ""}, {}), ({}, {"b": []}),
        ({"resource": {"limits": {"cpu": 0.5}}}, {"resource": {"limits": {"cpu": "500m"}}}),
        (HIDDEN, "anything"),
    ],
)  # fmt: skip
def test_what_the_api_server_writes_otherwise_is_equal(declared: Any, live: Any) -> None:
    assert equal(declared, live)


def test_a_secret_is_seen_at_any_depth() -> None:
    assert hides({"a": [{"b": HIDDEN}]})
    assert not hides({"a": [{"b": 1}]})
