"""Objects of other owners are refused, those of the stack and free names are not."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from pulumi.output import UNKNOWN

from components.machine.runner import CommandError, Runner
from components.targets.ownership import OwnershipProvider

_KUBECONFIG = "current-context: mine"
_WEB = {"apiVersion": "v1", "kind": "Service", "name": "web", "namespace": "shop"}


@dataclass(frozen=True)
class Cluster(Runner):
    """A cluster with objects, each with its labels, by name."""

    objects: dict[str, dict[str, str] | None] = field(
        default_factory=dict[str, dict[str, str] | None]
    )
    asked: list[str] = field(default_factory=list[str])

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        match command:
            case ["kubectl", "--kubeconfig", _, _, "get", "--filename=-", *_]:
                asked = json.loads(stdin or "")["items"]
                self.asked.extend(item["metadata"]["name"] for item in asked)
                return self._found(asked)
        raise AssertionError(f"not known here: {command}")

    def _found(self, asked: list[dict[str, Any]]) -> str:
        if asked[0]["kind"] not in ("Service",):
            text = f'no matches for kind "{asked[0]["kind"]}" in version "{asked[0]["apiVersion"]}"'
            raise CommandError("kubectl get", "failed with exit code 1", text)
        there = [item for item in asked if item["metadata"]["name"] in self.objects]
        for item in there:
            item["metadata"]["labels"] = self.objects[item["metadata"]["name"]]
        # As kubectl does: one object asked for is no list, and none is no text.
        return json.dumps(there[0] if len(asked) == 1 else {"items": there}) if there else ""


def _check(cluster: Cluster, olds: dict[str, Any] | None = None, *more: dict[str, str]) -> Any:
    provider = OwnershipProvider()
    provider.runner = cluster
    news = {"objects": [_WEB, *more], "owner": "shop-dev", "kubeconfig": _KUBECONFIG, "uid": "1"}
    return provider.check(olds or {}, news)


def test_a_free_name_and_the_stacks_own_object_are_accepted() -> None:
    own = {"slipway.dev/stack": "shop-dev"}

    assert _check(Cluster()).failures == []
    assert _check(Cluster(objects={"web": own})).failures == []


@pytest.mark.parametrize(
    ("labels", "owner"),
    [
        ({"slipway.dev/stack": "shop-prod"}, "and is owned by the stack shop-prod. "),
        ({"app.kubernetes.io/managed-by": "Helm"}, "and is managed by Helm. "),
        (None, "and is not owned by this stack. "),
    ],
)
def test_an_object_of_another_owner_is_refused_with_the_command_that_adopts_it(
    labels: dict[str, str] | None, owner: str
) -> None:
    (failure,) = _check(Cluster(objects={"web": labels})).failures

    assert f"the service web in shop already exists {owner}" in failure.reason
    assert (
        "kubectl --context mine label service web --namespace shop --overwrite "
        "slipway.dev/stack=shop-dev" in failure.reason
    )


def test_what_was_claimed_before_is_not_requested_again() -> None:
    cluster = Cluster(objects={"web": None})
    olds = _check(Cluster()).inputs

    assert _check(cluster, olds).failures == []
    assert cluster.asked == []


def test_a_cluster_that_does_not_exist_yet_is_not_asked() -> None:
    provider = OwnershipProvider()
    provider.runner = cluster = Cluster(objects={"web": None})
    news = {"objects": [_WEB], "owner": "shop-dev", "kubeconfig": UNKNOWN, "uid": UNKNOWN}

    assert provider.check({}, news).failures == []
    assert cluster.asked == []


def test_another_way_to_the_same_cluster_is_no_change() -> None:
    olds = _check(Cluster()).inputs
    provider = OwnershipProvider()

    assert not provider.diff("", olds, {**olds, "kubeconfig": UNKNOWN}).changes
    assert provider.diff("", olds, {**olds, "uid": "2"}).changes


def test_in_another_cluster_everything_is_requested_again() -> None:
    olds = {**_check(Cluster()).inputs, "uid": "2"}

    assert len(_check(Cluster(objects={"web": None}), olds).failures) == 1


def test_an_object_of_another_owner_among_several_is_named() -> None:
    other = {**_WEB, "name": "shop"}

    (failure,) = _check(Cluster(objects={"shop": None}), None, other).failures

    assert "the service shop in shop already exists " in failure.reason


def test_a_kind_that_the_cluster_does_not_have_is_reported_with_what_to_do() -> None:
    provider = OwnershipProvider()
    provider.runner = Cluster()
    route = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "name": "web"}
    news = {"objects": [route], "owner": "shop-dev", "kubeconfig": _KUBECONFIG, "uid": "1"}

    (failure,) = provider.check({}, news).failures

    assert "the cluster has no kind HTTPRoute of gateway.networking.k8s.io/v1" in failure.reason
