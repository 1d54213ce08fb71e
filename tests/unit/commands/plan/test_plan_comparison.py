"""Belongs here: what differs between an approved plan and the one of now, in words."""

import dataclasses
from typing import Any

import pytest

from commands.plan.comparison import comparison
from commands.plan.document import Plan, planned
from commands.plan.steps import resources
from tests.unit.commands.plan.previews import DEPLOYMENT, deployment, preview, step

_APPROVED = step("update", DEPLOYMENT, "d", deployment(3), deployment(4))


def _plan(*steps: Any, **more: Any) -> Plan:
    given: dict[str, Any] = {"settings": {}, "sources": {"a.py": "1"}, "by_hand": [], **more}
    return planned("slipway", "kind", resources(preview(*(steps or (_APPROVED,)))), **given)


def _lines(other: Plan) -> list[str]:
    return comparison(_plan(settings={"f": {"replicas": 4}}), other)


def _with(*steps: Any, **more: Any) -> Plan:
    return _plan(*steps, **{"settings": {"f": {"replicas": 4}}, **more})


@pytest.mark.parametrize(
    ("other", "lines"),
    [
        (_with(), []),
        (_with(settings={"f": {"replicas": 5}}), ["f.replicas: 4 was approved, now 5"]),
        (
            _with(settings={"f": {"replicas": 4, "x": 1}}),
            ["f.x: set to 1; it was unset"],
        ),
        (_with(sources={"a.py": "2", "b.py": "1"}), ["a.py: changed", "b.py: added"]),
        (_with(sources={}), ["a.py: removed"]),
        (
            _with(step("update", DEPLOYMENT, "d", deployment(3), deployment(6))),
            ["Deployment shop/web: spec.replicas: 4 was approved, now 6"],
        ),
        (
            _with(step("update", DEPLOYMENT, "d", deployment(2), deployment(4))),
            ["d: deployed meanwhile: spec.replicas was 3, is 2"],
        ),
        (
            _with(step("replace", DEPLOYMENT, "d", deployment(3), deployment(4))),
            ["d: approved to be updated, would be replaced now"],
        ),
        (
            _with(step("same", DEPLOYMENT, "d", deployment(4), deployment(4))),
            [
                "d: approved to be updated, would stay as it is now",
                "d: another update has deployed it since the approval",
            ],
        ),
        (
            _with(_APPROVED, step("delete", DEPLOYMENT, "e", deployment())),
            ["e: would be deleted, and was not in the approved plan"],
        ),
        (
            _with(_APPROVED, step("create", DEPLOYMENT, "e", after=deployment())),
            ["Deployment shop/web: in the program now, and not approved"],
        ),
        (_with(by_hand=["x"]), ["changed by hand since: x"]),
        (
            _with(by_hand=None),
            ["changes by hand cannot be compared: the cluster does not answer now"],
        ),
    ],
)
def test_each_difference_is_a_line(other: Plan, lines: list[str]) -> None:
    assert _lines(other) == lines


def test_what_is_gone_since_the_approval_is_named() -> None:
    approved = _plan(
        step("delete", DEPLOYMENT, "a", deployment()),
        step("same", DEPLOYMENT, "b", deployment(), deployment()),
        by_hand=["x"],
    )
    assert comparison(approved, dataclasses.replace(_plan(_APPROVED), stack="other")) == [
        "stack: kind was approved, this is other",
        "Deployment shop/web: approved, and no longer in the program",
        "Deployment shop/web: in the program now, and not approved",
        "a: approved to be deleted, and no longer in the stack",
        "no longer changed by hand: x",
    ]


def test_many_differences_are_counted() -> None:
    lines = _lines(_with(sources={f"{number}.py": "" for number in range(100)}))
    assert len(lines) == 41
    assert lines[-1] == "and 61 more"
