"""kind's configuration file."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.kind.config import kind_config
from components.kind.inputs import KindClusterInputs
from tests.unit.components.doubles.kind_clusters import PROPS

_LEFT_OPEN = ("podSubnet", "serviceSubnet", "kubeProxyMode", "featureGates")


def _config(workers: Any = 2, endpoint: str | None = None, **settings: Any) -> dict[str, Any]:
    props = {key: value for key, value in PROPS.items() if key not in _LEFT_OPEN}
    cluster = KindClusterInputs.parse({**props, "workers": workers, **settings})
    return yaml.safe_load(kind_config(cluster, endpoint))


@given(st.integers(0, 20))
def test_there_is_one_control_plane_and_as_many_workers_as_desired(workers: int) -> None:
    roles = [node["role"] for node in _config(workers)["nodes"]]

    assert roles == ["control-plane"] + ["worker"] * workers


def test_the_port_is_mapped_once_and_for_this_machine_only() -> None:
    first, *others = _config()["nodes"]

    assert first["extraPortMappings"] == [
        {
            "containerPort": 30080,
            "hostPort": 8080,
            "listenAddress": "127.0.0.1",
            "protocol": "TCP",
        }
    ]
    assert not any("extraPortMappings" in node for node in others)


def test_behind_a_load_balancer_nodes_find_the_api_there_and_it_has_the_port() -> None:
    config = _config(endpoint="shop-external-load-balancer:6443")

    patches = [yaml.safe_load(patch) for patch in config["kubeadmConfigPatches"]]
    assert {
        "kind": "ClusterConfiguration",
        "controlPlaneEndpoint": "shop-external-load-balancer:6443",
    } in patches
    assert not any("extraPortMappings" in node for node in config["nodes"])


def test_ranges_proxy_mode_and_feature_gates_have_the_defaults_of_kind_unless_given() -> None:
    kinds = {"podSubnet": "10.244.0.0/16", "serviceSubnet": "10.96.0.0/16"}
    assert _config()["networking"] == {**kinds, "kubeProxyMode": "iptables"}
    assert _config()["featureGates"] == {}

    config = _config(podSubnet="10.1.0.0/16", kubeProxyMode="ipvs", featureGates={"InPlace": True})
    assert config["networking"] == {
        "podSubnet": "10.1.0.0/16", "serviceSubnet": "10.96.0.0/16", "kubeProxyMode": "ipvs",
    }  # fmt: skip
    assert config["featureGates"] == {"InPlace": True}


def test_workers_have_their_mounts_and_ports_from_the_start() -> None:
    mount = {"host": "/srv", "container": "/data", "readOnly": False}
    config = _config(workers=[{}, {"mounts": [mount]}])

    _, plain, mounted = config["nodes"]
    assert plain == {"role": "worker"}
    assert [each["hostPath"] for each in mounted["extraMounts"]] == ["/srv"]


def test_hosts_with_cgroup_v1_are_served() -> None:
    (patch,) = _config()["kubeadmConfigPatches"]

    assert yaml.safe_load(patch) == {"kind": "KubeletConfiguration", "failCgroupV1": False}
