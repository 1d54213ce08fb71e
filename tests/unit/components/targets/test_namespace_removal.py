"""A namespace is deleted with the stack that made it, unless something in it must stay."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from pulumi.output import UNKNOWN

from components.machine.runner import CommandError, LocalError, Runner
from components.targets.namespace_removal import NamespaceRemovalProvider
from components.targets.owner import may_be_claimed

_OWN = {"slipway.dev/stack": "shop-dev", "slipway.dev/owner": "0123"}
_CLAIM = {"kind": "PersistentVolumeClaim", "metadata": {"name": "data-web-0", "labels": _OWN}}


@dataclass(frozen=True)
class Cluster(Runner):
    """A cluster with one namespace, its metadata and the objects in it."""

    namespace: dict[str, Any] | None = field(default_factory=lambda: {"labels": dict(_OWN)})
    objects: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    silent: bool = False
    forbidden: bool = False
    hangs: bool = False
    deleted: list[str] = field(default_factory=list[str])

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        if self.silent:
            raise CommandError("kubectl", "failed", "connection refused")
        match command[4:]:
            case [
                "get",
                "namespace/shop" | "namespace/default",
                "--ignore-not-found",
                "--output=json",
            ]:
                return self._namespace()
            case ["get", kinds, "--namespace=shop", "--output=json"]:
                assert "persistentvolumeclaims" in kinds
                if self.forbidden:
                    raise CommandError("kubectl get", "failed", "secrets is forbidden")
                return json.dumps({"items": self.objects})
            case ["annotate", "--overwrite", _, entry]:
                assert self.namespace is not None
                key, _, value = entry.partition("=")
                self.namespace.setdefault("annotations", {})[key] = value
                return ""
            case ["delete", "namespace/shop", "--ignore-not-found", "--timeout=600s"]:
                assert timeout > 600
                if self.hangs:
                    raise CommandError("kubectl delete", "failed", "timed out")
                self.deleted.append("shop")
                return ""
        raise AssertionError(f"not known here: {command}")

    def _namespace(self) -> str:
        if self.namespace is None:
            return ""
        message = "Some content in the namespace has finalizers remaining"
        conditions = [
            {"type": "NamespaceFinalizersRemaining", "status": "True", "message": message}
        ]
        return json.dumps({"metadata": self.namespace, "status": {"conditions": conditions}})


def _annotation(cluster: Cluster) -> str:
    return (cluster.namespace or {})["annotations"]["slipway.dev/removal"]


def _provider(cluster: Cluster) -> NamespaceRemovalProvider:
    provider = NamespaceRemovalProvider()
    provider.runner = cluster
    return provider


def _created(cluster: Cluster, **changed: Any) -> dict[str, Any]:
    """The state after the resource was created."""
    inputs = {
        "namespace": "shop", "stack": "shop-dev", "ownerId": "0123",
        "kubeconfig": "current-context: mine", "uid": "1", "token": None, **changed,
    }  # fmt: skip
    return _provider(cluster).create(inputs).outs or {}


def test_an_empty_namespace_is_deleted() -> None:
    cluster = Cluster()

    _provider(cluster).delete("", _created(cluster))

    assert cluster.deleted == ["shop"]


def test_a_namespace_with_a_claim_is_kept_named_with_the_command_and_can_be_used_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = {"kind": "ConfigMap", "metadata": {"name": "theirs"}}
    cluster = Cluster(objects=[_CLAIM, other])

    _provider(cluster).delete("", _created(cluster))

    assert cluster.deleted == []
    message = capsys.readouterr().out
    assert "the namespace shop is kept: it has the volumes of the claims data-web-0" in message
    assert "objects that this stack does not own: configmap/theirs" in message
    assert "kubectl --context mine delete namespace shop" in message
    assert _annotation(cluster) == "released"
    assert may_be_claimed(cluster.namespace or {}, "shop-dev", "another id")
    assert not may_be_claimed(cluster.namespace or {}, "shop-prod", "another id")


def test_a_kept_namespace_is_released_until_the_next_stack_uses_it() -> None:
    cluster = Cluster(objects=[_CLAIM])
    _provider(cluster).delete("", _created(cluster))

    _created(cluster)

    assert not may_be_claimed(cluster.namespace or {}, "shop-dev", "another id")


def test_a_removal_that_was_interrupted_is_completed() -> None:
    cluster = Cluster(objects=[_CLAIM])
    state = _created(cluster)
    _provider(cluster).delete("", state)
    cluster.objects.clear()

    _provider(cluster).delete("", state)

    assert cluster.deleted == ["shop"]


@pytest.mark.parametrize(
    "labels", [None, {**_OWN, "slipway.dev/owner": "4567"}, {**_OWN, "slipway.dev/owner": "adopt"}]
)
def test_a_namespace_that_has_another_owner_by_now_stays(
    labels: dict[str, str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = Cluster()
    state = _created(cluster)
    (cluster.namespace or {})["labels"] = labels

    _provider(cluster).delete("", state)

    assert cluster.deleted == []
    assert "is kept: it has another owner now" in capsys.readouterr().out


def test_a_forced_replacement_deletes_nothing() -> None:
    cluster = Cluster()
    old = _created(cluster)
    _created(cluster)

    _provider(cluster).delete("", old)

    assert cluster.deleted == []


def test_a_namespace_without_the_annotation_is_deleted_as_it_was_recreated_by_pulumi() -> None:
    cluster = Cluster()
    state = _created(cluster)
    (cluster.namespace or {}).pop("annotations")

    _provider(cluster).delete("", state)

    assert cluster.deleted == ["shop"]


def test_a_namespace_that_is_being_deleted_is_waited_for_whatever_it_holds() -> None:
    cluster = Cluster(objects=[_CLAIM])
    state = _created(cluster)
    (cluster.namespace or {})["deletionTimestamp"] = "2026-01-01T00:00:00Z"

    _provider(cluster).delete("", state)

    assert cluster.deleted == ["shop"]


def test_a_namespace_that_is_gone_needs_nothing() -> None:
    state = _created(Cluster())
    cluster = Cluster(namespace=None)

    _provider(cluster).delete("", state)

    assert cluster.deleted == []


def test_the_namespace_default_is_never_deleted_and_can_be_used_again() -> None:
    cluster = Cluster()

    _provider(cluster).delete("", _created(cluster, namespace="default"))

    assert cluster.deleted == []
    assert _annotation(cluster) == "released"


def test_a_namespace_whose_contents_may_not_be_listed_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cluster = Cluster(forbidden=True)

    _provider(cluster).delete("", _created(cluster))

    assert cluster.deleted == []
    assert "may not list (secrets is forbidden)" in capsys.readouterr().out


def test_a_namespace_that_does_not_end_is_reported_with_what_holds_it() -> None:
    cluster = Cluster(hangs=True)

    with pytest.raises(LocalError, match="could not be deleted within 10 minutes") as caught:
        _provider(cluster).delete("", _created(cluster))

    assert "has finalizers remaining" in str(caught.value)
    assert "kubectl --context mine describe namespace shop" in str(caught.value)


def test_a_cluster_that_does_not_answer_is_an_error_unless_it_is_known_to_be_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = _created(Cluster())
    provider = _provider(Cluster(silent=True))

    with pytest.raises(LocalError, match="PULUMI_K8S_DELETE_UNREACHABLE=true"):
        provider.delete("", state)
    monkeypatch.setenv("PULUMI_K8S_DELETE_UNREACHABLE", "true")
    provider.delete("", state)


def test_new_credentials_are_kept_and_unknown_ones_of_a_preview_are_no_change() -> None:
    state = _created(Cluster())
    provider = _provider(Cluster())

    assert not provider.diff("", state, dict(state)).changes
    assert not provider.diff("", state, {**state, "kubeconfig": UNKNOWN}).changes
    assert provider.diff("", state, {**state, "kubeconfig": "renewed"}).changes


def test_a_stack_that_moves_to_another_cluster_leaves_its_namespace_in_the_former_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cluster = Cluster()
    state = _created(cluster)
    news = {**state, "kubeconfig": "current-context: new", "uid": "2"}

    moved = _provider(cluster).update("", state, news).outs or {}

    assert moved["token"] == state["token"]
    assert "stays in the former cluster 1" in capsys.readouterr().out
