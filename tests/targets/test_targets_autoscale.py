"""An application whose number of pods follows its load."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.live.project import Project
from tests.live.traffic import Traffic, eventually, eventually_from
from tests.targets.addons import serve_metrics

pytestmark = pytest.mark.live

_LEAST, _MOST = 2, 4
_CLIENTS = 3  # each asks some forty times a second


@pytest.fixture(scope="module")
def project(project_of: Callable[[int], Project]) -> Iterator[Project]:
    """An application that asks for little, and an autoscaler that measures it."""
    made = project_of(2)
    made.settings["slipway:app"] |= {
        "cpu": "10m",
        "data": {**made.settings["slipway:app"]["data"], "cpu": "10m"},
        "replicas": _LEAST,
        "autoscale": {"max": _MOST, "cpu": 50, "scaleDownStabilizationSeconds": 60},
    }
    made.save_settings()
    made.up()
    serve_metrics(made)
    yield made
    made.remove()


def _measured(project: Project) -> int | None:
    """The use of CPU that the autoscaler sees, in percent; None before it sees any."""
    (scaler,) = project.objects("horizontalpodautoscalers")
    metrics = scaler["status"].get("currentMetrics") or [{}]
    return metrics[0].get("resource", {}).get("current", {}).get("averageUtilization")


def _replicas(project: Project) -> tuple[int, int]:
    """How many pods are asked for, and how many are ready."""
    (deployment,) = project.objects("deployments")
    return deployment["spec"]["replicas"], deployment["status"].get("readyReplicas", 0)


def test_pods_follow_the_load_up_and_down_and_no_up_interferes(project: Project) -> None:
    eventually("it is measured", lambda: _measured(project) is not None, seconds=300)
    eventually("it rests", lambda: _replicas(project) == (_LEAST, _LEAST), seconds=120)

    clients = [Traffic(project.url) for _ in range(_CLIENTS)]
    with ExitStack() as load:
        for client in clients:
            load.enter_context(client)
        eventually("more pods", lambda: _replicas(project) == (_MOST, _MOST), seconds=180)
        project.up("--expect-no-changes")
        project.pulumi("preview", "--expect-no-changes")
        assert _replicas(project) == (_MOST, _MOST)
        eventually_from(project.url, "pod", _MOST)
        project.settings["slipway:app"]["env"] = {"VERSION": "2"}
        project.save_settings()
        project.up()
        assert _replicas(project)[0] == _MOST, "an update leaves the number alone"

    assert [failed for client in clients for failed in client.failed] == []
    assert sum(client.answered for client in clients) > 100
    eventually("fewer pods", lambda: _replicas(project) == (_LEAST, _LEAST), seconds=240)
    project.pulumi("preview", "--expect-no-changes")
    outputs = json.loads(project.pulumi("stack", "output", "--json").output)
    assert outputs["url"] == project.url
