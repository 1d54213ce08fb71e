"""A trial pull on the nodes: pulled, refused, and no pod left behind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from components.machine.runner import CommandError, LocalError, Runner
from components.targets import pull_trial
from components.targets.node_pulls import NodePullsProvider

_PROPS: dict[str, Any] = {
    "image": "r.example/web@sha256:1",
    "namespace": "shop",
    "pullSecrets": ["login"],
    "labels": {"slipway.dev/stack": "shop-dev"},
    "kubeconfig": "credentials",
    "uid": "1",
    "__provider": "pickle",
}
_READY = {"conditions": [{"type": "Ready", "status": "True"}]}
_PULLED = {"terminated": {"reason": "StartError"}}


@dataclass(frozen=True)
class Cluster(Runner):
    """A cluster of nodes, with what the container of a pod on each of them goes through."""

    nodes: Mapping[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    states: Mapping[str, list[dict[str, Any]]] = field(
        default_factory=dict[str, list[dict[str, Any]]]
    )
    forbidden: str = ""
    pods: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    created: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        words = command[4:]
        if self.forbidden and self.forbidden in words:
            raise CommandError("kubectl", "failed", "Forbidden")
        match words:
            case ["get", "--raw", "/api/v1/nodes"]:
                items = [{"metadata": {"name": name}, **node} for name, node in self.nodes.items()]
                return json.dumps({"items": items})
            case ["create", "--filename=-"]:
                self.pods.extend(json.loads(stdin or "")["items"])
                self.created.extend(self.pods)
            case ["get", "pods", "--namespace", "shop", _, "--output=json"]:
                return json.dumps({"items": [self._seen(pod) for pod in self.pods]})
            case ["delete", "pods", *_]:
                self.pods.clear()
            case _:
                raise AssertionError(f"not known here: {command}")
        return ""

    def _seen(self, pod: dict[str, Any]) -> dict[str, Any]:
        states = self.states.get(pod["spec"]["nodeName"], [_PULLED])
        state = states.pop(0) if len(states) > 1 else states[0]
        statuses = [{"state": state}] if state else []
        return {**pod, "status": {"containerStatuses": statuses}}


def _node(**spec: Any) -> dict[str, Any]:
    return {"spec": spec, "status": _READY}


def _provider(cluster: Cluster) -> NodePullsProvider:
    provider = NodePullsProvider()
    provider.runner = cluster
    return provider


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull_trial, "_PAUSE_SECONDS", 0)


def test_every_node_that_takes_pods_pulls_and_no_pod_stays() -> None:
    cluster = Cluster(
        nodes={
            "control": _node(taints=[{"effect": "NoSchedule"}]),
            "drained": _node(unschedulable=True),
            "down": {"spec": {}, "status": {"conditions": [{"type": "Ready", "status": "False"}]}},
            "a": _node(taints=[{"effect": "PreferNoSchedule"}]),
            "b": _node(),
        },
        states={"b": [{}, {"waiting": {"reason": "ContainerCreating"}}, _PULLED]},
    )

    outs = _provider(cluster).create(_PROPS).outs or {}

    assert [pod["spec"]["nodeName"] for pod in cluster.created] == ["a", "b"]
    assert cluster.pods == []
    assert "kubeconfig" not in outs
    spec = cluster.created[0]["spec"]
    assert spec["imagePullSecrets"] == [{"name": "login"}]
    assert spec["containers"][0]["image"] == _PROPS["image"]


def test_a_node_that_cannot_pull_is_named_with_the_registrys_error() -> None:
    error = {"reason": "ErrImagePull", "message": "401 Unauthorized"}
    back_off = {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}
    cluster = Cluster(
        nodes={"a": _node(), "b": _node()},
        states={"b": [{"waiting": error}, {"waiting": back_off}]},
    )

    with pytest.raises(LocalError, match=r"(?s)the node b cannot pull .*401 Unauth.*pullSecret"):
        _provider(cluster).create(_PROPS)
    assert cluster.pods == []


def test_a_pull_that_does_not_end_fails_with_the_nodes_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pull_trial, "_PULL_SECONDS", 0)
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    cluster = Cluster(nodes={"a": _node(), "b": _node()}, states={"b": [waiting]})

    with pytest.raises(LocalError, match=r"^b: still pulling"):
        _provider(cluster).create(_PROPS)
    assert cluster.pods == []


@pytest.mark.parametrize("forbidden", ["/api/v1/nodes", "create"])
def test_what_the_account_may_not_do_is_reported_and_stops_nothing(
    forbidden: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _provider(Cluster(nodes={"a": _node()}, forbidden=forbidden)).create(_PROPS)

    assert "whether the nodes can pull r.example/web@sha256:1 was not tried" in (
        capsys.readouterr().out
    )


def test_another_token_is_no_reason_to_pull_again_another_image_or_cluster_is() -> None:
    provider = _provider(Cluster())
    olds = provider.create(_PROPS).outs or {}

    assert not provider.diff("", olds, {**_PROPS, "kubeconfig": "another"}).changes
    assert provider.diff("", olds, {**_PROPS, "image": "r.example/web@sha256:2"}).changes
    assert provider.diff("", olds, {**_PROPS, "uid": "2"}).changes


def test_several_applications_are_tried_side_by_side_without_touching_one_another() -> None:
    selectors: list[str] = []

    @dataclass(frozen=True)
    class Watched(Cluster):
        def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
            selectors.extend(word for word in command if word.startswith("--selector="))
            return super().run(*command, stdin=stdin, timeout=timeout)

    for image in ("r.example/web@sha256:1", "r.example/shop@sha256:1", "r.example/web@sha256:2"):
        provider = NodePullsProvider()
        provider.runner = Watched(nodes={"one": {"spec": {}, "status": _READY}})
        provider.create({**_PROPS, "image": image})

    assert all("=pull-" in selector.removeprefix("--selector") for selector in selectors)
    assert len(set(selectors)) == 2, "one for each repository, whatever its version"
