"""Mounts and ports of workers: as kind and Docker get them, and as containers have them."""

from typing import Any

import pytest

from components.kind.inputs import WorkerInputs
from components.kind.mounts_and_ports import (
    desired_ports,
    differences,
    docker_options,
    kind_options,
)

_WORKER = WorkerInputs.parse(
    {
        "mounts": [
            {"host": "/srv/data", "container": "/data", "readOnly": True},
            {"host": "/srv/work", "container": "/work", "readOnly": False},
        ],
        # Numbers cross Pulumi as floats.
        "ports": [{"host": 9000.0, "container": 30090.0, "protocol": "UDP"}],
    }
)
_HOST_CONFIG: dict[str, Any] = {
    "Binds": ["/lib/modules:/lib/modules:ro", "/srv/work:/work", "/srv/data:/data:ro"],
    "PortBindings": {"30090/udp": [{"HostIp": "127.0.0.1", "HostPort": "9000"}]},
}


def test_docker_gets_them_as_kind_gives_them() -> None:
    assert docker_options(_WORKER) == [
        "--volume", "/srv/data:/data:ro",
        "--volume", "/srv/work:/work",
        "--publish", "127.0.0.1:9000:30090/UDP",
    ]  # fmt: skip


def test_the_configuration_of_kind_has_them() -> None:
    assert kind_options(_WORKER) == {
        "extraMounts": [
            {"hostPath": "/srv/data", "containerPath": "/data", "readOnly": True},
            {"hostPath": "/srv/work", "containerPath": "/work", "readOnly": False},
        ],
        "extraPortMappings": [
            {
                "hostPort": 9000,
                "containerPort": 30090,
                "listenAddress": "127.0.0.1",
                "protocol": "UDP",
            }
        ],
    }
    assert kind_options(WorkerInputs()) == {}


def test_a_container_with_just_these_does_not_differ() -> None:
    assert differences(_WORKER, {"HostConfig": _HOST_CONFIG}) == []
    assert desired_ports(_WORKER) == [(9000, "udp")]


@pytest.mark.parametrize("nothing", [{}, {"Binds": None, "PortBindings": None}])
def test_a_container_without_any_differs_in_both_and_from_a_plain_worker_in_none(
    nothing: dict[str, Any],
) -> None:
    assert differences(_WORKER, {"HostConfig": nothing}) == ["mounts", "ports"]
    assert differences(WorkerInputs(), {"HostConfig": nothing}) == []


@pytest.mark.parametrize(
    ("change", "differing"),
    [
        ({"Binds": [*_HOST_CONFIG["Binds"], "/etc:/etc"]}, "mounts"),
        ({"Binds": ["/srv/work:/work", "/srv/data:/data"]}, "mounts"),
        ({"Binds": ["/srv/work:/work:ro", "/srv/data:/data:ro"]}, "mounts"),
        ({"Binds": ["/srv/other:/work", "/srv/data:/data:ro"]}, "mounts"),
        ({"PortBindings": {"30090/tcp": [{"HostPort": "9000"}]}}, "ports"),
        ({"PortBindings": {"30091/udp": [{"HostPort": "9000"}]}}, "ports"),
        ({"PortBindings": {"30090/udp": [{"HostPort": "9001"}]}}, "ports"),
    ],
)
def test_whatever_a_container_has_otherwise_is_found(
    change: dict[str, Any], differing: str
) -> None:
    assert differences(_WORKER, {"HostConfig": {**_HOST_CONFIG, **change}}) == [differing]


def test_what_kind_mounts_by_itself_is_no_difference() -> None:
    binds = [*_HOST_CONFIG["Binds"], "/dev/mapper:/dev/mapper"]

    assert differences(_WORKER, {"HostConfig": {**_HOST_CONFIG, "Binds": binds}}) == []
