"""Pods of the previous version, which end before their policies are deleted."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from components.app import ended_pods
from components.app.ended_pods import ended_pods_hook
from components.app.hooks import Workload
from components.machine.runner import CommandError

_WEB = Workload("Deployment", "web", "shop")
_OLD = {"spec": {"template": {"spec": {"terminationGracePeriodSeconds": 35.0}}}}


class Cluster:
    """A cluster with the policies of an application and pods that are about to end."""

    def __init__(self, policies: list[str], ending: int) -> None:
        self.policies = policies
        self.ending = ending
        self.commands: list[str] = []
        self.seconds = 0.0
        self.error = ""

    def kubectl(self, _runner: object, kubeconfig: str, *arguments: str) -> str:
        assert kubeconfig == "credentials"
        self.commands.append(" ".join(arguments))
        if self.error:
            raise CommandError("kubectl", "failed", self.error)
        if "networkpolicies" in arguments:
            items = [{"metadata": {"name": name}} for name in self.policies]
        else:
            items: list[dict[str, Any]] = [{"metadata": {"deletionTimestamp": "now"}}] * self.ending
            items.append({"metadata": {}})
        return json.dumps({"items": items})

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.ending = max(0, self.ending - 1)


def _update(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the hook after an update to a version with the policy `web-new`."""
    monkeypatch.setattr(ended_pods, "kubectl", cluster.kubectl)
    monkeypatch.setattr(ended_pods, "after_update", lambda _name, work: work)
    monkeypatch.setattr(ended_pods.asyncio, "sleep", cluster.sleep)
    monkeypatch.setattr(ended_pods.time, "monotonic", lambda: cluster.seconds)

    async def run() -> None:
        kubeconfig: pulumi.Output[str] = pulumi.Output.from_input("credentials")
        work: Any = ended_pods_hook(_WEB, ["web-new"], kubeconfig)
        await work(SimpleNamespace(old_inputs=_OLD))

    asyncio.run(run())


def test_an_update_ends_after_the_pods_whose_policy_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(["web-old", "web-new"], ending=3)

    _update(cluster, monkeypatch)

    assert cluster.seconds == 3
    policies, pods, *_ = cluster.commands
    where = "--namespace=shop --selector=app.kubernetes.io/name=web --output=json"
    assert (policies, pods) == (f"get networkpolicies {where}", f"get pods {where}")


def test_an_update_that_keeps_its_policies_waits_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster = Cluster(["web-new"], ending=3)

    _update(cluster, monkeypatch)

    assert (cluster.seconds, len(cluster.commands)) == (0, 1)


def test_pods_that_do_not_end_are_not_waited_for_longer_than_they_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster = Cluster(["web-old"], ending=1000)

    _update(cluster, monkeypatch)

    assert cluster.seconds == 40


def test_a_cluster_that_does_not_answer_is_reported_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = Cluster([], ending=0)
    cluster.error = "Forbidden"

    _update(cluster, monkeypatch)

    assert "web: whether pods are still ending was not looked up" in capsys.readouterr().out
