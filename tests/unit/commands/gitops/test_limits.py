"""Belongs here: the limits of a rollout as its manifest has them."""

from typing import Any

import pytest

from commands.gitops.rollouts import limits


def _manifest(kind: str = "Deployment", probe: dict[str, int] | None = None, **spec: Any) -> Any:
    container = {"name": "web"} if probe is None else {"name": "web", "startupProbe": probe}
    pod = {"containers": [container], "terminationGracePeriodSeconds": 20}
    return {"kind": kind, "spec": {"template": {"spec": pod}, **spec}}


@pytest.mark.parametrize(
    ("probe", "seconds"),
    [
        ({"periodSeconds": 1, "failureThreshold": 60}, 60),
        ({"periodSeconds": 2, "failureThreshold": 30, "initialDelaySeconds": 5}, 65),
        ({}, 30),
        (None, 600),
    ],
)
def test_a_container_may_start_for_as_long_as_its_probe_allows(
    probe: dict[str, int] | None, seconds: int
) -> None:
    assert limits(_manifest(probe=probe)).startup_seconds == seconds


def test_the_other_limits_are_those_of_the_workload() -> None:
    found = limits(_manifest(minReadySeconds=7))

    assert (found.min_ready_seconds, found.shutdown_seconds, found.job_seconds) == (7, 20, None)


def test_a_job_has_its_deadline() -> None:
    assert limits(_manifest("Job", activeDeadlineSeconds=90)).job_seconds == 90
