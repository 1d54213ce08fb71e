"""Values that are equal for Kubernetes, however they are written."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, cast


class Hidden:
    """A secret value, which is encrypted in the state."""

    def __repr__(self) -> str:
        return "a secret value"


class Missing:
    """A field that is not set."""

    def __repr__(self) -> str:
        return "nothing"


HIDDEN: Final = Hidden()
MISSING: Final = Missing()

_QUANTITY = re.compile(r"([+-]?[0-9]*\.?[0-9]+)(?:[eE]([+-]?[0-9]+)|(m|k|[KMGTPE]i?|u|n)?)")
_UNITS = {
    "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "k": Decimal(10**3),
    **{unit: Decimal(1000) ** power for power, unit in enumerate("KMGTPE", 1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)},
}  # fmt: skip
_EMPTY: tuple[Any, ...] = (None, "", [], 0, False)
_DEFAULTS: tuple[tuple[str, Any], ...] = (
    ("apiVersion", "v1"), ("group", ""), ("group", "gateway.networking.k8s.io"),
    ("kind", "Gateway"), ("kind", "Service"), ("protocol", "TCP"), ("weight", 1),
)  # fmt: skip
"""What the API server adds to entries of lists that are replaced as a whole."""
_MEASURED = frozenset(
    {
        "averageValue", "default", "defaultRequest", "divisor", "hard", "limits", "max", "min",
        "maxLimitRequestRatio", "requests", "sizeLimit", "target",
    }
)  # fmt: skip
"""Fields of which the strings, or those inside, are quantities: `500m` and `0.5` are the same."""


def is_measured(field: str) -> bool:
    """Return whether the values of a field are quantities."""
    return field in _MEASURED


def equal(declared: Any, live: Any, *, measured: bool = False) -> bool:
    """Return whether a live value is the declared one, for values that are replaced as a whole.

    Of what is not declared only the API server's defaults are equal: one more port in a rule of a
    NetworkPolicy makes it another rule.
    """
    if declared is HIDDEN:
        return live is not MISSING
    if isinstance(declared, dict):
        return isinstance(live, dict) and _same_fields(
            cast("dict[str, Any]", declared), cast("dict[str, Any]", live), measured=measured
        )
    if isinstance(declared, list):
        entries = cast("list[Any]", declared)
        if not isinstance(live, list):
            return not entries and (live is MISSING or live is None)
        others = cast("list[Any]", live)
        return len(entries) == len(others) and all(
            equal(entry, other, measured=measured)
            for entry, other in zip(entries, others, strict=True)
        )
    return _same(declared, live, measured=measured)


def _same_fields(declared: Mapping[str, Any], live: Mapping[str, Any], *, measured: bool) -> bool:
    return all(
        equal(value, live.get(key, MISSING), measured=measured or is_measured(key))
        for key, value in declared.items()
    ) and all(
        value in _EMPTY or (key, value) in _DEFAULTS
        for key, value in live.items()
        if key not in declared
    )


def _same(declared: Any, live: Any, *, measured: bool) -> bool:
    if declared is None or declared == "":
        return live is MISSING or live is None or live == ""
    if declared == live and isinstance(declared, bool) == isinstance(live, bool):
        return True
    if measured and not isinstance(declared, bool) and not isinstance(live, bool):
        one, other = quantity(str(declared)), quantity(str(live))
        return one is not None and one == other
    return False


def hides(value: Any) -> bool:
    """Return whether a value is secret, or has a secret in it."""
    if isinstance(value, dict):
        return any(hides(inner) for inner in cast("dict[str, Any]", value).values())
    if isinstance(value, list):
        return any(hides(inner) for inner in cast("list[Any]", value))
    return value is HIDDEN


def quantity(text: str) -> Decimal | None:
    """Return the number that a quantity is; None for another text.

    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    if (found := _QUANTITY.fullmatch(text)) is None:
        return None
    number, exponent, unit = found.groups()
    return Decimal(number) * Decimal(10) ** int(exponent or 0) * _UNITS.get(unit, Decimal(1))
