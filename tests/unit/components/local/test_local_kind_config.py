"""kind's configuration file."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.local.kind_config import kind_config


def _config(control_planes: int = 1, workers: int = 2) -> dict[str, Any]:
    return yaml.safe_load(kind_config(control_planes, workers, 8080, 30080))


@given(st.integers(1, 5), st.integers(0, 20))
def test_there_are_as_many_nodes_of_each_role_as_asked(control_planes: int, workers: int) -> None:
    roles = [node["role"] for node in _config(control_planes, workers)["nodes"]]

    assert roles == ["control-plane"] * control_planes + ["worker"] * workers


@given(st.integers(1, 5))
def test_the_port_is_mapped_once_and_for_this_machine_only(control_planes: int) -> None:
    first, *others = _config(control_planes)["nodes"]

    assert first["extraPortMappings"] == [
        {
            "containerPort": 30080,
            "hostPort": 8080,
            "listenAddress": "127.0.0.1",
            "protocol": "TCP",
        }
    ]
    assert not any("extraPortMappings" in node for node in others)


def test_hosts_with_cgroup_v1_are_served() -> None:
    (patch,) = _config()["kubeadmConfigPatches"]

    assert yaml.safe_load(patch) == {"kind": "KubeletConfiguration", "failCgroupV1": False}
