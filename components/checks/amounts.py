"""Resources of containers: requests, limits, and the names of resources.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ..k8s.quantity import amount
from .finding import Path, Problem
from .parts import section

_STANDARD = ("cpu", "memory", "ephemeral-storage")


def amount_of(quantity: Any) -> Decimal | None:
    """Return a quantity as a number; None for one that is none or is known only later."""
    try:
        return amount(str(quantity))
    except ValueError:
        return None


def resource_problems(resources: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the `resources` of a container or a pod."""
    limits: Mapping[str, Any] = section(resources, "limits")
    requests: Mapping[str, Any] = section(resources, "requests")
    for kind, amounts in (("limits", limits), ("requests", requests)):
        for name, quantity in amounts.items():
            yield from _quantity((kind, name), name, quantity)
    for name, quantity in requests.items():
        request, limit = amount_of(quantity), amount_of(limits.get(name))
        if request is None or limit is None:
            continue
        if request > limit:
            reason = f"is more than the limit {limits[name]}"
            yield Problem(("requests", name), quantity, reason, str(limits[name]))
        elif request != limit and name not in _STANDARD:
            reason = f"must be the same as the limit {limits[name]}"
            yield Problem(("requests", name), quantity, reason, str(limits[name]))


def _quantity(path: Path, name: str, quantity: Any) -> Iterator[Problem]:
    if name not in _STANDARD and "/" not in name and not name.startswith("hugepages-"):
        yield Problem(path, quantity, "is no resource of a container", ", ".join(_STANDARD))
    number = amount_of(quantity)
    if number is None:
        return
    if number < 0:
        yield Problem(path, quantity, "must not be negative")
    elif name != "cpu" and number != number.to_integral_value():
        example = "128Mi" if name != "memory" or number > 1 else str(quantity).replace("m", "Mi")
        yield Problem(path, quantity, "must be whole; `m` stands for thousandths", example)
