"""What is read of a rollout, from a cluster that a double plays."""

import pytest

from components.app.rollout.watch import Watch
from components.k8s.api import ApiError
from components.k8s.objects import Manifest

from ...doubles.api import ApiDouble
from .manifests import cluster, live, workload

_PODS = "/api/v1/namespaces/shop/pods"


@pytest.fixture
def api() -> ApiDouble:
    """A cluster with a pod on each of the nodes `one` and `two`."""
    made = cluster(live(workload()), ready=2)
    for pod, node in zip(made.lists[_PODS], ("one", "two"), strict=True):
        pod["spec"]["nodeName"] = node
        pod["status"]["conditions"] = []
    made.lists["/api/v1/nodes"] = [_node("one", "True"), _node("two", "True")]
    return made


def _node(name: str, ready: str) -> Manifest:
    condition = {"type": "Ready", "status": ready}
    return {"metadata": {"name": name}, "status": {"conditions": [condition]}}


def _asked(api: ApiDouble, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[str]:
    """Read the logs of both pods twice, the first in vain; return what was asked."""
    asked: list[str] = []
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    def text(path: str, **_query: str) -> str:
        pod = path.split("/")[-2]
        asked.append(pod)
        if pod == "web-0":
            now[0] += seconds
            raise ApiError(500, "InternalError", "dial tcp: i/o timeout")
        return "a line"

    monkeypatch.setattr(api, "text", text)
    watch = Watch(api, workload())
    watch.read_all()
    for _ in range(2):
        for pod in ("web-0", "web-1"):
            watch.log(pod, "web", previous=False, lines=10)
    return asked


def test_a_node_that_does_not_answer_is_asked_for_one_log_only(
    api: ApiDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _asked(api, monkeypatch, seconds=15) == ["web-0", "web-1", "web-1"]


def test_a_node_that_has_no_log_of_one_container_is_asked_for_others(
    api: ApiDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _asked(api, monkeypatch, seconds=0.1) == ["web-0", "web-1"] * 2


def test_a_node_that_is_lost_is_asked_for_no_log(
    api: ApiDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.lists["/api/v1/nodes"] = [_node("one", "Unknown"), _node("two", "True")]
    assert _asked(api, monkeypatch, seconds=15) == ["web-1", "web-1"]
