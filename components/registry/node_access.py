"""A cluster's nodes and the registry beside them: one container network, and containerd's word."""

import ipaddress
from typing import Any

from ..machine.docker import inspect, ipv4_config
from ..machine.runner import CommandError, LocalError, Runner

_PORT = 5000
_HIGH, _TRIED = 200, 50
"""Of a network with 254 addresses, as minikube makes them."""


def is_member(runner: Runner, network: str, container: str) -> bool:
    """Whether a container is on a network."""
    found = inspect(runner, "container", container)
    return found is not None and network in found["NetworkSettings"]["Networks"]


def leave(runner: Runner, network: str, container: str) -> None:
    """Take the registry off a cluster's network, so that the network can be removed."""
    if is_member(runner, network, container):
        runner.run("docker", "network", "disconnect", "--force", network, container)


def high_address(network: dict[str, Any]) -> str:
    """A free address of a network (as the engine shows it) that is far above those of nodes.

    minikube counts them up from the gateway's, and the engine would give the next one away.
    """
    subnet = ipaddress.ip_network(ipv4_config(network)["Subnet"])
    members: dict[str, Any] = network.get("Containers") or {}
    taken = {str(one.get("IPv4Address", "")).partition("/")[0] for one in members.values()}
    first = subnet.network_address + _HIGH
    return next(str(first + step) for step in range(_TRIED) if str(first + step) not in taken)


def admit(runner: Runner, node: str, host: str, registry: str) -> None:
    """Tell a node's containerd that `host`, as images name the registry, is that container."""
    folder = f"/etc/containerd/certs.d/{host}"
    script = f"mkdir -p {folder} && cat > {folder}/hosts.toml"
    runner.run("docker", "exec", "-i", node, "sh", "-c", script, stdin=hosts_file(registry))


def verify(runner: Runner, node: str, registry: str) -> None:
    """Ask the registry from a node.  Raises LocalError when it does not answer there."""
    ask = ("curl", "--silent", "--show-error", "--fail", "--max-time", "5", "--noproxy", "*")
    try:
        runner.run("docker", "exec", node, *ask, f"http://{registry}:{_PORT}/v2/")
    except CommandError as error:
        raise LocalError(
            f"the node {node} does not reach the registry {registry}: {error}\n"
            "`docker network inspect` of the cluster's network should list both; the next "
            "`pulumi up` connects them anew"
        ) from None


def hosts_file(registry: str) -> str:
    """containerd's hosts.toml for the registry, which nodes know by its container's name.

    Without the `server` line a missing image is reported as a refused connection to localhost.
    https://github.com/containerd/containerd/blob/main/docs/hosts.md
    """
    address = f"http://{registry}:{_PORT}"
    capabilities = '  capabilities = ["pull", "resolve"]\n'
    return f'server = "{address}"\n\n[host."{address}"]\n{capabilities}'
