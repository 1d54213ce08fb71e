"""The owner of the number of replicas: the stack, or an autoscaler."""

import json
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockMonitor

from components.app import replicas
from components.app.hooks import Workload
from components.app.replicas import change_owner, replicas_hook
from components.machine.runner import CommandError, LocalError
from tests.unit.stacks.nothing import Nothing

from ..plan import quiet_loop

_WEB = Workload("Deployment", "web", "shop")


class Cluster:
    """A cluster with the Deployment `web`, which an autoscaler has scaled to 5."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.applied: list[dict[str, Any]] = []
        self.error = ""

    def kubectl(
        self, _runner: object, kubeconfig: str, *arguments: str, stdin: str | None = None
    ) -> str:
        assert kubeconfig == "credentials"
        self.commands.append(" ".join(arguments))
        if self.error:
            raise CommandError("kubectl", "failed", self.error)
        if stdin:
            self.applied.append(json.loads(stdin))
        return "5"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster in place of the one that kubectl would reach."""
    cluster = Cluster()
    monkeypatch.setattr(replicas, "kubectl", cluster.kubectl)
    return cluster


def _change(before: float | None, after: float | None, kubeconfig: Any = "credentials") -> None:
    async def change() -> None:
        await change_owner(_WEB, pulumi.Output.from_input(kubeconfig), before, after)

    with quiet_loop() as loop:
        loop.run_until_complete(change())


@pytest.mark.parametrize(("before", "after"), [(3.0, 5.0), (None, None), (0.0, 3.0)])
def test_an_update_that_changes_no_owner_runs_nothing(
    cluster: Cluster, before: float | None, after: float | None
) -> None:
    _change(before, after)

    assert cluster.commands == []


def test_another_manager_owns_the_current_number_before_an_update_leaves_it_out(
    cluster: Cluster,
) -> None:
    _change(3.0, None)

    get, apply = cluster.commands
    assert get == "get deployment web --namespace=shop --output=jsonpath={.spec.replicas}"
    assert apply.startswith("apply --server-side --field-manager=slipway-replicas")
    assert [manifest["spec"] for manifest in cluster.applied] == [{"replicas": 5}]


def test_the_autoscaler_is_deleted_before_an_update_sets_the_number(cluster: Cluster) -> None:
    _change(None, 3.0)

    assert cluster.commands == [
        "delete horizontalpodautoscaler web --namespace=shop --ignore-not-found",
        "scale deployment web --namespace=shop --replicas=3",
    ]


def test_a_workload_that_was_deleted_outside_has_no_number_to_hand_over(cluster: Cluster) -> None:
    cluster.error = "Error from server (NotFound)"

    _change(3.0, None)

    assert len(cluster.commands) == 1


def test_a_cluster_that_does_not_answer_ends_the_update(cluster: Cluster) -> None:
    cluster.error = "connection refused"

    with pytest.raises(CommandError):
        _change(3.0, None)


def test_a_kubeconfig_that_is_not_known_is_an_error_in_words(cluster: Cluster) -> None:
    with pytest.raises(LocalError, match="web: the number of replicas cannot change its owner"):
        _change(3.0, None, kubeconfig=None)
    assert cluster.commands == []


def test_a_monitor_without_hooks_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi's mocks are one, so that programs can be tested with them."""
    monkeypatch.setattr(pulumi.runtime.settings, "get_monitor", lambda: MockMonitor(Nothing()))

    with quiet_loop():
        kubeconfig: pulumi.Output[str] = pulumi.Output.from_input("credentials")
        assert not replicas_hook(_WEB, kubeconfig).before_update
