"""What the hook before an update does in the cluster, step by step."""

import json
from typing import Any

import pytest

from components.app import replicas
from components.app.hooks import Workload
from components.app.immutable import claims, pods, service_address, stateful_set
from components.app.immutable.in_place import marked
from components.app.immutable.service_address import change_address
from components.app.immutable.stateful_set import recreate
from components.app.manifests import parts
from components.machine.runner import CommandError, LocalError, Runner

from ...apps import PLACE, AppArgs

_WEB = Workload("StatefulSet", "web", "shop-dev")
_ENDPOINTS = {
    "metadata": {"namespace": "shop-dev"},
    "addressType": "IPv4",
    "endpoints": [{"addresses": ["10.0.0.1"]}],
}
_ADDRESS = Workload("Service", "web", "shop-dev")


class Cluster:
    """A cluster with a StatefulSet of two pods with claims, and a Service."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.applied: list[dict[str, Any]] = []
        self.patches: list[dict[str, Any]] = []
        self.volumes = {"web-0": ["storage-0"], "web-1": ["storage-0"], "web-api-0": ["x"]}
        self.exists = True
        self.ready = True
        self.service: dict[str, Any] | None = None
        self.fixed: tuple[str, ...] = ()

    def kubectl(
        self, _runner: object, _kubeconfig: str, *words: str, stdin: str | None = None, **_: Any
    ) -> str:
        if words[0] == "get":
            return self._get(*words[1:])
        match words:
            case ["patch", "persistentvolumeclaim", name, *_] if name in self.fixed:
                raise CommandError("kubectl", "failed", "Forbidden")
            case ["patch", "service", *_, patch]:
                self.patches.append(json.loads(patch)["spec"])
            case ["delete", "pod", name, *_]:
                self.volumes[name] = ["storage-0", "storage-1"]
            case ["apply", *_]:
                self.applied.append(json.loads(stdin or ""))
            case _:
                pass
        self.steps.append(" ".join(words[:3]))
        return ""

    def _get(self, kind: str, name: str = "", *rest: str) -> str:
        answers: dict[str, Any] = {
            "persistentvolumeclaims": [_claim(pod) for pod in self.volumes],
            "storageclasses": [{"metadata": {"name": "standard"}, "allowVolumeExpansion": True}],
            "pods": [_pod(pod, self.volumes[pod]) for pod in sorted(self.volumes)],
            "endpointslices": [_ENDPOINTS],
        }
        match kind:
            case "statefulset":
                return "4" if self.exists else ""
            case "pod":
                conditions = [{"type": "Ready", "status": "True" if self.ready else "False"}]
                return json.dumps({"status": {"conditions": conditions}})
            case "service":
                return json.dumps(self.service) if self.service else ""
            case "endpointslices" if "--output=json" not in rest:
                return "10.0.0.1"
            case _ if kind in answers:
                return json.dumps({"items": answers[kind]})
            case _:
                raise CommandError("kubectl", "failed", "Forbidden")


def _claim(pod: str) -> dict[str, Any]:
    spec = {"storageClassName": "standard", "resources": {"requests": {"storage": "1Gi"}}}
    return {"metadata": {"name": f"storage-0-{pod}"}, "spec": spec}


def _pod(name: str, volumes: list[str]) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"volumes": [{"name": each} for each in volumes]}}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    made = Cluster()
    for module in (claims, pods, service_address, stateful_set, replicas):
        monkeypatch.setattr(module, "kubectl", made.kubectl)
    for module in (pods, service_address):
        monkeypatch.setattr(module.time, "sleep", lambda seconds: made.steps.append("wait"))
    return made


def _manifest(*sizes: str, **given: Any) -> dict[str, Any]:
    storage = [{"path": f"/data{number}", "size": size} for number, size in enumerate(sizes)]
    args = AppArgs.model_validate({"kind": "StatefulSet", "storage": storage, **given})
    made = {part.key: part.manifest for part in parts(args, PLACE)}
    return marked(made["statefulset"])


def test_claims_grow_before_the_stateful_set_is_recreated_around_its_pods(cluster: Cluster) -> None:
    recreate(Runner(), "credentials", _WEB, _manifest("1Gi"), _manifest("2Gi"))

    assert cluster.steps == [
        "patch persistentvolumeclaim storage-0-web-0",
        "patch persistentvolumeclaim storage-0-web-1",
        "delete statefulset web",
        "apply --server-side --force-conflicts",
    ]
    (made,) = cluster.applied
    (volume,) = made["spec"]["volumeClaimTemplates"]
    assert volume["spec"]["resources"]["requests"]["storage"] == "2Gi"
    assert made["spec"]["template"] == _manifest("1Gi")["spec"]["template"], "no pod restarts"


def test_a_claim_that_cannot_grow_keeps_its_size_and_stops_nothing_else(cluster: Cluster) -> None:
    cluster.fixed = ("storage-0-web-0",)
    with pytest.raises(CommandError):
        recreate(Runner(), "credentials", _WEB, _manifest("1Gi"), _manifest("2Gi"))

    assert "delete statefulset web" not in cluster.steps, "a class that expands must not refuse"


def test_the_number_of_pods_that_an_autoscaler_has_set_stays(cluster: Cluster) -> None:
    scaled = {"autoscale": {"max": 5}}
    recreate(Runner(), "credentials", _WEB, _manifest("1Gi", **scaled), _manifest("2Gi", **scaled))

    made, handed_over = cluster.applied
    assert made["spec"]["replicas"] == 4
    assert handed_over["spec"] == {"replicas": 4}


def test_a_stateful_set_that_a_killed_run_deleted_is_created(cluster: Cluster) -> None:
    cluster.exists = False

    recreate(Runner(), "credentials", _WEB, _manifest("1Gi"), _manifest("2Gi"))

    assert cluster.applied[0]["metadata"]["name"] == "web"


def test_pods_without_a_new_volume_are_recreated_in_the_order_of_their_numbers(
    cluster: Cluster,
) -> None:
    recreate(Runner(), "credentials", _WEB, _manifest("1Gi"), _manifest("1Gi", "1Gi"))

    assert [each for each in cluster.steps if each.startswith("delete pod")] == [
        "delete pod web-0", "delete pod web-1",
    ]  # fmt: skip


def test_a_successor_that_does_not_get_ready_stops_before_the_next_pod(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.ready = False
    monkeypatch.setattr(pods, "_READY_SECONDS", -1)

    with pytest.raises(LocalError, match="web-0, recreated with a new volume, is not ready"):
        recreate(Runner(), "credentials", _WEB, _manifest("1Gi"), _manifest("1Gi", "1Gi"))

    assert "delete pod web-1" not in cluster.steps


def _service(cluster_ip: str, kind: str = "ClusterIP") -> dict[str, Any]:
    ports = [{"name": "http", "port": 80, "nodePort": 30080}]
    return {
        "metadata": {"labels": {"a": "b"}},
        "spec": {"type": kind, "clusterIP": cluster_ip, "selector": {"a": "b"}, "ports": ports},
    }


def _names(cluster: Cluster) -> list[str]:
    services = [each for each in cluster.applied if each["kind"] == "Service"]
    return [each["metadata"]["name"] for each in services]


def test_a_headless_service_gets_an_address_through_an_alias(cluster: Cluster) -> None:
    cluster.service = _service("None")

    change_address(Runner(), "credentials", _ADDRESS, {}, {"spec": {}})

    alias, final = cluster.patches
    assert alias["externalName"] == "web-next.shop-dev.svc.cluster.local"
    assert (final["type"], final["clusterIP"]) == ("ClusterIP", None)
    assert final["ports"] == [{"name": "http", "port": 80}]
    assert _names(cluster) == ["web-next"], "pods keep the addresses that clients have"


def test_the_former_address_is_served_until_no_client_has_it(cluster: Cluster) -> None:
    cluster.service = _service("10.96.0.7")

    change_address(Runner(), "credentials", _ADDRESS, {}, {"spec": {"clusterIP": "None"}})

    assert _names(cluster) == ["web-next", "web-former"]
    former = cluster.applied[-1]["spec"]
    assert former["clusterIP"] == "10.96.0.7"
    assert cluster.steps.index("wait") < cluster.steps.index("patch service web"), (
        "every node leads to the next Service before the name does"
    )
    assert cluster.steps[-3:] == [
        "wait",
        "delete endpointslices --selector=endpointslice.kubernetes.io/managed-by=slipway",
        "delete services web-next",
    ]


def test_the_name_has_endpoints_while_kubernetes_makes_new_ones(cluster: Cluster) -> None:
    cluster.service = _service("None")

    change_address(Runner(), "credentials", _ADDRESS, {}, {"spec": {}})

    (lent,) = (each["items"] for each in cluster.applied if each["kind"] == "List")
    names = [each["metadata"]["labels"]["kubernetes.io/service-name"] for each in lent]
    assert names == ["web", "web-former"]


@pytest.mark.parametrize(
    ("live", "wanted"), [("None", "None"), ("10.96.0.7", None), ("10.96.0.7", "10.96.0.7")]
)
def test_what_a_killed_run_completed_is_only_cleaned_up(
    cluster: Cluster, live: str, wanted: str | None
) -> None:
    cluster.service = _service(live)

    change_address(Runner(), "credentials", _ADDRESS, {}, {"spec": {"clusterIP": wanted}})

    assert cluster.patches == []
    assert cluster.steps[-1] == "delete services web-next"


def test_an_alias_that_a_killed_run_left_becomes_the_service(cluster: Cluster) -> None:
    cluster.service = _service("", kind="ExternalName")

    change_address(Runner(), "credentials", _ADDRESS, {}, {"spec": {"clusterIP": "None"}})

    assert cluster.patches[-1]["clusterIP"] == "None"
