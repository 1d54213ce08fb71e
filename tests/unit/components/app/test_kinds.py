"""Workloads, the number of their pods, and the traffic that they admit."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.app.args import AppArgs, StorageArgs
from components.app.manifests.workload import workload
from components.settings.model import SettingsError
from components.targets.exposure import Exposure, IngressRoute

from ..apps import PLACE, SELECTOR, at, objects, refusal

Manifest = dict[str, Any]


def _policy(place: Any = PLACE, **settings: Any) -> Manifest:
    return objects(place, **settings)["NetworkPolicy"]["spec"]


def test_the_service_is_not_awaited_and_sends_to_the_named_port() -> None:
    service = objects()["Service"]

    assert service["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"
    assert service["spec"]["type"] == "NodePort"
    assert service["spec"]["ports"] == [
        {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP", "nodePort": 30080}
    ]


def test_the_workload_is_awaited() -> None:
    assert "pulumi.com/skipAwait" not in objects()["Deployment"]["metadata"]["annotations"]


@pytest.mark.parametrize(
    ("given", "kind", "ip"),
    [("ClusterIP", "ClusterIP", None), ("Headless", "ClusterIP", "None"),
     ("LoadBalancer", "LoadBalancer", None)],
)  # fmt: skip
def test_a_service_can_be_of_another_type(given: str, kind: str, ip: str | None) -> None:
    spec = objects(at(Exposure(url="http://web")), service={"type": given, "port": 81})["Service"]

    assert (spec["spec"]["type"], spec["spec"].get("clusterIP")) == (kind, ip)
    assert spec["spec"]["ports"][0]["port"] == 81


def test_an_autoscaler_alone_sets_the_number_of_pods() -> None:
    made = objects(replicas=2, autoscale={"max": 6, "memory": 80})
    scaler = made["HorizontalPodAutoscaler"]["spec"]

    assert "replicas" not in made["Deployment"]["spec"], "each update would reset the number"
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 6)
    assert [metric["resource"]["name"] for metric in scaler["metrics"]] == ["memory"]
    assert scaler["scaleTargetRef"]["name"] == made["Deployment"]["metadata"]["name"]


def test_an_autoscaler_uses_cpu_unless_given_another_metric() -> None:
    (metric,) = objects(autoscale={"max": 6})["HorizontalPodAutoscaler"]["spec"]["metrics"]

    assert metric["resource"]["name"] == "cpu"


def test_a_stateful_set_has_names_and_volumes_for_its_pods() -> None:
    made = objects(kind="StatefulSet", storage=[{"path": "/var/lib/db", "size": "1Gi"}])
    spec = made["StatefulSet"]["spec"]
    (claim,) = spec["volumeClaimTemplates"]

    assert made["Service"]["metadata"]["name"] == spec["serviceName"] == "web-pods"
    assert made["Service"]["spec"]["clusterIP"] == "None"
    assert claim["spec"]["resources"]["requests"]["storage"] == "1Gi"
    mounts = spec["template"]["spec"]["containers"][0]["volumeMounts"]
    assert {"name": claim["metadata"]["name"], "mountPath": "/var/lib/db"} in mounts
    assert spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Retain"


def test_volumes_are_deleted_with_their_stateful_set_if_not_retained() -> None:
    storage = [{"path": "/var/lib/db", "size": "1Gi", "retain": False}]
    spec = objects(kind="StatefulSet", storage=storage)["StatefulSet"]["spec"]

    assert spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Delete"


def _volumes(*retained: bool) -> list[Manifest]:
    return [
        {"path": f"/var/lib/{number}", "size": "1Gi", "retain": retain}
        for number, retain in enumerate(retained)
    ]


def test_volumes_of_which_some_are_retained_are_refused_with_the_setting() -> None:
    message = refusal(kind="StatefulSet", storage=_volumes(True, False))

    assert "storage.1.retain: false for /var/lib/1 and true for /var/lib/0" in message
    assert "one policy for all its volumes; set the same for each, e.g. retain: true" in message


@settings(max_examples=50, deadline=None)
@given(retained=st.lists(st.booleans(), min_size=1, max_size=6), checked=st.booleans())
def test_no_volume_to_be_retained_is_ever_deleted_with_its_stateful_set(
    retained: list[bool], checked: bool
) -> None:
    if checked:
        try:
            args = AppArgs.parse({"kind": "StatefulSet", "storage": _volumes(*retained)}, "App")
        except SettingsError:
            assert len(set(retained)) == 2, "what all volumes agree on is accepted"
            return
    else:  # as a copy with other settings, which nothing validates
        storage = [StorageArgs(**volume) for volume in _volumes(*retained)]
        args = AppArgs(kind="StatefulSet").model_copy(update={"storage": storage})

    policy = workload(args, PLACE)["spec"]["persistentVolumeClaimRetentionPolicy"]

    assert policy["whenDeleted"] == ("Retain" if any(retained) else "Delete")
    assert policy["whenScaled"] == "Retain"


def test_a_changed_job_is_another_job() -> None:
    def name(word: str) -> str:
        return objects(kind="Job", command=[word])["Job"]["metadata"]["name"]

    assert name("a") == name("a") != name("b")


def test_a_cron_job_runs_by_its_schedule_and_serves_nothing() -> None:
    made = objects(kind="CronJob", job={"schedule": "0 3 * * *"})

    assert made["CronJob"]["spec"]["schedule"] == "0 3 * * *"
    assert made["CronJob"]["spec"]["concurrencyPolicy"] == "Forbid"
    assert not {"Service", "PodDisruptionBudget"} & set(made)


def test_a_migration_runs_the_new_image_before_the_workload_and_serves_nothing() -> None:
    made = objects(
        migration={"command": ["migrate"]},
        env={"DB": "x"},
        sidecars=[{"name": "proxy", "command": ["proxy"]}],
    )
    template = made["Job"]["spec"]["template"]

    assert list(made).index("Job") < list(made).index("Deployment")
    assert template["spec"]["containers"][0]["command"] == ["migrate"]
    assert "initContainers" not in template["spec"], "a Job needs no sidecar"
    assert template["metadata"]["labels"]["app.kubernetes.io/name"] != "web", (
        "no Service may select it"
    )


def test_only_the_namespace_and_declared_callers_get_in() -> None:
    inside, callers = _policy(at(Exposure(url="http://web")))["ingress"]

    assert inside == {"from": [{"podSelector": {}}]}
    (caller,) = callers["from"]
    assert caller["podSelector"] == {"matchLabels": {"calls.slipway.dev/web": "true"}}
    assert caller["namespaceSelector"] == {"matchLabels": {"slipway.dev/stack": "shop-dev"}}


def test_a_caller_carries_a_label_for_each_application_that_it_calls() -> None:
    made = objects(calls=["orders"])
    labels = made["Deployment"]["spec"]["template"]["metadata"]["labels"]

    assert labels["calls.slipway.dev/orders"] == "true"
    *_, rule = made["NetworkPolicy"]["spec"]["egress"]
    selector = rule["to"][0]["podSelector"]["matchLabels"]
    assert selector == {"app.kubernetes.io/name": "orders", "slipway.dev/stack": "shop-dev"}


@pytest.mark.parametrize(
    "exposure",
    [
        Exposure("NodePort", node_port=30080, url="http://localhost:1"),
        Exposure("LoadBalancer"),
        Exposure(route=IngressRoute("a"), url="http://a"),
    ],
)  # fmt: skip
def test_an_exposed_application_admits_all_traffic_on_its_port_alone(exposure: Exposure) -> None:
    assert {"ports": [{"port": "http", "protocol": "TCP"}]} in _policy(at(exposure))["ingress"]


def test_egress_is_dns_the_own_pods_and_what_is_declared() -> None:
    dns, own, outside = _policy(egress=[{"cidr": "10.0.0.0/8", "ports": [5432]}])["egress"]

    assert {port["port"] for port in dns["ports"]} == {53, 5353}
    (system,) = dns["to"][0]["namespaceSelector"]["matchExpressions"]
    assert system["values"] == ["kube-system", "openshift-dns"]
    assert own == {"to": [{"podSelector": {"matchLabels": SELECTOR}}]}
    assert outside == {
        "to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}],
        "ports": [{"port": 5432, "protocol": "TCP"}],
    }


def test_there_is_no_policy_if_it_is_switched_off() -> None:
    assert "NetworkPolicy" not in objects(network_policy=False)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"port": 0}, "greater than or equal to 1"),
        ({"port": 65536}, "less than or equal to 65535"),
        ({"replicas": -1}, "greater than or equal to 0"),
        ({"replicas": 7, "autoscale": {"max": 6}}, "from 1 to 6"),
        ({"replicas": 0, "autoscale": {"max": 6}}, "from 1 to 6"),
        ({"autoscale": {"min": 7, "max": 6}}, "min 7 is above max 6"),
        ({"storage": [{"path": "/a", "size": "1Gi"}]}, "needs kind: StatefulSet"),
        ({"kind": "CronJob"}, "needs job.schedule"),
        ({"kind": "Job", "job": {"schedule": "0 3 * * *"}}, "needs kind: CronJob"),
        ({"kind": "Job", "replicas": 2}, "a Job has no replicas"),
        ({"job": {"retries": 1}}, "job needs kind: Job or CronJob"),
        ({"kind": "CronJob", "job": {"schedule": "daily"}}, "pattern"),
        ({"service": {"node_port": 30000}}, "type: NodePort"),
        ({"expose": True, "service": {"type": "NodePort"}}, "remove one of them"),
        ({"kind": "CronJob", "job": {"schedule": "99 * * * *"}}, "minute 99 is not from 0 to 59"),
        ({"egress": [{"cidr": "10.0.0.1/8"}]}, "host bits"),
        ({"egress": [{"cidr": "10.0.0.1"}]}, "with its length in bits: 10.0.0.1/32"),
        ({"ingress": [{"cidr": "10.0.0.0/255.0.0.0"}]}, "length in bits: 10.0.0.0/8"),
        ({"service": {"annotations": {"a b": ""}}}, "'a b' is no key of an annotation"),
        ({"service_account_token": True}, "egress: [{cidr: 10.0.0.0/8, ports: [6443]}]"),
        ({"egress": [{"cidr": "10.0.0.0/8", "ports": [0]}]}, "from 1 to 65535"),
        ({"ingress": [{}]}, "either `namespace`"),
        ({"calls": ["Orders"]}, "pattern"),
        ({"replica": 3}, "did you mean replicas?"),
    ],
)
def test_settings_that_no_cluster_accepts_are_refused(settings: Manifest, message: str) -> None:
    assert message in refusal(**settings)


def test_a_migration_has_the_egress_of_the_application_and_no_ingress() -> None:
    made = objects(migration={"command": ["migrate"]}, egress=[{"cidr": "10.0.0.0/8"}])
    own = made["NetworkPolicy"]["spec"]
    (policy,) = (each["spec"] for name, each in made.items() if name.startswith("web-migration-"))
    labels = made["Job"]["spec"]["template"]["metadata"]["labels"]

    assert policy["podSelector"]["matchLabels"].items() <= labels.items()
    assert (policy["ingress"], policy["egress"]) == ([], own["egress"])
