"""The pods of an application, for all of its settings."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from components.app.args import AppArgs
from components.app.manifests import parts
from components.k8s.quantity import amount
from components.settings.model import SettingsError

from ..apps import (
    PLACE,
    SELECTOR,
    env,
    given_settings,
    main,
    objects,
    objects_of,
    pod,
    refusal,
    valid_apps,
)

Manifest = dict[str, Any]
_FEW = settings(max_examples=25)


def _templates(args: AppArgs) -> list[Manifest]:
    """Return the templates of all pods of an application."""
    templates: list[Manifest] = []
    for part in parts(args, PLACE):
        spec = part.manifest.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            templates.append(spec["template"])
    assert templates
    return templates


def _containers(template: Manifest) -> list[Manifest]:
    return [*template["spec"].get("initContainers", ()), *template["spec"]["containers"]]


@given(valid_apps())
@settings(max_examples=100)
def test_every_object_is_valid_for_kubernetes(args: AppArgs) -> None:
    objects_of(args)  # which validates them with the schemas


@given(given_settings())
@_FEW
def test_the_same_settings_give_the_same_objects(drawn: dict[str, Any]) -> None:
    try:
        first, second = (AppArgs.parse(drawn, "App") for _ in range(2))
    except SettingsError:
        return  # other tests assert on refusals
    assert json.dumps(list(objects_of(first).values())) == json.dumps(
        list(objects_of(second).values())
    ), "a second preview would show a change"


@given(valid_apps())
@_FEW
def test_pods_are_admitted_by_the_restricted_pod_security_standard(args: AppArgs) -> None:
    for template in _templates(args):
        spec = template["spec"]
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in _containers(template):
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["securityContext"]["runAsUser"] > 0
            assert "hostPort" not in str(container.get("ports"))


@given(valid_apps())
@_FEW
def test_every_container_is_bounded_and_mounts_only_what_its_pod_has(args: AppArgs) -> None:
    for template in _templates(args):
        volumes = {volume["name"] for volume in template["spec"]["volumes"]}
        volumes |= {f"storage-{number}" for number in range(len(args.storage))}
        for container in _containers(template):
            resources = container["resources"]
            for name in ("memory", "ephemeral-storage"):
                assert amount(resources["requests"][name]) <= amount(resources["limits"][name])
            assert "cpu" in resources["requests"]
            assert {mount["name"] for mount in container["volumeMounts"]} <= volumes
            paths = [mount["mountPath"] for mount in container["volumeMounts"]]
            assert len(paths) == len(set(paths)), "no path is mounted twice"
            assert container["securityContext"]["readOnlyRootFilesystem"] is True


@given(valid_apps())
@_FEW
def test_no_variable_and_no_container_is_there_twice(args: AppArgs) -> None:
    for template in _templates(args):
        names = [container["name"] for container in _containers(template)]
        assert len(names) == len(set(names))
        for container in _containers(template):
            variables = [entry["name"] for entry in container["env"]]
            assert len(variables) == len(set(variables)), "server-side apply refuses it"


@given(valid_apps())
@_FEW
def test_a_pod_outlives_its_draining_and_its_probes_wait_for_its_start(args: AppArgs) -> None:
    for template in _templates(args):
        grace = template["spec"].get("terminationGracePeriodSeconds", 30)
        for container in _containers(template):
            sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep")
            assert sleep is None or 0 < sleep["seconds"] < grace
            if probe := container.get("startupProbe"):
                assert probe["periodSeconds"] * probe["failureThreshold"] >= args.startup_seconds
            if probe := container.get("livenessProbe"):
                ready = container["readinessProbe"]
                patience = probe["periodSeconds"] * probe["failureThreshold"]
                assert patience >= ready["periodSeconds"] * ready["failureThreshold"]


@given(valid_apps())
@_FEW
def test_the_selector_is_application_and_stack_whatever_the_settings(args: AppArgs) -> None:
    made = objects_of(args)
    for kind in ("Deployment", "StatefulSet"):
        if kind in made:
            assert made[kind]["spec"]["selector"] == {"matchLabels": SELECTOR}, "it cannot change"
            labels = made[kind]["spec"]["template"]["metadata"]["labels"]
            assert SELECTOR.items() <= labels.items()
            assert made["Service"]["spec"]["selector"] == SELECTOR


def test_containers_may_use_idle_cores_unless_a_limit_is_set() -> None:
    assert "cpu" not in main()["resources"]["limits"]
    assert main(cpu_limit="2")["resources"]["limits"]["cpu"] == "2"


def test_memory_is_limited_to_the_request_unless_given() -> None:
    assert main(memory="1Gi")["resources"]["limits"]["memory"] == "1Gi"
    assert main(memory="1Gi", memory_limit="2Gi")["resources"]["limits"]["memory"] == "2Gi"
    assert "1Gi or more" in refusal(memory="1Gi", memory_limit="1000Mi")


def test_replicas_are_spread_over_nodes_version_by_version() -> None:
    (spread,) = pod()["topologySpreadConstraints"]

    assert spread["topologyKey"] == "kubernetes.io/hostname"
    assert spread["whenUnsatisfiable"] == "ScheduleAnyway", "a lost node must not block scheduling"
    assert spread["labelSelector"] == {"matchLabels": SELECTOR}
    assert spread["matchLabelKeys"] == ["pod-template-hash"]


def test_zones_are_preferred_apart_so_that_nodes_without_one_still_count() -> None:
    (preferred,) = pod()["affinity"]["podAntiAffinity"].values()
    (term,) = (each["podAffinityTerm"] for each in preferred)

    assert term == {
        "topologyKey": "topology.kubernetes.io/zone",
        "labelSelector": {"matchLabels": SELECTOR},
        "matchLabelKeys": ["pod-template-hash"],
    }


def test_an_update_ends_no_serving_pod_before_its_successor_is_ready() -> None:
    spec = objects()["Deployment"]["spec"]

    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert spec["strategy"]["rollingUpdate"]["maxSurge"] != 0


@pytest.mark.parametrize(
    ("settings", "surge"),
    [
        ({"replicas": 0}, 1),
        ({"replicas": 3}, 3),
        ({"replicas": 8}, 4),
        ({"replicas": 9}, "50%"),
        ({"autoscale": {"min": 2, "max": 3}}, "50%"),
    ],
)
def test_an_update_starts_few_pods_at_once_and_of_many_half(
    settings: dict[str, Any], surge: int | str
) -> None:
    spec = objects(**settings)["Deployment"]["spec"]

    assert spec["strategy"]["rollingUpdate"]["maxSurge"] == surge
    assert spec["minReadySeconds"] > 0


def test_the_containers_run_as_the_user_of_the_image() -> None:
    context = pod()["securityContext"]

    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (
        10001,
        10002,
        10002,
    )


def test_the_environment_has_the_port_and_the_place_of_the_pod() -> None:
    container = main(port=9000, env={"GREETING": "ahoy"})

    assert container["ports"] == [{"name": "http", "containerPort": 9000, "protocol": "TCP"}]
    assert {"PORT": "9000", "GREETING": "ahoy"}.items() <= env(container).items()
    assert {"POD_NAME", "POD_NAMESPACE", "POD_IP", "NODE_NAME", "POD_ZONE"} <= set(env(container))


def test_variables_of_the_settings_win_over_those_that_every_pod_has() -> None:
    own = {"PORT": "1", "DATA_DIR": "/mine", "POD_NAME": "me"}
    container = main(port=9000, env=own, data={"command": ["run"]})

    assert own.items() <= env(container).items()


def test_variables_come_from_existing_secrets_config_maps_and_fields() -> None:
    entries = main(
        env_from={
            "PASSWORD": {"secret": "db", "key": "password"},
            "LEVEL": {"config_map": "log", "key": "level"},
            "UID": {"field": "metadata.uid"},
        }
    )["env"]
    sources = {entry["name"]: entry.get("valueFrom") for entry in entries}

    assert sources["PASSWORD"] == {"secretKeyRef": {"name": "db", "key": "password"}}
    assert sources["LEVEL"] == {"configMapKeyRef": {"name": "log", "key": "level"}}
    assert sources["UID"]["fieldRef"]["fieldPath"] == "metadata.uid"


def test_pods_get_no_credentials_of_the_cluster_unless_set() -> None:
    assert pod()["automountServiceAccountToken"] is False
    spec = pod(
        service_account="reader", service_account_token=True, egress=[{"cidr": "10.0.0.0/8"}]
    )
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == ("reader", True)


def test_a_terminating_pod_serves_while_endpoints_are_updated() -> None:
    assert main(drain_seconds=7)["lifecycle"] == {"preStop": {"sleep": {"seconds": 7}}}
    assert "lifecycle" not in main(drain_seconds=0), "Kubernetes refuses to sleep for 0 s"
    assert pod(drain_seconds=7, shutdown_seconds=20)["terminationGracePeriodSeconds"] == 27


@pytest.mark.parametrize(
    ("health", "check"),
    [
        ("/healthz", {"httpGet": {"path": "/healthz", "port": "http"}}),
        (None, {"tcpSocket": {"port": "http"}}),
        ({"http": "/ready", "port": 9090}, {"httpGet": {"path": "/ready", "port": 9090}}),
        ({"grpc": "shop"}, {"grpc": {"port": 8080, "service": "shop"}}),
        ({"exec": ["ok"]}, {"exec": {"command": ["ok"]}}),
    ],
)
def test_one_setting_is_the_startup_and_the_readiness_probe(health: Any, check: Manifest) -> None:
    container = main(health=health)

    assert check.items() <= container["startupProbe"].items()
    assert check.items() <= container["readinessProbe"].items()


def test_a_slow_answer_takes_a_pod_out_of_the_service_without_a_restart() -> None:
    assert main(health="/healthz")["livenessProbe"]["tcpSocket"] == {"port": "http"}


@pytest.mark.parametrize(
    ("health", "message"),
    [
        ("healthz", "e.g. /healthz"),
        ({}, "one of http, tcp, grpc, exec"),
        ({"http": "/", "tcp": True}, "one of http, tcp, grpc, exec"),
        ({"http": "/", "period_seconds": 40, "failures": 2}, "restartSeconds 60"),
    ],
)
def test_health_checks_that_cannot_work_are_refused(health: Any, message: str) -> None:
    assert message in refusal(health=health)
