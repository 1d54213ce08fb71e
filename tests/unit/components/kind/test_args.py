"""What a local cluster may be."""

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components import SettingsError
from components.kind.args import ClusterArgs
from tests.unit.components.plan import plan
from tests.unit.components.test_program import _web


def _refused(cluster: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        ClusterArgs.parse(cluster, "stack")
    return str(caught.value).splitlines()[1:]


def test_control_planes_may_be_listed_like_workers() -> None:
    args = ClusterArgs.parse(
        {"controlPlanes": [{"zone": "a", "labels": {"disk": "fast"}}, {}, {}], "workers": 1}, ""
    )

    assert [node.all_labels for node in args.control_planes] == [
        {"disk": "fast", "topology.kubernetes.io/zone": "a"}, {}, {},
    ]  # fmt: skip
    assert len(args.workers) == 1


@pytest.mark.parametrize(
    ("cluster", "image"),
    [
        ({}, "docker.io/kindest/node:v1.35.0"),
        ({"kubernetesVersion": "1.34.2"}, "docker.io/kindest/node:v1.34.2"),
        ({"kubernetesVersion": "v1.34.2"}, "docker.io/kindest/node:v1.34.2"),
        ({"kubernetesVersion": "1.34.2", "image": "r.example/node"}, "r.example/node"),
        ({"kubernetesVersion": "1.34.2", "image": "node:v1.34.2"}, "node:v1.34.2"),
    ],
)
def test_the_version_chooses_the_node_image_unless_one_is_given(
    cluster: dict[str, Any], image: str
) -> None:
    assert ClusterArgs.parse(cluster, "").node_image == image


def test_an_endpoint_alone_is_a_list_of_one() -> None:
    mirrors = {"docker.io": "http://one:5000", "quay.io": ["https://two", "https://three/v2/q"]}

    assert ClusterArgs.parse({"mirrors": mirrors}, "").mirrors == {
        "docker.io": ["http://one:5000"],
        "quay.io": ["https://two", "https://three/v2/q"],
    }


def test_one_port_may_carry_tcp_and_udp_to_different_workers() -> None:
    ports = [[{"host": 9000, "container": 53, "protocol": each}] for each in ("TCP", "UDP")]
    args = ClusterArgs.parse({"workers": [{"ports": each} for each in ports]}, "")

    assert [port.on_host for port in args.ports] == [(9000, "TCP"), (9000, "UDP")]


def test_without_workers_one_control_plane_without_a_taint_is_enough() -> None:
    tainted = {"taints": ["team=a:NoSchedule"]}
    args = ClusterArgs.parse({"controlPlanes": [tainted, {}, tainted], "workers": 0}, "")
    assert args.workers == []

    preferred = {"taints": ["team=a:PreferNoSchedule"]}
    ClusterArgs.parse({"controlPlanes": [preferred], "workers": 0}, "")

    (line,) = _refused({"controlPlanes": [tainted], "workers": 0})
    assert "target" not in line and line.strip().startswith("workers: 0 is not accepted")


def test_everything_that_is_wrong_with_a_cluster_is_reported_at_once() -> None:
    port = {"host": 9000, "container": 80}
    lines = _refused(
        {
            "controlPlanes": 2,
            "workers": [{"ports": [port]}, {"ports": [port]}],
            "kubernetesVersion": "1.34.0",
            "image": "node:v1.35.0",
            "podSubnet": "10.244.0.0/25",
            "kubeProxyMode": "none",
            "mirrors": {"docker.io": "mirror"},
        }
    )

    assert [line.split(":")[0].strip() for line in lines] == [
        "controlPlanes",
        "workers",
        "image",
        "podSubnet",
        "kubeProxyMode",
        "mirrors.docker.io.0",
    ]
    assert len(max(lines, key=len)) < 250, "whole workers would be a wall of text"


def _aligned(address: int, bits: int) -> str:
    whole = address >> (32 - bits) << (32 - bits)
    return f"{'.'.join(str(whole >> shift & 255) for shift in (24, 16, 8, 0))}/{bits}"


_ADDRESS = st.integers(10 << 24, (11 << 24) - 1)


@given(_ADDRESS, st.integers(8, 24), _ADDRESS, st.integers(10, 28), st.integers(0, 20))
@example(10 << 24, 8, 10 << 24, 16, 2)
@example(10 << 24, 23, 11 << 24, 16, 2)
def test_ranges_are_accepted_where_they_do_not_overlap_and_have_room_for_every_node(
    pod: int, pod_bits: int, service: int, service_bits: int, workers: int
) -> None:
    pods, services = _aligned(pod, pod_bits), _aligned(service, service_bits)
    fine = (
        not ip_network(pods).overlaps(ip_network(services))
        and ip_network(pods).num_addresses >= 256 * (1 + workers)
        and service_bits >= 12
    )

    settings = {"podSubnet": pods, "serviceSubnet": services, "workers": workers}
    if fine:
        assert ClusterArgs.parse(settings, "").pod_subnet == pods
    else:
        assert _refused(settings)


def test_a_mirror_map_with_another_version_than_the_desired_one_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster = {"kubernetesVersion": "1.35.0", "image": "slipway/kind-node:v1.35.0"}
    plan(_web(), {"slipway:target": {"product": "kind", "cluster": cluster}})
    monkeypatch.setattr(
        "components.registry.mirror_map.Mirrors.resolve", lambda *_: "there/node:v1.35.4"
    )

    with pytest.raises(SettingsError) as caught:
        plan(_web(), {"slipway:target": {"product": "kind", "cluster": cluster}})

    message = str(caught.value)
    assert message.startswith(
        'Cluster("target-cluster"): kubernetesVersion: 1.35.0 is not accepted'
    )
    assert "there/node:v1.35.4" in message and "make doctor" in message
