"""Quantities of Kubernetes as numbers, and their bounds."""

import pytest

from components.k8s.quantity import amount, between


@pytest.mark.parametrize(
    ("quantity", "number"),
    [
        ("250m", "0.25"),
        ("1.5", "1.5"),
        ("64Mi", str(64 * 2**20)),
        ("1k", "1000"),
        ("7", "7"),
        ("2500u", "0.0025"),
        ("100n", "0.0000001"),
        ("1E", str(10**18)),
        ("1Ei", str(2**60)),
        ("1e3", "1000"),
        ("12E-1", "1.2"),
    ],
)
def test_a_quantity_is_a_number(quantity: str, number: str) -> None:
    assert str(amount(quantity).normalize()) == str(amount(number).normalize())


@pytest.mark.parametrize("text", ["", "Mi", "1 Mi", "1mi", "96Mx", "1e", "ten"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no quantity"):
        amount(text)


def test_a_range_includes_its_ends() -> None:
    assert [between(quantity, "1Mi", "1Gi") for quantity in ("1Mi", "1024Mi")] == ["1Mi", "1024Mi"]
    for quantity in ("1023Ki", "1025Mi"):
        with pytest.raises(ValueError, match="an amount from 1Mi to 1Gi"):
            between(quantity, "1Mi", "1Gi")
