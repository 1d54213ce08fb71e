"""Mounts and ports of workers: as kind and as we give them, and as containers have them."""

from typing import Any

import pytest

from components.kind.mounts_and_ports import at_odds, docker_options, kind_options, wanted_ports

_WORKER: dict[str, Any] = {
    "labels": {},
    "mounts": [
        {"host": "/srv/data", "container": "/data", "readOnly": True},
        {"host": "/srv/work", "container": "/work", "readOnly": False},
    ],
    # Numbers cross the engine as floats.
    "ports": [{"host": 9000.0, "container": 30090.0, "protocol": "UDP"}],
}
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


def test_kind_s_configuration_has_them() -> None:
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
    assert kind_options({"labels": {}}) == {}


def test_a_container_with_just_these_is_not_at_odds() -> None:
    assert at_odds(_WORKER, {"HostConfig": _HOST_CONFIG}) == []
    assert wanted_ports(_WORKER) == [(9000, "udp")]


@pytest.mark.parametrize("nothing", [{}, {"Binds": None, "PortBindings": None}])
def test_a_container_without_any_is_at_odds_with_both_and_a_plain_worker_with_none(
    nothing: dict[str, Any],
) -> None:
    assert at_odds(_WORKER, {"HostConfig": nothing}) == ["mounts", "ports"]
    assert at_odds({"labels": {}}, {"HostConfig": nothing}) == []


@pytest.mark.parametrize(
    ("change", "told"),
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
def test_whatever_a_container_has_otherwise_is_found(change: dict[str, Any], told: str) -> None:
    assert at_odds(_WORKER, {"HostConfig": {**_HOST_CONFIG, **change}}) == [told]


def test_what_kind_mounts_by_itself_is_no_difference() -> None:
    binds = [*_HOST_CONFIG["Binds"], "/dev/mapper:/dev/mapper"]

    assert at_odds(_WORKER, {"HostConfig": {**_HOST_CONFIG, "Binds": binds}}) == []
