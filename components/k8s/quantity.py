"""Quantities of Kubernetes: cores and bytes.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from decimal import Decimal

_UNITS = "kMGTPE"
_POWERS = {
    "": Decimal(1),
    **{unit: Decimal(1000) ** -power for power, unit in enumerate(("m", "u", "n"), 1)},
    **{unit: Decimal(1000) ** power for power, unit in enumerate(_UNITS, 1)},
    **{f"{unit.upper()}i": Decimal(1024) ** power for power, unit in enumerate(_UNITS, 1)},
}
_QUANTITY = re.compile(r"([+-]?[\d.]+)(?:[eE]([+-]?\d+)|(\D*))")


def amount(quantity: str) -> Decimal:
    """Return a quantity as a number of cores, bytes or objects.  Raises ValueError for others."""
    match = _QUANTITY.fullmatch(quantity)
    if match is None or (match[3] or "") not in _POWERS:
        raise ValueError(f"{quantity} is no quantity, such as 100m or 128Mi")
    power = Decimal(10) ** int(match[2]) if match[2] else _POWERS[match[3] or ""]
    return Decimal(match[1]) * power


def between(quantity: str, least: str, most: str) -> str:
    """Return a quantity that is in a range.  Raises ValueError for others."""
    if not amount(least) <= amount(quantity) <= amount(most):
        raise ValueError(f"an amount from {least} to {most}")
    return quantity
