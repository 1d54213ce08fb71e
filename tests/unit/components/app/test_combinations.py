"""Whatever combination of settings is accepted, its objects fit each other and the API server."""

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from components.app.claims import misnamed
from components.app.manifests import parts
from components.checks import check
from components.targets.exposure import Exposure

from ..accepted import plain
from ..apps import PLACE, at, valid_apps
from ..edges import accepted, edge_exposures, edge_settings
from ..pod_rules import complaints

_APPLICATIONS = st.sampled_from(["web", "a", "a" * 40, "data"])


_INSIDE = Exposure(url="http://web.shop-dev.svc")


def _complaints(args: Any, place: Any) -> list[str]:
    reached = place if args.is_exposed else dataclasses.replace(place, exposure=_INSIDE)
    made = [plain(part.manifest) for part in parts(args, reached)]
    return [*map(str, check(made)), *complaints(made)]


@given(edge_settings(), _APPLICATIONS)
@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@example({"sidecars": [{"name": "web", "command": ["x"]}]}, "web")
def test_settings_at_the_edges_are_refused_or_work(given: dict[str, Any], name: str) -> None:
    args = accepted(given)

    if args is not None and misnamed(name, args) is None:
        assert _complaints(args, dataclasses.replace(PLACE, name=name)) == []


@given(valid_apps(), edge_exposures())
@settings(max_examples=100)
def test_common_settings_work_however_they_are_exposed(args: Any, exposure: Any) -> None:
    if exposure is not None:
        assert _complaints(args, at(exposure)) == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("Service", {"selector": {"app.kubernetes.io/name": "other"}}),
        ("HorizontalPodAutoscaler", {"scaleTargetRef": {"kind": "Deployment", "name": "other"}}),
        ("Deployment", {"progressDeadlineSeconds": 1, "minReadySeconds": 1}),
    ],
)
def test_the_rules_see_what_does_not_fit(kind: str, change: dict[str, Any]) -> None:
    args = accepted({"autoscale": {"max": 4}})
    made = [plain(part.manifest) for part in parts(args, PLACE)]  # pyright: ignore[reportArgumentType]
    broken = [
        {**each, "spec": {**each["spec"], **change}} if each["kind"] == kind else each
        for each in made
    ]

    assert check(made, strict=True) == []
    assert len(check(broken, strict=True)) == 1
