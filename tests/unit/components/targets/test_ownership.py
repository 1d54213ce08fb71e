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
        if asked[0]["kind"] == "HTTPRoute":
            text = f'no matches for kind "{asked[0]["kind"]}" in version "{asked[0]["apiVersion"]}"'
            raise CommandError("kubectl get", "failed with exit code 1", text)
        there = [item for item in asked if item["metadata"]["name"] in self.objects]
        for item in there:
            item["metadata"]["labels"] = self.objects[item["metadata"]["name"]]
        # As kubectl does: one object asked for is no list, and none is no text.
        return json.dumps(there[0] if len(asked) == 1 else {"items": there}) if there else ""


def _news(*more: dict[str, str], **changed: Any) -> dict[str, Any]:
    owner = {"owner": "shop-dev", "ownerId": "0123"}
    return {"objects": [_WEB, *more], **owner, "kubeconfig": _KUBECONFIG, "uid": "1", **changed}


def _check(cluster: Cluster, olds: dict[str, Any] | None = None, *more: dict[str, str]) -> Any:
    provider = OwnershipProvider()
    provider.runner = cluster
    return provider.check(olds or {}, _news(*more))


_ADOPTED = {"slipway.dev/stack": "shop-dev", "slipway.dev/owner": "adopt"}


@pytest.mark.parametrize(
    "labels", [{"slipway.dev/stack": "shop-dev", "slipway.dev/owner": "0123"}, _ADOPTED]
)
def test_the_stacks_own_object_and_an_adopted_one_are_accepted(labels: dict[str, str]) -> None:
    assert _check(Cluster(objects={"web": labels})).failures == []


def test_a_free_name_is_accepted() -> None:
    assert _check(Cluster()).failures == []


@pytest.mark.parametrize(
    ("labels", "owner"),
    [
        ({"slipway.dev/stack": "shop-prod"}, "and is owned by the stack shop-prod. "),
        ({"app.kubernetes.io/managed-by": "Helm"}, "and is managed by Helm. "),
        (None, "and is not owned by this stack. "),
        (
            {"slipway.dev/stack": "shop-dev", "slipway.dev/owner": "4567"},
            "that of another checkout, ",
        ),
        ({"slipway.dev/stack": "shop-dev"}, "with another state: that of another"),
        ({**_ADOPTED, "slipway.dev/stack": "shop-prod"}, "and is owned by the stack shop-prod. "),
    ],
)
def test_an_object_of_another_owner_is_refused_with_the_command_that_adopts_it(
    labels: dict[str, str] | None, owner: str
) -> None:
    (failure,) = _check(Cluster(objects={"web": labels})).failures

    assert "the service web in shop already exists and" in failure.reason
    assert owner in failure.reason
    assert failure.reason.endswith(
        "kubectl --context mine label --overwrite --namespace=shop service/web "
        "slipway.dev/stack=shop-dev slipway.dev/owner=adopt"
    )


def test_one_command_adopts_all_refused_objects() -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "name": "shop"}
    route = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute"}
    cluster = Cluster(objects={"web": None, "shop": None, "way": None, "far": None})

    (failure,) = _check(
        cluster,
        None,
        namespace,
        {**route, "name": "way", "namespace": "shop"},
        {**_WEB, "name": "far", "namespace": "other"},
    ).failures

    commands = failure.reason.partition("on destroy: ")[2].split(" && ")
    labels = "slipway.dev/stack=shop-dev slipway.dev/owner=adopt"
    label = "kubectl --context mine label --overwrite"
    shop = "namespace/shop service/web httproute.gateway.networking.k8s.io/way"
    assert commands == [
        f"{label} --namespace=shop {shop} {labels}",
        f"{label} --namespace=other service/far {labels}",
    ]


def test_what_a_version_without_ids_claimed_is_accepted_and_claimed_with_the_id() -> None:
    cluster = Cluster(objects={"web": {"slipway.dev/stack": "shop-dev"}})
    olds = {key: value for key, value in _news().items() if key != "ownerId"}

    checked = _check(cluster, olds)

    assert checked.failures == []
    assert OwnershipProvider().diff("", olds, checked.inputs).changes


def test_what_was_claimed_before_is_not_requested_again() -> None:
    cluster = Cluster(objects={"web": None})
    olds = _check(Cluster()).inputs

    assert _check(cluster, olds).failures == []
    assert cluster.asked == []


def test_a_cluster_that_does_not_exist_yet_is_not_asked() -> None:
    provider = OwnershipProvider()
    provider.runner = cluster = Cluster(objects={"web": None})

    assert provider.check({}, _news(kubeconfig=UNKNOWN, uid=UNKNOWN)).failures == []
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

    (failure,) = provider.check({}, _news(objects=[route])).failures

    assert "the cluster has no kind HTTPRoute of gateway.networking.k8s.io/v1" in failure.reason
