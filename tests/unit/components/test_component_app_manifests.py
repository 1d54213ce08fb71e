"""The manifests of an application: pure functions of its settings and its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.app import AppArgs, DataArgs, manifests
from components.target.exposure import Exposure

_PLACE = manifests.Placement(
    name="web",
    namespace="shop-dev",
    owner_labels={"app.kubernetes.io/managed-by": "slipway", "slipway.dev/stack": "shop-dev"},
    field_manager="slipway-shop-dev",
    image="registry/web@sha256:1",
    exposure=Exposure("NodePort", node_port=30080, url="http://localhost:8080"),
)
_SELECTOR = {"app.kubernetes.io/name": "web", "slipway.dev/stack": "shop-dev"}
_DATA = DataArgs(command=["node", "data.js"])

_APPS = st.builds(
    AppArgs,
    port=st.integers(1, 65535),
    replicas=st.integers(0, 1000),
    env=st.dictionaries(st.from_regex(r"[A-Z_][A-Z0-9_]{0,10}", fullmatch=True), st.text()),
    data=st.none() | st.builds(DataArgs, command=st.just(["run"]), path=st.just("/data")),
    health=st.none() | st.just("/healthz"),
    startup_seconds=st.integers(1, 3600),
    drain_seconds=st.integers(0, 600),
    user=st.integers(1, 65535),
)


def _spec(**settings: Any) -> dict[str, Any]:
    return manifests.deployment(AppArgs(**settings), _PLACE)["spec"]


def _pod(**settings: Any) -> dict[str, Any]:
    return _spec(**settings)["template"]["spec"]


def _main(**settings: Any) -> dict[str, Any]:
    return _pod(**settings)["containers"][0]


def _env(container: dict[str, Any]) -> dict[str, Any]:
    return {entry["name"]: entry.get("value") for entry in container["env"]}


@given(_APPS)
def test_pods_are_admitted_by_the_restricted_pod_security_standard(args: AppArgs) -> None:
    pod = manifests.deployment(args, _PLACE)["spec"]["template"]["spec"]

    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert all(set(volume) == {"name", "emptyDir"} for volume in pod["volumes"])
    for container in pod["containers"]:
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "hostPort" not in str(container.get("ports"))


@given(_APPS)
def test_every_container_asks_for_resources_and_mounts_only_what_the_pod_has(
    args: AppArgs,
) -> None:
    pod = manifests.deployment(args, _PLACE)["spec"]["template"]["spec"]

    volumes = {volume["name"] for volume in pod["volumes"]}
    for container in pod["containers"]:
        assert container["resources"]["requests"] == {"cpu": args.cpu, "memory": args.memory}
        assert container["resources"]["limits"] == {"memory": args.memory}, (
            "a limit on CPU would slow a pod down on an idle node"
        )
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes
        assert container["securityContext"]["readOnlyRootFilesystem"] is True


@given(_APPS)
def test_a_pod_outlives_its_draining(args: AppArgs) -> None:
    pod = manifests.deployment(args, _PLACE)["spec"]["template"]["spec"]

    assert pod["terminationGracePeriodSeconds"] > args.drain_seconds


@given(_APPS)
def test_the_selector_is_application_and_stack_whatever_the_settings(args: AppArgs) -> None:
    deployment = manifests.deployment(args, _PLACE)
    pods = deployment["spec"]["template"]["metadata"]["labels"]

    assert deployment["spec"]["selector"] == {"matchLabels": _SELECTOR}, "it can never change"
    assert manifests.service(args, _PLACE)["spec"]["selector"] == _SELECTOR
    assert _SELECTOR.items() <= pods.items()


@given(_APPS)
def test_a_probe_never_gives_up_before_the_start_up_time_is_over(args: AppArgs) -> None:
    deployment = manifests.deployment(args, _PLACE)["spec"]
    startup = deployment["template"]["spec"]["containers"][0]["startupProbe"]

    assert startup["periodSeconds"] * startup["failureThreshold"] == args.startup_seconds
    assert deployment["progressDeadlineSeconds"] >= args.startup_seconds


def test_replicas_are_spread_over_the_nodes_version_by_version() -> None:
    (spread,) = _pod()["topologySpreadConstraints"]

    assert spread["topologyKey"] == "kubernetes.io/hostname"
    assert spread["maxSkew"] == 1
    assert spread["whenUnsatisfiable"] == "ScheduleAnyway", "a lost node must not block a rollout"
    assert spread["labelSelector"] == {"matchLabels": _SELECTOR}
    assert spread["matchLabelKeys"] == ["pod-template-hash"]


def test_an_update_takes_no_serving_pod_away_before_its_successor_is_ready() -> None:
    strategy = _spec()["strategy"]

    assert strategy["rollingUpdate"]["maxUnavailable"] == 0
    assert strategy["rollingUpdate"]["maxSurge"] != 0
    assert _spec()["minReadySeconds"] > 0


def test_the_health_path_is_asked_for_start_and_readiness_but_kills_no_pod() -> None:
    container = _main(health="/healthz")

    asked = {"httpGet": {"path": "/healthz", "port": "http"}}
    assert asked.items() <= container["startupProbe"].items()
    assert asked.items() <= container["readinessProbe"].items()
    assert container["livenessProbe"]["tcpSocket"] == {"port": "http"}, (
        "a slow answer takes a pod out of the service, not out of life"
    )


def test_without_a_health_path_an_open_port_counts() -> None:
    container = _main()

    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["tcpSocket"] == {"port": "http"}
        assert "httpGet" not in container[probe]


def test_an_ending_pod_serves_on_while_the_news_spreads() -> None:
    assert _main(drain_seconds=7)["lifecycle"] == {"preStop": {"sleep": {"seconds": 7}}}
    assert "lifecycle" not in _main(drain_seconds=0), "Kubernetes refuses to sleep for 0 s"


def test_the_application_knows_its_port_and_its_place() -> None:
    container = _main(port=9000, env={"GREETING": "ahoy"})

    assert container["ports"] == [{"name": "http", "containerPort": 9000, "protocol": "TCP"}]
    env = _env(container)
    assert (env["PORT"], env["GREETING"]) == ("9000", "ahoy")
    assert {"POD_NAME", "POD_NAMESPACE", "POD_IP", "NODE_NAME"} <= set(env)


def test_the_user_s_environment_wins_and_no_variable_stands_there_twice() -> None:
    own = {"PORT": "1", "DATA_DIR": "/mine", "POD_NAME": "me"}
    container = _main(port=9000, env=own, data=_DATA)

    env = _env(container)
    assert own.items() <= env.items()
    assert len(env) == len(container["env"])


def test_a_data_container_writes_what_the_application_reads() -> None:
    pod = _pod(data=DataArgs(command=["node", "data.js"], path="/shared"))
    main, data = pod["containers"]

    assert (main["name"], data["name"]) == ("web", "data")
    assert data["command"] == ["node", "data.js"]
    assert {"name": "data", "mountPath": "/shared"} in data["volumeMounts"]
    assert {"name": "data", "mountPath": "/shared", "readOnly": True} in main["volumeMounts"]
    assert _env(main)["DATA_DIR"] == _env(data)["DATA_DIR"] == "/shared"
    assert "data" in {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize(
    ("image", "runs"), [(None, "registry/web@sha256:1"), ("docker.io/sync:2", "docker.io/sync:2")]
)
def test_a_data_container_runs_the_application_s_image_unless_given(
    image: str | None, runs: str
) -> None:
    _, data = _pod(data=DataArgs(command=["x"], image=image))["containers"]

    assert data["image"] == runs


def test_without_data_there_is_one_container_and_no_shared_volume() -> None:
    pod = _pod()

    assert [container["name"] for container in pod["containers"]] == ["web"]
    assert [volume["name"] for volume in pod["volumes"]] == ["tmp"]
    assert "DATA_DIR" not in _env(pod["containers"][0])


def test_pods_get_no_credentials_of_the_cluster() -> None:
    assert _pod()["automountServiceAccountToken"] is False


def test_the_service_needs_no_waiting_and_leads_to_the_named_port() -> None:
    service = manifests.service(AppArgs(), _PLACE)

    assert service["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"
    assert service["spec"]["type"] == "NodePort"
    assert service["spec"]["ports"] == [
        {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP", "nodePort": 30080}
    ]
    assert _main()["ports"][0]["name"] == "http"


def test_the_deployment_is_awaited() -> None:
    deployment = manifests.deployment(AppArgs(), _PLACE)

    assert "pulumi.com/skipAwait" not in deployment["metadata"]["annotations"]
