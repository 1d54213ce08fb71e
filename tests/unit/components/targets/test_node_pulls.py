"""A trial pull on the nodes: pulled, refused, and no pod left behind."""

import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from components.machine.runner import CommandError, LocalError, Runner
from components.targets import pull_trial
from components.targets.node_pulls import NodePullsProvider

_PROPS: dict[str, Any] = {
    "image": "r.example/web@sha256:1",
    "platform": "linux/amd64",
    "trial": "web-pulls",
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
    rejected: Mapping[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """Status of the pods of the nodes whose kubelet rejects them."""
    forbidden: str = ""
    quota: int = 100
    """Number of pods of the namespace."""
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
                items = json.loads(stdin or "")["items"]
                self.pods.extend(items[: self.quota])
                self.created.extend(self.pods)
                if len(items) > self.quota:
                    raise CommandError("kubectl", "failed", "exceeded quota: slipway")
            case ["get", "pods", "--namespace", "shop", _, "--output=json"]:
                return json.dumps({"items": [self._seen(pod) for pod in self.pods]})
            case ["delete", "pods", *_]:
                self.pods.clear()
            case _:
                raise AssertionError(f"not known here: {command}")
        return ""

    def _seen(self, pod: dict[str, Any]) -> dict[str, Any]:
        if status := self.rejected.get(pod["spec"]["nodeName"]):
            return {**pod, "status": status}
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
    monkeypatch.setattr(pull_trial, "_SILENCE_SECONDS", 0)
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    cluster = Cluster(nodes={"a": _node(), "b": _node()}, states={"b": [waiting]})

    with pytest.raises(LocalError, match=r"^b: still pulling"):
        _provider(cluster).create(_PROPS)
    assert cluster.pods == []


def test_a_node_that_gets_further_gives_the_others_more_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = itertools.count(0, 100)
    clock = SimpleNamespace(monotonic=lambda: next(seconds), sleep=time.sleep)
    monkeypatch.setattr(pull_trial, "time", clock)
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    cluster = Cluster(
        nodes={"a": _node(), "b": _node()},
        states={"a": [waiting, _PULLED], "b": [waiting, waiting, waiting, _PULLED]},
    )

    _provider(cluster).create(_PROPS)

    assert next(seconds) > pull_trial._SILENCE_SECONDS  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


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


@pytest.mark.parametrize(
    "status",
    [
        {"phase": "Failed", "reason": "OutOfpods", "message": "Pod was rejected: too many pods"},
        {"phase": "Failed", "reason": "OutOfcpu"},
        {"phase": "Failed", "reason": "NodeShutdown", "containerStatuses": []},
    ],
)
def test_a_node_that_rejects_the_pod_was_not_tried_and_stops_nothing(
    status: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = Cluster(nodes={"a": _node(), "full": _node()}, rejected={"full": status})

    started = time.monotonic()
    _provider(cluster).create(_PROPS)

    assert time.monotonic() - started < 5
    assert cluster.pods == []
    out = capsys.readouterr().out
    assert f"the node full can pull r.example/web@sha256:1 was not tried: {status['reason']}" in out
    assert "node a" not in out


def test_a_node_that_rejects_the_pod_hides_no_other_that_cannot_pull() -> None:
    cluster = Cluster(
        nodes={"full": _node(), "b": _node()},
        rejected={"full": {"phase": "Failed", "reason": "OutOfpods"}},
        states={"b": [{"waiting": {"reason": "ImagePullBackOff", "message": "401"}}]},
    )

    with pytest.raises(LocalError, match="the node b cannot pull"):
        _provider(cluster).create(_PROPS)


def test_a_pod_that_others_delete_was_not_tried(capsys: pytest.CaptureFixture[str]) -> None:
    @dataclass(frozen=True)
    class Drained(Cluster):
        def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
            answer = super().run(*command, stdin=stdin, timeout=timeout)
            if command[4] == "create":
                self.pods.pop()
            return answer

    _provider(Drained(nodes={"a": _node(), "b": _node()})).create(_PROPS)

    assert "the node b can pull r.example/web@sha256:1 was not tried" in capsys.readouterr().out


def test_pods_of_a_creation_that_failed_half_way_are_deleted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cluster = Cluster(nodes={"a": _node(), "b": _node(), "c": _node()}, quota=2)

    _provider(cluster).create(_PROPS)

    assert len(cluster.created) == 2
    assert cluster.pods == []
    assert "exceeded quota" in capsys.readouterr().out


def test_pods_that_cannot_be_deleted_are_reported_and_end_by_themselves(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @dataclass(frozen=True)
    class Stopped(Cluster):
        def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
            if command[4] == "delete" and self.created:
                raise CommandError("kubectl", "failed", "connection refused")
            return super().run(*command, stdin=stdin, timeout=timeout)

    cluster = Stopped(nodes={"a": _node()})
    _provider(cluster).create(_PROPS)

    assert "next: kubectl delete pods --namespace shop" in capsys.readouterr().out
    assert cluster.created[0]["spec"]["activeDeadlineSeconds"] <= 3600


@pytest.mark.parametrize(
    ("platform", "tried"),
    [("linux/arm64", ["arm"]), ("linux/amd64", ["plain", "amd"]), ("", ["plain", "arm", "amd"])],
)
def test_nodes_of_other_platforms_than_the_images_are_skipped(
    platform: str, tried: list[str]
) -> None:
    def of(system: str, architecture: str) -> dict[str, Any]:
        info = {"operatingSystem": system, "architecture": architecture}
        return {"spec": {}, "status": {**_READY, "nodeInfo": info}}

    cluster = Cluster(
        nodes={
            "plain": of("linux", "amd64"),
            "arm": of("linux", "arm64"),
            "windows": of("windows", "amd64"),
            "amd": of("linux", "amd64"),
        }
    )

    _provider(cluster).create({**_PROPS, "platform": platform})

    assert [pod["spec"]["nodeName"] for pod in cluster.created] == tried


def test_trials_of_one_image_run_side_by_side_without_touching_one_another() -> None:
    selectors: list[str] = []

    @dataclass(frozen=True)
    class Watched(Cluster):
        def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
            selectors.extend(word for word in command if word.startswith("--selector="))
            return super().run(*command, stdin=stdin, timeout=timeout)

    names: set[str] = set()
    for trial in ("web-pulls", "shop-pulls", "web-proxy-pulls"):
        cluster = Watched(nodes={"one": _node()})
        _provider(cluster).create({**_PROPS, "trial": trial})
        names |= {pod["metadata"]["name"] for pod in cluster.created}

    assert all("=pull-" in selector.removeprefix("--selector") for selector in selectors)
    assert len(set(selectors)) == 3
    assert len(names) == 3


def test_a_state_of_an_earlier_version_is_no_change() -> None:
    provider = _provider(Cluster())
    olds = {key: value for key, value in _PROPS.items() if key not in ("trial", "platform")}

    assert not provider.diff("", olds, _PROPS).changes
    assert provider.update("", olds, _PROPS).outs
