"""Label selectors, and node selectors.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .finding import Problem, holds_unknown
from .parts import items, section

Labels = Mapping[str, Any]


def selector_problems(selector: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield expressions that no API server accepts."""
    for index, each in enumerate(items(selector, "matchExpressions")):
        has_values, operator = bool(each.get("values")), each.get("operator")
        path = ("matchExpressions", index, "values")
        if operator in ("In", "NotIn") and not has_values:
            yield Problem(path, None, f"is required with the operator {operator}", "[web]")
        if operator in ("Exists", "DoesNotExist") and has_values:
            yield Problem(path, each["values"], f"must be absent with the operator {operator}")


def selects(selector: Mapping[str, Any], labels: Labels) -> bool:
    """Return whether a label selector selects an object with these labels, or may do so."""
    if holds_unknown(selector) or holds_unknown(labels):
        return True
    wanted: Labels = section(selector, "matchLabels")
    if not wanted.items() <= labels.items():
        return False
    return all(_holds(each, labels) for each in items(selector, "matchExpressions"))


def _holds(expression: Mapping[str, Any], labels: Labels) -> bool:
    key, operator = expression.get("key"), expression.get("operator")
    values = items(expression, "values")
    if operator == "In":
        return labels.get(str(key)) in values
    if operator == "NotIn":
        return labels.get(str(key)) not in values
    return (key in labels) == (operator == "Exists")
