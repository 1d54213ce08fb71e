"""A node that is added has what kind gave to those that exist, whatever that is."""

import copy
from typing import Any

import pytest

from components.kind.node_options import node_options
from components.kind.nodes import KindNodesProvider
from components.kind.roles import Container, Role
from components.machine import labels
from tests.unit.components.doubles.kind_clusters import NODES, PLAIN
from tests.unit.components.doubles.kind_containers import KINDS
from tests.unit.components.doubles.machine import Machine

_PROXY = "http://user:secret@proxy.corp.example:3128"


def _node(role: Role, env: tuple[str, ...] = (), **host: Any) -> Container:
    config, options = copy.deepcopy(KINDS[role])
    config["Env"] += env
    binds = {"Binds": ["/lib/modules:/lib/modules:ro"]}
    return {
        "Config": {**config, "Labels": {labels.ROLE: role.value}},
        "HostConfig": {**options, **binds, **host},
    }


def _words(*nodes: Container, role: Role = Role.WORKER) -> str:
    return " ".join(node_options(nodes, role).words)


def test_a_node_has_what_kind_gives_on_a_usual_machine() -> None:
    assert _words(_node(Role.CONTROL_PLANE), _node(Role.WORKER)) == (
        "--tty --volume /var --privileged --init=false --cgroupns=private --restart=on-failure:1 "
        "--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
        "--security-opt label=disable --tmpfs /run --tmpfs /tmp "
        "--volume /lib/modules:/lib/modules:ro --env KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER "
        "--env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "
        "--env container=docker"
    )


@pytest.mark.parametrize(
    ("shown", "options"),
    [
        ({"UsernsMode": "host"}, "--userns=host"),
        (
            {"Devices": [{"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse",
                          "CgroupPermissions": "rwm"}]},
            "--device /dev/fuse:/dev/fuse:rwm",
        ),
        ({"Sysctls": {"net.ipv6.conf.all.forwarding": "1"}},
         "--sysctl net.ipv6.conf.all.forwarding=1"),
        ({"Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}]}, "--ulimit nofile=1:2"),
        ({"Tmpfs": {"/run": "size=1m"}}, "--tmpfs /run:size=1m"),
        ({"RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0}},
         "--restart=unless-stopped"),
    ],
    ids=lambda each: "" if isinstance(each, str) else next(iter(each)),
)  # fmt: skip
def test_what_a_machine_needs_is_copied(shown: dict[str, Any], options: str) -> None:
    nodes = (_node(Role.CONTROL_PLANE, **shown), _node(Role.WORKER, **shown))
    assert options in _words(*nodes)


def test_mounts_that_kind_gives_to_all_are_copied_and_those_of_settings_are_not() -> None:
    kinds = ["/lib/modules:/lib/modules:ro", "/dev/mapper:/dev/mapper"]
    leader = _node(Role.CONTROL_PLANE, Binds=kinds)
    worker = _node(Role.WORKER, Binds=["/srv:/data", *kinds])

    words = _words(leader, worker)

    assert all(f"--volume {bind}" in words for bind in kinds)
    assert "/srv" not in words


def test_the_administrators_kubeconfig_is_for_control_planes_alone() -> None:
    leader = _node(Role.CONTROL_PLANE)

    assert "--env KUBECONFIG=/etc" in _words(leader, role=Role.CONTROL_PLANE)
    assert "KUBECONFIG" not in _words(leader, role=Role.WORKER), "the first worker"


def test_proxies_are_no_words_of_the_command_as_they_may_hold_a_password() -> None:
    proxies = (f"HTTPS_PROXY={_PROXY}", f"https_proxy={_PROXY}")
    nodes = [_node(role, proxies) for role in Role]

    options = node_options(nodes, Role.WORKER)

    assert "--env HTTPS_PROXY --env https_proxy" in " ".join(options.words)
    assert "secret" not in " ".join(options.words)
    assert options.environment == {"HTTPS_PROXY": _PROXY, "https_proxy": _PROXY}


def test_variables_that_docker_would_add_are_those_of_the_other_nodes() -> None:
    proxies = (f"HTTP_PROXY={_PROXY}",)
    nodes = [_node(role, proxies) for role in Role]

    options = node_options(nodes, Role.WORKER, ["HTTP_PROXY", "http_proxy"])

    assert options.environment == {"HTTP_PROXY": _PROXY, "http_proxy": ""}


def test_an_added_worker_is_started_with_the_options_and_proxies_of_kinds_own(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    for name in ("shop-worker", "shop-worker2"):
        machine.engine.containers[name].host["UsernsMode"] = "host"
        machine.engine.containers[name].settings["Env"].append(f"HTTPS_PROXY={_PROXY}")

    two_workers.update("", NODES, {**NODES, "workers": [PLAIN] * 3})

    assert "--userns=host" in machine.engine.containers["shop-worker3"].options
    started = machine.commands.index(machine.ran("docker run --detach --name shop-worker3")[0])
    assert machine.environments[started] == {"HTTPS_PROXY": _PROXY}
    assert not any("secret" in command for command in machine.commands)
